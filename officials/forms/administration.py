from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from officials.models import User
from officials.roles import Role


class AccountFilter(FilterForm):
    role = forms.ChoiceField(label=_("身份"), required=False, choices=[("", _("全部")), *Role.choices])


class AccountForm(forms.ModelForm):
    """A new account; it can do nothing until the security administrator gives it a role."""

    password = forms.CharField(
        label=_("初始密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 12 个字符，当面告诉本人；本人登录后应立即更换。"),
    )

    class Meta:
        model = User
        fields = ["username", "name", "office", "email", "unit", "official", "leading_member"]
        help_texts = {
            "unit": _("联络员必填"),
            "official": _("述责述廉对象必填"),
            "leading_member": _("分管领导必填"),
        }

    def clean(self):
        cleaned = super().clean()
        if password := cleaned.get("password"):
            try:
                validate_password(password, User(username=cleaned.get("username", ""), name=cleaned.get("name", "")))
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class RolesForm(forms.Form):
    """The roles of one account."""

    roles = forms.MultipleChoiceField(label=_("身份"), required=False, choices=Role.choices, widget=forms.CheckboxSelectMultiple)
