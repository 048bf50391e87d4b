"""The peer of live.py: a process that tells the telephones of a change instead of being asked (server-sent events). Not in the product.

    python stream.py PORT TOKEN

The least it could be: one thread, no request is read, the picture of one language is drawn twice a second by the product's own functions
and sent to all who listen when it is another one.
"""

import asyncio
import os
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n"


class Stream:
    def __init__(self, token):
        self.token, self.event, self.listening = token, b"", set()

    def draw(self):
        from django.template.loader import render_to_string

        from live.views import follow

        page, hall, scene = follow.shown(self.token)
        drawn = render_to_string("live/_follow.html", follow.picture(page.session, hall, scene))
        lines = [f"id: {follow.mark_of(page.session, hall, scene)}", *(f"data: {line}" for line in drawn.splitlines())]
        return "\n".join([*lines, "", ""]).encode()

    async def watch(self, every):
        while True:
            event = await asyncio.to_thread(self.draw)
            if event != self.event:
                self.event = event
                for writer in self.listening:
                    writer.write(event)
            await asyncio.sleep(every)

    async def serve(self, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + self.event)
        self.listening.add(writer)
        await reader.read()  # until the telephone goes
        self.listening.discard(writer)
        writer.close()


async def main(port, token):
    from live.views import follow

    stream = Stream(token)
    await asyncio.start_server(stream.serve, "127.0.0.1", port, backlog=1024)
    await stream.watch(follow.FRESH)


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
