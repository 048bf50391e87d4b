"""会外事项 in a real browser: the office enters, the leader ticks and confirms, refuses in a dialog, and everything stands on a phone."""

import pytest
from playwright.sync_api import expect

from scoring.models import Occasion, Scheme
from tests.e2e.stage import DESKTOP, PHONE, UPRIGHT
from tests.e2e.test_hall_cases import look

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
GROUND = {"依据": "报告经两次催办仍没有按期上报，党风政风室登记在案", "文号": "督办单第3号"}


@pytest.fixture
def hall(make_hall):
    """Before the box is made, with a scheme that takes everything."""
    hall = make_hall(until="prepare")
    groups = [dict(group) for group in hall.scheme.body["rater_groups"]]
    groups[0]["weight"] = "0.2"
    groups.append({"code": "F", "name": "年度重点工作完成情况", "weight": "0.1", "anonymous": False, "source": "figures"})
    late = {"code": "late", "name": "述责述廉报告迟交", "points": 1, "cap": 3}
    rule = {"bonus": {"cap": 5}, "deductions": [late], "veto": [{"code": "v1", "name": "瞒报"}], "rater_groups": groups}
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=hall.scheme.body | rule)
    return hall


def test_what_comes_from_outside_is_entered_read_and_confirmed(stage, hall):
    first, second = hall.session.subjects.all()
    page = stage.enter(hall.clerk, size=DESKTOP)
    page.goto(f"/scoring/{hall.session.uid}/ballot")
    page.locator("#stop-outside").get_by_role("link", name="看会外事项").click()
    look(page, "occasions-1-empty")
    page.get_by_role("link", name="登记加分、扣分、否决").click()
    look(page, "occasions-2-form")
    page.get_by_label("对象").select_option(label=str(first))
    page.get_by_text("扣分：述责述廉报告迟交").click()
    page.get_by_label("数量").fill("０")
    for label, words in GROUND.items():
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="登记，送审批领导确认").click()
    expect(page.get_by_text("次数须是 1 到 99 的整数")).to_be_visible()
    expect(page.get_by_label("依据")).to_have_value(GROUND["依据"])
    page.get_by_label("数量").fill("2")
    page.get_by_role("button", name="登记，送审批领导确认").click()
    page.get_by_role("link", name="登记“年度重点工作完成情况”的数据").click()
    page.get_by_label(second.name).fill("91.5")
    for label, words in GROUND.items():
        page.get_by_label(label).fill(words)
    look(page, "occasions-3-figures")
    page.get_by_role("button", name="登记，送审批领导确认").click()
    expect(page.locator("#occasions tbody tr")).to_have_count(2)
    assert page.get_by_role("button", name="确认勾选的事项").count() == 0

    page = stage.enter(hall.approver, size=PHONE)
    page.goto(f"/scoring/{hall.session.uid}/occasions")
    look(page, "occasions-4-to-confirm")
    page.set_viewport_size({"width": UPRIGHT[0], "height": UPRIGHT[1]})
    look(page, "occasions-5-upright")
    page.get_by_role("button", name="全选").click()
    expect(page.get_by_text("已勾选 2 项")).to_be_visible()
    page.get_by_role("checkbox", name=second.name).uncheck()
    expect(page.get_by_text("已勾选 1 项")).to_be_visible()
    page.get_by_role("button", name="确认勾选的事项").click()
    expect(page.get_by_text("已确认 1 项，计入得分")).to_be_visible()
    page.locator("#occasions").get_by_role("button", name="不同意").click()
    page.get_by_role("dialog").get_by_label("理由").fill("通报还没有正式印发")
    page.get_by_role("dialog").get_by_role("button", name="不同意").click()
    expect(page.get_by_text("已记下不同意")).to_be_visible()
    look(page, "occasions-6-decided")

    rows = Occasion.objects.order_by("pk").values_list("kind", "amount", "state", "ended_because")
    assert list(rows) == [("DEDUCTION", "2", "CONFIRMED", ""), ("FIGURE", "91.5", "REFUSED", "通报还没有正式印发")]
