"""What people type at the scrutineers' table and before it."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import LONGEST
from core.reasons import WordsField
from scoring import rules
from scoring.models import Scheme


def exact(value):
    """A fraction of tenths as a decimal, for a number field."""
    return Decimal(value.numerator) / value.denominator


class PrepareForm(forms.Form):
    """The scheme, and how many of each group will be there."""

    scheme = forms.ModelChoiceField(Scheme.objects.none(), label=gettext_lazy("计分方案"), empty_label=None)

    def __init__(self, *args, session, round=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = Scheme.objects.locked()
        self.fields["scheme"].label_from_instance = lambda scheme: f"{scheme.label}　{scheme.name}"
        self.groups = list(session.audience.with_presence())
        known = {group.code: group for group in round.groups.all()} if round else {}
        if round:
            self.fields["scheme"].initial = round.scheme_id
        for group in self.groups:
            was = known.get(group.code)
            self.fields[f"attendants_{group.code}"] = forms.IntegerField(
                label=_("%(group)s人数") % {"group": group}, min_value=0 if not group.is_anonymous else 1, max_value=500,
                initial=was.attendants if was else group.present or group.expected,
            )  # fmt: skip
            if group.is_anonymous:
                self.fields[f"papers_{group.code}"] = forms.IntegerField(
                    label=_("其中用纸票"), min_value=0, max_value=200, initial=was.papers if was else 0
                )

    def rows(self):
        """(group, field of attendants, field of papers or None), as the page lays them out."""
        for group in self.groups:
            papers = self[f"papers_{group.code}"] if group.is_anonymous else None
            yield group, self[f"attendants_{group.code}"], papers

    def present(self):
        return {code: attendants for code, (attendants, _papers) in self.numbers().items()}

    def numbers(self):
        data = self.cleaned_data
        return {g.code: (data[f"attendants_{g.code}"], data.get(f"papers_{g.code}") or 0) for g in self.groups}


class CardsForm(forms.Form):
    """Cards drawn of each box, and where the missing ones are; of a named group how many came, and why not as many as prepared for."""

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for group in groups:
            if group.is_named:
                number, most, drawn = _("%(group)s实到人数"), 500, group.present
                why, reason = _("%(group)s实到与原定不同的说明"), group.came_reason
            else:
                number, most, drawn = _("%(group)s实发票卡数"), group.cards, group.drawn
                why, reason = _("%(group)s未交回的说明"), group.unaccounted_reason
            self.fields[f"drawn_{group.letter}"] = forms.IntegerField(
                label=number % {"group": group}, min_value=0, max_value=most, initial=drawn
            )
            self.fields[f"reason_{group.letter}"] = forms.CharField(
                label=why % {"group": group}, max_length=300, required=False, initial=reason
            )

    def rows(self):
        for group in self.groups:
            yield group, self[f"drawn_{group.letter}"], self[f"reason_{group.letter}"]

    def entries(self):
        data = self.cleaned_data
        return {g.letter: (data[f"drawn_{g.letter}"], data[f"reason_{g.letter}"]) for g in self.groups}


OUTSIDE = "?"


class NamedForm(forms.Form):
    """The marks of one named rater: one row an official, one column a criterion. A row left wholly blank is an abstention."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # which marks the page showed

    def __init__(self, *args, scheme, subjects, rater=None, roster=(), given=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.subjects = scheme.plan(), subjects
        answers = {one.subject_id: one.answers for one in given}
        if rater is None and roster:
            listed = [("", _("请选择")), *((name, name) for name in dict.fromkeys(roster)), (OUTSIDE, _("名单外的人"))]
            self.fields["rater"] = forms.ChoiceField(label=_("评议人"), choices=listed)
            self.fields["outside"] = forms.CharField(
                label=_("名单外的人"),
                max_length=40,
                required=False,
                help_text=_("名单上的人留空。签字前向计票人、监票人标明不在名单上。"),
            )
        elif rater is None:
            self.fields["rater"] = forms.CharField(label=_("评议人"), max_length=40)
        for subject in subjects:
            for criterion in self.plan.criteria:
                mark = answers.get(subject.pk, {}).get(criterion.code)
                self.fields[f"{subject.code}_{criterion.code}"] = self._field(subject, criterion, mark)

    def _field(self, subject, criterion, mark):
        label = _("%(name)s：%(criterion)s") % {"name": subject.name, "criterion": criterion.name}
        if criterion.graded:
            options = [(n, grade.label) for n, grade in enumerate(self.plan.grades, 1)]
            return forms.TypedChoiceField(
                label=label, choices=[("", "—"), *options], coerce=int, empty_value=None, required=False, initial=mark
            )
        return forms.DecimalField(
            label=label, min_value=0, max_value=exact(criterion.max_points), decimal_places=1, required=False,
            step_size=exact(self.plan.step), initial=None if mark is None else f"{Decimal(mark) / 10:f}",
        )  # fmt: skip

    def rows(self):
        for subject in self.subjects:
            yield subject, [self[f"{subject.code}_{criterion.code}"] for criterion in self.plan.criteria]

    def clean(self):
        """Each row complete or wholly blank; what is partly filled is named. Of somebody not on the list the name is written."""
        data = super().clean()
        is_outside = data.get("rater") == OUTSIDE
        if is_outside != bool(data.get("outside")) and "rater" in data:
            self.add_error("outside", _("请写明姓名") if is_outside else _("选了名单上的人，这里请留空"))
        for subject in self.subjects:
            given = [data.get(f"{subject.code}_{criterion.code}") for criterion in self.plan.criteria]
            if any(mark is not None for mark in given) and None in given:
                self.add_error(None, _("%(name)s还有指标没有打分；要弃权的，请整行留空") % {"name": subject.name})
        return data

    def named(self):
        """Whose marks these are."""
        return self.cleaned_data.get("outside") or self.cleaned_data["rater"]

    def marks(self):
        """{subject: {criterion: tenths or place of the option}}."""
        found = {}
        for subject in self.subjects:
            answers = {}
            for criterion in self.plan.criteria:
                mark = self.cleaned_data.get(f"{subject.code}_{criterion.code}")
                if mark is not None:
                    answers[criterion.code] = mark if criterion.graded else int(mark * 10)
            found[subject] = answers
        return found


class VoidForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("作废理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("印在作废记录上。不写票数，不写是谁投了什么票。"),
    )  # fmt: skip


class DecideForm(forms.Form):
    """Who of those equal across one quota gets the places; how many, the action minds."""

    label = forms.CharField(widget=forms.HiddenInput)
    pool = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("列入名额的人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请选出列入名额的人")},
    )
    reason = WordsField(
        label=gettext_lazy("裁定理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("印在计票报告单上，例如“集体研究决定，依据……”。"),
    )  # fmt: skip

    def __init__(self, data=None, *, tie):
        initial = {name: tie[name] for name in ("label", "pool")}
        super().__init__(data, initial=initial, auto_id=f"tie_{tie['n']}_%s")
        self.n = tie["n"]
        self.fields["chosen"].choices = [(person["code"], person["name"]) for person in tie["people"]]

    @property
    def is_about_it(self):
        """Whether what was sent decides this tie and not another one."""
        return all(self[name].value() == self.initial[name] for name in ("label", "pool"))


class WipeForm(forms.Form):
    WORD = gettext_lazy("清除")

    word = forms.CharField(label=gettext_lazy("输入“清除”两个字"), max_length=10)

    def clean_word(self):
        if self.cleaned_data["word"].strip() != self.WORD:
            raise forms.ValidationError(gettext_lazy("请输入“%(word)s”"), params={"word": self.WORD})
        return self.cleaned_data["word"]


class CorrectForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("更正理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("错在哪里、怎样发现的。委员、领导都看得到，也印在更正后的文件上，评议结果单除外：不写谁打了多少分、投了什么票，只写“某票种某项录入有误”。"),
    )  # fmt: skip


class TableForm(forms.Form):
    """Cards declared lost of each box, and the paper ballots of the whole session."""

    paper_ballots = forms.IntegerField(label=gettext_lazy("录入的纸票张数"), min_value=0, max_value=500)
    invalid_parts = forms.IntegerField(label=gettext_lazy("纸票上作无效记的处数"), min_value=0, max_value=9999)

    def __init__(self, *args, groups, minutes, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for name in ("paper_ballots", "invalid_parts"):
            self.fields[name].initial = getattr(minutes, name)
        for group in groups:
            self.fields[f"lost_{group.letter}"] = forms.IntegerField(
                label=_("%(group)s声明丢失") % {"group": group}, min_value=0, max_value=group.cards, initial=group.lost
            )

    def rows(self):
        for group in self.groups:
            yield group, self[f"lost_{group.letter}"]

    def entries(self):
        data = self.cleaned_data
        lost = {group.letter: data[f"lost_{group.letter}"] for group in self.groups}
        return {"lost": lost, "paper_ballots": data["paper_ballots"], "invalid_parts": data["invalid_parts"]}


class EndingForm(forms.Form):
    """What the room has seen: the chair's word, and what was destroyed."""

    declared_by = forms.CharField(label=gettext_lazy("宣布终局的主持人"), max_length=40)
    objections = forms.CharField(
        label=gettext_lazy("投票异议情况"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("提了什么、怎样答复；没有人提出的留空。不写是谁投了什么票。"),
    )  # fmt: skip
    key_cards = forms.IntegerField(label=gettext_lazy("当众粉碎的钥匙卡张数"), min_value=0, max_value=9)
    missing_key_cards = forms.CharField(
        label=gettext_lazy("缺少的钥匙卡"), max_length=300, required=False, help_text=gettext_lazy("全部粉碎的留空。")
    )
    tablets = forms.IntegerField(label=gettext_lazy("清除网站数据的平板台数"), min_value=1, max_value=500)
    is_shredded = forms.BooleanField(label=gettext_lazy("收回的票卡和已录纸票已经当众粉碎"))

    def __init__(self, *args, noted, made, chair, **kwargs):
        super().__init__(*args, **kwargs)
        known = {name: getattr(noted, name) for name in self.fields if hasattr(noted, name)}
        self.initial = {"declared_by": chair, "key_cards": made} | known

    def entries(self):
        return {name: value for name, value in self.cleaned_data.items() if name != "is_shredded"}


class SmallGroupsForm(forms.Form):
    """For each group with too few in the hall: the neighbour it merges into, or named. The browser does not insist: a number mistyped
    is corrected without a choice."""

    use_required_attribute = False

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.groups = groups
        for group in groups:
            ways = [
                (code, _("并入%(name)s：收回不足 %(n)d 张时，连同权重一起算进去") % {"name": name, "n": group.least})
                for code, name in group.neighbours
            ]
            if group.may_be_named:
                ways.append((rules.NAMED, _("改为实名：不发票卡，评分写姓名由工作人员录入，公布时注明实名")))
            self.fields[f"way_{group.code}"] = forms.ChoiceField(
                label=_("%(name)s到会 %(present)d 人，不足 %(least)d 人") % {"name": group.name, "present": group.present, "least": group.least},
                choices=ways, widget=forms.RadioSelect, error_messages={"required": _("请选一种办法，否则全场都不出分")},
            )  # fmt: skip

    def choices(self):
        return {group.code: self.cleaned_data[f"way_{group.code}"] for group in self.groups}
