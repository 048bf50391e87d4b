"""Refusals. Everything else that goes wrong is a bug and rises."""

from django.core.exceptions import PermissionDenied, ValidationError


class RuleViolation(ValidationError):
    """Well formed, but the regulation forbids it. Its text is for people; it may hold several reasons."""


def require(allowed, reason=None):
    """Turn a policy's `False` into a 403, with the reason for the page where there is one."""
    if not allowed:
        raise PermissionDenied(reason or "")
