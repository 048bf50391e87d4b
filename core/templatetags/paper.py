"""What paper templates compute: places of the parts of a chart, where a title may break. `{% load paper %}`."""

import re

from django import template
from django.utils.html import format_html, format_html_join

from core import charts

register = template.Library()


@register.filter
def whole_brackets(title):
    """A title whose short brackets, as in （演练）, stay in one line."""
    pieces = re.split(r"(（[^（）]{1,8}）)", title)  # every second one is in brackets
    whole = [format_html('&#8203;<span class="nowrap">{}</span>', piece) if n % 2 else piece for n, piece in enumerate(pieces)]
    return format_html_join("", "{}", ((piece,) for piece in whole))


@register.filter
def whole_dates(text):
    """A text whose days and document numbers (省纪通〔2026〕12号) stay in one line."""
    pieces = re.split(r"(\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日|[\u4e00-\u9fff]{0,6}〔\d{4}〕\d+号)", text)
    whole = [format_html('<span class="nowrap">{}</span>', piece) if n % 2 else piece for n, piece in enumerate(pieces)]
    return format_html_join("", "{}", ((piece,) for piece in whole))


@register.simple_tag
def dot_chart(criteria):
    return charts.dots(criteria)


@register.simple_tag
def strip_chart(rows):
    return charts.strip(rows)


@register.simple_tag
def bar_chart(lines):
    return charts.bars(lines)


@register.simple_tag
def course_chart(points):
    return charts.course(points)
