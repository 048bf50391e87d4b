"""What CI may leave out: a test whose matter exists on one database only runs on the other, and nothing else is left out."""

MAY_SKIP = {  # on this database, for this reason; its other run tries it
    "sqlite": {"roles exist on PostgreSQL only", "SQLite lets in one at a time"},
    "postgresql": {"on PostgreSQL it works", "settings of SQLite"},
}


def unexcused(reports, vendor):
    """`test: reason` for every skipped test that is not excused on this database."""
    told = [(report.nodeid, report.longrepr[2].removeprefix("Skipped: ")) for report in reports]
    return sorted({f"{test}: {reason}" for test, reason in told if reason not in MAY_SKIP[vendor]})


def skippable_twice(items):
    """Tests with several conditions to be skipped: each may be excused, and together they run nowhere."""
    return [item.nodeid for item in items if len([*item.iter_markers("skipif")]) > 1]
