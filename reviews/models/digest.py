"""What members read of the opinions: the commission's own words, never a source."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle
from reviews.models.opinion import Opinion


class Digest(Lifecycle):
    """The anonymous digest of a session's opinions (意见汇总): compiled by staff, approved by a leader, read by members.

    `version` counts the submissions: of each the lines are fixed, and the leader decides on the one the page showed.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("汇总中")
        SUBMITTED = "SUBMITTED", _("待审批")
        APPROVED = "APPROVED", _("已发委员")

    NEXT = {State.DRAFT: {State.SUBMITTED}, State.SUBMITTED: {State.DRAFT, State.APPROVED}, State.APPROVED: set()}

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="digest")
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField(_("提交次数"), default=0, editable=False)
    returned_because = models.CharField(_("退回理由"), max_length=300, blank=True)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("汇总人"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("意见汇总")

    def __str__(self):
        return str(self.session)

    def get_absolute_url(self):
        return reverse("reviews:digest_read", args=[self.session.uid])

    def rewriting_blockers(self):
        """Why its lines may not be worded anew; an empty list means they may."""
        if self.state == self.State.DRAFT:
            return []
        return [gettext("“%(state)s”的意见汇总不能再改") % {"state": self.get_state_display()}]


class DigestEntry(models.Model):
    """One line of the digest in the commission's own words; voices in classes (1–4, 5–9, 10 or more), never a source.

    One that rested on a tip-off found too late is withdrawn: its words are gone, its place is kept for those who had read it.
    `opinion` is the one it stands for, `sources` are all that lay beside it when it was written, whatever was sorted anew since.
    Every rewriting raises `version`. `kept_because` says why words of an opinion may stay in it as they were said.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="entries")
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, related_name="digest_entries")
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    text = models.TextField(_("归并后意见"))
    kept_because = models.CharField(_("保留原话的理由"), max_length=200, blank=True)
    voices = models.PositiveSmallIntegerField(_("条数"), default=1)
    nature = models.CharField(_("性质"), max_length=20, choices=Opinion.Nature)
    aspect_item = models.CharField(_("方面、项"), max_length=10, blank=True)
    handling = models.CharField(_("拟处理"), max_length=20, choices=Opinion.Handling)
    opinion = models.ForeignKey(Opinion, models.SET_NULL, null=True, blank=True, related_name="+")
    sources = models.ManyToManyField(Opinion, related_name="+", verbose_name=_("依据的意见"))
    is_withdrawn = models.BooleanField(_("已撤回"), default=False)

    class Meta:
        ordering = ["subject__order", "aspect_item", "pk"]
        verbose_name = _("汇总条目")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_withdrawn=False) | models.Q(text=""), name="withdrawn_digest_entry_has_no_text"
            )
        ]

    def __str__(self):
        return self.text[:30]

    @property
    def originals(self):
        """What its writer has beside it: the opinion it stands for and those merged into that."""
        return [self.opinion, *self.opinion.merged.all()] if self.opinion else []


class DigestReceipt(models.Model):
    """That a member opened the digest; a receipt of reading by name, of opinions never by source."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="receipts")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField(_("已阅时间"), auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "reader"], name="digest_read_once")]

    def __str__(self):
        return str(self.reader)
