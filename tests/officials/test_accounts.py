import pytest
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from officials import actions, roles
from officials.models import User
from officials.roles import Role
from tests import factories


@pytest.mark.django_db
def test_a_visitor_chooses_the_language(client):
    answer = client.post(reverse("set_language"), {"language": "en", "next": reverse("officials:login")})

    assert (answer.status_code, answer["Location"]) == (302, reverse("officials:login"))
    assert "Sign in" in client.get(reverse("officials:login")).content.decode()


@pytest.mark.parametrize(
    ("held", "reasons"),
    [
        ([Role.ORGANISER, Role.TELLER], 0),
        ([Role.SUBJECT, Role.LIAISON], 0),
        ([Role.SYSADMIN, Role.SECADMIN], 1),
        ([Role.SYSADMIN, Role.ORGANISER], 1),
        ([Role.AUDITADMIN, Role.SYSADMIN, Role.MEMBER], 2),
        ([Role.SUBJECT, Role.MEMBER], 1),
        *(([one, other], 1) for one in (Role.SUBJECT, Role.LIAISON) for other in Role if other not in roles.REVIEWED),
    ],
)
def test_which_roles_one_person_may_hold(held, reasons):
    assert len(roles.conflicts(held)) == reasons


def test_a_new_account_can_do_nothing_until_it_is_granted_a_role(sysadmin, secadmin):
    user = actions.create_account(username="new", name="新人", by=sysadmin)
    assert (user.roles, user.has_usable_password()) == (frozenset(), False)

    actions.grant_roles(user, [Role.ORGANISER], by=secadmin)

    assert User.objects.get(pk=user.pk).has_role(Role.ORGANISER)
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["grant_roles", "create_account"]


@pytest.mark.parametrize(
    ("role", "link", "record"),
    [
        (Role.SUBJECT, "official", factories.OfficialFactory),
        (Role.LIAISON, "unit", factories.UnitFactory),
        (Role.LEADER, "leading_member", factories.LeadingMemberFactory),
    ],
)
def test_a_role_that_rests_on_the_register_waits_for_the_link_and_keeps_it(client, sysadmin, secadmin, role, link, record):
    user = factories.UserFactory(office="办公室")
    named = User._meta.get_field(link).verbose_name
    with pytest.raises(RuleViolation, match=f"须在账号里写明“{named}”"):
        actions.grant_roles(user, [role], by=secadmin)

    client.force_login(sysadmin)
    typed = {"name": user.name, "office": user.office, link: record().pk}
    client.post(reverse("officials:account_change", args=[user.uid]), typed)
    actions.grant_roles(user, [role], by=secadmin)

    page = client.post(reverse("officials:account_change", args=[user.uid]), {"name": "改名", link: ""})
    assert f"须在账号里写明“{named}”" in page.content.decode()
    stored = User.objects.get(pk=user.pk)
    assert (stored.name, getattr(stored, link) is None, stored.roles) == (user.name, False, {role})


def test_an_account_is_corrected_and_the_trail_says_what(client, sysadmin):
    wrong, right = factories.OfficialFactory(name="李明", code="P1"), factories.OfficialFactory(name="李明", code="P2")
    user = factories.UserFactory(username="liming", name="李鸣", official=wrong, roles=[Role.SUBJECT])
    client.force_login(sysadmin)
    change = reverse("officials:account_change", args=[user.uid])
    typed = {"name": "李明", "office": "局长", "email": "li@example.org", "official": right.pk, "username": "other"}

    for _ in range(2):  # a second press changes nothing
        assert client.post(change, typed)["Location"] == reverse("officials:account_list")

    stored = User.objects.get(pk=user.pk)
    assert (stored.username, stored.name, stored.office, stored.email, stored.official) == (
        "liming", "李明", "局长", "li@example.org", right
    )  # fmt: skip
    event = AuditEvent.objects.get(action="change_account")
    assert ("P2" in event.detail, "email" in event.detail, "li@example.org" in event.detail) == (True, True, False)


@pytest.mark.parametrize("page", ["account_new", "account_change"])
def test_the_register_is_offered_with_code_and_unit_and_without_those_who_left(client, sysadmin, page):
    unit = factories.UnitFactory(code="U7", short_name="林业局")
    gone = factories.OfficialFactory(code="P8", name="走了", status="LEFT")
    factories.OfficialFactory(code="P9", name="李明", unit=unit, post="局长")
    other = factories.OfficialFactory(code="P70001", name="早已走了", status="LEFT")
    user = factories.UserFactory(official=gone)
    client.force_login(sysadmin)

    text = client.get(reverse(f"officials:{page}", args=[user.uid] if page == "account_change" else [])).content.decode()

    assert "P9　李明　林业局　局长" in text
    assert other.name not in text
    assert (gone.name in text) is (page == "account_change")


