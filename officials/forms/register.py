from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from officials.models import CommitteeMember, LeadingMember, Official, Representative, Unit

ANY = [("", _("全部"))]


class OfficialFilter(FilterForm):
    category = forms.ChoiceField(label=_("类别"), required=False, choices=ANY + Unit.Category.choices)
    status = forms.ChoiceField(label=_("状态"), required=False, choices=ANY + Official.Status.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、拼音首字母、单位")


class UnitFilter(FilterForm):
    category = forms.ChoiceField(label=_("类别"), required=False, choices=ANY + Unit.Category.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("单位名称、简称、代码")


class RaterFilter(FilterForm):
    ROSTERS = {"leaders": LeadingMember, "members": CommitteeMember, "representatives": Representative}

    roster = forms.ChoiceField(
        label=_("名单"), required=False, choices=[(name, model._meta.verbose_name) for name, model in ROSTERS.items()]
    )
    status = forms.ChoiceField(label=_("状态"), required=False, choices=ANY + Official.Status.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("姓名、代码")

    @property
    def model(self):
        """Whose roster it is; the first where none is asked for."""
        return self.ROSTERS[self.value("roster") or "leaders"]

    @property
    def is_filtering(self):
        return bool(self.value("q") or self.value("status"))


class RegisterForm(forms.Form):
    """The workbook with the register."""

    file = forms.FileField(
        label=_("登记表"),
        help_text=_("用模板填写的 .xlsx 文件，可以只带其中几张表。上传后先检查，您确认之前什么也不写入。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
