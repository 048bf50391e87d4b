import datetime as dt

import pytest

from officials.models import Official
from reviews.models import ReviewSession, RuleSet
from reviews.models.coverage import by_need, coverage
from tests import factories
from tests.reviews.test_session_views import COMMISSION, NOW, queries
from tests.sweep import CAST

TODAY = NOW.date()
PLAN = "/sessions/plan"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW)


def heard(official, *, date=dt.date(2025, 12, 20), **session):
    session = factories.ReviewSessionFactory(date=date, **{"state": ReviewSession.State.CLOSED, **session})
    return factories.SessionSubjectFactory(session=session, official=official).session


def test_the_plan_is_for_the_commission(sweep):
    sweep.check(PLAN, {who: 200 if who in COMMISSION else 403 for who in CAST})


def test_coverage_counts_each_person_once_and_no_rehearsal(db):
    term, rule_set = factories.TermFactory(), factories.RuleSetFactory()
    twice, planned, rehearsed, before, cancelled = factories.OfficialFactory.create_batch(5)
    factories.OfficialFactory(status=Official.Status.LEFT)
    heard(twice)
    heard(twice, date=dt.date(2026, 6, 18), kind="DISPERSED")
    heard(planned, date=dt.date(2026, 12, 22), state=ReviewSession.State.APPROVED)
    heard(rehearsed, is_rehearsal=True)
    heard(before, date=dt.date(2023, 12, 20))
    heard(cancelled, state=ReviewSession.State.CANCELLED)

    found = coverage(term, rule_set, today=TODAY)

    assert (found.total, found.heard, found.planned, found.unplanned) == (5, 1, 1, 3)
    assert found.places == 19 + 19 + 6  # this quarter's places are given


def test_who_did_not_come_was_not_heard(db):
    """Neither in the coverage nor when the next session lists the same official."""
    term, rule_set, official = factories.TermFactory(), factories.RuleSetFactory(), factories.OfficialFactory()
    held = heard(official)
    held.subjects.update(absence="因病住院")
    again = heard(official, date=dt.date(2026, 12, 22), state=ReviewSession.State.DRAFT)

    assert coverage(term, rule_set, today=TODAY).heard == 0
    assert again.repeats() == []
    held.subjects.update(absence="")
    assert coverage(term, rule_set, today=TODAY).heard == 1
    assert len(again.repeats()) == 1


def test_a_draft_gives_only_the_places_it_has_filled(db):
    term, rule_set = factories.TermFactory(), factories.RuleSetFactory()
    factories.ReviewSessionFactory(subjects=4, state=ReviewSession.State.DRAFT)

    assert coverage(term, rule_set, today=TODAY).places == 6 + 19 + 19 + 6


def test_need_puts_who_has_waited_before_who_is_planned_before_who_was_heard(db):
    term = factories.TermFactory()
    was_heard, is_planned, waits = factories.OfficialFactory.create_batch(3)
    heard(was_heard)
    heard(is_planned, date=dt.date(2026, 12, 22), state=ReviewSession.State.APPROVED)

    found = list(by_need(Official.objects.all(), term=term))

    assert found == [waits, is_planned, was_heard]
    assert [o.last_heard_on for o in found] == [None, None, dt.date(2025, 12, 20)]


def test_who_is_planned_for_the_next_term_is_not_planned_in_this_one(db):
    term, rule_set, official = factories.TermFactory(), factories.RuleSetFactory(), factories.OfficialFactory()
    later = heard(official, date=dt.date(2029, 12, 18), state=ReviewSession.State.DRAFT)

    assert coverage(term, rule_set, today=TODAY).planned == 0
    ReviewSession.objects.filter(pk=later.pk).update(date=dt.date(2026, 12, 22))
    assert coverage(term, rule_set, today=TODAY).planned == 1


def test_who_did_not_come_has_no_session_on_the_plan(client, clerk):
    factories.TermFactory()
    official = factories.OfficialFactory()
    held = heard(official)
    client.force_login(clerk)
    assert [o.session for o in client.get(PLAN).context["page"] if o.pk == official.pk] == [held]

    held.subjects.update(absence="因病住院")

    assert [o.session for o in client.get(PLAN).context["page"] if o.pk == official.pk] == [None]


