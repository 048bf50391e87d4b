"""Reminders of an item as rows: laid when the days are known, laid again by the sweep, cancelled when it is closed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.calendar import written
from notices import actions as notices
from notices.actions.letter import people_of
from notices.models import Notice
from officials.models import User
from officials.roles import Role
from rectification import rules
from rectification.models import RectificationItem

AT = dt.time(9, 0)  # reminders come at nine in the morning


@transaction.atomic
def lay(items, *, today: dt.date) -> int:
    """Write every reminder of these items that is still to come or due, and is not there yet. Returns how many are new.

    `items` is a queryset: the open ones among them are read now and held, so that one being closed is reminded of no more.
    """
    items = list(items.open().select_related("unit", "subject").select_for_update(of=("self",)).order_by("pk"))
    matters = [matter for item in items for matter in (item.matter, item.plan_matter)]
    there = Notice.objects.filter(matter__in=matters).exclude(state=Notice.State.CANCELLED)
    known = set(there.values_list("to", "key"))
    people, new = People(), 0
    for item in items:
        plan_due_on = item.plan_due_on if item.state in item.AWAIT_PLAN else None
        days = rules.to_remind(rules.reminder_days(plan_due_on=plan_due_on, due_on=item.due_on), today)
        for code, day in days.items():
            key = f"item:{item.uid}:{code}:{day}"
            missing = [user for user in people.of(item, code) if (user.pk, key) not in known]
            if missing:
                post(item, code, day, key, missing)
                new += len(missing)
    return new


class People:
    """Whom a reminder of each level goes to, asked for once."""

    def __init__(self):
        self.answering, self.roles = {}, {}

    def of(self, item, code):
        """The unit's own people; staff too once it is late; the leader too once it is red."""
        answering = item.unit_id, item.subject.official_id
        if answering not in self.answering:
            self.answering[answering] = list(people_of(item.unit, [item.subject.official_id]))
        roles = {"YELLOW": [Role.ORGANISER]}.get(code, [Role.ORGANISER, Role.APPROVER] if code in ("RED", "PROPOSAL") else [])
        unit = [] if code == "PROPOSAL" else self.answering[answering]  # a proposal is the commission's own matter
        return unit + [user for role in roles for user in self.with_role(role)]

    def with_role(self, role):
        if role not in self.roles:
            self.roles[role] = list(User.objects.with_role(role))
        return self.roles[role]


def post(item, code, day, key, people):
    notices.post(
        to=people,
        key=key,
        subject=lambda: words(item, code)[0],
        body=lambda: words(item, code)[1],
        link=item.get_absolute_url(),
        matter=item.plan_matter if code == "PLAN" else item.matter,
        send_at=timezone.make_aware(dt.datetime.combine(day, AT)),
    )


def words(item, code):
    """What, why, by when. Days are written out, so that a reminder read late is still true."""
    facts = {
        "code": item.code,
        "text": item.text,
        "unit": item.unit,
        "due": written(item.due_on),
        "plan": written(item.plan_due_on),
    }
    subject, body = {
        "PLAN": (_("报送整改方案：%(text)s"), _("%(code)s 的整改方案应于%(plan)s报送，请填写并提交。")),
        "BLUE": (_("蓝色提醒：%(text)s"), _("%(code)s 应于%(due)s完成，请抓紧整改，上传佐证，提交核验。")),
        "YELLOW": (_("黄色预警：%(text)s"), _("%(unit)s的 %(code)s 应于%(due)s完成，没有按期销号，请说明原因，尽快整改。")),
        "RED": (_("红色预警：%(text)s"), _("%(unit)s的 %(code)s 应于%(due)s完成，逾期已达 10 天，请领导督办、约谈。")),
        "PROPOSAL": (
            _("建议研究问责移交：%(text)s"),
            _("%(unit)s的 %(code)s 应于%(due)s完成，逾期已达 20 天。系统只提示，是否移交由领导决定。"),
        ),
    }[code]
    return subject % facts, body % facts


def cancel(item):
    """Nothing of this item is to be reminded of any more."""
    notices.close(matter=item.matter)
    notices.close(matter=item.plan_matter)


def sweep(*, today: dt.date) -> int:
    """Lay what is missing for every open item: new accounts, moved days, downtime. Safe to repeat and to miss."""
    return lay(RectificationItem.objects.all(), today=today)
