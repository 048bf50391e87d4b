"""The booth as a process of its own, as in production but for the address it listens at."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time

from tests.adversary.cluster import ROOT


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Booth:
    """`start`, `cast`, `stop`. Everything it writes goes into the file `log`."""

    def __init__(self, url, folder, *, arguments=(), **environment):
        self.log = folder / "booth.log"
        self.command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "config/booth_gunicorn.py",
            "--bind",
            "127.0.0.1:0",
            *arguments,
        ]
        self.environment = {
            "PATH": os.environ["PATH"],
            "SHUZE_VAR": str(folder),
            "BALLOTS_DATABASE_URL": url,
            "DEMO": "1",  # plain http
            **environment,
        }

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not (found := re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the booth does not listen"
            time.sleep(0.05)
        self.port = int(found[1])
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, *, source="127.0.0.1", headers=None):
        """One request over a connection of its own, from the address of a tablet: (status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        result = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return result

    def cast(self, sid, body, rater, **headers):
        headers = {"Content-Type": "application/json", "X-ARS": "1", "Origin": self.origin, **headers}
        return self.ask("POST", f"/v1/{sid}/cast", body, source=rater.tablet, headers=headers)[0]
