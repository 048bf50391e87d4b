"""Where the meeting stands: the run sheet, its clock, and what the hall sees."""

import datetime as dt
import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.errors import RuleViolation
from live.rules import hall as rules


def minutes_of(kind, label):
    return models.PositiveSmallIntegerField(
        label, default=rules.MINUTES[kind], validators=[MinValueValidator(1), MaxValueValidator(180)]
    )


class Hall(models.Model):
    """The state of one session's hall, made when the meeting begins. Every step raises `version`: two consoles go by it."""

    class Scene(models.TextChoices):
        """What the projector shows while its slide is not neutral."""

        STAGE = "STAGE", _("跟随当前环节")
        RECEIVED = "RECEIVED", _("收到清单")
        ANNOUNCED = "ANNOUNCED", _("评议结果")

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="+")
    version = models.PositiveIntegerField(default=1)
    scene = models.CharField(_("大屏画面"), max_length=10, choices=Scene, default=Scene.STAGE)
    is_neutral = models.BooleanField(_("中性画面"), default=False)
    question = models.ForeignKey("reviews.Question", models.SET_NULL, null=True, blank=True, related_name="+")
    ends_at = models.DateTimeField(_("计时到"), null=True, blank=True)
    paused_left = models.IntegerField(_("停表时剩余的秒数"), default=0)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("会场")

    def __str__(self):
        return str(self.session)

    def seconds_left(self, now):
        return rules.seconds_left(ends_at=self.ends_at, paused_left=self.paused_left, now=now)

    @property
    def is_running(self):
        return self.ends_at is not None


class Timing(models.Model):
    """How many minutes the items of one meeting get, where they are not the usual ones."""

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="+")
    opening = minutes_of("OPENING", _("开场"))
    statement = minutes_of("STATEMENT", _("每人述廉"))
    questions = minutes_of("QUESTIONS", _("每人问廉"))
    comment = minutes_of("COMMENT", _("每人点评"))
    scoring = minutes_of("SCORING", _("评议打分"))
    closing = minutes_of("CLOSING", _("会议结束"))

    class Meta:
        verbose_name = _("时间安排")

    def __str__(self):
        return str(self.session)

    @classmethod
    def of(cls, session):
        return cls.objects.filter(session=session).first() or cls(session=session)

    @property
    def minutes(self):
        return rules.MINUTES | {kind: getattr(self, kind.lower()) for kind in RunItem.TIMED}


class RunItemQuerySet(models.QuerySet):
    def current(self):
        """The item that is on; refuses once the meeting is over."""
        item = self.filter(state=RunItem.State.NOW).select_related("subject").first()
        if item is None:
            raise RuleViolation(gettext("会议已经结束"))
        return item


class RunItem(models.Model):
    """One item of the run sheet."""

    class Kind(models.TextChoices):
        OPENING = "OPENING", _("开场")
        STATEMENT = "STATEMENT", _("述廉")
        QUESTIONS = "QUESTIONS", _("问廉")
        FLOOR = "FLOOR", _("代表现场提问")
        COMMENT = "COMMENT", _("点评")
        HANDS = "HANDS", _("满意度举手")
        BREAK = "BREAK", _("休息")
        BRIEFING = "BRIEFING", _("说明评议办法")
        SCORING = "SCORING", _("评议打分")
        COUNT = "COUNT", _("计票")
        ANNOUNCEMENT = "ANNOUNCEMENT", _("宣布结果")
        CLOSING = "CLOSING", _("会议结束")

    class State(models.TextChoices):
        TODO = "TODO", _("待进行")
        NOW = "NOW", _("进行中")
        DONE = "DONE", _("完")

    TIMED = ("OPENING", "STATEMENT", "QUESTIONS", "COMMENT", "SCORING", "CLOSING")  # in every meeting; see Timing

    session = models.ForeignKey("reviews.ReviewSession", models.CASCADE, related_name="+")
    hall = models.ForeignKey(Hall, models.CASCADE, null=True, related_name="items")  # None until the meeting begins
    order = models.PositiveSmallIntegerField(_("顺序"))
    kind = models.CharField(_("环节"), max_length=20, choices=Kind)
    subject = models.ForeignKey("reviews.SessionSubject", models.CASCADE, null=True, blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("分钟"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.TODO)
    began_at = models.DateTimeField(_("开始"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)  # of one to come: when it was left for an earlier one
    outcome = models.CharField(_("举手结果"), max_length=100, blank=True)  # of a show of hands, where somebody counted them
    away = models.DurationField(_("其间转入其他环节"), default=dt.timedelta)
    clock_left = models.IntegerField(_("离开时钟上剩余的秒数"), null=True, blank=True)  # for when the meeting comes back to it

    objects = RunItemQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        verbose_name = _("议程")
        constraints = [
            models.UniqueConstraint(fields=["session", "order"], name="run_item_order_once"),
            models.UniqueConstraint(fields=["hall"], condition=models.Q(state="NOW"), name="one_run_item_at_a_time"),
        ]

    def __str__(self):
        return f"{self.subject}　{self.get_kind_display()}" if self.subject else str(self.get_kind_display())

    @classmethod
    def planned_for(cls, session):
        """The run sheet as it would be if the meeting began now: as it was arranged, else the usual one; nothing is written."""
        subjects, minutes = list(session.subjects.all()), Timing.of(session).minutes
        items = list(cls.objects.filter(session=session).select_related("subject"))
        if not items:
            return cls.of_agenda(rules.agenda(subjects, minutes))
        there = {item.subject_id for item in items}
        newcomers = [subject for subject in subjects if subject.pk not in there]  # put on the line-up since
        place = max(n for n, item in enumerate(items, 1) if item.subject_id or item.kind == cls.Kind.OPENING)
        items[place:place] = [item for item in cls.of_agenda(rules.agenda(newcomers, minutes)) if item.subject]
        return items

    @classmethod
    def of_agenda(cls, agenda):
        return [cls(order=n, kind=kind, subject=who, minutes=minutes) for n, (kind, who, minutes) in enumerate(agenda, start=1)]

    @property
    def key(self):
        """Names the item on its run sheet: there is one of a kind, or one for each official."""
        return f"{self.kind}-{self.subject.code}" if self.subject else self.kind

    @property
    def is_asking(self):
        return self.kind in rules.ASKING

    @property
    def has_begun(self):
        """Whether it is on, over, or has taken time before it was gone back from."""
        return self.state != self.State.TODO or self.began_at is not None

    @property
    def is_missed(self):
        """Closed because its official did not come."""
        return bool(self.state == self.State.DONE and self.subject and self.subject.absence)

    @property
    def times(self):
        """When it began and ended; of one that is to come again, nothing."""
        return (None, None) if self.state == self.State.TODO else (self.began_at, self.ended_at)

    @property
    def span(self):
        """What the rules of time look at. The beginning is moved on by the time spent elsewhere: what lies between is what it took."""
        began, ended = self.times
        return self.minutes, began and began + self.away, ended

    @property
    def used(self):
        """How long it took; "" while it has not ended."""
        _minutes, began, ended = self.span
        return rules.written(round((ended - began).total_seconds())) if began and ended else ""

    @property
    def away_minutes(self):
        return round(self.away.total_seconds() / 60)


class FollowPage(models.Model):
    """The page on which everybody in the hall follows the meeting (自动跟随), by an address that nobody guesses. It knows no person."""

    session = models.OneToOneField("reviews.ReviewSession", models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)

    class Meta:
        verbose_name = _("自动跟随页")

    def __str__(self):
        return str(self.session)
