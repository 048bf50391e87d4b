"""S1, S3: a code after the password, good once; nothing opens without."""

import datetime as dt
import getpass
import re

import pyotp
import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from core import sessions, vault
from core.errors import RuleViolation
from core.models import AuditEvent
from officials import actions
from officials.models import RecoveryCode, SecondFactor, User
from officials.roles import Role
from tests import factories
from tests.test_matrix import OPEN, named

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
NINE = dt.datetime(2026, 12, 22, 1, tzinfo=dt.UTC)
STEP = dt.timedelta(seconds=30)
LOGIN, CODE, ENROL, CHANGE, AGAIN = (
    "/accounts/login", "/accounts/code", "/accounts/second-factor", "/accounts/second-factor/change", "/accounts/password-again",
)  # fmt: skip
ANEW, ME, DESK = "/accounts/recovery-codes", "/accounts/me", "/"
TYPED = {"username": "mu", "password": factories.PASSWORD}


@pytest.fixture(autouse=True)
def now(settings, time_machine):
    settings.SECOND_FACTOR = True
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture
def person(db):
    return factories.UserFactory(username="mu", name="穆晏川", password=factories.PASSWORD, roles=[Role.ORGANISER])


@pytest.fixture
def bound(person, now):
    """The same person with an app; the code that proved it was of a while ago."""
    person.codes = actions.enrol(person, SEED, shown(SEED), now=timezone.now())
    now.shift(10 * STEP)
    return person


@pytest.fixture
def half_in(client, bound):
    client.post(LOGIN, TYPED)
    return client


def shown(seed=SEED, steps=0):
    """What the app shows now, or some steps later."""
    return pyotp.TOTP(seed).at(timezone.now() + steps * STEP)


def wrong():
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in {shown(SEED, n) for n in (-1, 0, 1)})


def give(client, code, page=CODE, **more):
    return client.post(page, {"one_time_code": code, **more})


def where(answer):
    return answer.status_code, answer.get("Location", "").partition("?")[0]


def lines():
    return list(AuditEvent.objects.order_by("n").values_list("action", "result"))


# --- the code after the password -----------------------------------------------------------------------------


def test_the_password_alone_signs_nobody_in(half_in):
    assert where(half_in.get(DESK)) == (302, LOGIN)
    assert "_auth_user_id" not in half_in.session
    assert lines() == [("enrol_factor", "DONE")]


def test_the_code_does_and_leads_to_where_one_wanted_to_go(client, bound):
    answer = client.post(LOGIN, {**TYPED, "next": "/officials/"})
    assert answer["Location"] == f"{CODE}?next=/officials/"
    before = client.session.session_key
    assert client.get(answer["Location"]).context["next"] == "/officials/"

    assert give(client, shown(), next="/officials/")["Location"] == "/officials/"

    assert client.get("/officials/").status_code == 200
    assert client.session.session_key != before
    assert lines()[-1] == ("sign_in", "DONE")


@pytest.mark.parametrize("spell", [lambda c: f"{c[:3]} {c[3:]}", lambda c: "".join(chr(0xFF10 + int(d)) for d in c)])
def test_a_code_may_be_typed_in_groups_and_in_full_width(half_in, spell):
    assert where(give(half_in, spell(shown()))) == (302, DESK)


@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (0, 302), (1, 302), (2, 200)])
def test_the_step_before_and_after_are_good(half_in, steps, status):
    assert give(half_in, shown(steps=steps)).status_code == status


def test_no_code_is_good_twice(half_in, bound):
    code = shown()
    give(half_in, code)

    again = Client()
    again.post(LOGIN, TYPED)

    assert "已经用过" in give(again, code).content.decode()
    assert where(again.get(DESK)) == (302, LOGIN)


def test_nor_one_of_an_earlier_step_than_the_last_used(bound):
    assert actions.take_code(bound, shown(steps=1), now=timezone.now())

    assert not actions.take_code(bound, shown(), now=timezone.now())


def test_nor_is_the_code_that_bound_the_app(person):
    code = shown()
    actions.enrol(person, SEED, code, now=timezone.now())

    assert not actions.take_code(person, code, now=timezone.now())


def test_a_password_given_five_minutes_ago_is_given_anew(half_in, now):
    now.shift(dt.timedelta(minutes=5))

    answer = give(half_in, shown())

    assert where(answer) == (302, LOGIN)
    assert "5 分钟内" in half_in.get(LOGIN).content.decode()


