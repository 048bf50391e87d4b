from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.widgets import DayField, of_our_years
from reviews.forms.button import PRESSED
from reviews.models import ReportReview
from reviews.rules import report as rules
from reviews.rules.outline import ITEM_MAX

MOST_PROBLEMS, MOST_REASONS = 12, 20


class ReportForm(forms.Form):
    """The items of one outline. Nothing is obligatory while one writes: what is missing the check says.

    `base` is when the words the page was opened with were saved, as the page tells it; empty where none were.
    """

    base = forms.DateTimeField(required=False, validators=[of_our_years])
    submit = forms.ChoiceField(required=False, choices=PRESSED)

    def __init__(self, *args, template, **kwargs):
        super().__init__(*args, **kwargs)
        self.template = template
        for item in template.items:
            rows = max(4, round(item.get("min_chars", 0) / 22))
            self.fields[item["code"]] = forms.CharField(
                label=item["name"],
                required=False,
                max_length=ITEM_MAX,
                widget=forms.Textarea(
                    attrs={"rows": rows, "aria-describedby": f"help_{item['code']}", "data-item": item["code"]}
                ),
            )

    @property
    def texts(self):
        return {item["code"]: self.cleaned_data[item["code"]] for item in self.template.items}


class ProblemForm(forms.Form):
    """One problem with its measure. A row left blank does not count."""

    problem = forms.CharField(label=_("问题"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    measure = forms.CharField(label=_("整改措施"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.CharField(label=_("责任人"), required=False, max_length=60)
    due_on = DayField(label=_("时限"), required=False)
    outcome = forms.CharField(label=_("可检验成果"), required=False, max_length=200)

    @property
    def line(self):
        """The row as a report keeps it: texts, the day in ISO."""
        line = {name: self.cleaned_data.get(name) or "" for name in rules.LINE}
        return {**line, "due_on": line["due_on"].isoformat() if line["due_on"] else ""}


class Rows(forms.BaseFormSet):
    """A table of forms that says truly how many rows it has."""

    def clean(self):
        if self.total_form_count() < 0:
            raise forms.ValidationError(_("表格不完整，请刷新后再填"))


ProblemFormSet = forms.formset_factory(
    ProblemForm, formset=Rows, extra=0, min_num=rules.LEAST_PROBLEMS, max_num=MOST_PROBLEMS, absolute_max=MOST_PROBLEMS
)


def content_of(form, problems):
    """What a report keeps of a valid form and its table."""
    lines = [row.line for row in problems if row.cleaned_data]
    return {"items": form.texts, "problems": [line for line in lines if not rules.is_blank(line)]}


class DeclareForm(forms.Form):
    """`base` is when the words the page showed were saved."""

    base = forms.DateTimeField(required=False, validators=[of_our_years])
    is_true = forms.BooleanField(label=_("本人承诺：以上报告内容真实，没有隐瞒和虚报，愿接受核查、质询和评议。"))


class GroundForm(forms.Form):
    """One ground of the five, the place and what is to be done about it."""

    code = forms.ChoiceField(label=_("五个不通过"), error_messages={"required": _("请选择是五个不通过的哪一个")})
    item = forms.ChoiceField(label=_("涉及内容"), required=False)
    comment = forms.CharField(
        label=pgettext_lazy("examination", "意见"),
        max_length=500,
        help_text=_("写明哪里不行、怎样改，撰写人会逐条看到"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, template, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [
            ("", _("请选择")),
            *((code, f"{code} {label}") for code, label in ReportReview.Reason.choices),
        ]
        items = [(item["code"], f"{item['code']} {rules.short_name(item['name'])}") for item in template.items]
        self.fields["item"].choices = [("", _("全文")), *items, (rules.PROBLEMS, _("问题和整改措施"))]

    @property
    def reason(self):
        return {name: self.cleaned_data.get(name, "") for name in ("code", "item", "comment")}


GroundFormSet = forms.formset_factory(GroundForm, extra=0, min_num=1, max_num=MOST_REASONS, absolute_max=MOST_REASONS)


class VersionForm(forms.Form):
    """Which version is asked for; none: the last."""

    version = forms.IntegerField(required=False, min_value=1, max_value=32767)


class CompareForm(forms.Form):
    """Which two texts are held against each other."""

    old = forms.ChoiceField(required=False)
    new = forms.ChoiceField(required=False)

    def __init__(self, *args, keys, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.choices = [(key, key) for key in keys]


class CommentForm(forms.Form):
    comment = forms.CharField(label=_("总的意见"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
