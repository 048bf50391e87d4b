"""A round of voting as the main site knows it. What lies in the box, only `ballots` knows; no row here knows a card or a ballot."""

import datetime as dt
import enum
import uuid

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ballots import actions as ballots
from ballots.models import Box, Transcript
from reviews.models import ReviewSession

GRACE = dt.timedelta(seconds=30)
NOTED = {  # the moment this site notes for a step of the box, and where the box stood before it
    Box.State.OPEN: ("opened_at", Box.State.SEALED_SETUP),
    Box.State.CLOSING: ("closing_at", Box.State.OPEN),
    Box.State.CLOSED: ("closed_at", Box.State.CLOSING),
    Box.State.ARCHIVED: ("ended_at", Box.State.PUBLISHED),
}
VOTED_IN = [ReviewSession.State.VOTING_OPEN, ReviewSession.State.VOTING_CLOSED, ReviewSession.State.COUNTED]


class Voting(enum.StrEnum):
    """How the voting of a session stands, as the hall is told."""

    TO_COME = "to_come"
    OPEN = "open"
    CLOSED = "closed"


class BallotRoundQuerySet(models.QuerySet):
    def current(self, session):
        """The round that counts: the last one that was not given up."""
        return self.filter(session=session, voided_at=None).select_related("scheme").order_by("-number").first()

    def given_up(self, session):
        """The last round that is void, None where none is."""
        return self.filter(session=session).exclude(voided_at=None).order_by("-number").first()

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
        """The round's row until the end of the transaction. It is locked by itself: a join would be asked anew of the scheme that the row
        had before whoever held it changed that, and find no row (PostgreSQL)."""
        list(self.select_for_update().filter(pk=round.pk).values_list("pk"))
        return self.select_related("session", "scheme").get(pk=round.pk)


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
    unsealed_at = models.DateTimeField(_("取出密封票"), null=True, blank=True)  # from then on somebody may have read ballots
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
        """What people compare, of the urn's key and of the manifest; "" until the cards are made. The card page takes the first from
        a key card, so up to then no screen and no paper of ours has it to be copied."""
        if not self.is_sealed:
            return {"urn": "", "manifest": ""}
        return {"urn": self.box.urn_code, "manifest": self.box.manifest_code}

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
    def is_unsealed(self):
        """Whether somebody may have read ballots: the sealed ones were taken out to be opened."""
        return self.unsealed_at is not None or self.is_opened

    @property
    def has_transcript(self):
        """Whether an opening is stored: that the sealed ballots were fetched does not tell."""
        return self.is_unsealed and Transcript.objects.filter(sid=self.sid).exists()

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
        return self.requests.corrections().filter(count=None).select_related("asked_by", "confirmed_by").first()

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
