from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.forms.opinion import aspect_items
from reviews.models import Question


class QuestionForm(forms.Form):
    """A candidate question. Nobody takes one from a digest that is not out or says nothing of the official."""

    text = forms.CharField(
        label=_("题目"),
        min_length=4,
        max_length=300,
        help_text=_("一题只问一件事，具体到项目、金额、时间；会场大屏最好不超过 36 个字"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.ChoiceField(label=_("来源"))
    aspect_item = forms.ChoiceField(label=_("方面、项"), required=False)

    def __init__(self, *args, has_digest, **kwargs):
        super().__init__(*args, **kwargs)
        unfit = {Question.Source.FLOOR} | (set() if has_digest else {Question.Source.DIGEST})
        self.fields["source"].choices = [choice for choice in Question.Source.choices if choice[0] not in unfit]
        self.fields["aspect_item"].choices = [("", _("不指定")), *aspect_items()]
