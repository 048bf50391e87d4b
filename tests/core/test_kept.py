"""Nothing typed is lost when the sign-in runs out or a rule refuses: the words wait, come back to their own writer and to nobody
else."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from officials.roles import Role
from rectification.models import Finding
from reviews.models import ReviewSession
from tests import factories
from tests.markup import tight
from tests.notices.conftest import draft

NINE = dt.datetime(2026, 12, 22, 1, tzinfo=dt.UTC)
WORDS = "窗口排队时间长，群众要跑两趟"
LOGIN = "officials:login"
FORM = {"HTTP_SEC_FETCH_MODE": "navigate"}


@pytest.fixture(autouse=True)
def now(time_machine, settings):
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture
def writer(db):
    return factories.UserFactory(username="mu", password=factories.PASSWORD, roles=[Role.ORGANISER])


@pytest.fixture
def page(db):
    """Where a problem is written down."""
    session = factories.ReviewSessionFactory(subjects=2, state=ReviewSession.State.FED_BACK)
    return reverse("rectification:finding_new", args=[session.uid])


@pytest.fixture
def late(client, writer, now):
    """The writer's browser, twenty minutes after the last act."""
    client.force_login(writer)
    now.move_to(NINE + dt.timedelta(minutes=20), tick=False)
    return client


def send(browser, page, data=None, **headers):
    typed = {"text": WORDS, "source": "COMMENT"} if data is None else data
    return browser.post(page, typed, **{"HTTP_REFERER": f"http://testserver{page}"} | FORM | headers)


def sign_in(browser, username, answer=None):
    return browser.post(answer["Location"] if answer else reverse(LOGIN), {"username": username, "password": factories.PASSWORD})


def shown(answer):
    back = answer.context["came_back"]
    return {field["name"]: field["value"] for field in back["fields"]} if back else None


def test_words_sent_too_late_come_back_to_their_form_after_the_sign_in(late, page):
    answer = send(late, page)

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse(LOGIN)}?next={page}")
    assert "刚才填写的内容还在" in late.get(answer["Location"]).content.decode()
    entered = sign_in(late, "mu", answer)
    assert entered["Location"] == page
    again = late.get(page)
    assert shown(again) == {"text": WORDS, "source": "COMMENT"}
    assert f'data-kept="{page}"' in again.content.decode()
    assert WORDS in again.content.decode()
    assert not Finding.objects.exists()


def test_they_come_back_once_and_on_their_own_page_only(late, page):
    sign_in(late, "mu", send(late, page))

    assert shown(late.get(reverse("desk:desk"))) is None
    assert shown(late.get(page)) is not None
    assert shown(late.get(page)) is None


def test_an_administrators_words_survive_the_end_of_the_other_sessions(client, db, now):
    user = factories.UserFactory(username="sec", password=factories.PASSWORD, roles=[Role.SECADMIN])
    page = reverse("desk:account_edit", args=[factories.UserFactory().uid])
    client.force_login(user)
    now.move_to(NINE + dt.timedelta(minutes=20), tick=False)

    sign_in(client, "sec", send(client, page, {"roles": ["organiser", "teller"]}))

    assert [field["value"] for field in client.get(page).context["came_back"]["fields"]] == ["organiser", "teller"]


def test_somebody_else_at_the_same_tablet_gets_none_of_them(late, page):
    factories.UserFactory(username="other", password=factories.PASSWORD, roles=[Role.ORGANISER])

    sign_in(late, "other", send(late, page))

    answer = late.get(page)
    assert answer.status_code == 200
    assert shown(answer) is None
    assert WORDS not in answer.content.decode()


def test_nothing_is_kept_for_a_stranger(client, page):
    answer = send(client, page)

    assert answer["Location"].startswith(reverse(LOGIN))
    assert "kept" not in client.session


def test_passwords_are_never_kept(late):
    send(late, reverse("officials:account"), {"new_password1": "another-one-12", "new_password2": "another-one-12"})

    assert "kept" not in late.session


def test_a_flood_of_text_is_not_kept(late, page):
    send(late, page, {"text": "长" * 200_001})

    assert "kept" not in late.session


def test_a_bare_button_leads_back_to_its_page_with_nothing_to_put_back(late, page):
    answer = send(late, page, {})

    assert answer["Location"] == f"{reverse(LOGIN)}?next={page}"
    assert "kept" not in late.session


def test_a_form_that_saves_by_itself_leaves_for_the_sign_in_with_its_words(late, page):
    answer = send(late, page, HTTP_HX_REQUEST="true", HTTP_SEC_FETCH_MODE="cors")

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"{reverse(LOGIN)}?next={page}"
    assert answer["HX-Trigger"] == "kept"
    assert late.session["kept"]["fields"][0]["value"] == WORDS


