"""Accounts and what they may do. An account made by one administrator is empty until another gives it roles and a password."""

import datetime as dt
import secrets
from dataclasses import dataclass, field

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from officials import roles
from officials.models import RoleGrant, User

FIRST_PASSWORD_LASTS = dt.timedelta(hours=24)
LETTERS, GROUPS, LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 4, 4  # none that looks like another; 79 bits


@dataclass(frozen=True)
class FirstPassword:
    """A password that nobody has chosen: what is handed out, and what is stored of it. Making one is slow on purpose."""

    plain: str = field(repr=False)
    stored: str = field(repr=False)


def first_password() -> FirstPassword:
    plain = "-".join("".join(secrets.choice(LETTERS) for _letter in range(LENGTH)) for _group in range(GROUPS))
    return FirstPassword(plain, make_password(plain))


@transaction.atomic
def create_account(*, username, name, by, password=None, **fields) -> User:
    """A new account without any role, and without a password unless a first one is given.

    `by` is None for the first administrators, made on the command line.
    """
    hold_accounts()
    user = User(username=username, name=name, **fields)
    user.set_password(password)
    if password is not None:
        user.password_at = timezone.now()
        user.first_password_until = user.password_at + FIRST_PASSWORD_LASTS
    user.full_clean()
    user.save()
    audit.record("create_account", user, by=by)
    return user


def role_blockers(user, held) -> list[str]:
    """Every reason why this account may not have exactly these roles; an empty list means it may."""
    lost = user.granted.difference(held)
    return (
        roles.conflicts(held)
        + link_blockers(user, held)
        + [
            _("“%(role)s”只剩这一个人，不能取消") % {"role": role.label}
            for role in roles.Role
            if role in roles.ADMINISTRATORS & lost and not User.objects.with_role(role).exclude(pk=user.pk).exists()
        ]
    )


def link_blockers(user, held) -> list[str]:
    """What these roles rest on and the account does not name."""
    return [
        _("“%(role)s”须在账号里写明“%(link)s”，请系统管理员先补上")
        % {"role": role.label, "link": User._meta.get_field(link).verbose_name}
        for role, link in roles.LINKS.items()
        if role in held and getattr(user, f"{link}_id") is None
    ]


