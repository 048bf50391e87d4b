from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import DigestEntry


class EntryForm(forms.ModelForm):
    """One line of the digest, in the commission's own words."""

    text = forms.CharField(label=_("归并后意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = DigestEntry
        fields = ["text", "nature", "handling"]
