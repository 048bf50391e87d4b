"""What the audit trail is narrowed down by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from core.models import AuditEvent
from core.widgets import DayField
from officials.forms.administration import ANY


class TrailFilter(FilterForm):
    person = forms.CharField(label=_("人员"), required=False, max_length=60)
    action = forms.ChoiceField(label=_("动作"), required=False)
    result = forms.ChoiceField(label=_("结果"), required=False, choices=[ANY, *AuditEvent.Result.choices])
    since = DayField(label=_("起始日期"), required=False)
    until = DayField(label=_("截止日期"), required=False)

    def __init__(self, *args, words, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [ANY, *words.items()]
