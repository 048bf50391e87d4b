"""Accounts and what they may do. An account made by one administrator is empty until another gives it roles."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from officials import roles
from officials.models import RoleGrant, User


@transaction.atomic
def create_account(*, username, name, password, by, **fields) -> User:
    """A new account without any role. `by` is None for the first administrator, made on the command line."""
    user = User(username=username, name=name, **fields)
    user.set_password(password)
    user.full_clean()
    user.save()
    audit.record("create_account", user, by=by)
    return user


@transaction.atomic
def grant_roles(user, held, *, by):
    """Make `held` the roles of the account; refuses what one person may not hold together, and giving oneself anything."""
    if by and by.pk == user.pk:
        raise RuleViolation(_("不能给自己授权，请由另一名安全管理员办理"))
    if reasons := roles.conflicts(held):
        raise RuleViolation(reasons)
    lost = set(user.grants.exclude(role__in=held).values_list("role", flat=True))
    for role in [role for role in roles.ADMINISTRATORS if role in lost]:
        if not User.objects.with_role(role).exclude(pk=user.pk).exists():
            raise RuleViolation(_("“%(role)s”只剩这一个人，不能取消") % {"role": role.label})
    user.grants.exclude(role__in=held).delete()
    RoleGrant.objects.bulk_create([RoleGrant(user=user, role=role) for role in held], ignore_conflicts=True)
    audit.record("grant_roles", user, by=by, roles=sorted(held))


@transaction.atomic
def set_active(user, is_active, *, by):
    """Disable or enable an account. The last holder of an administrator's role cannot be disabled."""
    if not is_active:
        for role in roles.ADMINISTRATORS & user.roles:
            if not User.objects.with_role(role).exclude(pk=user.pk).exists():
                raise RuleViolation(_("“%(role)s”只剩这一个人，不能停用") % {"role": role.label})
    User.objects.filter(pk=user.pk).update(is_active=is_active)
    user.is_active = is_active
    audit.record("enable_account" if is_active else "disable_account", user, by=by)


@transaction.atomic
def sign_in(user):
    """Note it, before the session starts. An administrator has one session: earlier ones end (S9)."""
    if user.roles & roles.ADMINISTRATORS:
        user.session_salt = secrets.token_hex(8)
        user.save(update_fields=["session_salt"])
    audit.record("sign_in", user, by=user)


def refuse_sign_in(username):
    """Somebody had the wrong password. A name that no account has may be a password typed in the wrong place: it is not kept."""
    if user := User.objects.filter(username__iexact=username).first():
        audit.refuse("sign_in", user, by=None)


def sign_out(user):
    audit.record("sign_out", user, by=user)


@transaction.atomic
def change_password(user, password, *, by):
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("change_password", user, by=by)


def demo_password():
    """The password of all demonstration accounts, made at set-up; empty where there is none."""
    path = settings.VAR / "demo-password"
    return path.read_text().strip() if settings.DEMO and path.exists() else ""
