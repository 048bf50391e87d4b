"""Whatever anybody sends to an address of ours: never a breakdown, and nothing is changed by what does not fit.

Each row says who sends what, and of each field which spoilt values are still good. A new address without a row fails.
"""

import datetime as dt
from types import SimpleNamespace
from urllib.parse import quote

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Q
from django.urls import get_resolver, reverse

from core.models import AuditEvent
from officials.roles import Role
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions.lineup import fingerprint
from reviews.models import OpinionForm, Question, ReviewSession, TipOff
from tests import factories
from tests.conftest import Visitor
from tests.reviews import reports
from tests.rolled import Rolled

NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 12, 1)
State = ReviewSession.State
STAFF = {"clerk": Role.ORGANISER, "approver": Role.APPROVER, "member": Role.MEMBER, "petition_clerk": Role.PETITION_CLERK}
SPOILT = {
    "missing": None,
    "empty": "",
    "blank": " \t",
    "word": "并不是",
    "uuid": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "year 1": "0001-01-01",
    "year 9999": "9999-12-31",
    "moment 1": "0001-01-01T00:00:00+08:00",
    "negative": "-1",
    "huge": "9" * 30,
    "hugest": "9" * 5000,
    "long": "长" * 30_000,
    "NUL": "一\0二",
}
# Which spoilt values a field takes for good ones.
NOTHING = frozenset()
NONE = {"missing", "empty"}
TEXT = {"word", "uuid", "year 1", "year 9999", "moment 1", "negative", "huge"}
WORDS = TEXT | NONE | {"blank"}
TICK = set(SPOILT) - {"NUL"}
ROWS = {"negative", "huge"}  # of INITIAL_FORMS, which nothing rests on


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), Rolled(), time_machine.travel(NOW):
        yield build()


