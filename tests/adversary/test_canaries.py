"""T4: a ballot through nginx, the booth and PostgreSQL as in production; then everything they wrote is searched.

The tablets come from addresses of their own and send a careless browser's cookie, referer and name. The broker of the main site
stands by and is listened to: the booth is given its address and never speaks to it.
"""

import http.client
import json
import os
import random
import shutil
import ssl
import subprocess
import time

import pytest

from ballots import codec
from tests.adversary import artefacts, needles, vote
from tests.adversary.cluster import ROOT, required
from tests.adversary.conftest import ONCE
from tests.adversary.processes import Booth, free_port

pytestmark = [pytest.mark.slow, ONCE]
HOST = "booth.example"
AGENT = "canary-tablet-7f3a91/1.0 (Kiosk 0451)"


class Proxy:
    """nginx with the configuration of deploy/nginx; only paths, ports and the booth's address are this machine's."""

    def __init__(self, folder, booth, change=lambda text: text):
        self.folder, self.port, self.plain = folder / "nginx", free_port(), free_port()
        (self.folder / "conf.d").mkdir(parents=True)
        (self.folder / "tls").mkdir()
        source = ROOT / "deploy" / "nginx"
        places = {
            "/etc/nginx/mime.types": "MIME", "/etc/nginx/": f"{self.folder}/", "/tmp/": f"{self.folder}/tmp-", "MIME": "/etc/nginx/mime.types",
            "http://booth:8001": booth.origin, "http://web:8000": booth.origin, "8443": str(self.port), "8080": str(self.plain),
            "${BOOTH_HOST}": HOST, "${SITE_HOST}": "site.example",
            "/dev/stdout": f"{self.folder}/access.log", "/dev/stderr": f"{self.folder}/error.log",
        }  # fmt: skip
        for path in source.iterdir():
            text = change(path.read_text())
            for ours, here in places.items():
                text = text.replace(ours, here)
            name = "conf.d/sites.conf" if path.name == "sites.conf.template" else path.name
            (self.folder / name).write_text(text)
        for name in ("site", "booth"):
            keys = ["-keyout", self.folder / "tls" / f"{name}.key", "-out", self.folder / "tls" / f"{name}.crt"]
            command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
            subprocess.run([*command, "-subj", f"/CN={name}.example", *keys], check=True, capture_output=True)

    def start(self):
        command = [
            "nginx",
            "-p",
            self.folder,
            "-c",
            self.folder / "nginx.conf",
            "-g",
            "daemon off;",
            "-e",
            self.folder / "start.log",
        ]
        with (self.folder / "said.log").open("wb") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said)
        for _ in range(100):
            if self._answers():
                return self
            time.sleep(0.05)
        raise AssertionError((self.folder / "said.log").read_text())

    def _answers(self):
        try:
            return self.ask("GET", "/v1/open")[0] == 200
        except OSError:
            return False

    def ask(self, method, path, body=None, *, source="127.0.0.1", headers=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        door = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=30, source_address=(source, 0))
        door.sock = None
        door.connect = lambda: _connect(door, context)
        door.request(method, path, body, {"Host": HOST, **(headers or {})})
        answer = door.getresponse()
        result = answer.status, dict(answer.getheaders()), answer.read()
        door.close()
        return result

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def _connect(door, context):
    """A TLS connection that names the booth, though it goes to this machine."""
    http.client.HTTPConnection.connect(door)
    door.sock = context.wrap_socket(door.sock, server_hostname=HOST)


class Broker:
    """A Redis of our own and a listener on everything that is said to it."""

    def __init__(self, folder):
        self.folder, self.port = folder / "redis", free_port()
        self.folder.mkdir()

    def start(self):
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            self.folder,
            "--appendonly",
            "yes",
            "--logfile",
            "redis.log",
        ]
        self.server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        for _ in range(100):
            if subprocess.run(self.client("ping"), capture_output=True).stdout.strip() == b"PONG":
                break
            time.sleep(0.05)
        with (self.folder / "monitor.txt").open("wb") as heard:
            self.monitor = subprocess.Popen(self.client("monitor"), stdout=heard)
        return self

    def client(self, *words):
        return ["redis-cli", "-p", str(self.port), *words]

    def stop(self):
        subprocess.run(self.client("save"), capture_output=True)
        for process in (self.monitor, self.server):
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture
def house(cluster, hall, tmp_path):
    """Proxy, booth and broker around the cluster. `house(change=…, **booth)` starts them and gives (proxy, all folders to search)."""
    for program in ("nginx", "redis-server", "openssl"):
        required(program)
    started = []

    def build(change=lambda text: text, **booth):
        folder = cluster.folder / f"house-{len(started)}"
        folder.mkdir(mode=0o755)
        cluster.folder.chmod(0o755)
        (folder / "receipt-keys").symlink_to(cluster.folder / "var" / "receipt-keys")
        broker = Broker(folder).start()
        process = Booth(
            cluster.url("ars_cast"),
            folder,
            **{"BROKER_URL": f"redis://127.0.0.1:{broker.port}/0", "BOOTH_ORIGIN": f"https://{HOST}"} | booth,
        )
        process.environment["ALLOWED_HOSTS"] = HOST
        process.start()
        proxy = Proxy(folder, process, change).start()
        started.append([proxy, process, broker])
        return proxy, folder, broker

    yield build
    for machines in started:
        for machine in machines:
            machine.stop()
    for number in range(len(started)):
        shutil.rmtree(cluster.folder / f"house-{number}")


