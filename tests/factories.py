"""Rows for tests, without surprises: every value is plain and every relation is made."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from officials.models import LeadingMember, Official, RoleGrant, Term, Unit, User
from reviews.models import (
    AudienceGroup,
    Digest,
    LeaderComment,
    Opinion,
    PreparationTask,
    Question,
    ReportTemplate,
    ReviewReport,
    ReviewSession,
    RuleSet,
    SessionSubject,
)
from reviews.rules import preparation
from scoring import rules
from scoring.actions import scheme as schemes

PASSWORD = "correct-horse-battery"


class LeadingMemberFactory(DjangoModelFactory):
    class Meta:
        model = LeadingMember

    code = factory.Sequence(lambda n: f"L{n:03d}")
    name = factory.Sequence(lambda n: f"领导{n}")
    post = "区委常委"


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"U{n:03d}")
    name = factory.Sequence(lambda n: f"澜江市云澜区第{n}局")
    short_name = factory.Sequence(lambda n: f"第{n}局")
    category = Unit.Category.DEPARTMENT


class OfficialFactory(DjangoModelFactory):
    class Meta:
        model = Official

    code = factory.Sequence(lambda n: f"P{n:03d}")
    name = factory.Sequence(lambda n: f"干部{n}")
    unit = factory.SubFactory(UnitFactory)
    post = "党组书记、局长"
    term_starts_on = dt.date(2024, 7, 1)
    term_ends_on = dt.date(2029, 6, 30)
    is_party_head = True


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term

    name = "本届"
    starts_on = dt.date(2024, 7, 1)
    ends_on = dt.date(2029, 6, 30)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"用户{n}")

    @factory.post_generation
    def roles(user, create, roles, **kwargs):
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role) for role in roles or [])

    @factory.post_generation
    def password(user, create, password, **kwargs):
        """Hashing costs time: only who signs in through the form gets a password."""
        if password:
            user.set_password(password)
            user.save()


def account_of(official):
    """The one account of an official."""
    return User.objects.filter(official=official).first() or UserFactory(name=official.name, roles=["subject"], official=official)


class RuleSetFactory(DjangoModelFactory):
    class Meta:
        model = RuleSet
        django_get_or_create = ("name", "version")

    name = "述责述廉暂行办法"
    version = 1
    citation = "云纪发〔2024〕6号"
    in_force_from = dt.date(2024, 7, 1)


class ReviewSessionFactory(DjangoModelFactory):
    """`ReviewSessionFactory(subjects=5)` makes five officials and lists them."""

    class Meta:
        model = ReviewSession
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"2026年第{n}次述责述廉会议")
    kind = ReviewSession.Kind.CONCENTRATED
    date = dt.date(2026, 12, 22)
    place = "区委礼堂"
    chair = "袁秉柏"
    state = ReviewSession.State.APPROVED
    rule_set = factory.SubFactory(RuleSetFactory)

    @factory.post_generation
    def subjects(session, create, count, **kwargs):
        """In three statements, for nearly every test needs some."""
        units = Unit.objects.bulk_create(UnitFactory.build_batch(count or 0))
        officials = [OfficialFactory.build(unit=unit) for unit in units]
        for official in officials:
            official.index_name()
        Official.objects.bulk_create(officials)
        SessionSubject.objects.bulk_create(
            SessionSubject.of_official(session, official, n) for n, official in enumerate(officials, 1)
        )

    @factory.post_generation
    def preparation(session, create, value, **kwargs):
        PreparationTask.objects.bulk_create(
            PreparationTask(session=session, kind=kind, due_on=day) for kind, day in preparation.dates(session.date).items()
        )


class SessionSubjectFactory(DjangoModelFactory):
    class Meta:
        model = SessionSubject

    session = factory.SubFactory(ReviewSessionFactory)
    official = factory.SubFactory(OfficialFactory)
    order = factory.LazyAttribute(lambda o: o.session.subjects.count() + 1)
    name = factory.LazyAttribute(lambda o: o.official.name)
    unit = factory.LazyAttribute(lambda o: o.official.unit)
    unit_name = factory.LazyAttribute(lambda o: o.unit.name)
    post = factory.LazyAttribute(lambda o: o.official.post)
    category = factory.LazyAttribute(lambda o: o.official.category)


class AudienceGroupFactory(DjangoModelFactory):
    class Meta:
        model = AudienceGroup

    session = factory.SubFactory(ReviewSessionFactory)
    code = "B"
    name = "区纪委委员"
    expected = 27


class OpinionFactory(DjangoModelFactory):
    class Meta:
        model = Opinion

    session = factory.LazyAttribute(lambda o: o.subject.session)
    subject = factory.SubFactory(SessionSubjectFactory)
    text = factory.Sequence(lambda n: f"{chr(0x4E00 + n % 20_000)}处办得慢")  # too short to be told apart in a digest
    received_on = dt.date(2026, 12, 1)


class ReportTemplateFactory(DjangoModelFactory):
    class Meta:
        model = ReportTemplate
        django_get_or_create = ("name", "version")

    name = "三个方面九项内容"
    version = 1
    outline = factory.LazyFunction(
        lambda: [
            {
                "code": aspect,
                "name": f"方面{aspect}",
                "items": [
                    {"code": f"{aspect}{n}", "name": f"内容{aspect}{n}", "guidance": "写实", "min_chars": 20} for n in (1, 2, 3)
                ],
            }
            for aspect in "ABC"
        ]
    )


def lay_foundations(**rules):
    """What is entered before the first session: the rules in force, the term, the outline of the report."""
    TermFactory()
    ReportTemplateFactory()
    return RuleSetFactory(**rules)


def lock(made, *, clerk, approver, now):
    """Somebody of the office hands the scheme in, a leader locks it."""
    seen = rules.scheme_hash(made.body)
    schemes.submit_scheme(made, seen=seen, by=clerk, now=now)
    schemes.lock_scheme(made, seen=seen, by=approver, now=now)


def comment_on(session):
    """A leading member has commented in the hall on whoever was not commented on yet."""
    leader = LeadingMemberFactory()
    for subject in session.subjects.awaiting_comment():
        LeaderComment.objects.create(subject=subject, leader=leader, problems="公示不够细", is_delivered=True)


def prepare(session, *, state=ReviewSession.State.READY):
    """Give the session all that it needs to be held: passed reports, two sealed questions each, the digest out, verification done."""
    subjects, template = session.subjects.all(), ReportTemplateFactory()
    ReviewReport.objects.bulk_create(
        ReviewReport(subject=subject, template=template, state=ReviewReport.State.PASSED) for subject in subjects
    )
    Question.objects.bulk_create(
        Question(subject=subject, text=f"问题{n}", state=Question.State.SEALED, order=n) for subject in subjects for n in (1, 2)
    )
    Digest.objects.create(session=session, state=Digest.State.APPROVED)
    session.preparation.filter(kind="VERIFICATION").update(done_on=session.date)
    ReviewSession.objects.filter(pk=session.pk).update(state=state)
    return ReviewSession.objects.get(pk=session.pk)


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    subject = factory.SubFactory(SessionSubjectFactory)
    text = factory.Sequence(lambda n: f"第{n}题：最近一次检查查出几件，都改了吗？")
