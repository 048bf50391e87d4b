"""述廉: the written report in the outline in force, its versions and its reviews."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle
from officials.roles import Role


class ReportTemplate(models.Model):
    """A versioned outline (finding 3). `outline` is a list of aspects {code, name, items: [{code, name, guidance, min_chars}]}."""

    name = models.CharField(_("名称"), max_length=100)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    outline = models.JSONField(_("提纲"))

    class Meta:
        ordering = ["name", "-version"]
        verbose_name = _("报告提纲")
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="report_template_version_once")]

    def __str__(self):
        return f"{self.name} v{self.version}"

    @property
    def items(self):
        """All items of all aspects in order."""
        return [item for aspect in self.outline for item in aspect["items"]]


class ReviewReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff and leaders read all; members and leading members what has passed; an official the own report."""
        if user.has_role(Role.ORGANISER, Role.APPROVER):
            return self
        if user.has_role(Role.MEMBER, Role.LEADER, Role.VERIFIER):
            return self.filter(state__in=[ReviewReport.State.PASSED, ReviewReport.State.LOCKED, ReviewReport.State.PRESENTED])
        if user.has_role(Role.SUBJECT) and user.official_id:
            return self.filter(subject__official=user.official_id)
        if user.has_role(Role.LIAISON) and user.unit_id:
            return self.filter(subject__official__unit=user.unit_id)
        return self.none()


class ReviewReport(Lifecycle):
    """The report of one subject for one session (lifecycles.md 5.2)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("撰写中")
        SUBMITTED = "SUBMITTED", _("待审查")
        RETURNED = "RETURNED", _("退回修改")
        PASSED = "PASSED", _("通过")
        LOCKED = "LOCKED", _("已定稿")
        PRESENTED = "PRESENTED", _("已述")

    NEXT = {
        State.DRAFT: {State.SUBMITTED},
        State.SUBMITTED: {State.RETURNED, State.PASSED},
        State.RETURNED: {State.SUBMITTED},
        State.PASSED: {State.LOCKED, State.RETURNED},
        State.LOCKED: {State.PRESENTED},
        State.PRESENTED: set(),
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.OneToOneField("reviews.SessionSubject", models.CASCADE, related_name="report")
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT)
    draft = models.JSONField(_("在写的稿"), default=dict)
    draft_saved_at = models.DateTimeField(_("保存时间"), null=True, blank=True)

    objects = ReviewReportQuerySet.as_manager()

    class Meta:
        ordering = ["subject__order"]
        verbose_name = _("述责述廉报告")

    def __str__(self):
        return _("%(name)s的述责述廉报告") % {"name": self.subject}


class ReportVersion(models.Model):
    """A submitted version; never changed afterwards. `content` is {"items": {code: text}, "problems": [{problem, measure, owner, due_on, outcome}]}."""

    report = models.ForeignKey(ReviewReport, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("稿次"))
    content = models.JSONField(_("内容"))
    submitted_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        verbose_name = _("报告稿次")
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self):
        return _("第 %(n)s 稿") % {"n": self.number}


class ReportReview(models.Model):
    """What staff decided on one version: passed, or returned with coded reasons (五个不通过)."""

    class Reason(models.TextChoices):
        NP1 = "NP1", _("内容不全")
        NP2 = "NP2", _("主题不明")
        NP3 = "NP3", _("问题不突出")
        NP4 = "NP4", _("事项不实")
        NP5 = "NP5", _("整改措施不具体")

    version = models.OneToOneField(ReportVersion, models.CASCADE, related_name="review")
    is_passed = models.BooleanField(_("通过"))
    reasons = models.JSONField(_("不通过理由"), default=list, help_text=_("[{code, item, comment}]"))
    comment = models.TextField(_("意见"), blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("审查时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("报告审查")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_passed=True) | ~models.Q(reasons=[]), name="returned_report_has_reason")
        ]

    def __str__(self):
        return str(self.version)
