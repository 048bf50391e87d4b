from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from officials.models import User


def mixed():
    """What the installation asks for beyond that, in words."""
    return gettext("大写字母、小写字母、数字、其他（标点、汉字）里至少要有三种。") if settings.PASSWORD_COMPLEXITY else ""


HELP = format_lazy(
    "{}{}", _("12 至 128 个字符，可以是一句话；不能是常见密码，不能含账号、姓名、单位、地名和它们的拼音。"), lazy(mixed, str)()
)


class LoginForm(AuthenticationForm):
    """Account and password. Which of the two was wrong is not said."""

    error_messages = {
        "invalid_login": _("账号或密码不对。请核对后再试；忘记密码请找安全管理员重设。"),
        "expired": _("初始密码过了 24 小时，已经失效。请找安全管理员重新发放。"),
        "inactive": _("这个账号已停用。请找系统管理员。"),
        "suspended": _("这个账号很久没有使用，已暂停。请找安全管理员恢复。"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})

    def clean_username(self):
        """In one spelling: wrong passwords are counted by it."""
        return self.cleaned_data["username"].lower()

    def get_invalid_login_error(self):
        """Only who knows the password is told that the account stands still, and whom to ask."""
        user = User.objects.filter(username__iexact=self.cleaned_data["username"], is_active=False).first()
        if user is None or not user.check_password(self.cleaned_data["password"]):
            return super().get_invalid_login_error()
        code = "suspended" if user.suspended_at else "inactive"
        return forms.ValidationError(self.error_messages[code], code=code)

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if user.must_change_password and user.first_password_until <= timezone.now():
            raise forms.ValidationError(self.error_messages["expired"], code="expired")


class Unrepeated(forms.TextInput):
    """A line that no page shows again: what was sent is used up or wrong."""

    def format_value(self, value):
        return None


class CodeField(forms.CharField):
    """A code of the authenticator app, or a recovery code, as people type them."""

    widget = Unrepeated(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})

    def __init__(self, **kwargs):
        super().__init__(label=_("动态验证码"), max_length=40, **kwargs)


class CodeForm(forms.Form):
    one_time_code = CodeField()


class AgainForm(LoginForm):
    """Password and, where the account has a second factor, a code: of somebody who is signed in."""

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if user.gives_code:
            self.fields["one_time_code"] = CodeField()


class OwnChoiceForm(SetPasswordForm):
    """A new password of one's own; what is wrong with it stands beside it, not beside its repetition. The present one was typed a
    moment ago and is not asked for again."""

    same = _("这就是现在的密码。请换一个新的。")
    new_password1 = forms.CharField(
        label=_("新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), help_text=HELP
    )
    new_password2 = forms.CharField(
        label=_("再输一遍新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError(self.same)
        return password

    def validate_password_for_user(self, user, password_field_name=""):
        super().validate_password_for_user(user, "new_password1")


class FirstPasswordForm(OwnChoiceForm):
    """In place of the password that another person gave, who knows it."""

    same = _("这就是发给您的初始密码。请换一个别人不知道的。")
