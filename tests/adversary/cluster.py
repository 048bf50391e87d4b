"""A PostgreSQL of the test's own, set up as in production and with an administrator who logs all that can be logged."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connections

from ballots.router import DB
from ballots.sqlite import database

ROOT = Path(__file__).parent.parent.parent
PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: float(path.parent.name))
# Fast, since no power is cut here; everything else is the worst a curious administrator may set for the whole cluster.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "on",
    "wal_level": "replica",
    "wal_keep_size": "256MB",
    "archive_mode": "on",
    "archive_command": "cp %p ../archive/%f",
    "track_commit_timestamp": "off",
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_min_error_statement": "error",
    "log_error_verbosity": "verbose",
    "log_line_prefix": "%m [%p] %u@%d %x ",
    "autovacuum": "off",
}


class Cluster:
    """`start`, use, `stop`. Databases `ballots` and `shuze` with the roles of deploy/postgres, the box migrated and granted."""

    def __init__(self):
        memory = Path("/dev/shm")
        place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="shuze-adversary-", dir=place))
        self.data, self.archive, self.log = self.folder / "data", self.folder / "archive", self.folder / "postgresql.log"

    def start(self):
        self.archive.mkdir()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
            shutil.chown(self.archive, "postgres", "postgres")
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-k", "--no-sync",
                 "--wal-segsize=1")  # fmt: skip
        lines = [f"{name} = '{value}'" for name, value in (SETTINGS | {"unix_socket_directories": self.folder}).items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines))
        self.run("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-s", "start")
        self._make_roles()
        with self.as_box("ars_owner"):
            call_command("migrate", database=DB, verbosity=0)
        with self.as_box("postgres"):
            call_command("grant_booth", "ars_cast", verbosity=0)
            call_command("grant_desk", "ars_desk", verbosity=0)
        self.sql("CREATE EXTENSION pageinspect")
        self.sql("CREATE TABLE attendance (name text PRIMARY KEY, present boolean NOT NULL)", name="shuze")
        return self

    def sign_in(self, name):
        """The attendance list, worse than ours: written in the moment before the ballot is sent."""
        self.sql("INSERT INTO attendance VALUES (%s, true)", (name,), name="shuze")

    def _make_roles(self):
        secrets = self.folder / "secrets"
        secrets.mkdir()
        for name in ("postgres_shuze", "postgres_ars_owner", "postgres_ars_desk", "postgres_ars_cast"):
            (secrets / name).write_text("of-no-use-here")
        command = [
            PROGRAMS / "psql",
            "-q",
            "-h",
            self.folder,
            "-U",
            "postgres",
            "-f",
            ROOT / "deploy" / "postgres" / "10-roles.sql",
        ]
        subprocess.run(command, env={**os.environ, "SECRETS": str(secrets)}, check=True, stdout=subprocess.DEVNULL)
        shutil.rmtree(secrets)

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-s", "stop", check=False)
        shutil.rmtree(self.folder)

    def run(self, program, *arguments, **options):
        """One of PostgreSQL's programs, as the user the server runs as; what it prints, as bytes."""
        user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*user, PROGRAMS / program, *arguments]
        options = {"check": True, "cwd": self.folder} | options
        if program == "pg_ctl":  # the server keeps what it inherits open
            return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        return subprocess.run(command, capture_output=True, **options).stdout

    def url(self, role, name="ballots"):
        return f"postgres://{role}:x@/{self.folder}/{name}"

    def sql(self, statement, values=None, *, name="ballots", role="postgres"):
        """Rows of a statement, each on a connection of its own that says nothing of itself in the log."""
        connection = psycopg2.connect(host=str(self.folder), user=role, dbname=name)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @contextmanager
    def as_box(self, role):
        """The alias of the box pointed at this cluster, in this thread and in those to come."""
        before, config = connections[DB], connections.settings[DB]
        kept = dict(config)
        config |= {"OPTIONS": {}} | database(self.url(role))
        del connections[DB]
        try:
            yield connections[DB]
        finally:
            connections[DB].close()
            config.clear()
            config |= kept
            connections[DB] = before


def required(program):
    """Whether `program` is here; where it is required (CI) its lack is a failure, elsewhere the test is left out."""
    found = PROGRAMS and (PROGRAMS / program).exists() if program == "initdb" else shutil.which(program)
    if found:
        return found
    if os.environ.get("CI") or os.environ.get("GAMES") == "full":
        pytest.fail(f"{program} is required here (Debian: postgresql, nginx-light, redis-server, chromium).")
    pytest.skip(f"no {program} here")
