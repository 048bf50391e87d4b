"""The attacks of the link game (ballots.md §8, T3). Each says which slip is whose, from artefacts and what everybody in the hall saw.

Two kinds. One finds the slips themselves in something that has an order, and lays this order beside the order of sending. The
other takes the envelopes, whose order of arrival is no secret, and looks for anything that ties an envelope to a slip: an equal
value (join finder), or an equal place when both are sorted by something (order finder: key order, h order, size, …).
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from ballots import codec
from tests.adversary.artefacts import Artefacts, as_bytes


@dataclass
class Scene:
    """What the adversary has: the artefacts, the raters in the order of sending, and the slips of the board."""

    artefacts: Artefacts
    names: list[str]
    tablets: list[str]
    seconds: list[float]
    board: list[dict]

    @property
    def keys(self):
        return [slip["p"] for slip in self.board]


def by_key(slip):
    """Byte strings that give a slip's key away. All keys are listed before anybody votes, so a copy of the lists holds them too."""
    return _spellings(slip["p"].encode(), codec.unb64(slip["p"]))


def by_content(slip):
    """Byte strings that give away the signature, the nonce or the marks, which exist on a tablet only until the box is opened."""
    body = json.loads(slip["b"])
    texts = [slip["z"], body["n"], json.dumps(body["a"], separators=(",", ":"))]
    return _spellings(*(text.encode() for text in texts), codec.unb64(slip["z"]), codec.unb64(body["n"]))


def _spellings(*plain):
    return [*plain, *(data.hex().encode() for data in plain)]


def first(slip, data, needles=lambda slip: by_key(slip) + by_content(slip)):
    """Where a slip is first seen in bytes, or None."""
    return min((at for needle in needles(slip) if (at := data.find(needle)) >= 0), default=None)


# --- slips found in something that has an order -----------------------------------------------------------------------------------


def homes(scene):
    """{slip: (row, offset in it)}; a row that holds one slip alone says more than one that holds all."""
    found = {}
    for row in scene.artefacts.rows:
        content = row.content
        held = {slip["p"]: at for slip in scene.board if (at := first(slip, content)) is not None}
        for p, at in held.items():
            if p not in found or len(held) < found[p][2]:
                found[p] = row, at, len(held)
    return {p: (row, at) for p, (row, at, _held) in found.items()}


def ctid(scene):
    return {p: (row.place, at) for p, (row, at) in homes(scene).items()}


def xmin(scene):
    return {p: (row.xid, at) for p, (row, at) in homes(scene).items()}


def rowid(scene):
    """The hidden number of SQLite's rows, which is collected as a column of that name."""
    return {p: (row.columns["rowid"], at) for p, (row, at) in homes(scene).items() if "rowid" in row.columns}


def btree_leaf(scene):
    places = homes(scene)
    orders = {name.split(".")[0]: leaves for name, leaves in scene.artefacts.leaves.items()}
    return {
        p: (orders[row.table].index(row.place), at) for p, (row, at) in places.items() if row.place in orders.get(row.table, ())
    }


def wal_record(scene):
    inserts = scene.artefacts.inserts
    return {
        p: (inserts[row.table, row.place][0], at) for p, (row, at) in homes(scene).items() if (row.table, row.place) in inserts
    }


def wal_commit_time(scene):
    commits = scene.artefacts.commits
    return {p: (commits[row.xid], at) for p, (row, at) in homes(scene).items() if row.xid in commits}


def in_bytes(data, needles=by_content):
    def attack(scene):
        content = getattr(scene.artefacts, data)
        return {slip["p"]: at for slip in scene.board if (at := first(slip, content, needles)) is not None}

    return attack


def in_turn(data, needles=by_content):
    """The first of a row of snapshots in which a slip is seen, then where in it."""

    def attack(scene):
        found = {}
        for number, content in enumerate(getattr(scene.artefacts, data)):
            for slip in scene.board:
                if slip["p"] not in found and (at := first(slip, content, needles)) is not None:
                    found[slip["p"]] = number, at
        return found

    return attack


def log_time(scene):
    """The time at the head of the log line a slip is seen in."""
    found = {}
    for line in scene.artefacts.log.splitlines():
        if stamp := re.search(rb"\d\d:\d\d:\d\d(?:[.,]\d+)?", line):
            for slip in scene.board:
                if first(slip, line) is not None:
                    found.setdefault(slip["p"], stamp[0])
    return found


