"""Addresses of the main site. The booth answers elsewhere (`config.booth`)."""

from django.urls import include, path

urlpatterns = [
    path("", include("desk.urls")),
    path("i18n/", include("core.urls")),
    path("", include("officials.urls")),
    path("notices/", include("notices.urls")),
    path("sessions/", include("reviews.urls")),
    path("scoring/", include("scoring.urls")),
    path("live/", include("live.urls")),
    path("rectification/", include("rectification.urls")),
    path("archive/", include("archive.urls")),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
