"""What comes into the scores from outside the ballot box, as it is typed."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import LONGEST
from core.reasons import WordsField
from scoring import rules
from scoring.forms.number import ExactField

FIGURE = rules.occasions.FIGURE


class GroundForm(forms.Form):
    """The paper an entry rests on."""

    fact = WordsField(
        label=gettext_lazy("依据"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("什么事、哪一年、谁认定的；审批领导看了才确认，并且印在计票报告单上"),
    )  # fmt: skip
    document = forms.CharField(label=gettext_lazy("文号"), max_length=100, help_text=gettext_lazy("没有文号的写文件名称和日期"))
    note = WordsField(
        label=gettext_lazy("说明"), max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("可以不填；只给办理人员看"),
    )  # fmt: skip

    def ground(self):
        return {name: self.cleaned_data[name] for name in ("fact", "document", "note")}


class OccasionForm(GroundForm):
    """Bonus, deduction or veto of one official."""

    subject = forms.ModelChoiceField(None, label=gettext_lazy("对象"), empty_label=gettext_lazy("请选择"))
    what = forms.ChoiceField(
        label=gettext_lazy("事项"), widget=forms.RadioSelect, error_messages={"required": gettext_lazy("请选择事项")}
    )
    amount = ExactField(
        label=gettext_lazy("数量"), required=False, help_text=gettext_lazy("加分填分数，扣分填次数，一票否决留空")
    )
    field_order = ["subject", "what", "amount", "fact", "document", "note"]

    def __init__(self, *args, session, plan, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [choice for choice in rules.occasions.choices(plan) if choice.kind != FIGURE]
        self.fields["subject"].queryset = session.subjects.all()
        self.fields["what"].choices = [(f"{choice.kind}:{choice.code}", choice.text) for choice in choices]

    def entry(self):
        """As `actions.occasion.enter` takes it."""
        typed = self.typed()
        return {"kind": typed.kind, "code": typed.code, "amounts": {self.cleaned_data["subject"]: typed.amount}} | self.ground()

    def typed(self):
        """The entry without its ground, also of a form that is not complete; None while something of it is missing or wrong."""
        data = self.cleaned_data
        if not {"subject", "what", "amount"} <= data.keys():
            return None
        kind, _colon, code = data["what"].partition(":")
        amount = "" if data["amount"] is None else str(data["amount"])
        return rules.occasions.Entry(kind, data["subject"].code, code, amount)


class FiguresForm(GroundForm):
    """One figure of each official, all from one paper; whoever is left blank is entered another time."""

    def __init__(self, *args, subjects, plan, code, **kwargs):
        super().__init__(*args, **kwargs)
        self.subjects, self.plan, self.code = subjects, plan, code
        for subject in subjects:
            self.fields[subject.code] = ExactField(label=subject.name, required=False)

    def rows(self):
        for subject in self.subjects:
            yield subject, self[subject.code]

    def clean(self):
        data = super().clean()
        for subject in self.subjects:
            if data.get(subject.code) is not None:
                entry = rules.occasions.Entry(FIGURE, subject.code, self.code, str(data[subject.code]))
                if why := rules.occasions.misfit(self.plan, entry):
                    self.add_error(subject.code, why)
        if not self.errors and not any(data[subject.code] is not None for subject in self.subjects):
            self.add_error(None, _("请至少填一位的数据"))
        return data

    def entry(self):
        """As `actions.occasion.enter` takes it."""
        typed = {subject: self.cleaned_data[subject.code] for subject in self.subjects}
        amounts = {subject: str(value) for subject, value in typed.items() if value is not None}
        return {"kind": FIGURE, "code": self.code, "amounts": amounts} | self.ground()
