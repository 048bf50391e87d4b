"""What the security administrator does with accounts, alone and with a second person (S6, S19)."""

import datetime as dt

import pyotp
import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RuleViolation
from core.models import AuditEvent
from desk import actions, tasks
from notices import actions as notices
from notices.models import Notice
from officials import actions as officials
from officials.models import AccountStep, User
from officials.roles import Role
from tests import factories

LATER = dt.timedelta(minutes=15)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def account(db):
    return factories.UserFactory(name="新审计员")


@pytest.fixture
def step(account, secadmin, sysadmin, now):
    return actions.change_roles(account, [Role.AUDITADMIN], by=secadmin, now=now)


def roles(account):
    return User.objects.get(pk=account.pk).roles


# --- roles -------------------------------------------------------------------------------------------------


def test_roles_of_the_process_are_given_at_once(account, secadmin, now):
    assert actions.change_roles(account, [Role.ORGANISER], by=secadmin, now=now) is None

    assert roles(account) == {Role.ORGANISER}


@pytest.mark.parametrize(("given", "is_warned"), [(["organiser", "approver"], True), (["organiser", "member"], False)])
def test_who_both_prepares_and_approves_is_pointed_out(client, account, secadmin, given, is_warned):
    client.force_login(secadmin)

    page = client.post(reverse("desk:account_edit", args=[account.uid]), {"roles": given}, follow=True).content.decode()

    assert ("经办和审批就没有分开" in page) is is_warned
    assert roles(account) == set(given)


def test_an_administrator_is_made_when_a_second_person_confirms(account, step, sysadmin, secadmin, now):
    assert roles(account) == set()

    assert actions.confirm_step(step, by=sysadmin, now=now) == ""
    assert actions.confirm_step(step, by=sysadmin, now=now) == ""  # pressed twice

    assert roles(account) == {Role.AUDITADMIN}
    lines = AuditEvent.objects.order_by("n").values_list("action", "actor")
    assert list(lines) == [("ask_roles", secadmin.username), ("grant_roles", sysadmin.username)]


def test_another_security_administrator_may_be_the_second(account, step, now):
    actions.confirm_step(step, by=factories.UserFactory(roles=[Role.SECADMIN]), now=now)

    assert roles(account) == {Role.AUDITADMIN}


def test_one_person_is_not_both_halves(account, step, secadmin, now):
    with pytest.raises(RuleViolation, match="由另一人确认"):
        actions.confirm_step(step, by=secadmin, now=now)

    assert roles(account) == set()


def test_whose_account_it_is_confirms_nothing(secadmin, now):
    first, second = (factories.UserFactory(roles=[Role.SYSADMIN]) for _each in range(2))
    step = actions.change_roles(first, [], by=secadmin, now=now)

    with pytest.raises(RuleViolation, match="不能给自己授权"):
        actions.confirm_step(step, by=first, now=now)
    actions.confirm_step(step, by=second, now=now)
    assert roles(first) == set()


def test_a_step_expires_after_a_quarter_of_an_hour(account, step, secadmin, sysadmin, now):
    with pytest.raises(RuleViolation, match="超过 15 分钟"):
        actions.confirm_step(step, by=sysadmin, now=now + LATER)

    again = actions.change_roles(account, [Role.AUDITADMIN], by=secadmin, now=now + LATER)
    assert AccountStep.objects.get() == again


def test_the_clock_drops_what_expired_and_its_notices(step, sysadmin, secadmin, now, time_machine):
    time_machine.move_to(now + LATER, tick=False)

    tasks.drop_expired_steps()

    assert not AccountStep.objects.exists()
    assert Notice.objects.get(to=sysadmin).state == Notice.State.CANCELLED
    with pytest.raises(RuleViolation, match="没有等待确认"):
        actions.confirm_step(step, by=sysadmin, now=now)


def test_the_notice_of_a_step_that_was_confirmed_is_no_longer_unread(step, sysadmin, now):
    notices.deliver_waiting(now=timezone.now())
    assert Notice.objects.inbox_of(sysadmin).unread().exists()

    actions.confirm_step(step, by=sysadmin, now=now)

    assert Notice.objects.inbox_of(sysadmin).exists()
    assert not Notice.objects.inbox_of(sysadmin).unread().exists()


def test_asking_twice_is_asking_once_and_nothing_else_goes_on_meanwhile(account, step, secadmin, now):
    assert actions.change_roles(account, [Role.AUDITADMIN], by=secadmin, now=now) == step
    for other in ([Role.SYSADMIN], [Role.ORGANISER]):
        with pytest.raises(RuleViolation, match="已有一步在等待"):
            actions.change_roles(account, other, by=secadmin, now=now)

    assert AccountStep.objects.count() == 1


