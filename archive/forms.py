from django import forms
from django.utils.translation import gettext_lazy as _


class ReadingReasonForm(forms.Form):
    """Why somebody looks into people's pages."""

    reason = forms.CharField(
        label=_("查阅理由"),
        min_length=4,
        max_length=100,
        error_messages={"min_length": _("请写清楚为哪件事，至少 4 个字。")},
        help_text=_("写明为哪件事查阅，至少 4 个字，例如“审查四季度会议的述责述廉报告”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
