from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.widgets import DayField


class OpeningForm(forms.Form):
    """When the form goes out and when it closes."""

    opens_on = DayField(label=_("发放日期"))
    closes_on = DayField(label=_("回收截止"), help_text=_("当天仍可填写，第二天起关闭"))


class PaperForm(forms.Form):
    """How many paper forms went out, came back and say something (documents.md 4.1)."""

    issued = forms.IntegerField(label=_("纸质表发出"), min_value=0, max_value=100_000)
    returned = forms.IntegerField(label=_("纸质表收回"), min_value=0, max_value=100_000)
    valid = forms.IntegerField(label=_("纸质表有效"), min_value=0, max_value=100_000, help_text=_("填写了评价或者意见的"))


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
        for name in self.TEXTS:  # a browser would cut off what is pasted without a word; we say how much too long it is
            del self.fields[name].widget.attrs["maxlength"]
        self.fields["subject"].choices = [
            (s.uid, format_html("{}<small>{}　{}</small>", s.name, s.unit_name, s.post)) for s in subjects
        ]

    @property
    def texts(self):
        return [text for name in self.TEXTS if (text := self.cleaned_data[name].strip())]
