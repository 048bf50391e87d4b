from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("search", views.search, name="search"),
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/<uuid:uid>", views.notice, name="notice"),
    path("audit/", views.audit_trail, name="audit_trail"),
]
