"""Putting right: findings, letters, and items in every state, each step by whose it is.

The sample items belong to officials heard in the finished meeting and in earlier ones; where the year-end meeting hears the head of the
Party organisation, the item came from the hearing of the unit's other head. Due days are laid around today, so that each warning shows.
"""

import datetime as dt

from core import calendar
from desk.management.demo import evidence
from desk.management.demo.district import data
from notices.actions import letter as letters
from notices.models import Letter
from rectification.actions import finding, item
from rectification.actions import letter as drafting
from rectification.models import Finding, RectificationItem
from reviews.models import ReviewSession, SessionSubject

TELEPHONE = "0710-2345678"  # fictional
SOURCES = {"委员质询": "QUESTION", "现场点评": "COMMENT", "群众意见": "OPINION", "征求意见": "OPINION"}
LATE = {"RC12": 6, "RC19": 5, "RC24": 2, "RC29": 14}  # days past the due day
ENDS = {
    "returned": "evidence_returned",
    "reopened": "evidence_returned",
    "extension_requested": "in_progress",
    "plan_approved": "in_progress",
}
PROPOSED, TAKEN_UP = {"RC20"}, {"RC17"}  # waits for the leader; a verifier is at it
SERVED_LATELY = {"U078": 4, "U023": 9, "U019": 18}  # these letters went out only days ago
SOON = (4, 9, 16, 23, 31, 38)  # days until open items are due that are not late
PLANS = ("PENDING_PLAN", "PLAN_RETURNED", "IN_PROGRESS", "CLOSED", "EVIDENCE_SUBMITTED", "PLAN_SUBMITTED")


