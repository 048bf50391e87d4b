"""What paper templates compute: places of the parts of a chart, where a title may break. `{% load paper %}`."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from core import charts

register = template.Library()


@register.filter
def whole_brackets(title):
    """A title whose short brackets, as in （演练）, stay in one line."""
    return mark_safe(re.sub(r"（[^（）]{1,8}）", r'&#8203;<span class="nowrap">\g<0></span>', conditional_escape(title)))  # noqa: S308, escaped


@register.simple_tag
def dot_chart(criteria):
    return charts.dots(criteria)
