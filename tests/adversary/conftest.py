"""The machines of the games: PostgreSQL, the booth, both for this test run alone. GAMES=full plays the full games."""

import os

import pytest

from tests.adversary import node
from tests.adversary.artefacts import Collector
from tests.adversary.cluster import Cluster, required
from tests.adversary.processes import Booth
from tests.ballots.conftest import (  # noqa: F401, the booth inside the tests' process
    SQLITE,
    booth,
    make_box,
    migrated_file,
    real_database,
    receipt_keys,
    vector_box,
    vector_casts,
    vectors,
)

FULL = os.environ.get("GAMES") == "full"
ONCE = pytest.mark.skipif(not SQLITE, reason="stands on a PostgreSQL of its own: played in the run on SQLite, once is enough")


@pytest.fixture(scope="session")
def cluster(django_db_blocker):
    required("initdb")
    cluster = Cluster()
    try:
        with django_db_blocker.unblock():
            yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture(scope="session")
def booth_process(cluster):
    folder = cluster.folder / "var"
    folder.mkdir()
    process = Booth(cluster.url("ars_cast"), folder).start()
    yield process
    process.stop()


@pytest.fixture
def hall(cluster, booth_process, settings, django_db_blocker):
    """The main site's side of the box, in this process, on the cluster; gives the booth, through whose door the ballots go."""
    settings.RECEIPT_KEYS = cluster.folder / "var" / "receipt-keys"
    with django_db_blocker.unblock(), cluster.as_box("ars_desk"):
        yield booth_process


@pytest.fixture
def collector(cluster, booth_process):
    return Collector(cluster, dumps=True, logs=[booth_process.log])


@pytest.fixture(scope="module")
def browser():
    """The browser's library; `browser(command, …)` gives its answer or raises `node.Refused`."""
    process = node.Browser()
    yield process
    process.stop()
