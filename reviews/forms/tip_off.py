from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm


class TipOffFilter(FilterForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、单位、登记号、会议")


class TipOffForm(forms.Form):
    """`before` is the number that the page showed, empty where none was given yet."""

    before = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    number = forms.CharField(label=_("信访登记号"), max_length=60)
