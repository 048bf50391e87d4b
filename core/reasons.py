"""The form of a button that needs a reason. A page that gets it back unfit shows it again, or leaves that to `core.kept`: nothing
typed is lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST


class WordsField(forms.CharField):
    """Words of several lines: an end of line counts as one character, as the page counts it."""

    widget = forms.Textarea

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class ReasonForm(forms.Form):
    reason = WordsField(label=_("理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
