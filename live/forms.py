from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.widgets import DayField
from live.models import RunItem, Timing
from reviews.models import LeaderComment
from reviews.rules.comment import problem_lines


def known(field):
    """What the page knew of a field when it was drawn, or when it was last saved (save.js): nobody's words are overwritten unseen."""
    return forms.CharField(required=False, strip=False, widget=forms.HiddenInput(attrs={"data-before": field}))


def reached_by(key):
    """The key of the console that leads to this field (hall.js)."""
    return {"data-key": key, "aria-keyshortcuts": key.upper()}


class AnswerForm(forms.Form):
    """What was answered, noted as it is said."""

    summary = forms.CharField(
        label=_("答复要点"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, **reached_by("a")}),
    )
    is_unsatisfactory = forms.BooleanField(label=_("答复不满意，列入整改问题"), required=False)
    inquiry_due_on = DayField(label=_("提出质询书，书面答复时限（即列入整改）"), required=False)
    before = known("summary")
    before_unsatisfactory = forms.BooleanField(
        required=False, widget=forms.HiddenInput(attrs={"data-before": "is_unsatisfactory"})
    )
    before_due_on = forms.DateField(required=False, widget=forms.HiddenInput(attrs={"data-before": "inquiry_due_on"}))


class CommitmentForm(forms.Form):
    text = forms.CharField(label=_("承诺事项"), max_length=300, widget=forms.TextInput(attrs=reached_by("c")))
    due_on = DayField(label=_("时限"))


class FloorForm(forms.Form):
    text = forms.CharField(
        label=_("代表提问"),
        max_length=300,
        help_text=_("记下后即上大屏；来源只记“现场提问”，不记姓名"),
        widget=forms.TextInput(attrs=reached_by("q")),
    )


class HandsForm(forms.Form):
    outcome = forms.CharField(
        label=_("举手结果"),
        max_length=100,
        help_text=_("例如：满意 41 人，不满意 2 人；写入会议记录，不上大屏"),
        widget=forms.TextInput(attrs=reached_by("h")),
    )


class InvitedForm(forms.Form):
    """When people are to be there, for the invitations being printed."""

    at = forms.TimeField(label=_("几点到会"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


class HeadCountForm(forms.Form):
    present = forms.IntegerField(label=_("到会人数"), min_value=0, max_value=9999)


class TimingForm(forms.ModelForm):
    class Meta:
        model = Timing
        fields = ["opening", "statement", "questions", "comment", "scoring", "closing"]

    @property
    def minutes(self):
        return {kind: self.cleaned_data[kind.lower()] for kind in RunItem.TIMED}


class TemplateForm(forms.Form):
    """Which run sheet to begin from."""

    what = forms.ChoiceField(
        label=_("模板"),
        choices=[
            ("BASIC", _("基本")),
            ("DISPERSED", _("分散会议：加说明评议办法、计票、宣布结果")),
            ("CONCENTRATED", _("集中会议：再加中间休息")),
        ],
    )


class MinutesForm(forms.Form):
    """Minutes of each item still to come."""

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        for item in items:
            attrs = {"aria-label": str(item), "form": "item-minutes", "class": "few"}
            self.fields[item.key] = forms.IntegerField(
                label=str(item), min_value=1, max_value=180, initial=item.minutes, widget=forms.NumberInput(attrs=attrs)
            )


class RemoveForm(forms.Form):
    """What is taken off the run sheet for all officials at once, as the question sends it."""

    what = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)


class CommentForm(forms.ModelForm):
    before_strengths, before_problems = known("strengths"), known("problems")

    class Meta:
        model = LeaderComment
        fields = ["strengths", "problems"]
        widgets = {
            "strengths": forms.Textarea(attrs={"rows": 2, "maxlength": 1000, **reached_by("a")}),
            "problems": forms.Textarea(attrs={"rows": 3, "maxlength": 2000, **reached_by("p")}),
        }

    use_required_attribute = False  # or a draft without problems could not be sent

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.Meta.widgets:
            self.fields[name].validators.append(MaxLengthValidator(self.fields[name].widget.attrs["maxlength"]))
        self.initial |= {"before_strengths": self.instance.strengths, "before_problems": self.instance.problems}

    def full_clean(self):
        """What is typed is kept as it grows; given in the hall it needs a problem, says the action, and so does the label."""
        is_required, self.fields["problems"].required = self.fields["problems"].required, False
        super().full_clean()
        self.fields["problems"].required = is_required

    def clean_problems(self):
        return "\n".join(problem_lines(self.cleaned_data["problems"]))

    def clean_before_problems(self):
        return "\n".join(problem_lines(self.cleaned_data["before_problems"]))  # as what was sent last is kept


class DraftForm(CommentForm):
    """What a leading member prepares: the problems may wait until the hall."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["problems"].required = False
        self.fields["problems"].help_text = _("一行一个，可以以后再写；会上点评至少要指出一个问题")


class SectionForm(forms.Form):
    """One section of the minutes."""

    text = forms.CharField(label=_("记录"), required=False, max_length=20_000, widget=forms.Textarea)
    before = known("text")

    def __init__(self, *args, section, **kwargs):
        super().__init__(*args, initial={"text": section.text, "before": section.text}, auto_id=f"{section.key}_%s", **kwargs)
        rows = sum(1 + len(line) // 48 for line in section.text.splitlines())
        self.fields["text"].widget.attrs |= {"rows": max(rows, 2), "aria-label": section.title}
