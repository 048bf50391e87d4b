"""The hall's real cases in a real browser: paper ballots typed twice, a dead tablet, a wrong key card (ballots.md §1.5, B4, B7).

The meeting behind them is walked by its actions; only the screens the case is about are pressed.
"""

import os
import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from ballots import actions as boxes
from ballots import codec, reference
from ballots.models import Envelope, Transcript, Void
from scoring.actions import opening
from tests import factories
from tests.e2e.stage import TABLET, UPRIGHT
from tests.e2e.steps.ballot import SLIDE
from tests.e2e.test_pages import OVERFLOW, inspect

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
PICTURES = os.environ.get("HALL_PICTURES")


def look(page, name):
    """Nothing overflows and axe finds nothing serious; a picture of it where HALL_PICTURES names a folder."""
    page.wait_for_load_state()  # a press leads on before the style sheets are there
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    assert page.evaluate(OVERFLOW) <= 0, name
    assert list(inspect(page)) == [], name


def text_of(card):
    """The 24 characters as they stand on the card."""
    return reference.base32(card.secret)


def scan(page, text):
    page.locator("#card-code").fill(text)
    page.locator("#card-code").press("Enter")


# --- paper ballots -----------------------------------------------------------------------------------------------


def type_part(page, marks):
    page.get_by_label("照纸票录分").check()
    for mark in marks:
        for figure in mark:
            page.locator(f'[data-key="{figure}"]').click()
        page.locator('[data-key="next"]').click()


def paper_marks(page, share):
    """As many marks as there are rows, each so much of its most."""
    most = [int(re.search(r"满分 (\d+)", hint)[1]) for hint in page.locator(".pad-row small").all_text_contents()]
    return [f"{n * share:.1f}".rstrip("0").rstrip(".") for n in most]


def test_two_tellers_type_a_paper_and_a_spare_card_takes_it_into_the_box(stage, hall):
    first, second = hall.session.subjects.all()
    spare, other = hall.cards["d"][0], hall.cards["b"][0]
    page = stage.passer_by("tellers", size=TABLET, at=stage.booth, touch=True)
    page.goto("/papers")
    look(page, "papers-1-choose")
    page.get_by_role("button", name=re.compile("群众代表")).click()
    look(page, "papers-2-group")
    page.get_by_role("button", name="第一位计票人开始录入").click()

    expect(page.get_by_role("button", name=f"下一位：{second.name}")).to_be_disabled()
    page.get_by_label("照纸票录分").check()
    marks = paper_marks(page, 0.5)
    look(page, "papers-3-part")
    type_part(page, marks)
    expect(page.get_by_role("heading", name=second.name)).to_be_visible()  # the last mark led on
    page.get_by_label("写得无效").check()
    page.get_by_role("button", name="这张录完").click()
    look(page, "papers-4-hand")
    expect(page.locator("body")).not_to_contain_text(first.name)
    page.get_by_role("button", name="我是第二位计票人，开始录入").click()

    expect(page.get_by_label("照纸票录分")).not_to_be_checked()  # nothing of the first entry is to be seen
    page.get_by_label("照纸票录分").check()
    assert set(page.locator(".pad-row output").all_text_contents()) == {""}
    page.locator('[data-key="9"]').click()
    page.locator('[data-key="9"]').click()
    expect(page.get_by_text("没有这个分值")).to_be_visible()
    look(page, "papers-5-off-scale")
    for figure in (*["back", "back"], *marks[0]):
        page.locator(f'[data-key="{figure}"]').click()
    page.locator('[data-key="next"]').click()
    for mark in [f"{float(marks[1]) - 1:g}", *marks[2:]]:
        for figure in mark:
            page.locator(f'[data-key="{figure}"]').click()
        page.locator('[data-key="next"]').click()
    page.get_by_label("写得无效").check()
    page.get_by_role("button", name="这张录完").click()

    expect(page.get_by_role("heading", name="两遍不一样")).to_be_visible()
    assert page.locator("tbody tr").count() == 1
    look(page, "papers-6-differences")
    page.get_by_role("button", name="两人一起看纸票，改正").click()
    for figure in marks[1]:
        page.locator(f'[data-key="{figure}"]').click()
    page.get_by_role("button", name="这张录完").click()

    expect(page.get_by_role("heading", name="两遍一致，请监票人到场封票")).to_be_visible()
    look(page, "papers-7-seal")
    assert not Envelope.objects.exists()  # until here nothing has left the page
    scan(page, text_of(other))
    expect(page.get_by_role("alert")).to_contain_text("这是区纪委委员的卡")
    scan(page, text_of(spare))
    expect(page.get_by_role("heading", name="这张纸票已投进票箱")).to_be_visible()
    expect(page.get_by_text("本页已投纸票 1 张，其中作无效记的 1 处").first).to_be_visible()
    look(page, "papers-8-cast")

    assert [bytes(envelope.outer_pk) for envelope in Envelope.objects.all()] == [codec.unb64(spare.outer_pub, 32)]
    page.get_by_role("button", name="录下一张").click()
    page.reload()
    kept = page.evaluate("async () => JSON.stringify([localStorage, sessionStorage, await stored()])".replace("stored()", STORED))
    totals = f'{{"papers {hall.round.sid}":"{{\\"papers\\":1,\\"invalid\\":1}}"}}'
    assert kept == f'[{{}},{totals},{{"drafts":[],"outbox":[]}}]'  # two numbers for the minutes, nothing of the paper
    page.get_by_role("button", name=re.compile("群众代表")).click()
    expect(page.get_by_text("本页已投纸票 1 张，其中作无效记的 1 处")).to_be_visible()