def board_order(scene):
    return {p: number for number, p in enumerate(scene.keys)}


DIRECT = {
    "ctid": ctid,
    "xmin": xmin,
    "rowid": rowid,
    "btree leaf order": btree_leaf,
    "WAL record": wal_record,
    "WAL commit time": wal_commit_time,
    "WAL bytes": in_bytes("wal"),
    "WAL bytes, keys": in_bytes("wal", by_key),
    "dump diff": in_turn("dumps"),
    "dump diff, keys": in_turn("dumps", by_key),
    "backup diff": in_turn("backups"),
    "backup diff, keys": in_turn("backups", by_key),
    "log order": in_bytes("log"),
    "log time": log_time,
    "board order": board_order,
}


def file_offsets(scene):
    """{attack: {slip: offset}} for every table and index as it lies on the disk."""
    found = {}
    for name, data in scene.artefacts.files.items():
        for kind, needles in (("", by_content), (", keys", by_key)):
            seen = {slip["p"]: at for slip in scene.board if (at := first(slip, data, needles)) is not None}
            if len(seen) > 1:
                found[f"file offset in {name}{kind}"] = seen
    return found


def own_columns(scene):
    """{attack: {slip: value}}: whatever a row that holds one slip alone says besides, a number or a time above all."""
    found = homes(scene)
    rows = {p: row for p, (row, _at) in found.items()}
    if len({(row.table, row.place) for row in rows.values()}) < len(scene.board):
        return {}
    names = set.intersection(*(set(row.columns) for row in rows.values()))
    return {f"own column {name}": {p: _sortable(row.columns[name]) for p, row in rows.items()} for name in names}


def _sortable(value):
    return value if isinstance(value, (int, datetime)) else as_bytes(value)


def in_order_of_sending(scene, positions, reverse=False):
    """{name: slip}: the first found was sent first; None unless the attack saw at least two slips."""
    if len(positions) < 2:
        return None
    ordered = sorted(positions, key=positions.get, reverse=reverse)  # PostgreSQL fills a page from its end
    unseen = [p for p in scene.keys if p not in positions]
    return dict(zip(scene.names, ordered + unseen, strict=True))


# --- join finder ------------------------------------------------------------------------------------------------------------------


def owners(scene):
    """{index of a row: rater}: rows that name a rater or a tablet, and rows of a table that grew by one with every rater."""
    found, tables = {}, {}
    for index, row in enumerate(scene.artefacts.rows):
        tables.setdefault(row.table, []).append(index)
        content = row.content
        for name, tablet in zip(scene.names, scene.tablets, strict=True):
            if name.encode() in content or tablet.encode() in content:
                found[index] = name
    for indexes in tables.values():
        if len(indexes) == len(scene.names) and not any(index in found for index in indexes):
            arrived = sorted(indexes, key=lambda i: (scene.artefacts.rows[i].xid, scene.artefacts.rows[i].place))
            found |= dict(zip(arrived, scene.names, strict=True))
    return found


def values(row):
    """Every value of a row, also of its system columns, by name; long byte strings in pieces as well."""
    yield "xmin", str(row.xid).encode()
    yield "ctid", str(row.place).encode()
    for name, value in row.columns.items():
        data = as_bytes(value)
        yield name, data
        if len(data) > 200:
            yield f"{name} head", data[:32]
            yield f"{name} tail", data[-16:]


def slip_values(scene, index_of_home):
    for slip in scene.board:
        body = json.loads(slip["b"])
        members = {"p": slip["p"], "z": slip["z"], "n": body["n"]}
        for name, text in members.items():
            yield slip["p"], name, text.encode()
            yield slip["p"], f"{name} raw", codec.unb64(text)
        if slip["p"] in index_of_home:
            yield from ((slip["p"], f"row {name}", value) for name, value in values(index_of_home[slip["p"]]))


def joins(scene):
    """{(column of a rater's row, column of a slip): {name: slip}}: wherever an equal value ties exactly one to one."""
    holders = {}
    for index, name in owners(scene).items():
        row = scene.artefacts.rows[index]
        for column, value in values(row):
            holders.setdefault((f"{row.table}.{column}", value), set()).add(name)
    alone = {p: row for p, (row, _at) in homes(scene).items()}
    shared = [row.place for row in alone.values()]
    alone = {p: row for p, row in alone.items() if shared.count(row.place) == 1}
    columns = {}
    for p, column, value in slip_values(scene, alone):
        for (other, held), names in holders.items():
            if held == value and len(names) == 1 and len(value) > 0:
                columns.setdefault((other, column), {}).setdefault(p, set()).update(names)
    return {
        pair: {next(iter(names)): p for p, names in found.items() if len(names) == 1}
        for pair, found in columns.items()
        if sum(len(names) == 1 for names in found.values()) > 1
    }