def test_nobody_comes_to_the_code_without_the_password(client, bound):
    assert where(give(client, shown())) == (302, LOGIN)


@pytest.mark.parametrize("how", ["disabled", "password", "factor"])
def test_what_changes_meanwhile_counts(half_in, bound, secadmin, sysadmin, how):
    if how == "disabled":
        actions.set_active(bound, False, by=sysadmin)
    if how == "password":
        actions.issue_password(bound, by=secadmin, now=timezone.now())
    if how == "factor":
        actions.remove_factor(bound, by=secadmin, reason="手机丢失")

    assert where(give(half_in, shown())) == (302, LOGIN)
    assert where(half_in.get(DESK)) == (302, LOGIN)


def test_a_ready_account_enters_no_other_way(client, bound, settings):
    settings.DEMO = True
    User.objects.update(demo_hint="看看")

    assert where(client.post("/accounts/demo", {"username": "mu"})) == (302, CODE)


def test_words_sent_too_late_come_through_both_pages(client, bound, now, settings):
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    client.force_login(bound)
    now.shift(dt.timedelta(minutes=16))
    client.post(
        "/sessions/new", {"title": "第三季度会议"}, HTTP_REFERER="http://testserver/sessions/new", HTTP_SEC_FETCH_MODE="navigate"
    )

    client.post(LOGIN, {**TYPED, "next": "/sessions/new"})
    assert "kept" not in client.session
    give(client, shown(), next="/sessions/new")

    assert client.session["kept"]["fields"][0]["value"] == "第三季度会议"


# --- the lock ------------------------------------------------------------------------------------------------


def test_wrong_codes_lock_together_with_wrong_passwords(client, bound):
    for _twice in range(2):
        client.post(LOGIN, {**TYPED, "password": "wrong-horse-battery"})
    client.post(LOGIN, TYPED)
    for _twice in range(2):
        assert "验证码不对" in give(client, wrong()).content.decode()
    client.post(LOGIN, TYPED)  # the password again forgets nothing
    assert give(client, wrong()).status_code == 429

    assert give(client, shown()).status_code == 429
    assert User.objects.locked_out(now=timezone.now()) == {"mu"}
    assert lines()[1:] == [("sign_in", "REFUSED")] * 2 + [("enter_code", "REFUSED")] * 3


def test_the_right_code_forgets_the_wrong_ones(half_in, now):
    for _three in range(3):
        give(half_in, wrong())
    give(half_in, shown())

    assert not AccessAttempt.objects.exists()


def test_no_row_holds_a_code_that_was_sent_in_vain(half_in, bound):
    code = bound.codes[0][:-1]
    give(half_in, code)

    attempt = AccessAttempt.objects.get()
    assert "one_time_code" in attempt.post_data
    assert code not in attempt.post_data


# --- recovery codes ------------------------------------------------------------------------------------------


def test_each_recovery_code_opens_once(half_in, bound):
    first, second = bound.codes[:2]
    assert where(give(half_in, first.upper().replace("-", " "))) == (302, DESK)
    assert "恢复码还剩 9 个" in half_in.get(ME).content.decode()

    for code, is_good in ((first, False), (second, True)):
        again = Client()
        again.post(LOGIN, TYPED)
        assert (give(again, code).status_code == 302) == is_good
    used = AuditEvent.objects.filter(action="use_recovery_code")
    assert [(event.actor, event.detail) for event in used.order_by("n")] == [("mu", '{"left": 9}'), ("mu", '{"left": 8}')]


def test_they_are_ten_different_ones_kept_as_passwords_are(bound):
    assert len(set(bound.codes)) == 10
    assert all(re.fullmatch("[a-z2-9]{4}(-[a-z2-9]{4}){2}", code) for code in bound.codes)
    digests = RecoveryCode.objects.values_list("digest", flat=True)
    assert {identify_hasher(digest).algorithm for digest in digests} == {"argon2"}


def test_new_ones_put_an_end_to_the_old(half_in, bound):
    give(half_in, shown())
    page = half_in.post(ANEW)

    assert (len(page.context["codes"]), page["Cache-Control"]) == (10, "max-age=0, no-cache, no-store, must-revalidate, private")
    assert not actions.take_code(bound, bound.codes[0], now=timezone.now())
    assert actions.take_code(bound, page.context["codes"][0], now=timezone.now())
    assert where(half_in.get(ANEW)) == (302, ME)


