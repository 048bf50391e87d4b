"""What a reminder letter does to the problems in it: drafting takes them up, serving makes items, voiding lets them go."""

import datetime as dt

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.calendar import written
from core.errors import RuleViolation
from core.language import chinese, kept
from notices.actions import letter as letters
from notices.models import Letter
from rectification import rules
from rectification.actions import deadlines
from rectification.actions import finding as finding_actions
from rectification.actions import session as sessions
from rectification.models import Finding, ItemEvent, RectificationItem, ReminderLetter
from reviews.actions import preparation
from reviews.models import LeaderComment, ReviewSession

CODE = "RC"  # the series of item codes, RC-2026-001
Source = Finding.Source


# --- draft -------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_letters(session, *, by) -> list[Letter]:
    """One letter for each unit with confirmed problems in no letter yet; the session is then being rectified.

    Also while the result may still be objected to: a draft puts nothing right yet.
    """
    finding_actions.need_formal(session)
    if session.state not in (ReviewSession.State.FED_BACK, ReviewSession.State.RECTIFYING):
        raise RuleViolation(_("“%(state)s”的会议不能拟提醒函") % {"state": session.get_state_display()})
    if undecided := Finding.objects.filter(subject__session=session).undecided().count():
        raise RuleViolation(_("还有 %(n)d 个问题没有确认或排除，请先逐个确认") % {"n": undecided})
    waiting = Finding.objects.select_for_update(of=("self",)).filter(subject__session=session).unlettered()
    by_unit = {}
    for finding in waiting.select_related("subject__unit__leading_member"):
        by_unit.setdefault(finding.subject.unit, []).append(finding)
    if not by_unit:
        raise RuleViolation(_("没有已确认、还没有拟函的问题"))
    drafted = [draft_for(session, unit, findings, by=by) for unit, findings in by_unit.items()]
    if session.state == ReviewSession.State.FED_BACK:
        session.move_to(ReviewSession.State.RECTIFYING)
        audit.record("rectify", session, by=by)
    preparation.mark(session, "LETTER", by=by, today=timezone.localdate())
    return drafted


@chinese()
def draft_for(session, unit, findings, *, by):
    """A letter is Chinese, whatever language the clerk reads the pages in."""
    subjects = list(dict.fromkeys(finding.subject for finding in findings))
    letter = letters.draft_letter(
        unit=unit,
        officials=[subject.official_id for subject in subjects],
        title=_("关于述责述廉评议反馈问题的提醒函"),
        addressee=addressee(unit),
        body=first_words(session, subjects, findings, by=by),
        copies_to=_("%(leader)s同志") % {"leader": f"{unit.leading_member.post}{unit.leading_member.name}"}
        if unit.leading_member
        else "",
        about=session.title,
        about_link=session.get_absolute_url(),
        by=by,
    )
    ReminderLetter.objects.create(session=session, letter=letter)
    Finding.objects.filter(pk__in=[finding.pk for finding in findings]).update(letter=letter)
    return letter


def addressee(unit):
    """The unit's Party organisation where the register names one, else the unit; a department of the Party committee is addressed itself.
    某某镇 and 镇党委 share one 镇."""
    organisation = unit.party_organisation.split("（")[0].strip()
    for kind in ("街道", "镇", "乡"):
        if unit.name.endswith(kind):
            organisation = organisation.removeprefix(kind)
    if not organisation or unit.name.startswith("中共"):
        return unit.name
    if organisation.startswith("中共"):
        return organisation
    return f"中共{unit.name}{organisation}"


def first_words(session, subjects, findings, *, by):
    """The draft as far as the record knows it; the clerk rewrites what needs other words."""
    people = "、".join(f"{subject.post}{subject.name}同志" for subject in subjects)
    return {
        "opening": [opening(session, subjects, people)],
        "findings_intro": intro(findings),
        "findings": [
            {
                "text": finding.text,
                "source": finding.get_source_display(),
                "due": written(finding.promised_on) if finding.promised_on else "",
            }
            for finding in findings
        ],
        "ordinary_due": _("收函后%(months)s个月内") % {"months": rules.months_in_words(session.rule_set.rectification_months)},
        "findings_title": _("%(names)s同志述责述廉反馈问题清单") % {"names": "、".join(s.name for s in subjects)},
        "requirements_intro": _("请按以下要求抓好整改。"),
        "requirements": requirements(session.rule_set),
        "closing": "",
        "contact": contact(by),
    }