def best_join(scene):
    """The join that ties most raters; the rest is filled up in order."""
    found = max(joins(scene).values(), key=len, default=None)
    if not found:
        return None
    guess = dict(found)
    left = [p for p in scene.keys if p not in guess.values()]
    for name in scene.names:
        if name not in guess and left:
            guess[name] = left.pop(0)
    return guess


# --- order finder -----------------------------------------------------------------------------------------------------------------


def envelope_columns(scene):
    """{column: value of each rater's own rows, in the order of sending}: numbers, times, byte strings, lengths."""
    by_owner = {}
    for index, name in owners(scene).items():
        row = scene.artefacts.rows[index]
        by_owner.setdefault(row.table, {})[name] = row
    columns = {
        "second of sending": list(scene.seconds),
        "tablet": [list(map(int, tablet.split("."))) for tablet in scene.tablets],
    }
    for table, rows in by_owner.items():
        if len(rows) < len(scene.names):
            continue
        ordered = [rows[name] for name in scene.names]
        for column in ordered[0].columns:
            columns[f"{table}.{column}"] = [as_bytes(row.columns[column]) for row in ordered]
            columns[f"{table}.{column} length"] = [len(as_bytes(row.columns[column])) for row in ordered]
            columns[f"{table}.{column} tail"] = [as_bytes(row.columns[column])[::-1][:16] for row in ordered]
        columns[f"{table} WAL time"] = [commit_time(scene, row) for row in ordered]
    return {name: column for name, column in columns.items() if len(set(map(str, column))) > 1}


def commit_time(scene, row):
    stamp = scene.artefacts.commits.get(row.xid)
    return datetime.fromisoformat(stamp).microsecond if stamp else 0


def slip_columns(scene):
    """{column: {slip: value}}"""
    bodies = {slip["p"]: json.loads(slip["b"]) for slip in scene.board}
    return {
        "place on the board": {p: number for number, p in enumerate(scene.keys)},
        "signature": {slip["p"]: slip["z"] for slip in scene.board},
        "nonce": {p: body["n"] for p, body in bodies.items()},
        "marks": {p: (sum(body["a"].values()), body["n"]) for p, body in bodies.items()},
        "length": {slip["p"]: (len(slip["b"]), slip["p"]) for slip in scene.board},
    }


def alignments(scene):
    """{(envelope column, slip column): {name: slip}}: both sorted, the n-th with the n-th."""
    slips = {name: sorted(column, key=column.get) for name, column in slip_columns(scene).items()}
    found = {}
    for name, column in envelope_columns(scene).items():
        people = [person for _value, person in sorted(zip(column, scene.names, strict=True))]
        for other, ordered in slips.items():
            found[name, other] = dict(zip(people, ordered, strict=True))
    return found


def correlations(scene, truth):
    """{pair of columns: Spearman's rho between a rater's envelope and the slip that is really his}: what no adversary knows."""
    ranks = {name: {p: n for n, p in enumerate(sorted(c, key=c.get))} for name, c in slip_columns(scene).items()}
    found = {}
    for name, column in envelope_columns(scene).items():
        people = [person for _value, person in sorted(zip(column, scene.names, strict=True))]
        for other, rank in ranks.items():
            gaps = sum((n - rank[truth[person]]) ** 2 for n, person in enumerate(people))
            found[f"{name} ~ {other}"] = 1 - 6 * gaps / (len(people) * (len(people) ** 2 - 1))
    return found


def guesses(scene):
    """{attack: {name: slip}, or None where it had nothing to go by}"""
    found = {name: attack(scene) for name, attack in DIRECT.items()} | own_columns(scene) | file_offsets(scene)
    made = {name: in_order_of_sending(scene, positions) for name, positions in found.items()}
    made |= {f"{name}, reversed": in_order_of_sending(scene, positions, reverse=True) for name, positions in found.items()}
    made["join finder"] = best_join(scene)
    made |= {f"order finder: {one} ~ {other}": guess for (one, other), guess in alignments(scene).items()}
    return made
