"""What administrators do with an account: at once, or with a second person where it makes or stops an administrator (S19).

It stands here and not with the accounts, because the second person gets a notice.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit, two_persons
from core.days import moment
from core.errors import RuleViolation, needed
from notices import actions as notices
from officials import actions as officials
from officials import policies
from officials import roles as rules
from officials.models import AccountStep, User

Kind = AccountStep.Kind


@transaction.atomic
def change_roles(account, held, *, by, now) -> AccountStep | None:
    """Give the account these roles. Returns None when it is done, or the step that waits for a second person."""
    account = _held(account)
    if rules.takes_two(account.granted, held):
        if reasons := officials.role_blockers(account, held):
            raise RuleViolation(reasons)
        return _ask(account, Kind.ROLES, by=by, now=now, roles=sorted(held))
    if account.steps.waiting(now).filter(kind=Kind.ROLES).exists():
        raise RuleViolation(_already())
    officials.grant_roles(account, held, by=by)
    return None


@transaction.atomic
def reset_password(account, reason="", *, by, now) -> str:
    """Give the account a first password. Returns it, or "" where a second person has to confirm and is then shown it,
    and why it is asked for."""
    account = _held(account)
    if account.granted.isdisjoint(rules.ADMINISTRATORS):
        return officials.issue_password(account, by=by, now=now)
    _ask(account, Kind.PASSWORD, by=by, now=now, reason=needed(reason, _("请写明重设管理员密码的理由")))
    return ""


@transaction.atomic
def remove_factor(account, reason, *, by, now) -> AccountStep | None:
    """Take a lost second factor off the account. Returns None when it is done, or the step that waits for a second person."""
    account = _held(account)
    reason = needed(reason, _("请写明解除动态验证码的理由"))
    if account.granted.isdisjoint(rules.ADMINISTRATORS):
        _remove_factor(account, reason, by=by, now=now)
        return None
    if account.second_factor_since is None:
        raise RuleViolation(officials.no_factor())
    return _ask(account, Kind.FACTOR, by=by, now=now, reason=reason)


def _remove_factor(account, reason, *, by, now, asked_by=None):
    """And tell the person, who may not have asked for it."""
    officials.remove_factor(account, by=by, reason=reason, asked_by=asked_by)
    notices.post(
        to=[account],
        key=f"factor-removed:{now.isoformat()}",
        subject=lambda: _("您的动态验证码已解除"),
        body=lambda: (
            _(
                "%(who)s于 %(at)s 解除了您账号的动态验证码，理由：%(reason)s。下次登录时请重新设置。不是您要求的，请立即告诉安全管理员。"
            )
            % {"who": by, "reason": reason, "at": moment(now)}
        ),
    )


@transaction.atomic
def change_active(account, is_active, *, by, now) -> AccountStep | None:
    """Disable or enable the account. Returns None when it is done, or the step that waits for a second person."""
    account = _held(account)
    if account.granted.isdisjoint(rules.ADMINISTRATORS) or account.is_active == is_active:
        officials.set_active(account, is_active, by=by)
        return None
    if not is_active and (reasons := officials.disabling_blockers(account)):
        raise RuleViolation(reasons)
    return _ask(account, Kind.ENABLE if is_active else Kind.DISABLE, by=by, now=now)


@transaction.atomic
def confirm_step(step, *, by, now) -> str:
    """The second person confirms, and it is done. Returns the first password where one was made; a second press makes none."""
    account = _held(step.account)
    step = account.steps.select_related("asked_by").filter(pk=step.pk).first()
    if step is None:
        raise RuleViolation(two_persons.gone())
    if step.confirmed_at:
        return ""
    step.require_second(by=by, now=now)
    step.note_second(by=by, now=now)
    notices.close(matter=step.matter)
    if step.kind == Kind.PASSWORD:
        return officials.issue_password(account, by=by, asked_by=step.asked_by, reason=step.reason, now=now)
    if step.kind == Kind.ROLES:
        officials.grant_roles(account, step.roles, by=by, asked_by=step.asked_by)
    elif step.kind == Kind.FACTOR:
        _remove_factor(account, step.reason, by=by, asked_by=step.asked_by, now=now)
    else:
        officials.set_active(account, step.kind == Kind.ENABLE, by=by, asked_by=step.asked_by)
    return ""


@transaction.atomic
def withdraw_step(step, *, by):
    """Whoever asked takes it back."""
    step.require_first(by=by)
    account = _held(step.account)
    if waiting := account.steps.filter(pk=step.pk, confirmed_at=None).first():
        notices.drop([waiting])
        audit.record("withdraw_account_step", account, by=by, step=step.kind)


@transaction.atomic
def reject_step(step, *, reason: str, by, now):
    """The second person does not agree: the step is gone, and whoever asked reads why."""
    reason = needed(reason, _("请写明不同意的理由"))
    account = _held(step.account)
    waiting = account.steps.select_related("asked_by").filter(pk=step.pk, confirmed_at=None).first()
    if waiting is None:
        raise RuleViolation(two_persons.gone())
    waiting.require_second(by=by, now=now)
    key = f"{waiting.matter}:rejected"
    notices.drop([waiting])
    notices.post(
        to=[waiting.asked_by],
        key=key,
        subject=lambda: _("不同意“%(step)s”：%(name)s") % {"step": waiting.get_kind_display(), "name": account},
        body=lambda: _("%(who)s不同意，理由：%(reason)s") % {"who": by, "reason": reason},
        link=reverse("officials:account_list"),
    )
    audit.record("reject_account_step", account, by=by, step=step.kind, asked_by=waiting.asked_by.username, reason=reason)


@transaction.atomic
def drop_expired_steps(*, now):
    """Whoever comes after a quarter of an hour is told to ask again."""
    notices.drop(AccountStep.objects.expired(now))


def _held(account):
    """The account's row until the end of the transaction."""
    return User.objects.select_for_update().get(pk=account.pk)