def test_who_does_not_agree_says_why_and_whoever_asked_reads_it(account, step, secadmin, sysadmin, now):
    with pytest.raises(RuleViolation, match="请写明不同意的理由"):
        actions.reject_step(step, reason=" ", by=sysadmin, now=now)
    with pytest.raises(RuleViolation, match="须两个人办"):
        actions.reject_step(step, reason="不该有", by=secadmin, now=now)
    actions.reject_step(step, reason="这个岗位不管账号", by=sysadmin, now=now)
    with pytest.raises(RuleViolation, match="没有等待确认"):
        actions.reject_step(step, reason="这个岗位不管账号", by=sysadmin, now=now)

    assert not AccountStep.objects.exists()
    told = Notice.objects.get(to=secadmin)
    assert ("不同意" in told.subject, "这个岗位不管账号" in told.body) == (True, True)
    assert not Notice.objects.filter(to=sysadmin, state="WAITING").exists()
    line = AuditEvent.objects.get(action="reject_account_step")
    assert (line.actor, "这个岗位不管账号" in str(line.detail)) == (sysadmin.username, True)


def test_every_disagreement_reaches_whoever_asked(account, step, secadmin, sysadmin, now):
    actions.reject_step(step, reason="这个岗位不管账号", by=sysadmin, now=now)
    again = actions.change_roles(account, [Role.AUDITADMIN], by=secadmin, now=now)
    actions.reject_step(again, reason="还是不行", by=sysadmin, now=now)

    assert [notice.body[-4:] for notice in Notice.objects.filter(to=secadmin).order_by("pk")] == ["不管账号", "还是不行"]


def test_nobody_disagrees_with_what_another_has_confirmed(account, step, sysadmin, now):
    actions.confirm_step(step, by=sysadmin, now=now)

    with pytest.raises(RuleViolation, match="没有等待确认"):
        actions.reject_step(step, reason="晚了", by=sysadmin, now=now)


def test_the_page_of_a_step_offers_to_disagree_and_asks_again_for_the_reason(client, account, step, sysadmin):
    client.force_login(sysadmin)
    page = reverse("desk:account_step", args=[step.uid])
    assert f'action="{page}/reject"' in client.get(page).content.decode()

    assert "has-error" in client.post(f"{page}/reject", {"reason": ""}).content.decode()
    assert client.post(f"{page}/reject", {"reason": "没有说明用途"}).url == reverse("officials:account_list")

    assert not AccountStep.objects.exists()


def test_whoever_asked_takes_it_back(account, step, secadmin, sysadmin, now):
    with pytest.raises(RuleViolation, match="只有提出的人"):
        actions.withdraw_step(step, by=sysadmin)
    for _again in range(2):
        actions.withdraw_step(step, by=secadmin)

    assert not AccountStep.objects.exists()
    assert AuditEvent.objects.filter(action="withdraw_account_step").count() == 1


def test_what_may_not_be_is_not_asked_for(auditadmin, account, secadmin, sysadmin, now):
    for who, held, reason in (
        (auditadmin, [], "只剩这一个人"),
        (account, [Role.SYSADMIN, Role.MEMBER], "不得兼任"),
        (secadmin, [Role.SECADMIN, Role.AUDITADMIN], "三个人"),
    ):
        with pytest.raises(RuleViolation, match=reason):
            actions.change_roles(who, held, by=secadmin, now=now)

    assert not AccountStep.objects.exists()


def test_nobody_asks_for_the_own_account(secadmin, sysadmin, now):
    factories.UserFactory(roles=[Role.SECADMIN])

    with pytest.raises(RuleViolation, match="不能给自己办"):
        actions.change_roles(secadmin, [], by=secadmin, now=now)
    with pytest.raises(RuleViolation, match="不能给自己办"):
        actions.reset_password(secadmin, "忘记密码", by=secadmin, now=now)


def test_where_nobody_can_be_the_second_the_server_is_the_way(sysadmin, secadmin, auditadmin, now):
    with pytest.raises(RuleViolation, match="reset_administrator"):
        actions.reset_password(sysadmin, "忘记密码", by=secadmin, now=now)


# --- passwords ---------------------------------------------------------------------------------------------


