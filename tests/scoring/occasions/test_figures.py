"""会外事项: figures of another body."""

import subprocess
import sys
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.urls import reverse

from ballots.models import Transcript
from core.errors import RuleViolation
from scoring import rules
from scoring.actions import scheme as schemes
from scoring.actions import setup, sheets
from scoring.actions.recount import recount
from scoring.models import BallotRound, Occasion
from tests import factories
from tests.scoring.occasions.conftest import GROUND, confirm, enter_figures, page, prepared, subjects, three

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_a_group_of_figures_has_no_box_and_no_card(figured):
    prepared(figured)
    assert [group.code for group in figured.round.groups.all()] == ["A", "B", "C", "D"]
    assert {group["code"] for group in figured.manifest["groups"]} == {"A", "B", "C", "D"}


def test_the_urn_is_not_opened_while_somebody_has_no_figure(client, figured):
    prepared(figured).open().vote().close().clear_table()
    confirm(figured, *enter_figures(figured, "90", "80"))
    third = subjects(figured)[2].name
    with pytest.raises(RuleViolation, match=f"“重点工作”还没有{third}的数据"):
        figured.transcript()
    client.force_login(figured.clerk)
    shown = client.get(page("occasion_list", figured)).content.decode()
    assert f"“重点工作”还没有{third}的数据" in shown

    confirm(figured, *enter_figures(figured, "70.5", among=subjects(figured)[2:], fact="补充考核"))
    figured.tally()

    assert figured.count.outside == {"figures": {"o01": {"F": ["90"]}, "o02": {"F": ["80"]}, "o03": {"F": ["70.5"]}}}


def test_who_has_no_figure_is_told_on_the_ballot_page_and_on_the_desk_until_all_have_one(client, figured):
    prepared(figured)
    client.force_login(figured.clerk)

    def told():
        box = client.get(page("ballot", figured)).context["outside"]
        agenda = client.get(reverse("desk:desk")).context["agenda"]
        lines = [entry["line"] for entry in agenda if entry["line"].url == page("occasion_list", figured)]
        return [line.title for line in lines], len(box["missing"])

    assert told() == (["登记“重点工作”：还缺 3 位的数据"], 1)
    found = enter_figures(figured, "90", "80")
    assert told() == (["登记“重点工作”：还缺 1 位的数据"], 1)
    assert "全部确认" not in client.get(page("ballot", figured)).content.decode()
    confirm(figured, *found, *enter_figures(figured, "70", among=subjects(figured)[2:]))
    assert told() == ([], 0)
    assert "已登记 3 项，全部确认" in client.get(page("ballot", figured)).content.decode()


def test_figures_are_counted_printed_and_found_again(figured, tmp_path):
    prepared(figured).open().vote().close().clear_table()
    confirm(figured, *enter_figures(figured, "90", "80", "70"), *enter_figures(figured, "95", fact="另一次考核"))
    figured.tally().sign().confirm().publish()

    values = {code: row["groups"]["F"]["value"] for code, row in figured.count.result["subjects"].items()}
    assert values == {"o01": "185/2", "o02": "80", "o03": "70"}
    table = sheets.result_table(figured.count)
    assert [row["cells"][4] for row in table["rows"]] == [["92.5"], ["80.0"], ["70.0"]]
    assert [len(group["heads"]) for group in table["groups"]] == [6, 6, 6, 6, 1]
    headings, rows = sheets.excel(figured.count)[0][1:]
    assert rows[0][headings.index("重点工作（0.1） 数据")] == Decimal("92.5")
    sheet = sheets.result_sheet(figured.count, figured.count.subjects.first())
    assert sheet["groups"][4]["cells"] == ["–", "–", "–", "–", "–", "92.5", "0.1"]
    assert recount(figured.count, by=figured.scrutineer).differing == []
    transcript, outside = tmp_path / "transcript.json", tmp_path / "outside.json"
    transcript.write_bytes(bytes(Transcript.objects.get(sid=figured.round.sid).document))
    outside.write_bytes(figured.count.outside_file)
    run = [sys.executable, settings.ROOT / "ballots" / "verify.py", transcript, "--outside", outside]
    assert figured.count.input_hash in subprocess.run(run, capture_output=True, text=True, check=True).stdout