def _ask(account, kind, *, by, now, roles=(), reason=""):
    if account.pk == by.pk:
        raise RuleViolation(_("不能给自己办，请由另一名管理员提出"))
    notices.drop(account.steps.expired(now))
    if waiting := account.steps.filter(kind=kind, confirmed_at=None).first():
        if waiting.asked_by_id == by.pk and (waiting.roles, waiting.reason) == (list(roles), reason):
            return waiting
        raise RuleViolation(_already())
    seconds = User.objects.with_role(*policies.SECONDS).exclude(pk__in=[by.pk, account.pk])
    if not seconds.exists():
        raise RuleViolation(
            _(
                "没有第二个人能确认：须有另一名安全管理员或系统管理员。忘记密码、丢了手机的，请在服务器上用 manage.py reset_administrator 办"
            )
        )
    step = AccountStep.objects.create(account=account, kind=kind, roles=list(roles), reason=reason, asked_by=by, asked_at=now)
    audit.record(f"ask_{kind.lower()}", account, by=by, **({"roles": list(roles)} if kind == Kind.ROLES else {}))
    _tell(step, seconds)
    return step


def _tell(step, seconds):
    def told():
        return {"who": step.asked_by, "step": step.get_kind_display(), "name": step.account, "until": moment(step.expires_at)}

    notices.post(
        to=seconds,
        key=step.matter,
        subject=lambda: _("请确认“%(step)s”：%(name)s") % told(),
        body=lambda: (
            _("%(who)s对管理员账号%(name)s提出“%(step)s”，须由您或者另一名管理员在 %(until)s 前确认；过时须重新提出。") % told()
        ),
        link=reverse("desk:account_step", args=[step.uid]),
        matter=step.matter,
    )


def _already():
    return _("这个账号已有一步在等待确认：请先确认或者由提出的人撤回")
