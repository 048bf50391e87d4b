from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.opinion import aspect_items
from reviews.models import Question


class QuestionForm(forms.Form):
    """A candidate question."""

    text = forms.CharField(
        label=_("题目"),
        min_length=4,
        max_length=300,
        help_text=_("一题只问一件事，具体到项目、金额、时间；会场大屏最好不超过 36 个字"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.ChoiceField(label=_("来源"))
    aspect_item = forms.ChoiceField(label=_("方面、项"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        prepared = [choice for choice in Question.Source.choices if choice[0] != Question.Source.FLOOR]
        self.fields["source"].choices = prepared
        self.fields["aspect_item"].choices = [("", _("不指定")), *aspect_items()]
