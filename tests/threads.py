"""Two hands at once: real threads, each on connections of its own."""

import threading

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
