from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("search", views.search, name="search"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read", views.inbox_read, name="inbox_read"),
    path("inbox/<uuid:uid>", views.notice, name="notice"),
    path("audit/", views.audit_trail, name="audit_trail"),
    path("audit/verify", views.audit_verify, name="audit_verify"),
    path("accounts/hand-out", views.account_hand_out, name="account_hand_out"),
    path("accounts/<uuid:uid>", views.account_edit, name="account_edit"),
    path("accounts/<uuid:uid>/active", views.account_active, name="account_active"),
    path("accounts/<uuid:uid>/password", views.account_password, name="account_password"),
    path("accounts/<uuid:uid>/second-factor", views.account_factor, name="account_factor"),
    path("accounts/<uuid:uid>/unlock", views.account_unlock, name="account_unlock"),
    path("accounts/steps/<uuid:uid>", views.account_step, name="account_step"),
    path("accounts/steps/<uuid:uid>/confirm", views.account_step_confirm, name="account_step_confirm"),
    path("accounts/steps/<uuid:uid>/reject", views.account_step_reject, name="account_step_reject"),
    path("accounts/steps/<uuid:uid>/withdraw", views.account_step_withdraw, name="account_step_withdraw"),
    path("demo/tour", views.demo_tour, name="demo_tour"),
    path("demo/cards", views.demo_cards, name="demo_cards"),
    path("demo/projector", views.demo_projector, name="demo_projector"),
]
