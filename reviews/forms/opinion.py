import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from reviews.models import Opinion, ReportTemplate

ANY = [("", _("全部"))]
SHOWN = [choice for choice in Opinion.State.choices if choice[0] != Opinion.State.TRANSFERRED]  # what was diverted is in no list
CHOOSE = [("", _("请选择"))]


def aspect_items():
    """The items of the outline in force, as choices grouped by aspect."""
    template = ReportTemplate.in_force()
    outline = template.outline if template else []
    return [
        (aspect["name"], [(item["code"], f"{item['code']} {item['name']}") for item in aspect["items"]]) for aspect in outline
    ]


class WhenceForm(forms.Form):
    """About whom and by which way; what stays chosen from one entry to the next."""

    subject = forms.ChoiceField(label=_("对象"))
    channel = forms.ChoiceField(label=_("渠道"), choices=Opinion.Channel.choices)

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [(s.uid, f"{s.order}　{s.name}　{s.unit_name}") for s in subjects]


class OpinionEntryForm(WhenceForm):
    """One opinion from paper or a talk, typed in by staff. Every blank form has a `uid` of its own."""

    uid = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    text = forms.CharField(label=_("意见建议"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    nature = forms.ChoiceField(label=_("性质"), required=False, choices=[("", _("以后再归类")), *Opinion.Nature.choices])
    aspect_item = forms.ChoiceField(label=_("方面、项"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aspect_item"].choices = [("", _("以后再归类")), *aspect_items()]


class OpinionFilter(FilterForm):
    subject = forms.ChoiceField(label=_("对象"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=ANY + SHOWN)

    def __init__(self, *args, subjects, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("意见中的字词")
        self.fields["subject"].choices = [*ANY, *((str(s.uid), s.name) for s in subjects)]


class OtherFilter(FilterForm):
    """Another opinion on the same subject, by a word of it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("意见中的字词")


class ClassifyForm(forms.Form):
    """What an opinion is, where it belongs and what becomes of it."""

    nature = forms.ChoiceField(label=_("性质"), choices=CHOOSE + Opinion.Nature.choices)
    aspect_item = forms.ChoiceField(label=_("方面、项"))
    handling = forms.ChoiceField(label=_("拟处理"), choices=CHOOSE + Opinion.Handling.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aspect_item"].choices = CHOOSE + aspect_items()
