"""Letters (函) with their numbers. A letter knows what it is about only by a text and a link."""

import re
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import letter
from core.lifecycle import Lifecycle
from officials.models import Unit
from officials.roles import Role


class LetterSeries(models.Model):
    """The last number given in a series; taking the next locks this row, so that numbers have no gap and no twin."""

    word = models.CharField(_("机关代字"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年份"))
    last_number = models.PositiveIntegerField(_("最后一号"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "year"], name="one_series_a_year")]

    def __str__(self):
        return f"{self.word}〔{self.year}〕"


# A document number or the beginning or end of one, with whatever brackets a keyboard has.
NUMBER = re.compile(
    r"(?P<word>[^\d〔\[（(〕\]）)号]*)(?:[〔\[（(](?P<year>\d{4})[〕\]）)])?(?:(?P<number>\d{1,8})号?)?", re.ASCII
)


class LetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff see every letter; those who follow it, once it is issued; a unit's own people and the officials it names,
        once it is served."""
        if user.has_role(Role.ORGANISER, Role.APPROVER):
            return self
        if user.has_role(Role.LEADER, Role.VERIFIER, Role.ARCHIVIST):
            return self.exclude(number=None)
        own = Q(unit__in=Unit.objects.answered_by(user))
        if user.has_role(Role.SUBJECT) and user.official_id:
            named = Letter.officials.through.objects.filter(official=user.official_id)
            own |= Q(pk__in=named.values("letter"))
        return self.filter(own, state__in=Letter.DELIVERED)

    def search(self, text):
        """Letters whose title, unit or matter holds `text`, or whose number does: “云纪函”, “〔2026〕”, “37号”, “37” or all of it."""
        text = text.strip()
        if not text:
            return self
        found = Q(title__icontains=text) | Q(unit__name__icontains=text) | Q(unit__short_name__icontains=text)
        found |= Q(about__icontains=text) | Q(addressee__icontains=text)
        if parts := NUMBER.fullmatch(text):
            asked = {"word__icontains": parts["word"], "year": parts["year"], "number": parts["number"]}
            found |= Q(number__isnull=False, **{name: value for name, value in asked.items() if value})
        return self.filter(found)


class Letter(Lifecycle):
    """A formal letter (函), from draft to receipt (lifecycles.md 5.8). A voided one keeps its number."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("拟稿")
        CHECKED = "CHECKED", _("已核稿")
        ISSUED = "ISSUED", _("已签发")
        SERVED = "SERVED", _("已送达")
        RECEIVED = "RECEIVED", _("已签收")
        REPLIED = "REPLIED", _("已回复")
        COMPLETED = "COMPLETED", _("已办结")
        VOIDED = "VOIDED", _("已作废")

    NEXT = {
        State.DRAFT: {State.CHECKED, State.VOIDED},
        State.CHECKED: {State.DRAFT, State.ISSUED, State.VOIDED},
        State.ISSUED: {State.SERVED, State.VOIDED},
        State.SERVED: {State.RECEIVED},
        State.RECEIVED: {State.REPLIED, State.COMPLETED},
        State.REPLIED: {State.COMPLETED},
        State.COMPLETED: set(),
        State.VOIDED: set(),
    }
    DELIVERED = [State.SERVED, State.RECEIVED, State.REPLIED, State.COMPLETED]
    UNFINISHED = [State.DRAFT, State.CHECKED, State.ISSUED]
    BADGES = {
        State.DRAFT: "",
        State.CHECKED: "warn",
        State.RECEIVED: "ok",
        State.REPLIED: "ok",
        State.COMPLETED: "ok",
        State.VOIDED: "bad",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    word = models.CharField(_("机关代字"), max_length=20)
    year = models.PositiveSmallIntegerField(_("年份"), null=True, blank=True)
    number = models.PositiveIntegerField(_("序号"), null=True, blank=True)
    title = models.CharField(_("标题"), max_length=200)
    about = models.CharField(_("事由"), max_length=200, blank=True)
    about_link = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey("officials.Unit", models.PROTECT, related_name="+", verbose_name=_("主送单位"))
    officials = models.ManyToManyField("officials.Official", related_name="+", blank=True, verbose_name=_("涉及对象"))
    addressee = models.CharField(_("主送"), max_length=100)
    body = models.JSONField(_("正文"), default=dict)
    copies_to = models.CharField(_("抄送"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)  # of the words; a page says which it showed
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("承办"))
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("拟稿、改稿人"))
    drafted_at = models.DateTimeField(_("拟稿时间"), default=timezone.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核稿")
    )
    checked_at = models.DateTimeField(_("核稿时间"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签发")
    )
    issued_on = models.DateField(_("签发日期"), null=True, blank=True)
    served_on = models.DateField(_("送达日期"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签收")
    )
    received_at = models.DateTimeField(_("签收时间"), null=True, blank=True)
    returned_because = models.CharField(_("退回理由"), max_length=300, blank=True)
    voided_because = models.CharField(_("作废理由"), max_length=300, blank=True)
    paper = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("定稿"))

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = [models.F("year").desc(nulls_first=True), models.F("number").desc(nulls_first=True), "-pk"]
        verbose_name = _("函")
        constraints = [
            models.UniqueConstraint(fields=["word", "year", "number"], name="letter_number_given_once"),
            models.CheckConstraint(condition=models.Q(number=None) | models.Q(year__isnull=False), name="letter_number_has_year"),
        ]

    def __str__(self):
        return f"{self.document_number} {self.title}".strip()

    def get_absolute_url(self):
        return reverse("notices:letter", args=[self.uid])

    @property
    def document_number(self):
        """发文字号, “云纪函〔2026〕12号”; empty before the letter is issued."""
        return f"{self.word}〔{self.year}〕{self.number}号" if self.number else ""

    @property
    def badge(self):
        return self.BADGES.get(self.State(self.state), "doing")

    @property
    def matter(self):
        """What its reminders are about."""
        return f"letter:{self.uid}"

    def is_by(self, user):
        """Whether this person drafted it or changed a word of it; the last one to do so is only one of them."""
        return user.pk in {writer.pk for writer in self.writers.all()}

    def rewriting_blockers(self):
        """Why its words may not be changed; an empty list means they may."""
        if self.state == self.State.DRAFT:
            return []
        return [gettext("“%(state)s”的函不能再改；需要修改的，先退回拟稿") % {"state": self.get_state_display()}]

    def paper_context(self, *, today):
        """What is printed (see the head of `paper/letter.html`); before it is issued, with a blank for the number."""
        body = self.body
        return {
            "issuer": settings.COMMISSION,
            "number": self.document_number or f"{self.word}〔{today.year}〕　号",
            "title": self.title,
            "addressee": self.addressee,
            "blocks": body.get("opening", []),
            "findings_intro": body.get("findings_intro", ""),
            "findings": self.printed_findings(),
            "findings_title": body.get("findings_title", ""),
            "requirements_intro": body.get("requirements_intro", ""),
            "requirements": body.get("requirements", []),
            "closing": body.get("closing", ""),
            "contact": body.get("contact", ""),
            "date": self.issued_on or today,
            "copies": self.copies_to,
        }

    def printed_findings(self):
        """The problems with their periods; in an annex the ordinary period is written out, in the text the requirements say it."""
        findings = self.body.get("findings", [])
        ordinary = self.body.get("ordinary_due", "") if len(findings) > letter.INLINE else ""
        return [{**finding, "due": finding.get("due") or ordinary} for finding in findings]
