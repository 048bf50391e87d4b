"""How days and moments are written on pages and papers; templates have the same words as filters."""

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import calendar


def local(value):
    """The day here of a date or a moment; None stays None."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


def written(value, pattern):
    day = local(value)
    return formats.date_format(day, pattern) if day else ""


def day(value):
    """2026年9月25日"""
    here = local(value)
    return calendar.written(here) if here else ""


def month(value):
    """2026年9月"""
    return written(value, pgettext("date format", "Y年n月"))


def day_weekday(value):
    """2026年9月25日（星期五）"""
    return written(value, pgettext("date format", "Y年n月j日（l）"))


def short_day(value):
    """9月25日; with the year when it is not this one."""
    here = local(value)
    same_year = bool(here) and here.year == timezone.localdate().year
    return written(value, pgettext("date format", "n月j日")) if same_year else day(value)


def line_day(value, steps):
    """The day of a step on a time line: with the year on every step as soon as one is not of this year."""
    years = {here.year for step in steps if (here := local(step.get("at")))}
    return short_day(value) if years <= {timezone.localdate().year} else day(value)


def weekday(value):
    """星期五"""
    return written(value, "l")


def short_weekday(value):
    """周五"""
    here = local(value)
    return [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")][here.weekday()] if here else ""


def clock(value):
    """16:20"""
    return formats.date_format(timezone.localtime(value), "H:i") if value else ""


def moment(value):
    """9月25日 16:20"""
    return f"{short_day(value)} {clock(value)}" if value else ""


def days_until(value):
    return (local(value) - timezone.localdate()).days


def relative_day(value):
    """今天, 明天, 昨天, 3 天后, 3 天前"""
    if not local(value):
        return ""
    days = days_until(value)
    near = {0: _("今天"), 1: _("明天"), -1: _("昨天")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("%(n)d 天后", "%(n)d 天后", days) % {"n": days}
    return ngettext("%(n)d 天前", "%(n)d 天前", -days) % {"n": -days}


def day_ahead(value):
    """今天, 明天, 3 天后; nothing for a day that is over, whose distance helps nobody."""
    return relative_day(value) if local(value) and days_until(value) >= 0 else ""


def days_left(value):
    """还有 3 天, 今天到期, 逾期 3 天"""
    if not local(value):
        return ""
    days = days_until(value)
    if days > 0:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", days) % {"n": days}
    if days == 0:
        return _("今天到期")
    return ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", -days) % {"n": -days}