def test_the_list_leads_the_system_administrator_to_the_correction(client, sysadmin, secadmin):
    change = reverse("officials:account_change", args=[sysadmin.uid])

    for user, offered in ((sysadmin, True), (secadmin, False)):
        client.force_login(user)
        assert (change in client.get(reverse("officials:account_list")).content.decode()) is offered
        assert client.get(change).status_code == (200 if offered else 403)


def test_nobody_grants_a_role_to_the_own_account(secadmin):
    with pytest.raises(RuleViolation, match="不能给自己授权"):
        actions.grant_roles(secadmin, [Role.SECADMIN], by=secadmin)


def test_the_last_administrator_of_a_kind_stays(sysadmin, secadmin, auditadmin):
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.grant_roles(auditadmin, [], by=secadmin)
    with pytest.raises(RuleViolation, match="只剩这一个人"):
        actions.set_active(auditadmin, False, by=sysadmin)

    assert User.objects.get(pk=auditadmin.pk).has_role(Role.AUDITADMIN)


def test_signing_in_locks_the_account_not_the_hall(client, db):
    for name in ("attacked", "other"):
        factories.UserFactory(username=name, password=factories.PASSWORD)
    login = reverse("officials:login")

    for _ in range(5):
        client.post(login, {"username": "attacked", "password": "wrong-wrong-wrong"})

    locked = client.post(login, {"username": "attacked", "password": factories.PASSWORD})
    assert locked.status_code == 429
    assert "账号暂时锁定" in locked.content.decode()
    assert client.post(login, {"username": "other", "password": factories.PASSWORD}).status_code == 302


def test_another_spelling_is_no_way_round_the_lock(client, db):
    factories.UserFactory(username="attacked", password=factories.PASSWORD)
    login = reverse("officials:login")

    for name in ("attacked", "Attacked", "ATTACKED", "aTTacked", "attacKed"):
        client.post(login, {"username": name, "password": "wrong-wrong-wrong"})

    assert client.post(login, {"username": "attackeD", "password": factories.PASSWORD}).status_code == 429


def test_a_second_account_does_not_differ_by_its_spelling_alone(sysadmin):
    actions.create_account(username="Mu", name="甲", password=factories.PASSWORD, by=sysadmin)

    with pytest.raises(ValidationError, match="已经有人使用"):
        actions.create_account(username="mU", name="乙", password=factories.PASSWORD, by=sysadmin)


def trail():
    return list(AuditEvent.objects.order_by("n").values_list("action", "result", "actor", "address"))


def test_signing_in_and_out_is_noted(client, db):
    factories.UserFactory(username="mu", password=factories.PASSWORD)

    client.post(reverse("officials:login"), {"username": "mu", "password": factories.PASSWORD}, REMOTE_ADDR="10.1.2.3")
    client.post(reverse("officials:logout"), REMOTE_ADDR="10.1.2.3")

    assert trail() == [("sign_in", "DONE", "mu", "10.1.2.3"), ("sign_out", "DONE", "mu", "10.1.2.3")]


def test_wrong_passwords_are_noted_up_to_the_one_that_locks(client, db):
    user = factories.UserFactory(username="mu", password=factories.PASSWORD)

    for _ in range(8):
        client.post(reverse("officials:login"), {"username": "mu", "password": "wrong-wrong-wrong"}, REMOTE_ADDR="10.6.6.6")

    assert trail() == [("sign_in", "REFUSED", "", "10.6.6.6")] * 5
    assert AuditEvent.objects.first().thing == f"officials.User {user.uid} {user}"


def test_a_name_nobody_has_may_be_a_password_and_is_not_kept(client, db):
    client.post(reverse("officials:login"), {"username": "my-secret-passphrase", "password": "x"})

    assert not AuditEvent.objects.exists()


def test_passwords_are_kept_with_argon2(db):
    assert factories.UserFactory(password=factories.PASSWORD).password.startswith("argon2$argon2id")


def test_the_demonstration_door_is_walled_up_outside_demonstration_mode(client, db, settings):
    user = factories.UserFactory(username="demo", demo_hint="看看", roles=[Role.ORGANISER])
    enter = reverse("officials:demo_login")

    assert client.post(enter, {"username": user.username}).status_code == 404
    settings.DEMO = True
    assert client.post(enter, {"username": user.username}).status_code == 302
    assert client.post(enter, {"username": factories.UserFactory().username}).status_code == 404


def test_the_sign_in_page_lists_accounts_in_demonstration_mode_only(client, db, settings):
    factories.UserFactory(name="穆晏川", demo_hint="推进一场会议", roles=[Role.ORGANISER])

    assert "穆晏川" not in client.get(reverse("officials:login")).content.decode()
    settings.DEMO = True
    page = client.get(reverse("officials:login")).content.decode()
    assert "穆晏川" in page
    assert 'type="hidden" name="password"' not in page


