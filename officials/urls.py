from django.urls import path

from officials import views

app_name = "officials"
urlpatterns = [
    path("accounts/login", views.login, name="login"),
    path("accounts/code", views.code, name="code"),
    path("accounts/demo", views.demo_login, name="demo_login"),
    path("accounts/logout", views.logout, name="logout"),
    path("accounts/me", views.account, name="account"),
    path("accounts/first-password", views.first_password, name="first_password"),
    path("accounts/second-factor", views.factor_enrol, name="factor_enrol"),
    path("accounts/second-factor/change", views.factor_change, name="factor_change"),
    path("accounts/recovery-codes", views.recovery_codes, name="recovery_codes"),
    path("accounts/old-password", views.old_password, name="old_password"),
    path("accounts/password-again", views.password_again, name="password_again"),
    path("accounts/", views.account_list, name="account_list"),
    path("accounts/new", views.account_new, name="account_new"),
    path("accounts/from-register", views.account_from_register, name="account_from_register"),
    path("accounts/<uuid:uid>/change", views.account_change, name="account_change"),
    path("officials/", views.official_list, name="official_list"),
    path("units/", views.unit_list, name="unit_list"),
    path("officials/rosters", views.rater_list, name="rater_list"),
    path("officials/register.xlsx", views.register_export, name="register_export"),
    path("officials/template.xlsx", views.register_template, name="register_template"),
    path("officials/import", views.register_upload, name="register_upload"),
    path("officials/import/<uuid:uid>", views.register_preview, name="register_preview"),
    path("officials/import/<uuid:uid>/confirm", views.register_confirm, name="register_confirm"),
]