def test_the_shortfall_is_said_plainly(client, clerk):
    factories.TermFactory()
    factories.RuleSetFactory()
    factories.OfficialFactory.create_batch(55)
    client.force_login(clerk)

    page = client.get(PLAN).content.decode()

    assert "还缺 1 个名额" in page  # 10 + 19 + 19 + 6 = 54
    assert "届内余下名额最多 54 个" in page


def test_without_a_term_or_rules_the_page_says_what_is_missing(client, clerk):
    client.force_login(clerk)

    page = client.get(PLAN).content.decode()

    assert "还不能测算覆盖" in page
    assert "没有施行的会议规则" in page
    for command in ("add_rule_set", "set_term", "add_report_outline"):
        assert f"命令 {command}" in page


def test_with_everything_entered_nothing_is_missing(client, clerk):
    factories.lay_foundations()
    client.force_login(clerk)

    assert 'id="missing"' not in client.get(PLAN).content.decode()


def test_the_rules_in_force_are_cited_with_their_version(client, clerk):
    factories.RuleSetFactory(version=1, in_force_from=dt.date(2019, 3, 1), citation="云纪发〔2019〕2号")
    factories.RuleSetFactory(version=2, in_force_from=dt.date(2024, 7, 1))
    factories.RuleSetFactory(version=3, in_force_from=dt.date(2027, 1, 1))
    client.force_login(clerk)

    page = client.get(PLAN)

    assert (page.context["rule_set"].version, page.context["rule_set"].citation) == (2, "云纪发〔2024〕6号")
    assert {rule_set.version for rule_set in page.context["earlier"]} == {1, 3}


def test_a_quarter_that_passed_without_a_session_is_pointed_out(client, clerk):
    factories.ReviewSessionFactory(date=dt.date(2026, 6, 18), kind="DISPERSED", state=ReviewSession.State.CLOSED)
    client.force_login(clerk)

    quarters = client.get(PLAN).context["quarters"]

    assert [(bool(q["sessions"]), q["is_over"]) for q in quarters] == [(False, True), (True, True), (False, True), (False, False)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["未排", "已列", "已述"]),
        ({"show": "waiting"}, ["未排"]),
        ({"show": "planned"}, ["已列"]),
        ({"show": "heard"}, ["已述"]),
        ({"show": "nonsense"}, ["未排", "已列", "已述"]),
        ({"q": "ys"}, ["已述"]),
    ],
)
def test_people_are_listed_by_need_and_filtered(client, clerk, query, names):
    factories.TermFactory()
    for name in ("未排", "已列", "已述"):
        factories.OfficialFactory(name=name)
    heard(Official.objects.get(name="已述"))
    heard(Official.objects.get(name="已列"), date=dt.date(2026, 12, 22), state=ReviewSession.State.APPROVED)
    client.force_login(clerk)

    page = client.get(PLAN, query).context["page"]

    assert [official.name for official in page] == names
    assert all((official.session is not None) == (official.name != "未排") for official in page)


def test_the_plan_takes_as_many_queries_for_three_as_for_one(client, clerk):
    client.force_login(clerk)
    factories.TermFactory()
    factories.ReviewSessionFactory(subjects=1)
    for_one = queries(client, PLAN)
    factories.ReviewSessionFactory.create_batch(2, subjects=2)

    assert queries(client, PLAN) == for_one <= 22


def test_rule_sets_are_in_force_from_their_day(db):
    old = factories.RuleSetFactory(version=1, in_force_from=dt.date(2019, 3, 1))
    new = factories.RuleSetFactory(version=2, in_force_from=dt.date(2024, 7, 1))

    assert RuleSet.in_force(dt.date(2024, 6, 30)) == old
    assert RuleSet.in_force(dt.date(2024, 7, 1)) == new
    assert RuleSet.in_force(dt.date(2019, 2, 28)) is None


def test_the_rail_marks_the_plan_and_not_the_sessions_around_it(client, clerk):
    client.force_login(clerk)

    assert [room["label"] for room in client.get(PLAN).context["rooms"] if room["current"]] == ["计划"]
