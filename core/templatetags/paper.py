"""What paper templates compute: places of the parts of a chart. `{% load paper %}`."""

from django import template

from core import charts

register = template.Library()


@register.simple_tag
def dot_chart(criteria):
    return charts.dots(criteria)
