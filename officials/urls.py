from django.urls import path

from officials import views

app_name = "officials"
urlpatterns = [
    path("accounts/login", views.login, name="login"),
    path("accounts/demo", views.demo_login, name="demo_login"),
    path("accounts/logout", views.logout, name="logout"),
    path("accounts/me", views.account, name="account"),
]
