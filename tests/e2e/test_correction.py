"""A published result is corrected by hand, from the question to the new publication (ADR 0007), each person at the own screen."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from scoring.models import Count
from tests import factories
from tests.e2e.stage import DESKTOP, PHONE, TABLET
from tests.e2e.test_hall_cases import look, scan

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
REASON = "姜景舟的评分表上第一项是 2 分，录成了 7 分"


def press(page, name):
    """A button that asks once more."""
    page.get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("button", name=name).click()


def told(page, text):
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def sign(page, results, part, hash):
    page.goto(results)
    page.get_by_role("button", name=f"以{part}身份签字").click()
    expect(page.get_by_role("dialog")).to_contain_text(hash)
    page.get_by_role("dialog").get_by_role("button", name="签字").click()
    told(page, "已签字")


def test_a_published_result_is_corrected_by_hand(stage, hall):
    hall.vote().close().clear_table().tally().sign().confirm().publish()
    first = hall.session.subjects.first()
    ballot, results = (reverse(f"scoring:{name}", args=[hall.session.uid]) for name in ("ballot", "results"))
    own = reverse("scoring:result", args=[first.uid])
    reviewed = factories.UserFactory(roles=["subject"], official=first.official)
    leader, scrutineer = stage.enter(hall.approver), stage.enter(hall.scrutineer, size=TABLET)
    clerk, teller, official = stage.enter(hall.clerk), stage.enter(hall.teller), stage.enter(reviewed, size=PHONE)

    # one asks, with the reason; another agrees
    leader.goto(ballot)
    leader.get_by_role("button", name="提出更正").click()
    leader.get_by_role("dialog").get_by_label("理由").fill(REASON)
    look(leader, "correction-1-question")
    leader.get_by_role("dialog").get_by_role("button", name="提出更正").click()
    told(leader, "请另一人在 15 分钟内确认")
    look(leader, "correction-2-asked")
    scrutineer.goto(ballot)
    expect(scrutineer.get_by_role("main")).to_contain_text(REASON)
    look(scrutineer, "correction-3-to-confirm")
    press(scrutineer, re.compile("^我确认.*更正"))
    told(scrutineer, "已办")
    look(scrutineer, "correction-4-agreed")

    # what was typed wrongly is put right
    clerk.goto(ballot)
    look(clerk, "correction-5-clerk")
    clerk.locator("#next-step").get_by_role("link", name="去改").click()
    clerk.get_by_role("link", name="查看、修改").click()
    clerk.locator("table.mark-table input[type=number]").first.fill("2")
    clerk.get_by_role("button", name="录入", exact=True).click()
    told(clerk, "姜景舟的实名评分已录入")
    look(clerk, "correction-6-typed")

    # two key cards sign the same ballots again
    scrutineer.goto(reverse("scoring:ballot_opening", args=[hall.session.uid]))
    scrutineer.get_by_role("button", name="从服务器取票").click()
    for text in hall.keys.cards[:2]:
        scan(scrutineer, text)
    look(scrutineer, "correction-7-opening")
    scrutineer.get_by_role("button", name="开箱", exact=True).click()
    expect(scrutineer.get_by_role("heading", name="票箱已开，全部验过")).to_be_visible(timeout=60_000)
    look(scrutineer, "correction-8-opened")
    scrutineer.get_by_role("button", name="送交服务器").click()
    scrutineer.get_by_role("link", name="继续").click()
    before, after = Count.objects.filter(round=hall.round)
    assert (before.version, after.version) == (1, 2)

    # until it is published the first holds, and its readers see no other
    official.goto(own)
    expect(official.locator("#edition")).to_have_count(0)
    expect(official.get_by_role("main")).to_contain_text(before.subjects.get(subject=first).shown_score)
    look(official, "correction-9-official-before")

    # signed, confirmed, published like the first
    sign(teller, results, "计票人", " ".join(after.result_hash[n : n + 4] for n in range(0, 16, 4)))
    sign(scrutineer, results, "监票人", " ".join(after.result_hash[n : n + 4] for n in range(0, 16, 4)))
    leader.goto(results)
    look(leader, "correction-10-to-confirm")
    press(leader, "确认结果")
    told(leader, "结果已确认")
    leader.get_by_role("button", name="提出公布结果").click()
    scrutineer.goto(results)
    look(scrutineer, "correction-11-to-publish")
    press(scrutineer, re.compile("^我确认公布"))
    told(scrutineer, "已办")

    # every page says which version holds
    score = after.subjects.get(subject=first).shown_score
    assert score != before.subjects.get(subject=first).shown_score
    leader.goto(results)
    expect(leader.locator("#edition")).to_contain_text("更正版 第 2 版")
    expect(leader.locator("#edition")).to_contain_text(REASON)
    expect(leader.locator("#results").get_by_role("row", name=first.name)).to_contain_text(score)
    look(leader, "correction-12-published")
    leader.locator("#edition").get_by_role("link", name="看第 1 版").click()
    expect(leader.locator("#edition")).to_contain_text("第 1 版，已由第 2 版更正，只供查对")
    look(leader, "correction-13-earlier")
    official.goto(own)
    expect(official.locator("#edition")).to_contain_text("更正版 第 2 版")
    expect(official.get_by_role("main")).to_contain_text(score)
    expect(official.locator("#edition")).not_to_contain_text(REASON)
    look(official, "correction-14-official-after")
    for page, size, name in ((leader, PHONE, "phone"), (leader, TABLET, "tablet"), (official, DESKTOP, "desktop")):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(own if page is official else results)
        look(page, f"correction-15-{name}")
