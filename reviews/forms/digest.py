from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import DigestEntry


class EntryForm(forms.ModelForm):
    """One line of the digest, in the commission's own words."""

    class Meta:
        model = DigestEntry
        fields = ["text", "nature", "handling"]
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("退回理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
