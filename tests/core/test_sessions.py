"""How long a sign-in lasts, what counts as an act, and that a new one starts from nothing (S9)."""

import datetime as dt
import re

import pytest
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import get_resolver, reverse

from live.actions import run_sheet
from officials import actions
from officials.roles import Role
from officials.tasks import clear_sessions
from reviews.models import AudienceGroup, ReviewSession
from tests import factories

NINE = dt.datetime(2026, 12, 22, 1, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
DESK, LOGIN = "desk:desk", "officials:login"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def production(settings):
    settings.SESSION_IDLE = 15 * MINUTE


@pytest.fixture
def hall(clerk, db):
    """A meeting that has begun."""
    session = factories.prepare(factories.ReviewSessionFactory(subjects=1))
    session.preparation.filter(kind="LOCK").update(done_on=session.date)
    factories.AudienceGroupFactory(session=session)
    AudienceGroup.objects.filter(session=session).update(expected=0)
    return run_sheet.start(session, by=clerk, now=NINE)


def asks_for_password(answer):
    return answer.status_code == 302 and answer["Location"].startswith(reverse(LOGIN))


def at(page, hall, *more):
    return reverse(page, args=[hall.session.uid, *more])


# --- idle ----------------------------------------------------------------------------------------------------


def test_a_quarter_of_an_hour_without_an_act_asks_for_the_password(client, clerk, now):
    client.force_login(clerk)

    now.move_to(NINE + 14 * MINUTE, tick=False)
    assert client.get(reverse(DESK)).status_code == 200
    now.move_to(NINE + 28 * MINUTE, tick=False)
    assert client.get(reverse(DESK)).status_code == 200
    now.move_to(NINE + 43 * MINUTE, tick=False)
    assert asks_for_password(client.get(reverse(DESK)))


def test_ten_hours_end_it_however_busy_one_is(client, clerk, now):
    client.force_login(clerk)

    for minute in range(14, 600, 14):
        now.move_to(NINE + minute * MINUTE, tick=False)
        assert client.get(reverse("desk:inbox")).status_code == 200
    now.move_to(NINE + 10 * HOUR, tick=False)
    assert asks_for_password(client.get(reverse(DESK)))


@pytest.mark.django_db(databases=["default", "ballots"])
@pytest.mark.parametrize("poll", ["scoring:ballot_pulse", "live:mark", "live:projector_picture"])
def test_what_a_page_asks_by_itself_keeps_nobody_signed_in(client, clerk, hall, now, poll):
    client.force_login(clerk)

    for minute in range(1, 16):
        now.move_to(NINE + minute * MINUTE, tick=False)
        assert client.get(at(poll, hall)).status_code == 200
    assert asks_for_password(client.get(reverse(DESK)))


def test_acts_are_written_down_twice_a_minute_at_most(client, clerk, now, django_assert_num_queries):
    client.force_login(clerk)
    before = Session.objects.get().session_data

    now.move_to(NINE + dt.timedelta(seconds=29), tick=False)
    client.get(reverse(DESK))
    assert Session.objects.get().session_data == before
    now.move_to(NINE + dt.timedelta(seconds=30), tick=False)
    client.get(reverse(DESK))
    assert Session.objects.get().session_data != before


# --- the hall ------------------------------------------------------------------------------------------------


def test_the_projector_stays_on_through_a_long_meeting_and_goes_out_at_last(client, clerk, hall, now):
    client.force_login(clerk)
    client.get(at("live:projector", hall))

    for minute in range(5, 240, 5):
        now.move_to(NINE + minute * MINUTE, tick=False)
        assert client.get(at("live:projector_picture", hall)).status_code == 200
    now.move_to(NINE + 4 * HOUR, tick=False)
    assert client.get(at("live:projector_picture", hall)).status_code == 401


def test_a_press_now_and_then_keeps_the_console_and_opens_nothing_else(client, clerk, hall, now):
    client.force_login(clerk)

    for hours in (1, 4, 7):
        now.move_to(NINE + hours * HOUR, tick=False)
        assert client.get(at("live:console", hall)).status_code == 200
        pressed = client.post(at("live:console_step", hall, "neutral"), {"version": 0})
        assert not asks_for_password(pressed)
        assert asks_for_password(client.get(reverse(DESK)))
        assert asks_for_password(client.get(reverse("reviews:session", args=[hall.session.uid])))


@pytest.mark.parametrize(
    "page", ["ballot", "ballot_table", "ballot_left", "ballot_numbers", "ballot_opening", "received", "announced"]
)
def test_pages_of_the_table_stay_while_somebody_scans_at_a_tablet(client, scrutineer, hall, now, page):
    client.force_login(scrutineer)

    now.move_to(NINE + 20 * MINUTE, tick=False)

    assert client.get(at(f"scoring:{page}", hall)).status_code in (200, 404)  # 404: no ballot yet


@pytest.mark.django_db(databases=["default", "ballots"])
def test_steps_of_the_vote_ask_again_though_their_page_stays(client, scrutineer, hall, now):
    client.force_login(scrutineer)

    now.move_to(NINE + 20 * MINUTE, tick=False)

    assert client.get(at("scoring:ballot", hall)).status_code == 200
    for step, which in (("ballot_ask", "OPEN"), ("ballot_confirm", 1)):
        assert asks_for_password(client.post(at(f"scoring:{step}", hall, which)))


def test_a_console_that_reloads_by_itself_keeps_nobody_signed_in_elsewhere(client, clerk, hall, now):
    client.force_login(clerk)

    for minute in range(1, 16):
        now.move_to(NINE + minute * MINUTE, tick=False)
        client.get(at("live:console", hall))

    assert asks_for_password(client.get(reverse(DESK)))


def test_ten_hours_end_the_hall_too(client, clerk, hall, now):
    client.force_login(clerk)

    for hours in (3, 6, 9):
        now.move_to(NINE + hours * HOUR, tick=False)
        assert client.get(at("live:projector", hall)).status_code == 200
    now.move_to(NINE + 10 * HOUR, tick=False)
    assert asks_for_password(client.get(at("live:projector", hall)))


# --- every page that asks by itself is marked ------------------------------------------------------------------

ASKING = re.compile(
    r"""hx-get="\{% url ["']([\w:]+)["'][^%]*%\}[^"]*"\s+hx-trigger="[^"]*every|data-(?:follow|picture)="\{% url ["']([\w:]+)"""
)


def view_named(name):
    namespace, name = name.split(":")
    _prefix, resolver = get_resolver().namespace_dict[namespace]
    return next(pattern.callback for pattern in resolver.url_patterns if pattern.name == name)


def test_everything_that_pages_ask_by_themselves_is_marked():
    templates = [path.read_text() for path in (site.ROOT / "templates").rglob("*.html")]
    asked = {name for text in templates for pair in ASKING.findall(text) for name in pair if name}

    assert asked >= {"scoring:ballot_pulse", "scoring:paper_job", "live:mark", "live:projector_picture"}
    assert [name for name in sorted(asked) if not getattr(view_named(name), "is_polled", False)] == []


# --- a new session, an ended session ---------------------------------------------------------------------------


def sign_in(username, password=factories.PASSWORD):
    browser = Client()
    answer = browser.post(reverse(LOGIN), {"username": username, "password": password})
    assert answer["Location"] == reverse(DESK)
    return browser


def cookie(browser):
    return browser.cookies[site.SESSION_COOKIE_NAME].value


def opens_with(key):
    browser = Client()
    browser.cookies[site.SESSION_COOKIE_NAME] = key
    return browser.get(reverse(DESK)).status_code == 200


def test_signing_in_again_and_out_leaves_no_old_cookie_good(db):
    factories.UserFactory(username="mu", password=factories.PASSWORD, roles=[Role.ORGANISER])
    browser = sign_in("mu")
    first = cookie(browser)
    assert opens_with(first)

    browser.post(reverse("officials:logout"))
    assert not opens_with(first)
    browser.post(reverse(LOGIN), {"username": "mu", "password": factories.PASSWORD})
    second = cookie(browser)

    assert second != first
    assert opens_with(second)
    assert not opens_with(first)


def test_a_key_from_before_the_sign_in_is_not_taken_over(db):
    factories.UserFactory(username="mu", password=factories.PASSWORD)
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    browser.cookies[site.SESSION_COOKIE_NAME] = session.session_key

    browser.post(reverse(LOGIN), {"username": "mu", "password": factories.PASSWORD})

    assert cookie(browser) != session.session_key
    assert "planted" not in browser.session


def test_another_password_ends_every_other_session_and_changes_the_own_key(db):
    user = factories.UserFactory(username="mu", password=factories.PASSWORD, roles=[Role.ORGANISER])
    here, there = sign_in("mu"), sign_in("mu")
    before = cookie(here)

    changed = {"new_password1": "staple-of-new-words", "new_password2": "staple-of-new-words"}
    assert here.post(reverse("officials:account"), changed).status_code == 302

    user.refresh_from_db()
    assert user.check_password("staple-of-new-words")
    assert not opens_with(before)
    assert not opens_with(cookie(there))
    assert opens_with(cookie(here))


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN, Role.ORGANISER])
def test_an_administrator_has_one_session_at_a_time(db, role):
    factories.UserFactory(username="one", password=factories.PASSWORD, roles=[role])
    first, second = sign_in("one"), sign_in("one")

    assert opens_with(cookie(second))
    assert opens_with(cookie(first)) == (role == Role.ORGANISER)


