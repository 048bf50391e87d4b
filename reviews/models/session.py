import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle
from officials.roles import COMMISSION, Role


class ReviewSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The commission's people see every session; an official and the unit's liaison see those they answer in."""
        if user.has_role(*COMMISSION):
            return self
        if user.has_role(Role.SUBJECT) and user.official_id:
            return self.filter(subjects__official=user.official_id).exclude(state=ReviewSession.State.DRAFT).distinct()
        if user.has_role(Role.LIAISON) and user.unit_id:
            return self.filter(subjects__official__unit=user.unit_id).exclude(state=ReviewSession.State.DRAFT).distinct()
        return self.none()

    def preparing(self):
        return self.filter(state__in=ReviewSession.PREPARING)

    def counting_for_term(self):
        """Sessions that were held or still will be, so that their subjects count as heard or planned."""
        return self.exclude(state__in=[ReviewSession.State.CANCELLED, ReviewSession.State.POSTPONED])


class ReviewSession(Lifecycle):
    """One review meeting (述责述廉会议), from preparation to the archive (lifecycles.md 5.1)."""

    class Kind(models.TextChoices):
        DISPERSED = "DISPERSED", _("分散")
        CONCENTRATED = "CONCENTRATED", _("集中")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        PLANNED = "PLANNED", _("已拟定，待审批")
        APPROVED = "APPROVED", _("已批准")
        CANVASSING = "CANVASSING", _("访廉")
        REPORTS_DUE = "REPORTS_DUE", _("述廉")
        READY = "READY", _("准备就绪")
        IN_PROGRESS = "IN_PROGRESS", _("会议进行中")
        VOTING_OPEN = "VOTING_OPEN", _("评议投票中")
        VOTING_CLOSED = "VOTING_CLOSED", _("投票已关闭")
        COUNTED = "COUNTED", _("已计票")
        CONFIRMED = "CONFIRMED", _("结果已确认")
        FED_BACK = "FED_BACK", _("已反馈")
        RECTIFYING = "RECTIFYING", _("整改中")
        CLOSED = "CLOSED", _("已办结")
        ARCHIVED = "ARCHIVED", _("已归档")
        POSTPONED = "POSTPONED", _("已延期")
        CANCELLED = "CANCELLED", _("已取消")

    NEXT = {
        State.DRAFT: {State.PLANNED, State.CANCELLED},
        State.PLANNED: {State.DRAFT, State.APPROVED, State.CANCELLED},
        State.APPROVED: {State.CANVASSING, State.POSTPONED, State.CANCELLED},
        State.CANVASSING: {State.REPORTS_DUE, State.POSTPONED, State.CANCELLED},
        State.REPORTS_DUE: {State.READY, State.POSTPONED, State.CANCELLED},
        State.READY: {State.IN_PROGRESS, State.POSTPONED, State.CANCELLED},
        State.IN_PROGRESS: {State.VOTING_OPEN},
        State.VOTING_OPEN: {State.VOTING_CLOSED},
        State.VOTING_CLOSED: {State.COUNTED},
        State.COUNTED: {State.CONFIRMED},
        State.CONFIRMED: {State.FED_BACK},
        State.FED_BACK: {State.RECTIFYING},
        State.RECTIFYING: {State.CLOSED},
        State.CLOSED: {State.ARCHIVED},
        State.ARCHIVED: set(),
        State.POSTPONED: {State.DRAFT, State.CANCELLED},
        State.CANCELLED: set(),
    }
    PREPARING = [State.DRAFT, State.PLANNED, State.APPROVED, State.CANVASSING, State.REPORTS_DUE, State.READY]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("会议名称"), max_length=100)
    kind = models.CharField(_("形式"), max_length=20, choices=Kind)
    date = models.DateField(_("会议日期"), db_index=True)
    place = models.CharField(_("地点"), max_length=100)
    chair = models.CharField(_("主持人"), max_length=60)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT, db_index=True)
    rule_set = models.ForeignKey("reviews.RuleSet", models.PROTECT, related_name="sessions", verbose_name=_("会议规则"))
    is_rehearsal = models.BooleanField(
        _("演练"), default=False, help_text=_("演练会议处处带水印，可以一次清除，不能改为正式会议")
    )
    state_reason = models.CharField(_("延期或取消的理由"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ReviewSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("述责述廉会议")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reviews:session", args=[self.uid])

    @property
    def quarter(self):
        return (self.date.month + 2) // 3

    def is_at_least(self, state):
        """Whether the session has reached `state` on its ordinary way (postponed and cancelled have not)."""
        order = list(self.State)
        return self.state not in (self.State.POSTPONED, self.State.CANCELLED) and order.index(
            self.State(self.state)
        ) >= order.index(state)


class SessionSubject(models.Model):
    """An official who answers in a session (述责述廉对象). Name, unit and post are kept as they were on the day of planning."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="subjects")
    official = models.ForeignKey("officials.Official", models.PROTECT, related_name="+", verbose_name=_("干部"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    name = models.CharField(_("姓名"), max_length=40)
    unit_name = models.CharField(_("单位"), max_length=100)
    post = models.CharField(_("职务"), max_length=100)
    category = models.CharField(_("类别"), max_length=20)
    reason = models.CharField(_("列入理由"), max_length=200, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("述责述廉对象")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "official"], name="subject_once_a_session", violation_error_message=_("同一名干部只能列入一次")
            ),
            models.UniqueConstraint(fields=["session", "order"], name="subject_order_once"),
        ]

    def __str__(self):
        return self.name

    @property
    def code(self):
        """How the ballot names this official: o01, o02 …"""
        return f"o{self.order:02d}"


class AudienceGroup(models.Model):
    """A rater group of the session (票种) and how many of it are expected in the hall."""

    session = models.ForeignKey(ReviewSession, models.CASCADE, related_name="audience")
    code = models.CharField(_("票种"), max_length=10)
    name = models.CharField(_("名称"), max_length=60)
    is_anonymous = models.BooleanField(_("不记名"), default=True)
    expected = models.PositiveSmallIntegerField(_("应到人数"), default=0)

    class Meta:
        ordering = ["code"]
        verbose_name = _("参会人员类别")
        constraints = [models.UniqueConstraint(fields=["session", "code"], name="audience_group_once")]

    def __str__(self):
        return f"{self.code} {self.name}"


class Attendee(models.Model):
    """A person on the roster of a group. Presence is a yes or no: no time, no card, no tablet (ballots.md §6)."""

    group = models.ForeignKey(AudienceGroup, models.CASCADE, related_name="attendees")
    name = models.CharField(_("姓名"), max_length=40)
    about = models.CharField(_("单位、职务"), max_length=100, blank=True)
    is_present = models.BooleanField(_("到会"), default=False)

    class Meta:
        ordering = ["group__code", "pk"]
        verbose_name = _("参会人员")

    def __str__(self):
        return self.name
