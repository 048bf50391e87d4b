"""Letters: who × address, the form, the list, the papers."""

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.actions import letter as actions
from notices.models import Letter
from tests import factories
from tests.core import reading
from tests.notices.conftest import BODY, NOW, TODAY, draft
from tests.rectification.conftest import READERS, UNIT
from tests.sweep import CAST

State = Letter.State
STAFF = {"clerk", "approver"}


@pytest.fixture
def issued(monkeypatch, letter, second_clerk, approver):
    monkeypatch.setattr("notices.actions.letter.papers.render", lambda context: b"%PDF-1.7 the paper")
    actions.check_letter(letter, by=second_clerk)
    actions.issue_letter(letter, by=approver, today=TODAY)
    return letter


@pytest.fixture
def served(issued, clerk):
    actions.serve_letter(issued, served_on=TODAY, by=clerk, today=TODAY)
    return issued


def url(name, thing=None):
    return reverse(f"notices:{name}", args=[thing.uid] if thing else [])


def enter(client, user):
    client.force_login(user)
    return client


def expected(*, yes, may, sees, no=404):
    return {who: yes if who in may else 403 if who in sees else no for who in CAST}


def test_a_draft_is_the_staff_s_own_matter(sweep, letter, monkeypatch):
    monkeypatch.setattr("notices.views.papers.render", lambda context: b"%PDF-1.7")

    sweep.check(url("letter", letter), expected(yes=200, may=STAFF, sees=()))
    sweep.check(url("letter_edit", letter), expected(yes=200, may={"clerk"}, sees=STAFF))
    sweep.check(url("letter_preview", letter), expected(yes=200, may=STAFF, sees=()))
    sweep.check(url("letter_paper", letter), expected(yes=404, may=(), sees=()))


def test_an_issued_letter_is_read_by_who_follows_it_and_a_served_one_by_its_unit(sweep, issued, second_clerk):
    for name in ("letter", "letter_paper"):
        sweep.check(url(name, issued), expected(yes=200, may=READERS, sees=()))
    actions.serve_letter(issued, served_on=TODAY, by=second_clerk, today=TODAY)
    for name in ("letter", "letter_paper"):
        sweep.check(url(name, issued), expected(yes=200, may=READERS | UNIT, sees=()))


def test_the_list_is_for_who_follows_and_shows_each_what_may_be_seen(sweep, client, cast, letter, subject, clerk):
    sweep.check(url("letter_list"), expected(yes=200, may=READERS | UNIT | {"outsider"}, sees=(), no=403))
    for who, n in {"clerk": 1, "leader": 0, "liaison": 0, "outsider": 0}.items():
        assert len(enter(client, cast[who]).get(url("letter_list")).context["page"]) == n


@pytest.mark.parametrize(
    ("name", "start", "post", "may", "state"),
    [
        ("letter_check", State.DRAFT, {"version": 0}, {"clerk"}, State.CHECKED),
        ("letter_return", State.CHECKED, {"reason": "抄送漏了一人"}, {"clerk"}, State.DRAFT),
        ("letter_issue", State.CHECKED, {"version": 0}, {"approver"}, State.ISSUED),
    ],
)
def test_buttons_before_service(sweep, letter, second_clerk, monkeypatch, name, start, post, may, state):
    monkeypatch.setattr("notices.actions.letter.papers.render", lambda context: b"%PDF-1.7")
    Letter.objects.update(state=start)
    letter.writers.set([second_clerk])
    wanted = expected(yes=302, may=may, sees=STAFF)
    if name != "letter_issue":
        wanted.pop("approver")  # may too, but the step is taken only once

    sweep.check(url(name, letter), wanted, post=post, last=may)

    assert Letter.objects.get().state == state


@pytest.mark.parametrize("reason", ["", "长" * 301])
def test_a_return_without_a_fitting_reason_asks_again(client, clerk, letter, reason):
    Letter.objects.update(state=State.CHECKED)

    page = enter(client, clerk).post(url("letter_return", letter), {"reason": reason})

    asked = page.content.decode().split("data-confirm open>")[1].split("</details>")[0]
    assert 'id="r_reason"' in asked
    assert "has-error" in asked
    assert Letter.objects.get().state == State.CHECKED


