from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import FilterForm
from core.widgets import DayField
from notices import rules
from notices.models import Letter


class LetterFilter(FilterForm):
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *Letter.State.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs["placeholder"] = _("文号、单位、标题、会议")


class SeenForm(forms.Form):
    """Which version of the words a button stood under."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class LetterForm(SeenForm):
    """The words of a draft. Paragraphs are lines; the list of problems is not written here, it follows from the findings."""

    title = forms.CharField(label=_("标题"), max_length=200)
    addressee = forms.CharField(label=_("主送"), max_length=100, help_text=_("不用写冒号"))
    opening = forms.CharField(
        label=_("依据和肯定"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("一行一段：哪次会议、哪一天，肯定一句"),
    )
    findings_intro = forms.CharField(
        label=_("引出问题的一句"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("后面自动接“：”和问题；超过三个问题时改为“（见附件）”"),
    )
    requirements_intro = forms.CharField(label=_("引出要求的一句"), max_length=200, required=False)
    requirements = forms.CharField(
        label=_("要求"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("一行一条，序号自动加；第一个句号以前是小标题"),
    )
    closing = forms.CharField(label=_("结尾"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    contact = forms.CharField(label=_("联系人"), max_length=100, help_text=_("姓名、科室、电话"))
    copies_to = forms.CharField(label=_("抄送"), max_length=200, required=False)

    def __init__(self, *args, letter, **kwargs):
        body = letter.body
        initial = {
            "version": letter.version,
            "title": letter.title,
            "addressee": letter.addressee,
            "opening": "\n".join(body.get("opening", [])),
            "findings_intro": body.get("findings_intro", ""),
            "requirements_intro": body.get("requirements_intro", ""),
            "requirements": "\n".join(f"{r['lead']}{r['text']}" for r in body.get("requirements", [])),
            "closing": body.get("closing", ""),
            "contact": body.get("contact", ""),
            "copies_to": letter.copies_to,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(
            Fieldset(_("抬头"), "version", "title", "addressee"),
            Fieldset(_("正文"), "opening", "findings_intro", "requirements_intro", "requirements", "closing"),
            Fieldset(_("落款"), "contact", "copies_to"),
        )

    @property
    def chosen(self):
        """What `change_letter` takes."""
        typed = self.cleaned_data
        body = {name: typed[name].strip() for name in ("findings_intro", "requirements_intro", "closing", "contact")}
        body["opening"] = lines(typed["opening"])
        body["requirements"] = [rules.requirement(line) for line in lines(typed["requirements"])]
        return {"title": typed["title"], "addressee": typed["addressee"], "copies_to": typed["copies_to"], "body": body}


class ServiceForm(forms.Form):
    served_on = DayField(label=_("送达日期"), help_text=_("期限从这一天起算"))


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]
