"""What the database keeps for us and must not tell: locked under a key that no dump of it holds (S3)."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def lock(text: str) -> str:
    return _key(settings.SECOND_FACTOR_KEY).encrypt(text.encode()).decode()


def unlock(locked: str) -> str | None:
    """What was locked, or None where it was locked under another key."""
    try:
        return _key(settings.SECOND_FACTOR_KEY).decrypt(locked.encode()).decode()
    except InvalidToken:
        return None


@lru_cache
def _key(secret):
    if not secret:
        raise ImproperlyConfigured("SECOND_FACTOR_KEY is not set; .env.example says what it is.")
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"shuze/second-factor/v1").derive(secret.encode())
    return Fernet(urlsafe_b64encode(derived))