@pytest.mark.parametrize(
    ("state", "answer", "closing"),
    [(State.RECEIVED, "now", "todo"), (State.REPLIED, "done", "now"), (State.COMPLETED, "done", "done")],
)
def test_the_way_of_a_letter_has_the_answer_and_the_closing(client, clerk, served, liaison, state, answer, closing):
    actions.receive_letter(served, by=liaison, now=NOW)
    Letter.objects.update(state=state)

    steps = enter(client, clerk).get(url("letter", served)).context["steps"]

    assert [step["label"] for step in steps] == [
        "拟稿", "核稿", "签发", "送达", "签收", "回复，逐项报送整改方案", "全部整改项销号，函办结",
    ]  # fmt: skip
    assert [step["state"] for step in steps[-2:]] == [answer, closing]


def test_only_the_unit_signs_for_its_letter(sweep, cast, served):
    sweep.check(url("letter_receive", served), expected(yes=302, may=UNIT, sees=READERS), post={}, last=UNIT)

    assert Letter.objects.get().received_by == cast["subject_user"]


def test_a_clerk_s_own_draft_offers_no_check_and_says_why(client, clerk, second_clerk, letter):
    page = enter(client, clerk).get(url("letter", letter)).content.decode()
    assert 'id="letter-check"' not in page
    assert "拟稿、改稿的人不能核自己的稿" in page

    assert 'id="letter-check"' in enter(client, second_clerk).get(url("letter", letter)).content.decode()


def test_the_form_of_a_letter_that_is_no_draft_leads_back_to_the_letter(client, clerk, issued):
    answer = enter(client, clerk).get(url("letter_edit", issued), follow=True)

    assert answer.redirect_chain == [(url("letter", issued), 302)]
    assert "“已签发”的函不能再改" in answer.content.decode()


@pytest.mark.parametrize("name", ["letter_check", "letter_return", "letter_issue"])
def test_who_may_not_press_a_button_reads_whose_it_is(client, leader, issued, name):
    page = enter(client, leader).post(url(name, issued))

    assert (page.status_code, "函由" in page.content.decode()) == (403, True)


@pytest.mark.slow
def test_the_meeting_a_letter_speaks_of_is_a_link_only_for_whom_it_opens(client, served, clerk, liaison):
    Letter.objects.update(about="会议", about_link="/sessions/1/")

    for user, leads in [(clerk, True), (liaison, False)]:
        assert ('href="/sessions/1/"' in enter(client, user).get(url("letter", served)).content.decode()) is leads


def test_the_preview_says_draft_on_every_page(client, clerk, letter):
    Letter.objects.update(body={**BODY, "findings": BODY["findings"] * 5})

    response = enter(client, clerk).get(url("letter_preview", letter))

    pages = reading.pages(b"".join(response.streaming_content))
    assert len(pages) > 1
    for page in pages:
        assert "稿" in {char.text for char in page}


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_page_says_what_the_paper_prints_in_the_same_order(client, clerk, letter, count):
    Letter.objects.update(body={**BODY, "findings": BODY["findings"] * count, "closing": "特此提醒。"}, copies_to="元澍谷同志")
    enter(client, clerk)

    page = client.get(url("letter", letter)).content.decode().split('id="letter-words">')[1].split("</section>")[0]
    paper = reading.words(b"".join(client.get(url("letter_preview", letter)).streaming_content))

    shown = "".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
    printed = re.sub(r"—\d+—|草稿|中共[^党]*委员会云纪函〔2026〕号", "", "".join(paper.split()))  # the head is drawn last
    assert shown in printed
    assert "见下表" not in shown


TYPED = {
    "version": 0,
    "title": "提醒函", "addressee": "中共第二局党组", "opening": "第一段\n\n第二段", "findings_intro": "你单位还存在1个问题",
    "requirements_intro": "", "requirements": "制定方案。十日内报送。\n按期整改", "closing": "", "contact": "穆晏川", "copies_to": "",
}  # fmt: skip


def test_a_draft_is_rewritten_line_by_line(client, clerk, letter):
    assert enter(client, clerk).post(url("letter_edit", letter), TYPED).status_code == 302

    letter.refresh_from_db()
    assert letter.addressee == "中共第二局党组"
    assert letter.body["opening"] == ["第一段", "第二段"]
    assert letter.body["requirements"] == [{"lead": "制定方案。", "text": "十日内报送。"}, {"lead": "", "text": "按期整改"}]
    assert letter.body["findings"] == BODY["findings"]


