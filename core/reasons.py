"""The form of a button that needs a reason. A page that gets it back unfit shows it again, or leaves that to `core.kept`: nothing
typed is lost."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
