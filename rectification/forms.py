from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from core.widgets import DayField, FilesField
from rectification.models import Evidence, Finding, RectificationItem, RectificationPlan

ALL = "ALL"
UPLOAD_HELP = _("PDF、Word、Excel、图片，每份不超过 20 MB。不得上传涉密材料。")
UPLOADS_HELP = _("PDF、Word、Excel、图片，每份不超过 20 MB，一次合计不超过 40 MB。不得上传涉密材料。")
ACCEPT = ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"


class ItemFilter(FilterForm):
    source = forms.ChoiceField(label=_("来源"), required=False, choices=[("", _("全部来源")), *Finding.Source.choices])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部在办")), (ALL, _("全部，含已销号")), *RectificationItem.State.choices],
    )
    session = forms.ChoiceField(label=_("会议"), required=False)
    warning = forms.ChoiceField(
        required=False,
        choices=[("", ""), ("BLUE", ""), ("YELLOW", ""), ("RED", ""), ("PROPOSAL", "")],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("单位、问题、编号")
        self.fields["session"].choices = [("", _("不限会议")), *((str(uid), title) for uid, title in sessions)]


class EvidenceButton(forms.Form):
    """Which of the two buttons under the evidence was pressed."""

    do = forms.ChoiceField(choices=[("save", "save"), ("submit", "submit")])


class FindingForm(forms.Form):
    """A proposed problem in the words it will be confirmed with."""

    text = forms.CharField(
        label=_("问题"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("用陈述句写清楚一件事，写进提醒函；不写是谁提的"),
    )


class NewFindingForm(FindingForm):
    subject = forms.ModelChoiceField(label=_("对象"), queryset=None, empty_label=None)
    source = forms.ChoiceField(label=_("来源"), choices=Finding.Source.choices)

    field_order = ["subject", "source", "text"]

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = session.subjects.present()


class NoteForm(forms.Form):
    text = forms.CharField(label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class VerdictForm(forms.Form):
    """What the verifier found."""

    verdict = forms.ChoiceField(
        label=_("结论"),
        choices=[("PASSED", _("通过，整改到位")), ("RETURNED", _("退回补证"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("核验意见"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("看了什么、找谁核对、结果怎样；退回的写清要补什么"),
    )
    must_replace = forms.ModelMultipleChoiceField(
        label=_("须替换的佐证"), queryset=Evidence.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["must_replace"].queryset = item.evidence.filter(submitted_at__isnull=False, replaced_by=None)
        self.fields["must_replace"].help_text = _("只在退回时有用")

    @property
    def chosen(self):
        """What `actions.verify` takes."""
        typed = self.cleaned_data
        return {
            "is_passed": typed["verdict"] == "PASSED",
            "text": typed["text"],
            "must_replace": typed["must_replace"],
        }


class PlanForm(forms.ModelForm):
    """The plan of one item (整改方案)."""

    promise = forms.BooleanField(label=_("方案由主要负责人审核，内容真实，按期兑现"))
    file = forms.FileField(
        label=_("盖章的整改方案"), required=False, help_text=UPLOAD_HELP, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )

    class Meta:
        model = RectificationPlan
        fields = ["pace", "cause", "measure", "owner", "section", "due_on", "outcome", "signed_by"]
        widgets = {
            "pace": forms.RadioSelect,
            "cause": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
            "measure": forms.Textarea(attrs={"rows": 5, "maxlength": 2000}),
            "outcome": forms.Textarea(attrs={"rows": 3, "maxlength": 1000}),
        }
        field_classes = {"due_on": DayField}

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["measure"].help_text = _("一行一条")
        self.fields["owner"].help_text = _("班子成员姓名、职务")
        self.fields["outcome"].help_text = _("别人来看得到、查得着的结果")
        self.fields["signed_by"].label = _("签字人")
        self.fields["signed_by"].help_text = _("主要负责人姓名")
        self.fields["due_on"].help_text = _("今天或者以后，不晚于整改时限；长期整改的写明最后完成的日期")
        for name, longest in [("cause", 1000), ("measure", 2000), ("outcome", 1000)]:
            self.fields[name].max_length = longest
            self.fields[name].validators.append(forms.fields.validators.MaxLengthValidator(longest))
        if not self.initial.get("due_on"):
            self.initial["due_on"] = item.due_on
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset(_("原因和措施"), "cause", "measure", "outcome"),
            Fieldset(_("责任和时限"), Row("owner", "section"), "pace", "due_on"),
            Fieldset(_("签字背书"), "signed_by", "promise", "file"),
        )

    def clean_signed_by(self):
        name = self.cleaned_data["signed_by"].strip()
        if faults := self.item.signing_faults(name):
            raise forms.ValidationError(faults)
        return name

    @property
    def chosen(self):
        """What `actions.submit_plan` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "promise"}


class EvidenceForm(forms.Form):
    """Files and a word about them; uploaded now, handed in with the second button."""

    uploads = FilesField(label=_("拍照或选文件"), required=False, help_text=UPLOADS_HELP)
    text = forms.CharField(label=_("情况说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["uploads"].widget.attrs["accept"] = ACCEPT
