"""Refusals. Everything else that goes wrong is a bug and rises."""

import errno

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError


class RuleViolation(ValidationError):
    """Well formed, but the regulation forbids it. Its text is for people; it may hold several reasons."""


def needed(text: str, otherwise: str, longest: int = 300) -> str:
    """What was typed without the space around it, cut to the field; refuses with the words `otherwise` when nothing was."""
    text = text.strip()
    if not text:
        raise RuleViolation(otherwise)
    return text[:longest]


def is_disk_full(problem) -> bool:
    """Whether an exception says that the disk took no more, be it of files or of the database (R8)."""
    if isinstance(problem, OperationalError):  # PostgreSQL has a code for it, SQLite only words
        return getattr(problem.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(problem)
    return isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)


def require(allowed, reason=None):
    """Turn a policy's `False` into a 403, with the reason for the page where there is one."""
    if not allowed:
        raise PermissionDenied(reason or "")
