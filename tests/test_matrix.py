"""Every address × every role → one status, in `matrix.txt`. A new address without a row fails; so does a breakdown anywhere.

Rows: name, method, which objects it is about, then statuses with who gets them. POST rows send an empty form, so that 302 or 200
says "may try". To see what a row would be, run `python -m pytest tests/test_matrix.py -k NAME` and read the difference.

O organiser  A approver  M member  L leading member  W scrutineer  T teller  V verifier  P petition clerk  X archivist
S the official it is about  U the liaison of that unit  Z another official  1 system, 2 security, 3 audit administrator
"""

import copy
import datetime as dt
import io
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from django.conf import settings as site
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from weasyprint import HTML

from ballots import codec
from core import files, paper, sessions, views
from live.models import FollowPage
from live.views.invitation import code_of
from notices import actions as notices
from notices.actions import letter as letter_actions
from notices.models import Letter, Notice
from officials.models import AccountStep, RegisterImport
from officials.roles import Role
from rectification.actions import finding as findings
from rectification.actions import item as items
from rectification.actions import letter as letters
from reviews.models import Attendee, Digest, DigestEntry, OpinionForm, ReportVersion, ReviewReport, ReviewSession, TipOff
from scoring.actions import install_sample_scheme, manifest, occasion, scheme, setup
from scoring.models import PaperJob, Scheme, StepRequest
from tests import factories
from tests.conftest import Visitor
from tests.rolled import BOTH, Rolled
from tests.scoring.conftest import Hall

TABLE = Path(__file__).parent / "matrix.txt"
ROLES = {
    "O": Role.ORGANISER, "A": Role.APPROVER, "M": Role.MEMBER, "L": Role.LEADER, "W": Role.SCRUTINEER, "T": Role.TELLER,
    "V": Role.VERIFIER, "P": Role.PETITION_CLERK, "X": Role.ARCHIVIST, "S": Role.SUBJECT, "U": Role.LIAISON, "Z": Role.SUBJECT,
    "1": Role.SYSADMIN, "2": Role.SECADMIN, "3": Role.AUDITADMIN,
}  # fmt: skip
OPEN = {
    "officials:login",
    "officials:demo_login",
    "desk:demo_tour",
    "desk:demo_cards",
    "reviews:opinion_form",
    "reviews:opinion_thanks",
    "set_language",
    "live:follow",
    "live:follow_picture",
    "live:invited",
}
GUESTS = {("live:check_in", "GET"): "live:invited"}  # who is no staff reads something else than a sign-in
MINUTE = dt.timedelta(minutes=1)


class SetOnce:
    """The renderer of papers, which sets each paper once however many roles get it."""

    def __init__(self):
        self.documents, self.pdfs = {}, {}

    def __call__(self, *, string, **more):
        if string not in self.documents:
            self.documents[string] = HTML(string=string, **more)
        document = self.documents[string]

        def write_pdf(**how):
            key = string, how["pdf_identifier"]
            if key not in self.pdfs:
                self.pdfs[key] = document.write_pdf(**how)
            return self.pdfs[key]

        return SimpleNamespace(etree_element=document.etree_element, write_pdf=write_pdf)


class RecogniseOnce:
    """`get_user` of the sign-in, which looks up an account and its roles once; each request gets a copy of its own."""

    def __init__(self):
        self.known = {}

    def __call__(self, request):
        key = request.session.session_key
        if key not in self.known:
            self.known[key] = get_user(request)
            getattr(self.known[key], "roles", None)  # asked for, so that the copies know them
        return copy.copy(self.known[key])