# --- binding an app --------------------------------------------------------------------------------------------


@pytest.fixture
def inside(client, person):
    client.post(LOGIN, TYPED)
    return client


def key_on(page):
    return page.context["key"].replace(" ", "")


def test_whoever_has_none_binds_one_before_anything_else(inside, person):
    asked = inside.get("/officials/")
    assert asked["Location"] == f"{ENROL}?next=/officials/"
    page = inside.get(asked["Location"])
    seed = key_on(page)
    assert f"secret={seed}" in page.context["address"]

    done = give(inside, shown(seed), ENROL, next="/officials/")

    assert (len(done.context["codes"]), done.context["then"]) == (10, "/officials/")
    assert inside.get("/officials/").status_code == 200
    assert where(inside.get(ENROL)) == (302, DESK)
    assert lines() == [("sign_in", "DONE"), ("enrol_factor", "DONE")]


@pytest.mark.parametrize("role", Role)
def test_no_role_and_no_account_without_one_is_spared(client, db, role):
    for name, held in (("mu", [role]), ("yuan", [])):
        factories.UserFactory(username=name, password=factories.PASSWORD, roles=held)
        client.post(LOGIN, {**TYPED, "username": name})
        assert where(client.get(DESK)) == (302, ENROL)
        client.post("/accounts/logout")


def test_the_first_administrator_changes_the_password_and_binds_an_app(client, db, monkeypatch):
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "five-lanterns-by-the-well")
    call_command("create_administrator", "secadmin", "first", "安全员", verbosity=0)
    client.post(LOGIN, {"username": "first", "password": "five-lanterns-by-the-well"})
    assert where(client.get("/accounts/")) == (302, "/accounts/first-password")
    own = {"new_password1": "seven-chairs-two-lamps", "new_password2": "seven-chairs-two-lamps"}
    client.post("/accounts/first-password", own)
    assert where(client.get("/accounts/")) == (302, ENROL)
    before = client.session.session_key

    give(client, shown(key_on(client.get(ENROL))), ENROL)

    assert client.get("/accounts/").status_code == 200
    assert client.session.session_key != before


def test_a_wrong_code_binds_nothing_and_the_same_key_is_shown_again(inside, person):
    seed = key_on(inside.get(ENROL))

    page = give(inside, "12345", ENROL)

    assert "自动校准" in page.content.decode()
    assert key_on(page) == seed
    assert User.objects.get(pk=person.pk).second_factor_since is None
    assert where(inside.get(DESK)) == (302, ENROL)


def test_every_browser_is_shown_a_key_of_its_own(inside, person):
    other = Client()
    other.post(LOGIN, TYPED)

    assert key_on(inside.get(ENROL)) != key_on(other.get(ENROL))


def test_binding_ends_what_somebody_else_began_with_the_password(inside, person):
    thief = Client()
    thief.post(LOGIN, TYPED)
    seed = key_on(thief.get(ENROL))
    give(inside, shown(key_on(inside.get(ENROL))), ENROL)

    assert where(thief.get(DESK)) == (302, LOGIN)
    assert where(give(thief, shown(seed), ENROL)) == (302, LOGIN)


def test_two_at_once_bind_one(person):
    late = User.objects.get(pk=person.pk)
    actions.enrol(person, SEED, shown(SEED), now=timezone.now())

    with pytest.raises(RuleViolation, match="别处"):
        actions.enrol(late, OTHER, shown(OTHER), now=timezone.now())


def test_a_first_password_is_changed_before_that(client, person, secadmin):
    given = actions.issue_password(person, by=secadmin, now=timezone.now())
    client.post(LOGIN, {**TYPED, "password": given})

    assert where(client.get(ENROL)) == (302, "/accounts/first-password")
    own = {"new_password1": "seven-chairs-two-lamps", "new_password2": "seven-chairs-two-lamps"}
    client.post("/accounts/first-password", own)
    assert where(client.get(DESK)) == (302, ENROL)


def test_a_new_first_password_does_not_get_around_the_code(client, bound, secadmin):
    given = actions.issue_password(bound, by=secadmin, now=timezone.now())

    assert where(client.post(LOGIN, {**TYPED, "password": given})) == (302, CODE)
    assert where(client.get("/accounts/first-password")) == (302, LOGIN)
    give(client, shown())
    assert where(client.get(DESK)) == (302, "/accounts/first-password")


def patterns(found, prefix=""):
    for pattern in found.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, prefix)
        else:
            yield pattern