def build():
    w = SimpleNamespace()
    for name, role in STAFF.items():
        setattr(w, name, factories.UserFactory(name=name, roles=[role]))
    clerk, session = w.clerk, factories.ReviewSessionFactory(subjects=5)
    subject = session.subjects.first()
    w.official = subject_user = factories.account_of(subject.official)
    factories.TermFactory()
    factories.ReportTemplateFactory()
    w.free = factories.OfficialFactory()
    w.draft = factories.ReviewSessionFactory(subjects=2, state=State.DRAFT, date=dt.date(2026, 12, 24))
    factories.AudienceGroupFactory(session=w.draft)
    w.planned = factories.ReviewSessionFactory(subjects=5, state=State.PLANNED, submitted_by=clerk, submissions=1)
    factories.AudienceGroupFactory(session=w.planned)
    w.session, w.subject = session, subject
    session.preparation.filter(kind="VERIFICATION").update(done_on=TODAY, done_by=clerk)
    w.form = OpinionForm.objects.create(session=session, opens_on=TODAY, closes_on=TODAY)
    w.opinion = factories.OpinionFactory(session=session, subject=subject, text="公示偏笼统")
    w.other = factories.OpinionFactory(session=session, subject=subject, text="窗口只开一个")
    w.tip_off = TipOff.objects.create(session=session, unit_name="某局", text="信", received_on=TODAY, transferred_on=TODAY)
    opinions.classify(w.opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    w.entry = digests.compile_digest(session, by=clerk).entries.get()
    w.waiting = factories.ReviewSessionFactory(subjects=1)
    said = factories.OpinionFactory(session=w.waiting, subject=w.waiting.subjects.get())
    opinions.classify(said, nature="PRAISE", aspect_item="B2", handling="REFERENCE", by=clerk)
    digests.submit_digest(digests.compile_digest(w.waiting, by=clerk), by=clerk, now=NOW)
    w.written = reports.drafted(subject, by=subject_user)
    w.handed_in = reports.submitted(session.subjects.all()[1])
    w.twice = reports.returned(session.subjects.all()[2], clerk=clerk)
    w.question = factories.QuestionFactory(subject=subject)
    factories.QuestionFactory(subject=subject, state=Question.State.SEALED)
    w.again = factories.SessionSubjectFactory(session=w.draft, official=subject.official, order=3)
    return w


def typed(**fields):
    return lambda w: dict(fields)


NEW = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
MEETING = {"title": "年终会议", "kind": "CONCENTRATED", "date": "2026-12-23", "place": "礼堂", "chair": "袁秉柏"}
MEETING_TAKES = {"title": TEXT, "kind": NOTHING, "date": NOTHING, "place": TEXT, "chair": TEXT, "is_rehearsal": TICK}
WRITTEN_TAKES = {
    "A1": WORDS,
    "base": NOTHING,
    "submit": NONE,
    "problems-TOTAL_FORMS": NOTHING,
    "problems-INITIAL_FORMS": ROWS,
    "problems-0-problem": WORDS,
    "problems-0-measure": WORDS,
    "problems-0-owner": WORDS,
    "problems-0-due_on": NONE,
    "problems-0-outcome": WORDS,
}
GROUND = {f"reasons-0-{name}": value for name, value in reports.GROUND.items()}
GROUND_TAKES = {
    "reasons-0-code": NOTHING,
    "reasons-0-item": NONE,
    "reasons-0-comment": TEXT,
    "reasons-TOTAL_FORMS": NOTHING,
    "reasons-INITIAL_FORMS": ROWS,
    "comment": WORDS,
    "seen": NOTHING,
}
REASON = (typed(reason="有事"), {"reason": TEXT})


def written(w):
    return reports.posted(A1="写的", base=w.written.draft_saved_at.isoformat(), submit="1")


SENT = {  # address: who, what it is about, what is sent, what each field takes
    "session_create": ("clerk", lambda w: [], typed(**MEETING, is_rehearsal="on"), MEETING_TAKES),
    "session_edit": ("clerk", lambda w: [w.draft.uid], typed(**MEETING, seen="0"), MEETING_TAKES | {"seen": NOTHING}),
    "session_subject_add": ("clerk", lambda w: [w.draft.uid], lambda w: {"official": w.free.uid}, {"official": NOTHING}),
    "session_subject_move": ("clerk", lambda w: [w.draft.uid, w.again.uid], typed(up="1"), {"up": NOTHING, "down": NONE}),
    "session_subject_remove": ("clerk", lambda w: [w.draft.uid, w.again.uid], typed(losing="0"), {"losing": NONE}),
    "session_subject_reason": ("clerk", lambda w: [w.draft.uid, w.again.uid], typed(reason="换届"), {"reason": WORDS}),
    "session_audience": (
        "clerk",
        lambda w: [w.draft.uid],
        lambda w: {
            "B-name": "委员",
            "B-expected": "9",
            "B-is_anonymous": "on",
            "B-roster": "费泽川，委员",
            "shown": fingerprint(w.draft.audience.all()),
        },
        {"shown": NOTHING, "B-name": TEXT, "B-expected": NONE, "B-is_anonymous": TICK, "B-roster": WORDS},
    ),
    "session_return": ("approver", lambda w: [w.planned.uid], *REASON),
    "session_postpone": ("approver", lambda w: [w.session.uid], *REASON),
    "session_cancel": ("approver", lambda w: [w.session.uid], *REASON),
    "session_mark": ("clerk", lambda w: [w.session.uid, "VERIFICATION"], typed(undo="1"), {"undo": NONE}),
    "opinion_form": (
        "nobody",
        lambda w: [w.form.token],
        lambda w: {"subject": w.subject.uid, "political": "好", "duty": "慢", "integrity": "无", "improve": "快", "ask": "？"},
        {"subject": NOTHING, "political": WORDS, "duty": WORDS, "integrity": WORDS, "improve": WORDS, "ask": WORDS}
        | {"website": NONE | {"blank"}},
    ),
    "canvass_open": (
        "clerk",
        lambda w: [w.session.uid],
        typed(opens_on="2026-12-01", closes_on="2026-12-07"),
        {"opens_on": NOTHING, "closes_on": NOTHING},
    ),
    "canvass_paper": (
        "clerk",
        lambda w: [w.session.uid],
        typed(issued="30", returned="20", valid="19"),
        {"issued": NOTHING, "returned": NOTHING},
    ),
    "opinion_new": (
        "clerk",
        lambda w: [w.session.uid],
        lambda w: {
            "subject": w.subject.uid,
            "channel": "AUDIT",
            "text": "慢",
            "nature": "PRAISE",
            "aspect_item": "B2",
            "uid": NEW,
        },
        {"uid": {"uuid"}, "subject": NOTHING, "channel": NOTHING, "text": TEXT, "nature": NONE, "aspect_item": NONE},
    ),
    "opinion": (
        "clerk",
        lambda w: [w.other.uid],
        typed(nature="PRAISE", aspect_item="B2", handling="REFERENCE"),
        {"nature": NOTHING, "aspect_item": NOTHING, "handling": NOTHING},
    ),
    "opinion_merge": (
        "clerk",
        lambda w: [w.other.uid],
        lambda w: {"into": w.opinion.uid, "stay": "1"},
        {"into": NOTHING, "stay": NONE},
    ),
    "digest_entry": (
        "clerk",
        lambda w: [w.entry.uid],
        typed(text="公示要细", kept_because="规范用语", nature="SUGGESTION", handling="RECTIFICATION", seen="1"),
        {"text": TEXT, "kept_because": WORDS, "nature": NOTHING, "handling": NOTHING, "seen": NOTHING},
    ),
    "digest_return": (
        "approver",
        lambda w: [w.waiting.uid],
        typed(reason="有事", seen="1"),
        {"reason": TEXT, "seen": NOTHING},
    ),
    "session_approve": ("approver", lambda w: [w.planned.uid], typed(seen="1"), {"seen": NOTHING}),
    "digest_approve": ("approver", lambda w: [w.waiting.uid], typed(seen="1"), {"seen": NOTHING}),
    "digest_entry_drop": ("clerk", lambda w: [w.entry.uid], typed(seen="1"), {"seen": NOTHING}),
    "report_edit": ("official", lambda w: [w.subject.uid], written, WRITTEN_TAKES),
    "report_save": ("official", lambda w: [w.subject.uid], written, WRITTEN_TAKES),
    "report_submit": (
        "official",
        lambda w: [w.written.uid],
        lambda w: {"is_true": "on", "base": w.written.draft_saved_at.isoformat()},
        {"is_true": TICK - NONE, "base": NOTHING},
    ),
    "report_review": (
        "clerk",
        lambda w: [w.handed_in.uid],
        typed(**GROUND, **{"reasons-TOTAL_FORMS": "1", "reasons-INITIAL_FORMS": "0", "comment": "请改", "seen": "1"}),
        GROUND_TAKES,
    ),
    "report_pass": (
        "clerk",
        lambda w: [w.handed_in.uid],
        typed(**{"pass-comment": "好", "seen": "1"}),
        {"pass-comment": WORDS, "seen": NOTHING},
    ),
    "question_list": (
        "member",
        lambda w: [w.subject.uid],
        typed(text="为什么只开一个窗口？", source="MEMBER", aspect_item="B2"),
        {"text": TEXT, "source": NOTHING, "aspect_item": NONE},
    ),
    "question_mark": ("member", lambda w: [w.question.uid], typed(wanted="1"), {"wanted": NOTHING}),
    "questions_unseal": ("approver", lambda w: [w.session.uid], *REASON),
    "tip_off": (
        "petition_clerk",
        lambda w: [w.tip_off.uid],
        typed(number="信2026-1", before=""),
        {"number": TEXT, "before": NONE | {"blank"}},
    ),
}
ASKED = {  # a page: who, what it is about, what its address may ask
    "session_list": ("clerk", lambda w: [], typed(q="年", year="2026", kind="CONCENTRATED", state="DRAFT", page="1")),
    "plan": ("clerk", lambda w: [], typed(q="年", show="waiting", page="1")),
    "plan_board": ("clerk", lambda w: [], typed(q="年", show="waiting", page="1")),
    "plan_export": ("clerk", lambda w: [], typed(q="年", show="waiting")),
    "session_subjects": ("clerk", lambda w: [w.draft.uid], typed(q="年", page="1")),
    "opinion_list": ("clerk", lambda w: [w.session.uid], lambda w: {"q": "公", "subject": w.subject.uid, "state": "", "page": 1}),
    "opinion_new": ("clerk", lambda w: [w.session.uid], lambda w: {"subject": w.subject.uid, "channel": "AUDIT"}),
    "tip_off_list": ("petition_clerk", lambda w: [], typed(page="1")),
    "report": ("clerk", lambda w: [w.twice.uid], typed(version="1")),
    "report_paper": ("clerk", lambda w: [w.twice.uid], typed(version="2")),  # there is none: a paper takes long to make
    "report_compare": ("clerk", lambda w: [w.twice.uid], typed(old="1", new="1")),
}
BARE = {  # pages that ask nothing, and buttons that send nothing along
    "session", "session_export", "session_sign_in", "session_notice", "session_submit", "session_redraft",
    "session_ready", "canvass", "canvass_poster", "canvass_form", "opinion_thanks", "opinion_unmerge", "opinion_take_up", "opinion_clear", "digest",
    "digest_compile", "digest_submit", "digest_read", "reports", "report_own", "reports_lock", "questions", "questions_seal",
    "question_withdraw", "question_step",
}  # fmt: skip


def visitor(w, who):
    client = Visitor(raise_request_exception=False)
    if who != "nobody":
        client.force_login(getattr(w, who))
    return client


def kept():
    """Every row of every table, but what a visit leaves by itself, and the audit of refusals and readings."""
    leave = {"sessions", "axes", "contenttypes", "auth", "ballots"}
    rows = {}
    with connection.cursor() as cursor:  # forty tables, asked hundreds of times
        for about in (model._meta for model in apps.get_models() if model._meta.app_label not in leave):
            cursor.execute(f'SELECT * FROM "{about.db_table}" ORDER BY "{about.pk.column}"')
            rows[about.label] = cursor.fetchall()
    visits = Q(result=AuditEvent.Result.REFUSED) | Q(action__startswith="read_")
    rows[AuditEvent._meta.label] = AuditEvent.objects.exclude(visits).count()
    return rows


def with_one(data, name, value):
    rest = {key: each for key, each in data.items() if key != name}
    return rest if value is None else {**rest, name: value}


def trials(takes):
    """What is sent in which field. What several fields take for words all the same is sent in one of them after the other."""
    wordy = [field for field, good in takes.items() if good >= TEXT]
    for number, spoilt in enumerate(SPOILT):
        alike = [field for field in wordy if spoilt in takes[field]]
        for field in takes:
            if field not in alike or field == alike[number % len(alike)]:
                yield field, spoilt


class Trial:
    """Sends one thing after another to the same address, each as if nothing had been sent before."""

    READS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")

    def __init__(self, send, url):
        self.send, self.url, self.before = send, url, kept()

    def __call__(self, data):
        """The status, and what was changed. Where every statement only read, no row needs to be looked at."""
        self.has_written = False
        with transaction.atomic():
            with connection.execute_wrapper(self.note):
                status = self.send(self.url, data).status_code
            looks = self.has_written and status < 500
            changed = [label for label, rows in kept().items() if rows != self.before[label]] if looks else []
            transaction.set_rollback(True)
        return status, changed

    def note(self, execute, sql, params, many, context):
        self.has_written |= not sql.startswith(self.READS)
        return execute(sql, params, many, context)


@pytest.mark.slow
@pytest.mark.parametrize("name", SENT)
def test_what_does_not_fit_changes_nothing(world, name):
    who, about, fields, takes = SENT[name]
    url, data = reverse(f"reviews:{name}", args=about(world)), fields(world)
    attempt = Trial(visitor(world, who).post, url)

    assert attempt(data)[1] != [], "what is right must be able to change something"
    for field, spoilt in trials(takes):
        status, changed = attempt(with_one(data, field, SPOILT[spoilt]))

        assert status < 500, (field, spoilt)
        assert spoilt in takes[field] or changed == [], (field, spoilt)


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_whatever_an_address_asks_is_answered(world, name):
    who, about, fields = ASKED[name]
    url, data = reverse(f"reviews:{name}", args=about(world)), fields(world)
    attempt = Trial(visitor(world, who).get, url)
    unchanged = [[], ["core.AuditEvent"]] if name == "plan_export" else [[]]  # who took a list away is written down

    for field in data:
        for spoilt, value in SPOILT.items():
            if (name, spoilt) in {("report_paper", "missing"), ("report_paper", "empty")}:
                continue
            status, changed = attempt(with_one(data, field, value))

            assert status < 500, (field, spoilt)
            assert changed in unchanged, (field, spoilt)


@pytest.mark.parametrize(
    ("name", "field", "spoilt"),
    [
        ("session_create", "date", "year 1"),
        ("session_create", "date", "year 9999"),
        ("session_edit", "date", "year 1"),
        ("session_edit", "date", "year 9999"),
        ("opinion_merge", "into", "word"),
        ("report_edit", "base", "moment 1"),
        ("report_save", "base", "moment 1"),
        ("digest_entry", "text", "hugest"),
    ],
)
def test_what_once_broke_a_page_is_refused(world, name, field, spoilt):
    """The worst of the above, for those who leave the slow tests out."""
    who, about, fields, _takes = SENT[name]
    attempt = Trial(visitor(world, who).post, reverse(f"reviews:{name}", args=about(world)))

    status, changed = attempt(with_one(fields(world), field, SPOILT[spoilt]))

    assert (status < 500, changed) == (True, [])


@pytest.mark.parametrize(
    ("name", "who", "about"),
    [
        ("opinion_form", "nobody", lambda w: [w.form.token]),
        ("session_mark", "clerk", lambda w: [w.session.uid, "VERIFICATION"]),
        ("question_step", "approver", lambda w: [w.question.uid, "select"]),
        ("session", "clerk", lambda w: [w.session.uid]),
    ],
)
def test_an_address_that_names_nothing_is_not_found(world, name, who, about):
    args, client = about(world), visitor(world, who)
    url = reverse(f"reviews:{name}", args=args)

    for spoilt, value in SPOILT.items():
        if value:
            wrong = url.replace(str(args[-1]), quote(value, safe=""))
            status, changed = Trial(client.post, wrong)({})

            assert (status, changed) == (400 if spoilt == "NUL" else 404, []), spoilt


def test_every_address_has_a_row():
    names = {pattern.name for pattern in get_resolver("reviews.urls").url_patterns}

    assert names - set(SENT) - set(ASKED) - BARE == set()
    assert (set(SENT) | set(ASKED) | BARE) - names == set()
