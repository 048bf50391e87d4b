"""The papers of a result: who gets which, how they are made, and that page and paper say the same."""

import datetime as dt
import errno
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from core import audit, files
from core.models import AuditEvent
from reviews.models import SessionSubject
from scoring import tasks
from scoring.actions import papers, sheets
from scoring.models import PaperJob, SubjectResult
from tests import factories
from tests.adversary import publication
from tests.core import reading
from tests.scoring.conftest import each
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def test_who_gets_which_paper(sweep, hall):
    sheet = each(403, 403, 302, 302, 403, 403, 403, 403, 404, 404)
    sweep.check(page("paper_make", hall.session, "COUNT_SHEET"), sheet, post={})
    hall.sign().confirm().publish()
    file = each(302, 302, 403, 403, 403, 403, 403, 403, 404, 404)
    sweep.check(page("paper_make", hall.session, "SESSION_FILE"), file, post={})


def test_the_archive_asks_for_papers_where_it_may_read(client, hall):
    """The result's page stays closed to the archivist; the session's papers offer the session file and show how far it is."""
    hall.sign().confirm().publish()
    here = reverse("rectification:session_papers", args=[hall.session.uid])
    client.force_login(factories.UserFactory(roles=["archivist"]))
    assert 'id="make-SESSION_FILE"' in client.get(here).content.decode()

    answer = client.post(page("paper_make", hall.session, "SESSION_FILE"))

    assert answer.url == here
    job = PaperJob.objects.get()
    assert reverse("scoring:paper_job", args=[job.uid]) in client.get(here).content.decode()
    stored = files.keep("会议档案.pdf", b"%PDF-1.7 stands for the file", files.TYPES["pdf"], by=hall.clerk)
    PaperJob.objects.filter(pk=job.pk).update(state=PaperJob.State.DONE, stored=stored)
    assert reverse("scoring:paper", args=[job.uid]) in client.get(here).content.decode()
    client.force_login(hall.clerk)
    assert 'id="make-SESSION_FILE"' not in client.get(here).content.decode()


def test_a_paper_is_made_once_and_downloaded_by_permission(sweep, hall):
    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.clerk)
    papers.make(job.pk)
    papers.make(job.pk)
    job.refresh_from_db()

    assert (job.state, papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)) == (PaperJob.State.DONE, job)
    address = reverse("scoring:paper_workbook", args=[job.uid])
    sweep.check(address, each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))
    progress = reverse("scoring:paper_job", args=[job.uid])
    sweep.check(progress, each(200, 200, 200, 200, 403, 403, 403, 403, 404, 404))


def test_the_workbook_of_a_result_is_noted_and_asks_for_the_password_too(client, hall, settings):
    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.clerk)
    papers.make(job.pk)
    address = reverse("scoring:paper", args=[job.uid])
    client.force_login(hall.clerk)

    answer = client.get(address, follow=True)

    assert b"".join(answer.streaming_content)[:2] == b"PK"
    line = AuditEvent.objects.get(action="export")
    assert (line.actor, json.loads(line.detail)) == (hall.clerk.username, {"n": 3})
    settings.SESSION_PROVED = dt.timedelta(0)
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith(reverse("officials:password_again"))
    assert AuditEvent.objects.filter(action="export").count() == 1


def test_a_paper_that_fails_says_so_and_can_be_asked_for_again(client, hall, monkeypatch):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    monkeypatch.setitem(papers.MAKERS, "COUNT_SHEET", lambda job: 1 / 0)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED
    client.force_login(hall.teller)
    assert "没有做成" in client.get(page("results", hall.session)).content.decode()
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_a_paper_asked_for_while_the_broker_is_away_is_made_by_the_next_sweep(
    client, hall, monkeypatch, django_capture_on_commit_callbacks
):
    hall.sign().confirm()

    def away(*args):
        raise ConnectionError("the broker does not answer")

    monkeypatch.setattr(tasks.make_paper, "delay", away)
    client.force_login(hall.teller)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page("paper_make", hall.session, "RESULT_EXCEL"))
    assert answer.status_code == 302
    job = PaperJob.objects.get()
    assert job.state == PaperJob.State.WAITING

    tasks.make_waiting_papers()

    job.refresh_from_db()
    assert job.state == PaperJob.State.DONE


