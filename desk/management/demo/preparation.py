"""How a meeting is planned and prepared, step by step, through the actions, each by whose step it is."""

import datetime as dt
from dataclasses import dataclass

from desk.management.demo import texts
from desk.management.demo.accounts import Cast
from desk.management.demo.district import data
from officials.models import CommitteeMember, Official, Representative
from reviews.actions import digest, lineup, opinion, opinion_form, question, report, session
from reviews.actions import preparation as preparing
from reviews.models import Digest, Opinion, Question, ReviewSession

CHANNELS = {str(label): value for value, label in Opinion.Channel.choices}
NATURES = {str(label): value for value, label in Opinion.Nature.choices}
HANDLING = {"CRITICISM": "QUESTION", "SUGGESTION": "RECTIFICATION", "PRAISE": "REFERENCE"}


@dataclass
class Meeting:
    """One meeting while it is being loaded."""

    session: ReviewSession
    cast: Cast

    @property
    def subjects(self):
        return list(self.session.subjects.select_related("official__unit", "session__rule_set"))

    def at(self, kind):
        """The day a matter of the preparation was due, never after today's work."""
        return self.session.preparation.get(kind=kind).due_on

    def fresh(self):
        self.session = ReviewSession.objects.select_related("rule_set").get(pk=self.session.pk)
        return self.session


def plan(cast, *, title, kind, date, place, codes, audience, is_rehearsal=False, today) -> Meeting:
    """Draft, line-up, audience, approval."""
    made = session.create_session(
        title=title, kind=kind, date=date, place=place, chair="区纪委书记　袁秉柏", is_rehearsal=is_rehearsal, by=cast.clerk,
        today=today,
    )  # fmt: skip
    officials = {official.code: official for official in Official.objects.filter(code__in=codes).select_related("unit")}
    reasons = {official.pk: "本届尚未述责述廉" for official in officials.values()}
    lineup.add_subjects(made, [officials[code] for code in codes], reasons=reasons, by=cast.clerk)
    lineup.set_audience(made, groups(made, audience), by=cast.clerk)
    made = ReviewSession.objects.get(pk=made.pk)
    session.submit_session(made, by=cast.clerk)
    session.approve_session(ReviewSession.objects.get(pk=made.pk), by=cast.approver, today=today)
    return Meeting(ReviewSession.objects.select_related("rule_set").get(pk=made.pk), cast)


