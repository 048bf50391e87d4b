from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reviews.rules import preparation as rules
from reviews.rules import session as session_rules


class RuleSet(models.Model):
    """One version of the district's rules for review sessions (HB02–HB07). Sessions cite the version in force on their day."""

    name = models.CharField(_("名称"), max_length=200)
    version = models.PositiveSmallIntegerField(_("版本"))
    citation = models.CharField(_("依据"), max_length=300)
    in_force_from = models.DateField(_("施行日期"))
    dispersed_min = models.PositiveSmallIntegerField(_("分散会议最少人数"), default=1)
    dispersed_max = models.PositiveSmallIntegerField(_("分散会议最多人数"), default=3)
    concentrated_min = models.PositiveSmallIntegerField(_("集中会议最少人数"), default=5)
    concentrated_max = models.PositiveSmallIntegerField(_("集中会议最多人数"), default=10)
    questions_min = models.PositiveSmallIntegerField(_("每人最少质询问题"), default=2)
    questions_max = models.PositiveSmallIntegerField(_("每人最多质询问题"), default=3)
    report_rounds = models.PositiveSmallIntegerField(_("报告最多退回次数"), default=3)
    plan_days = models.PositiveSmallIntegerField(_("整改方案时限（日）"), default=10)
    rectification_months = models.PositiveSmallIntegerField(_("整改时限（月）"), default=1)

    class Meta:
        ordering = ["-in_force_from", "-version"]
        verbose_name = _("会议规则")
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="rule_set_version_once")]

    def __str__(self):
        return _("%(name)s（第 %(version)s 版）") % {"name": self.name, "version": self.version}

    def limits(self, kind):
        """(fewest, most) officials of one session of this kind."""
        if kind == "DISPERSED":
            return self.dispersed_min, self.dispersed_max
        return self.concentrated_min, self.concentrated_max

    @classmethod
    def in_force(cls, day):
        """The version in force on `day`, or None."""
        return cls.objects.filter(in_force_from__lte=day).first()


class PreparationTaskQuerySet(models.QuerySet):
    def open(self):
        """What somebody still has to do: before the meeting while it is under way, the letter once it has been held in earnest."""
        under_way = Q(session__state__in=["APPROVED", "CANVASSING", "REPORTS_DUE", "READY"]) & ~Q(kind="LETTER")
        held = Q(session__state__in=["VOTING_CLOSED", "COUNTED", "CONFIRMED", "FED_BACK"], kind="LETTER")
        held &= Q(session__is_rehearsal=False)
        return self.filter(under_way | held, done_on=None)


class PreparationTask(models.Model):
    """One back-planned date of a session: what must be done by when, and whether it is."""

    class Kind(models.TextChoices):
        CANVASS = "CANVASS", _("发出征求意见表")
        REPORTS = "REPORTS", _("报告全部提交")
        REPORT_REVIEW = "REPORT_REVIEW", _("报告初审")
        VERIFICATION = "VERIFICATION", _("核查办结")
        QUESTIONS = "QUESTIONS", _("选定并封存质询问题")
        LOCK = "LOCK", _("锁定计分方案，打印票卡")
        MEETING = "MEETING", _("召开会议")
        LETTER = "LETTER", _("起草提醒函")

    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="preparation")
    kind = models.CharField(_("事项"), max_length=20, choices=Kind)
    due_on = models.DateField(_("应办日期"), db_index=True)
    done_on = models.DateField(_("办结日期"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PreparationTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("筹备事项")
        constraints = [models.UniqueConstraint(fields=["session", "kind"], name="preparation_once_a_session")]

    def __str__(self):
        return self.get_kind_display()

    @property
    def is_by_hand(self):
        """Whether a person notes it as done; the others follow from the data."""
        return self.kind in rules.BY_HAND

    def noting_blockers(self):
        """Why nobody may note it as done now, or take the note back."""
        if not self.is_by_hand:
            return [gettext("“%(what)s”由系统按实际情况判断，不能手工登记") % {"what": self.get_kind_display()}]
        return session_rules.noting_blockers(self.session.state)
