"""The receipt key of each box: a file only its owner reads, destroyed when no more receipts are due (protocol §4)."""

import os
import secrets
import tempfile
from contextlib import suppress

from django.conf import settings
from nacl.signing import SigningKey

from ballots import codec


def _path(sid):
    return settings.RECEIPT_KEYS / sid


def make(sid):
    """The public key of the box's receipt key, made on first call. Whoever dies or meets a full disk on the way leaves none."""
    settings.RECEIPT_KEYS.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _path(sid).exists():
        with tempfile.NamedTemporaryFile(dir=settings.RECEIPT_KEYS, prefix=".") as file:
            os.fchmod(file.fileno(), 0o400)
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):  # somebody was faster
                os.link(file.name, _path(sid))
        _settle(settings.RECEIPT_KEYS)
    return bytes(_read(sid).verify_key)


def _settle(folder):
    """What was linked here is there after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(sid):
    return SigningKey(_path(sid).read_bytes())


def receipt(sid, entry):
    """The server's word that it holds this entry. Deterministic: a retry gets the same bytes."""
    return _read(sid).sign(codec.tagged("ars/rcpt/v1", sid.encode(), entry)).signature


def destroy(sid):
    """Overwrites the key and removes it. Two may do it at once, or again after one was interrupted."""
    path = _path(sid)
    with suppress(FileNotFoundError):
        path.chmod(0o600)
        with path.open("r+b") as file:
            file.write(bytes(32))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
