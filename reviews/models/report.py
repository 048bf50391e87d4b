"""述廉: the written report in the outline in force, its versions and its reviews."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
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

    @classmethod
    def item_names(cls):
        """{code: code and name} of the outline in force: nobody knows the codes by heart."""
        template = cls.in_force()
        return {item["code"]: f"{item['code']} {item['name']}" for item in template.items} if template else {}

    @classmethod
    def in_force(cls):
        """The outline new reports are written in, or None."""
        return cls.objects.order_by("-pk").first()


class ReviewReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff and leaders read all; members and verifiers what has passed, a leading member that of the own field;
        an official and the unit's liaison the own report."""
        if user.has_role(Role.ORGANISER, Role.APPROVER):
            return self
        may = models.Q(pk=None)
        if user.has_role(Role.MEMBER, Role.VERIFIER):
            may |= models.Q(state__in=ReviewReport.THROUGH)
        if user.has_role(Role.LEADER) and user.leading_member_id:
            may |= models.Q(state__in=ReviewReport.THROUGH, subject__unit__leading_member=user.leading_member_id)
        if user.has_role(Role.SUBJECT) and user.official_id:
            may |= models.Q(subject__official=user.official_id)
        if user.has_role(Role.LIAISON) and user.unit_id:
            may |= models.Q(subject__unit=user.unit_id)
        return self.filter(may)


class ReviewReport(Lifecycle):
    """The report of one subject for one session (lifecycles.md 5.2)."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("撰写中")
        SUBMITTED = "SUBMITTED", _("待审查")
        RETURNED = "RETURNED", pgettext_lazy("state", "退回修改")
        PASSED = "PASSED", pgettext_lazy("state", "通过")
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
    WRITABLE = (State.DRAFT, State.RETURNED)
    THROUGH = (State.PASSED, State.LOCKED, State.PRESENTED)
    BADGES = {State.SUBMITTED: "warn", State.RETURNED: "bad", State.PASSED: "ok", State.LOCKED: "ok", State.PRESENTED: "ok"}

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
        return gettext("%(name)s的述责述廉报告") % {"name": self.subject}

    def get_absolute_url(self):
        return reverse("reviews:report", args=[self.uid])

    @property
    def is_writable(self):
        return self.state in self.WRITABLE

    def writing_blockers(self):
        """Why it may not be written in; an empty list means it may."""
        return [] if self.is_writable else [gettext("报告“%(state)s”，不能再改") % {"state": self.get_state_display()}]

    @property
    def badge(self):
        return self.BADGES.get(self.state, "doing")

    @property
    def last_version(self):
        """What was submitted last, or None."""
        return next(iter(self.versions.all()), None)

    @property
    def returns(self):
        """How often it has been returned (HB14: rounds are counted)."""
        return sum(not review.is_passed for version in self.versions.all() for review in version.reviews.all())

    @property
    def may_return_again(self):
        """Whether staff may still return it; afterwards the leader decides."""
        return self.returns < self.subject.session.rule_set.report_rounds


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
        return gettext("第 %(n)s 稿") % {"n": self.number}

    @property
    def last_review(self):
        return next(iter(self.reviews.all()), None)


class ReportReview(models.Model):
    """What was decided on one version: passed, or returned with coded reasons (五个不通过). A passed one may be returned later."""

    class Reason(models.TextChoices):
        NP1 = "NP1", _("内容不全")
        NP2 = "NP2", _("主题不明")
        NP3 = "NP3", _("问题不突出")
        NP4 = "NP4", _("事项不实")
        NP5 = "NP5", _("整改措施不具体")

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="reviews")
    is_passed = models.BooleanField(_("通过"))
    reasons = models.JSONField(_("不通过理由"), default=list, help_text=_("[{code, item, comment}]"))
    comment = models.TextField(_("意见"), blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("审查时间"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("报告审查")
        constraints = [
            models.CheckConstraint(condition=models.Q(is_passed=True) | ~models.Q(reasons=[]), name="returned_report_has_reason")
        ]

    def __str__(self):
        return str(self.version)