def cast_through(proxy, ballot):
    for rater in ballot.raters:
        headers = {
            "Content-Type": "application/json", "X-ARS": "1", "Origin": f"https://{HOST}", "User-Agent": AGENT,
            "Cookie": f"sessionid={rater.name.encode().hex()}", "Referer": f"https://{HOST}/b?{rater.name.encode().hex()}",
            "X-Forwarded-For": rater.tablet,
        }  # fmt: skip
        body = ballot.body(rater)
        answers = [proxy.ask("POST", f"/v1/{ballot.sid}/cast", body, source=rater.tablet, headers=headers) for _again in range(2)]
        assert [status for status, _headers, _body in answers] == [200, 200]
        assert proxy.ask("POST", f"/v1/{ballot.sid}/cast", body[:-9], source=rater.tablet, headers=headers)[0] == 422
        assert proxy.ask("POST", "/v1/nothing", body, source=rater.tablet, headers=headers)[0] == 404


def secrets_of(ballot):
    """Of every rater: what must be nowhere (address, browser, name), and of the card and the ballot what the tablet keeps to itself."""
    found = {"browser": AGENT}
    for rater in ballot.raters:
        found |= {
            f"address of {rater.tablet}": rater.tablet,
            f"name of {rater.tablet}": rater.name.encode().hex(),
            f"card of {rater.tablet}": rater.card.secret,
            f"printed card of {rater.tablet}": rater.card.printed,
        }
    return found


def marks_of(ballot):
    found = {}
    for rater in ballot.raters:
        found[f"marks of {rater.tablet}"] = json.dumps(rater.answers["o01"], separators=(",", ":"))
        found[f"nonce of {rater.tablet}"] = rater.card.nonce("o01")
        found[f"nonce text of {rater.tablet}"] = codec.b64(rater.card.nonce("o01"))
    return found


def everything(cluster, folder, start):
    """The databases as they lie on the disk, the log of changes since `start`, statements, dumps by table, and what the house wrote."""
    cluster.sql("CHECKPOINT")
    cluster.sql("SELECT pg_switch_wal()")
    databases = [
        cluster.data / "base" / str(oid)
        for (oid,) in cluster.sql("SELECT oid FROM pg_database WHERE datname IN ('ballots', 'shuze')")
    ]
    found = needles.files_below(*databases, cluster.data / "global", folder, leave_out={"tls"})
    found["log of changes"] = artefacts.log_of_changes(cluster, start)
    found["PostgreSQL's log"] = cluster.log.read_bytes()
    for name in ("ballots", "shuze"):
        for table in artefacts.tables(cluster, name):
            dump = cluster.run("pg_dump", "-h", cluster.folder, "-U", "postgres", "--data-only", "-t", table, name)
            found[f"dump of {name}.{table}"] = dump + _unhexed(dump)
    return found


def _unhexed(dump):
    """The byte strings of a dump as they are: PostgreSQL writes them in hexadecimal."""
    return b"\n".join(bytes.fromhex(word[3:].decode()) for word in dump.split() if word.startswith(b"\\\\x"))


def test_canaries_are_nowhere_and_marks_only_in_the_opened_box(cluster, house):
    proxy, folder, broker = house()
    start = artefacts.position(cluster)
    ballot = vote.prepare(random.Random(11), raters=4)
    cast_through(proxy, ballot)
    ballot.close()
    secrets, marks = secrets_of(ballot), marks_of(ballot)

    before = everything(cluster, folder, start)
    assert len(before) > 300
    assert needles.hits(secrets | marks, before) == set()

    ballot.open()
    ballot.publish()
    after = everything(cluster, folder, start)
    assert needles.hits(secrets, after) == set()
    places = {
        artefact for _name, artefact, _spelling in needles.hits(marks, {n: c for n, c in after.items() if n.startswith("dump")})
    }
    assert places == {"dump of ballots.ballots_transcript"}, "a publication of four slips shows only their hashes"
    assert (broker.folder / "monitor.txt").read_text().splitlines()[1:] == [], "nobody spoke to the broker"
    spilled = [path for path in folder.rglob("*") if path.is_file() and path.parent.name.startswith("tmp-")]
    assert spilled == [], "no request touched the disk"


def log_again(text):
    """What a careless administrator does to the proxy."""
    return text.replace(
        "access_log off;\n    error_log /dev/null crit;", "access_log /dev/stdout seen;\n    error_log /dev/stderr;"
    ).replace("log_format staff", "log_format seen '$remote_addr $http_user_agent $http_cookie';\n    log_format staff")


def test_a_proxy_that_keeps_a_log_is_found_out(cluster, house):
    proxy, folder, _broker = house(change=log_again)
    ballot = vote.prepare(random.Random(12), raters=2)
    cast_through(proxy, ballot)

    found = {
        name.split(" of ")[0] for name, _artefact, _spelling in needles.hits(secrets_of(ballot), needles.files_below(folder))
    }

    assert found == {"browser", "address", "name"}


@pytest.mark.parametrize(
    "pack",
    [
        str.encode,
        needles.packed,
        lambda text: json.dumps({"x": text}).encode("utf-16"),
        lambda text: text.encode().hex().encode(),
    ],
)
def test_a_canary_is_found_however_it_is_written(pack):
    canary = '{"K01":455,"K02":310}'
    text = canary if pack is not needles.packed else f"before {canary} behind"

    assert {name for name, _artefact, _spelling in needles.hits({"marks": canary}, {"file": pack(text)})} == {"marks"}


@pytest.mark.parametrize("offset", range(4))
def test_a_canary_is_found_inside_longer_base64(offset):
    import base64

    data = base64.b64encode(os.urandom(30 + offset) + b"canary-tablet" + os.urandom(30))

    assert needles.hits({"tablet": "canary-tablet"}, {"file": data}) != set()
