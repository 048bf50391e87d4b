from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import DigestEntry


class EntryForm(forms.ModelForm):
    """One line of the digest, in the commission's own words. `seen` is the version that the page showed."""

    seen = forms.IntegerField(min_value=1, max_value=32767, widget=forms.HiddenInput)
    text = forms.CharField(label=_("归并后意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = DigestEntry
        fields = ["text", "nature", "handling"]

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, initial={"seen": instance.version}, **kwargs)
