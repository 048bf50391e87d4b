"""First passwords for many people at once, each with the role that the register gives the person."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from desk.actions.account import change_roles
from officials import actions as officials
from officials.models import User


@dataclass(frozen=True)
class Slip:
    """What is cut from the paper and given to one person."""

    account: User
    made: officials.FirstPassword


def prepare_slips(accounts) -> list[Slip]:
    """A password for each account; none is in force yet. It takes a fifth of a second each and so holds nothing up."""
    return [Slip(account, officials.first_password()) for account in accounts]


@transaction.atomic
def hand_out(slips, *, seen, by, now):
    """Put the slips in force, all or none, and give the fitting role to whoever has none.

    Nobody who has got or chosen a password since the page was `seen` gets another: a slip already printed stays good.
    """
    accounts = {account.pk: account for account in _held([slip.account.pk for slip in slips])}
    if len(accounts) < len(slips) or any(account.password_at and account.password_at >= seen for account in accounts.values()):
        raise RuleViolation(_("勾选的账号里有的刚刚已经发过密码，这次一个也没有发。请看清名单再办"))
    for slip in slips:
        account = accounts[slip.account.pk]
        if not account.granted:
            change_roles(account, fitting(account), by=by, now=now)
        officials.issue_password(account, by=by, now=now, made=slip.made)


def fitting(account):
    if account.fitting_role is None:
        raise RuleViolation(_("名册看不出%(name)s该有什么身份，请个别办理") % {"name": account})
    return [account.fitting_role]


def _held(keys):
    """The rows of those who still wait, until the end of the transaction; in one order, so that two of these never wait for each other."""
    return User.objects.select_for_update().filter(pk__in=User.objects.awaiting_password().filter(pk__in=keys)).order_by("pk")