STORED = """(async () => {
  const open = indexedDB.open("ballot");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const read = (name) => new Promise((done) => {
    const rows = db.transaction(name).objectStore(name).getAll();
    rows.onsuccess = () => done(rows.result);
  });
  return { drafts: await read("drafts"), outbox: await read("outbox") };
})()"""


def test_a_used_spare_card_asks_for_another_and_the_paper_is_not_typed_again(stage, hall):
    used, fresh = hall.cards["d"][:2]
    hall.vote(b=0, c=0, d=1)
    page = stage.passer_by("tellers", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/papers")
    page.get_by_role("button", name=re.compile("群众代表")).click()
    page.get_by_role("button", name="第一位计票人开始录入").click()
    for begin in ("我是第二位计票人，开始录入", None):
        for label in (re.compile("下一位"), "这张录完"):
            page.get_by_label("空白或弃权").check()
            page.get_by_role("button", name=label).click()
        if begin:
            page.get_by_role("button", name=begin).click()
    with stage.expecting("409"):
        scan(page, text_of(used))
        expect(page.get_by_role("alert")).to_contain_text("这张卡已经投过票")
    look(page, "papers-9-used")
    scan(page, text_of(fresh))
    expect(page.get_by_role("heading", name="这张纸票已投进票箱")).to_be_visible()
    assert Envelope.objects.count() == 2


STRIP = "演练　这里投的票不作数"


@pytest.fixture
def rehearsal(stage, make_hall):
    """A rehearsal whose box is open, and what looks whether the screen at hand carries its mark: {hall, page, marked}."""
    hall = make_hall(is_rehearsal=True)
    page = stage.passer_by("anybody", size=TABLET, at=stage.booth, touch=True)

    def marked(heading, name=None):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        expect(page.get_by_text(STRIP)).to_be_visible()
        if name:
            look(page, f"rehearsal-{name}")

    return hall, page, marked


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/", "投票间"), ("/end", "投票间"), ("/nothing", "投票间"), ("/about", "谁能看到什么"), ("/b", "请扫描票卡"),
        ("/check", "核对我的选票"), ("/sealed", "代投密封票"), ("/void", "作废未用票卡"), ("/papers", "纸票录入"),
    ],
)  # fmt: skip
def test_every_page_of_the_booth_says_from_the_start_that_it_is_a_rehearsal(stage, rehearsal, path, heading):
    _hall, page, marked = rehearsal
    with stage.expecting("404" if path == "/nothing" else "$^"):
        page.goto(path)
    marked(heading, f"start{path.replace('/', '-')}")


