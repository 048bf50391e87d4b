"""A round of voting as the main site knows it. What lies in the box, only `ballots` knows; no row here knows a card or a ballot."""

import datetime as dt
import enum
import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ballots import actions as ballots
from ballots.models import Box
from core.two_persons import TwoPersonQuerySet, TwoPersonStep
from reviews.models import Attendee, ReviewSession

GRACE = dt.timedelta(seconds=30)
NOTED = {  # the moment this site notes for a step of the box, and where the box stood before it
    Box.State.OPEN: ("opened_at", Box.State.SEALED_SETUP),
    Box.State.CLOSING: ("closing_at", Box.State.OPEN),
    Box.State.CLOSED: ("closed_at", Box.State.CLOSING),
    Box.State.ARCHIVED: ("ended_at", Box.State.PUBLISHED),
}
VOTED_IN = [ReviewSession.State.VOTING_OPEN, ReviewSession.State.VOTING_CLOSED, ReviewSession.State.COUNTED]
MEETING = [ReviewSession.State.IN_PROGRESS, ReviewSession.State.VOTING_OPEN, ReviewSession.State.VOTING_CLOSED]


class Voting(enum.StrEnum):
    """How the voting of a session stands, as the hall is told."""

    TO_COME = "to_come"
    OPEN = "open"
    CLOSED = "closed"


class BallotRoundQuerySet(models.QuerySet):
    def current(self, session):
        """The round that counts: the last one that was not given up."""
        return self.filter(session=session, voided_at=None).select_related("scheme").order_by("-number").first()

    def voting(self, session):
        """How the voting stands, and the round that is voted on, None when there is none.

        The session alone does not tell: it never goes back, and a round given up is followed by another.
        """
        if session.state not in VOTED_IN:
            return Voting.CLOSED if session.is_at_least(ReviewSession.State.CONFIRMED) else Voting.TO_COME, None
        round = self.current(session)
        if round and round.is_open:
            return Voting.OPEN, round
        return Voting.CLOSED if round and round.is_closed else Voting.TO_COME, round

    def held(self, round):
        """The round's row until the end of the transaction."""
        return self.select_for_update(of=("self",)).select_related("session", "scheme").get(pk=round.pk)


