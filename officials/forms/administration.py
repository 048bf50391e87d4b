import re

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST
from core.filters import FilterForm
from officials.models import Unit, User
from officials.roles import LINKS, Role

ANY = ("", _("全部"))
USERNAME = re.compile(r"[a-z0-9._-]+", re.ASCII | re.IGNORECASE)


class AccountFilter(FilterForm):
    class State(models.TextChoices):
        UNGRANTED = "UNGRANTED", _("未授权")
        FIRST = "FIRST", _("初始密码")
        LOCKED = "LOCKED", _("已锁定")
        SUSPENDED = "SUSPENDED", _("已暂停")
        DISABLED = "DISABLED", _("已停用")

    role = forms.ChoiceField(label=_("身份"), required=False, choices=[ANY, *Role.choices])
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *State.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、账号、科室")


LABELS = {  # names alone do not tell two people or two offices apart
    "unit": lambda unit: f"{unit.code}　{unit.name}",
    "official": lambda official: f"{official.code}　{official.name}　{official.unit}　{official.post}",
    "leading_member": lambda leader: f"{leader.code}　{leader.name}　{leader.post}",
}


class ChangeForm(forms.ModelForm):
    """Whose account it is, and what of the register it is linked to; of those who have left only the one it has."""

    class Meta:
        model = User
        fields = ["name", "office", "email", "unit", "official", "leading_member"]
        help_texts = {
            "unit": _("联络员必填"),
            "official": _("述责述廉对象必填"),
            "leading_member": _("分管领导必填"),
        }
        error_messages = {"email": {"invalid": _("请填写完整的邮箱地址，例如 name@example.gov.cn")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in LABELS.items():
            self.fields[name].label_from_instance = label
            self.fields[name].empty_label = _("不填")
        for name in ("official", "leading_member"):
            known = self.fields[name].queryset
            self.fields[name].queryset = known.in_office() | known.filter(pk=getattr(self.instance, f"{name}_id"))
        self.fields["official"].queryset = self.fields["official"].queryset.select_related("unit")


class AccountForm(ChangeForm):
    """A new account; it can do nothing until the security administrator gives it a role and a first password."""

    class Meta(ChangeForm.Meta):
        fields = ["username", *ChangeForm.Meta.fields]
        help_texts = {**ChangeForm.Meta.help_texts, "username": _("字母、数字和 . _ -，登录时不分大小写")}

    def clean_username(self):
        """Typed at every sign-in, on any keyboard; and refused here, so that the one reason is not said twice."""
        username = self.cleaned_data["username"]
        if not USERNAME.fullmatch(username):
            raise forms.ValidationError(_("账号只能用字母、数字和 . _ -，不能有空格和其他字符"))
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("这个账号已经有人使用，请换一个"))
        return username


class RolesForm(forms.Form):
    """The roles of one account."""

    roles = forms.MultipleChoiceField(label=_("身份"), required=False, choices=Role.choices, widget=forms.CheckboxSelectMultiple)


class LostForm(forms.Form):
    """Why a second factor is taken off."""

    reason = forms.CharField(
        label=_("理由"), max_length=LONGEST, help_text=_("比如手机丢失；请先当面核实是本人。理由记入审计，也告诉本人。")
    )


class ActiveForm(forms.Form):
    """One of two buttons: disable or enable."""

    active = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda pressed: pressed == "1")


class PeopleFilter(FilterForm):
    """People of the register who have no account yet."""

    role = forms.ChoiceField(label=_("名单"), required=False)
    unit = forms.ModelChoiceField(
        label=_("单位"), required=False, queryset=Unit.objects.all(), to_field_name="code", empty_label=ANY[1]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [ANY, *((role.value, role.label) for role in LINKS)]
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、账号、单位")


class HandOutFilter(PeopleFilter):
    """Accounts that wait for a first password."""

    class State(models.TextChoices):
        NONE = "", _("未发、已失效")
        GIVEN = "GIVEN", _("已发，本人还没有换")

    state = forms.ChoiceField(label=_("密码"), required=False, choices=State.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、账号、科室")


class HandOutForm(forms.Form):
    """The accounts ticked, and when the page with them was made."""

    accounts = forms.ModelMultipleChoiceField(
        queryset=User.objects.awaiting_password(),
        to_field_name="uid",
        error_messages={
            "required": _("没有勾选任何账号"),
            "invalid_choice": _("勾选的账号里有的已经办过，请看清名单再办"),
        },
    )
    seen = forms.DateTimeField(widget=forms.HiddenInput)
