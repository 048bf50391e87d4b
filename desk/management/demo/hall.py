"""The meeting in the hall: statement, questions, comment for each official, then the vote."""

import datetime as dt

from desk.management.demo import texts
from live.actions import agenda, attendance, run_sheet
from live.actions import comment as comments
from live.actions import question as questions
from live.models import Hall, RunItem
from officials.models import LeadingMember
from reviews.models import Attendee, Question

Kind = RunItem.Kind
STRENGTHS = [
    "报告数据比较实，对群众反映的事没有回避。",
    "年度重点任务按期完成，难点问题有人牵头、有时限。",
    "第一责任人的责任比较清楚，督促班子成员有具体事例。",
    "风险排查到岗到人，内控制度修订及时。",
    "群众诉求答复及时，办理结果能够查证。",
    "现场答问正面，承诺有时限、能检验。",
]
SECOND_PROBLEM = "班子成员履行“一岗双责”的记录不完整，平时过问偏少"


def begin(meeting, *, now) -> Hall:
    """Everybody signs in; then the meeting is opened."""
    sign_in(meeting, today=now.date())
    session = meeting.fresh()
    agenda.lay_template(session, session.kind, before=agenda.seen(agenda.sheet(session, None)), by=meeting.cast.clerk)
    hall = run_sheet.start(meeting.fresh(), by=meeting.cast.clerk, now=now)
    meeting.fresh()
    return hall


def sign_in(meeting, *, today):
    """At the door; a few are missing, as always."""
    meeting.fresh()
    for group in meeting.session.audience.all():
        for person in Attendee.objects.filter(group=group)[: present_of(group)]:
            attendance.check_in(person, is_present=True, by=meeting.cast.clerk, today=today)


def present_of(group):
    """Of a large group two in twenty are missing; of the others nobody."""
    return group.expected - (group.expected // 12 if group.expected > 12 else 0)


def run(meeting, hall, *, now):
    """On until it is time to vote. Gives the moment."""
    while (item := hall.items.current()).kind != Kind.SCORING:
        if item.kind == Kind.QUESTIONS:
            question(meeting, hall, item.subject, now=now)
        elif item.kind == Kind.COMMENT:
            comment(meeting, hall, item.subject)
        now += dt.timedelta(minutes=item.minutes)
        step(meeting, hall, now=now)
    return now


def step(meeting, hall, *, now):
    hall.refresh_from_db()
    run_sheet.advance(hall, version=hall.version, by=meeting.cast.clerk, now=now)


def question(meeting, hall, subject, *, now):
    code = subject.official.code
    issue = texts.issues(code)[0]
    for n, asked in enumerate(Question.objects.filter(subject=subject, state=Question.State.SEALED).order_by("order")):
        hall.refresh_from_db()
        questions.ask(hall, asked, version=hall.version, by=meeting.cast.clerk, now=now)
        asked.refresh_from_db()
        evasive = n == 1 and subject.order % 3 == 1
        words = texts.ANSWERS[2 if evasive else n % 2].format(issue=issue)
        questions.note_answer(
            asked, summary=words, is_unsatisfactory=evasive, before="", before_unsatisfactory=False, by=meeting.cast.clerk
        )
    hall.refresh_from_db()
    promise = f"九十日内解决“{issue}”，结果向区纪委监委书面报告并向群众公开"
    questions.commit_to(hall, subject, text=promise, due_on=meeting.session.date + dt.timedelta(days=90), by=meeting.cast.clerk)


def comment(meeting, hall, subject):
    leader = LeadingMember.objects.get(units=subject.official.unit)
    problems = [texts.issues(subject.official.code)[-1], *([SECOND_PROBLEM] if subject.order % 2 == 0 else [])]
    hall.refresh_from_db()
    said = {"strengths": STRENGTHS[subject.order % len(STRENGTHS)], "problems": "\n".join(problems)}
    before = {"before_strengths": "", "before_problems": ""}
    comments.note_comment(hall, subject, leader=leader, **said, **before, is_delivered=True, by=meeting.cast.clerk)