class BallotRound(models.Model):
    """One round (轮次) of a session with its box. A void round stays on record, and the next one has new cards."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey("reviews.ReviewSession", models.PROTECT, related_name="+")
    sid = models.CharField(_("票箱号"), max_length=16, unique=True)
    number = models.PositiveSmallIntegerField(_("轮次"))
    scheme = models.ForeignKey("scoring.Scheme", models.PROTECT, related_name="+", verbose_name=_("计分方案"))
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    has_box = models.BooleanField(default=False)
    opened_at = models.DateTimeField(_("开始投票"), null=True, blank=True)
    closing_at = models.DateTimeField(_("宣布截止"), null=True, blank=True)
    closed_at = models.DateTimeField(_("停止投票"), null=True, blank=True)
    shown_turnout = models.PositiveIntegerField(null=True, editable=False)  # what every screen shows while the box takes ballots
    shown_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(_("终局"), null=True, blank=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.CharField(_("作废理由"), max_length=300, blank=True)

    objects = BallotRoundQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("投票轮次")
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="round_number_once")]

    def __str__(self):
        return f"{self.session} #{self.number}"

    @cached_property
    def box(self):
        """The box, None before it is made. One look per request: `refresh_box` looks again."""
        return Box.objects.filter(sid=self.sid).defer("credentials").first() if self.has_box else None

    def refresh_box(self):
        vars(self).pop("box", None)

    @property
    def state(self):
        """Where the box stands; a step it took that was not noted here, because that transaction broke off, is still to be taken.

        Two databases share no transaction. So the step is offered once more, and to the box a step already taken is no error.
        """
        if not self.box:
            return Box.State.DRAFT
        noted, before = NOTED.get(self.box.state, (None, None))
        return before if noted and getattr(self, noted) is None else self.box.state

    @property
    def has_keys(self):
        """Whether the manifest is complete but for the cards."""
        return bool(self.box and "scheme_hash" in self.box.document)

    @property
    def is_sealed(self):
        """Whether the cards exist, so that nothing of the setup may change any more."""
        return self.state not in (Box.State.DRAFT, Box.State.ABORTED)

    @property
    def codes(self):
        """What people compare, "" until it exists: of the urn's key and of the manifest."""
        return {
            "urn": self.box.urn_code if self.box else "",
            "manifest": self.box.manifest_code if self.is_sealed else "",
        }

    @property
    def is_open(self):
        return self.state in Box.CASTING

    @property
    def is_closed(self):
        return self.state in Box.COUNTED

    @property
    def is_opened(self):
        return self.state in (Box.State.OPENED, Box.State.PUBLISHED, Box.State.ARCHIVED)

    @property
    def is_ended(self):
        """Declared final: the sealed ballots are gone."""
        return self.state == Box.State.ARCHIVED

    @property
    def count(self):
        """The last version of what was counted, signed or not; None before the box is opened."""
        return self.counts.select_related("publication").order_by("-version").first()

    @cached_property
    def correction(self):
        """What two persons have agreed to correct and is not counted anew yet; None nearly always. One look per request, like the box."""
        agreed = self.requests.filter(step=StepRequest.Step.CORRECT, confirmed_at__isnull=False, count=None)
        return agreed.select_related("asked_by", "confirmed_by").first()

    @property
    def turnout(self):
        """Ballots in the box: in steps of five while it is open, exact afterwards. `scoring.actions.box.turnout` is for the screens."""
        return ballots.turnout(self.sid)

    def voters(self, present):
        """How many persons hold a card: as many as drew one; until that is noted, as many as are `present` by group code, and where
        nobody is checked in, as many as the cards were made for."""
        boxed = self.groups.filter(is_named=False)
        return sum(
            (present.get(group.code) or group.attendants) if group.drawn is None else group.drawn - group.lost for group in boxed
        )

    @property
    def grace_ends_at(self):
        return self.closing_at + GRACE if self.closing_at else None


class RoundGroupQuerySet(models.QuerySet):
    def listing(self, name):
        """Those whose roster in the session has this name."""
        on_it = Attendee.objects.filter(group__session=models.OuterRef("round__session"), group__code=models.OuterRef("code"))
        return self.filter(models.Exists(on_it.filter(name=name)))

    def open_to(self, name):
        """Named groups whose roster has this name, while the meeting runs and the box is not opened."""
        named = self.listing(name).filter(is_named=True, round__has_box=True, round__voided_at=None)
        return named.filter(round__session__state__in=MEETING)

    def unmarked_by(self, name):
        return self.exclude(marks__rater=name)


