"""The booth with a trigger: it kills its own process at the point that stands in the file SHUZE_VAR/trigger, once.

The product has no such switch; this application wraps it from outside and is given to gunicorn by the tests only.
"""

import os
import signal
from contextlib import contextmanager

from config.booth_wsgi import application as booth  # before all that follows: it sets Django up

# isort: split
from django.conf import settings

from ballots import casting, keys, locks


def reach(point):
    trigger = settings.VAR / "trigger"
    if trigger.exists() and trigger.read_text() == point:
        trigger.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


shared, store, receipt = locks.shared, casting._store, keys.receipt


@contextmanager
def shared_or_die(sid):
    reach("before the lock")
    with shared(sid):
        yield
    reach("after COMMIT")


def store_or_die(*arguments):
    stored = store(*arguments)
    reach("after the INSERT")
    return stored


def receipt_or_die(*arguments):
    signed = receipt(*arguments)
    reach("before COMMIT")
    return signed


locks.shared, casting._store, keys.receipt = shared_or_die, store_or_die, receipt_or_die


class MortalBody:
    def __init__(self, stream):
        self.stream, self.readline = stream, stream.readline

    def read(self, *size):
        data = self.stream.read(*size)
        reach("reading the body")
        return data


def application(environ, start_response):
    environ["wsgi.input"] = MortalBody(environ["wsgi.input"])
    for part in booth(environ, start_response):
        yield part[: len(part) // 2]
        reach("in the reply")
        yield part[len(part) // 2 :]
