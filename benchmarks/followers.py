"""The load tool of live.py: telephones that follow a meeting as static/js/hall.js does. A process apart, so that its cost is seen apart.

    python followers.py JOB ANSWERS

JOB is a pickle {"port", "page", "picture", "followers", "rush", "every", "begin", "seconds"}: within `rush` seconds each opens `page`, the
addresses of a page and what belongs to it, then asks for the picture every so many seconds, until `seconds` after `begin` (by the
machine's monotonic clock). ANSWERS gets {"answers": [[(sent, answered, status, mark)…]…], "seconds": CPU of this process}; moments count
from `begin`, status 0 is no answer.
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


async def follow(job, n):
    telephone, answers, mark = Tablet(job["port"]), [], ""

    async def ask(path):
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\nIf-None-Match: {mark}\r\n\r\n"
        sent = time.monotonic() - job["begin"]
        try:
            status, _body = await asyncio.wait_for(telephone.ask(head.encode()), PATIENCE)
        except TimeoutError:
            telephone.drop()
            status = 0
        shown = telephone.headers.get("etag", "") if status == 200 and path == job["picture"] else mark
        answers.append((sent, time.monotonic() - job["begin"], status, shown))
        return status

    at = random.Random(n).uniform(0, job["rush"])
    await until(job, at)
    for path in job["page"]:
        await ask(path)
    while (at := at + job["every"]) < job["seconds"]:
        await until(job, at)
        if await ask(job["picture"]) == 200:
            mark = answers[-1][3]
    telephone.drop()
    return answers


async def until(job, at):
    await asyncio.sleep(job["begin"] + at - time.monotonic())


async def main(job):
    return await asyncio.gather(*(follow(job, n) for n in range(job["followers"])))


if __name__ == "__main__":
    job = pickle.loads(Path(sys.argv[1]).read_bytes())
    answers = asyncio.run(main(job))
    Path(sys.argv[2]).write_bytes(pickle.dumps({"answers": answers, "seconds": sum(os.times()[:2])}))