def test_every_screen_of_a_ballot_says_that_it_is_a_rehearsal(stage, rehearsal):
    """To the very end, and when the network is gone."""
    hall, page, marked = rehearsal
    page.goto("/b")
    page.get_by_role("button", name="输入 24 位字符").click()
    marked("输入票卡上的 24 位字符")
    page.get_by_role("button", name="返回").click()
    marked("请扫描票卡")
    scan(page, "no card")
    marked("没有认出这张票卡")
    scan(page, text_of(hall.cards["b"][0]))
    marked("评议票", "first")
    page.locator("[data-do=begin]").click()
    for subject, share in zip(hall.session.subjects.all(), (0.8, 0.7), strict=True):
        marked(subject.name, "official")
        page.evaluate(SLIDE, share)
        page.locator("[data-do=next]").click()
    marked("封票前看一遍", "overview")

    page.route("**/v1/*/cast", lambda route: route.abort())
    with stage.expecting("ERR_FAILED"):
        page.get_by_role("button", name="封票提交").click()
        marked("票已封好，正在投进票箱", "sending")
        page.get_by_role("button", name="保存密封票").click()
        marked("密封票，还没有投进票箱", "carried")
        page.reload()  # nothing but the sealed message is left of the ballot
        marked("票已封好，正在投进票箱")
        page.unroute("**/v1/*/cast")
        marked("票已封好，投进票箱了", "code")

    fill(page, hall.cards["b"][1])
    hall.vote(b=0, c=0, d=1).close()
    marked("投票已经截止", "closed")


def test_a_ballot_under_a_rehearsal_given_up_says_that_it_was_one(rehearsal):
    hall, page, marked = rehearsal
    fill(page, hall.cards["b"][0])
    hall.together("VOID", reason="演练到此为止")
    marked("这一轮投票已作废或已结束", "void")


def test_every_screen_of_the_papers_says_that_it_is_a_rehearsal(rehearsal):
    hall, page, marked = rehearsal
    page.goto("/papers")
    page.get_by_role("button", name=re.compile("群众代表")).click()
    marked("群众代表", "papers-group")
    page.get_by_role("button", name="第一位计票人开始录入").click()
    for begin in ("我是第二位计票人，开始录入", None):
        for subject, label in zip(hall.session.subjects.all(), (re.compile("下一位"), "这张录完"), strict=True):
            marked(subject.name, "papers-part")
            page.get_by_label("空白或弃权").check()
            page.get_by_role("button", name=label).click()
        if begin:
            marked("第一遍录完，已经收起", "papers-hand")
            page.get_by_role("button", name=begin).click()
    marked("两遍一致，请监票人到场封票", "papers-seal")
    scan(page, text_of(hall.cards["d"][0]))
    marked("这张纸票已投进票箱", "papers-cast")
    hall.vote(b=0, c=0, d=0).close()
    page.goto("/papers")
    marked("投票已经截止，不能再录纸票", "papers-closed")


def test_after_the_close_of_a_rehearsal_every_page_says_so(rehearsal):
    hall, page, marked = rehearsal
    hall.vote().close()
    page.goto("/b")
    scan(page, text_of(hall.cards["b"][9]))
    marked("投票已经截止")
    page.goto("/check")
    page.get_by_role("button", name="只验证公布文件").click()
    marked("现在没有可以核对的公布文件")
    page.goto("/void")
    marked("作废未用票卡")
    scan(page, text_of(hall.cards["b"][9]))
    expect(page.get_by_role("status")).to_contain_text("已作废")
    marked("作废未用票卡", "voided")

    hall.clear_table().tally().sign().confirm().publish()
    page.goto("/check")
    marked("核对我的选票")
    page.get_by_role("button", name="只有确认码").click()
    marked("输入投票后记下的八位确认码")
    page.get_by_role("button", name="返回").click()
    scan(page, text_of(hall.cards["b"][0]))
    marked("我的选票", "own")
    page.get_by_role("button", name="看完了，清除屏幕").click()
    marked("核对我的选票")
    page.get_by_role("button", name="只验证公布文件").click()
    marked("验证公布文件", "whole")


def test_a_formal_ballot_is_no_rehearsal(stage, hall):
    page = stage.passer_by("scrutineer", size=TABLET, at=stage.booth)
    for path in ("/", "/b", "/papers", "/sealed"):
        with page.expect_response("**/v1/open"):
            page.goto(path)
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_text("演练")).to_be_hidden()


