"""The rater's tablet in the hand: fingers that scroll, a box that closes, characters that are wrong, type that is read."""

import re

import pytest
from playwright.sync_api import expect

from ballots import codec
from ballots.models import Envelope
from tests.e2e.stage import TABLET, UPRIGHT
from tests.e2e.steps.ballot import SLIDE, press
from tests.e2e.test_hall_cases import fill, look, scan, text_of
from tests.e2e.test_pages import OVERFLOW

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
SMALL_PHONE = (360, 740)
SMALL = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.checkVisibility() && !element.matches(".sr, .sr *"))
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => parseFloat(getComputedStyle(element).fontSize) < 20)
  .map((element) => element.outerHTML)"""


def begin(page, card):
    page.goto("/b")
    scan(page, text_of(card))
    page.locator("[data-do=begin]").click()


def swipe(page, start, by):
    """One finger, set down, moved in steps and let go, as the screen reports it."""
    touch, (x, y) = page.context.new_cdp_session(page), start

    def tell(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    tell("touchStart", (x, y))
    for step in range(1, 11) if by != (0, 0) else ():
        tell("touchMove", (x + by[0] * step / 10, y + by[1] * step / 10))
        page.wait_for_timeout(20)
    tell("touchEnd")


def place_on(slider, share):
    box = slider.bounding_box()
    return box["x"] + 19 + (box["width"] - 38) * share, box["y"] + box["height"] / 2


def bring(row):
    """The row into the middle of the screen; how far the page is scrolled then."""
    return row.evaluate("(row) => (row.scrollIntoView({ block: 'center' }), scrollY)")


@pytest.mark.parametrize("size", [UPRIGHT, (390, 844)])
def test_scrolling_over_the_sliders_changes_no_mark(stage, hall, size):
    page = stage.passer_by("rater", size=size, at=stage.booth, touch=True)
    begin(page, hall.cards["b"][0])
    rows = page.locator(".mark-row")
    first, second = rows.nth(0), rows.nth(1)
    untouched, marked = first.locator("output"), second.locator("output")
    bring(second)
    swipe(page, place_on(second.get_by_role("slider"), 0.75), (0, 0))  # a tap is a mark
    tapped = marked.text_content()
    assert tapped != "未评"
    for row, output, mark in ((second, marked, tapped), (first, untouched, "未评")):
        before = bring(row)
        swipe(page, place_on(row.get_by_role("slider"), 0.25), (0, -150))
        expect(output).to_have_text(mark)
        assert page.evaluate("scrollY") > before + 50

    bring(second)
    box = second.get_by_role("slider").bounding_box()
    swipe(page, place_on(second.get_by_role("slider"), 0.75), (-box["width"] / 2, 0))
    expect(marked).not_to_have_text(tapped)
    page.get_by_role("button", name="撤销").click()  # one drag is one step
    expect(second.locator("output")).to_have_text(tapped)
    page.get_by_role("button", name="撤销").click()
    expect(second.locator("output")).to_have_text("未评")
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()


def test_a_box_that_closes_is_announced_at_once_and_leaves_the_overview_open(stage, hall):
    page = stage.passer_by("rater", size=TABLET, at=stage.booth, touch=True)
    page.clock.install()
    fill(page, hall.cards["b"][0])
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    hall.together("CLOSE")
    page.clock.run_for(7_000)
    expect(page.get_by_role("status")).to_have_text("投票即将截止，请尽快封票提交")
    look(page, "overview-closing")
    page.clock.run_for(60_000)
    expect(page.get_by_role("status")).to_have_text("投票即将截止，请尽快封票提交")
    page.get_by_role("button", name="封票提交").click()
    expect(page.locator(".code")).to_be_visible()
    assert Envelope.objects.count() == 1


def test_from_the_overview_to_one_person_and_straight_back(stage, hall):
    first, second = hall.session.subjects.all()
    page = stage.passer_by("rater", size=TABLET, at=stage.booth, touch=True)
    begin(page, hall.cards["b"][0])
    expect(page.locator("[data-do=next]")).to_have_text(f"下一位：{second.name}")
    fill(page, hall.cards["b"][0])
    page.get_by_role("button", name=f"修改{first.name}的评议").click()
    expect(page.get_by_role("heading", name=first.name)).to_be_visible()
    look(page, "amend")
    page.get_by_role("button", name="改好了，回到总览").click()
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    page.get_by_role("button", name="返回").click()
    expect(page.locator("[data-do=next]")).to_have_text("看一遍再封票")


def test_after_a_reload_the_tablet_says_that_the_marks_are_kept(stage, hall):
    page = stage.passer_by("rater", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/b")
    expect(page.get_by_role("heading")).to_have_text("请扫描票卡")
    begin(page, hall.cards["b"][0])
    row = page.locator(".mark-row").first
    row.get_by_role("button").nth(1).tap()
    mark = row.locator("output").text_content()
    page.wait_for_timeout(500)  # until it is on disk, which nothing on the screen tells
    page.reload()
    expect(page.get_by_role("heading", name="已填的内容还在")).to_be_visible()
    look(page, "kept")
    scan(page, text_of(hall.cards["b"][0]))
    page.get_by_role("button", name="接着填").click()
    expect(row.locator("output")).to_have_text(mark)


def mistyped(card):
    letters = text_of(card)
    return letters[:9] + ("2" if letters[9] != "2" else "3") + letters[10:], letters


@pytest.mark.parametrize("letter", ["2", "U"])  # another card's, and no card's
def test_a_card_typed_into_the_field_is_put_right_group_by_group(stage, hall, letter):
    wrong, letters = mistyped(hall.cards["b"][0])
    page = stage.passer_by("rater", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/b")
    scan(page, wrong if letter == "2" else f"{letters[:8]} u{letters[9:]}")
    expect(page.get_by_role("alert")).to_contain_text("没有找到这张票卡" if letter == "2" else "票卡上不会出现的字符")
    expect(page.get_by_role("alert")).not_to_contain_text("会议")
    page.locator("[data-cells] button").nth(2).click()
    press(page, letters[8:12])
    look(page, "put-right")
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("heading", name="评议票")).to_be_visible()


def test_a_scanned_card_of_another_meeting_is_called_that_and_not_mistyped(stage, hall):
    card, mh = hall.cards["b"][0], codec.b64(hall.round.box.manifest_hash)
    page = stage.passer_by("rater", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/b")
    with stage.expecting("404"):
        with page.expect_response("**/credentials"):
            scan(page, f"1.{'0' * 16}.b.{text_of(card)}.{mh}")
        expect(page.get_by_role("main")).to_contain_text("不属于正在进行的会议")
        expect(page.get_by_role("main")).not_to_contain_text("输错")
        page.wait_for_timeout(300)  # the browser's own words on the 404 come last


def test_a_spare_card_mistyped_at_the_table_stays_to_be_put_right(stage, hall):
    wrong, letters = mistyped(hall.cards["d"][0])
    page = stage.passer_by("tellers", size=TABLET, at=stage.booth, touch=True)
    page.goto("/papers")
    page.get_by_role("button", name=re.compile("群众代表")).click()
    page.get_by_role("button", name="第一位计票人开始录入").click()
    for again in ("我是第二位计票人，开始录入", None):
        for label in (re.compile("下一位"), "这张录完"):
            page.get_by_label("空白或弃权").check()
            page.get_by_role("button", name=label).click()
        if again:
            page.get_by_role("button", name=again).click()
    page.get_by_role("button", name="输入卡上的 24 位字符").click()
    press(page, wrong)
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("点一下不对的那一组")
    page.locator("[data-cells] button").nth(2).click()
    press(page, letters[8:12])
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("heading", name="这张纸票已投进票箱")).to_be_visible()


def test_a_card_mistyped_while_voiding_is_still_on_the_keys(stage, hall):
    wrong, letters = mistyped(hall.cards["b"][9])
    hall.vote().close()
    page = stage.passer_by("void", size=TABLET, at=stage.booth)
    page.goto("/void")
    scan(page, wrong)
    expect(page.get_by_role("status")).to_contain_text("刚才输的都还在")
    page.get_by_role("button", name="用屏幕按键输入").click()
    page.locator("[data-cells] button").nth(2).click()
    press(page, letters[8:12])
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已作废")


@pytest.mark.parametrize("size", [UPRIGHT, TABLET, SMALL_PHONE])
def test_a_ballot_is_read_at_arms_length(stage, hall, size):
    """Nothing below 20 px, large type half as large again, and never head and foot before the rows."""
    page = stage.passer_by("rater", size=size, at=stage.booth, touch=True)
    page.goto("/b")
    assert page.evaluate(SMALL) == []
    begin(page, hall.cards["b"][0])
    name = page.locator(".mark-row .name b").first
    for kind, pixels, head in (("usual", "20px", "20px"), ("large", "30px", "25px")):
        assert page.evaluate(SMALL) == []
        expect(name).to_have_css("font-size", pixels)
        expect(page.locator(".voter")).to_have_css("font-size", head)
        frame = sum(page.locator(part).bounding_box()["height"] for part in (".voter", ".bar"))
        assert frame <= 0.36 * size[1], kind
        assert page.evaluate(OVERFLOW) <= 0
        look(page, f"ballot-{size[0]}-{kind}")
        page.get_by_role("button", name="大字").click()
    fill(page, hall.cards["b"][0])
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    assert page.evaluate(SMALL) == []
    look(page, f"overview-{size[0]}")


@pytest.mark.parametrize("size", [UPRIGHT, TABLET, SMALL_PHONE])
def test_large_type_stays_to_the_receipt_and_no_longer(stage, hall, size):
    page = stage.passer_by("rater", size=size, at=stage.booth, touch=True)
    begin(page, hall.cards["b"][0])
    page.get_by_role("button", name="大字").click()
    for share in (0.8, 0.7):
        page.evaluate(SLIDE, share)
        page.locator("[data-do=next]").click()
    page.get_by_role("button", name="封票提交").click()
    expect(page.get_by_role("heading", name="票已封好，投进票箱了")).to_be_visible()
    expect(page.locator("body")).to_have_css("font-size", "30px")
    look(page, f"receipt-{size[0]}-large")
    page.locator(".code").evaluate("(code) => (code.textContent = 'WMWM-WMWM')")
    assert page.evaluate(OVERFLOW) <= 0, "the widest code there is"
    page.goto("/b")
    expect(page.locator("body")).to_have_css("font-size", "20px")


@pytest.mark.parametrize("size", [SMALL_PHONE, (390, 844)])
def test_a_telephone_breaks_the_long_code_between_two_groups_and_two(stage, hall, size):
    page = stage.passer_by("rater", size=size, at=stage.booth, touch=True)
    page.goto("/b")
    page.get_by_role("button", name="输入 24 位字符").click()
    done = page.get_by_role("button", name="确定", exact=True).bounding_box()
    assert done["y"] + done["height"] <= 844, "under the keys, in sight"
    page.goto("/b")
    scan(page, text_of(hall.cards["b"][0]))
    page.locator(".check-code").wait_for()
    tops = page.locator(".check-code").evaluate(TOPS)
    assert len(tops) == 16
    assert tops[:8] == [tops[0]] * 8
    assert tops[8:] == [tops[8]] * 8


TOPS = """(code) => [...code.textContent].flatMap((letter, at) => {
  if (letter === "-") return [];
  const range = document.createRange();
  range.setStart(code.firstChild, at);
  range.setEnd(code.firstChild, at + 1);
  return [range.getBoundingClientRect().top];
})"""


def test_a_figure_that_is_no_mark_is_refused_in_sight_beside_its_row(stage, hall):
    page = stage.passer_by("tellers", size=TABLET, at=stage.booth, touch=True)
    page.goto("/papers")
    page.get_by_role("button", name=re.compile("群众代表")).click()
    page.get_by_role("button", name="第一位计票人开始录入").click()
    page.get_by_label("照纸票录分").check()
    assert page.evaluate(SMALL) == []
    for row in (0, 6):
        page.locator(".pad-row").nth(row).click()
        for _ in range(8):
            page.locator('[data-key="9"]').click()
        assert page.locator(".pad-row output").nth(row).text_content() == "9999"
        refusal, bar = page.get_by_text("没有这个分值").bounding_box(), page.locator(".bar").bounding_box()
        assert refusal["y"] + refusal["height"] <= bar["y"]
        look(page, f"papers-refused-{row}")
    page.locator('[data-key="next"]').click()
    expect(page.locator('.pad-row[aria-current="true"]')).to_have_attribute("data-code", "K07")  # not left while it is wrong
