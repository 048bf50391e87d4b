"""The queue of an installation without Redis: a folder of messages."""

import time
import uuid
from pathlib import Path

from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """A message appears whole. The worker takes a file as soon as it sees it, and half a message would end it."""

    def _put(self, queue, payload, **kwargs):
        name = f"{round(time.monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        unfinished = Path(self.data_folder_out, f"{name}.part")
        unfinished.write_bytes(str_to_bytes(dumps(payload)))
        unfinished.rename(unfinished.with_suffix(""))


class Transport(filesystem.Transport):
    Channel = Channel
