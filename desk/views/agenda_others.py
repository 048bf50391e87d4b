"""Short lists: who verifies, who stands at the box, the petition office, the archive, and the three administrators."""

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import clock
from desk.views.agenda_office import next_steps, steps_to_confirm, tasks
from desk.views.line import Line
from officials import policies
from officials.models import AccountStep, User
from rectification.models import RectificationItem
from reviews.models import TipOff


def verifier(user, today):
    """Evidence to verify: what one has begun oneself, and what nobody has taken up."""
    waiting = RectificationItem.objects.filter(state__in=["EVIDENCE_SUBMITTED", "UNDER_VERIFICATION"])
    for item in waiting.select_related("unit"):
        if item.state == "UNDER_VERIFICATION" and item.verifier_id == user.pk:
            yield Line(
                _("写出核验意见：%(text)s") % {"text": item.text}, item.get_absolute_url(), _("核验"), str(item.unit), item.due_on
            )
        elif item.state == "EVIDENCE_SUBMITTED":
            yield Line(
                _("核验佐证：%(text)s") % {"text": item.text}, item.get_absolute_url(), _("核验"), str(item.unit), item.due_on
            )
    yield from tasks(user, today, kinds=["VERIFICATION"])


def table(user, today):
    """Scrutineer and teller: the steps at the box, and the day the scheme is locked."""
    yield from steps_to_confirm(user, today)
    yield from next_steps(user)
    yield from tasks(user, today, kinds=["LOCK"])


def petition(user, today):
    for tip_off in TipOff.objects.filter(registered_on=None):
        yield Line(
            _("登记转送件：%(unit)s") % {"unit": tip_off.unit_name},
            tip_off.get_absolute_url(),
            _("登记"),
            due=tip_off.transferred_on,
        )


def archive(user, today):
    yield from next_steps(user)


def system(user, today):
    """What another administrator has asked for, and how many accounts wait to be told what they may do."""
    for step in AccountStep.objects.waiting(timezone.now()).select_related("account", "asked_by"):
        if policies.can_second(user, step):
            title = _("确认：%(step)s") % {"step": step}
            note = _("%(who)s于 %(at)s 提出") % {"who": step.asked_by, "at": clock(step.asked_at)}
            until = _("%(until)s 前") % {"until": clock(step.expires_at)}
            yield Line(title, reverse("desk:account_step", args=[step.uid]), _("去确认"), note, today, until, "warn")
    waiting = User.objects.annotate(n=Count("grants")).filter(n=0, is_active=True).count()
    if waiting:
        title = ngettext("%(n)d 个账号还没有授权", "%(n)d 个账号还没有授权", waiting) % {"n": waiting}
        url = "desk:account_hand_out" if policies.can_grant_roles(user) else "officials:account_list"
        yield Line(title, reverse(url), _("看账号"), _("新建的账号由安全管理员授权后才能使用"))


def audit(user, today):
    yield Line(_("查看审计记录，核对记录链是否完整"), reverse("desk:audit_trail"), _("查看"), _("缺失或改动的记录会在页首列出"))