def test_papers_cannot_be_typed_after_the_close(stage, hall):
    hall.close()
    page = stage.passer_by("tellers", size=TABLET, at=stage.booth)
    page.goto("/papers")
    expect(page.get_by_role("heading", name="投票已经截止，不能再录纸票")).to_be_visible()
    look(page, "papers-too-late")


@pytest.mark.parametrize(("where", "label"), [("/sealed", "选择存好的密封票文件"), ("/check", "选择公布文件 transcript.json")])
def test_a_file_is_chosen_by_a_button_in_our_words(stage, hall, where, label):
    """The browser's own field speaks the browser's language; this one is reached by the keyboard and names the file."""
    page = stage.passer_by("anybody", size=UPRIGHT, at=stage.booth)
    page.goto(where)
    if where == "/check":
        page.get_by_text("从文件核对（不联网）").click()
    expect(page.locator("[data-chosen]")).to_have_text("还没有选文件")
    assert page.get_by_label(label).bounding_box()["width"] <= 1  # what is seen is the button
    page.get_by_label(label).focus()
    look(page, f"file-choice{where.replace('/', '-')}")
    with page.expect_file_chooser() as chooser:
        page.get_by_label(label).press("Enter")  # the page may have taken the focus to its heading meanwhile
    chooser.value.set_files({"name": "other.json", "mimeType": "application/json", "buffer": b"{}"})
    expect(page.locator(".verdict.bad")).to_be_visible()
    if where == "/sealed":
        expect(page.locator("[data-chosen]")).to_have_text("other.json")
        look(page, "file-chosen-sealed")


@pytest.mark.parametrize("where", ["/b", "/check", "/void"])
def test_what_is_no_card_is_refused_in_one_box(stage, hall, where):
    page = stage.passer_by("anybody", size=UPRIGHT, at=stage.booth)
    page.goto(where)
    scan(page, "no card")
    expect(page.locator(".verdict.bad").get_by_role("heading", name="没有认出这张票卡")).to_be_visible()
    assert list(inspect(page)) == []


def test_a_card_scanned_after_the_close_leads_to_no_ballot(stage, hall):
    """Neither the card's address nor its characters, which name no meeting."""
    spare = hall.cards["b"][9]
    hall.vote().close()
    page = stage.passer_by("late", size=UPRIGHT, at=stage.booth, touch=True)
    for given in (f"1.{hall.round.sid}.b.{text_of(spare)}.{codec.b64(hall.round.box.manifest_hash)}", text_of(spare)):
        page.goto("/b")
        scan(page, given)
        expect(page.get_by_role("heading", name="投票已经截止")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("呼叫监票人")
        expect(page.locator("[data-do=begin]")).to_have_count(0)
    look(page, "card-after-close")


def test_a_ballot_being_filled_stops_at_the_close(stage, hall):
    page = stage.passer_by("slow", size=UPRIGHT, at=stage.booth, touch=True)
    page.clock.install()
    fill(page, hall.cards["b"][0])
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    hall.close()
    page.clock.fast_forward(25_000)  # it asks for the state of the box every 20 s, more or less
    expect(page.get_by_role("heading", name="投票已经截止")).to_be_visible()
    assert not Envelope.objects.exists()


def test_the_overview_stays_where_the_rater_left_it(stage, hall):
    page = stage.passer_by("reading", size=(390, 600), at=stage.booth, touch=True)
    page.clock.install()
    fill(page, hall.cards["b"][0])
    expect(page.get_by_role("heading", name="封票前看一遍")).to_be_visible()
    page.evaluate("scrollTo(0, 120)")
    page.locator("[data-do=back]").focus()
    where = "() => [scrollY, document.activeElement.dataset.do]"
    before = page.evaluate(where)
    assert before[1] == "back"

    with page.expect_response("**/v1/open"):
        page.clock.fast_forward(25_000)
    page.clock.run_for(100)
    assert page.evaluate(where) == before


INSETS = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const style = getComputedStyle(document.querySelector(".bar"));
  const bar = box(".bar"), rows = box(".mark-row");
  return [bar.left + parseFloat(style.paddingLeft) - rows.left, bar.right - parseFloat(style.paddingRight) - rows.right];
}"""
LAST_ROW_ABOVE_BAR = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const last = [...document.querySelectorAll(".mark-row")].pop();
  return document.querySelector(".bar").getBoundingClientRect().top - last.getBoundingClientRect().bottom;
}"""
GAP_BELOW_THUMB = """() => {
  const scale = document.querySelector(".slide .scale").getBoundingClientRect();
  const slider = document.querySelector(".slide input").getBoundingClientRect();
  return scale.top - (slider.top + slider.height / 2 + 21);
}"""