def test_an_administrators_password_is_shown_to_the_second_person_once(auditadmin, secadmin, sysadmin, now):
    assert actions.reset_password(auditadmin, "忘记密码", by=secadmin, now=now) == ""
    assert not User.objects.get(pk=auditadmin.pk).must_change_password

    password = actions.confirm_step(AccountStep.objects.get(), by=sysadmin, now=now)

    assert User.objects.get(pk=auditadmin.pk).check_password(password)
    assert actions.confirm_step(AccountStep.objects.get(), by=sysadmin, now=now) == ""


def test_an_administrators_password_is_reset_for_a_reason_that_the_second_person_and_the_trail_read(
    client, auditadmin, secadmin, sysadmin
):
    client.force_login(secadmin)
    address = reverse("desk:account_password", args=[auditadmin.uid])
    assert "password_reason" in client.get(reverse("desk:account_edit", args=[auditadmin.uid])).content.decode()
    client.post(address, {"reason": " "})
    assert not AccountStep.objects.exists()
    client.post(address, {"reason": "本人当面说忘记了"})
    step = AccountStep.objects.get()

    client.force_login(sysadmin)
    page = client.get(reverse("desk:account_step", args=[step.uid])).content.decode()
    client.post(reverse("desk:account_step_confirm", args=[step.uid]))

    assert "本人当面说忘记了" in page
    assert "本人当面说忘记了" in AuditEvent.objects.get(action="issue_password").detail


def test_a_first_password_stands_in_one_answer_and_nowhere_else(client, clerk, secadmin):
    client.force_login(secadmin)
    answer = client.post(reverse("desk:account_password", args=[clerk.uid]))
    password = answer.context["password"]

    assert User.objects.get(pk=clerk.pk).check_password(password)
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    page = client.get(reverse("desk:account_edit", args=[clerk.uid]))
    assert "初始密码还没有改" in page.content.decode()
    assert password not in page.content.decode() + str(list(AuditEvent.objects.values())) + str(dict(client.session))


def test_an_account_without_a_password_is_given_one(client, secadmin):
    account = factories.UserFactory()
    account.set_unusable_password()
    account.save()
    client.force_login(secadmin)

    assert "发放初始密码" in client.get(reverse("desk:account_edit", args=[account.uid])).content.decode()
    assert client.post(reverse("desk:account_password", args=[account.uid])).status_code == 200


def test_who_was_locked_out_is_let_in_again(client, secadmin):
    user = factories.UserFactory(username="Locked", password=factories.PASSWORD)
    login = reverse("officials:login")
    for _wrong in range(5):
        client.post(login, {"username": "locked", "password": "wrong-wrong-wrong"})
    client.force_login(secadmin)
    page = reverse("desk:account_edit", args=[user.uid])
    assert "解除锁定" in client.get(page).content.decode()

    client.post(reverse("desk:account_unlock", args=[user.uid]))

    assert "解除锁定" not in client.get(page).content.decode()
    client.post(reverse("officials:logout"))
    assert client.post(login, {"username": "Locked", "password": factories.PASSWORD}).status_code == 302


# --- disable and enable ------------------------------------------------------------------------------------


@pytest.fixture
def second_auditadmin(db):
    return factories.UserFactory(name="第二审计员", roles=[Role.AUDITADMIN])


def is_active(account):
    return User.objects.get(pk=account.pk).is_active


def test_an_account_of_the_process_is_disabled_at_once(clerk, sysadmin, now):
    assert actions.change_active(clerk, False, by=sysadmin, now=now) is None

    assert not is_active(clerk)


def test_an_administrator_is_disabled_and_enabled_when_a_second_person_confirms(
    auditadmin, second_auditadmin, sysadmin, secadmin, now
):
    for wanted, kind in ((False, "DISABLE"), (True, "ENABLE")):
        step = actions.change_active(auditadmin, wanted, by=sysadmin, now=now)
        assert (step.kind, is_active(auditadmin)) == (kind, not wanted)
        assert Notice.objects.filter(to=secadmin, matter=step.matter).exists()

        assert actions.confirm_step(step, by=secadmin, now=now) == ""

        assert is_active(auditadmin) is wanted
    assert actions.change_active(auditadmin, True, by=sysadmin, now=now) is None  # pressed twice


def test_the_last_of_a_kind_is_not_even_asked_for(auditadmin, sysadmin, secadmin, now):
    with pytest.raises(RuleViolation, match="只剩这一个人，不能停用"):
        actions.change_active(auditadmin, False, by=sysadmin, now=now)

    assert not AccountStep.objects.exists()