def test_a_disabled_account_is_out_at_once(sysadmin, clerk, client):
    client.force_login(clerk)

    actions.set_active(clerk, False, by=sysadmin)

    assert asks_for_password(client.get(reverse(DESK)))


def test_who_has_dozed_off_may_still_sign_out(client, clerk, now):
    client.force_login(clerk)
    key = cookie(client)
    now.move_to(NINE + HOUR, tick=False)

    client.post(reverse("officials:logout"))

    assert not Session.objects.filter(session_key=key).exists()


@pytest.mark.parametrize(
    ("is_secure", "name"), [(True, "__Host-sessionid"), (False, "sessionid")], ids=["https", "demonstration"]
)
def test_the_cookie_is_bound_to_this_host_and_closed_to_scripts(db, settings, is_secure, name):
    settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = name, is_secure
    factories.UserFactory(username="mu", password=factories.PASSWORD)

    browser = Client()
    browser.post(reverse(LOGIN), {"username": "mu", "password": factories.PASSWORD}, secure=is_secure)

    morsel = browser.cookies[name]
    assert (bool(morsel["secure"]), morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (
        is_secure, True, "Lax", "/", "",
    )  # fmt: skip


def test_rows_of_ended_sign_ins_are_swept_away(client, clerk, now):
    client.force_login(clerk)
    clear_sessions()
    assert Session.objects.count() == 1

    now.move_to(NINE + 25 * HOUR, tick=False)
    clear_sessions()

    assert Session.objects.count() == 0


def test_a_session_before_the_meeting_is_no_hall(client, approver, now):
    """Only pages of the hall wait; the same meeting's other pages do not."""
    session = factories.ReviewSessionFactory(state=ReviewSession.State.APPROVED)
    client.force_login(approver)
    now.move_to(NINE + 20 * MINUTE, tick=False)

    assert asks_for_password(client.get(reverse("reviews:session", args=[session.uid])))


def test_the_language_is_chosen_before_signing_in_too(client, db):
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login"})

    assert (answer["Location"], answer.cookies["django_language"].value) == ("/accounts/login", "en")
