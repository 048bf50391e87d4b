"""Refusals. Everything else that goes wrong is a bug and rises."""

import errno

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.utils.translation import gettext as _


class RuleViolation(ValidationError):
    """Well formed, but the regulation forbids it. Its text is for people; it may hold several reasons."""


LONGEST = 300  # characters of a reason, in every form and field


def needed(text: str, otherwise: str, longest: int = LONGEST) -> str:
    """What was typed without the space around it; refuses with the words `otherwise` when nothing was, and what is too long."""
    if not text.strip():
        raise RuleViolation(otherwise)
    return fitting(text, longest)


def fitting(text: str, longest: int) -> str:
    """What was typed without the space around it; refuses what is too long, for nobody's words are cut off unseen."""
    text = text.strip()
    if len(text) > longest:
        raise RuleViolation(_("最多 %(longest)d 字，现在有 %(n)d 字，请改短") % {"longest": longest, "n": len(text)})
    return text


def is_disk_full(problem) -> bool:
    """Whether an exception says that the disk took no more, be it of files or of the database (R8)."""
    if isinstance(problem, OperationalError):  # PostgreSQL has a code for it, SQLite only words
        return getattr(problem.__cause__, "sqlstate", "") == "53100" or "disk is full" in str(problem)
    return isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)


class RefusalsInOneLine:
    """For the log: a refusal is no failure, so its line goes without a traceback."""

    def filter(self, record):
        if getattr(record, "status_code", None) == 403:
            record.exc_info = None
        return True


class NotYet(PermissionDenied):
    """Refused for now: nobody's rights are wanting, and the reason says what it waits for."""


def require(allowed, reason=None, *, later=False):
    """Turn a policy's `False` into a 403, with the reason for the page where there is one; `later`: only the time keeps it away."""
    if not allowed:
        raise (NotYet if later else PermissionDenied)(reason or "")
