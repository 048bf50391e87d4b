"""会议档案: the whole record of a meeting in one file."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.days import day
from reviews.models import Digest, LeaderComment, Question, ReviewReport
from reviews.rules import canvass as canvass_rules
from reviews.rules import report as report_rules
from scoring.actions.sheets.counting import count_sheet, in_hall, present_words
from scoring.actions.sheets.minutes import confirmed_minutes
from scoring.actions.sheets.result import result_sheet, result_table
from scoring.actions.sheets.words import category_name, of_session


def session_file(count, tell=lambda: None):
    """The whole record of a meeting; `tell` is called after every part, for the progress."""
    session = count.round.session
    subjects = list(session.subjects.all())
    file = {
        "session": {
            **of_session(session),
            "kind": _("%(kind)s述责述廉评议会") % {"kind": session.get_kind_display()},
            "chair": session.chair,
            "recorder": "",
            "commission": settings.COMMISSION,
        },
        "notice": session.meeting_notice(),
        "agenda": agenda(session),
        "officials": [{"name": s.name, "unit": s.unit_name, "post": s.post, "category": category_name(s)} for s in subjects],
        "attendance": attendance(count.round),
        "opinions": opinions(session, subjects),
        "reports": [report(r) for r in reports_of(session)],
        "questions": questions(subjects),
        "minutes": confirmed_minutes(session),
        "count": count_sheet(count),
        "table": result_table(count),
        "signatures": [_("会议主持人"), _("监票人"), _("计票人"), _("记录人")],
    }
    tell()
    file["sheets"] = []
    for result in count.subjects.select_related("subject"):
        file["sheets"].append(result_sheet(count, result))
        tell()
    return file


def opinions(session, subjects):
    """What members read, once it is out; a line withdrawn for a tip-off has no words and no place here."""
    found = Digest.objects.filter(session=session, state=Digest.State.APPROVED).first()
    if found is None:
        return None
    lines = {subject.pk: [] for subject in subjects}
    for entry in found.entries.filter(is_withdrawn=False):
        nature, handling = entry.get_nature_display(), entry.get_handling_display()
        lines[entry.subject_id].append(
            {"text": entry.text, "nature": nature, "voices": canvass_rules.voices(entry.voices), "handling": handling}
        )
    return [{"name": s.name, "unit": s.unit_name, "lines": lines[s.pk]} for s in subjects]


def reports_of(session):
    """The reports that were passed, in the order of the meeting."""
    passed = ReviewReport.objects.filter(subject__session=session, state__in=ReviewReport.THROUGH)
    return passed.select_related("subject__session", "subject__official", "template").order_by("subject__order")


def report(passed):
    """A report as it was passed, for the paper."""
    version, subject = passed.last_version, passed.subject
    return {
        "heading": report_rules.heading(subject.session.date.year),
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "term": _("%(day)s至今") % {"day": day(subject.official.term_starts_on)},
        "period": _("%(year)d年度") % {"year": subject.session.date.year},
        "version": version.number,
        "aspects": report_rules.laid_out(passed.template.outline, version.content),
        "problems": [{**line, "due_on": day(as_day(line.get("due_on")))} for line in version.content.get("problems", [])],
        "date": day(timezone.localdate(version.submitted_at)),
    }


def as_day(text):
    return dt.date.fromisoformat(text) if text else None


def agenda(session):
    return [
        {"item": _("主持人说明会议目的和规则，通报到会人数"), "who": session.chair},
        {"item": _("述责述廉对象逐一述责述廉"), "who": _("述责述廉对象")},
        {"item": _("质询和答复"), "who": _("区纪委委员、参会代表")},
        {"item": _("领导点评"), "who": _("分管区领导")},
        {"item": _("抽取票卡，无记名评议"), "who": _("监票人、计票人")},
        {"item": _("开箱、计票"), "who": _("监票人、计票人")},
    ]


def attendance(round):
    """Who was there, by group; never which card anybody had."""
    came, groups = in_hall(round), []
    for group, n in came:
        people = list(group.attendees.all())
        names = [person.name for person in people if person.is_present]
        groups.append(
            {
                "name": group.name,
                "expected": group.expected,
                "present": n,
                "names": names,
                "absent": [{"name": person.name} for person in people if not person.is_present] if names else [],
            }
        )
    expected, present = (sum(group[name] for group in groups) for name in ("expected", "present"))
    return {"groups": groups, "expected": expected, "present": present, "quorum": present_words(came)}


def questions(subjects):
    asked = (Question.State.ASKED, Question.State.ANSWERED)
    found = (
        Question.objects.filter(subject__in=subjects, state__in=asked).select_related("answer").prefetch_related("commitments")
    )
    by_subject, comments = {}, {}
    for question in found:
        by_subject.setdefault(question.subject_id, []).append(question)
    for comment in LeaderComment.objects.filter(subject__in=subjects, is_delivered=True).select_related("leader"):
        comments.setdefault(comment.subject_id, []).append(comment)
    return [
        {
            "official": {"name": s.name, "unit": s.unit_name, "post": s.post},
            "absence": s.absence,
            "items": [answered(question) for question in by_subject.get(s.pk, [])],
            "comments": [
                {"leader": str(c.leader), "strengths": c.strengths, "problems": [line for line in c.problems.splitlines() if line]}
                for c in comments.get(s.pk, [])
            ],
        }
        for s in subjects
    ]  # fmt: skip


def answered(question):
    answer = getattr(question, "answer", None)
    return {
        "text": question.text,
        "answer": answer.summary if answer else "",
        "unsatisfactory": bool(answer and answer.is_unsatisfactory),
        "inquiry_due": date_format(answer.inquiry_due_on, "Y年n月j日") if answer and answer.inquiry_due_on else "",
        "commitments": [
            {"text": c.text, "due": date_format(c.due_on, "Y年n月j日")} for c in question.commitments.all()
        ],
    }  # fmt: skip
