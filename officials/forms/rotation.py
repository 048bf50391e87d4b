from django import forms
from django.utils.translation import gettext_lazy as _

from officials.forms.account import OwnChoiceForm


class OldPasswordForm(OwnChoiceForm):
    """In place of a password that has been in use for too long; it was typed a moment ago and is not asked for again."""

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(_("这就是现在的密码。请换一个新的。"))
        return password
