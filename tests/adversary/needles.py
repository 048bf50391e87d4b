"""T4: canaries. Where a secret text or byte string is found again, however it was written down."""

import base64
import gzip
import os
import subprocess
import tempfile
import urllib.parse
import zlib


def spellings(secret):
    """{spelling: bytes} of a secret: as it is, hexadecimal, base64 and base32 at every offset, UTF-16, quoted for a URL."""
    data = secret if isinstance(secret, bytes) else secret.encode()
    found = {"raw": data, "hex": data.hex().encode(), "HEX": data.hex().upper().encode()}
    for shift in range(3):  # where it begins inside the base64 of something longer
        middle = base64.b64encode(bytes(shift) + data)[(0, 2, 3)[shift] :].rstrip(b"=")[:-1]
        found[f"base64+{shift}"] = middle
        found[f"base64url+{shift}"] = middle.replace(b"+", b"-").replace(b"/", b"_")
    if isinstance(secret, str):
        found |= {name: secret.encode(name) for name in ("utf-16-le", "utf-16-be") if not secret.isascii()}
        found["quoted"] = urllib.parse.quote(secret).encode()
        found["escaped"] = secret.encode("unicode_escape")
        found["in JSON in JSON"] = data.replace(b'"', b'\\"')
    else:
        found["base32"] = base64.b32encode(data).rstrip(b"=")[:-1]
        found["as a list"] = ", ".join(map(str, data)).encode()
    return {name: spelled for name, spelled in found.items() if len(spelled) >= 8}


HEADERS = (b"\x1f\x8b\x08", 31), (b"\x78\x01", 15), (b"\x78\x5e", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15)


def unpacked(data):
    """The data; without zero bytes, which makes plain text of UTF-16; and whatever gzip or zlib packed, wherever it begins."""
    yield data
    yield data.replace(b"\0", b"")
    view = memoryview(data)
    for magic, window in HEADERS:
        at = data.find(magic)
        while at >= 0:
            if len(plain := _inflate(view[at : at + (1 << 20)], window)) > 8:
                yield plain
                yield plain.replace(b"\0", b"")
            at = data.find(magic, at + 1)


def _inflate(packed, window):
    try:
        return zlib.decompressobj(window).decompress(packed, 1 << 22)
    except zlib.error:
        return b""


def hits(secrets, artefacts):
    """{(name of the secret, artefact, spelling)}: every place where a secret shows. Both are dicts by name."""
    spelled = [(name, spelling, data) for name, secret in secrets.items() for spelling, data in spellings(secret).items()]
    with tempfile.NamedTemporaryFile() as patterns:
        odd = [entry for entry in spelled if b"\n" in entry[2] or b"\0" in entry[2]]  # grep takes one text a line
        patterns.write(b"\n".join(entry[2] for entry in spelled if entry not in odd))
        patterns.flush()
        return {
            (name, artefact, spelling)
            for artefact, content in artefacts.items()
            for plain in unpacked(content)
            for name, spelling, data in (spelled if _has_any(plain, patterns.name) else odd)
            if data in plain
        }


def _has_any(content, patterns):
    """grep looks for a thousand texts in the time Python takes for one."""
    command = ["grep", "--quiet", "--text", "--fixed-strings", f"--file={patterns}"]
    return (
        subprocess.run(
            command, input=content, env={"LC_ALL": "C", "PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL
        ).returncode
        == 0
    )


def files_below(*folders, leave_out=()):
    """{path: bytes} of every file below some folders."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not any(part in leave_out for part in path.parts)
    }


def packed(text):
    """For the check of the check."""
    return b"before" + gzip.compress(text.encode()) + b"behind"
