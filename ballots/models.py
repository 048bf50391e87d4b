"""The box and what lies in it (protocol §6). No row here knows a person, a moment, an address or an order.

Forbidden, and refused by a test: foreign keys out of the app, moments, counters, addresses, histories, signals.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ballots import codec


class Refused(ValidationError):
    """Well formed, but the protocol forbids it now; the text is for people."""


class Conflict(Refused):
    """Something else has been stored already, and what is stored stays."""


class Bytes(models.BinaryField):
    """Byte strings whatever the driver hands out (psycopg2 gives memoryviews)."""

    def from_db_value(self, value, expression, connection):
        return None if value is None else bytes(value)


def has_length(field, length):
    return models.CheckConstraint(condition=Exact(Length(field), length), name=f"%(class)s_{field}_length")


class State(models.TextChoices):
    """Each step is taken once; there is no way back."""

    DRAFT = "DRAFT", gettext_lazy("准备中")
    SEALED_SETUP = "SEALED_SETUP", gettext_lazy("票卡已备")
    OPEN = "OPEN", gettext_lazy("投票中")
    CLOSING = "CLOSING", gettext_lazy("即将截止")
    CLOSED = "CLOSED", gettext_lazy("已截止")
    OPENED = "OPENED", gettext_lazy("已开箱")
    PUBLISHED = "PUBLISHED", gettext_lazy("已公布")
    ARCHIVED = "ARCHIVED", gettext_lazy("已归档")
    ABORTED = "ABORTED", gettext_lazy("已中止")


class Box(models.Model):
    """One count of one meeting: its state, and the two documents every card commits to.

    While DRAFT, `manifest` holds the manifest as far as it has got; from SEALED_SETUP on the bytes the card page sent.
    """

    State = State
    NEXT = {
        State.DRAFT: {State.SEALED_SETUP, State.ABORTED},
        State.SEALED_SETUP: {State.OPEN, State.ABORTED},
        State.OPEN: {State.CLOSING, State.ABORTED},
        State.CLOSING: {State.CLOSED, State.ABORTED},
        State.CLOSED: {State.OPENED, State.ABORTED},
        State.OPENED: {State.PUBLISHED, State.ABORTED},
        State.PUBLISHED: {State.ARCHIVED},
        State.ARCHIVED: set(),
        State.ABORTED: set(),
    }
    CASTING = {State.OPEN, State.CLOSING}
    COUNTED = {State.CLOSED, State.OPENED, State.PUBLISHED, State.ARCHIVED}

    sid = models.CharField(max_length=16, primary_key=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    manifest = Bytes()
    credentials = Bytes(default=b"")
    receipt_key = models.CharField(max_length=16, blank=True, default="")  # name of the key's file; empty once it is destroyed

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=State.values), name="box_state_known")]

    def __str__(self):
        return self.sid

    @property
    def document(self):
        """The manifest as a dictionary, parsed anew each time."""
        return codec.parse(self.manifest)

    @property
    def manifest_hash(self):
        """`mh` of the protocol: what every card, the poster and the minutes carry."""
        return codec.digest("ars/manifest/v1", self.manifest)

    @property
    def manifest_code(self):
        return codec.long_code(self.manifest_hash)

    @property
    def urn_code(self):
        """Of the urn's public key; "" before there is one."""
        return codec.long_code(self.document["urn_pub"]) if "urn_pub" in self.document else ""

    @property
    def is_rehearsal(self):
        return self.document["mode"] == "rehearsal"

    def demand_next(self, state):
        if state not in self.NEXT[self.state]:
            raise Refused(_("票箱“%(now)s”，不能转为“%(next)s”") % {"now": self.get_state_display(), "next": state.label})

    def move_to(self, state, **changes):
        """Take one legal step, with the columns that change with it. Compare-and-set: of two pressing at once, one wins."""
        self.demand_next(state)
        if not Box.objects.filter(sid=self.sid, state=self.state).update(state=state, **changes):
            raise Refused(_("票箱状态刚被他人更新，请刷新后再试"))
        self.refresh_from_db()


class Envelope(models.Model):
    """A sealed ballot: which card, the hash, the ciphertext of one fixed length, the card's signature."""

    pk = models.CompositePrimaryKey("sid", "outer_pk")
    sid = models.CharField(max_length=16)
    outer_pk = Bytes()
    h = Bytes()
    ct = Bytes()
    z = Bytes()

    class Meta:
        constraints = [has_length("outer_pk", 32), has_length("h", 32), has_length("z", 64)]

    def __str__(self):
        return codec.b64(self.h)


class Void(models.Model):
    """A card declared unused after the close, by its own signature."""

    pk = models.CompositePrimaryKey("sid", "outer_pk")
    sid = models.CharField(max_length=16)
    outer_pk = Bytes()
    z = Bytes()

    class Meta:
        constraints = [has_length("outer_pk", 32), has_length("z", 64)]

    def __str__(self):
        return codec.b64(self.outer_pk)


class VersionQuerySet(models.QuerySet):
    def newest(self, sid):
        """The last version of the document, or None before there is one."""
        return self.filter(sid=sid).order_by("-version").first()


class Versioned(models.Model):
    """A document written once and never updated; what is corrected (`actions.store_correction`) stays beside its correction."""

    pk = models.CompositePrimaryKey("sid", "version")
    sid = models.CharField(max_length=16)
    version = models.CharField(max_length=1, default="1")  # a digit; text, for nothing in this app is a number that grows
    document = Bytes()

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.sid} {self.version}"


class Transcript(Versioned):
    """The opened box as one document: slips are not rows, so no row can order them."""


class Publication(Versioned):
    """The copy of the transcript for the room: the booth reads this one and never the transcript."""