def test_a_refused_change_keeps_what_was_typed(client, clerk, letter):
    enter(client, clerk)
    assert "没有写好" in client.post(url("letter_edit", letter), {**TYPED, "contact": "", "opening": "没有写好"}).content.decode()
    Letter.objects.update(state=State.CHECKED)

    page = client.post(url("letter_edit", letter), TYPED).content.decode()

    assert ("不能再改" in page, "第二段" in page) == (True, True)


@pytest.mark.parametrize(
    ("query", "n"),
    [("", 2), ("q=云纪函〔2026〕1号", 1), ("q=1号", 1), ("q=第三季度", 2), ("q=没有", 0), ("state=ISSUED", 1), ("state=DRAFT", 1),
     ("state=x", 2)],
)  # fmt: skip
def test_letters_are_found(client, clerk, issued, subject, query, n):
    draft(subject.official.unit, clerk)

    assert len(enter(client, clerk).get(f"{url('letter_list')}?{query}").context["page"]) == n


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("云纪函", ["云纪函〔2026〕5号", "云纪函〔2025〕5号", "云纪函〔2026〕6号"]),
        ("云纪函〔2026〕5号", ["云纪函〔2026〕5号"]),
        ("云纪函[2026]5", ["云纪函〔2026〕5号"]),
        ("〔2026〕", ["云纪函〔2026〕5号", "云纪函〔2026〕6号"]),
        ("云纪函6号", ["云纪函〔2026〕6号"]),
        ("5号", ["云纪函〔2026〕5号", "云纪函〔2025〕5号"]),
        ("监函〔2026〕5号", []),
    ],
)
def test_a_number_finds_its_letter_whole_or_in_part(clerk, query, found):
    unit = factories.UnitFactory()
    given = {"title": "关于整改的函", "unit": unit, "word": "云纪函", "addressee": "某单位", "drafted_by": clerk}
    for year, number in ((2026, 5), (2025, 5), (2026, 6)):
        Letter.objects.create(**given, year=year, number=number, state="ISSUED", issued_on=dt.date(year, 5, 1))
    Letter.objects.create(**given)  # a draft has no number to be found by

    assert {str(letter.document_number) for letter in Letter.objects.search(query)} == set(found)


def cost(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_the_list_costs_the_same_for_one_and_three(client, clerk, letter, session):
    enter(client, clerk)
    one = cost(client, url("letter_list"))
    for subject in session.subjects.all()[1:3]:
        draft(subject.official.unit, clerk)

    assert cost(client, url("letter_list")) == one


def test_of_two_who_rewrite_a_draft_the_second_keeps_the_words_and_is_told(client, clerk, second_clerk, letter):
    first = enter(client, clerk).get(url("letter_edit", letter)).context["form"].initial
    assert first["version"] == 0
    client.post(url("letter_edit", letter), {**TYPED, "contact": "先存的"})

    page = enter(client, second_clerk).post(url("letter_edit", letter), {**TYPED, "contact": "后存的"}).content.decode()

    assert "函稿刚被他人更新" in page
    assert "后存的" in page
    assert Letter.objects.get().body["contact"] == "先存的"


@pytest.mark.parametrize(("name", "state"), [("letter_check", State.DRAFT), ("letter_issue", State.CHECKED)])
def test_a_button_says_yes_only_to_the_words_its_page_showed(client, cast, letter, name, state):
    Letter.objects.update(state=state, version=4)
    enter(client, cast["approver"])
    assert 'name="version" value="4"' in client.get(url("letter", letter)).content.decode()
    Letter.objects.update(version=5, title="没有看过的标题")

    for version in ("4", ""):
        page = client.post(url(name, letter), {"version": version}, follow=True, headers={"referer": url("letter", letter)})
        assert "请看过新稿再办" in page.content.decode()
    assert Letter.objects.get().state == state


def test_a_button_is_not_an_address(client, clerk, letter):
    enter(client, clerk)

    for name in ("letter_check", "letter_issue", "letter_receive"):
        assert client.get(url(name, letter)).status_code == 405


def test_where_a_refused_return_stands_one_gets_back_to_the_letter(client, clerk, letter):
    Letter.objects.update(state=State.CHECKED)
    page = enter(client, clerk).post(url("letter_return", letter), {"reason": ""})
    assert f'name="next" value="{url("letter_return", letter)}"' in page.content.decode()

    english = client.post(reverse("set_language"), {"language": "en", "next": url("letter_return", letter)})

    assert client.get(english.url).url == url("letter", letter)
