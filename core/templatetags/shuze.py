"""What our templates say often: icons, states, days, addresses of pages. Built in: no `{% load %}`."""

import math

import segno
from django import forms, template
from django.core.paginator import Paginator
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import days
from core.icons import ICONS
from core.widgets import NameInput

register = template.Library()


# --- shapes and states -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name, label=""):
    """One drawing of `core.icons`. Silent for screen readers unless it stands alone and has a label."""
    if label:
        return format_html('<svg class="icon" viewBox="0 0 20 20" role="img" aria-label="{}">{}</svg>', label, ICONS[name])
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', ICONS[name])


@register.simple_tag
def badge(kind, word, flag=False):
    """A state: word, shape, colour. `kind`: ok, doing, warn, bad, info, or "" for what has not begun."""
    classes = " ".join(filter(None, ["badge", kind, "flag" if flag else ""]))
    return format_html('<span class="{}">{}</span>', classes, word)


@register.simple_tag
def meter(value, maximum, label):
    """A bar without inline style; the label says in words what the bar shows."""
    return format_html('<progress max="{}" value="{}" aria-label="{}"></progress>', maximum or 1, value or 0, label)


@register.simple_tag
def qr(text, label):
    """A QR code as a drawing; the label says what it leads to."""
    symbol = segno.make(text, error="m")
    width, height = symbol.symbol_size(scale=1, border=2)
    rows = enumerate(symbol.matrix_iter(scale=1, border=2))
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in rows for x, dark in enumerate(row) if dark)
    drawing = '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}" fill="#000"/></svg>'
    return format_html(drawing, width, height, label, squares)


# --- days --------------------------------------------------------------------------------------------------

for words in (
    days.day,
    days.month,
    days.day_weekday,
    days.short_day,
    days.line_day,
    days.weekday,
    days.short_weekday,
    days.clock,
    days.moment,
    days.relative_day,
    days.day_ahead,
    days.days_left,
):
    register.filter(words)


# --- addresses ---------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """This page's query string with changes; None or "" removes: `<a href="{% query page=2 %}">`."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return f"?{params.urlencode()}"


@register.simple_tag
def page_numbers(page):
    """1 … 4 5 6 … 9; the gap is `Paginator.ELLIPSIS`."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def is_gap(number):
    return number == Paginator.ELLIPSIS


@register.simple_tag
def html_lang():
    """The value of `lang`: the rules for accessible sites ask for zh-CN by name."""
    return "zh-CN" if (get_language() or "").startswith("zh") else get_language()


# --- forms -------------------------------------------------------------------------------------------------


@register.filter
def counts(field):
    """Whether a count of characters helps: long text only, not a name that needs a second line."""
    return isinstance(field.field.widget, forms.Textarea) and not isinstance(field.field.widget, NameInput)


@register.filter
def said(field):
    """The errors of one field in our words: what Django would say of any field names this one."""
    return [_said(field, error, field.label) for error in field.errors.as_data()]


def _said(field, error, label):
    kind = type(field.field)
    stock = {code: text for cls in reversed(kind.__mro__) for code, text in getattr(cls, "default_error_messages", {}).items()}
    own = field.field.error_messages.get(error.code)
    if error.code not in STOCK_ERRORS or (own is not None and own != stock.get(error.code)):
        return error.messages[0]
    code = _lacking(field.field.widget) if error.code == "required" else error.code
    return (STOCK_ERRORS[code]() % {"label": label, **(error.params or {})}).strip()


def _lacking(widget):
    if isinstance(widget, forms.CheckboxInput):
        return "ticked"
    return "picked" if isinstance(widget, forms.widgets.ChoiceWidget | forms.FileInput) else "required"


STOCK_ERRORS = {
    "required": lambda: _("请填写%(label)s"),
    "picked": lambda: _("请选择%(label)s"),
    "ticked": lambda: _("请勾选%(label)s"),
    "max_value": lambda: _("%(label)s最多 %(limit_value)s"),
    "min_value": lambda: _("%(label)s最少 %(limit_value)s"),
    "max_length": lambda: _("最多 %(limit_value)s 字，现在 %(show_value)s 字"),
    "min_length": lambda: _("至少 %(limit_value)s 字，现在 %(show_value)s 字"),
}


def anchor_of(field):
    """Where the field stands on the page; a hidden one stands nowhere."""
    return "" if field.is_hidden else field.id_for_label or field.auto_id


@register.simple_tag
def problems_of(form, rows=()):
    """Every error of a form once: what it is about, where to go to cure it, what it says without naming it again, and its code.

    `rows` are more forms, each with what it is called: its name leads what is said of it.
    """
    return _problems_of(form) + [
        {
            **problem,
            "label": "　".join(str(part) for part in (place, problem.get("label")) if part),
            "anchor": problem.get("anchor") or _first_field(row),
        }
        for row, place in rows or ()
        for problem in _problems_of(row)
    ]


def _first_field(form):
    return next((anchor for field in form if (anchor := anchor_of(field))), "")


def _problems_of(form):
    whole = [{"text": text} for text in form.non_field_errors()]
    fields = [
        {
            "text": _said(field, error, "" if (anchor := anchor_of(field)) else field.label),
            "label": field.label,
            "anchor": anchor,
            "code": error.code,
        }
        for field in form
        for error in field.errors.as_data()
    ]
    return whole + fields


@register.filter
def choices(field):
    return len(list(field))


# --- drawings ----------------------------------------------------------------------------------------------


@register.inclusion_tag("components/ring.html")
def ring(parts, total, label, middle, under, rest_label=""):
    """A ring, clockwise from the top. `parts`: [{value, label, tone}], tone one of brand, gold, ink; what is left over is drawn pale."""
    whole = 2 * math.pi * 80
    drawn, start = [], 0.0
    for part in parts:
        length = whole * float(part["value"]) / float(total) if total else 0.0
        gap = 3 if length < whole else 0  # a hair of paper between two parts
        drawn.append({**part, "dash": f"{max(length - gap, 0):.1f} {whole:.1f}", "offset": f"{0 - start:.1f}"})
        start += length
    rest = (total or 0) - sum(part["value"] for part in parts)
    return {"drawn": drawn, "label": label, "middle": middle, "under": under, "rest": rest, "rest_label": rest_label}
