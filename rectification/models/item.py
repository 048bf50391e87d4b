import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.lifecycle import Lifecycle
from officials.models import Official, Unit
from officials.roles import Role
from rectification import rules
from rectification.models.finding import Finding

READERS = frozenset({Role.ORGANISER, Role.APPROVER, Role.VERIFIER, Role.LEADER})


class RectificationItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those who follow rectification see every item; who answers for a unit those of the unit; an official also those of
        the own hearing, wherever he or she is now."""
        if user.has_role(*READERS):
            return self
        own = Q(unit__in=Unit.objects.answered_by(user))
        if user.has_role(Role.SUBJECT) and user.official_id:
            own |= Q(subject__official=user.official_id)
        return self.filter(own)

    def open(self):
        return self.exclude(state=RectificationItem.State.CLOSED)

    def overdue(self, today):
        """Open and past the due day: what “逾期” means wherever items are counted."""
        return self.open().filter(due_on__lt=today)

    def search(self, text):
        """Items whose code, problem, unit or official holds `text`."""
        text = text.strip()
        if not text:
            return self
        return self.filter(
            Q(code__icontains=text)
            | Q(text__icontains=text)
            | Q(unit__name__icontains=text)
            | Q(unit__short_name__icontains=text)
            | Q(subject__name__icontains=text)
        )

    def warned(self, code, today):
        """Open items that carry this warning today."""
        first, last = rules.due_days(code, today)
        found = self.open().filter(due_on__lte=last)
        return found.filter(due_on__gte=first) if first else found

    def counts(self, today):
        """How many are open, overdue, waiting for verification, carry each warning, and were closed this year: one query."""
        is_open = ~Q(state=RectificationItem.State.CLOSED)
        waiting = [RectificationItem.State.EVIDENCE_SUBMITTED, RectificationItem.State.UNDER_VERIFICATION]

        def warned(code):
            first, last = rules.due_days(code, today)
            return is_open & Q(due_on__lte=last) & (Q(due_on__gte=first) if first else Q())

        return self.aggregate(
            open=Count("pk", filter=is_open),
            overdue=Count("pk", filter=is_open & Q(due_on__lt=today)),
            to_verify=Count("pk", filter=Q(state__in=waiting)),
            closed=Count("pk", filter=Q(closed_on__year=today.year)),
            **{code: Count("pk", filter=warned(code)) for code in ("BLUE", "YELLOW", "RED", "PROPOSAL")},
        )


class RectificationItem(Lifecycle):
    """One problem to put right (整改项), from the day the letter is served to its close-out (lifecycles.md 5.10)."""

    class State(models.TextChoices):
        PENDING_PLAN = "PENDING_PLAN", _("待报方案")
        PLAN_SUBMITTED = "PLAN_SUBMITTED", _("方案待审")
        PLAN_RETURNED = "PLAN_RETURNED", _("方案退回")
        IN_PROGRESS = "IN_PROGRESS", _("整改中")
        EVIDENCE_SUBMITTED = "EVIDENCE_SUBMITTED", _("待核验")
        UNDER_VERIFICATION = "UNDER_VERIFICATION", _("核验中")
        EVIDENCE_RETURNED = "EVIDENCE_RETURNED", _("退回补证")
        VERIFIED = "VERIFIED", _("待销号")
        CLOSED = "CLOSED", _("已销号")

    class Pace(models.TextChoices):
        LIMITED = "LIMITED", _("限期整改")
        IMMEDIATE = "IMMEDIATE", _("立行立改")
        LONG_TERM = "LONG_TERM", _("长期整改")

    NEXT = {
        State.PENDING_PLAN: {State.PLAN_SUBMITTED},
        State.PLAN_SUBMITTED: {State.PLAN_RETURNED, State.IN_PROGRESS},
        State.PLAN_RETURNED: {State.PLAN_SUBMITTED},
        State.IN_PROGRESS: {State.EVIDENCE_SUBMITTED},
        State.EVIDENCE_SUBMITTED: {State.UNDER_VERIFICATION},
        State.UNDER_VERIFICATION: {State.EVIDENCE_SUBMITTED, State.EVIDENCE_RETURNED, State.VERIFIED},
        State.EVIDENCE_RETURNED: {State.EVIDENCE_SUBMITTED},
        State.VERIFIED: {State.CLOSED},
        State.CLOSED: set(),
    }
    BADGES = {
        State.PENDING_PLAN: "",
        State.PLAN_SUBMITTED: "warn",
        State.PLAN_RETURNED: "bad",
        State.IN_PROGRESS: "doing",
        State.EVIDENCE_SUBMITTED: "warn",
        State.UNDER_VERIFICATION: "doing",
        State.EVIDENCE_RETURNED: "bad",
        State.VERIFIED: "ok",
        State.CLOSED: "ok",
    }
    AWAIT_PLAN = [State.PENDING_PLAN, State.PLAN_RETURNED]
    AWAIT_EVIDENCE = [State.IN_PROGRESS, State.EVIDENCE_RETURNED]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("编号"), max_length=20, unique=True)
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="item", verbose_name=_("问题"))
    subject = models.ForeignKey("reviews.SessionSubject", models.PROTECT, related_name="+", verbose_name=_("对象"))
    unit = models.ForeignKey("officials.Unit", models.PROTECT, related_name="+", verbose_name=_("单位"))
    letter = models.ForeignKey("notices.Letter", models.PROTECT, related_name="+", verbose_name=_("提醒函"))
    text = models.CharField(_("问题"), max_length=300)
    source = models.CharField(_("来源"), max_length=20, choices=Finding.Source)
    pace = models.CharField(_("类型"), max_length=20, choices=Pace, default=Pace.LIMITED)
    served_on = models.DateField(_("下达日"))
    plan_due_on = models.DateField(_("方案时限"))
    due_on = models.DateField(_("时限"), db_index=True)
    first_due_on = models.DateField(_("原时限"))
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.PENDING_PLAN, db_index=True)
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("核验人")
    )
    closed_on = models.DateField(_("销号日"), null=True, blank=True)

    objects = RectificationItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "code"]
        verbose_name = _("整改项")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="CLOSED") & models.Q(closed_on__isnull=False)
                | ~models.Q(state="CLOSED") & models.Q(closed_on=None),
                name="closed_item_has_day",
            )
        ]

    def __str__(self):
        return f"{self.code} {self.text}"

    def get_absolute_url(self):
        return reverse("rectification:item", args=[self.uid])

    @property
    def badge(self):
        return self.BADGES[self.State(self.state)]

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED

    @property
    def is_long_term(self):
        return self.pace == self.Pace.LONG_TERM

    @property
    def warning(self):
        """How urgent it is today."""
        return rules.warning(self.due_on, timezone.localdate(), is_closed=self.is_closed)

    @property
    def is_plan_late(self):
        return self.state in self.AWAIT_PLAN and self.plan_due_on < timezone.localdate()

    @property
    def steps_done(self):
        done = rules.STEPS_DONE[self.state]
        return done + 1 if self.state == self.State.VERIFIED and self.pending_close else done

    @property
    def steps(self):
        return rules.STEPS

    @property
    def matter(self):
        """What its reminders are about."""
        return f"item:{self.uid}"

    @property
    def plan_matter(self):
        return f"item:{self.uid}:plan"

    @property
    def step_matter(self):
        """What word of its last step is about: it asks for nothing any more once the next is taken."""
        return f"item:{self.uid}:step"

    # One list each, newest last, so that a prefetch serves every question about it.

    @property
    def plan(self):
        """The plan as last handed in, or None."""
        return max(self.plans.all(), key=lambda plan: plan.pk, default=None)

    @property
    def pending_close(self):
        """The proposal to close that waits for the leader, or None."""
        waiting = (c for c in self.close_outs.all() if c.confirmed_at is None and c.declined_at is None)
        return next(waiting, None)

    def submitters(self):
        """Everybody of the unit through whose hands plan or evidence went."""
        hands = {plan.submitted_by_id for plan in self.plans.all()}
        return (
            hands
            | {e.uploaded_by_id for e in self.evidence.all()}
            | {event.by_id for event in self.events.all() if event.kind == "EVIDENCE_SUBMITTED"}
        )

    # Why this person may not be the next hand, in the words of the rules; pages show it, actions obey it.

    def signing_faults(self, name) -> list[str]:
        """Why this person does not answer for a plan of it: where the register names heads of the unit, one of them does, or the
        official it is about (documents.md 4.7)."""
        in_office = self.unit.officials.filter(status=Official.Status.IN_OFFICE)
        heads = set(in_office.filter(Q(is_party_head=True) | Q(is_admin_head=True)).values_list("name", flat=True))
        if not heads or name in heads | {self.subject.name}:
            return []
        told = {"heads": gettext("、").join(sorted(heads))}
        return [gettext("名册上的主要负责人是%(heads)s；换了人的，请先联系区纪委改名册") % told]

    def approver_faults(self, user):
        return rules.approver_faults(approver=user.pk, submitter=self.plan.submitted_by_id if self.plan else None)

    def verifier_faults(self, user):
        return rules.verifier_faults(verifier=user.pk, submitters=self.submitters())

    def closer_faults(self, user):
        """Of who proposes to close or, once it is proposed, confirms."""
        close = self.pending_close
        passed = close.verification if close else self.verifications.filter(verdict="PASSED").last()
        return rules.closer_faults(
            closer=user.pk,
            submitters=self.submitters(),
            verifier=passed.verifier_id if passed else None,
            proposer=close.proposed_by_id if close else None,
        )
