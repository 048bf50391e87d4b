"""Step 7 (评廉): keys, cards, the box, ballots on tablets, void cards, the opening, and the check afterwards (ballots.md B0–B10)."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.stage import TABLET, UPRIGHT

ROOT = Path(__file__).parent.parent.parent.parent
RATERS = {"区纪委委员": 5, "所在单位班子成员": 1, "群众代表": 5}  # the fewest for which the sample scheme gives a score


def lock_scheme(stage, clerk, approver):
    """The sample scheme, handed in, read, then locked: from here on nobody changes how it is counted."""
    page = stage.person(clerk)
    page.goto("/scoring/schemes/")
    page.get_by_role("button", name="装入样例方案").click()
    page.get_by_role("button", name="提交锁定").click()
    page.get_by_role("dialog").get_by_role("button", name="提交锁定").click()
    expect(page.locator(".pagehead")).to_contain_text("待审批")
    page = stage.person(approver)
    page.goto("/")
    page.get_by_role("link", name=re.compile("^计分方案：")).first.click()
    page.get_by_role("button", name="锁定方案").click()
    page.get_by_role("dialog").get_by_role("button", name="锁定方案").click()
    expect(page.locator(".pagehead")).to_contain_text("已锁定")


def ask_and_confirm(stage, first, second, session, step, *, tab="ballot"):
    """Two persons: the same one may not do both."""
    page = stage.person(first)
    page.goto(f"/scoring/{session.uid}/{tab}")
    page.get_by_role("button", name=f"提出{step}").click()
    expect(page.get_by_role("heading", name=f"等待另一人确认：{step}")).to_be_visible()
    page = stage.person(second)
    page.goto(f"/scoring/{session.uid}/{tab}")
    page.get_by_role("button", name=f"我确认{step}").click()
    page.get_by_role("dialog").get_by_role("button", name=f"我确认{step}").click()
    expect(page.get_by_role("status").filter(has_text=f"已办：{step}")).to_be_visible()


def prepare_box(stage, clerk, scrutineer, session):
    page = stage.person(clerk)
    page.goto(session.get_absolute_url())
    page.get_by_role("link", name="去准备评议票").click()
    page.get_by_role("link", name="选定方案，确定票卡数").click()
    expect(page.get_by_label("区纪委委员人数")).to_have_value("5")
    page.get_by_role("button", name="确定", exact=True).click()
    ask_and_confirm(stage, clerk, scrutineer, session, "建立票箱")


def make_keys(stage, scrutineer, session):
    """Three key cards, any two open. They exist in this window and on paper, nowhere else."""
    page = stage.person(scrutineer)
    page.goto(f"/scoring/{session.uid}/ballot")
    page.get_by_role("link", name="制作开箱钥匙").click()
    page.get_by_role("button", name="产生钥匙").click()
    cards = page.locator(".key-card")
    expect(cards).to_have_count(3)
    shares = cards.locator(".letters").all_text_contents()
    code = page.locator("[data-put=code]").first.text_content()
    page.get_by_label("试读").fill(shares[1])
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_text("已试读 1 张，共 3 张")).to_be_visible()
    page.get_by_label(re.compile("钥匙卡已经印好")).check()
    page.get_by_role("button", name="登记公钥，清除本页").click()
    expect(page.get_by_role("heading", name="公钥已登记")).to_be_visible()
    assert not any(share in page.content() for share in shares)
    page.get_by_role("link", name="继续").click()
    return shares, code


def make_cards(stage, scrutineer, session, code):
    """{group: secrets}, as they stand on the printed cards."""
    page = stage.person(scrutineer)
    page.get_by_role("link", name="制作、打印票卡").click()
    field, make = page.get_by_label("钥匙卡上的公钥码"), page.get_by_role("button", name="产生票卡")
    assert code not in page.locator("main").inner_text(), "what is to be compared cannot be copied"
    field.fill(code[:-1] + ("2" if code[-1] != "2" else "3"))
    expect(page.get_by_text("第 4 组与服务器给的不一致")).to_be_visible()
    expect(make).to_be_disabled()
    field.fill(code)
    expect(page.get_by_text(f"一致，服务器给的也是 {code}")).to_be_visible()
    make.click()
    expect(page.get_by_role("button", name="打印票卡")).to_be_enabled()
    cards = {}
    for card in page.locator(".ballot-card").all():
        group, secret = card.locator("[data-put=group]").text_content(), card.locator("[data-put=secret]").text_content()
        cards.setdefault(group, []).append(secret)
    assert {group: len(secrets) for group, secrets in cards.items()} == {group: n + 3 for group, n in RATERS.items()}
    assert page.evaluate(WITHOUT_SECRETS) == len(RATERS), "two cards of a group differ in the secret and nothing else (T6)"
    page.get_by_label("票卡已经全部印好，张数点清").check()
    page.get_by_role("button", name="清除本页，继续").click()
    expect(page.locator("#stop-cards")).to_contain_text("已办")
    return cards


WITHOUT_SECRETS = """() => new Set([...document.querySelectorAll(".ballot-card")].map((card) => {
  const copy = card.cloneNode(true);
  copy.querySelectorAll("[data-put=secret], [data-qr]").forEach((secret) => secret.replaceChildren());
  return copy.outerHTML;
})).size"""


# --- in the booth ----------------------------------------------------------------------------------------------


def press(page, letters):
    """Type on the keys that the page draws."""
    for letter in letters:
        page.locator("[data-keys]").get_by_role("button", name=letter, exact=True).click()


def vote_by_hand(stage, secret):
    """One ballot as somebody in the hall fills it: typed on the page's own keys, steppers, a slider, one thing undone."""
    page = stage.passer_by("rater", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/b")
    page.get_by_role("button", name="输入 24 位字符").click()
    letters = secret.replace(" ", "").replace("-", "")
    press(page, letters[:9] + ("2" if letters[9] != "2" else "3") + letters[10:])
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有找到这张票卡")
    page.locator("[data-cells] button").nth(2).click()  # only the group with the wrong character is typed again
    press(page, letters[8:12])
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("heading", name="评议票")).to_be_visible()
    page.locator("[data-do=begin]").click()
    for presses in (3, 2):
        rows = page.locator(".mark-row")
        expect(rows).to_have_count(11)
        for row in rows.all():
            for _press in range(presses):
                row.get_by_role("button").nth(1).tap()
        slider = rows.last.get_by_role("slider")
        before = slider.input_value()
        slider.press("ArrowRight")
        expect(slider).not_to_have_value(before)
        page.get_by_role("button", name="撤销").click()
        expect(rows.last.get_by_role("slider")).to_have_value(before)
        page.locator("[data-do=next]").click()
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    page.get_by_role("button", name="封票提交").click()
    code = page.locator(".code").text_content()
    for width, height in (UPRIGHT, TABLET):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollHeight") == height
    stage.dismiss("rater")
    return code