def test_what_a_script_of_ours_sends_it_keeps_itself(late, page):
    send(late, page, HTTP_SEC_FETCH_MODE="cors")

    assert "kept" not in late.session


def test_a_next_page_elsewhere_is_not_gone_to(db, writer):
    for wanted in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        browser = Client()
        answer = browser.post(reverse(LOGIN), {"username": "mu", "password": factories.PASSWORD, "next": wanted})
        assert answer["Location"] == reverse("desk:desk")


# --- signed in anew in another window: the page's token is no longer good ----------------------------------------


@pytest.fixture
def strict(writer):
    """A browser whose tokens are checked, signed in."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(writer)
    return browser


def test_a_stale_token_brings_the_words_back_instead_of_losing_them(strict, page):
    answer = send(strict, page, HTTP_ORIGIN="http://testserver")

    assert (answer.status_code, answer["Location"]) == (302, page)
    assert shown(strict.get(page)) == {"text": WORDS, "source": "COMMENT"}
    assert not Finding.objects.exists()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_another_sites_form_plants_nothing(strict, page, origin):
    answer = send(strict, page, **({"HTTP_ORIGIN": origin} if origin else {}))

    assert answer.status_code == 403
    assert shown(strict.get(page)) is None


def test_a_strangers_stale_token_is_refused_as_before(page):
    answer = send(Client(enforce_csrf_checks=True), page, HTTP_ORIGIN="http://testserver")

    assert answer.status_code == 403
    assert f'href="{reverse(LOGIN)}?next={page}"' in answer.content.decode()
    assert "存在这台设备的浏览器里" in answer.content.decode()


def test_the_sign_in_page_with_a_stale_token_does_not_lead_to_itself(db):
    answer = send(Client(enforce_csrf_checks=True), reverse(LOGIN), HTTP_ORIGIN="http://testserver")

    assert answer.status_code == 403
    assert "sign-in-again" not in answer.content.decode()


SCRIPT = {"HTTP_SEC_FETCH_MODE": "cors"}


def test_a_script_with_a_stale_token_is_given_the_fresh_one(strict, page):
    strict.get(page)
    given = send(strict, page, HTTP_ORIGIN="http://testserver", **SCRIPT)
    assert given.status_code == 403
    assert shown(strict.get(page)) is None  # the script keeps the words itself

    token = given.json()["token"]
    assert send(strict, page, HTTP_ORIGIN="http://testserver", HTTP_X_CSRFTOKEN=token, **SCRIPT).status_code == 200


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None])
def test_another_sites_script_is_given_no_token(strict, page, origin):
    answer = send(strict, page, **SCRIPT, **({"HTTP_ORIGIN": origin} if origin else {}))

    assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")


# --- refused by a rule ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "refusal", "has_words"),
    [
        ("reviews:session_cancel", {"reason": "长" * 301}, "不超过 300 字", True),
        ("reviews:session_return", {"reason": "题目还要再改"}, "不能转为", True),
        ("reviews:canvass_open", {"opens_on": "2026-12-01", "closes_on": "2026-11-01"}, "", False),
        ("reviews:canvass_open", {"opens_on": "2026-12-01"}, "请填写发放日期", False),
    ],
)
def test_what_a_rule_refused_is_back_on_the_page_of_the_button(client, approver, clerk, session, name, typed, refusal, has_words):
    page = reverse("reviews:session", args=[session.uid])
    client.force_login(clerk if "canvass" in name else approver)

    answer = send(client, reverse(name, args=[session.uid]), typed, HTTP_REFERER=f"http://testserver{page}")

    assert answer["Location"] == page
    again = client.get(page)
    assert refusal in again.content.decode()
    assert shown(again) == typed
    assert (" hidden>" in tight(again).split('id="came-back"')[1].split("<")[0]) is not has_words
    assert shown(client.get(page)) is None


def test_what_htmx_sent_stays_in_the_page_that_sent_it(client, approver, session):
    page = reverse("reviews:session", args=[session.uid])
    client.force_login(approver)

    headers = {"HTTP_REFERER": f"http://testserver{page}", "HTTP_HX_REQUEST": "true"}
    send(client, reverse("reviews:session_cancel", args=[session.uid]), {"reason": "长" * 301}, **headers)

    assert shown(client.get(page)) is None


def test_words_sent_too_late_from_a_refused_page_come_back_to_the_page_it_stands_for(client, writer, now):
    letter = draft(factories.UnitFactory(), writer)
    serve = reverse("rectification:letter_serve", args=[letter.uid])
    client.force_login(writer)
    now.move_to(NINE + dt.timedelta(minutes=20), tick=False)

    entered = sign_in(client, "mu", send(client, serve, {"served_on": "2026-11-31"}))

    page = client.get(entered["Location"])
    assert (entered["Location"], page["Location"]) == (serve, letter.get_absolute_url())
    assert shown(client.get(page["Location"])) == {"served_on": "2026-11-31"}
