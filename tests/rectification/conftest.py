"""A meeting whose result is out, and an item of it; made by the actions themselves, but for the paper, which takes a second to set."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from notices.actions import letter as letter_actions
from notices.models import Letter
from officials.roles import Role
from rectification.actions import finding as findings
from rectification.actions import item as items
from rectification.actions import letter as letters
from rectification.models import Finding
from reviews.models import Answer, LeaderComment, Question, ReviewSession
from tests import factories

NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)  # ten in the morning here
TODAY = dt.date(2026, 11, 24)
SERVED = dt.date(2026, 11, 10)
READERS = {"clerk", "approver", "leader", "verifier"}
COMMISSION = READERS | {"member", "scrutineer", "teller"}
UNIT = {"subject_user", "liaison"}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def session(session):
    """The session of the cast, held in October, its result fed back."""
    ReviewSession.objects.filter(pk=session.pk).update(date=dt.date(2026, 10, 20), state=ReviewSession.State.FED_BACK)
    return ReviewSession.objects.get(pk=session.pk)


@pytest.fixture
def second_clerk(db):
    return factories.UserFactory(name="钱泽岫", roles=[Role.ORGANISER])


@pytest.fixture
def other_verifier(db):
    return factories.UserFactory(name="龚承桐", roles=[Role.VERIFIER])


@pytest.fixture
def other_approver(db):
    return factories.UserFactory(name="姜景舟", roles=[Role.APPROVER])


@pytest.fixture
def record(subject):
    """What the hall left of the first subject: one answer that did not satisfy, one that did, and a comment."""
    evaded = Question.objects.create(subject=subject, text="供应商评审为什么不公开？", state=Question.State.ANSWERED)
    Answer.objects.create(question=evaded, summary="以后公开", is_unsatisfactory=True)
    answered = Question.objects.create(subject=subject, text="抽查比例是多少？", state=Question.State.ANSWERED)
    Answer.objects.create(question=answered, summary="三成")
    LeaderComment.objects.create(
        subject=subject,
        leader=factories.LeadingMemberFactory(),
        strengths="造林任务按期完成。",
        problems="1. 警示教育不够经常\n\n2、二级机构管理不严",
        is_delivered=True,
    )
    return subject


@pytest.fixture
def finding(session, subject, clerk):
    return findings.add_finding(subject, source=Finding.Source.QUESTION, text="供应商评审公开不够", by=clerk, now=NOW)


@pytest.fixture
def draft(finding, session, clerk):
    return letters.draft_letters(session, by=clerk)[0]


@pytest.fixture
def issued(draft):
    return issue(draft)


def issue(letter, number=12, day=dt.date(2026, 11, 9)):
    """As if the leader had issued it; the paper itself is tried in tests/notices."""
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.ISSUED, year=2026, number=number, issued_on=day)
    return Letter.objects.get(pk=letter.pk)


@pytest.fixture
def item(issued, clerk, liaison):
    """One item, just served; the letter is not signed for yet."""
    return letters.serve_letter(issued, served_on=SERVED, by=clerk, today=TODAY, now=NOW)[0]


@pytest.fixture
def received(item, liaison):
    """The item once its letter is signed for."""
    letter_actions.receive_letter(item.letter, by=liaison, now=NOW)
    return item


PLAN = {
    "cause": "制度不细",
    "measure": "完善评审细则，公开结果",
    "owner": "副局长卞亭然",
    "section": "造林科",
    "due_on": dt.date(2026, 12, 8),
    "outcome": "评审结果在门户网站公开",
    "pace": "LIMITED",
    "signed_by": "齐砚屿",
}


def picture(name="照片.png", colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def bring(item, state, *, unit, approver, verifier=None, clerk=None):
    """Take an item on to `state`, step by step, by whose each step is."""
    steps = [
        ("PLAN_SUBMITTED", lambda: items.submit_plan(item, by=unit, now=timezone.now(), **PLAN)),
        ("IN_PROGRESS", lambda: items.approve_plan(item, seen=item.plan.pk, by=approver, now=timezone.now())),
        ("EVIDENCE_SUBMITTED", lambda: hand_in(item, unit)),
        ("UNDER_VERIFICATION", lambda: items.take_up(item, by=verifier, now=timezone.now())),
        ("VERIFIED", lambda: items.verify(item, is_passed=True, text="看过原件", by=verifier, now=timezone.now())),
    ]
    for reached, step in steps:
        step()
        if reached == state:
            break
    return item


def hand_in(item, unit):
    items.add_evidence(item, uploads=[picture()], by=unit, now=timezone.now())
    items.submit_evidence(item, by=unit, now=timezone.now())
