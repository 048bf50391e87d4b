import uuid
from contextlib import suppress

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from core.widgets import DayField
from reviews.models import AudienceGroup, ReviewSession

BREAKS = "，,、\t　 "  # what may stand between a name and what the person is
MOST_EXPECTED = 9999  # in one group


class SessionForm(forms.ModelForm):
    class Meta:
        model = ReviewSession
        fields = ["title", "kind", "date", "place", "chair", "is_rehearsal"]
        field_classes = {"date": DayField}
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].help_text = _("例如：2026年年终集中述责述廉评议会")
        self.fields["kind"].choices = [
            (ReviewSession.Kind.DISPERSED, _("分散（前三季度）")),
            (ReviewSession.Kind.CONCENTRATED, _("集中（第四季度）")),
        ]
        self.fields["date"].help_text = _("保存后按这一天倒排全部筹备日期，遇休息日提前到工作日")
        self.helper = FormHelper()
        self.helper.form_id = "session-form"
        self.helper.render_hidden_fields = True
        self.helper.layout = Layout(
            "title",
            "kind",
            Row("date", "place"),
            "chair",
            "is_rehearsal",
            Submit("save", _("保存，去选定对象") if self.instance._state.adding else _("保存")),
            HTML('{% load i18n %}<a class="btn" href="{{ cancel_url }}">{% translate "取消" %}</a>'),
        )


class SessionChangeForm(SessionForm):
    """`seen` is the version that the page showed."""

    seen = forms.IntegerField(min_value=0, max_value=32767, widget=forms.HiddenInput)

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, initial={"seen": instance.submissions}, **kwargs)


class SessionFilter(forms.Form):
    """What the list of sessions is searched by."""

    q = forms.CharField(label=_("名称、对象、单位"), required=False, max_length=60, widget=forms.SearchInput)
    year = forms.TypedChoiceField(label=_("年份"), required=False, coerce=int, empty_value=None)
    kind = forms.ChoiceField(label=_("形式"), required=False, choices=[("", _("全部"))])
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部"))])

    def __init__(self, *args, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", _("全部")), *((year, year) for year in years)]
        self.fields["kind"].choices = [("", _("全部")), *ReviewSession.Kind.choices]
        self.fields["state"].choices = [("", _("全部")), *ReviewSession.State.choices]

    @property
    def chosen(self):
        """What was asked; an address typed with nonsense asks nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def is_filtering(self):
        return bool(self.chosen)


class SearchForm(forms.Form):
    q = forms.CharField(label=_("姓名、拼音首字母、单位"), required=False, max_length=60, widget=forms.SearchInput)

    @property
    def text(self):
        return self.cleaned_data["q"] if self.is_valid() else ""

    @property
    def is_filtering(self):
        return bool(self.text)


class ShowForm(forms.Form):
    """Whom the plan lists: everybody, or those at one stage."""

    show = forms.ChoiceField(required=False, choices=[(name, name) for name in ("waiting", "planned", "heard")])


class ShownForm(forms.Form):
    """What the audience was when the page was made."""

    shown = forms.CharField(required=False, max_length=64)

    @property
    def mark(self):
        return self.cleaned_data["shown"] if self.is_valid() else ""


class AudienceGroupForm(forms.ModelForm):
    """One rater group. The roster is text, one person a line: it is pasted from a list more often than typed."""

    expected = forms.IntegerField(
        label=_("应到人数"),
        required=False,
        min_value=0,
        max_value=MOST_EXPECTED,
        help_text=_("名单之外还有人时，填总人数"),
    )
    roster = forms.CharField(
        label=_("名单"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("一行一人：姓名，单位、职务"),
    )

    class Meta:
        model = AudienceGroup
        fields = ["name", "expected", "is_anonymous"]

    def __init__(self, *args, roster, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roster"].initial = "\n".join("，".join(filter(None, person)) for person in roster)
        if not self.instance.expected:
            self.initial["expected"] = len(roster) or None
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(Row("name", "expected"), "is_anonymous", "roster")

    def clean_roster(self):
        """[(name, about), …] without blank lines. A line without a name and one that stands twice are refused by their numbers."""
        lines = [(n, line) for n, line in enumerate(self.cleaned_data["roster"].splitlines(), 1) if line.strip(BREAKS)]
        if nameless := [n for n, line in lines if line.lstrip(" 　")[0] in BREAKS]:
            raise forms.ValidationError(_("第 %(n)s 行没有姓名") % {"n": numbers(nameless)})
        rows = {}
        for n, line in lines:
            rows.setdefault(split(line), []).append(n)
        if twice := [
            _("第 %(n)s 行是同一人：%(name)s") % {"n": numbers(ns), "name": p[0]} for p, ns in rows.items() if len(ns) > 1
        ]:
            raise forms.ValidationError(twice)
        for name, about in rows:
            if len(name) > 40 or len(about) > 100:
                raise forms.ValidationError(
                    _("“%(line)s…”太长：姓名最多 40 字，单位、职务最多 100 字"), params={"line": name[:12]}
                )
        return list(rows)

    def clean(self):
        people = self.cleaned_data.get("roster") or []
        expected = self.cleaned_data.get("expected")
        if expected is None:
            self.cleaned_data["expected"] = len(people)
        elif expected < len(people):
            self.add_error("expected", _("名单上有 %(n)d 人，应到人数不能少于名单") % {"n": len(people)})
        return self.cleaned_data


def uids(values):
    """The well-formed ids among `values`; an invented one finds nobody."""
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(uuid.UUID(value))
    return found


def numbers(found):
    return _("、").join(map(str, found))


def split(line):
    """("时彦亦", "区教育局党组书记") of one line; the first break divides."""
    line = line.strip(BREAKS)
    at = min((line.index(sign) for sign in BREAKS if sign in line), default=len(line))
    return line[:at], line[at:].strip(BREAKS)
