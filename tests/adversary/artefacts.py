"""What a ballot leaves on the machine: rows with their system columns, index pages, the write-ahead log, dumps and backups, logs."""

import io
import re
import sqlite3
import tarfile
from dataclasses import dataclass, field

PAGE = 8192
SYSTEM = "pg_catalog", "information_schema"


@dataclass
class Row:
    """One stored row. `place` is its ctid, `xid` its xmin, `file` the file of its table."""

    table: str
    place: tuple[int, int]
    xid: int
    columns: dict

    @property
    def content(self):
        """All values, one after the other, as bytes: what a search sees."""
        return b"\0".join(as_bytes(value) for value in self.columns.values())


def as_bytes(value):
    if value is None:
        return b""
    return bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()


@dataclass
class Artefacts:
    """Everything kept of one ballot; what was not collected is empty, and attacks that need it find nothing."""

    rows: list[Row] = field(default_factory=list)
    leaves: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # index → places in the order of its pages
    inserts: dict[tuple[str, tuple[int, int]], tuple[int, int]] = field(default_factory=dict)  # (table, place) → (position, xid)
    commits: dict[int, str] = field(default_factory=dict)  # xid → time, to the microsecond
    wal: bytes = b""
    dumps: list[bytes] = field(default_factory=list)  # one behind each cast
    backups: list[bytes] = field(default_factory=list)  # pages new or changed since the one before
    files: dict[str, bytes] = field(default_factory=dict)  # tables and indexes as they lie on the disk at the end
    log: bytes = b""


class Collector:
    """Watches the databases of a cluster from `begin` to `end`; `after_cast` between them, as thorough as it is asked to be."""

    DATABASES = ("ballots", "shuze")

    def __init__(self, cluster, *, dumps=False, backups=False, logs=()):
        self.cluster, self.dumps, self.backups, self.logs = cluster, dumps, backups, [cluster.log, *logs]

    def sign_in(self, name):
        self.cluster.sign_in(name)

    def run(self, statement, values=None, **where):
        """For leaks planted on purpose."""
        return self.cluster.sql(statement, values, **where)

    def begin(self):
        self.cluster.sql("TRUNCATE attendance", name="shuze")
        self.found = Artefacts()
        self.sizes = [path.stat().st_size for path in self.logs]
        self.start = position(self.cluster)
        self.names = {name: self._files(name) for name in self.DATABASES}
        self.pages = self._pages() if self.backups else {}

    def after_cast(self, _number=None):
        if self.dumps:
            self.found.dumps.append(b"".join(self._dump(name) for name in self.DATABASES))
        if self.backups:
            pages = self._pages()
            self.found.backups.append(b"".join(page for place, page in pages.items() if self.pages.get(place) != page))
            self.pages = pages

    def end(self, sid):
        self.after_cast()
        self.found.rows = [row for name in self.DATABASES for row in self._rows(name, sid)]
        self.found.leaves = self._leaves()
        self._read_log_of_changes()
        self.cluster.sql("CHECKPOINT")
        self.found.files = self._on_disk()
        for path, size in zip(self.logs, self.sizes, strict=True):
            with path.open("rb") as file:
                file.seek(size)
                self.found.log += file.read()
        return self.found

    def forget(self, sid):
        """Make room for the next ballot, so that a long game stays as quick as a short one."""
        for table in tables(self.cluster, "ballots"):
            # The trigger that keeps formal boxes is for the product; a superuser may pass it by.
            self.cluster.sql(f"SET session_replication_role = replica; DELETE FROM {table} WHERE sid = %s", (sid,))
            self.cluster.sql(f"VACUUM {table}")

    # --- rows and pages ---

    def _files(self, name):
        """{path below the data directory: table} of a database's own tables, their indexes and overflow files."""
        rows = self.cluster.sql(
            "SELECT pg_relation_filepath(c.oid), c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'i', 't') AND n.nspname NOT IN %s AND (n.nspname <> 'pg_toast' OR c.oid > 16384)",
            (SYSTEM,),
            name=name,
        )
        return dict(rows)

    def _rows(self, name, sid):
        for table in tables(self.cluster, name):
            columns = self.cluster.sql(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
                (table,),
                name=name,
            )
            names = [column for (column,) in columns]
            where = "WHERE sid = %s" if "sid" in names else "WHERE %s <> ''"
            for place, xid, *values in self.cluster.sql(
                f"SELECT ctid, xmin::text, t.* FROM {table} t {where}", (sid,), name=name
            ):
                block, line = place.strip("()").split(",")
                yield Row(table, (int(block), int(line)), int(xid), dict(zip(names, values, strict=True)))

    def _leaves(self):
        """The entries of every index over rows of the box, in the order they lie in its pages."""
        indexes = self.cluster.sql(
            "SELECT c.relname, t.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
            " JOIN pg_am a ON a.oid = c.relam WHERE t.relnamespace = 'public'::regnamespace AND a.amname = 'btree'"
        )
        found = {}
        for index, table in indexes:
            entries = self.cluster.sql(
                "SELECT i.htid::text FROM generate_series(1, pg_relation_size(%s) / 8192 - 1) block,"
                " LATERAL (SELECT type FROM bt_page_stats(%s, block)) s, LATERAL bt_page_items(%s, block) i"
                " WHERE s.type IN ('l', 'r') AND i.htid IS NOT NULL ORDER BY block, i.itemoffset",
                (index, index, index),
            )
            found[f"{table}.{index}"] = [tuple(map(int, place.strip("()").split(","))) for (place,) in entries]
        return found

    def _dump(self, name):
        return self.cluster.run("pg_dump", "-h", self.cluster.folder, "-U", "postgres", "--data-only", name)

    def _pages(self):
        """{(file, number): page} of the databases' own tables in a base backup taken now."""
        backup = self.cluster.run(
            "pg_basebackup", "-h", self.cluster.folder, "-U", "postgres", "-D", "-", "-F", "tar", "-X", "fetch", "-c", "fast"
        )
        wanted = {path for files in self.names.values() for path in files}
        with tarfile.open(fileobj=io.BytesIO(backup)) as tar:
            contents = {member.name: tar.extractfile(member).read() for member in tar if member.name.removeprefix("./") in wanted}
        return {(name, at): data[at : at + PAGE] for name, data in contents.items() for at in range(0, len(data), PAGE)}

    def _on_disk(self):
        paths = {path: name for files in self.names.values() for path, name in files.items()}
        return {
            name: (self.cluster.data / path).read_bytes() for path, name in paths.items() if (self.cluster.data / path).exists()
        }

    # --- the write-ahead log ---

    INSERT = re.compile(r"rmgr: Heap .*tx:\s*(\d+), lsn: (\w+)/(\w+),.*desc: INSERT\S* off:? (\d+).*rel (\d+/\d+/\d+) blk (\d+)")
    COMMIT = re.compile(r"rmgr: Transaction .*tx:\s*(\d+),.*desc: COMMIT ([-\d]+ [:.\d]+)(?:.*subxacts:((?: \d+)+))?")

    def _read_log_of_changes(self):
        self.cluster.sql("SELECT pg_switch_wal()")
        end = self.cluster.sql("SELECT pg_current_wal_lsn()")[0][0]
        text = self.cluster.run("pg_waldump", "-p", "data/pg_wal", "-s", self.start, "-e", end, check=False).decode()
        tables = {path.split("/", 1)[1]: table for files in self.names.values() for path, table in files.items()}
        for xid, high, low, line, relation, block in self.INSERT.findall(text):
            if table := tables.get(relation.split("/", 1)[1]):
                self.found.inserts[table, (int(block), int(line))] = (int(high, 16) << 32) + int(low, 16), int(xid)
        for xid, time, below in self.COMMIT.findall(text):
            self.found.commits |= dict.fromkeys([int(xid), *map(int, below.split())], time)
        self.found.wal = log_of_changes(self.cluster, self.start)


