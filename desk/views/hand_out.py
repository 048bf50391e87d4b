"""First passwords for many: the list, and the paper that is cut into slips."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from core import paper, sessions
from core.days import moment
from core.errors import RuleViolation, require
from core.language import chinese
from desk import actions
from officials import actions as officials
from officials import policies
from officials.forms.administration import HandOutFilter, HandOutForm
from officials.models import User
from officials.roles import Role

BY_UNIT = F("unit__code").asc(nulls_last=True), "username"  # as they are handed out
PAGE = 30  # three sheets of paper, and six seconds of hashing


@sessions.weighty("POST")
@never_cache
def account_hand_out(request):
    """Those who wait, none ticked; the press is answered with the paper itself, which stands nowhere else."""
    require(policies.can_issue_passwords(request.user) and policies.can_grant_roles(request.user))
    if request.method == "POST":
        return handed_out(request)
    form, now = HandOutFilter(request.GET), timezone.now()
    is_again = form.value("state") == HandOutFilter.State.GIVEN
    page = Paginator(waiting(form, now), PAGE).get_page(request.GET.get("page"))
    rows = [{"account": one, "role": None if one.granted_roles else one.fitting_role} for one in with_roles(page)]
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "is_again": is_again,
        "most": PAGE,
        "now": now,
    }
    return render(request, "desk/account_hand_out.html", context)


def waiting(form, now):
    accounts = (
        User.objects.awaiting_password().select_related("official__unit", "unit", "leading_member").prefetch_related("grants")
    )
    is_good = Q(first_password_until__gt=now)
    accounts = accounts.filter(is_good) if form.value("state") else accounts.exclude(is_good)
    if text := form.value("q").strip():
        accounts = accounts.filter(Q(name__icontains=text) | Q(username__icontains=text) | Q(office__icontains=text))
    if unit := form.value("unit"):
        accounts = accounts.filter(unit=unit)
    of_list = {
        Role.SUBJECT: accounts.exclude(official=None),
        Role.LEADER: accounts.exclude(leading_member=None),
        Role.LIAISON: accounts.filter(official=None, leading_member=None).exclude(unit=None),
    }
    return of_list.get(form.value("role"), accounts).order_by(*BY_UNIT)


def with_roles(page):
    for account in page:
        account.granted_roles = [grant.get_role_display() for grant in account.grants.all()]
        yield account


@sensitive_variables()
def handed_out(request):
    """The paper is made first: if that fails, nothing has changed."""
    form, now = HandOutForm(request.POST), timezone.now()
    if not form.is_valid():
        raise RuleViolation([reason for reasons in form.errors.values() for reason in reasons])
    accounts = form.cleaned_data["accounts"].select_related("unit").order_by(*BY_UNIT)
    slips = actions.prepare_slips(accounts)
    with chinese():
        pdf = printed(slips, now)
    actions.hand_out(slips, seen=form.cleaned_data["seen"], by=request.user, now=now)
    return paper.answer(pdf, _("初始密码"))


@sensitive_variables()
def printed(slips, now):
    """Its fingerprint is of names alone: what is printed of a password stands on one slip."""
    until = moment(now + officials.FIRST_PASSWORD_LASTS)
    context = {
        "document": {"code": f"MM-{timezone.localtime(now):%Y%m%d%H%M}", "marking": _("工作秘密"), "producer": settings.COMMISSION, "at": moment(now)},
        "site": settings.SITE_ORIGIN,
        "until": until,
        "slips": [
            {"name": slip.account.name, "unit": str(slip.account.unit or slip.account.office), "username": slip.account.username, "password": slip.made.plain}
            for slip in slips
        ],
    }  # fmt: skip
    source = [until, *(slip.account.username for slip in slips)]
    return paper.render("paper/first_passwords.html", context, title="初始密码条", source=source)
