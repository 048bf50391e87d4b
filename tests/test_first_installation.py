"""From an empty database to a comment in the hall, with nothing but what `docs/guides/production.md` says: the commands of
"First data", accounts made by two administrators, one workbook. No row of a register is written here by any other way."""

import datetime as dt
import getpass
import io
import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from live.models import RunItem
from officials import actions as accounts
from officials.actions import template_workbook
from officials.models import Official, User
from officials.roles import Role
from reviews.actions import report as reports
from reviews.actions import session as sessions
from reviews.models import Attendee, Digest, LeaderComment, Question, ReviewReport, ReviewSession
from tests.factories import PASSWORD

NINE = dt.datetime(2026, 9, 18, 1, tzinfo=dt.UTC)  # nine o'clock here, on the day of the meeting
GUIDE = Path(__file__).parent.parent / "docs/guides/production.md"
LINES = re.findall(r"^ +docker compose exec web python manage\.py (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
COMMANDS = [shlex.split(line) for line in LINES]
REGISTER = {
    "区领导": [["L01", "姜景舟", "区委常委、副区长", "工业、水务", "在任"]],
    "单位": [
        ["U01", "澜江市云澜区教育局", "区教育局", "区直部门", "", "教育", "L01", "薛翊和", 56, "党组"],
        ["U02", "澜江市云澜区水务局", "区水务局", "区直部门", "", "水务", "L01", "闻知远", 41, "党组"],
    ],
    "干部": [
        ["P01", "时彦亦", "男", 1974, "U01", "党组书记、局长", "正科级", "是", "是", "2024-07-01", "2029-06-30", "在任"],
        ["P02", "章静澜", "女", 1978, "U02", "党组书记、局长", "正科级", "是", "是", "2024-07-01", "2027-03-31", "在任"],
    ],
    "区纪委委员": [["C01", "费泽川", "区纪委常委", "在任"], ["C02", "温伯言", "委员", "离任"]],
    "群众代表": [["R01", "郑阿婆", "服务对象代表", "在任"], ["R02", "何师傅", "企业代表", "在任"]],
}
PLAN = {"title": "第三季度述责述廉会议", "kind": "DISPERSED", "date": "2026-09-18", "place": "区委礼堂", "chair": "袁秉柏"}
TEXT = "今年以来逐项对照责任清单检查，每件事都写明时间、地点、数字和没有完成的原因，不写空话套话。" * 5
PROBLEM = {"problem": "公示不细", "measure": "改公示模板", "owner": "分管副局长", "due_on": "2026-10-30", "outcome": "新模板"}


def workbook():
    """The template with our lines below its examples."""
    book = openpyxl.load_workbook(io.BytesIO(template_workbook()))
    for title, rows in REGISTER.items():
        for row in rows:
            book[title].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def account(username, role, **links):
    """One administrator makes it, another says what it may do."""
    administrators = {name: User.objects.get(username=name) for name in ("sysadmin", "secadmin")}
    made = accounts.create_account(username=username, name=username, password=PASSWORD, by=administrators["sysadmin"], **links)
    accounts.change_password(made, PASSWORD, by=made)  # the first sign-in asks for an own one
    accounts.grant_roles(made, [role], by=administrators["secadmin"])
    return User.objects.get(pk=made.pk)


@pytest.fixture
def installation(db, monkeypatch, time_machine):
    """The server on the morning after the commands."""
    time_machine.move_to(dt.datetime(2026, 8, 12, 2, tzinfo=dt.UTC))
    monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    for command in COMMANDS:
        typed = {"USERNAME": command[1], "NAME": "某某某"} if command[0] == "create_administrator" else {}
        call_command(*(typed.get(word, word) for word in command), verbosity=0)


def test_the_guide_names_every_command_in_its_order():
    assert [command[0] for command in COMMANDS] == [
        *["create_administrator"] * 3, "set_term", "add_rule_set", "add_report_outline",
    ]  # fmt: skip


def test_a_meeting_is_held_with_what_commands_and_one_workbook_brought(installation, client, time_machine):
    clerk = account("organiser", Role.ORGANISER)
    client.force_login(clerk)

    # The register, in one workbook.
    upload = SimpleUploadedFile("登记表.xlsx", workbook())
    preview = client.post(reverse("officials:register_upload"), {"file": upload}, follow=True)
    assert [(line["title"], line["new"]) for line in preview.context["counts"]] == [
        ("区领导", 1), ("单位", 2), ("干部", 2), ("区纪委委员", 2), ("群众代表", 2),
    ]  # fmt: skip
    seen = {"seen": preview.context["register"].mark}
    client.post(reverse("officials:register_confirm", args=[preview.context["batch"].uid]), seen)
    officials = list(Official.objects.select_related("unit__leading_member"))
    leader = officials[0].unit.leading_member
    approver, leader_user = account("approver", Role.APPROVER), account("leader", Role.LEADER, leading_member=leader)

    # A session with its candidates and the audience that the register offers.
    assert 'id="missing"' not in client.get(reverse("reviews:plan")).content.decode()
    client.post(reverse("reviews:session_create"), PLAN)
    session = ReviewSession.objects.get()
    page = client.get(reverse("reviews:session_subjects", args=[session.uid])).content.decode()
    assert all(official.name in page for official in officials)
    client.post(
        reverse("reviews:session_subject_add", args=[session.uid]), {"official": [str(official.uid) for official in officials]}
    )
    audience = reverse("reviews:session_audience", args=[session.uid])
    page = client.get(audience).context
    forms = page["group_forms"]
    assert {form.instance.code: form["roster"].value() for form in forms} == {
        "A": "姜景舟，区委常委、副区长", "B": "费泽川，区纪委常委", "C": "", "D": "郑阿婆，服务对象代表\n何师傅，企业代表",
    }  # fmt: skip
    typed = {field.html_name: field.value() or "" for form in forms for field in form}
    client.post(audience, typed | {"shown": page["shown"]})
    session.refresh_from_db()
    assert {group.code: group.expected for group in session.audience.all()} == {"A": 1, "B": 1, "C": 0, "D": 2}
    sessions.submit_session(session, by=clerk)
    sessions.approve_session(ReviewSession.objects.get(), by=approver, today=dt.date(2026, 8, 12))

    # The official writes and hands in the report in the outline that comes along.
    first, second = session.subjects.all()
    client.force_login(account("subject", Role.SUBJECT, official=first.official))
    write = reverse("reviews:report_edit", args=[first.uid])
    page = client.get(write)
    items = [item["code"] for aspect in page.context["aspects"] for item in aspect["items"]]
    assert len(items) == 9
    rows = {f"problems-{n}-{name}": value for n in range(3) for name, value in PROBLEM.items()}
    counts = {"problems-TOTAL_FORMS": 3, "problems-INITIAL_FORMS": 0}
    client.post(write, dict.fromkeys(items, TEXT) | rows | counts | {"base": "", "submit": "1"})
    report = ReviewReport.objects.get()
    base = report.draft_saved_at.isoformat()
    client.post(reverse("reviews:report_submit", args=[report.uid]), {"is_true": "on", "base": base})
    report.refresh_from_db()
    assert report.state == ReviewReport.State.SUBMITTED
    reports.pass_report(report, by=clerk, today=dt.date(2026, 9, 1))

    # The leading member prepares a comment on the officials of the own field.
    client.force_login(leader_user)
    assert first.name in client.get(reverse("live:comments", args=[session.uid])).content.decode()
    client.post(reverse("live:comment", args=[first.uid]), {"strengths": "抓得紧", "problems": "公示不细"})
    assert LeaderComment.objects.get().leader == leader

    # In the hall the other official is commented on; what leads there and needs no register is written as rows.
    make_ready(session, second)
    time_machine.move_to(NINE)
    client.force_login(clerk)
    started = client.post(reverse("live:console_start", args=[session.uid]), follow=True)
    assert ReviewSession.objects.get().state == ReviewSession.State.IN_PROGRESS, [str(m) for m in started.context["messages"]]
    RunItem.objects.filter(state=RunItem.State.NOW).update(state=RunItem.State.DONE, ended_at=NINE)
    RunItem.objects.filter(subject=second, kind=RunItem.Kind.COMMENT).update(state=RunItem.State.NOW, began_at=NINE)
    assert client.get(reverse("live:console", args=[session.uid])).context["leader"] == leader
    client.post(
        reverse("live:console_comment", args=[session.uid, second.uid]),
        {"leader": leader.code, "strengths": "底数清", "problems": "督促不够经常", "delivered": "1"},
    )
    said = LeaderComment.objects.get(subject=second)
    assert (said.leader, said.is_delivered, said.problems) == (leader, True, "督促不够经常")


def make_ready(session, second):
    """The other report, the questions, the digest and the dates of a session about to begin."""
    template = ReviewReport.objects.get().template
    ReviewReport.objects.create(subject=second, template=template, state=ReviewReport.State.PASSED)
    Question.objects.bulk_create(
        Question(subject=subject, text=f"问题{n}", state=Question.State.SEALED, order=n)
        for subject in session.subjects.all()
        for n in (1, 2)
    )
    Digest.objects.update_or_create(session=session, defaults={"state": Digest.State.APPROVED})
    Attendee.objects.filter(group__session=session).update(is_present=True)
    session.preparation.filter(kind__in=["VERIFICATION", "LOCK"]).update(done_on=session.date)
    ReviewSession.objects.update(state=ReviewSession.State.READY)
