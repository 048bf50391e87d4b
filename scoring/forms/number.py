"""Numbers of a scheme as people type and read them: exact ones, and shares in percent (scoring.md §3)."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from scoring.rules.numbers import is_number, number


class ExactField(forms.CharField):
    """A number as it is counted with: 12, 0.5 or 1/3. None where nothing was typed."""

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_length": 20, "widget": widget} | kwargs)

    def clean(self, value):
        text = unicodedata.normalize("NFKC", super().clean(value)).replace(" ", "")
        if not text:
            return None
        found = int(text) if re.fullmatch(r"[0-9]{1,15}", text) else text
        if not is_number(found):
            raise forms.ValidationError(_("请填整数、小数或分数，例如 12、0.5、1/3"))
        return found


class PercentField(forms.CharField):
    """A share as people say it, 30% or 1/3, kept as the scheme keeps it: 0.30 or 1/3. None where nothing was typed."""

    def __init__(self, **kwargs):
        super().__init__(**{"max_length": 20, "widget": forms.TextInput(attrs={"autocomplete": "off"})} | kwargs)

    def clean(self, value):
        text = unicodedata.normalize("NFKC", super().clean(value)).replace(" ", "")
        if not text:
            return None
        if (share := share_of(text)) is None:
            raise forms.ValidationError(_("请填百分数，例如 30%；除不尽的填分数，例如 1/3"))
        return share


class CutField(ExactField):
    """How many ballots are dropped, or which share of them."""

    def clean(self, value):
        text = unicodedata.normalize("NFKC", value or "").replace(" ", "")
        return share_of(text) if text.endswith("%") and share_of(text) else super().clean(value)


class SharesField(forms.CharField):
    """“优秀 20%、合格 70%”."""

    def clean(self, value):
        shares = []
        text = unicodedata.normalize("NFKC", super().clean(value).strip())
        for entry in filter(None, re.split(r"\s*[、,;]\s*", text)):
            label, _space, typed = entry.rpartition(" ")
            if not label or (share := share_of(typed)) is None:
                raise forms.ValidationError(_("请写等次和比例，用顿号隔开，例如：优秀 20%、合格 70%"))
            shares.append({"label": label.strip(), "share": share})
        return shares


class StepsField(forms.CharField):
    """A table, one row a line: “90% 200” is {at_least, points}; with options “c、d 1/3 130”, the codes of grades before it."""

    def __init__(self, *, has_options=False, **kwargs):
        super().__init__(
            **{"validators": [MaxLengthValidator(600)], "widget": forms.Textarea(attrs={"rows": 4}), "required": False} | kwargs
        )
        self.has_options = has_options

    def clean(self, value):
        return [self.row(line) for line in super().clean(unicodedata.normalize("NFKC", value or "")).splitlines() if line.strip()]

    def row(self, line):
        *options, typed, points = line.rsplit(maxsplit=2) if len(line.split()) > 1 else ("", "")
        share, codes = share_of(typed), codes_of(" ".join(options))
        if share is None or not is_number(points) or bool(codes) != self.has_options:
            example = _("c、d 1/3 130") if self.has_options else _("90% 200")
            raise forms.ValidationError(_("每行一档，例如：%(example)s") % {"example": example})
        row = {"at_least": share, "points": int(points) if points.isdecimal() else points}
        return {"options": codes} | row if self.has_options else row


def steps_text(rows):
    """A table as it is typed."""
    return "\n".join(
        " ".join([*(["、".join(row["options"])] if "options" in row else []), percent(row["at_least"]), str(row["points"])])
        for row in rows
    )


def codes_of(text):
    """“a、b”, codes of grades."""
    return [code for code in re.split(r"[\s、,，;；]+", text) if code]


def share_of(text):
    """“30%” → "0.30", 1/3 as it is; None for anything else, also for a bare 30 or 0.3, which could mean either."""
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,10})?%", text):
        return f"{Decimal(text[:-1]).scaleb(-2):f}"
    return text if "/" in text and is_number(text) else None


def percent(share):
    """A share as people say it; a third stays a fraction."""
    value = number(share) if isinstance(share, int | str) else share
    return f"{float(value * 100):g}%" if (value * 10000).denominator == 1 else str(value)