def filled(pattern):
    """An address that this pattern takes, whatever stands there."""
    converters = pattern.pattern.converters
    known = {"uuid": "0b8f5d7e-7f0e-4a55-9a5e-6f4a3a6f7c11", "int": 1, "str": "x", "slug": "x"}
    return {
        name: known.get(type(converter).__name__.removesuffix("Converter").lower(), "x") for name, converter in converters.items()
    }


def every_address():
    by_name = {}
    resolver = get_resolver()
    for name in named():
        namespace, _colon, bare = name.rpartition(":")
        found = resolver.namespace_dict[namespace][1] if namespace else resolver
        by_name[name] = next(pattern for pattern in patterns(found) if pattern.name == bare)
    return by_name


@pytest.mark.slow
@pytest.mark.parametrize("method", ["get", "post"])
def test_with_the_password_alone_every_page_leads_to_binding(inside, method):
    walked = 0
    for name, pattern in every_address().items():
        if name in OPEN or name in ("officials:logout", "officials:factor_enrol"):
            continue
        url, view = reverse(name, kwargs=filled(pattern)), pattern.callback
        answer = getattr(inside, method)(url)
        first = (302, DESK if name in ("officials:first_password", "officials:old_password", "officials:code") else ENROL)
        assert where(answer) == ((401, "") if sessions.is_polled(view) else first), name
        walked += 1
    assert walked > 150


@pytest.mark.slow
@pytest.mark.parametrize("method", ["get", "post"])
def test_between_password_and_code_every_page_leads_to_the_door(half_in, method):
    for name, pattern in every_address().items():
        if name in OPEN or name in ("officials:logout", "officials:code"):
            continue
        answer = getattr(half_in, method)(reverse(name, kwargs=filled(pattern)))
        door = (
            reverse("live:invited") if (name, method) == ("live:check_in", "get") else LOGIN
        )  # which a guest scans, and which leads on to the door
        assert where(answer) == ((401, "") if sessions.is_polled(pattern.callback) else (302, door)), name


# --- another phone, and proving oneself again --------------------------------------------------------------------


def test_another_phone_takes_over_and_ends_the_other_sign_ins(half_in, bound, now):
    give(half_in, shown())
    elsewhere = Client()
    elsewhere.post(LOGIN, TYPED)
    now.shift(STEP)
    give(elsewhere, shown())
    assert elsewhere.get(DESK).status_code == 200
    seed = key_on(half_in.get(CHANGE))

    done = give(half_in, shown(seed), CHANGE)

    assert done.context["then"] == ME
    assert half_in.get(DESK).status_code == 200
    assert where(elsewhere.get(DESK)) == (302, LOGIN)
    now.shift(STEP)
    assert not actions.take_code(bound, shown(SEED), now=timezone.now())
    assert not actions.take_code(bound, bound.codes[0], now=timezone.now())
    assert actions.take_code(bound, shown(seed), now=timezone.now())
    assert AuditEvent.objects.filter(action="change_factor").count() == 1


@pytest.mark.parametrize(("method", "page"), [("get", CHANGE), ("post", ANEW)])
def test_what_replaces_the_factor_asks_for_both_again(half_in, bound, now, settings, method, page):
    settings.SESSION_PROVED = dt.timedelta(minutes=10)
    give(half_in, shown())
    now.shift(dt.timedelta(minutes=11))

    assert where(getattr(half_in, method)(page)) == (302, AGAIN)
    only = half_in.post(AGAIN, {"password": factories.PASSWORD})
    assert only.status_code == 200
    assert "验证码不对" in give(half_in, wrong(), AGAIN, password=factories.PASSWORD).content.decode()
    assert "账号或密码不对" in give(half_in, shown(), AGAIN, password="wrong-horse-battery").content.decode()
    assert where(getattr(half_in, method)(page)) == (302, AGAIN)

    assert where(give(half_in, shown(), AGAIN, password=factories.PASSWORD, next=ME)) == (302, ME)
    assert getattr(half_in, method)(page).status_code == 200


def test_wrong_codes_there_lock_as_at_the_door(half_in, bound):
    give(half_in, shown())

    for _wrong in range(4):
        assert give(half_in, wrong(), AGAIN, password=factories.PASSWORD).status_code == 200
    assert give(half_in, wrong(), AGAIN, password=factories.PASSWORD).status_code == 429
    assert give(half_in, shown(steps=1), AGAIN, password=factories.PASSWORD).status_code == 429