def vote(stage, secrets):
    """The other ballots, quicker: a hand scanner and the sliders. One of the raters knows the second official too little."""
    page = stage.passer_by("tablet", size=TABLET, at=stage.booth, touch=True)
    codes = {}
    for n, secret in enumerate(secrets):
        page.goto("/b")
        page.locator("#card-code").fill(secret)
        page.locator("#card-code").press("Enter")
        page.locator("[data-do=begin]").click()
        for place in range(2):
            expect(page.locator("[data-put=progress]")).to_contain_text(f"第 {place + 1} 位")
            if (n, place) == (len(secrets) - 1, 1):
                page.get_by_label(re.compile("不了解，弃权")).check()
            else:
                page.evaluate(SLIDE, 0.95 - 0.02 * n - 0.05 * place)
            page.locator("[data-do=next]").click()
        page.get_by_role("button", name="封票提交").click()
        codes[secret] = page.locator(".code").text_content()
    page.goto("/b")
    page.locator("#card-code").fill(secrets[0])  # whoever votes a second time with a card is told that it is used
    page.locator("#card-code").press("Enter")
    page.locator("[data-do=begin]").click()
    page.evaluate(SLIDE, 0.5)
    page.locator("[data-do=next]").click()
    page.evaluate(SLIDE, 0.4)
    page.locator("[data-do=next]").click()
    with stage.expecting("409"):
        page.get_by_role("button", name="封票提交").click()
        expect(page.get_by_role("main")).to_contain_text(codes[secrets[0]])
    stage.dismiss("tablet")
    return codes


