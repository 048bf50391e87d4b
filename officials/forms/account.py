from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

HELP = _("12 至 128 个字符，可以是一句话；不能是常见密码，不能含账号、姓名、单位、地名和它们的拼音。")


class LoginForm(AuthenticationForm):
    """Account and password. Which of the two was wrong is not said."""

    error_messages = {
        "invalid_login": _("账号或密码不对。请核对后再试；忘记密码请找系统管理员重设。"),
        "inactive": _("这个账号已停用。请找系统管理员。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})

    def clean_username(self):
        """In one spelling: wrong passwords are counted by it."""
        return self.cleaned_data["username"].lower()


class PasswordForm(PasswordChangeForm):
    old_password = forms.CharField(
        label=_("现在的密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new_password1 = forms.CharField(
        label=_("新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=HELP,
    )
    new_password2 = forms.CharField(
        label=_("再输一遍新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
