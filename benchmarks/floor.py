"""The floor of a run: durable single-row INSERTs of the same bytes, with as many clients, and nothing else."""

import os
import re
import sqlite3
import time

ROWS = 20  # for each client


def measure(installation, box, clients):
    """Rows a second."""
    from ballots import codec

    sent = codec.parse(box.bodies[0])
    ct, z = codec.unb64(sent["e"]), codec.unb64(sent["z"], 64)
    return (sqlite if installation.sqlite else postgresql)(installation, ct, z, clients)


def postgresql(installation, ct, z, clients):
    """pgbench, each client on a connection of its own, into a table like the real one: what no booth between could do better."""
    row = f"'floor', decode(md5(random()::text) || md5(random()::text), 'hex'), '\\x{'00' * 32}', '\\x{ct.hex()}', '\\x{z.hex()}'"
    script = installation.folder / "floor.sql"
    script.write_text(f"INSERT INTO floor VALUES ({row});\n")
    installation.sql("CREATE TABLE floor (LIKE ballots_envelope INCLUDING ALL)")
    run = [installation.pgbench, "-n", "-h", "127.0.0.1", "-p", installation.port, "-U", "postgres", "-f", script]
    out = installation.run([*run, "-c", clients, "-j", 2, "-t", ROWS, "ballots"]).stdout
    installation.sql("DROP TABLE floor")
    if f"{clients * ROWS}/{clients * ROWS}" not in out:
        raise RuntimeError(out)
    return float(re.search(r"tps = ([\d.]+) \(without", out)[1])


def sqlite(installation, ct, z, clients):
    """One connection that never waits: SQLite lets in one writer at a time, so more of them could only be slower."""
    from ballots.sqlite import PRAGMAS

    path = installation.folder / "floor.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(PRAGMAS)
    connection.execute("CREATE TABLE floor (sid, outer_pk, h, ct, z, PRIMARY KEY (sid, outer_pk)) WITHOUT ROWID")
    begin = time.perf_counter()
    for _ in range(clients * ROWS):
        connection.execute("INSERT INTO floor VALUES ('floor', ?, ?, ?, ?)", [os.urandom(32), bytes(32), ct, z])
    seconds = time.perf_counter() - begin
    connection.close()
    path.unlink()
    return clients * ROWS / seconds