class RefuseOnce:
    """`render` of the refusals, which draws each person's page of a kind once: it is the same at every address."""

    def __init__(self):
        self.drawn = set()

    def __call__(self, request, template, context=None, *, status):
        page = request.user.pk, template
        if page in self.drawn:
            return HttpResponse(status=status)
        self.drawn.add(page)
        return render(request, template, context, status=status)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """A meeting in preparation and one being put right, with one of everything that has an address."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, Rolled():
        patch.setattr(site, "RECEIPT_KEYS", tmp_path_factory.mktemp("matrix") / "keys")
        patch.setattr(manifest, "client_hash", lambda: codec.b64(bytes(32)))
        patch.setattr(paper, "HTML", SetOnce())
        patch.setattr(views, "render", RefuseOnce())
        patch.setattr("django.contrib.auth.get_user", RecogniseOnce())
        patch.setattr(
            "django.test.client.store_rendered_templates", lambda *args, **kwargs: None
        )  # nobody asks for contexts here
        yield build()


def build():
    w = SimpleNamespace(now=timezone.now(), today=timezone.localdate())
    leader = factories.LeadingMemberFactory()
    unit = factories.UnitFactory(leading_member=leader)
    official = factories.OfficialFactory(unit=unit)
    own = {"L": {"leading_member": leader}, "S": {"official": official}, "U": {"unit": unit}}
    own["Z"] = {"official": factories.OfficialFactory()}
    w.users = {who: factories.UserFactory(name=f"账号{who}", roles=[role], **own.get(who, {})) for who, role in ROLES.items()}
    w.second = factories.UserFactory(name="另一人", roles=[Role.ORGANISER])
    factories.TermFactory()
    factories.ReportTemplateFactory()
    w.official, w.stranger = official, own["Z"]["official"]
    w.account_step = AccountStep.objects.create(
        account=w.users["X"], kind="ROLES", roles=["auditadmin"], asked_by=w.users["2"], asked_at=w.now
    )
    coming(w, official)
    held(w, official)
    prepared(w, official)
    putting_right(w)
    w.client = Visitor(raise_request_exception=False)
    w.cookies = {who: signed_in(w.client, user) for who, user in w.users.items()} | {"-": SimpleCookie()}
    return w


def signed_in(client, user):
    client.cookies = SimpleCookie()
    client.force_login(user)
    return client.cookies


def coming(w, official):
    """The meeting in preparation."""
    w.prep = factories.ReviewSessionFactory(
        state=ReviewSession.State.CANVASSING, date=w.today + dt.timedelta(days=40), approved_on=w.today
    )
    w.prep_subject = factories.SessionSubjectFactory(session=w.prep, official=official)
    factories.SessionSubjectFactory(session=w.prep)
    factories.AudienceGroupFactory(session=w.prep)
    w.form = OpinionForm.objects.create(session=w.prep, opens_on=w.today, closes_on=w.today + dt.timedelta(days=9))
    w.follow = FollowPage.objects.create(session=w.prep)
    w.opinion = factories.OpinionFactory(session=w.prep, subject=w.prep_subject, received_on=w.today)
    w.tip_off = TipOff.objects.create(session=w.prep, unit_name="某局", text="信", received_on=w.today, transferred_on=w.today)
    digest = Digest.objects.create(session=w.prep)
    w.entry = DigestEntry.objects.create(
        digest=digest, subject=w.prep_subject, text="窗口", nature="CRITICISM", handling="QUESTION"
    )
    w.report = ReviewReport.objects.create(
        subject=w.prep_subject, template=factories.ReportTemplateFactory(), state=ReviewReport.State.SUBMITTED
    )
    ReportVersion.objects.create(report=w.report, number=1, content={"items": {}, "problems": []}, submitted_by=w.users["S"])
    w.question = factories.QuestionFactory(subject=w.prep_subject)
    notices.post(to=[w.users["O"]], key="k", subject="提醒", body="正文")
    notices.deliver_waiting(now=w.now + MINUTE)
    w.notice = Notice.objects.get(to=w.users["O"], key="k")
    stored = files.keep("登记表.xlsx", b"PK", files.TYPES["xlsx"], by=w.users["O"])
    w.batch = RegisterImport.objects.create(file=stored, uploaded_by=w.users["O"])


def held(w, official):
    """The meeting whose result is out."""
    session = factories.ReviewSessionFactory(state=ReviewSession.State.IN_PROGRESS, date=w.today - dt.timedelta(days=30))
    w.held_subject = factories.SessionSubjectFactory(session=session, official=official)
    factories.SessionSubjectFactory.create_batch(2, session=session)
    numbers = {"A": (False, 1), "B": (True, 7), "C": (True, 5), "D": (True, 6)}
    for code, (is_anonymous, expected) in numbers.items():
        factories.AudienceGroupFactory(session=session, code=code, name=code, is_anonymous=is_anonymous, expected=expected)
    Attendee.objects.create(group=session.audience.get(code="A"), name=w.users["L"].leading_member.name)
    w.scheme = install_sample_scheme(by=w.users["O"])
    Scheme.objects.filter(pk=w.scheme.pk).update(body=w.scheme.body | {"bonus": {"cap": 5}})
    w.scheme.refresh_from_db()
    factories.lock(w.scheme, clerk=w.users["O"], approver=w.users["A"], now=w.now)
    hall = Hall(session, w.scheme, w.users["O"], w.users["W"], w.users["T"], w.users["A"])
    hall.now = w.now
    hall.counted()
    hall.sign().confirm().publish()
    stored = files.keep("计票报告单.pdf", b"%PDF-1.4", "application/pdf", by=None)
    w.job = PaperJob.objects.create(
        count=hall.count, kind="COUNT_SHEET", version="1", state="DONE", stored=stored, asked_by=w.users["O"]
    )
    w.request = StepRequest.objects.create(round=hall.round, step="VOID", asked_by=w.users["O"], asked_at=w.now)
    w.held = hall.session
    w.held_subject = w.held.subjects.get(pk=w.held_subject.pk)


def prepared(w, official):
    """A meeting whose scheme takes a bonus and figures, before its box is made."""
    w.ready = factories.ReviewSessionFactory(state=ReviewSession.State.READY, date=w.today + dt.timedelta(days=2))
    subject = factories.SessionSubjectFactory(session=w.ready, official=official)
    groups = copy.deepcopy(w.scheme.body["rater_groups"])
    groups[0]["weight"] = "0.2"
    groups.append({"code": "F", "name": "重点工作", "weight": "0.1", "anonymous": False, "source": "figures"})
    body = w.scheme.body | {"rater_groups": groups}
    made = scheme.draft_scheme(SimpleNamespace(key="", body=body), code="FIGURES", name="外部数据", by=w.users["O"])
    factories.lock(made, clerk=w.users["O"], approver=w.users["A"], now=w.now)
    for group in made.plan().ballot_groups:
        factories.AudienceGroupFactory(session=w.ready, code=group.code, name=group.name, is_anonymous=not group.named)
    numbers = {group.code: (9, 0) for group in made.plan().ballot_groups}
    setup.prepare_round(w.ready, scheme=made, numbers=numbers, by=w.users["O"])
    said = {"kind": "BONUS", "code": "", "fact": "表彰", "document": "1号", "amounts": {subject: "1"}}
    (w.occasion,) = occasion.enter(w.ready, **said, by=w.users["O"], now=w.now)


def putting_right(w):
    """A problem, its letter, its item with plan and evidence; and a second letter still in draft."""
    o, a, u = (w.users[who] for who in "OAU")
    findings.add_finding(w.held_subject, source="QUESTION", text="窗口只开一个", by=o, now=w.now)
    w.letter = letters.draft_letters(w.held, by=o)[0]
    w.held = ReviewSession.objects.get(pk=w.held.pk)
    w.held_subject = w.held.subjects.get(pk=w.held_subject.pk)
    Letter.objects.filter(pk=w.letter.pk).update(state="ISSUED", year=w.today.year, number=1, issued_on=w.today)
    w.letter.refresh_from_db()
    w.letter.paper = files.keep("函.pdf", b"%PDF-1.4", "application/pdf", by=a)
    w.letter.save(update_fields=["paper"])
    w.item = letters.serve_letter(w.letter, served_on=w.today, by=o, today=w.today, now=w.held.objections_until)[0]
    letter_actions.receive_letter(w.letter, by=u, now=w.now)
    plan = {"cause": "人少", "measure": "加开", "owner": "副局长", "section": "窗口", "outcome": "两个窗口", "signed_by": "局长"}
    pdf = SimpleUploadedFile("方案.pdf", one_page())
    w.plan = items.submit_plan(w.item, by=u, now=w.now, file=pdf, due_on=w.today, pace="LIMITED", **plan)
    items.approve_plan(w.item, seen=w.plan.pk, by=a, now=w.now)
    w.item.refresh_from_db()
    w.evidence = items.add_evidence(w.item, uploads=[SimpleUploadedFile("照片.pdf", one_page())], by=u, now=w.now)[0]
    items.submit_evidence(w.item, by=u, now=w.now)
    w.finding = findings.add_finding(w.held_subject, source="COMMENT", text="记录不全", by=o, now=w.now)


def one_page():
    out, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out)
    return out.getvalue()


OBJECTS = {
    "-": lambda w: {},
    "prep": lambda w: {"uid": w.prep.uid},
    "held": lambda w: {"uid": w.held.uid},
    "prep.subject": lambda w: {"uid": w.prep.uid, "subject_uid": w.prep_subject.uid},
    "subject": lambda w: {"uid": w.prep_subject.uid},
    "held.subject": lambda w: {"uid": w.held_subject.uid},
    "kind": lambda w: {"uid": w.prep.uid, "kind": "VERIFICATION"},
    "form": lambda w: {"token": w.form.token},
    "step:select": lambda w: {"uid": w.question.uid, "step": "select"},
    "step:VOID": lambda w: {"uid": w.held.uid, "step": "VOID"},
    "ready": lambda w: {"uid": w.ready.uid},
    "ready.group": lambda w: {"uid": w.ready.uid, "code": "F"},
    "ready.occasion": lambda w: {"uid": w.ready.uid, "occasion": w.occasion.uid},
    "held.request": lambda w: {"uid": w.held.uid, "pk": w.request.pk},
    "step:advance": lambda w: {"uid": w.held.uid, "step": "next"},
    "letter:a": lambda w: {"uid": w.held.uid, "letter": "a"},
    "part": lambda w: {"uid": w.held.uid, "part": "teller"},
    "paper": lambda w: {"uid": w.held.uid, "kind": "COUNT_SHEET"},
    "hall.question": lambda w: {"uid": w.prep.uid, "question": w.question.uid},
    "hall.paper": lambda w: {"uid": w.prep.uid, "kind": "script"},
    "handout": lambda w: {"uid": w.held.uid, "kind": "handbook"},
    "letter:b": lambda w: {"uid": w.held.uid, "letter": "b"},
    "round:1": lambda w: {"uid": w.held.uid, "number": 1},
    "hall.subject": lambda w: {"uid": w.prep.uid, "subject": w.prep_subject.uid},
    "follow": lambda w: {"token": w.follow.token},
    "invited": lambda w: {"uid": w.held.uid, "code": code_of(Attendee.objects.get(group__session=w.held))},
    "sheet.step": lambda w: {"uid": w.prep.uid, "step": "add"},
    "section": lambda w: {"uid": w.prep.uid, "key": "closing"},
    "group": lambda w: {"uid": w.prep.uid, "code": "B"},
    "account.step": lambda w: {"uid": w.account_step.uid},
    "account": lambda w: {"uid": w.users["X"].uid},
    **{
        name: (lambda w, name=name: {"uid": getattr(w, name).uid})
        for name in (
            "notice", "batch", "tip_off", "opinion", "entry", "report", "question", "scheme", "job", "letter", "finding", "item",
            "evidence", "plan", "official",
            "stranger",
        )
    },
}  # fmt: skip


def rows():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            head, *parts = (part.strip() for part in line.split("|"))
            name, method, objects = head.split()
            yield pytest.param(name, method, objects, parts, id=f"{name}-{method}")


def named(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from named(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def ask(w, who, method, url):
    w.client.cookies = SimpleCookie(w.cookies[who])
    with Rolled():
        answer = w.client.post(url) if method == "POST" else w.client.get(url)
        if answer.streaming:
            b"".join(answer)  # read to its end, which closes it as the server would
        return answer


def grouped(w, method, url, roles):
    """`200 OA`, `403 M` …: statuses in order, each with who gets it."""
    found = {}
    for who in roles:
        found.setdefault(ask(w, who, method, url).status_code, []).append(who)
    return [f"{status} {''.join(people)}" for status, people in sorted(found.items())]


@pytest.mark.slow
@pytest.mark.django_db(databases=BOTH)
@pytest.mark.parametrize(("name", "method", "objects", "expected"), list(rows()))
def test_each_role_gets_what_the_table_says(world, name, method, objects, expected):
    url, roles = reverse(name, kwargs=OBJECTS[objects](world)), ROLES
    if connection.vendor == "postgresql":  # who may is decided in Python: there each answer is given once
        expected = [row[: len("200 O")] for row in expected]
        roles = [row[-1] for row in expected]

    assert grouped(world, method, url, roles) == expected
    if name not in OPEN:
        answer = ask(world, "-", method, url)
        turned_away = (
            (401, "") if sessions.is_polled(resolve(url).func) else (302, reverse(GUESTS.get((name, method), "officials:login")))
        )
        assert (answer.status_code, answer.get("Location", "").split("?")[0]) == turned_away


def test_every_address_has_a_row():
    listed = {row.values[0] for row in rows()}

    assert set(named()) - listed == set()
    assert listed - set(named()) == set()
