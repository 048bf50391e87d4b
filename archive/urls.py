from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("<uuid:uid>", views.official, name="official"),
    path("<uuid:uid>/reason", views.official_reason, name="official_reason"),
]
