"""The load tool of live.py: telephones that follow a meeting as static/js/hall.js does. A process apart, so that its cost is seen apart.

    python followers.py JOB ANSWERS

JOB is a pickle {"port", "page", "picture", "stream", "followers", "rush", "every", "begin", "seconds", "booth", "results"}: within `rush`
seconds each opens `page`, the addresses of a page and what belongs to it, then asks for the picture every so many seconds, until `seconds`
after `begin` (by the machine's monotonic clock). With a port in `stream` it holds a connection there instead, and hears. At the end all ask
the booth for `results` at once. ANSWERS gets {"answers": [[(sent, answered, status, mark)…]…], "joined" and "results": likewise, "seconds":
CPU of this process}; moments count from `begin`, status 0 is no answer.
"""

import asyncio
import os
import pickle
import random
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.tablets import Tablet  # noqa: E402

PATIENCE = 6  # seconds, as in hall.js
BEARABLE = 60  # seconds for a page that somebody has asked for


class Telephone:
    def __init__(self, job, n):
        self.job, self.random, self.mark = job, random.Random(n), ""
        self.joined, self.answers, self.results = [], [], []

    async def follow(self):
        at = self.random.uniform(0, self.job["rush"])
        await self.until(at)
        site = Tablet(self.job["port"])
        for path in self.job["page"]:
            await self.ask(site, path, self.joined, BEARABLE)
        await (self.hear() if self.job["stream"] else self.poll(site, at))
        site.drop()
        booth = Tablet(self.job["booth"])
        for path in self.job["results"]:
            await self.ask(booth, path, self.results, BEARABLE)
        booth.drop()
        return self

    async def poll(self, site, at):
        while (at := at + self.job["every"]) < self.job["seconds"]:
            await self.until(at)
            await self.ask(site, self.job["picture"], self.answers, PATIENCE)
        await self.until(self.job["seconds"])

    async def hear(self):
        """Until the end; a connection that breaks is opened anew after as long as a telephone that polls would wait."""
        while self.now() < self.job["seconds"]:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.job["stream"], limit=2**20)
                writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n")
                await reader.readuntil(b"\r\n\r\n")
                while True:
                    event = await asyncio.wait_for(reader.readuntil(b"\n\n"), max(self.job["seconds"] - self.now(), 0))
                    self.mark = event.partition(b"\n")[0].decode().removeprefix("id: ")
                    self.answers.append((self.now(), self.now(), 200, self.mark))
            except TimeoutError:
                writer.close()
            except (ConnectionError, asyncio.IncompleteReadError):
                self.answers.append((self.now(), self.now(), 0, self.mark))
                await asyncio.sleep(self.job["every"] + self.random.uniform(0, 0.5))

    async def ask(self, server, path, answers, patience):
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\nIf-None-Match: {self.mark}\r\n\r\n"
        sent = self.now()
        try:
            status, _body = await asyncio.wait_for(server.ask(head.encode()), patience)
        except TimeoutError:
            server.drop()
            status = 0
        if status == 200 and path == self.job["picture"]:
            self.mark = server.headers.get("etag", "")
        answers.append((sent, self.now(), status, self.mark))

    def now(self):
        return time.monotonic() - self.job["begin"]

    async def until(self, at):
        await asyncio.sleep(at - self.now())


async def main(job):
    return await asyncio.gather(*(Telephone(job, n).follow() for n in range(job["followers"])))


if __name__ == "__main__":
    done = asyncio.run(main(pickle.loads(Path(sys.argv[1]).read_bytes())))
    found = {name: [getattr(telephone, name) for telephone in done] for name in ("joined", "answers", "results")}
    Path(sys.argv[2]).write_bytes(pickle.dumps(found | {"seconds": sum(os.times()[:2])}))
