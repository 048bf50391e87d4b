"""The second factor (S1, S3): six digits of RFC 6238 with 30 seconds and SHA-1, as every authenticator app makes them."""

import hmac
import re
import unicodedata

import pyotp

STEP = 30  # seconds
SKEW = 1  # steps before and after: clocks differ, and people need time to type
RECOVERY_CODES = 10


def plain(typed: str) -> str:
    """A code as it is compared: one width, small letters, without the space and the dashes around its groups."""
    return "".join(char for char in unicodedata.normalize("NFKC", typed).lower() if char.isalnum())


def is_of_app(code: str) -> bool:
    """Whether this is what an app shows; everything else can only be a recovery code."""
    return re.fullmatch("[0-9]{6}", code) is not None


def accepted_step(seed: str, code: str, *, now: float, after: int) -> int | None:
    """The step whose code this is, or None. Only steps later than `after`, the last one used: no code is good twice."""
    app, current = pyotp.TOTP(seed), int(now) // STEP
    steps = range(max(current - SKEW, after + 1), current + SKEW + 1)
    return next((step for step in steps if hmac.compare_digest(app.at(step * STEP).encode(), code.encode())), None)


def address(seed: str, *, account: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(seed).provisioning_uri(name=account, issuer_name=issuer)


def in_groups(text: str, size: int = 4) -> str:
    """For people who type it."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))
