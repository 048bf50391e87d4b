"""What can be killed: a booth process, a PostgreSQL of the test's own, SQLite in a file; and the box that stands on it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections
from nacl.signing import SigningKey

from ballots import actions, codec, keys, reference
from ballots.router import DB
from ballots.sqlite import database

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/nowhere"), key=lambda path: float(path.parent.name))
DURABLE = {  # as in docker-compose.yml; the rest keeps the files small and lets a cluster in a corner of the disk start
    "listen_addresses": "", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "wal_level": "replica",
    "max_wal_senders": "4", "max_connections": "60", "shared_buffers": "16MB", "min_wal_size": "32MB", "max_wal_size": "48MB",
    "log_min_messages": "fatal",
}  # fmt: skip


def required(what, is_here):
    """Leaves the test out where the machine lacks something; in CI and in the full run that is a failure."""
    if not is_here:
        if os.environ.get("CI") or os.environ.get("GAMES") == "full":
            pytest.fail(f"{what} is required here")
        pytest.skip(f"no {what} here")


def as_root():
    required("root", os.geteuid() == 0)


def children(pid):
    """The processes that `pid` has started and not lost; asked of the kernel, for a small machine has no `ps`."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # gone meanwhile
            found += map(int, thread.read_text().split())
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- databases ---------------------------------------------------------------------------------------------------------------


class Sqlite:
    """One file, migrated."""

    def __init__(self, folder, *, migrated=None):
        self.path = folder / "ballots.sqlite3"
        if migrated:
            shutil.copy(migrated, self.path)
        self.url = f"sqlite:///{self.path}"

    def rows(self):
        with pointed_at(self.url) as connection:
            return rows_of(connection)

    def is_sound(self):
        with pointed_at(self.url) as connection, connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            return cursor.fetchall() == [("ok",)]


