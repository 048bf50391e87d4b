"""What is true of every answer of the booth: its headers, no cookie, and an error that tells nothing."""

import logging

from django.conf import settings
from django.core.exceptions import DisallowedHost

from ballots.api import answer

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "Cache-Control": "no-store",
}


class BoothMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            request.get_host()
            response = self.get_response(request)
        except DisallowedHost:
            response = answer(400)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS:
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        if not response.streaming:  # or a reply cut short on the way would pass for a whole one
            response.headers["Content-Length"] = str(len(response.content))
        response.cookies.clear()
        return response

    def process_exception(self, request, exception):
        logging.getLogger("ballots").error("booth")  # the formatter says the rest, which is nothing
        return answer(500)