def test_who_became_the_last_meanwhile_stays(auditadmin, second_auditadmin, sysadmin, secadmin, now):
    both = [actions.change_active(one, False, by=sysadmin, now=now) for one in (auditadmin, second_auditadmin)]
    actions.confirm_step(both[0], by=secadmin, now=now)

    with pytest.raises(RuleViolation, match="只剩这一个人，不能停用"):
        actions.confirm_step(both[1], by=secadmin, now=now)

    assert is_active(second_auditadmin)


@pytest.mark.parametrize("sent", [{}, {"active": ""}, {"active": "否"}])
def test_only_the_button_that_says_so_disables(client, clerk, sysadmin, sent):
    client.force_login(sysadmin)

    client.post(reverse("desk:account_active", args=[clerk.uid]), sent)

    assert is_active(clerk)


def test_the_list_says_that_a_second_person_is_asked(client, auditadmin, second_auditadmin, sysadmin, secadmin):
    client.force_login(sysadmin)

    page = client.post(reverse("desk:account_active", args=[auditadmin.uid]), {"active": "0"}, follow=True)

    assert "已提出：停用账号（审计员）" in page.content.decode()
    step = AccountStep.objects.get()
    assert client.post(reverse("desk:account_step_withdraw", args=[step.uid]), follow=True).status_code == 200
    assert not AccountStep.objects.exists()


# --- a second factor that is lost ----------------------------------------------------------------------------


@pytest.fixture
def bind(settings):
    """Gives an account an app."""
    settings.SECOND_FACTOR = True

    def bind(account):
        seed = officials.new_seed()
        officials.enrol(account, seed, pyotp.TOTP(seed).now(), now=timezone.now())
        return account

    return bind


def has_factor(account):
    return User.objects.get(pk=account.pk).second_factor_since is not None


def test_a_lost_factor_is_taken_off_for_a_reason_and_the_person_hears_of_it(clerk, secadmin, bind, now):
    bind(clerk)
    with pytest.raises(RuleViolation, match="请写明"):
        actions.remove_factor(clerk, "  ", by=secadmin, now=now)

    assert actions.remove_factor(clerk, "手机丢失", by=secadmin, now=now) is None

    assert not has_factor(clerk)
    told = Notice.objects.get()
    assert (told.to, told.subject) == (clerk, "您的动态验证码已解除")
    assert "安全员" in told.body
    assert "手机丢失" in told.body


def test_an_administrators_takes_two_who_both_see_why(client, auditadmin, secadmin, sysadmin, bind, now):
    bind(auditadmin)
    step = actions.remove_factor(auditadmin, "手机丢失", by=secadmin, now=now)
    assert actions.remove_factor(auditadmin, "手机丢失", by=secadmin, now=now) == step
    with pytest.raises(RuleViolation, match="已有一步在等待"):
        actions.remove_factor(auditadmin, "手机和恢复码", by=secadmin, now=now)
    with pytest.raises(RuleViolation, match="由另一人确认"):
        actions.confirm_step(step, by=secadmin, now=now)
    with pytest.raises(RuleViolation, match="须两个人办"):
        officials.remove_factor(auditadmin, by=secadmin, reason="手机丢失")
    assert has_factor(auditadmin)
    assert "手机丢失" not in AuditEvent.objects.get(action="ask_factor").detail

    actions.confirm_step(step, by=sysadmin, now=now)

    assert not has_factor(auditadmin)
    event = AuditEvent.objects.get(action="remove_factor")
    assert (event.actor, str(secadmin) in event.detail, "手机丢失" in event.detail) == (sysadmin.username, True, True)
    assert Notice.objects.filter(to=auditadmin).count() == 1


def test_nobody_takes_off_what_is_not_there_or_ones_own(clerk, auditadmin, secadmin, bind, now):
    for account in (clerk, auditadmin):
        with pytest.raises(RuleViolation, match="没有设置"):
            actions.remove_factor(account, "手机丢失", by=secadmin, now=now)
    with pytest.raises(RuleViolation, match="不能给自己办"):
        actions.remove_factor(bind(secadmin), "手机丢失", by=secadmin, now=now)

    assert not AccountStep.objects.exists()