def test_a_paper_that_does_not_fit_on_the_disk_has_failed(hall, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    hall.sign().confirm()
    job = papers.ask_for_paper(hall.count, "RESULT_EXCEL", by=hall.teller)
    monkeypatch.setattr("core.files.keep", full)
    papers.make(job.pk)
    job.refresh_from_db()
    assert job.state == PaperJob.State.FAILED


def test_a_paper_whose_worker_is_gone_can_be_asked_for_again(hall):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) == job
    PaperJob.objects.filter(pk=job.pk).update(state="RUNNING", began_at=timezone.now() - dt.timedelta(minutes=11))
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) != job


def test_a_paper_that_waited_long_is_not_lost(hall):
    """Behind a long queue, or while the worker was away: it is made when its turn comes, and only once."""
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    PaperJob.objects.filter(pk=job.pk).update(asked_at=timezone.now() - dt.timedelta(hours=2))
    assert papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller) == job

    PaperJob.objects.filter(pk=job.pk).update(state="RUNNING", began_at=timezone.now())
    job.refresh_from_db()
    assert not job.is_lost


def test_page_excel_and_paper_show_the_same_values(client, hall):
    """One table for all of them: every hidden value is hidden everywhere."""
    hall.sign().confirm()
    _title, headings, rows = sheets.excel(hall.count)[0]
    table = sheets.result_table(hall.count)
    for row, line, result in zip(rows, table["rows"], hall.count.subjects.select_related("subject"), strict=True):
        assert str(row[headings.index("得分")]) == line["score"] == result.row_l1["score"]
        means = [cells[-1] for cells in line["cells"]]
        assert means == [result.row_l1["groups"].get(code, "–") for code in "ABCD"]
        sheet = sheets.result_sheet(hall.count, result)
        assert [group["cells"][5] for group in sheet["groups"]] == means


@pytest.mark.slow
def test_every_pdf_is_made_and_tells_only_what_it_shows(hall):
    hall.sign().confirm()
    result = hall.count.subjects.first()
    for kind in ("COUNT_SHEET", "RESULT_SHEET"):
        job = papers.ask_for_paper(hall.count, kind, result=result if kind == "RESULT_SHEET" else None, by=hall.clerk)
        papers.make(job.pk)
        job.refresh_from_db()
        with job.stored.content.open() as file:
            pdf = file.read()
        assert pdf.startswith(b"%PDF-")
        assert publication.told_by_paper(pdf) == []


def test_a_paper_about_nobody_is_not_found(client, hall):
    hall.sign().confirm()
    client.force_login(hall.clerk)
    address = page("paper_make", hall.session, "RESULT_SHEET")

    seen = {
        subject: client.post(address, {"subject": subject}).status_code
        for subject in ("x", "00000000-0000-0000-0000-000000000000", "")
    }

    assert set(seen.values()) == {404}, seen
    assert not PaperJob.objects.exists()


@pytest.mark.slow
def test_the_count_sheet_carries_the_head_of_the_trail(hall):
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    head = audit.head()

    papers.make(job.pk)

    job.refresh_from_db()
    with job.stored.content.open() as file:
        text = reading.words(file.read())
    assert f"第{head.n}条{audit.printed(head)}".replace(" ", "") in text


def test_every_copy_of_a_confirmed_count_sheet_carries_the_line_of_its_confirmation(hall):
    hall.sign().confirm()
    line = audit.lines("confirm_count", hall.count.round).get()
    hall.publish()

    assert papers.trail(hall.count)["trail"] == {"n": line.n, "digest": audit.printed(line), "is_of_confirmation": True}
    assert line.n < audit.head().n


