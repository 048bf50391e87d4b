"""Days, states and addresses as templates say them."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import Context, Template
from django.utils import translation

from core import days
from core.templatetags import shuze
from tests.markup import tight

NOON = datetime(2026, 12, 16, 4, tzinfo=UTC)  # noon of Wednesday 16 December here


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("day", date(2026, 9, 25), "2026年9月25日"),
        ("month", date(2026, 9, 25), "2026年9月"),
        ("day_weekday", date(2026, 9, 25), "2026年9月25日（星期五）"),
        ("short_day", date(2026, 9, 25), "9月25日"),
        ("short_day", date(2027, 1, 4), "2027年1月4日"),
        ("weekday", date(2026, 9, 25), "星期五"),
        ("short_weekday", date(2026, 9, 25), "周五"),
        ("short_weekday", date(2026, 9, 27), "周日"),
        ("relative_day", date(2026, 12, 16), "今天"),
        ("relative_day", date(2026, 12, 17), "明天"),
        ("relative_day", date(2026, 12, 15), "昨天"),
        ("relative_day", date(2026, 12, 19), "3 天后"),
        ("relative_day", date(2026, 12, 2), "14 天前"),
        ("day_ahead", date(2026, 12, 16), "今天"),
        ("day_ahead", date(2026, 12, 19), "3 天后"),
        ("day_ahead", date(2026, 12, 15), ""),
        ("days_left", date(2026, 12, 21), "还有 5 天"),
        ("days_left", date(2026, 12, 16), "今天到期"),
        ("days_left", date(2026, 12, 2), "逾期 14 天"),
        ("clock", datetime(2026, 12, 11, 8, 20, tzinfo=UTC), "16:20"),
        ("moment", datetime(2026, 12, 11, 8, 20, tzinfo=UTC), "12月11日 16:20"),
        # 17:30 UTC is already the next day here
        ("day", datetime(2026, 12, 11, 17, 30, tzinfo=UTC), "2026年12月12日"),
        ("relative_day", datetime(2026, 12, 16, 17, 30, tzinfo=UTC), "明天"),
    ],
)
def test_days_are_said_in_words(name, value, said):
    assert getattr(days, name)(value) == said


@pytest.mark.parametrize(
    "name",
    ["day", "day_weekday", "short_day", "weekday", "short_weekday", "clock", "moment", "relative_day", "day_ahead", "days_left"],
)
def test_no_day_is_no_word(name):
    assert getattr(days, name)(None) == ""


@pytest.mark.parametrize(
    ("other", "written"),
    [(date(2026, 1, 2), "9月25日"), (date(2024, 11, 16), "2026年9月25日"), ("应于 9月30日", "9月25日"), (None, "9月25日")],
)
def test_a_time_line_that_reaches_into_another_year_names_every_year(other, written):
    assert days.line_day(date(2026, 9, 25), [{"at": date(2026, 9, 25)}, {"at": other}, {}]) == written


def test_words_of_a_badge_are_escaped():
    assert "<b>" not in Template("{% badge 'ok' word %}").render(Context({"word": "<b>好</b>"}))


def test_an_icon_alone_has_a_name_and_one_beside_words_is_silent():
    assert 'aria-label="返回"' in Template('{% icon "back" "返回" %}').render(Context())
    assert 'aria-hidden="true"' in Template('{% icon "back" %}').render(Context())


def test_the_query_string_is_kept_but_for_what_changes(rf):
    request = rf.get("/", {"q": "时彦亦", "page": "3", "state": "open"})
    html = Template("{% query page=4 state=None %}").render(Context({"request": request}))

    assert html == "?q=%E6%97%B6%E5%BD%A6%E4%BA%A6&amp;page=4"


def test_the_pager_elides_and_keeps_the_query(rf):
    page = Paginator(range(222), 25).page(5)
    context = Context({"request": rf.get("/", {"q": "交通"}), "page": page})
    html = Template('{% include "components/pager.html" with unit="人" %}').render(context)

    assert "第 101 至 125 人，共 222 人" in html
    assert 'href="?q=%E4%BA%A4%E9%80%9A&amp;page=6"' in html
    assert html.count('aria-hidden="true">…') == 2
    assert 'page=5"' not in html


def test_one_page_needs_no_numbers(rf):
    page = Paginator(range(3), 25).page(1)
    html = Template('{% include "components/pager.html" %}').render(Context({"request": rf.get("/"), "page": page}))

    assert "共 3 项" in html
    assert "下一页" not in html


def test_a_ring_shares_its_circle():
    template = Template('{% ring parts 120 "覆盖" 30 "共 120 人" "未排" %}')
    parts = [{"value": 30, "label": "已述", "tone": "brand"}, {"value": 60, "label": "本次", "tone": "gold"}]
    html = tight(template.render(Context({"parts": parts})))

    assert 'stroke-dasharray="122.7 502.7" stroke-dashoffset="0.0"' in html
    assert 'stroke-dasharray="248.3 502.7" stroke-dashoffset="-125.7"' in html
    assert '<dd>未排</dd><dd class="num">30</dd>' in html


def test_a_ring_of_nothing_is_empty():
    assert "stroke-dashoffset" not in Template('{% ring parts 0 "覆盖" 0 "共 0 人" %}').render(Context({"parts": []}))


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "zh-CN"), ("en", "en")])
def test_the_page_names_its_language(code, said):
    with translation.override(code):
        assert shuze.html_lang() == said


def test_a_blocked_step_keeps_its_place_and_lists_every_reason(rf):
    html = Template(
        '{% include "components/next_step.html" with title="封存" button="封存问题" url="/seal" blocked=True %}'
    ).render(
        Context(
            {"blockers": [{"text": "题目不足", "url": "/pick", "label": "去选题"}, {"text": "已阅", "met": True}, "还没有批准"]}
        )
    )

    assert '<button class="btn primary" type="button" disabled>封存问题</button>' in html
    assert "<form" not in html
    assert '<a href="/pick">去选题</a>' in html
    assert html.count("未办：") == 2
    assert html.count("已办：") == 1
    assert "还没有批准" in html


def test_a_step_that_cannot_be_undone_says_so_before_it_is_sent():
    html = Template(
        '{% include "components/confirm.html" with label="作废" title="作废 37 号？" text="收回送达。" url="/void" tone="danger" %}'
    ).render(Context({"csrf_token": "tok"}))

    assert html.index("作废 37 号？") < html.index("收回送达。") < html.index('<button class="btn danger">作废</button>')
    assert 'action="/void"' in html
    assert 'value="tok"' in html
