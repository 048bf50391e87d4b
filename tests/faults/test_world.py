"""R6, R10, R21: Redis is away, clocks jump, and somebody sends nonsense, slowly or by the million."""

import asyncio
import datetime
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from ballots import actions, reference
from officials.roles import Role
from tests import factories
from tests.ballots.conftest import AS_IN_THE_BOOTH
from tests.ballots.conftest import Tablet as InProcess

from . import oracle, scale
from .machines import ROOT, Booth, free_port, pointed_at, required
from .tablets import cast, request, tablets_of, take, vote

# --- R6 ----------------------------------------------------------------------------------------------------------------------


def test_the_booth_has_never_heard_of_redis():
    """Not one module of it, of the queue or of a cache server is loaded in the booth."""
    code = "import config.booth_wsgi, sys; print(sorted({'redis', 'celery', 'kombu', 'pymemcache'} & set(sys.modules)))"
    environment = {"PATH": os.environ["PATH"], "SHUZE_VAR": "/tmp", "DEMO": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@pytest.fixture
def redis(tmp_path):
    """A Redis of the test's own: (port, process)."""
    required("redis-server", shutil.which("redis-server"))
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tmp_path]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    for _ in range(200):
        if subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).stdout == b"PONG\n":
            break
        time.sleep(0.05)
    yield port, server
    server.kill()
    server.wait()


TROUBLE = (["FLUSHALL"], ["CONFIG", "SET", "maxmemory", "1"], ["DEBUG", "SLEEP", "60"], None)  # None: killed


def test_trouble_with_redis_does_not_reach_the_ballots(redis, sqlite, make_box, place):
    """Flushed, full, asleep, dead: each cast succeeds at its first attempt and none takes longer."""
    port, server = redis
    box = make_box(sqlite, 4 * len(TROUBLE))
    tablets, took = tablets_of(box), []
    with Booth(sqlite.url, place, BROKER_URL=f"redis://127.0.0.1:{port}/0") as booth:
        for number, trouble in enumerate(TROUBLE):
            if trouble is None:
                server.kill()
            else:
                subprocess.run(["timeout", "1", "redis-cli", "-p", str(port), *trouble], stdout=subprocess.DEVNULL)
            begin = time.monotonic()
            vote(tablets[4 * number : 4 * number + 4], booth.port, box)
            took.append(time.monotonic() - begin)

    assert {len(tablet.statuses) for tablet in tablets} == {1}
    assert max(took) < 5
    oracle.check_finished(tablets)
    oracle.check_count(tablets, box, sqlite)


@pytest.mark.django_db
def test_without_redis_people_sign_in_are_locked_out_and_see_their_pages(settings, redis):
    port, server = redis
    server.kill()
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{port}/0"
    settings.AXES_ENABLED = True
    user = factories.UserFactory(password=factories.PASSWORD, roles=[Role.ORGANISER])

    def sign_in(client, password):
        return client.post("/accounts/login", {"username": user.username, "password": password})

    client = Client()
    assert sign_in(client, factories.PASSWORD).status_code == 302
    assert {client.get(path).status_code for path in ("/", "/scoring/schemes/")} == {200}
    attacker = Client()
    refused = [sign_in(attacker, f"wrong-wrong-wrong-{n}").status_code for n in range(6)]
    assert 429 in refused
    assert sign_in(Client(), factories.PASSWORD).status_code == 429  # the lock is a row, not a key in a cache


# --- R10 ---------------------------------------------------------------------------------------------------------------------

JUMPS = [datetime.timedelta(days=days) for days in (0, 1, -1, 365, -365, 3650, -7300)]


@pytest.fixture
def in_the_booth(settings):
    from config import booth

    for name in AS_IN_THE_BOOTH:
        setattr(settings, name, getattr(booth, name))
    return InProcess()


def test_the_clock_may_jump_by_years_while_people_vote(sqlite, make_box, place, in_the_booth, time_machine):
    """The booth has no clock: receipts, list and count are the same whatever the time."""
    box, now = make_box(sqlite, 2 * len(JUMPS)), datetime.datetime(2026, 12, 18, 9, tzinfo=datetime.UTC)
    tablets = tablets_of(box)
    with pointed_at(sqlite.url):
        for jump, pair in zip(JUMPS, zip(tablets[::2], tablets[1::2], strict=True), strict=True):
            time_machine.move_to(now + jump)
            for tablet in pair:
                first = in_the_booth.cast(box.sid, tablet.body)
                time_machine.move_to(now - jump)
                again = in_the_booth.cast(box.sid, tablet.body)
                tablet.statuses.append(take(tablet, box, first.status_code, first.content))
                assert (again.status_code, again.content) == (200, first.content)
        actions.start_closing(box.sid)
        time_machine.move_to(now - datetime.timedelta(days=400))
        actions.close_box(box.sid)
        oracle.check_finished(tablets)
        oracle.count_closed(tablets, box)


@pytest.mark.django_db
def test_a_session_ends_after_its_time_also_when_the_clock_went_back(settings, time_machine):
    settings.SESSION_COOKIE_AGE = 900
    now, client = datetime.datetime(2026, 12, 18, 9, tzinfo=datetime.UTC), Client()
    time_machine.move_to(now)
    client.force_login(factories.UserFactory(roles=[Role.ORGANISER]))

    def is_in(moment):
        time_machine.move_to(moment)
        return client.get("/").status_code == 200

    assert is_in(now)
    back = now - datetime.timedelta(days=365)
    assert is_in(back)  # the clock was set right by a year: nobody is thrown out,
    assert not is_in(back + datetime.timedelta(minutes=16))  # and the session does not last the year


