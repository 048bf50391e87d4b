"""The rater groups of a round, each with its box or named."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models import Attendee, ReviewSession
from scoring.models.round import BallotRound

MEETING = [ReviewSession.State.IN_PROGRESS, ReviewSession.State.VOTING_OPEN, ReviewSession.State.VOTING_CLOSED]


class RoundGroupQuerySet(models.QuerySet):
    def listing(self, name):
        """Those whose roster in the session has this name."""
        on_it = Attendee.objects.filter(group__session=models.OuterRef("round__session"), group__code=models.OuterRef("code"))
        return self.filter(models.Exists(on_it.filter(name=name)))

    def open_to(self, name):
        """Named groups whose roster has this name, while the meeting runs and the sealed ballots are not fetched."""
        named = self.listing(name).filter(is_named=True, round__has_box=True, round__voided_at=None, round__unsealed_at=None)
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
