"""The load tool: many tablets at once, each over a connection of its own that it keeps. A process apart, so that its cost is seen apart.

    python tablets.py JOB ANSWERS

JOB is a pickle {"port", "plans": [[(seconds after the start, request bytes)…] for each tablet]}. ANSWERS gets {"answers": [[(sent, answered,
status, body, reconnections)…]…], "seconds": CPU of this process}. Times are seconds after the start.
"""

import asyncio
import os
import pickle
import sys
import time
from pathlib import Path

PATIENCE = 60  # seconds until an answer that does not come is an error, status 0
READY = 0.5  # seconds for all tablets to be standing by before the first request


class Tablet:
    def __init__(self, port):
        self.port, self.reader, self.writer, self.reconnections = port, None, None, 0
        self.headers = {}  # of the last answer

    async def ask(self, request):
        """Status and body. A kept connection that the server has given up meanwhile is opened anew, as a browser does."""
        for _ in range(2):
            is_new = self.writer is None
            try:
                if is_new:
                    self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**24)
                self.writer.write(request)
                return await self.read()
            except (ConnectionError, asyncio.IncompleteReadError):
                self.drop()
                if is_new:
                    return 0, b""
                self.reconnections += 1
        return 0, b""

    async def read(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        self.headers = lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if head.split(" ", 2)[1] == "304":
            return 304, b""
        body = await (self.chunks() if "transfer-encoding" in lines else self.reader.readexactly(int(lines["content-length"])))
        if lines.get("connection") == "close":
            self.drop()
        return int(head.split(" ", 2)[1]), body

    async def chunks(self):
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)
        return body

    def drop(self):
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


async def carry_out(plan, port, begin):
    tablet, answers = Tablet(port), []
    for at, request in plan:
        await asyncio.sleep(begin + at - time.perf_counter())
        sent = time.perf_counter() - begin
        try:
            status, body = await asyncio.wait_for(tablet.ask(request), PATIENCE)
        except TimeoutError:
            tablet.drop()
            status, body = 0, b""
        answers.append((sent, time.perf_counter() - begin, status, body, tablet.reconnections))
    tablet.drop()
    return answers


async def main(job):
    begin = time.perf_counter() + READY
    return await asyncio.gather(*(carry_out(plan, job["port"], begin) for plan in job["plans"]))


if __name__ == "__main__":
    job = pickle.loads(Path(sys.argv[1]).read_bytes())
    answers = asyncio.run(main(job))
    Path(sys.argv[2]).write_bytes(pickle.dumps({"answers": answers, "seconds": sum(os.times()[:2])}))
