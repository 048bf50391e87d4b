import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST
from core.language import chinese
from core.lifecycle import Lifecycle
from officials.models import Unit
from reviews.models import AudienceGroup, RuleSet
from scoring import rules


def categories() -> list[str]:
    """The categories of the register as manifest and count name them, whoever asks."""
    with chinese():
        return [str(label) for label in Unit.Category.labels]


def known_here() -> dict:
    """What the rules hold a scheme against, beside itself (`rules.validate`): the categories of the register, the groups of the sessions, and
    how many a dispersed one hears at most."""
    codes = AudienceGroup.objects.order_by("code").values_list("code", flat=True)
    rule_set = RuleSet.in_force(timezone.localdate())
    most = rule_set.dispersed_max if rule_set else 0
    return {"categories": categories(), "groups": list(codes.distinct()), "most": most}


class SchemeQuerySet(models.QuerySet):
    def search(self, text):
        """Those whose name or code contains `text`."""
        return self.filter(models.Q(name__icontains=text) | models.Q(code__icontains=text))

    def locked(self):
        return self.filter(state=Scheme.State.LOCKED)


class Scheme(Lifecycle):
    """A way of counting (计分方案, scoring.md §3). Once locked it never changes: every card commits to its hash."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        SUBMITTED = "SUBMITTED", _("待审批")
        LOCKED = "LOCKED", _("已锁定")

    NEXT = {State.DRAFT: {State.SUBMITTED}, State.SUBMITTED: {State.DRAFT, State.LOCKED}, State.LOCKED: set()}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("方案编号"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    name = models.CharField(_("名称"), max_length=100)
    body = models.JSONField(_("内容"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("最后修改人")
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    returned_because = models.CharField(_("退回理由"), max_length=LONGEST, blank=True)
    hash = models.CharField(_("摘要"), max_length=64, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    locked_at = models.DateTimeField(_("锁定时间"), null=True, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-version"]
        verbose_name = _("计分方案")
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once")]

    def __str__(self):
        return self.label

    def get_absolute_url(self):
        return reverse("scoring:scheme", args=[self.uid])

    @property
    def label(self):
        return _("%(code)s 第 %(version)d 版") % {"code": self.code, "version": self.version}

    @property
    def is_locked(self):
        return self.state == self.State.LOCKED

    @property
    def is_submitted(self):
        return self.state == self.State.SUBMITTED

    @property
    def hands(self):
        """Who wrote it last and who handed it in: neither locks it."""
        return {self.edited_by_id, self.submitted_by_id}

    def problems(self):
        """(errors, warnings) of the rules: nothing with an error is ever locked."""
        return rules.validate(self.body, **known_here())

    def plan(self):
        """The scheme as the rules read it; only of one without errors."""
        return rules.read(self.body)