@transaction.atomic
def change_account(user, *, by, **fields):
    """Correct whose account it is and what it is linked to. Nothing that a role of the account rests on is taken away."""
    user = User.objects.select_for_update().get(pk=user.pk)
    hold_accounts()
    changed = {name: value for name, value in fields.items() if getattr(user, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    if reasons := link_blockers(user, user.granted):
        raise RuleViolation(reasons)
    user.save(update_fields=list(changed))
    links = {name: value.code if value else "" for name, value in changed.items() if name in roles.LINKS.values()}
    audit.record("change_account", user, by=by, changed=sorted(changed), **links)


@transaction.atomic
def grant_roles(user, held, *, by, asked_by=None):
    """Make `held` the roles of the account; refuses what one person may not hold together, and giving oneself anything.

    Of two persons who make or unmake an administrator (S19) one is `asked_by`; on the command line `by` is None.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if by and user.pk in (by.pk, asked_by and asked_by.pk):
        raise RuleViolation(_("不能给自己授权，请由另一名安全管理员办理"))
    hold_accounts()
    if reasons := role_blockers(user, held):
        raise RuleViolation(reasons)
    if by and roles.takes_two(user.granted, held):
        require_two(by, asked_by)
    user.grants.exclude(role__in=held).delete()
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in held], ignore_conflicts=True)
    audit.record("grant_roles", user, by=by, roles=sorted(held), **other(asked_by))


@transaction.atomic
def issue_password(user, *, by, now, asked_by=None, reason="", made=None) -> str:
    """Give a first password and return it, the only time that anybody sees it. It opens one page, on which it is changed (S6).

    Who gives many has them `made` before. An administrator's password takes two persons like an administrator's role: whoever knows it has the role (S19).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.suspended_at:
        raise RuleViolation(_("账号已暂停，不发密码。请先恢复使用"))
    if not user.is_active:
        raise RuleViolation(_("账号已停用，不发密码。请先由系统管理员启用"))
    if by and user.pk in (by.pk, asked_by and asked_by.pk):
        raise RuleViolation(_("自己的密码在“我的账号”里更换；忘记了请另一名安全管理员办理"))
    if by and not user.granted.isdisjoint(roles.ADMINISTRATORS):
        require_two(by, asked_by)
    made = made or first_password()
    user.password, user.password_at = made.stored, now
    user.first_password_until = now + FIRST_PASSWORD_LASTS
    user.save(update_fields=["password", "password_at", "first_password_until"])
    _forget_failures(user)
    audit.record("issue_password", user, by=by, **({"reason": reason} if reason else {}), **other(asked_by))
    return made.plain


def require_two(by, asked_by):
    if asked_by is None or asked_by.pk == by.pk:
        raise RuleViolation(_("管理员的身份、密码、动态验证码和停用、启用须两个人办：一人提出，另一人确认"))


def other(asked_by):
    return {"with_": str(asked_by)} if asked_by else {}


@transaction.atomic
def unlock(user, *, by):
    """Let somebody try again who had the password wrong too often (S2)."""
    _forget_failures(user)
    audit.record("unlock_account", user, by=by)


def _forget_failures(user):
    AxesProxyHandler.reset_attempts(username=user.username.lower())  # as the door counts them


def disabling_blockers(user) -> list[str]:
    """Every reason why this account may not be disabled: the last holder of an administrator's role stays."""
    return [
        _("“%(role)s”只剩这一个人，不能停用") % {"role": role.label}
        for role in roles.Role
        if role in roles.ADMINISTRATORS & user.roles and not User.objects.with_role(role).exclude(pk=user.pk).exists()
    ]


@transaction.atomic
def set_active(user, is_active, *, by, asked_by=None):
    """Disable or enable an account; a second time changes nothing. An administrator's takes two persons (S19)."""
    user = User.objects.select_for_update().get(pk=user.pk)
    hold_accounts()
    if user.is_active == is_active:
        return
    if not is_active and (reasons := disabling_blockers(user)):
        raise RuleViolation(reasons)
    if by and not user.granted.isdisjoint(roles.ADMINISTRATORS):
        require_two(by, asked_by)
    enabled = {"enabled_at": timezone.now(), "suspended_at": None} if is_active else {}
    User.objects.filter(pk=user.pk).update(is_active=is_active, **enabled)
    audit.record("enable_account" if is_active else "disable_account", user, by=by, **other(asked_by))


def hold_accounts():
    """Until the end of the transaction: nobody unmakes or disables the last two administrators at once, nor makes a person two accounts."""
    list(RoleGrant.objects.select_for_update().filter(role__in=roles.ADMINISTRATORS).order_by("pk"))


@transaction.atomic
def sign_in(user):
    """Note it, before the session starts. An administrator has one session: earlier ones end (S9)."""
    if user.roles & roles.ADMINISTRATORS:
        user.session_salt = secrets.token_hex(8)
        user.save(update_fields=["session_salt"])
    audit.record("sign_in", user, by=user)


@transaction.atomic
def prove(user):
    """Note that somebody signed in has typed the password again; wrong ones before it are forgotten, as at the door."""
    _forget_failures(user)
    audit.record("prove", user, by=user)


def refuse_sign_in(username):
    """Somebody had the wrong password. A name that no account has may be a password typed in the wrong place: it is not kept."""
    if user := User.objects.filter(username__iexact=username).first():
        audit.refuse("sign_in", user, by=None)


def sign_out(user):
    audit.record("sign_out", user, by=user)


@transaction.atomic
def change_password(user, password, *, by):
    """The own choice of whoever uses the account."""
    user.set_password(password)
    user.password_at, user.first_password_until = timezone.now(), None
    user.save(update_fields=["password", "password_at", "first_password_until"])
    audit.record("change_password", user, by=by)


def demo_password():
    """The password of all demonstration accounts, made at set-up; empty where there is none."""
    path = settings.VAR / "demo-password"
    return path.read_text().strip() if settings.DEMO and path.exists() else ""