class Rectification:
    """All of it, in the order in which the letters went out."""

    def __init__(self, cast, *, now):
        self.cast, self.now, self.today = cast, now, now.date()
        self.files = evidence.sheets()
        self.rows = {}

    def load(self, finished):
        self.propose(finished)
        others = ReviewSession.objects.filter(state=ReviewSession.State.FED_BACK).exclude(pk=finished.pk)
        for session in [*others.order_by("date"), finished]:
            self.add_samples(session)
            if Finding.objects.filter(subject__session=session).exists():
                drafting.draft_letters(ReviewSession.objects.get(pk=session.pk), by=self.cast.clerk)
                session.preparation.filter(kind="LETTER").update(done_on=self.after(session.date, 3).date())
        for served_on, letter in sorted(
            ((self.service_day(letter), letter) for letter in Letter.objects.filter(state=Letter.State.DRAFT)),
            key=lambda pair: (pair[0], pair[1].pk),
        ):
            self.serve(letter, served_on)
        for n, made in enumerate(RectificationItem.objects.select_related("letter", "subject__official", "unit", "finding")):
            self.take(made, n)
        self.one_to_issue(finished)

    # --- findings and letters ---

    def propose(self, session):
        """What the record of the finished meeting shows: confirmed, but for one that says the same twice."""
        finding.propose_findings(session, by=self.cast.clerk)
        found = list(Finding.objects.filter(subject__session=session).select_related("subject__session"))
        seen = set()
        for one in found:
            at = {"by": self.cast.clerk, "now": self.after(session.date, 3)}
            if one.source == "OPINION" or (one.subject_id, one.text) in seen:
                finding.dismiss_finding(one, reason="与已确认的问题内容相同，合并办理", **at)
            else:
                finding.confirm_finding(one, text=one.text, **at)
            seen.add((one.subject_id, one.text))

    def add_samples(self, session):
        subjects = {
            s.official.unit.code: s for s in SessionSubject.objects.filter(session=session).select_related("official__unit")
        }
        for row in data()["rectification_items"]:
            if subject := subjects.get(row["unit_code"]):
                subject.session = session
                if known := Finding.objects.filter(subject=subject, text=row["issue"], state=Finding.State.CONFIRMED).first():
                    self.rows[known.pk] = row  # the comment in the hall named it already
                    continue
                made = finding.add_finding(
                    subject, source=SOURCES.get(row["source"], "COMMENT"), text=row["issue"], by=self.cast.clerk,
                    now=self.after(session.date, 3),
                )  # fmt: skip
                self.rows[made.pk] = row

    def service_day(self, letter):
        """When the letter reached its unit: a few days after the meeting; where its samples are late, so that they are late today."""
        rows = [self.rows[pk] for pk in Finding.objects.filter(letter=letter).values_list("pk", flat=True) if pk in self.rows]
        if letter.unit.code in SERVED_LATELY:
            return self.today - dt.timedelta(days=SERVED_LATELY[letter.unit.code])
        session = Finding.objects.filter(letter=letter).first().subject.session
        late = [LATE[row["code"]] for row in rows if row["code"] in LATE]
        if late and self.is_recent(session):
            return month_before(self.today - dt.timedelta(days=late[0]))
        return calendar.days_after(session.date, 6)

    def is_recent(self, session):
        return (self.today - session.date).days < 120

    def serve(self, letter, served_on):
        """Checked by another, issued by the leader, served, signed for."""
        issued = calendar.days_before(served_on, 1)
        self.check(letter)
        letters.issue_letter(letter, by=self.cast.approver, today=issued)
        Letter.objects.filter(pk=letter.pk).update(
            drafted_at=self.after(issued, -2), checked_at=self.after(issued, -1)
        )  # actions take these from the clock
        letter.refresh_from_db()
        at = self.after(served_on, 0)
        drafting.serve_letter(letter, served_on=served_on, by=self.cast.clerk, today=self.today, now=at)
        if letter.unit.code != "U078":
            letters.receive_letter(letter, by=self.unit_of(letter), now=min(at + dt.timedelta(hours=5), self.now))

    def check(self, letter):
        """The clerk adds the telephone, which the draft of the first letters does not know; a colleague checks it."""
        words = {name: getattr(letter, name) for name in ("title", "addressee", "copies_to")}
        contact = f"{self.cast.clerk.name}，{self.cast.clerk.office}，电话{TELEPHONE}"
        letters.change_letter(letter, **words, body={"contact": contact}, by=self.cast.clerk)
        letters.check_letter(letter, by=self.cast.second_clerk)

    def one_to_issue(self, session):
        """A letter that waits for the leader's signature: a problem found later."""
        subject = session.subjects.select_related("official__unit").order_by("order")[1]
        session.refresh_from_db()
        subject.session = session
        text = "低保复核通知方式单一，老年人容易漏看"
        finding.add_finding(subject, source="OPINION", text=text, by=self.cast.clerk, now=self.now - dt.timedelta(days=2))
        for letter in drafting.draft_letters(session, by=self.cast.clerk):
            self.check(letter)

    # --- items ---

    def take(self, made, n):
        """An item on to the state the data name, on days between service and today."""
        row = self.rows.get(made.finding_id)
        status = row["status"] if row else PLANS[n % len(PLANS)].lower()
        status = ENDS.get(status, status)
        unit, late = self.unit_of(made), LATE.get(row["code"]) if row else None
        if status == "pending_plan" or made.letter.state == Letter.State.SERVED:
            return
        due_on = self.due_of(made, status, late, n)
        lately = max(self.today - dt.timedelta(days=1 + n % 3), made.served_on)
        day = Days(made.served_on, min(due_on, self.today) if status == "closed" else lately, LAST_STEPS.get(status, 9), self.now)
        item.submit_plan(made, by=unit, now=day.at(1), **self.plan(made, row, due_on))
        if status == "plan_submitted":
            return
        if status == "plan_returned":
            item.return_plan(
                made,
                seen=made.plan.pk,
                reason="措施没有写明谁来抽查、多久一次，请补充后再报。",
                by=self.cast.clerk,
                now=day.at(2),
            )
            return
        item.approve_plan(made, seen=made.plan.pk, by=self.cast.approver, now=day.at(2))
        made.refresh_from_db()
        names = (row["evidence"] if row else []) or [evidence.GENERAL]
        if status != "in_progress" or (row and row["progress"] >= 60):
            uploads = [evidence.upload(self.files, name) for name in names]
            item.add_evidence(made, uploads=uploads, text="按方案完成，请核验", by=unit, now=day.at(3))
        if status == "in_progress":
            return
        item.submit_evidence(made, by=unit, now=day.at(4))
        if status == "evidence_submitted" and not (row and row["code"] in TAKEN_UP):
            return
        item.take_up(made, by=self.cast.verifier, now=day.at(5))
        if status == "evidence_submitted":
            return
        if status == "evidence_returned":
            item.verify(
                made, is_passed=False, text="现场抽查与材料不符，请补充近一个月的记录，并附照片。", must_replace=made.evidence.all()[:1],
                by=self.cast.verifier, now=day.at(6),
            )  # fmt: skip
            return
        item.verify(
            made, is_passed=True, text="查阅台账、现场核对，情况属实，措施已经落实。", by=self.cast.verifier, now=day.at(6)
        )
        if status == "verified" and not (row and row["code"] in PROPOSED):
            return
        item.propose_close(made, text="核验通过，建议销号。", by=self.cast.clerk, now=day.at(7))
        if status == "closed":
            item.confirm_close(made, by=self.cast.approver, now=day.at(8), today=day.at(8).date())

    def due_of(self, made, status, late, n):
        """The day it has to be done by: a month after service, or where the matter is still open and older, what a long-term plan says."""
        if status == "closed" or made.due_on >= self.today or self.is_recent(made.subject.session):
            return made.due_on
        return self.today - dt.timedelta(days=late) if late else self.today + dt.timedelta(days=SOON[n % len(SOON)])

    def plan(self, made, row, due_on):
        return {
            "cause": "制度没有跟上业务变化，检查流于形式，责任没有落实到人。",
            "measure": row["measures"] if row else "对照问题逐条制定办法，明确时限和责任人，按月检查并公开结果。",
            "owner": made.subject.name,
            "section": row["responsible"] if row else "办公室",
            "due_on": due_on,
            "outcome": "、".join(row["evidence"]) if row and row["evidence"] else evidence.GENERAL,
            "pace": "LONG_TERM" if due_on > made.due_on else "LIMITED",
            "signed_by": made.subject.name,
        }

    def unit_of(self, thing):
        """Who acts for the unit: its liaison where there is an account, else the official who was heard."""
        if thing.unit.code == self.cast.liaison.unit.code:
            return self.cast.liaison
        if isinstance(thing, Letter):
            return self.cast(
                Finding.objects.filter(letter=thing).select_related("subject__official").first().subject.official.code
            )
        return self.cast(thing.subject.official.code)

    def after(self, day, days):
        return min(self.now, dt.datetime.combine(day + dt.timedelta(days=days), dt.time(10, 30), self.now.tzinfo))


LAST_STEPS = {
    "plan_submitted": 1, "plan_returned": 2, "evidence_submitted": 4, "evidence_returned": 6, "verified": 6, "closed": 8,
}  # fmt: skip


class Days:
    """Moments between service and the last step, in order; the last step was taken in the last days, or before the item was due."""

    def __init__(self, first, last, steps, now):
        self.first, self.last, self.steps, self.now = first, last, steps, now

    def at(self, n):
        span = max((self.last - self.first).days, 0)
        day = self.first + dt.timedelta(days=span * min(n, self.steps) // self.steps)
        return min(dt.datetime.combine(day, dt.time(9 + n), self.now.tzinfo), self.now - dt.timedelta(minutes=20 - n))


def month_before(day):
    """The day whose month-after is `day`."""
    for back in range(28, 35):
        if calendar.month_after(day - dt.timedelta(days=back)) == day:
            return day - dt.timedelta(days=back)
    return day - dt.timedelta(days=31)
