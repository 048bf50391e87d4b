"""What the page of a pressed button showed: nobody decides on what has changed since."""

import re


def number(request, field="seen") -> int:
    """The version or the key of what was shown; 0, which nothing has, where the page does not say."""
    sent = request.POST.get(field, "")
    return int(sent) if re.fullmatch("[0-9]{1,9}", sent) else 0


def mark(request) -> str:
    """The hash of what was shown; "", which nothing has, where the page does not say."""
    sent = request.POST.get("seen", "")
    return sent if re.fullmatch("[0-9a-f]{64}", sent) else ""
