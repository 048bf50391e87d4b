"""The doors: who enters, what the scrutineers' pages post, what each level of audience reads, how much a page costs."""

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ballots.models import Box
from scoring import rules
from scoring.actions import table
from scoring.models import StepRequest
from tests import factories
from tests.scoring.conftest import each
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_a_meeting_held_before_the_system_says_so_where_its_result_would_be(client, clerk, session):
    for state, words in [("READY", "还没有计票"), ("RECTIFYING", "没有在系统里计票")]:
        session.state = state
        session.save(update_fields=["state"])
        client.force_login(clerk)

        assert words in client.get(page("results", session)).content.decode()
    assert "没有在系统里计票" in (text := client.get(page("ballot", session)).content.decode())
    assert 'id="stops"' not in text


# --- roles × addresses -----------------------------------------------------------------------------------------

READ = {  # before the count; 200 reads, 302 is sent back to the checklist, 403 refused, 404 does not exist for this person
    "ballot": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_prepare": [302, 403, 403, 403, 403, 403, 403, 403, 404, 404],
    "ballot_keys": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_cards": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_opening": [403, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "ballot_numbers": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_table": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_left": [403, 403, 200, 200, 403, 403, 403, 403, 404, 404],
    "ballot_end": [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    "objection": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "received": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
    "results": [200, 200, 200, 200, 403, 403, 403, 403, 404, 404],
}
PRESS = {
    ("ballot_ask", "VOID"): [200, 403, 200, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_confirm", "request"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_withdraw", "request"): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("ballot_close",): [302, 403, 302, 403, 403, 403, 403, 403, 404, 404],
    ("urn",): [403, 403, 409, 403, 403, 403, 403, 403, 404, 404],
    ("results_sign", "teller"): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_confirm",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("results_decide",): [404, 404, 404, 404, 403, 403, 403, 403, 404, 404],
    ("paper_make", "COUNT_SHEET"): [404, 404, 404, 404, 404, 404, 404, 404, 404, 404],
}


def test_who_reads_what_before_the_count(sweep, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    for name, statuses in READ.items():
        sweep.check(page(name, hall.session), each(*statuses))


def test_who_presses_what_before_the_count(sweep, hall):
    hall.prepare().make_keys().make_cards().open().vote().close()
    asker, expired = factories.UserFactory(roles=["organiser"]), timezone.now() - dt.timedelta(minutes=15)
    request = StepRequest.objects.create(round=hall.round, step="VOID", asked_by=asker, asked_at=expired)
    for (name, *more), statuses in PRESS.items():
        address = page(name, hall.session, *[request.pk if one == "request" else one for one in more])
        sweep.check(address, each(*statuses), post={})
    assert hall.round.requests.contains(request)
    assert hall.round.state == Box.State.CLOSED


def test_while_the_meeting_is_prepared_the_ballot_tab_has_the_next_step_of_all_tabs(client, hall, clerk):
    def on(address):
        answer = client.get(address)
        return answer.context["step"]["title"], answer.content.decode()

    def stands_at(state):
        hall.session.state = state
        hall.session.save(update_fields=["state"])

    client.force_login(clerk)
    stands_at("CANVASSING")
    title, text = on(page("ballot", hall.session))
    assert title == on(hall.session.get_absolute_url())[0] != "选定方案，确定票卡数"
    assert page("ballot_prepare", hall.session) in text

    stands_at("READY")
    hall.session.preparation.update_or_create(kind="LOCK", defaults={"due_on": hall.session.date, "done_on": None})
    assert on(page("ballot", hall.session))[0] == "选定方案，确定票卡数"


def test_every_reason_of_the_engine_has_public_words():
    assert rules.PUBLIC_REASONS.keys() == rules.REASONS.keys()


# --- what no page of ours sends ----------------------------------------------------------------------------------


def test_invented_letters_names_and_signs_break_nothing(client, hall):
    hall.prepare()
    client.force_login(hall.clerk)
    named = page("ballot_named", hall.session, "a")
    subject = hall.session.subjects.first()
    table.enter_named(hall.round.groups.get(letter="a"), rater="姜景舟", marks={subject: {}}, by=hall.clerk)

    assert client.get(named.replace("/a", "/%00")).status_code == 400
    assert client.get(named, {"rater": "姜景舟"}).status_code == 200
    assert client.post(f"{named}?rater=%00").status_code == 400
    assert client.post(f"{named}?rater=" + "长" * 60).status_code == 404
    assert client.post(page("ballot_named_remove", hall.session, "a"), {"rater": "没有这个人"}).status_code == 302
    assert client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "长" * 301}).status_code == 200
    assert client.get(reverse("scoring:scheme_list"), {"q": "%", "page": "9" * 5000}).status_code == 200
    assert not hall.round.requests.filter(step="VOID").exists()
    assert [m.rater for m in hall.round.groups.get(letter="a").marks.all()] == ["姜景舟"]


# --- cost ----------------------------------------------------------------------------------------------------------


COSTS = (23, 19, 8)


def envelopes_read(client, address):
    """How often a page reads the sealed ballots, and how often the whole list with its signatures."""
    with CaptureQueriesContext(connections["ballots"]) as asked:
        assert client.get(address).status_code == 200
    reads = [query["sql"] for query in asked.captured_queries if "ballots_envelope" in query["sql"]]
    return len(reads), sum('"z"' in sql for sql in reads)


def test_the_table_counts_the_box_once_for_each_thing_it_shows(client, hall):
    """The checklist: what hinders the opening, the numbers by group, those received, the code of the list."""
    hall.prepare().make_keys().make_cards().open().vote().close()
    client.force_login(hall.teller)

    assert envelopes_read(client, page("ballot", hall.session)) == (4, 1)
    assert envelopes_read(client, page("results", hall.session)) == (1, 0)
    assert envelopes_read(client, page("ballot_left", hall.session)) == (1, 0)


@pytest.mark.parametrize("more", [0, 2])
def test_pages_cost_the_same_for_more_officials(client, hall, more, django_assert_num_queries):
    for _n in range(more):
        factories.SessionSubjectFactory(session=hall.session)
    hall.counted().sign().confirm().publish()
    client.force_login(hall.scrutineer)
    addresses = [page("ballot", hall.session), page("results", hall.session)]
    addresses.append(reverse("scoring:result", args=[hall.session.subjects.first().uid]))
    for address, most in zip(addresses, COSTS, strict=True):
        client.get(address)
        with django_assert_num_queries(most):
            client.get(address)