@pytest.mark.parametrize("size", [UPRIGHT, TABLET, (390, 844)])
def test_the_bar_keeps_to_the_column_and_the_thumb_off_the_figures(stage, hall, size):
    page = stage.passer_by("rater", size=size, at=stage.booth, touch=True)
    page.goto("/b")
    scan(page, text_of(hall.cards["b"][0]))
    page.locator("[data-do=begin]").click()
    for _size_of_type in ("usual", "large"):
        assert page.evaluate(INSETS) == [0, 0]
        assert page.evaluate(GAP_BELOW_THUMB) >= 2  # 38 px and a ring of 2 px
        assert page.evaluate(OVERFLOW) <= 0
        assert page.evaluate(LAST_ROW_ABOVE_BAR) >= 0
        page.get_by_role("button", name="大字").click()


# --- a tablet dies -----------------------------------------------------------------------------------------------


def fill(page, card):
    page.goto("/b")
    scan(page, text_of(card))
    page.locator("[data-do=begin]").click()
    for share in (0.8, 0.7):
        page.evaluate(SLIDE, share)
        page.locator("[data-do=next]").click()


def test_another_tablet_takes_over_a_card_that_was_not_cast(stage, hall):
    """The draft stays behind, encrypted; the card is as good as before."""
    card = hall.cards["c"][0]
    dead = stage.passer_by("dead", size=UPRIGHT, at=stage.booth, touch=True)
    fill(dead, card)
    dead.close()

    page = stage.passer_by("other", size=UPRIGHT, at=stage.booth, touch=True)
    page.goto("/b")
    scan(page, text_of(card))
    expect(page.locator("[data-do=begin]")).to_have_text(
        "校验码一致，开始评议"
    )  # not "go on": nothing is known of the draft here
    fill(page, card)
    page.get_by_role("button", name="封票提交").click()
    expect(page.locator(".code")).to_be_visible()
    assert Envelope.objects.count() == 1
    stage.pages.pop("dead")


