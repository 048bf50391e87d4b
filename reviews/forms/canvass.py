from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from core.widgets import DayInput
from reviews.models import DigestEntry, Opinion, ReportTemplate

ANY = [("", _("全部"))]


def aspect_items():
    """The items of the outline in force, as choices grouped by aspect."""
    template = ReportTemplate.objects.order_by("-pk").first()
    outline = template.outline if template else []
    return [
        (aspect["name"], [(item["code"], f"{item['code']} {item['name']}") for item in aspect["items"]]) for aspect in outline
    ]


class OpeningForm(forms.Form):
    """When the form goes out and when it closes."""

    opens_on = forms.DateField(label=_("发放日期"), widget=DayInput())
    closes_on = forms.DateField(label=_("回收截止"), widget=DayInput(), help_text=_("当天仍可填写，第二天起关闭"))


class PaperForm(forms.Form):
    """How many paper forms went out and came back."""

    issued = forms.IntegerField(label=_("纸质表发出"), min_value=0, max_value=100_000)
    returned = forms.IntegerField(label=_("纸质表收回"), min_value=0, max_value=100_000)


class PublicForm(forms.Form):
    """What anybody may write: about whom, and up to five texts. No name, no contact, nothing typed is obligatory but the choice."""

    TEXTS = ("political", "duty", "integrity", "improve", "ask")

    subject = forms.ChoiceField(label=_("您想说哪一位"), widget=forms.RadioSelect)
    political = forms.CharField(
        label=_("遵守政治纪律和政治规矩方面"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    duty = forms.CharField(label=_("落实主体责任方面"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    integrity = forms.CharField(
        label=_("廉洁从政和作风方面"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    improve = forms.CharField(
        label=_("最需要改进的一件事"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    ask = forms.CharField(label=_("希望在会上问的问题"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # people do not see it, machines fill it in

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(s.uid, f"{s.name}　{s.unit_name}　{s.post}") for s in subjects]

    @property
    def texts(self):
        return [text for name in self.TEXTS if (text := self.cleaned_data[name].strip())]


class OpinionEntryForm(forms.Form):
    """One opinion from paper or a talk, typed in by staff."""

    subject = forms.ChoiceField(label=_("对象"))
    channel = forms.ChoiceField(label=_("渠道"), choices=Opinion.Channel.choices)
    text = forms.CharField(label=_("意见建议"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    nature = forms.ChoiceField(label=_("性质"), required=False, choices=[("", _("以后再归类")), *Opinion.Nature.choices])
    aspect_item = forms.ChoiceField(label=_("方面、项"), required=False)

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(s.uid, f"{s.order}　{s.name}　{s.unit_name}") for s in subjects]
        self.fields["aspect_item"].choices = [("", _("以后再归类")), *aspect_items()]


class OpinionFilter(FilterForm):
    subject = forms.ChoiceField(label=_("对象"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=ANY + Opinion.State.choices)

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("意见中的字词")
        self.fields["subject"].choices = [*ANY, *((str(s.uid), s.name) for s in subjects)]


class ClassifyForm(forms.Form):
    """What an opinion is, where it belongs and what becomes of it."""

    nature = forms.ChoiceField(label=_("性质"), choices=Opinion.Nature.choices)
    aspect_item = forms.ChoiceField(label=_("方面、项"))
    handling = forms.ChoiceField(label=_("拟处理"), choices=Opinion.Handling.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aspect_item"].choices = aspect_items()


class EntryForm(forms.ModelForm):
    """One line of the digest, in the commission's own words."""

    class Meta:
        model = DigestEntry
        fields = ["text", "nature", "handling"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("退回理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class TipOffForm(forms.Form):
    number = forms.CharField(label=_("信访登记号"), max_length=60)
