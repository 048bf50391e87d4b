"""Two hands at once: real threads, each on connections of its own."""

import threading
from contextlib import suppress

from django.db import connections


def in_threads(*jobs):
    """Runs the jobs at once; gives in order what each returned or raised."""
    results, start = [None] * len(jobs), threading.Barrier(len(jobs))

    def run(number, job):
        start.wait()
        try:
            results[number] = job()
        except Exception as problem:
            results[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def meeting(monkeypatch, *steps):
    """Two who reach these steps, each a (module, name), at once: each waits there for the other, but not for ever."""
    both = threading.Barrier(2)

    def after_both(step):
        def reached(*args, **more):
            result = step(*args, **more)
            with suppress(threading.BrokenBarrierError):
                both.wait(0.5)
            return result

        return reached

    for module, name in steps:
        monkeypatch.setattr(module, name, after_both(getattr(module, name)))