SLIDE = """(share) => {
  for (const slider of document.querySelectorAll(".mark-row input[type=range]")) {
    const { max, step } = slider;
    slider.value = Math.round((max * share) / step) * step;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


# --- after the voting ------------------------------------------------------------------------------------------


def close(stage, clerk, session):
    """After the seconds of grace the box takes no more."""
    page = stage.person(clerk)
    page.goto(f"/scoring/{session.uid}/ballot")
    page.get_by_role("button", name="关箱，停止收票").click()
    expect(page.get_by_text("收到 11 张票")).to_be_visible()


def show_received(stage, clerk, session, codes):
    """Everybody finds the own code on the wall."""
    page = stage.person(clerk)
    page.goto(f"/scoring/{session.uid}/received")
    assert page.get_by_role("listitem").all_text_contents() == sorted(codes)


def void_unused(stage, secrets, used):
    """A card that has voted is not voided: it is an incident, and the page says so."""
    page = stage.passer_by("void", size=TABLET, at=stage.booth)
    page.goto("/void")
    for secret in secrets:
        page.locator("#card-code").fill(secret)
        page.locator("#card-code").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("已作废")
        expect(page.locator("#card-code")).to_have_value("")
        page.reload()
    with stage.expecting("409"):
        page.locator("#card-code").fill(used)
        page.locator("#card-code").press("Enter")
        expect(page.get_by_role("status")).to_contain_text("意外：这张卡已经投过票")
    stage.dismiss("void")


def enter_named(stage, clerk, session):
    """The leading member's marks stand under the name; they never pass through the booth."""
    page = stage.person(clerk)
    page.goto(f"/scoring/{session.uid}/ballot")
    page.get_by_role("link", name=re.compile("^录入分管区领导")).click()
    page.get_by_label("评议人").select_option("姜景舟")
    for field in page.locator("table input[type=number]").all():
        most = float(field.get_attribute("max"))
        field.fill(f"{most - 1:g}")
    page.get_by_role("button", name="录入", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="姜景舟的实名评分已录入")).to_be_visible()


def note_numbers(stage, scrutineer, session):
    page = stage.person(scrutineer)
    page.goto(f"/scoring/{session.uid}/ballot/numbers")
    for group, n in RATERS.items():
        page.get_by_label(re.compile(f"{group}.*实发票卡数")).fill(str(n))
    page.get_by_role("button", name="登记", exact=True).click()


def open_urn(stage, scrutineer, session, shares, folder):
    """Two of the three key cards, in the browser at the scrutineers' table. Gives the transcript as saved there."""
    page = stage.person(scrutineer)
    page.goto(f"/scoring/{session.uid}/ballot/opening")
    page.get_by_role("button", name="从服务器取票").click()
    for share in (shares[2], shares[0]):
        page.get_by_label(re.compile("扫描钥匙卡")).fill(share)
        page.get_by_role("button", name="确定", exact=True).click()
    page.get_by_role("button", name="开箱", exact=True).click()
    expect(page.get_by_role("heading", name="票箱已开，全部验过")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="存成 transcript.json").click()
    download.value.save_as(folder / "transcript.json")
    page.get_by_role("button", name="送交服务器").click()
    page.get_by_role("link", name="继续").click()
    expect(page.get_by_role("heading", name="计票报告单")).to_be_visible()
    return folder / "transcript.json"


def check_own(stage, secret, code):
    """On another tablet: the own ballot is in the published document, and the document verifies."""
    page = stage.passer_by("check", size=TABLET, at=stage.booth)
    page.goto("/check")
    page.locator("#card-code").fill(secret)
    page.locator("#card-code").press("Enter")
    expect(page.get_by_role("heading", name="您的票已计入")).to_be_visible()
    expect(page.locator("[data-card]")).to_contain_text(code)
    expect(page.get_by_role("heading", name="公布文件完整、相符")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("与现在提供的程序相同")).to_be_visible()
    page.get_by_role("button", name="看完了，清除屏幕").click()
    for typed, told in [("00000000", "公布的收到清单里没有这个确认码"), (code.replace("-", ""), "这个确认码在收到清单里")]:
        page.get_by_role("button", name="只有确认码").click()
        press(page, typed)
        page.get_by_role("button", name="确定", exact=True).click()
        expect(page.get_by_role("heading", name=told)).to_be_visible()
    stage.dismiss("check")


def verify_outside(stage, scrutineer, session, transcript):
    """The one-file verifier, without Django: the document and the code of the minutes agree; with one number changed they do not."""
    page = stage.person(scrutineer)
    page.goto(f"/scoring/{session.uid}/ballot")
    code = page.locator("#manifest-code").text_content()
    command = [sys.executable, "-I", "ballots/verify.py", str(transcript), "--mh", code]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "章静澜" in found.stdout
    document = transcript.read_bytes()
    transcript.write_bytes(document.replace(b'"drawn":{"b":5', b'"drawn":{"b":6'))
    assert transcript.read_bytes() != document
    assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 1
