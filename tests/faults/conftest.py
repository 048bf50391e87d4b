import pytest
from django.core.management import call_command

from ballots.router import DB

from .machines import Box, Cluster, Proxy, Sqlite, pointed_at


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def own_databases(django_db_blocker):
    """Nothing here touches the databases that pytest-django makes."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def place(settings, tmp_path):
    """The folder of one installation, with its receipt keys."""
    settings.RECEIPT_KEYS = tmp_path / "receipt-keys"
    return tmp_path


@pytest.fixture(scope="session")
def migrated(django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "ballots.sqlite3"
    with django_db_blocker.unblock(), pointed_at(f"sqlite:///{path}"):
        call_command("migrate", database=DB, verbosity=0)
    return path


@pytest.fixture
def sqlite(place, migrated):
    return Sqlite(place, migrated=migrated)


@pytest.fixture(scope="session")
def stopped_cluster(django_db_blocker):
    with django_db_blocker.unblock():
        cluster = Cluster().make()
    cluster.stop()
    yield cluster
    cluster.remove()


@pytest.fixture
def cluster(place, stopped_cluster):
    cluster = stopped_cluster.copy()
    yield cluster
    cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    return request.getfixturevalue({"sqlite": "sqlite", "postgresql": "cluster"}[request.param])


@pytest.fixture
def make_box():
    def make(database, cards, **options):
        with pointed_at(database.url):
            return Box(cards, **options)

    return make


@pytest.fixture
def proxy(tmp_path):
    """`proxy(booth_port)` starts nginx in front of a booth."""
    running = []

    def start(booth_port, *, booth_host="127.0.0.1", **options):
        running.append(Proxy(tmp_path / "nginx", f"{booth_host}:{booth_port}", **options).start())
        return running[-1]

    yield start
    for server in running:
        server.stop()