def test_figures_are_nobodys_named_marks(client, figured):
    prepared(figured).open().vote().close().clear_table()
    confirm(figured, *enter_figures(figured, "90", "80", "70"))
    figured.tally().sign().confirm()
    client.force_login(figured.scrutineer)
    rows = client.get(reverse("scoring:result", args=[subjects(figured)[0].uid])).context["groups"]["rows"]
    assert [(row["name"], row["named"]) for row in rows][-1] == ("重点工作", False)
    assert rows[0]["named"]


def test_figures_are_typed_for_everybody_on_one_page(client, figured):
    figured.prepare()
    client.force_login(figured.clerk)
    address = page("occasion_figures", figured, "F")
    assert address in client.get(page("occasion_list", figured)).content.decode()
    ground = {"fact": "年度重点工作考核", "document": "云考办〔2026〕2号"}
    for typed, told in [({}, "请至少填一位的数据"), ({"o01": "九十"}, "请填整数"), ({"o01": "101"}, "0 到 100")]:
        answer = client.post(address, ground | typed)
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert bool(answer.context["form"]["o01"].errors) == bool(typed), "what is wrong stands at the row"
    assert not Occasion.objects.exists()

    assert client.post(address, ground | {"o01": "91.5", "o02": "", "o03": "１/3"}).status_code == 302

    entered = Occasion.objects.values_list("subject__order", "code", "name", "amount").order_by("subject__order")
    assert list(entered) == [(1, "F", "重点工作", "91.5"), (3, "F", "重点工作", "1/3")]
    assert client.get(page("occasion_figures", figured, "A")).status_code == 404


def test_no_figures_are_typed_once_the_ballots_are_out(client, figured):
    prepared(figured)
    BallotRound.objects.update(unsealed_at=figured.now)
    client.force_login(figured.clerk)
    answer = client.post(page("occasion_figures", figured, "F"), GROUND | {"o01": "90"})
    assert (answer.status_code, answer["Location"]) == (302, page("occasion_list", figured))
    assert not Occasion.objects.exists()


def test_a_scheme_of_figures_alone_needs_no_meeting(hall):
    groups = [{"code": "F", "name": "数据", "weight": 1, "anonymous": False, "source": "figures"}]
    hall.scheme.body = hall.scheme.body | {"rater_groups": groups}
    assert setup.setup_blockers(hall.session, hall.scheme) == ["方案没有投票的票种，不用开评议会"]


@pytest.mark.parametrize("key", ["shiji", "ruian"])
def test_the_presets_that_take_something_from_outside_serve_for_a_meeting(hall, key):
    body = next(preset.body for preset in schemes.presets() if preset.key == key)
    made = schemes.draft_scheme(SimpleNamespace(key=key, body=body), code=f"X-{key}", name="试", by=hall.clerk)
    factories.lock(made, clerk=hall.clerk, approver=hall.approver, now=hall.now)
    hall.session.audience.all().delete()
    voting = made.plan().ballot_groups
    for group in voting:
        factories.AudienceGroupFactory(session=hall.session, code=group.code, name=group.name, is_anonymous=not group.named)

    round = setup.prepare_round(hall.session, scheme=made, numbers={group.code: (9, 0) for group in voting}, by=hall.clerk)
    hall.scheme = made
    hall.together("SETUP")
    hall.make_keys().make_cards()

    assert [(group.letter, group.code) for group in round.groups.all()] == list(
        zip("abc", [g.code for g in voting], strict=False)
    )
    assert occasion_kinds(made) == ({"BONUS"} if key == "shiji" else {"FIGURE"})


def occasion_kinds(scheme):
    return {choice.kind for choice in rules.occasions.choices(scheme.plan())}


def test_the_recount_workbook_holds_all_that_a_recount_by_hand_needs(figured):
    three(prepared(figured))
    confirm(figured, *enter_figures(figured, "90", "80", "70"))
    figured.open().vote().close().clear_table().tally().sign().confirm()

    found = recount(figured.count, by=figured.scrutineer)
    tables = sheets.recount(figured.count, found, has_result=True, by=figured.scrutineer, now=figured.now)

    parts = {title: (heads, rows) for title, heads, rows in tables}
    heads, rows = parts["评议结果"]
    columns = ["重点工作 数据（0.1）", "加分", "扣分", "一票否决"]
    assert [[row[heads.index(name)] for name in columns] for row in rows] == [
        [Decimal("90.0"), 5, 0, "否"],
        [Decimal("80.0"), 0, 2, "否"],
        [Decimal("70.0"), 0, 0, "是"],
    ]
    assert len(parts["会外事项"][1]) == 7
    assert any("最多加 5，加 5" in text for _name, _n, text in parts["计算步骤"][1])
