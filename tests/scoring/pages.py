"""Addresses of the pages of a session's ballot and result."""

from django.urls import reverse


def page(name, session, *more):
    return reverse(f"scoring:{name}", args=[session.uid, *more])
