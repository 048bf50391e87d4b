"""What was said in the hall. The console writes it, the rectification room reads it, so it lives below both."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.Model):
    """What the subject answered to a question, noted in the hall."""

    question = models.OneToOneField("reviews.Question", models.CASCADE, related_name="answer")
    summary = models.TextField(_("答复要点"), blank=True)
    is_unsatisfactory = models.BooleanField(_("答复不满意"), default=False)
    inquiry_due_on = models.DateField(_("质询书的书面答复时限"), null=True, blank=True)  # None: no written inquiry (质询书)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("现场答复")

    def __str__(self):
        return self.summary[:30]

    @property
    def is_to_be_put_right(self):
        return self.is_unsatisfactory or self.inquiry_due_on is not None


class Commitment(models.Model):
    """Something the subject promised in the hall, with the day by which."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="commitments")
    question = models.ForeignKey("reviews.Question", models.SET_NULL, null=True, blank=True, related_name="commitments")
    text = models.CharField(_("承诺事项"), max_length=300)
    due_on = models.DateField(_("承诺时限"))

    class Meta:
        ordering = ["subject__order", "pk"]
        verbose_name = _("承诺")

    def __str__(self):
        return self.text


class LeaderComment(models.Model):
    """The comment of a leading member on one subject (点评): strengths, and at least one problem (JS07)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="comments")
    leader = models.ForeignKey("officials.LeadingMember", models.PROTECT, related_name="+", verbose_name=_("点评领导"))
    strengths = models.TextField(_("肯定"), blank=True)
    problems = models.TextField(_("存在问题"), help_text=_("一行一个问题，至少一个"))
    is_delivered = models.BooleanField(_("已在会上点评"), default=False)

    class Meta:
        ordering = ["subject__order", "pk"]
        verbose_name = _("点评")
        constraints = [models.UniqueConstraint(fields=["subject", "leader"], name="leader_comments_once")]

    def __str__(self):
        return f"{self.leader}: {self.subject}"
