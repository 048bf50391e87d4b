"""The browser's library in Node, asked one thing after the other."""

import json
import subprocess

from tests.adversary.cluster import ROOT, required


class Refused(Exception):
    """The tablet refuses; the text says why."""


class Browser:
    def __init__(self):
        self.process = subprocess.Popen(
            [required("node"), ROOT / "tests" / "adversary" / "tablet.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, command, **given):
        self.process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        if "refused" in said:
            raise Refused(said["refused"])
        return said["answer"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdout.close()