def contact(by):
    """As this person, and nobody else, wrote it in the last letter that was checked; else as the account knows it."""
    own = Letter.objects.filter(drafted_by=by).annotate(hands=Count("writers")).filter(hands=1)
    written_before = own.exclude(checked_at=None).order_by("-checked_at").first()
    return written_before.body["contact"] if written_before else "，".join(filter(None, [by.name, by.office]))


def opening(session, subjects, people):
    text = _("%(day)s，我委召开%(title)s，你单位%(people)s述责述廉，接受现场质询和评议。") % {
        "day": written(session.held_on),
        "title": session.title,
        "people": people,
    }
    comments = LeaderComment.objects.filter(subject__in=subjects, is_delivered=True).exclude(strengths="")
    praise = "；".join(comment.strengths.strip().rstrip("。；") for comment in comments)
    return text + (_("会议认为，%(praise)s。") % {"praise": praise} if praise else "")


def intro(findings):
    promises = [finding for finding in findings if finding.source == Source.COMMITMENT]
    problems = [finding for finding in findings if finding.source != Source.COMMITMENT]
    if not problems:
        return _("你单位在会上作出的%(c)d项承诺需要按期兑现，现予提醒") % {"c": len(promises)}
    sources = "、".join(dict.fromkeys(finding.get_source_display() for finding in problems))
    text = _("经综合%(sources)s，你单位还存在%(n)d个方面的问题") % {"sources": sources, "n": len(problems)}
    if promises:
        text += _("，另有%(c)d项现场承诺需要兑现") % {"c": len(promises)}
    return text + _("，现予提醒")


def requirements(rule_set):
    return [
        {
            "lead": _("制定方案。"),
            "text": _("自收到本函之日起%(n)d日内报送整改方案，逐项写明原因、措施、责任人、完成时限和可检验的成果。")
            % {"n": rule_set.plan_days},
        },
        {
            "lead": _("按期整改。"),
            "text": _(
                "自收到本函之日起%(months)s个月内完成整改；另有承诺时限的，按承诺的时限完成。需要长期坚持的，在方案中写明时限，报我委审定。"
            )
            % {"months": rules.months_in_words(rule_set.rectification_months)},
        },
        {
            "lead": _("书面报告。"),
            "text": _("整改完成后，由主要负责人签字，报送结果并附佐证材料。我委将组织核验，核验通过后予以销号。"),
        },
    ]


# --- serve and void ----------------------------------------------------------------------------------------


@transaction.atomic
def serve_letter(letter, *, served_on: dt.date, by, today: dt.date, now: dt.datetime) -> list[RectificationItem]:
    """The letter reaches its unit: each problem in it becomes an item, and its periods run from this day.

    Not while the result of the meeting may still change; drafting, checking and issuing put nothing right yet.
    """
    session = ReminderLetter.objects.select_related("session__rule_set").get(letter=letter).session
    if reasons := sessions.unsettled(sessions.with_result_held(session), now=now):
        raise RuleViolation(reasons)
    letters.serve_letter(letter, served_on=served_on, by=by, today=today)
    rule_set = session.rule_set
    plan_due_on = rules.plan_due(served_on, rule_set.plan_days)
    findings = Finding.objects.filter(letter=letter).select_related("subject")
    items = [
        make_item(finding, letter, served_on=served_on, plan_due_on=plan_due_on, months=rule_set.rectification_months)
        for finding in findings
    ]
    text = kept(
        lambda: _("%(number)s，方案应于%(plan)s前报送") % {"number": letter.document_number, "plan": written(plan_due_on)}
    )
    ItemEvent.objects.bulk_create(ItemEvent(item=item, kind=ItemEvent.Kind.SERVED, at=now, by=by, text=text) for item in items)
    deadlines.lay(RectificationItem.objects.filter(letter=letter), today=today)
    return items


def make_item(finding, letter, *, served_on, plan_due_on, months):
    due_on = rules.due(served_on, months, finding.promised_on)
    number = letters.take_number(CODE, served_on.year)
    return RectificationItem.objects.create(
        code=f"{CODE}-{served_on.year}-{number:03d}",
        finding=finding,
        subject=finding.subject,
        unit=letter.unit,
        letter=letter,
        text=finding.text,
        source=finding.source,
        served_on=served_on,
        plan_due_on=plan_due_on,
        due_on=due_on,
        first_due_on=due_on,
    )


@transaction.atomic
def void_letter(letter, *, reason: str, by):
    """Its problems may go into another letter, but those drawn from a digest line that was withdrawn meanwhile."""
    letters.void_letter(letter, reason=reason, by=by)
    Finding.objects.filter(letter=letter).update(letter=None)
    finding_actions.withdraw_findings(ReminderLetter.objects.select_related("session").get(letter=letter).session, by=by)
