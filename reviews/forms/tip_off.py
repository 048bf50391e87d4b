from django import forms
from django.utils.translation import gettext_lazy as _


class TipOffForm(forms.Form):
    number = forms.CharField(label=_("信访登记号"), max_length=60)
