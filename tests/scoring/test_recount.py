"""复算: a button that proves the result, and says what differs when it does not hold."""

import datetime as dt
import io
import json

import openpyxl
import pytest
from django.urls import reverse

from ballots.models import Transcript
from core.models import AuditEvent
from scoring.actions.recount import recount
from scoring.models import Count, Publication, SubjectResult

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


def test_both_programs_find_what_was_frozen(hall):
    found = recount(hall.count, by=hall.scrutineer)

    assert (found.ballots, found.officials, found.differing) == (18, 3, [])
    line = AuditEvent.objects.get(action="recount")
    assert hall.count.result_hash in line.detail


def changed_row(count):
    rows = count.result["subjects"]
    code = next(iter(rows))
    return {"result": count.result | {"subjects": rows | {code: rows[code] | {"score": "99.99"}}}}


def changed_table(name):
    def change(count):
        table = getattr(count, name)
        code = next(iter(table["rows"]))
        return {name: table | {"rows": table["rows"] | {code: table["rows"][code] | {"band": "好"}}}}

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (changed_row, ["监票人看的准确结果", "独立程序算出的"]),
        (lambda count: {"sheet": count.sheet | {"aside": {"dup": 1}}}, ["计票报告单的票数和根码"]),
        (changed_table("table_l0"), ["公开的结果表"]),
        (changed_table("table_l1"), ["会场的结果表"]),
        (lambda count: {"result_hash": "0" * 64}, ["结果摘要"]),
        (lambda count: {"input_hash": "0" * 64}, ["输入摘要"]),
        (lambda count: {"scheme_hash": "0" * 64}, ["计分方案的摘要"]),
        (lambda count: {"transcript_sha": "0" * 64}, ["开箱记录的摘要"]),
    ],
)
def test_whatever_was_changed_since_is_named(hall, change, told):
    Count.objects.update(**change(hall.count))
    found = recount(hall.again().count, by=hall.scrutineer).differing

    assert len(found) == len(told)
    assert all(text.startswith(words) for text, words in zip(found, told, strict=True)), found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shown_score", "99.99"),
        ("score", 99),
        ("band", "好"),
        ("rank", 9),
        ("ranked_of", 9),
        ("row_l0", {"score": "99.99"}),
        ("row_l1", {"score": "99.99"}),
        ("trace_l1", []),
        ("trace_l1", [{"text": "得分 99.99"}]),
        ("trace_l2", []),
        ("trace_l2", [{"text": "合计 85", "exact": "9999/7"}]),
        ("criteria", [{}]),
        ("measures", ["约谈"]),
    ],
)
def test_what_pages_and_papers_are_drawn_from_is_compared_too(hall, name, value):
    row = SubjectResult.objects.select_related("subject").last()
    SubjectResult.objects.filter(pk=row.pk).update(**{name: value})

    assert recount(hall.count, by=hall.scrutineer).differing == [f"{row.subject.name}的结果单和计算步骤"]


def test_a_count_of_an_earlier_program_holds_though_its_steps_were_worded_otherwise(hall):
    for row in SubjectResult.objects.all():
        told = [{**step, "text": step["text"].replace("得分", "总得分")} for step in row.trace_l1[1:]]
        SubjectResult.objects.filter(pk=row.pk).update(trace_l1=told)

    assert recount(hall.count, by=hall.scrutineer).differing == []


def test_the_tables_that_went_out_are_compared_too(hall):
    hall.sign().confirm().publish()
    assert recount(hall.count, by=hall.scrutineer).differing == []
    Publication.objects.update(table_l0={"rows": {}})

    assert recount(hall.again().count, by=hall.scrutineer).differing == ["公布时的结果表"]


def test_a_transcript_with_one_signature_less_does_not_pass(hall):
    stored = Transcript.objects.get(sid=hall.round.sid)
    document = bytes(stored.document)
    at = document.index(b'"received_root":"') + len(b'"received_root":"')
    other = b"B" if document[at : at + 1] == b"A" else b"A"
    Transcript.objects.filter(sid=hall.round.sid).update(document=document[:at] + other + document[at + 1 :])
    found = recount(hall.count, by=hall.scrutineer).differing

    assert found[0] == "开箱记录的摘要"
    assert any(text.startswith("独立程序的核验") for text in found)


def test_the_page_says_what_was_found(client, hall):
    address = reverse("scoring:results_recount", args=[hall.session.uid])
    client.force_login(hall.scrutineer)
    assert address in client.get(reverse("scoring:results", args=[hall.session.uid])).content.decode()
    assert "复算一致：票箱里 18 张票、3 位对象" in client.post(address, follow=True).content.decode()

    Count.objects.update(result_hash="0" * 64)
    page = client.post(address, follow=True).content.decode()
    assert "复算不一致：结果摘要" in page
    assert "请停止使用这份结果" in page


def exported(client, hall):
    answer = client.get(reverse("scoring:results_recount_export", args=[hall.session.uid]))
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets


def values(sheet):
    return list(sheet.iter_rows(values_only=True))


def test_the_workbook_holds_what_was_compared_and_no_more_of_the_result_than_the_table(client, hall):
    hall.session.subjects.filter(order=1).update(unit_name="=1+1")
    hall.sign().confirm()
    client.force_login(hall.scrutineer)

    about, checks, people, told = exported(client, hall)

    assert ("结论", "一致") in values(about)
    assert {row[3] for row in values(checks)[1:]} == {"相同"}
    assert ("结果摘要", hall.count.result_hash, hall.count.result_hash, "相同") in values(checks)
    shown = {result.subject.name: result.row_l1 for result in hall.count.subjects.select_related("subject")}
    at = values(people)[0].index("得分")
    assert {row[0]: str(row[at]) for row in values(people)[1:]} == {name: row.get("score") or "–" for name, row in shown.items()}
    assert all(cell.data_type != "f" for line in people.iter_rows() for cell in line)
    first = hall.count.subjects.select_related("subject").first()
    mine = [row[1:] for row in values(told)[1:] if row[0] == first.subject.name]
    assert mine == [(step["n"], step["text"]) for step in first.trace_l1]


def test_the_workbook_takes_no_result_out_before_it_is_confirmed_and_says_that_it_is_a_rehearsal(client, hall):
    type(hall.session).objects.update(is_rehearsal=True)
    client.force_login(hall.scrutineer)

    about, _checks = exported(client, hall)

    assert ("演练", "演练，不作数") in values(about)


def test_the_workbook_names_what_is_not_as_it_was_frozen(client, hall):
    Count.objects.update(result_hash="0" * 64)
    client.force_login(hall.scrutineer)

    about, checks = exported(client, hall)

    assert any(value.startswith("不一致") for _name, value in values(about) if isinstance(value, str))
    assert [row[:2] for row in values(checks) if row[3] == "不同"] == [("结果摘要", "0" * 64)]


def test_who_takes_the_recount_out_types_the_password_and_stands_in_the_trail(client, hall, settings):
    client.force_login(hall.scrutineer)
    exported(client, hall)
    line = AuditEvent.objects.get(action="export")
    assert (line.actor, json.loads(line.detail)) == (hall.scrutineer.username, {"n": 3})

    settings.SESSION_PROVED = dt.timedelta(0)
    asked = client.get(reverse("scoring:results_recount_export", args=[hall.session.uid]))
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, reverse("officials:password_again"))
    assert AuditEvent.objects.filter(action="recount").count() == 1