def test_a_code_sent_too_late_is_kept_nowhere(half_in, bound, now, settings):
    settings.SESSION_IDLE = dt.timedelta(minutes=15)
    give(half_in, shown())
    half_in.get(CHANGE)
    now.shift(dt.timedelta(minutes=16))

    half_in.post(CHANGE, {"one_time_code": "123 456"}, HTTP_REFERER=f"http://testserver{CHANGE}", HTTP_SEC_FETCH_MODE="navigate")

    assert "kept" not in half_in.session


# --- taken off ---------------------------------------------------------------------------------------------------


def test_what_is_lost_is_removed_and_bound_anew_at_the_next_sign_in(half_in, bound, secadmin):
    give(half_in, shown())

    actions.remove_factor(bound, by=secadmin, reason=" 手机丢失 ")

    assert where(half_in.get(DESK)) == (302, LOGIN)
    assert not SecondFactor.objects.exists()
    assert not RecoveryCode.objects.exists()
    event = AuditEvent.objects.get(action="remove_factor")
    assert (event.actor, event.detail) == (secadmin.username, '{"reason": "手机丢失"}')
    half_in.post(LOGIN, TYPED)
    assert where(half_in.get(DESK)) == (302, ENROL)


def test_it_takes_a_reason_a_factor_and_somebody_else(bound, secadmin):
    for account, by, reason, said in (
        (bound, secadmin, " ", "请写明"), (secadmin, secadmin, "丢了", "另一名安全管理员"), (secadmin, bound, "丢了", "没有设置"),
    ):  # fmt: skip
        with pytest.raises(RuleViolation, match=said):
            actions.remove_factor(account, by=by, reason=reason)

    assert SecondFactor.objects.count() == 1


# --- what is written down --------------------------------------------------------------------------------------


def test_no_dump_of_the_database_holds_a_seed_or_a_code(inside, person, now):
    seed = key_on(inside.get(ENROL))
    shown_once = shown(seed)
    codes = give(inside, shown_once, ENROL).context["codes"]
    inside.get(CHANGE)
    now.shift(STEP)
    give(inside, shown(seed), AGAIN, password=factories.PASSWORD)

    models = [model for model in apps.get_models() if model._meta.app_label != "ballots"]
    rows = [row for model in models for row in model._base_manager.all()]
    dump = serializers.serialize("json", rows)
    unpacked = " ".join(str(session.get_decoded()) for session in Session.objects.all())

    assert "locked_seed" in dump
    assert "candidate" in unpacked
    for secret in (seed, key_on(inside.get(CHANGE)), shown_once, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in dump
        assert secret not in unpacked


def test_another_key_opens_nothing(bound, settings):
    settings.SECOND_FACTOR_KEY = "another one"

    assert vault.unlock(SecondFactor.objects.get().locked_seed) is None


def test_under_another_key_a_code_is_not_good_a_recovery_code_is_and_another_app_is_bound(client, bound, settings):
    settings.SECOND_FACTOR_KEY = "another one"
    client.post(LOGIN, TYPED)

    assert "验证码不对" in client.post(CODE, {"one_time_code": shown(SEED)}).content.decode()
    client.post(CODE, {"one_time_code": bound.codes[0]})
    seed = key_on(client.get(CHANGE))
    settings.SECOND_FACTOR_KEY = "a third one"
    other = key_on(client.get(CHANGE))
    assert other != seed
    client.post(CHANGE, {"one_time_code": shown(other)})

    assert SecondFactor.objects.get().take(shown(other, 1), now=timezone.now() + STEP)


# --- the switch --------------------------------------------------------------------------------------------------


def test_where_it_is_off_the_password_is_enough(client, bound, settings):
    settings.SECOND_FACTOR = False

    assert where(client.post(LOGIN, TYPED)) == (302, DESK)
    assert client.get(DESK).status_code == 200
    assert "动态验证码" not in client.get(ME).content.decode()
    assert "one_time_code" not in client.get(AGAIN).content.decode()
    for page in (ENROL, CHANGE, ANEW):
        assert client.get(page).status_code == 302


def test_turning_it_on_ends_what_began_with_the_password_alone(client, bound, settings):
    settings.SECOND_FACTOR = False
    client.post(LOGIN, TYPED)

    settings.SECOND_FACTOR = True

    assert where(client.get(DESK)) == (302, LOGIN)
