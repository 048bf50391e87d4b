import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.errors import LONGEST
from core.lifecycle import Lifecycle
from scoring import rules


class OccasionQuerySet(models.QuerySet):
    def of(self, session):
        return self.filter(subject__session=session)

    def live(self):
        """Neither refused nor withdrawn."""
        return self.filter(state__in=Occasion.LIVE)

    def waiting(self):
        """Entered, and not yet read by an approver."""
        return self.filter(state=Occasion.State.ENTERED)

    def confirmed(self):
        return self.filter(state=Occasion.State.CONFIRMED)

    def entries(self):
        """As the rules take them, in the order in which they were entered."""
        return [occasion.entry for occasion in self.select_related("subject").order_by("pk")]


class Occasion(Lifecycle):
    """Something that comes into a score from outside the ballot box (会外事项): for what, how much, and the paper it rests on.

    One person enters it, another confirms it. What is wrong is refused or withdrawn with a reason and entered anew; nothing of a row
    changes. A round that is voided keeps them: they are the session's.
    """

    class Kind(models.TextChoices):
        BONUS = rules.occasions.BONUS, _("加分")
        DEDUCTION = rules.occasions.DEDUCTION, _("扣分")
        VETO = rules.occasions.VETO, _("一票否决")
        FIGURE = rules.occasions.FIGURE, _("外部数据")

    class State(models.TextChoices):
        ENTERED = "ENTERED", _("待确认")
        CONFIRMED = "CONFIRMED", _("已确认")
        REFUSED = "REFUSED", _("不同意")
        WITHDRAWN = "WITHDRAWN", _("已撤销")

    NEXT = {
        State.ENTERED: {State.CONFIRMED, State.REFUSED, State.WITHDRAWN},
        State.CONFIRMED: {State.WITHDRAWN},
        State.REFUSED: set(),
        State.WITHDRAWN: set(),
    }
    LIVE = [State.ENTERED, State.CONFIRMED]
    ENDED = [State.REFUSED, State.WITHDRAWN]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.ForeignKey("reviews.SessionSubject", models.PROTECT, related_name="+", verbose_name=_("对象"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    code = models.CharField(_("编号"), max_length=20, blank=True)  # of the deduction, the veto or the group of figures
    name = models.CharField(_("事项"), max_length=60)  # as the scheme called it when it was entered
    amount = models.CharField(_("数量"), max_length=20, blank=True)  # exact: points, how many times, the figure
    fact = models.CharField(_("依据"), max_length=LONGEST)
    document = models.CharField(_("文号"), max_length=100)
    note = models.CharField(_("说明"), max_length=LONGEST, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ENTERED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    entered_at = models.DateTimeField(_("登记时间"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("确认人")
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人")
    )
    ended_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    ended_because = models.CharField(_("不同意、撤销的理由"), max_length=LONGEST, blank=True)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("会外事项")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="VETO", amount="") | (~Q(kind="VETO") & ~Q(amount="")), name="occasion_has_amount"
            ),
            models.CheckConstraint(condition=~Q(fact="") & ~Q(document=""), name="occasion_has_ground"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("entered_by")), name="occasion_needs_two_people"
            ),
            models.CheckConstraint(
                condition=(Q(confirmed_by=None, confirmed_at=None) & ~Q(state="CONFIRMED"))
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(state__in=["ENTERED", "REFUSED"])),
                name="occasion_confirmed_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ENTERED", "CONFIRMED"], ended_by=None, ended_at=None, ended_because="")
                | (Q(state__in=["REFUSED", "WITHDRAWN"], ended_by__isnull=False, ended_at__isnull=False) & ~Q(ended_because="")),
                name="occasion_ended_with_reason",
            ),
            models.UniqueConstraint(
                fields=["subject", "code"],
                condition=Q(kind="VETO", state__in=["ENTERED", "CONFIRMED"]),
                name="occasion_vetoed_once",
            ),
        ]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        return reverse("scoring:occasion_list", args=[self.subject.session.uid])

    @property
    def entry(self):
        return rules.occasions.Entry(self.kind, self.subject.code, self.code, self.amount)

    @property
    def words(self):
        """“扣分 2 次：迟交报告”, without whom it is about."""
        patterns = {
            self.Kind.BONUS: _("加分 %(amount)s 分"),
            self.Kind.DEDUCTION: _("扣分 %(amount)s 次：%(name)s"),
            self.Kind.VETO: _("一票否决：%(name)s"),
            self.Kind.FIGURE: _("外部数据 %(amount)s：%(name)s"),
        }
        return patterns[self.kind] % {"amount": self.amount, "name": self.name}

    @property
    def is_waiting(self):
        return self.state == self.State.ENTERED

    @property
    def is_live(self):
        return self.state in self.LIVE
