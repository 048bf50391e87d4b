"""复算: a button that proves the result, and says what differs when it does not hold."""

import pytest
from django.urls import reverse

from ballots.models import Transcript
from core.models import AuditEvent
from scoring.actions.recount import recount
from scoring.models import Count

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
        (changed_row, ["独立程序算出的"]),
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
    assert "复算一致：18 张票、3 位对象" in client.post(address, follow=True).content.decode()

    Count.objects.update(result_hash="0" * 64)
    page = client.post(address, follow=True).content.decode()
    assert "复算不一致：结果摘要" in page
    assert "请停止使用这份结果" in page
