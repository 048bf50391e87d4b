"""Addresses under `notices/`."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("letters/", views.letter_list, name="letter_list"),
    path("letters/register.xlsx", views.letter_export, name="letter_export"),
    path("letters/<uuid:uid>", views.letter, name="letter"),
    path("letters/<uuid:uid>/edit", views.letter_edit, name="letter_edit"),
    path("letters/<uuid:uid>/check", views.letter_check, name="letter_check"),
    path("letters/<uuid:uid>/return", views.letter_return, name="letter_return"),
    path("letters/<uuid:uid>/issue", views.letter_issue, name="letter_issue"),
    path("letters/<uuid:uid>/receive", views.letter_receive, name="letter_receive"),
    path("letters/<uuid:uid>/preview.pdf", views.letter_preview, name="letter_preview"),
    path("letters/<uuid:uid>/letter.pdf", views.letter_paper, name="letter_paper"),
    path("letters/<uuid:uid>/letter.docx", views.letter_word, name="letter_word"),
]