def test_papers_name_who_signed_and_confirmed(hall):
    assert sheets.count_sheet(hall.count)["signed"] == ""
    hall.sign().confirm()

    said = sheets.count_sheet(hall.count)["signed"]
    assert all(str(person) in said for person in (hall.teller, hall.scrutineer, hall.approver))
    assert (
        sheets.result_table(hall.count)["signed"]
        == sheets.result_sheet(hall.count, hall.count.subjects.first())["signed"]
        == said
    )


def test_page_and_paper_give_the_same_steps(client, hall):
    hall.sign().confirm().publish()
    result = hall.count.subjects.first()
    client.force_login(hall.approver)

    page = client.get(reverse("scoring:result", args=[result.subject.uid])).context["trace"]

    assert sheets.result_sheet(hall.count, result)["steps"] == [step["text"] for step in page]
    assert len(page) > 5
    client.force_login(hall.scrutineer)
    exact = client.get(reverse("scoring:result", args=[result.subject.uid])).context["trace"]
    assert exact == result.trace_l2 != page


def test_who_prints_the_scrutineers_record_and_what_stands_on_it(sweep, client, hall, settings):
    result = SubjectResult.objects.select_related("subject").first()
    address = reverse("scoring:result_exact", args=[result.subject.uid])
    sweep.check(address, each(403, 403, 403, 403, 403, 403, 403, 403, 404, 404))  # nobody has signed yet
    hall.sign().confirm().publish()
    sweep.check(address, each(403, 403, 200, 200, 403, 403, 403, 403, 404, 404))

    client.force_login(hall.scrutineer)
    assert address in client.get(reverse("scoring:result", args=[result.subject.uid])).content.decode()
    printed = b"".join(client.get(address).streaming_content)
    text = reading.words(printed)
    assert all(step["text"].replace(" ", "") in text for step in result.trace_l2)
    line = AuditEvent.objects.filter(action="print_exact").latest("n")
    assert (line.actor, json.loads(line.detail)["official"]) == (hall.scrutineer.username, result.subject.name)
    client.force_login(hall.approver)
    assert address not in client.get(reverse("scoring:result", args=[result.subject.uid])).content.decode()

    client.force_login(hall.scrutineer)
    settings.SESSION_PROVED = dt.timedelta(0)
    assert client.get(address)["Location"].split("?")[0] == reverse("officials:password_again")


def weighed_otherwise(count):
    """The scheme gives departments weights of their own."""
    parts = zip("ABCD", ("0", "4/15", "7/15", "4/15"), strict=True)
    own = [{"category": "DEPARTMENT", "code": code, "weight": weight} for code, weight in parts]
    count.round.scheme.body = count.round.scheme.body | {"category_weights": own}
    return count


def notes(table):
    return [group["note"] for group in table["groups"]]


def test_the_heads_of_the_table_say_what_counts(hall):
    assert notes(sheets.result_table(hall.count)) == ["0.3", "0.4", "0.1", "0.2"]
    assert notes(sheets.result_table(weighed_otherwise(hall.count))) == ["0", "4/15", "7/15", "4/15"]


def test_weights_by_category_stand_under_the_table_where_one_head_would_be_wrong(hall):
    SessionSubject.objects.filter(session=hall.session, order=1).update(category="TOWN")

    table = sheets.result_table(weighed_otherwise(hall.count))

    assert notes(table) == ["", "", "", ""]
    assert sorted(note.partition("的权重")[0] for note in table["notes"] if "的权重" in note) == ["区直部门", "镇办"]


def test_on_two_levels_the_part_of_a_side_is_in_the_weight(hall):
    body = hall.count.round.scheme.body
    sides = [{"code": "E", "name": "考核人", "weight": "0.6"}, {"code": "P", "name": "同级", "weight": "0.4"}]
    of_side = zip(body["rater_groups"], ("1", "0.5", "0.2", "0.3"), "EPPP", strict=True)
    groups = [group | {"weight": weight, "side": side} for group, weight, side in of_side]
    hall.count.round.scheme.body = body | {"sides": sides, "rater_groups": groups}

    assert notes(sheets.result_table(hall.count)) == ["0.6", "0.2", "0.08", "0.12"]
