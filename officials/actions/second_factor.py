"""The second factor of an account: bound to an app, used, removed. Neither a seed nor a code gets into the trail."""

import secrets

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, vault
from core.errors import RuleViolation, needed
from officials import roles
from officials.actions.account import LETTERS, other, require_two
from officials.models import RecoveryCode, SecondFactor, User
from officials.rules import second_factor as rules

GROUPS, LENGTH = 3, 4  # 59 bits, behind the hash of passwords


def new_seed() -> str:
    return pyotp.random_base32()


@transaction.atomic
def enrol(user, seed, typed, *, now) -> list[str]:
    """Bind the account to the app that holds `seed`, as a code of it proves; what was bound before is no longer good.

    Every other sign-in of the account ends. Returns the recovery codes, the only time that anybody sees them.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.second_factor_since != user.second_factor_since:
        raise RuleViolation(_("动态验证码刚在别处设置过，请重新登录"))
    step = rules.accepted_step(seed, rules.plain(typed), now=now.timestamp(), after=0)
    if step is None:
        raise RuleViolation(_("验证码不对。请核对手机时间是否自动校准，再输入身份验证器现在显示的 6 位数字"))
    bound = {"locked_seed": vault.lock(seed), "last_step": step}
    factor, is_first = SecondFactor.objects.update_or_create(user=held, defaults=bound)
    user.second_factor_since = now
    user.save(update_fields=["second_factor_since"])
    audit.record("enrol_factor" if is_first else "change_factor", user, by=user)
    return _new_recovery_codes(factor)


@transaction.atomic
def renew_recovery_codes(user) -> list[str]:
    """Ten new ones in place of those that are left. Returns them, the only time that anybody sees them."""
    factor = SecondFactor.objects.select_for_update().get(user=user)
    audit.record("renew_recovery_codes", user, by=user)
    return _new_recovery_codes(factor)


def _new_recovery_codes(factor):
    codes = ["-".join(_group() for _each in range(GROUPS)) for _code in range(rules.RECOVERY_CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(factor=factor, digest=make_password(rules.plain(code))) for code in codes])
    return codes


def _group():
    return "".join(secrets.choice(LETTERS) for _letter in range(LENGTH))


@transaction.atomic
def take_code(user, typed, *, now) -> bool:
    """Whether this is a code of the account's app or a recovery code. Each is good once: of two who send the same one, one gets in."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None:
        return False
    code = rules.plain(typed)
    return factor.take(code, now=now) if rules.is_of_app(code) else _use_recovery_code(factor, code, now=now)


def _use_recovery_code(factor, code, *, now):
    unused = list(factor.recovery_codes.filter(used_at=None))
    found = next((kept for kept in unused if check_password(code, kept.digest)), None)
    if found is None:
        return False
    found.used_at = now
    found.save(update_fields=["used_at"])
    audit.record("use_recovery_code", factor.user, by=factor.user, left=len(unused) - 1)
    return True


def refuse_code(user):
    """Somebody who had the password had no code."""
    audit.refuse("enter_code", user, by=None)


@transaction.atomic
def remove_factor(user, *, by, reason, asked_by=None):
    """For whoever lost both app and recovery codes: every sign-in ends, and the next one binds another app.

    An administrator's takes two persons like an administrator's password (S19); on the command line `by` is None.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    reason = needed(reason, _("请写明解除动态验证码的理由"))
    if by and user.pk in (by.pk, asked_by and asked_by.pk):
        raise RuleViolation(_("自己的设备在“我的账号”里更换；手机和恢复码都丢了，请另一名安全管理员办理"))
    if user.second_factor_since is None:
        raise RuleViolation(no_factor())
    if by and not user.granted.isdisjoint(roles.ADMINISTRATORS):
        require_two(by, asked_by)
    SecondFactor.objects.filter(user=user).delete()
    user.second_factor_since = None
    user.save(update_fields=["second_factor_since"])
    audit.record("remove_factor", user, by=by, reason=reason, **other(asked_by))


def no_factor():
    """What to tell whoever wants to take off what is not there."""
    return _("这个账号没有设置动态验证码")