def test_a_listed_account_can_be_typed_and_its_hint_is_read_in_either_language(client, db, settings):
    settings.DEMO = True
    factories.UserFactory(username="yushuyuan", demo_hint="持钥匙卡，开启和关闭投票", roles=[Role.SCRUTINEER])

    assert ">yushuyuan</span>" in client.get(reverse("officials:login")).content.decode()
    client.cookies["django_language"] = "en"
    page = client.get(reverse("officials:login")).content.decode()
    assert "Holds a key card" in page
    assert "持钥匙卡" not in page


@pytest.mark.parametrize(
    ("username", "said"),
    [
        ("走查 用户! <b>", "账号只能用字母、数字"),
        ("mu yan", "账号只能用字母、数字"),
        ("ｍｕ", "账号只能用字母、数字"),
        ("TAKEN", "这个账号已经有人使用，请换一个"),
    ],
)
def test_a_name_that_cannot_be_typed_or_is_taken_is_refused_once(client, sysadmin, username, said):
    factories.UserFactory(username="taken")
    client.force_login(sysadmin)

    answer = client.post(reverse("officials:account_new"), {"username": username, "name": "新人"})

    assert [said in error for errors in answer.context["form"].errors.values() for error in errors] == [True]
    assert not User.objects.filter(name="新人").exists()


def test_an_account_is_asked_for_in_plain_words(client, sysadmin):
    client.force_login(sysadmin)
    new = reverse("officials:account_new")

    assert "---------" not in client.get(new).content.decode()
    page = client.post(new, {"username": "new.one_2-x", "name": "新人", "email": "没有"}).content.decode()
    assert "请填写完整的邮箱地址" in page
    assert client.post(new, {"username": "new.one_2-x", "name": "新人"}).status_code == 302


def test_the_first_administrator_is_made_once(db, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda prompt: factories.PASSWORD)
    call_command("create_administrator", "sysadmin", "root1", "甲")

    first = User.objects.get(username="root1")
    assert (first.has_role(Role.SYSADMIN), first.must_change_password) == (True, True)
    with pytest.raises(CommandError, match="already"):
        call_command("create_administrator", "sysadmin", "root2", "乙")


@pytest.mark.parametrize("weak", ["password1234", "short-lamp", "jiwei-chairs-7", "x" * 129])
def test_a_weak_password_makes_no_administrator(db, monkeypatch, weak):
    monkeypatch.setattr("getpass.getpass", lambda prompt: weak)

    with pytest.raises(CommandError):
        call_command("create_administrator", "secadmin", "root1", "甲")

    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("page", "who", "status"),
    [
        ("account_list", "sysadmin", 200),
        ("account_list", "secadmin", 200),
        ("account_list", "auditadmin", 403),
        ("account_list", "clerk", 403),
        ("account_new", "sysadmin", 200),
        ("account_new", "secadmin", 403),
        ("official_list", "sysadmin", 403),
    ],
)
def test_each_administrator_has_one_room(client, request, page, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"officials:{page}")).status_code == status


def test_roles_are_given_by_the_security_administrator(client, secadmin, sysadmin):
    user = factories.UserFactory()
    page = reverse("desk:account_edit", args=[user.uid])

    client.force_login(sysadmin)
    assert client.post(page, {"roles": ["organiser"]}).status_code == 403
    client.force_login(secadmin)
    assert client.post(page, {"roles": ["sysadmin", "organiser"]}).status_code == 200  # refused on the page, choices kept
    assert client.post(page, {"roles": ["organiser"]}).status_code == 302
    assert User.objects.get(pk=user.pk).has_role(Role.ORGANISER)


def listed(client, **query):
    return [row["account"].username for row in client.get(reverse("officials:account_list"), query).context["rows"]]


def test_the_list_is_narrowed_by_name_role_and_state(client, secadmin):
    now = timezone.now()
    factories.UserFactory(username="new", name="新人")
    factories.UserFactory(username="gone", roles=[Role.MEMBER], is_active=False)
    factories.UserFactory(username="First", roles=[Role.MEMBER], first_password_until=now)
    AccessAttempt.objects.create(username="first", failures_since_start=5, attempt_time=now)
    client.force_login(secadmin)

    assert listed(client, q="新人") == ["new"]
    assert listed(client, role="member") == ["First", "gone"]
    assert listed(client, state="UNGRANTED") == ["new"]
    assert listed(client, state="DISABLED") == ["gone"]
    assert listed(client, state="FIRST") == listed(client, state="LOCKED") == ["First"]
    assert "没有符合条件的账号" in client.get(reverse("officials:account_list"), {"q": "无此人"}).content.decode()


@pytest.mark.parametrize("n", [1, 3])
def test_a_list_of_one_and_three_accounts_costs_the_same(client, secadmin, n, django_assert_num_queries):
    for _account in range(n):
        factories.UserFactory(roles=[Role.MEMBER])
    client.force_login(secadmin)

    with django_assert_num_queries(9):
        client.get(reverse("officials:account_list"))