class Cluster:
    """A durable PostgreSQL of the test's own on a socket in its folder. It runs as `postgres` where the test runs as root."""

    def __init__(self, folder=None):
        required("PostgreSQL", PROGRAMS.exists())
        self.folder = folder or Path(tempfile.mkdtemp(prefix="shuze-faults-"))  # not pytest's, which `postgres` may not enter
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self.data, self.url = self.folder / "data", f"postgres://postgres:x@/{self.folder}/ballots"

    def make(self):
        """A new cluster, started, with the box migrated."""
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-k", "--wal-segsize=1")
        self.configure(**DURABLE)
        self.start()
        self.sql("CREATE DATABASE ballots", name="postgres")
        with pointed_at(self.url):
            call_command("migrate", database=DB, verbosity=0)
        return self

    def copy(self, folder=None):
        """A cluster that begins where this one was stopped."""
        other = Cluster(folder)
        subprocess.run(["cp", "-a", self.data, other.data], check=True)
        other.start()
        return other

    def configure(self, **settings):
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def run(self, program, *arguments, check=True):
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*user, PROGRAMS / program, *map(str, arguments)]
        # The server keeps what it inherits open, so nobody waits for the end of a pipe.
        return subprocess.run(command, check=check, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start(self, *, check=True):
        options = f"-c unix_socket_directories={self.folder}"
        self.run(
            "pg_ctl", "-D", self.data, "-l", self.folder / "log", "-o", options, "-w", "-t", "60", "-s", "start", check=check
        )
        return self.is_up()

    def is_up(self):
        try:
            self.sql("SELECT 1", name="postgres")
        except psycopg2.OperationalError:
            return False
        return True

    def processes(self):
        """The postmaster and all its children."""
        try:
            postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return []
        return [postmaster, *children(postmaster)]

    def kill(self):
        """kill -9 of everything at once: nothing is flushed, nothing is said."""
        processes = self.processes()
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while not all(map(_is_dead, processes)):
            time.sleep(0.01)
        self.forget_the_dead()

    def forget_the_dead(self):
        """A killed server may lie about until somebody reaps it, and its marks would be taken for those of a running one."""
        for left in (self.data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock", self.folder / ".s.PGSQL.5432"):
            left.unlink(missing_ok=True)

    def stop(self, mode="fast"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-s", "stop", check=False)

    def remove(self):
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def sql(self, statement, *, name="ballots"):
        connection = psycopg2.connect(host=str(self.folder), user="postgres", dbname=name)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def rows(self):
        with pointed_at(self.url) as connection:
            return rows_of(connection)

    def is_sound(self):
        """Every page read and its checksum judged, indexes too."""
        self.sql("CREATE EXTENSION IF NOT EXISTS amcheck")
        self.sql("SELECT bt_index_check(oid, true) FROM pg_class WHERE relname LIKE 'ballots%pkey'")
        return self.sql("SELECT checksum_failures FROM pg_stat_database WHERE datname = 'ballots'") in ([(0,)], [(None,)])


def _is_dead(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def pointed_at(url):
    """The alias of the box pointed at a database, in this thread and in those to come."""
    before, config = connections[DB], connections.settings[DB]
    kept = dict(config)
    config |= {"OPTIONS": {}, "CONN_MAX_AGE": 0} | database(url)
    config["CONN_MAX_AGE"] = 0
    del connections[DB]
    try:
        yield connections[DB]
    finally:
        connections[DB].close()
        config.clear()
        config |= kept
        connections[DB] = before


def rows_of(connection):
    """{(sid, card): h} of every envelope; the primary key is not trusted to make them one a card."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sid, outer_pk, h FROM ballots_envelope")
        found = [((sid, bytes(card)), bytes(h)) for sid, card, h in cursor.fetchall()]
    assert len(dict(found)) == len(found), "two rows for one card"
    return dict(found)


# --- the box -------------------------------------------------------------------------------------------------------------------


OFFICIALS = [{"o": "o01", "n": "某甲", "category": "甲", "unit": ""}, {"o": "o02", "n": "某乙", "category": "甲", "unit": ""}]
SCHEME = {
    "code": "F", "mode": "points", "criteria": [{"code": "K01", "max_points": 60}, {"code": "K02", "max_points": 40}],
    "rater_groups": [{"code": "B", "weight": "1/2"}, {"code": "D", "weight": "1/2"}],
}  # fmt: skip


class Box:
    """A box made as the pages make it, with the keys and cards that no server ever has."""

    def __init__(self, cards, *, officials=OFFICIALS, scheme=SCHEME, sid=None):
        sid = sid or actions.new_sid()
        self.sid, self.keys = sid, reference.make_keys(sid)
        actions.create_box(sid, mode="formal")
        actions.store_keys(sid, urn_pub=self.keys.urn_pub, board_pub=self.keys.board_pub)
        scope = [official["o"] for official in officials]
        small = max(1, cards // 3)
        given = actions.store_draft(
            sid, date="2026-12-18", officials=officials, scheme=scheme, client=codec.b64(bytes(32)),
            groups=[
                {"g": "b", "code": "B", "cards": cards - small, "scope": scope}, {"g": "d", "code": "D", "cards": small, "scope": scope},
            ],
        )  # fmt: skip
        self.credentials, boxes = reference.make_cards(codec.parse(given))
        self.manifest = reference.complete(codec.parse(given), self.credentials)
        actions.store_setup(sid, manifest=codec.canonical(self.manifest), credentials=codec.canonical(self.credentials))
        actions.open_box(sid)
        self.cards = [card for letter in sorted(boxes) for card in boxes[letter]]
        self.receipt_key = SigningKey((keys._path(sid)).read_bytes())
        self.drawn = {letter: len(box) for letter, box in boxes.items()}


# --- the booth -----------------------------------------------------------------------------------------------------------------


class Booth:
    """The booth as in production but for the address. `app` may be the tests' own, which can be made to die at a point."""

    def __init__(self, url, folder, *, app=None, arguments=(), host="127.0.0.1", port=None, within=None, **environment):
        self.log, self.port, self.url = folder / "booth.log", port or free_port(), url
        namespace = ["ip", "netns", "exec", within] if within else []
        self.command = [*namespace, sys.executable, "-m", "gunicorn", "--config", "config/booth_gunicorn.py", *arguments]
        self.command += ["--bind", f"{host}:{self.port}", "--worker-tmp-dir", "/dev/shm", *([app] if app else [])]
        self.environment = {
            "PATH": os.environ["PATH"], "SHUZE_VAR": str(folder), "BALLOTS_DATABASE_URL": url, "DEMO": "1",
            "BOOTH_ORIGIN": f"http://{host}:{self.port}", **environment,
        }  # fmt: skip

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *problem):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self):
        with self.log.open("ab") as log:
            said = self.log.stat().st_size
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not re.search(rb"Listening at", self.log.read_bytes()[said:]):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def kill(self):
        """kill -9 of the master and its workers."""
        for pid in [self.process.pid, *children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


class Proxy:
    """nginx with the booth's part of deploy/nginx, on plain http at an address of its own."""

    def __init__(self, folder, booth, *, host="127.0.0.1", port=None, within=None):
        required("nginx", shutil.which("nginx"))
        self.folder, self.host, self.port, self.process = folder, host, port or free_port(), None
        self.namespace = ["ip", "netns", "exec", within] if within else []
        self.write("nginx.conf", booth)
        self.write("to-booth.conf", booth)
        self.write("sites.conf.template", booth)

    def write(self, name, booth):
        text = (ROOT / "deploy" / "nginx" / name).read_text()
        if name == "sites.conf.template":
            name, text = "conf.d/booth.conf", text[text.index("# --- the booth") :]
        for old, new in {
            " /tmp/": f" {self.folder}/", "include /etc/nginx/conf.d": f"include {self.folder}/conf.d",
            "include /etc/nginx/to-": f"include {self.folder}/to-", "8443 ssl": f"{self.host}:{self.port}",
            "http://booth:8001": f"http://{booth}", "https://${BOOTH_HOST}": self.origin, "${BOOTH_HOST}": self.host,
        }.items():  # fmt: skip
            text = text.replace(old, new)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(re.sub(r"^\s*ssl_.*$", "", text, flags=re.M))

    @property
    def origin(self):
        return f"http://{self.host}:{self.port}"

    def start(self):
        command = [*self.namespace, "nginx", "-c", self.folder / "nginx.conf", "-p", self.folder, "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not (self.folder / "nginx.pid").exists():
            assert self.process.poll() is None, "nginx did not start"
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.02)
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