class RoundGroup(models.Model):
    """A rater group in a round: how many cards, how many were drawn, and where the missing ones are. Never who holds which."""

    round = models.ForeignKey(BallotRound, models.CASCADE, related_name="groups")
    letter = models.CharField(_("票箱"), max_length=1)
    code = models.CharField(_("票种"), max_length=10)
    name = models.CharField(_("名称"), max_length=60)
    is_named = models.BooleanField(_("实名"), default=False)
    attendants = models.PositiveSmallIntegerField(_("到会人数"), default=0)
    papers = models.PositiveSmallIntegerField(_("预计用纸票的人数"), default=0)
    drawn = models.PositiveSmallIntegerField(_("实发"), null=True, blank=True)
    lost = models.PositiveSmallIntegerField(_("声明丢失"), default=0)  # drawn, lost before casting and replaced by a spare
    unaccounted_reason = models.CharField(_("未交回的说明"), max_length=300, blank=True)
    came = models.PositiveSmallIntegerField(_("实到"), null=True, blank=True)  # of a named group; None: all prepared for
    came_reason = models.CharField(_("实到与原定不同的说明"), max_length=300, blank=True)

    objects = RoundGroupQuerySet.as_manager()

    class Meta:
        ordering = ["letter"]
        verbose_name = _("票种")
        constraints = [models.UniqueConstraint(fields=["round", "letter"], name="round_group_once")]

    def __str__(self):
        return f"{self.code} {self.name}"

    @property
    def roster(self):
        """The names listed for it in the session; none where its people are only counted."""
        listed = Attendee.objects.filter(group__session=self.round.session, group__code=self.code)
        return list(listed.order_by("pk").values_list("name", flat=True))

    @property
    def present(self):
        """As many as the cards are made for; of a named group as many as in the end came. Neither the box nor the transcript knows it."""
        return self.attendants if self.came is None else self.came

    @property
    def raters(self):
        """How many persons' marks are entered."""
        return len({marks.rater for marks in self.marks.all()})

    @property
    def spare(self):
        """Cards beyond those present: ten per cent, at least three, and one for each paper expected (ballots.md B0)."""
        return max(3, -(-self.attendants // 10)) + self.papers

    @property
    def cards(self):
        return 0 if self.is_named else self.attendants + self.spare


class NamedMarksQuerySet(models.QuerySet):
    def raters_of(self, round):
        """Who has given named marks in this round, each once: {group, rater, entered_by, is_listed}. Before signing, people compare
        them with whom they saw in the hall."""
        listed = Attendee.objects.filter(
            group__session=models.OuterRef("group__round__session"),
            group__code=models.OuterRef("group__code"),
            name=models.OuterRef("rater"),
        )
        rows = self.filter(group__round=round).annotate(is_listed=models.Exists(listed)).order_by("group__letter", "rater")
        return rows.values("group__name", "rater", "is_listed", "entered_by__name").distinct()


class NamedMarks(models.Model):
    """The marks of one person of a named group (实名) for one official: outside the box, under the person's name."""

    group = models.ForeignKey(RoundGroup, models.CASCADE, related_name="marks")
    rater = models.CharField(_("评议人"), max_length=40)
    subject = models.ForeignKey("reviews.SessionSubject", models.PROTECT, related_name="+")
    answers = models.JSONField(_("评分"))  # {criterion: tenths of a point, or the place of the option}; {} = abstained
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = NamedMarksQuerySet.as_manager()

    class Meta:
        ordering = ["rater", "subject__order"]
        verbose_name = _("实名评分")
        constraints = [models.UniqueConstraint(fields=["group", "rater", "subject"], name="named_marks_once")]

    def __str__(self):
        return f"{self.rater}: {self.subject}"


class StepRequestQuerySet(TwoPersonQuerySet):
    def waiting(self, now):
        return super().waiting(now).filter(round__voided_at=None)


class StepRequest(TwoPersonStep):
    """A step of the ballot that two persons take together (S19)."""

    class Step(models.TextChoices):
        SETUP = "SETUP", _("建立票箱")
        OPEN = "OPEN", _("开始投票")
        CLOSE = "CLOSE", _("截止投票")
        VOID = "VOID", _("作废本轮")
        PUBLISH = "PUBLISH", _("公布结果")
        CORRECT = "CORRECT", _("更正计票")
        ARCHIVE = "ARCHIVE", _("宣布终局、销毁密封票")

    round = models.ForeignKey(BallotRound, models.CASCADE, related_name="requests")
    step = models.CharField(_("步骤"), max_length=10, choices=Step)
    reason = models.CharField(_("理由"), max_length=300, blank=True)

    objects = StepRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("两人步骤")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "step"], condition=models.Q(confirmed_at=None), name="one_open_request_for_a_step"
            ),
            models.CheckConstraint(condition=~models.Q(asked_by=models.F("confirmed_by")), name="two_persons_for_a_step"),
        ]

    def __str__(self):
        return f"{self.get_step_display()} {self.asked_by}"

    def get_absolute_url(self):
        """The page it is confirmed on."""
        return reverse("scoring:results" if self.step == self.Step.PUBLISH else "scoring:ballot", args=[self.round.session.uid])

    @property
    def matter(self):
        """What its notices are about."""
        return f"step:{self.pk}"