def groups(made, audience):
    """[(group, roster)]: names from the district's lists, as many as `audience` says for each letter."""
    leaders = [(leader["name"], leader["post"]) for leader in data()["district_leaders"] if leader["code"] in audience["A"]]
    members = [(m.name, m.title) for m in CommitteeMember.objects.all()[: audience["B"]]]
    subjects = made.subjects.select_related("official__unit")
    team = [person for subject in subjects for person in texts.colleagues(subject.official, audience["C"] // len(subjects))]
    public = [(r.name, str(r.get_kind_display())) for r in Representative.objects.all()[: audience["D"]]]
    rosters = {"A": leaders, "B": members, "C": team, "D": public}
    found = []
    for group in made.audience.all():
        group.expected = len(rosters[group.code])
        found.append((group, rosters[group.code]))
    return found


# --- 访廉 --------------------------------------------------------------------------------------------------------------------


def open_form(meeting, *, today, closes_on=None):
    closes_on = closes_on or meeting.session.date - dt.timedelta(days=12)
    opinion_form.open_form(meeting.fresh(), opens_on=today, closes_on=closes_on, by=meeting.cast.clerk, today=today)
    meeting.fresh()


def take_in(meeting, *, last, is_sorted=True):
    """The opinions of the data on these subjects; anonymous forms come in by themselves, the rest is entered by staff."""
    for subject in meeting.subjects:
        for row in texts.of(subject.official.code, "opinions"):
            received = min(
                last - dt.timedelta(days=len(row["code"] + row["text"]) % 3),
                meeting.session.date + dt.timedelta(days=row["collected_offset_days"]),
            )
            nature, item = (NATURES[row["nature"]], row["aspect_item"]) if is_sorted else ("", "")
            added = opinion.add_opinion(
                meeting.session, subject=subject, channel=CHANNELS[row["channel"]], text=row["text"], nature=nature,
                aspect_item=item, by=meeting.cast.clerk, today=received,
            )  # fmt: skip
            if is_sorted:
                opinion.classify(added, nature=nature, aspect_item=item, handling=HANDLING[nature], by=meeting.cast.clerk)


def give_out_digest(meeting, *, now, readers=()):
    cast = meeting.cast
    compiled = digest.compile_digest(meeting.session, by=cast.clerk)
    words = {row["text"]: row["digest"] for row in data()["opinions"] if "digest" in row}
    for entry in compiled.entries.select_related("digest", "opinion"):
        own = {"nature": entry.nature, "handling": entry.handling}
        digest.rewrite_entry(entry, text=words[entry.text], **own, by=cast.clerk)
    digest.submit_digest(compiled, by=cast.clerk, now=now)
    for hint in opinion.like_tip_offs(meeting.session):
        opinion.clear_hint(hint, by=cast.clerk)
    digest.approve_digest(compiled, by=cast.approver, now=now)
    for reader in readers:
        digest.note_reading(compiled, by=reader)
    meeting.fresh()


# --- 述廉 --------------------------------------------------------------------------------------------------------------------


def write(meeting, subject, *, now, **how):
    """The official writes and hands in; gives the report."""
    content = texts.report(subject, due_on=meeting.session.date + dt.timedelta(days=30), **how)
    author = meeting.cast(subject.official.code)
    written = report.save_draft(subject, content=content, by=author, now=now)
    report.submit_report(written, by=author, today=now.date())
    written.refresh_from_db()
    return written


def send_back(meeting, written, *, today):
    report.return_report(
        written,
        reasons=[
            {"code": "NP3", "item": "C3", "comment": "问题与一般工作总结无异，没有触及群众反映的公示电话打不通；零星项目承接单位集中只有一句，没有说原因。"},
            {"code": "NP5", "item": "P", "comment": "措施写“加强学习、提高认识”，看不出谁、什么时候、做成什么样。"},
        ],
        comment="请对照访廉意见重写第三方面，措施逐条写明责任人、时限和可检验成果。",
        by=meeting.cast.clerk,
        today=today,
    )  # fmt: skip
    written.refresh_from_db()


def approve(meeting, written, *, today):
    report.pass_report(written, by=meeting.cast.clerk, today=today)


# --- 问廉 --------------------------------------------------------------------------------------------------------------------


def questions_for(official):
    """The unit's own questions first, then those of its category, then common ones."""
    rows = data()["questions"]
    own = [q for q in rows if q["unit_code"] == official.unit.code]
    kind = [q for q in rows if q["category"] and q["category"] == str(official.unit.get_category_display())]
    common = [q for q in rows if q["scope"] == "common"]
    start = official.pk % 5
    return [*own, *kind[start % 3 :], *common[start:], *common[:start]]


def propose(meeting, *, each=4):
    cast = meeting.cast
    other = Question.Source.DIGEST if Digest.objects.filter(session=meeting.session).exists() else Question.Source.DAILY
    for subject in meeting.subjects:
        for n, row in enumerate(questions_for(subject.official)[:each]):
            by = (cast.member, cast.second_member, cast.clerk, cast.verifier)[n % 4]
            source = Question.Source.MEMBER if n % 2 == 0 else other
            made = question.propose(subject, text=row["text"], aspect_item=row["aspect_item"], source=source, by=by)
            for reader in (cast.member, cast.second_member)[: 2 - n // 2]:
                question.mark(made, is_wanted=True, by=reader)


def choose_and_seal(meeting, *, each=2, today):
    for subject in meeting.subjects:
        for candidate in subject.questions.order_by("pk")[:each]:
            question.shortlist(candidate, by=meeting.cast.clerk)
            candidate.refresh_from_db()
            question.select(candidate, by=meeting.cast.approver)
    question.seal(meeting.fresh(), by=meeting.cast.approver, today=today)


# --- ready -------------------------------------------------------------------------------------------------------------------


def prepare_fully(meeting, *, now, readers=()):
    """All that has to be there before the meeting may begin, each on the day it was due or on `now` if that is earlier."""

    def day(kind):
        return min(meeting.at(kind), now.date())

    def moment(kind):
        return min(now, dt.datetime.combine(day(kind), dt.time(15, 20), now.tzinfo))

    open_form(meeting, today=day("CANVASS"))
    take_in(meeting, last=day("REPORTS"))
    give_out_digest(meeting, now=moment("REPORTS"), readers=readers)
    for subject in meeting.subjects:
        written = write(meeting, subject, now=moment("REPORTS"))
        approve(meeting, written, today=day("REPORT_REVIEW"))
    preparing.mark(meeting.session, "VERIFICATION", by=meeting.cast.clerk, today=day("VERIFICATION"))
    report.lock_reports(meeting.session, by=meeting.cast.approver)
    propose(meeting)
    choose_and_seal(meeting, today=day("QUESTIONS"))
    session.make_ready(meeting.fresh(), by=meeting.cast.clerk)
    meeting.fresh()
