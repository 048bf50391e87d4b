"""Refusals. Everything else that goes wrong is a bug and rises."""

from django.core.exceptions import PermissionDenied, ValidationError


class RuleViolation(ValidationError):
    """Well formed, but the regulation forbids it. Its text is for people; it may hold several reasons."""


def needed(text: str, otherwise: str, longest: int = 300) -> str:
    """What was typed without the space around it, cut to the field; refuses with the words `otherwise` when nothing was."""
    text = text.strip()
    if not text:
        raise RuleViolation(otherwise)
    return text[:longest]


def require(allowed, reason=None):
    """Turn a policy's `False` into a 403, with the reason for the page where there is one."""
    if not allowed:
        raise PermissionDenied(reason or "")
