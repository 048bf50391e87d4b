"""A step that needs a reason: the form of its button, which keeps what was typed when the step is refused."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST, RuleViolation


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def is_taken_by(self, act):
        """Whether `act(reason=…)` was done; if not, why stands beside what was typed."""
        if not self.is_valid():
            return False
        try:
            act(reason=self.cleaned_data["reason"])
        except RuleViolation as problem:
            self.add_error("reason", problem)
            return False
        return True
