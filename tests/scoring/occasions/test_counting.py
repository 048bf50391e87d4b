"""会外事项 in the count: frozen, printed, and found again by the program that counts anew."""

import json
import subprocess
import sys

import pytest
from django.conf import settings

from ballots.models import Transcript
from core.errors import RuleViolation
from scoring import rules
from scoring.actions import occasion as actions
from scoring.actions import papers, sheets
from scoring.actions.recount import recount
from scoring.models import Count, Occasion
from tests.core import reading
from tests.scoring.occasions.conftest import confirm, counted, enter, page, prepared, subjects, three
from tests.scoring.test_correction import agree, retype

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_the_count_takes_what_is_confirmed_and_freezes_it(hall):
    occasion = enter(prepared(hall), amount="1", fact="后来撤销")
    confirm(hall, occasion)
    actions.withdraw(Occasion.objects.get(), reason="重复", by=hall.approver, now=hall.now)
    three(hall).open().vote().close().clear_table().tally()

    assert hall.count.outside == hall.count.given == {
        "adjust": {"o01": {"bonus": ["4", "3"]}, "o02": {"deductions": {"late": 2}}},
        "vetoes": {"o03": ["hidden"]},
    }  # fmt: skip
    rows = [result.row_l0 for result in hall.count.subjects.all()]
    assert [(row.get("bonus"), row.get("deducted"), row.get("vetoed")) for row in rows] == [
        ("5", None, None), (None, "2", None), (None, None, True),
    ]  # fmt: skip
    exact = hall.count.result["subjects"]
    assert [rules.number(exact[c]["adjusted"]) - rules.number(exact[c]["meeting"]) for c in ("o01", "o02", "o03")] == [5, -2, 0]
    assert (exact["o03"]["band"], exact["o03"]["rank"]) == (hall.scheme.body["bands"][-1]["label"], None)


def test_the_program_finds_the_same_with_the_file_that_is_handed_out(client, hall, tmp_path):
    """As a person runs it: a process of its own, on the files that were downloaded."""
    counted(hall)
    client.force_login(hall.scrutineer)
    address = page("outside", hall)
    assert address in client.get(page("results", hall)).content.decode()
    transcript, outside = tmp_path / "transcript.json", tmp_path / "outside.json"
    transcript.write_bytes(bytes(Transcript.objects.get(sid=hall.round.sid).document))
    outside.write_bytes(client.get(address).content)
    run = [sys.executable, settings.ROOT / "ballots" / "verify.py", transcript, "--mh", hall.round.box.manifest_code]

    file = ["--outside", outside, "--input", hall.count.input_hash]
    told = subprocess.run([*run, *file], capture_output=True, text=True, check=True).stdout
    without = subprocess.run(run, capture_output=True, text=True, check=True).stdout

    assert f"计票输入摘要 {hall.count.input_hash}" in told
    assert "没有核对" not in told
    assert hall.count.input_hash not in without
    assert "计分没有核对" in without
    lines = {line.split()[1]: line.split() for line in told.splitlines() if line.startswith("o0")}
    for result in hall.count.subjects.select_related("subject"):
        assert result.shown_score in lines[result.subject.name]
    assert recount(hall.count, by=hall.scrutineer).differing == []


def test_a_recount_tells_where_what_came_from_outside_was_changed(hall):
    counted(hall)
    Count.objects.update(outside={"adjust": {"o01": {"bonus": ["4"]}}})
    differing = recount(hall.again().count, by=hall.scrutineer).differing
    assert "输入摘要" in differing
    assert any(text.startswith("独立程序算出的") for text in differing)


def test_a_correction_counts_with_what_was_frozen(hall):
    counted(hall)
    frozen = hall.count.outside
    agree(hall)
    retype(hall)
    hall.tally()

    assert (hall.count.version, hall.count.outside) == (2, frozen)
    assert recount(hall.count, by=hall.scrutineer).differing == []


def test_a_count_that_broke_off_takes_the_same(hall, monkeypatch):
    three(prepared(hall)).open().vote().close().clear_table()
    with monkeypatch.context() as patch:
        patch.setattr(rules, "score", lambda **inputs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            hall.tally()
    with pytest.raises(RuleViolation, match="密封的票已经取出"):
        enter(hall, of=1)

    hall.tally()

    assert hall.count.outside["adjust"]["o01"] == {"bonus": ["4", "3"]}


def test_the_papers_say_what_came_from_outside(hall):
    counted(hall).sign().confirm()
    names = [subject.name for subject in subjects(hall)]
    table = sheets.result_table(hall.count)

    assert table["outside"] == ["加分", "扣分"]
    assert [row["outside"] for row in table["rows"]] == [["5", "0"], ["0", "2"], ["0", "0"]]
    assert [row["is_vetoed"] for row in table["rows"]] == [False, False, True]
    assert f"{names[1]}：扣分 2 次：迟交报告（督办单3号）。" in table["notes"]
    assert f"{names[0]}：加分合计 7 分，超过上限，只计 5 分（省纪通〔2026〕12号）。" in table["notes"]
    assert not any("加分 4 分" in note for note in table["notes"])
    heads, first = sheets.excel(hall.count)[0][1:][0], sheets.excel(hall.count)[0][2][0]
    assert [first[heads.index(head)] for head in ("加分", "扣分")] == [5, 0]
    sheet = sheets.result_sheet(hall.count, hall.count.subjects.get(subject=subjects(hall)[2]))
    assert sheet["band_note"] == "一票否决"
    assert "一票否决：瞒报重大问题。依据：瞒报房产（云纪函〔2026〕7号）。" in sheet["notes"]
    assert not any("督办单" in note for note in sheet["notes"])
    titles = {title: rows for title, _heads, rows in sheets.excel(hall.count)}
    assert titles["会外事项"][2][:4] == [names[1], "扣分 2 次：迟交报告", "报告迟交两次", "督办单3号"]
    rows = sheets.count_sheet(hall.count)["occasions"]
    assert [(row["name"], row["entered_by"], row["confirmed_by"]) for row in rows] == [
        (name, hall.clerk.name, hall.approver.name) for name in (names[0], names[0], names[1], names[2])
    ]


@pytest.mark.slow
def test_the_printed_count_sheet_names_who_answers_for_it(hall):
    counted(hall)
    job = papers.ask_for_paper(hall.count, "COUNT_SHEET", by=hall.teller)
    papers.make(job.pk)
    job.refresh_from_db()
    with job.stored.content.open() as file:
        text = reading.words(file.read())
    assert "会外事项" in text
    assert "督办单3号" in text
    assert text.count("省纪通〔2026〕12号") == 2  # two facts, each in the list of papers and nowhere else
    assert f"文件3{hall.clerk.name}{hall.approver.name}" in text
    assert "六摘要" in text


def test_the_session_file_encloses_the_file_for_the_program(hall):
    counted(hall).sign().confirm().publish()
    (enclosed,) = [one for one in papers.enclosed(hall.count) if one.name == "outside.json"]
    assert json.loads(enclosed.content) == hall.count.given
