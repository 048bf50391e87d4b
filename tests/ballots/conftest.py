"""The box of the shared vectors, and small boxes made on the spot."""

import hashlib
import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.db import connections
from django.test import Client
from nacl import bindings
from nacl.signing import SigningKey

from ballots import codec
from ballots.models import Box, State
from ballots.router import DB

VECTORS = Path(__file__).parent.parent / "data" / "ballot_vectors.json"
AS_IN_THE_BOOTH = {
    "ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "STATIC_ROOT", "BOOTH_ORIGIN", "DATA_UPLOAD_MAX_MEMORY_SIZE", "SECURE_HSTS_SECONDS",
}  # fmt: skip
SQLITE = site.DATABASES[DB]["ENGINE"].endswith("sqlite3")
ORIGIN = "http://testserver"


@pytest.fixture(scope="session")
def vectors():
    return json.loads(VECTORS.read_bytes())


@pytest.fixture
def receipt_keys(settings, tmp_path):
    settings.RECEIPT_KEYS = tmp_path / "receipt-keys"
    return settings.RECEIPT_KEYS


@pytest.fixture
def booth(settings, receipt_keys):
    """The tests' process turned into the booth: its addresses, its middleware, its database."""
    from config import booth

    for name in AS_IN_THE_BOOTH:
        setattr(settings, name, getattr(booth, name))
    return Tablet()


class Tablet(Client):
    """What the booth's pages send."""

    def send(self, path, body, **headers):
        headers = {"X-ARS": "1", "Origin": ORIGIN} | headers
        content_type = headers.pop("Content-Type", "application/json")
        headers = {name: value for name, value in headers.items() if value is not None}
        return self.post(path, data=body, content_type=content_type, headers=headers)

    def cast(self, sid, body, **headers):
        return self.send(f"/v1/{sid}/cast", body, **headers)

    def void(self, sid, body, **headers):
        return self.send(f"/v1/{sid}/void", body, **headers)


@dataclass
class Card:
    """A card that casts bytes nobody could open: the booth cannot tell."""

    sid: str
    key: SigningKey
    length: int

    @property
    def public(self):
        return bytes(self.key.verify_key)

    def message(self, ct, *, tag="ars/env/v1"):
        h = hashlib.sha256(ct).digest()
        z = self.key.sign(codec.tagged(tag, self.sid.encode(), h)).signature
        return {"v": 1, "s": self.sid, "c": codec.b64(self.public), "e": codec.b64(ct), "z": codec.b64(z)}

    def envelope(self, fill=b"\1"):
        return codec.canonical(self.message(fill * self.length))

    def void(self):
        z = self.key.sign(codec.tagged("ars/void/v1", self.sid.encode(), self.public)).signature
        return codec.canonical({"v": 1, "s": self.sid, "c": codec.b64(self.public), "z": codec.b64(z)})


@pytest.fixture
def make_box(vectors, receipt_keys):
    """`make_box(cards=3)` stores an open box of that many cards and gives the cards."""
    from ballots import api, keys

    api._cards.cache_clear()  # tests make other boxes under the same sid, which happens nowhere else

    def make(cards=3, state=State.OPEN, sid="00000000000000aa"):
        made = [Card(sid, SigningKey(hashlib.sha256(b"%d" % n).digest()), 1024 + 48) for n in range(cards)]
        outer = sorted(codec.b64(card.public) for card in made)
        credentials = codec.canonical({"v": 1, "sid": sid, "groups": {"b": {"outer": outer, "slip": {}}}})
        rcpt_pub = codec.b64(keys.make(sid))
        manifest = codec.canonical(vectors["manifest"] | {"sid": sid, "rcpt_pub": rcpt_pub})
        Box.objects.create(sid=sid, state=state, manifest=manifest, credentials=credentials, receipt_key=sid)
        return made

    return make


@pytest.fixture
def vector_box(vectors, receipt_keys):
    """The box of the vectors, open, with their receipt key."""
    sid = vectors["manifest"]["sid"]
    receipt_keys.mkdir()
    (receipt_keys / sid).write_bytes(bytes.fromhex(vectors["receipt_key_seed_hex"]))
    return Box.objects.create(
        sid=sid,
        state=State.OPEN,
        manifest=vectors["manifest_bytes"].encode(),
        credentials=codec.canonical(vectors["credentials"]),
        receipt_key=sid,
    )


@pytest.fixture(scope="session")
def vector_casts(vectors):
    """{card: body} of the vectors' casts, sealed anew with their ephemeral keys, in the order of casting."""
    return {card: _cast_body(vectors, card) for card in vectors["cast_order"]}


def _cast_body(vectors, card):
    cast = vectors["casts"][card]
    plaintext = cast["plaintext"].encode() + b"\x80"
    plaintext += bytes(vectors["manifest"]["pad"] - len(plaintext))
    urn = codec.unb64(vectors["manifest"]["urn_pub"], 32)
    secret = bytes.fromhex(cast["ephemeral_secret"])
    public = bindings.crypto_scalarmult_base(secret)
    nonce = hashlib.blake2b(public + urn, digest_size=24).digest()
    ct = public + bindings.crypto_box(plaintext, nonce, urn, secret)
    body = codec.canonical(
        {"v": 1, "s": vectors["manifest"]["sid"], "c": vectors["cards"][card]["outer_pub"], "e": codec.b64(ct), "z": cast["z"]}
    )
    assert hashlib.sha256(body).hexdigest() == cast["cast_body_sha256"]
    return body


@contextmanager
def database_in(path):
    """The alias of the box pointed at a file, in this thread and in those to come."""
    in_memory, config = connections[DB], connections.settings[DB]
    name, config["NAME"] = config["NAME"], str(path)
    del connections[DB]
    try:
        yield connections[DB]
    finally:
        connections[DB].close()
        config["NAME"] = name
        connections[DB] = in_memory


@pytest.fixture(scope="module")
def migrated_file(django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("ballots") / "migrated.sqlite3"
    with django_db_blocker.unblock(), database_in(path):
        call_command("migrate", database=DB, verbosity=0)
    return path


@pytest.fixture
def real_database(request, tmp_path):
    """A database that threads share as in production: SQLite in a file; PostgreSQL as it is."""
    if not SQLITE:
        request.getfixturevalue("transactional_db")
        yield connections[DB]
        return
    path = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "ballots.sqlite3")
    with request.getfixturevalue("django_db_blocker").unblock(), database_in(path) as connection:
        yield connection