def tables(cluster, name):
    """Our own tables in a database of the cluster."""
    rows = cluster.sql(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'",
        name=name,
    )
    return [table for (table,) in rows]


def position(cluster):
    """Where the write-ahead log has got to."""
    return cluster.sql("SELECT pg_current_wal_insert_lsn()")[0][0]


def log_of_changes(cluster, start, size=1 << 20):
    """The bytes of the write-ahead log since a position, without the headers of its pages."""
    end = cluster.sql("SELECT pg_current_wal_lsn()")[0][0]
    first, last = ((int(high, 16) << 32) + int(low, 16) for high, low in (p.split("/") for p in (start, end)))
    per = (1 << 32) // size
    raw = b""
    for number in range(first // size, last // size + 1):
        path = cluster.data / "pg_wal" / f"00000001{number // per:08X}{number % per:08X}"
        raw += path.read_bytes() if path.exists() else b""
    raw = raw[first % size : first % size + last - first]
    head = -first % PAGE
    return raw[:head] + b"".join(raw[at + 24 : at + PAGE] for at in range(head, len(raw), PAGE))


class FileCollector:
    """The same for SQLite: the file of the box, its write-ahead log, and the register in a file beside it."""

    def __init__(self, box, register):
        self.box, self.register = box, register

    def run(self, statement, values=()):
        with sqlite3.connect(self.box) as database:
            database.execute(statement.replace("%s", "?"), values)
        database.close()

    def sign_in(self, name):
        with sqlite3.connect(self.register) as database:
            database.execute("INSERT INTO attendance VALUES (?, 1)", (name,))
        database.close()

    def begin(self):
        self.found = Artefacts()
        with sqlite3.connect(self.register) as database:
            database.execute("CREATE TABLE IF NOT EXISTS attendance (name TEXT PRIMARY KEY, present)")
            database.execute("DELETE FROM attendance")
        database.close()

    def after_cast(self, _number=None):
        database = sqlite3.connect(self.box)
        self.found.dumps.append("\n".join(database.iterdump()).encode())
        database.close()
        self.found.backups.append(self._bytes())

    def end(self, sid):
        self.after_cast()
        self.found.rows = [*self._rows(self.box, sid), *self._rows(self.register, sid)]
        self.found.files = {"the file of the box": self._bytes()}
        wal = self.box.with_name(self.box.name + "-wal")
        self.found.wal = wal.read_bytes() if wal.exists() else b""
        return self.found

    def forget(self, sid):
        for (table,) in self._tables():
            if table.startswith("ballots_"):
                self.run(f"DELETE FROM {table} WHERE sid = %s", (sid,))

    def _tables(self):
        database = sqlite3.connect(self.box)
        found = database.execute("SELECT name FROM pragma_table_list WHERE type = 'table'").fetchall()
        database.close()
        return found

    def _bytes(self):
        return b"".join(path.read_bytes() for path in sorted(self.box.parent.glob(self.box.name + "*")))

    def _rows(self, path, sid):
        database = sqlite3.connect(path)
        tables = database.execute(
            "SELECT name, wr FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ).fetchall()
        for table, without_rowid in tables:
            if table == "django_migrations":
                continue
            cursor = database.execute(f"SELECT {'' if without_rowid else 'rowid AS rowid, '}* FROM {table}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, values, strict=True)) for values in cursor]
            for number, row in enumerate(row for row in rows if row.get("sid", sid) == sid):
                yield Row(table, (0, number), 0, row)
        database.close()