# --- R21 ---------------------------------------------------------------------------------------------------------------------


def nonsense(rng, box, honest):
    """(path, body, headers) that no tablet would send."""
    path = f"/v1/{rng.choice([box.sid, '0' * 16])}/{rng.choice(['cast', 'void'])}"
    data = bytearray(honest)
    kind = rng.randrange(8)
    if kind == 0:
        data = rng.randbytes(rng.randrange(0, 33_000))
    elif kind == 1:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif kind == 2:
        data = data[: rng.randrange(len(data))]
    elif kind == 3:
        data = b"[" * rng.randrange(1, 30_000)
    elif kind == 4:
        document = json.loads(honest) | {
            rng.choice("vsecz"): rng.choice([None, 1.0, True, [], {}, "", "A" * 20_000, 2**70, "\ud800"])
        }
        data = json.dumps(document).encode()
    elif kind == 5:
        data = honest.decode().encode(rng.choice(["utf-16", "utf-32", "utf-8-sig"]))
    elif kind == 6:
        stranger = reference.Card(box.sid, "b", rng.randbytes(15))
        data = reference.envelope_body(stranger, rng.randbytes(box.manifest["pad"] + 48))
    else:
        return (
            path,
            bytes(data),
            {rng.choice(["Content-Type", "X-ARS", "Origin"]): rng.choice(["text/plain", "2", "null", "http://evil"])},
        )
    return path, bytes(data), {}


def post(booth, path, body, headers):
    """Straight into the application, as gunicorn would: a test client would be most of the work."""
    said = {"Content-Type": "application/json", "X-ARS": "1", "Origin": "http://testserver"} | headers
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "wsgi.url_scheme": "http",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": said["Content-Type"], "HTTP_X_ARS": said["X-ARS"], "HTTP_ORIGIN": said["Origin"],
    }  # fmt: skip
    status = []
    answer = booth(environ, lambda line, headers: status.append(int(line[:3])))
    content = b"".join(answer)
    answer.close()
    return status[0], content


def test_malformed_bodies_get_a_constant_refusal_and_cost_no_memory(sqlite, make_box, place, in_the_booth):
    """A million in the full run. Nothing but the status differs, nothing is written, and in between people vote."""
    count, rng = scale(3_000, 1_000_000), random.Random(21)
    box = make_box(sqlite, 20)
    tablets = tablets_of(box)
    answers, warm, booth = Counter(), None, WSGIHandler()
    with pointed_at(sqlite.url):
        for number in range(count):
            answers[post(booth, *nonsense(rng, box, tablets[-1].body))] += 1
            if number % (count // 20) == 0:
                tablet = tablets[number // (count // 20) % 19]
                answer = in_the_booth.cast(box.sid, tablet.body)
                tablet.statuses.append(take(tablet, box, answer.status_code, answer.content))
            if number == count // 5:
                warm = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - warm

    assert {status for status, _ in answers} == {403, 410, 413, 415, 422} - {410}
    assert {body for _, body in answers} == {b'{"v":1}'}
    assert grown < 16 * 1024  # KB
    assert len(sqlite.rows()) == 19
    oracle.check_rows(tablets, box, sqlite)
    print(f"\n{count} malformed bodies: {dict(answers)}, memory grew by {grown} KB after the first fifth")


async def drip(port, box, seconds, *, by_body):
    """One who opens a cast and sends a byte a second, until he is cut off. Whether he was."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = request(f"http://127.0.0.1:{port}", f"/v1/{box.sid}/cast", b"{" * 2000)
    try:
        writer.write(head[: -1990 if by_body else head.index(b"Origin") + 4])
        for _ in range(seconds):
            writer.write(b"{")
            await writer.drain()
            await asyncio.sleep(1)
            if reader.at_eof():
                return True
    except OSError:
        return True
    finally:
        writer.close()
    return False


def test_senders_who_drip_do_not_keep_others_from_voting(sqlite, make_box, place, proxy):
    """Ten times as many as the booth has threads: the proxy holds them until their requests are whole, and they never are."""
    box, behind = make_box(sqlite, scale(20, 100)), free_port()
    tablets, port = tablets_of(box), proxy(behind).port

    async def all_at_once():
        dripping = [asyncio.create_task(drip(port, box, 14, by_body=bool(n % 2))) for n in range(160)]
        await asyncio.sleep(2)
        begin = time.monotonic()
        await asyncio.gather(*(cast(tablet, port, box) for tablet in tablets))
        return time.monotonic() - begin, await asyncio.gather(*dripping)

    with Booth(sqlite.url, place, port=behind, BOOTH_ORIGIN=f"http://127.0.0.1:{port}"):
        took, cut_off = asyncio.run(all_at_once())

    oracle.check_finished(tablets)
    oracle.check_rows(tablets, box, sqlite)
    assert took < 10
    assert sum(cut_off[::2]) == 80  # those who had not even finished their headers in ten seconds
    print(f"\n160 senders dripping, {sum(cut_off)} cut off; {len(tablets)} tablets voted in {took:.1f} s beside them")
