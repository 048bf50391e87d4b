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
    path("demo/tour", views.demo_tour, name="demo_tour"),
    path("demo/cards", views.demo_cards, name="demo_cards"),
    path("demo/projector", views.demo_projector, name="demo_projector"),
]