def test_the_page_has_the_button_where_there_is_a_factor(client, clerk, auditadmin, secadmin, sysadmin, bind, settings):
    bind(clerk), bind(auditadmin)
    settings.SECOND_FACTOR = False  # the visitor's own sign-in is not what this is about
    client.force_login(secadmin)
    edit, take_off = (
        lambda account, page=page: reverse(page, args=[account.uid]) for page in ("desk:account_edit", "desk:account_factor")
    )
    assert take_off(clerk) in client.get(edit(clerk)).content.decode()

    done = client.post(take_off(clerk), {"reason": "手机丢失"}, follow=True)
    assert "已解除 穆晏川 的动态验证码" in done.content.decode()
    assert take_off(clerk) not in done.content.decode()
    asked = client.post(take_off(auditadmin), {"reason": "手机丢失"}, follow=True)
    assert "请另一名管理员在 15 分钟内确认" in asked.content.decode()

    client.force_login(sysadmin)
    page = client.get(reverse("desk:account_step", args=[AccountStep.objects.get().uid])).content.decode()
    assert "我确认解除动态验证码" in page
    assert "手机丢失" in page


def test_it_waits_for_password_and_code(client, clerk, secadmin, bind, settings, time_machine):
    bind(clerk), bind(secadmin)
    settings.SESSION_PROVED = dt.timedelta(minutes=10)
    client.force_login(User.objects.get(pk=secadmin.pk))
    time_machine.move_to(timezone.now() + dt.timedelta(minutes=11), tick=False)

    answer = client.post(reverse("desk:account_factor", args=[clerk.uid]), {"reason": "手机丢失"})

    assert answer["Location"].startswith(reverse("officials:password_again"))
    assert has_factor(clerk)


# --- the second person's way there -------------------------------------------------------------------------


def test_the_second_person_finds_it_on_the_desk_in_the_inbox_and_in_the_list(
    client, account, step, sysadmin, secadmin, auditadmin
):
    page = reverse("desk:account_step", args=[step.uid])
    assert list(Notice.objects.values_list("to", "link")) == [(sysadmin.pk, page)]

    client.force_login(sysadmin)
    assert [row["line"].url for row in client.get("/").context["agenda"] if "确认" in row["line"].title] == [page]
    assert page in client.get(reverse("officials:account_list")).content.decode()
    assert "我确认更改身份" in client.get(page).content.decode()
    assert client.post(f"{page}/confirm").status_code == 302
    assert roles(account) == {Role.AUDITADMIN}
    assert "已经办好" in client.get(page).content.decode()

    client.force_login(secadmin)
    assert client.get("/").context["agenda"] == []


def test_the_second_person_is_shown_the_password(client, auditadmin, secadmin, sysadmin):
    client.force_login(secadmin)
    asked = client.post(reverse("desk:account_password", args=[auditadmin.uid]), {"reason": "忘记密码"})
    assert asked["Location"] == reverse("desk:account_edit", args=[auditadmin.uid])
    client.force_login(sysadmin)

    shown = client.post(reverse("desk:account_step_confirm", args=[AccountStep.objects.get().uid]))

    assert User.objects.get(pk=auditadmin.pk).check_password(shown.context["password"])


def test_from_a_password_shown_once_one_gets_back_to_the_account(client, account, step, secadmin):
    client.force_login(secadmin)

    assert client.get(reverse("desk:account_password", args=[account.uid])).url == reverse(
        "desk:account_edit", args=[account.uid]
    )
    assert client.get(reverse("desk:account_step_confirm", args=[step.uid])).url == reverse("desk:account_step", args=[step.uid])


def test_who_asked_sees_that_it_waits_and_may_take_it_back(client, account, step, secadmin):
    client.force_login(secadmin)
    page = reverse("desk:account_step", args=[step.uid])

    assert "看这一步，或者撤回" in client.get(reverse("desk:account_edit", args=[account.uid])).content.decode()
    assert "撤回提出" in client.get(page).content.decode()
    assert client.post(f"{page}/confirm").status_code == 403
    assert client.post(f"{page}/withdraw").status_code == 302
    assert not AccountStep.objects.exists()


def test_who_is_turned_away_reads_whose_it_is(client, account, step, clerk):
    client.force_login(clerk)
    pages = {
        reverse("desk:audit_trail"): "审计记录由审计管理员查看",
        reverse("desk:account_edit", args=[account.uid]): "账号的身份由安全管理员授予",
        reverse("desk:account_step", args=[step.uid]): "账号由系统管理员和安全管理员管理",
    }

    answers = {page: client.get(page) for page in pages}

    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(pages, 403)
    assert all(pages[page] in answer.content.decode() for page, answer in answers.items())


def test_a_refused_choice_of_roles_stays_on_the_page(client, account, secadmin):
    client.force_login(secadmin)

    page = client.post(reverse("desk:account_edit", args=[account.uid]), {"roles": ["sysadmin", "organiser"]})

    assert "不得兼任业务身份" in page.content.decode()
    assert page.context["form"]["roles"].value() == ["sysadmin", "organiser"]
