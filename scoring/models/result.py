import json
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import RuleViolation
from scoring import rules
from scoring.models.paper import PaperJob
from scoring.models.round import BallotRound


class CountQuerySet(models.QuerySet):
    def newest(self, round):
        """The last version, whether or not it is signed; None before there is one."""
        return self.filter(round=round).order_by("-version").first()

    def held(self, count):
        """The rows of the round and of the count until the end of the transaction: the round first, as every step takes it."""
        BallotRound.objects.held(count.round)
        return self.select_for_update(of=("self",)).select_related("round__session", "round__scheme").get(pk=count.pk)


class Count(models.Model):
    """The result of a round, counted from the transcript alone and frozen with its hashes (scoring.md §8), those over marks blinded.

    A tie that needs a decision is counted once more with it, before anybody signs; nothing changes after a signature. What is
    corrected (更正) stays as it was; the correction is another version, of another transcript, with its own signatures.
    """

    round = models.ForeignKey("scoring.BallotRound", models.PROTECT, related_name="counts")
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    correction = models.OneToOneField(  # who asked for this version and why; the first has none
        "scoring.StepRequest", models.PROTECT, null=True, blank=True, related_name="count", verbose_name=_("更正")
    )
    transcript_sha = models.CharField(_("开箱记录摘要"), max_length=64)
    scheme_hash = models.CharField(_("方案摘要"), max_length=64)
    input_hash = models.CharField(_("输入摘要"), max_length=64)
    result_hash = models.CharField(_("结果摘要"), max_length=64)
    result = models.JSONField(_("结果"))  # exact values of all groups: for the scrutineers (L2)
    sheet = models.JSONField(_("计票报告单"))  # conservation, invalid slips, roots
    table_l0 = models.JSONField()
    table_l1 = models.JSONField()
    outside = models.JSONField(_("会外事项"), default=dict)  # figures, adjust, vetoes as `verify.py --outside` takes them
    decisions = models.JSONField(_("裁定"), default=list)  # ties settled, each with the reason and the name of the leader who did
    counted_at = models.DateTimeField(_("计票完成"))
    teller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("计票人"))
    teller_at = models.DateTimeField(null=True)
    scrutineer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("监票人")
    )
    scrutineer_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    objects = CountQuerySet.as_manager()
    TABLES = (
        "result",
        "sheet",
        "table_l0",
        "table_l1",
        "publication__table_l0",
        "publication__table_l1",
    )  # as long as there are officials and groups

    class Meta:
        verbose_name = _("计票")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="count_version_once"),
            models.CheckConstraint(
                condition=models.Q(version=1, correction=None) | models.Q(version__gt=1, correction__isnull=False),
                name="count_corrected_with_reason",
            ),
            models.CheckConstraint(condition=~models.Q(teller=models.F("scrutineer")), name="count_signed_by_two"),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None) | models.Q(teller_at__isnull=False, scrutineer_at__isnull=False),
                name="count_confirmed_when_signed",
            ),
        ]

    def __str__(self):
        return self.result_hash[:16]

    def require_seen(self, seen):
        """Refuse to act on a result other than the one whose hash the page showed."""
        if seen != self.result_hash:
            raise RuleViolation(_("结果重新计过，与您看到的摘要不同：请看过现在的结果再办"))

    @property
    def is_signed(self):
        return bool(self.teller_at and self.scrutineer_at)

    @property
    def is_confirmed(self):
        return self.confirmed_at is not None

    @property
    def is_published(self):
        return hasattr(self, "publication")

    def offers(self, kind):
        """Whether a paper other than the count sheet can be made of it yet."""
        return self.is_confirmed and (kind != PaperJob.Kind.ENDING or self.is_final)

    @property
    def superseded_by(self):
        """The version that has taken its place: published later; None while this one holds."""
        later = self.round.counts.filter(version__gt=self.version, publication__isnull=False)
        return later.select_related("publication").order_by("-version").first()

    @property
    def is_final(self):
        """Whether the round has ended with this version: it was published, and no later one has taken its place."""
        return self.round.is_ended and self.is_published and self.superseded_by is None

    @property
    def edition(self):
        """“更正版 第 2 版”; nothing for the first."""
        return _("更正版 第 %(n)d 版") % {"n": self.version} if self.version > 1 else ""

    @property
    def decisions_needed(self):
        return self.result["decisions_needed"]

    @property
    def settled(self):
        """The decisions as the rules and the verifier take them: by whom and why is no part of the result."""
        return [{name: entry[name] for name in ("label", "pool", "chosen")} for entry in self.decisions]

    @property
    def given(self):
        """All that the count took from outside the box, as `rules.score` and `verify.py --outside` take it; {} for nothing."""
        return self.outside | ({"decisions": self.settled} if self.decisions else {})

    @property
    def has_outside(self):
        """Whether a recount needs that: a scheme that takes something is told of nothing as well, so that it does not look forgotten."""
        return bool(self.given) or rules.occasions.takes_any(self.round.scheme.body)

    @property
    def outside_file(self):
        """The FILE of `verify.py TRANSCRIPT --outside FILE`."""
        return json.dumps(self.given, ensure_ascii=False, indent=1).encode()

    @property
    def void_letters(self):
        return self.result["void_groups"]


class SubjectResultQuerySet(models.QuerySet):
    def published(self):
        """The results that hold: of each round the last version that was published."""
        later = Count.objects.filter(
            round=models.OuterRef("count__round"), version__gt=models.OuterRef("count__version"), publication__isnull=False
        )
        return self.filter(~models.Exists(later), count__publication__isnull=False, count__round__voided_at=None)


class SubjectResult(models.Model):
    """What was found about one official, at the three levels of audience (ballots.md §9.2)."""

    count = models.ForeignKey(Count, models.CASCADE, related_name="subjects")
    subject = models.ForeignKey("reviews.SessionSubject", models.PROTECT, related_name="+")
    score = models.DecimalField(_("得分"), max_digits=8, decimal_places=4, null=True)
    shown_score = models.CharField(max_length=12, blank=True)  # as printed: with exactly the places that were counted
    band = models.CharField(_("等次"), max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    ranked_of = models.PositiveSmallIntegerField(default=0)
    row_l0 = models.JSONField()
    row_l1 = models.JSONField()
    trace_l1 = models.JSONField()  # the explain sheet with printed values
    trace_l2 = models.JSONField()  # the exact one, for the scrutineers
    criteria = models.JSONField(default=list)
    distribution = models.JSONField(default=list)  # ballots by band, where all of them are open to the room
    measures = models.JSONField(_("建议措施"), default=list)

    objects = SubjectResultQuerySet.as_manager()

    class Meta:
        ordering = ["subject__order"]
        verbose_name = _("评议结果")
        constraints = [models.UniqueConstraint(fields=["count", "subject"], name="subject_result_once")]

    def __str__(self):
        return f"{self.subject} {self.shown_score}"


class Publication(models.Model):
    """The one publication of a count: the tables as they went out. A correction is another count with its own."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    count = models.OneToOneField(Count, models.PROTECT, related_name="publication")
    table_l0 = models.JSONField()
    table_l1 = models.JSONField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scrutineer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("公布时间"))

    class Meta:
        verbose_name = _("公布")

    def __str__(self):
        return str(self.count)
