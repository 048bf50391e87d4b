from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import DigestEntry


class EntryForm(forms.ModelForm):
    """One line of the digest, in the commission's own words. `seen` is the version that the page showed."""

    seen = forms.IntegerField(min_value=1, max_value=32767, widget=forms.HiddenInput)
    text = forms.CharField(label=_("归并后意见"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    class Meta:
        model = DigestEntry
        fields = ["text", "kept_because", "nature", "handling"]
        help_texts = {
            "kept_because": _("字句与原话相同而要保留的，写明认不出是谁写的理由（如文件名称、规范用语）；审批领导会看到。")
        }

    def __init__(self, *args, instance, **kwargs):
        super().__init__(*args, instance=instance, initial={"seen": instance.version}, **kwargs)
        for name in ("nature", "handling"):
            self.fields[name].choices = [("", _("请选择")), *self.fields[name].choices[1:]]
