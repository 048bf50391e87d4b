from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm


class TipOffFilter(FilterForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("单位、登记号、会议")


class TipOffForm(forms.Form):
    number = forms.CharField(label=_("信访登记号"), max_length=60)