def test_another_tablet_says_when_the_dead_one_had_cast(stage, hall):
    card = hall.cards["c"][0]
    dead = stage.passer_by("dead", size=UPRIGHT, at=stage.booth, touch=True)
    fill(dead, card)
    dead.get_by_role("button", name="封票提交").click()
    code = dead.locator(".code").text_content()

    page = stage.passer_by("other", size=UPRIGHT, at=stage.booth, touch=True)
    fill(page, card)
    with stage.expecting("409"):
        page.get_by_role("button", name="封票提交").click()
        expect(page.get_by_role("heading", name="这张票卡已经投过票")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(code)
    look(page, "used-on-another-tablet")
    assert Envelope.objects.count() == 1


# --- keys and cards ----------------------------------------------------------------------------------------------


def test_keys_made_before_the_sign_in_ran_out_are_registered_after_it(stage, make_hall):
    """Nothing counts as stored before the server says so, and nothing is lost: the page waits for the new sign-in."""
    hall = make_hall(until="prepare")
    hall.scrutineer.set_password(factories.PASSWORD)
    hall.scrutineer.save()
    page = stage.enter(hall.scrutineer, size=TABLET)
    page.goto(f"/scoring/{hall.session.uid}/ballot/keys")
    page.get_by_role("button", name="产生钥匙").click()
    day = hall.session.date
    for card in page.locator(".key-card").all():
        expect(card).to_contain_text(f"{hall.session.title}　{day.year}年{day.month}月{day.day}日")
    look(page, "key-cards")
    page.get_by_label(re.compile("分别装入信封")).check()
    Session.objects.all().delete()
    page.get_by_role("button", name="登记公钥，清除本页").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    look(page, "keys-signed-out")
    assert not hall.round.has_keys

    with page.expect_popup() as opened:
        page.get_by_role("link", name="在新窗口重新登录").click()
    opened.value.get_by_label("账号").fill(hall.scrutineer.username)
    opened.value.get_by_label("密码", exact=True).fill(factories.PASSWORD)
    opened.value.get_by_role("button", name="登录").click()
    opened.value.wait_for_url(f"{stage.site}/")
    with stage.expecting("403"):  # the page's token is of the sign-in before
        page.get_by_role("button", name="登记公钥，清除本页").click()
        expect(page.get_by_role("heading", name="公钥已登记")).to_be_visible()
    assert hall.round.has_keys


# --- key cards ---------------------------------------------------------------------------------------------------


def test_the_opening_page_says_which_key_card_is_wrong(stage, hall):
    hall.vote().close().clear_table()
    good, wrong, third = [text.split(".")[-1] for text in hall.keys.cards]
    wrong = ("1" if wrong[5] == "0" else "0").join([wrong[:5], wrong[6:]])
    page = stage.enter(hall.scrutineer, size=TABLET)
    page.goto(f"/scoring/{hall.session.uid}/ballot/opening")
    page.get_by_role("button", name="从服务器取票").click()
    opened = page.get_by_role("button", name="开箱", exact=True)
    scan(page, hall.keys.cards[0].replace(hall.round.sid, "0" * 16))
    expect(page.get_by_role("alert")).to_contain_text("另一个票箱的钥匙卡")
    expect(page.locator("#card-code")).to_have_value("")  # what was scanned is not put right by hand
    scan(page, good[:-1])
    expect(page.get_by_role("alert")).to_contain_text("28 个字符，这里是 27 个")
    expect(page.locator("#card-code")).to_have_value(good[:-1])  # what was typed is
    page.keyboard.insert_text("A")  # marked as it is, what comes next takes its place: a card scanned instead
    expect(page.locator("#card-code")).to_have_value("A")
    scan(page, f"{good[:-1]}1")  # the last character has bits to spare, and they are not used
    expect(page.get_by_role("alert")).to_contain_text("最后一个字符不对")
    scan(page, f"{good[:-1]}U")
    expect(page.get_by_role("alert")).to_contain_text("不会出现的字符")
    scan(page, good)
    expect(opened).to_be_disabled()  # one of three never opens
    scan(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("还看不出是哪一张")
    look(page, "keys-do-not-fit")
    expect(opened).to_be_disabled()
    scan(page, third)
    expect(page.locator("[data-key-list] li").nth(1)).to_contain_text("不对")
    expect(page.locator("[data-key-list] li").nth(2)).to_contain_text("对")
    look(page, "keys-one-wrong")
    opened.click()
    expect(page.get_by_role("heading", name="票箱已开，全部验过")).to_be_visible(timeout=60_000)
    assert boxes.get(hall.round.sid).state == "CLOSED"  # nothing is stored before it is sent


def test_an_opening_that_does_not_verify_says_so_and_may_be_tried_again(stage, hall):
    """From a file, as on a laptop without network: a voided card whose signature is wrong is found only after the opening."""
    hall.vote().close().clear_table()
    urn = codec.parse(opening.urn(hall.round, by=hall.scrutineer, now=hall.now))
    urn["voided"][0]["z"] = urn["voided"][1]["z"]
    page = stage.enter(hall.scrutineer, size=TABLET)
    page.goto(f"/scoring/{hall.session.uid}/ballot/opening")
    page.get_by_text("用不联网的笔记本开箱").click()

    def choose(content):
        page.get_by_label("urn.json").set_input_files({"name": "urn.json", "mimeType": "application/json", "buffer": content})

    choose(codec.canonical(urn)[:-2] + b"\xff\xff")  # not mended into something else
    expect(page.get_by_role("alert")).to_contain_text("这批票没有通过检查")
    page.get_by_label("urn.json").set_input_files([])
    choose(codec.canonical(urn))
    for text in hall.keys.cards[:2]:
        scan(page, text)
    page.get_by_role("button", name="开箱", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("开箱没有通过检查", timeout=60_000)
    look(page, "opening-not-verified")
    expect(page.get_by_role("button", name="开箱", exact=True)).to_be_disabled()  # the key cards are taken in anew
    page.reload()  # nothing holds the page back
    expect(page.get_by_role("button", name="从服务器取票")).to_be_visible()


# --- afterwards --------------------------------------------------------------------------------------------------


def test_a_rater_reads_the_own_marks_line_by_line(stage, hall):
    """In the scrutineers' full copy, from a file: of groups this small the room's copy has no marks."""
    hall.vote().close().clear_table().tally()
    document = Transcript.objects.get(sid=hall.round.sid).document
    transcript = {"name": "transcript.json", "mimeType": "application/json", "buffer": bytes(document)}
    page = stage.passer_by("rater", size=UPRIGHT, at=stage.booth)
    page.goto("/check")
    page.get_by_text("从文件核对（不联网）").click()
    page.get_by_label("选择公布文件 transcript.json").set_input_files(transcript)
    expect(page.locator("[data-chosen]")).to_have_text("transcript.json")
    scan(page, text_of(hall.cards["b"][0]))
    expect(page.get_by_role("heading", name="您的票已计入")).to_be_visible()
    marks = page.locator("[data-officials] > li").first.locator("dd")
    expect(marks).to_have_count(12)
    *single, total = marks.all_text_contents()
    assert f"{sum(map(float, single))} 分" == total
    assert list(inspect(page)) == []
    look(page, "own-marks")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) <= 0
    look(page, "own-marks-phone")


# --- the table and the end ---------------------------------------------------------------------------------------


def test_the_table_counts_down_while_another_tablet_voids(stage, hall):
    hall.vote().close()
    page = stage.enter(hall.scrutineer, size=TABLET)
    page.goto(f"/scoring/{hall.session.uid}/ballot")
    look(page, "ballot-tab-closed")
    page.get_by_role("link", name="清点桌面：作废剩卡，登记实发数").click()
    expect(page.locator("#table-left")).to_contain_text("还有 10 张票卡未交回")
    look(page, "table")

    other = stage.passer_by("void", size=TABLET, at=stage.booth)
    other.goto("/void")
    scan(other, text_of(hall.cards["b"][9]))
    expect(other.get_by_role("status")).to_contain_text("已作废")
    expect(page.locator("#table-left")).to_contain_text("还有 9 张票卡未交回")  # by itself

    page.get_by_label(re.compile("^B.*声明丢失")).fill("3")
    page.get_by_label("录入的纸票张数").fill("0")
    page.get_by_label("纸票上作无效记的处数").fill("0")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("就是有人用它投了票，本轮须作废重投")).to_be_visible()
    look(page, "table-lost-card-cast")


def test_the_end_is_walked_on_the_scrutineers_tablet(stage, hall):
    hall.vote().close().clear_table().tally().sign().confirm().publish()
    page = stage.enter(hall.scrutineer, size=UPRIGHT)
    page.goto(f"/scoring/{hall.session.uid}/ballot")
    expect(page.locator("#objection")).to_contain_text("投票异议期已满")
    look(page, "ballot-tab-published")
    page.get_by_role("link", name="登记终局").click()
    page.get_by_label("清除网站数据的平板台数").fill("24")
    page.get_by_label("收回的票卡和已录纸票已经当众粉碎").check()
    look(page, "end")
    page.get_by_role("button", name="登记终局").click()
    page.get_by_role("button", name="提出宣布终局、销毁密封票").click()
    look(page, "end-asked")
    assert Envelope.objects.exists()
    clerk = stage.enter(hall.clerk)
    clerk.goto(f"/scoring/{hall.session.uid}/ballot")
    clerk.get_by_role("button", name="我确认宣布终局、销毁密封票").click()
    clerk.get_by_role("dialog").get_by_role("button", name="我确认宣布终局、销毁密封票").click()
    expect(clerk.get_by_role("status").filter(has_text="已办：宣布终局、销毁密封票")).to_be_visible()
    assert not Envelope.objects.exists()
    clerk.goto(f"/scoring/{hall.session.uid}/results")
    expect(clerk.get_by_role("button", name="制作评议票箱终结记录")).to_be_visible()
    look(clerk, "results-ended")


def test_no_card_scanned_meanwhile_is_lost(stage, hall):
    """A hand scanner does not wait for the answer; what it is half-way through stays in the field."""
    hall.vote().close()
    spares, cast = hall.cards["b"][7:10], hall.cards["b"][0]
    page = stage.passer_by("void", size=TABLET, at=stage.booth)
    page.goto("/void")
    with stage.expecting("409|not iterable|undefined"):
        held = []  # the box answers nothing until all are scanned
        page.route("**/v1/*/void", lambda route: held.append(route))
        with page.expect_request("**/v1/*/void"):
            scan(page, text_of(spares[0]))
        scan(page, text_of(cast))
        scan(page, text_of(spares[1]))
        page.locator("#card-code").press_sequentially(text_of(spares[2])[:10])
        page.route("**/v1/*/void", lambda route: route.continue_())
        held[0].continue_()
        expect(page.get_by_text("本机已作废 2 张")).to_be_visible()
        expect(page.locator("[data-verdict] h2")).to_have_text(["已作废", "意外：这张卡已经投过票", "已作废"])
        expect(page.locator("#card-code")).to_have_value(text_of(spares[2])[:10])
        look(page, "void-three-at-once")

        page.route("**/v1/open", lambda route: route.fulfill(json={"v": 1}))
        scan(page, text_of(spares[2]))
        expect(page.locator("[data-verdict] h2")).to_have_text(["暂时连不上票箱"])
        page.unroute("**/v1/open")
        scan(page, text_of(spares[2]))
        expect(page.locator("[data-verdict] h2")).to_have_text(["已作废"])
    assert Void.objects.count() == 3


def test_no_card_is_voided_after_the_opening(stage, hall):
    """And before the close the page says that it is too early."""
    spare = hall.cards["b"][9]
    page = stage.passer_by("void", size=UPRIGHT, at=stage.booth)
    page.goto("/void")
    with stage.expecting("410"):
        scan(page, text_of(spare))
        expect(page.get_by_role("status")).to_contain_text("投票还没有截止")
    hall.vote().close().clear_table().tally()
    page.reload()
    with stage.expecting("410"):
        scan(page, text_of(spare))
        expect(page.get_by_role("status")).to_contain_text("票箱已开，不能再作废")
    look(page, "void-after-opening")


def test_a_void_round_leads_to_the_next(stage, hall):
    hall.vote()
    mh = hall.round.box.manifest_hash
    hall.together("VOID", reason="票卡印错")
    card = hall.cards["b"][9]
    tablet = stage.passer_by("old card", size=UPRIGHT, at=stage.booth)
    scanned = f"1.{hall.manifest['sid']}.b.{text_of(card)}.{codec.b64(mh)}"
    for given in (scanned, text_of(card)):  # no box is left: neither the card nor the typing is at fault
        with stage.expecting("404"):
            tablet.goto("/b")
            scan(tablet, given)
            expect(tablet.get_by_role("heading", name="这一轮投票已作废或已结束")).to_be_visible()
    look(tablet, "void-old-card")
    tablet.goto("/void")
    scan(tablet, text_of(card))
    expect(tablet.get_by_role("status")).to_contain_text("这一轮投票已作废或已结束")
    tablet.goto("/papers")
    expect(tablet.get_by_role("heading", name="现在没有票箱")).to_be_visible()
    look(tablet, "void-papers")
    page = stage.enter(hall.clerk)
    page.goto(f"/scoring/{hall.session.uid}/ballot")
    expect(page.locator("#after-void")).to_contain_text("收齐旧票卡和旧钥匙卡")
    look(page, "after-void")
    page.get_by_role("link", name="选定方案，确定票卡数").click()
    page.get_by_label(re.compile("D.*人数")).fill("2")
    page.get_by_label(re.compile("C.*人数")).fill("2")
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.locator("#small-groups")).to_contain_text("到会 2 人，不足 5 人")
    look(page, "small-groups")
    page.get_by_label(re.compile("并入区纪委委员")).check()
    page.get_by_role("button", name="确定", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="票卡数已确定")).to_be_visible()
