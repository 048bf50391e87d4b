"""问廉: the questions prepared for each subject; sealed until they are asked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle


class QuestionQuerySet(models.QuerySet):
    def asked(self):
        """Those put in the hall, in the order of asking."""
        return self.filter(state__in=Question.PUT).select_related("answer").order_by("order", "pk")

    def unanswered(self):
        """Asked, and without a note of the answer."""
        return self.asked().filter(Q(answer=None) | Q(answer__summary=""))

    def to_be_put_right(self):
        """Put in the hall, and whose answer did not satisfy or is to be given once more in writing."""
        is_left = Q(answer__is_unsatisfactory=True) | Q(answer__inquiry_due_on__isnull=False)
        return self.filter(is_left, state__in=Question.PUT).select_related("answer")

    def orders(self):
        return list(self.values_list("order", flat=True))


class Question(Lifecycle):
    """One question to one subject (lifecycles.md 5.5). Floor questions are born ASKED."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("候选")
        SHORTLISTED = "SHORTLISTED", _("备选")
        SELECTED = "SELECTED", _("入选")
        SEALED = "SEALED", _("已封存")
        ASKED = "ASKED", _("已问")
        ANSWERED = "ANSWERED", _("已答")
        WITHDRAWN = "WITHDRAWN", _("已撤")

    NEXT = {
        State.PROPOSED: {State.SHORTLISTED, State.WITHDRAWN},
        State.SHORTLISTED: {State.SELECTED, State.WITHDRAWN},
        State.SELECTED: {State.SHORTLISTED, State.SEALED},
        State.SEALED: {State.ASKED, State.SELECTED},
        State.ASKED: {State.ANSWERED, State.WITHDRAWN},
        State.ANSWERED: set(),
        State.WITHDRAWN: set(),
    }
    PUT = (State.ASKED, State.ANSWERED)

    class Source(models.TextChoices):
        DIGEST = "DIGEST", _("意见汇总")
        MEMBER = "MEMBER", _("委员推荐")
        VERIFICATION = "VERIFICATION", _("核查")
        INSPECTION = "INSPECTION", _("巡察")
        DAILY = "DAILY", _("平时掌握")
        FLOOR = "FLOOR", _("现场提问")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="questions")
    text = models.CharField(_("题目"), max_length=300)
    aspect_item = models.CharField(_("方面、项"), max_length=10, blank=True)
    source = models.CharField(_("来源"), max_length=20, choices=Source, default=Source.MEMBER)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PROPOSED)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    minutes = models.PositiveSmallIntegerField(_("答复时限（分钟）"), default=3)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["subject__order", "order", "pk"]
        verbose_name = _("质询问题")

    def __str__(self):
        return self.text


class QuestionMark(models.Model):
    """A member's mark that a question should be asked."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="marks")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "member"], name="question_marked_once")]

    def __str__(self):
        return str(self.member)
