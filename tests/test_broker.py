"""The queue of an installation without Redis."""

import uuid
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config import broker, celery


@pytest.fixture
def queue(tmp_path):
    """Of a name of its own: a process binds a name once, and would look for it in the folder of an earlier test."""
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    with Connection("filesystem://", transport_options=folders) as connection:
        yield connection.SimpleQueue(uuid.uuid4().hex)


def test_a_folder_is_kept_by_our_own_transport():
    assert celery.app.connection_for_write("filesystem://").get_transport_cls() is broker.Transport


def test_a_worker_never_takes_half_a_message(queue, monkeypatch):
    """It looks while somebody is still writing, and finds nothing yet."""
    write, found = Path.write_bytes, []

    def slowly(path, data):
        write(path, data[:10])
        with pytest.raises(Empty):
            queue.get(block=False)
        found.append("nothing yet")
        write(path, data)

    monkeypatch.setattr(Path, "write_bytes", slowly)
    queue.put({"n": 1})

    assert (found, queue.get(timeout=5).payload) == (["nothing yet"], {"n": 1})
