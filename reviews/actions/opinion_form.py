"""The anonymous form: given out, counted, filled in. Nothing of who filled it in is kept, nor the hour."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleViolation
from reviews.actions import preparation
from reviews.actions import session as sessions
from reviews.models import Opinion, OpinionForm

A_MINUTE = 60


@transaction.atomic
def open_form(session, *, opens_on: dt.date, closes_on: dt.date, by, today: dt.date) -> OpinionForm:
    """Give the anonymous form an address and a closing day; again, to change the days. The session begins canvassing."""
    preparation.need_under_way(session)
    if closes_on < opens_on:
        raise RuleViolation(_("回收截止早于发放日期，请改正"))
    if closes_on >= session.date:
        raise RuleViolation(_("回收截止须早于会议日期，否则来不及汇总"))
    form, is_new = OpinionForm.objects.update_or_create(session=session, defaults={"opens_on": opens_on, "closes_on": closes_on})
    audit.record("open_form" if is_new else "change_form", session, by=by, opens_on=opens_on, closes_on=closes_on)
    sessions.advance(session, by=by, today=today)
    return form


@transaction.atomic
def count_paper(form, *, issued: int, returned: int, valid: int, by):
    """How many paper forms went out, came back and say something."""
    preparation.need_under_way(form.session)
    if returned > issued:
        raise RuleViolation(_("收回的份数多于发出的份数，请核对"))
    if valid > returned:
        raise RuleViolation(_("有效的份数多于收回的份数，请核对"))
    OpinionForm.objects.filter(pk=form.pk).update(issued=issued, returned=returned, valid=valid)
    audit.record("count_paper_forms", form.session, by=by, issued=issued, returned=returned, valid=valid)


@transaction.atomic
def receive(form, *, subject, texts: list[str], now: dt.datetime):
    """What one unknown person wrote through the form: one opinion for each text. Nothing of the person is kept, nor the hour."""
    today = timezone.localdate(now)
    if not form.is_open(today):
        raise RuleViolation(_("征求意见已经截止，谢谢您的关心"))
    if not texts:
        raise RuleViolation(_("还没有填写意见。请至少填写一处后再提交"))
    hold_back(form, now)
    Opinion.objects.bulk_create(
        Opinion(session=form.session, subject=subject, text=text, received_on=today, channel=Opinion.Channel.FORM)
        for text in texts
    )


def hold_back(form, now):
    """At most sixty forms a minute for one session, over all processes and machines, whoever sends them: nobody is told apart.

    The form's own row counts, so there is one count in every installation. Of the time it keeps a single bit, whether the
    minute was an odd one: that tells a minute from the next, and nobody when anything was written. (After an empty minute the
    count may run on where it should begin anew; whoever is then asked to wait is let in a minute later.)
    """
    row, is_odd = OpinionForm.objects.filter(pk=form.pk), now.minute % 2 == 1
    if row.filter(is_odd_minute=is_odd, in_minute__lt=A_MINUTE).update(in_minute=F("in_minute") + 1):
        return
    if not row.exclude(is_odd_minute=is_odd).update(is_odd_minute=is_odd, in_minute=1):
        raise RuleViolation(_("现在填写的人很多，请一分钟后再提交。您写的内容还在。"))
