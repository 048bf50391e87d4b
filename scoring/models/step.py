"""The steps of the ballot that take two persons."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.two_persons import TwoPersonQuerySet, TwoPersonStep
from scoring.models.round import BallotRound


class StepRequestQuerySet(TwoPersonQuerySet):
    def waiting(self, now):
        return super().waiting(now).filter(round__voided_at=None)

    def corrections(self):
        """Of a count, agreed by two persons."""
        return self.filter(step=StepRequest.Step.CORRECT, confirmed_at__isnull=False)

    def correcting(self, session, *, now):
        """Corrections of the session's result on their way: one waits for its second person, or is agreed and not published yet."""
        own = self.filter(step=StepRequest.Step.CORRECT, round__session=session, round__voided_at=None)
        return own.filter(confirmed_at__isnull=False, count__publication=None) | own.waiting(now)


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
