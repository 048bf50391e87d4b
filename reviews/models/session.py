import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.calendar import written
from core.days import clock
from core.lifecycle import Lifecycle
from officials.models import Official, Term
from officials.roles import COMMISSION
from reviews.models.digest import Digest
from reviews.models.report import ReviewReport
from reviews.models.subject import SessionSubject
from reviews.rules import meeting_notice, plan
from reviews.rules import session as rules


class ReviewSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The commission's people see every session; an official and the unit's liaison see those they answer in."""
        if user.has_role(*COMMISSION):
            return self
        own = SessionSubject.objects.of(user)
        return self.filter(subjects__in=own).exclude(state=ReviewSession.State.DRAFT).distinct()

    def matching(self, *, q="", year=None, kind="", state=""):
        """Sessions whose title or one of whose people or units holds `q`, of this year, kind and state."""
        found = self
        if q := q.strip():
            letters = q.lower().replace(" ", "")
            people = SessionSubject.objects.filter(
                Q(name__icontains=q) | Q(unit_name__icontains=q) | Q(official__initials__startswith=letters)
            )
            found = found.filter(Q(title__icontains=q) | Q(pk__in=people.values("session")))
        if year:
            found = found.filter(date__year=year)
        if kind:
            found = found.filter(kind=kind)
        return found.filter(state=state) if state else found

    def preparing(self):
        return self.filter(state__in=ReviewSession.PREPARING)

    def counting_for_term(self):
        """Sessions that were held or still will be, so that their subjects count as heard or planned; rehearsals never do."""
        return self.filter(is_rehearsal=False).exclude(state__in=[ReviewSession.State.CANCELLED, ReviewSession.State.POSTPONED])

    def held(self):
        """Sessions whose subjects have been heard."""
        return self.counting_for_term().exclude(state__in=ReviewSession.PREPARING)


class ReviewSession(Lifecycle):
    """One review meeting (述责述廉会议), from preparation to the archive (lifecycles.md 5.1)."""

    class Kind(models.TextChoices):
        DISPERSED = "DISPERSED", _("分散")
        CONCENTRATED = "CONCENTRATED", _("集中")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        PLANNED = "PLANNED", _("已拟定，待审批")
        APPROVED = "APPROVED", _("已批准")
        CANVASSING = "CANVASSING", _("访廉")
        REPORTS_DUE = "REPORTS_DUE", _("述廉")
        READY = "READY", _("准备就绪")
        IN_PROGRESS = "IN_PROGRESS", _("会议进行中")
        VOTING_OPEN = "VOTING_OPEN", _("评议投票中")
        VOTING_CLOSED = "VOTING_CLOSED", _("投票已关闭")
        COUNTED = "COUNTED", _("已计票")
        CONFIRMED = "CONFIRMED", _("结果已确认")
        FED_BACK = "FED_BACK", _("已反馈")
        RECTIFYING = "RECTIFYING", _("整改中")
        CLOSED = "CLOSED", _("已办结")
        ARCHIVED = "ARCHIVED", _("已归档")
        POSTPONED = "POSTPONED", _("已延期")
        CANCELLED = "CANCELLED", _("已取消")

    NEXT = {
        State.DRAFT: {State.PLANNED, State.CANCELLED},
        State.PLANNED: {State.DRAFT, State.APPROVED, State.CANCELLED},
        State.APPROVED: {State.CANVASSING, State.POSTPONED, State.CANCELLED},
        State.CANVASSING: {State.REPORTS_DUE, State.POSTPONED, State.CANCELLED},
        State.REPORTS_DUE: {State.READY, State.POSTPONED, State.CANCELLED},
        State.READY: {State.IN_PROGRESS, State.POSTPONED, State.CANCELLED},
        State.IN_PROGRESS: {State.VOTING_OPEN},
        State.VOTING_OPEN: {State.VOTING_CLOSED},
        State.VOTING_CLOSED: {State.COUNTED},
        State.COUNTED: {State.CONFIRMED},
        State.CONFIRMED: {State.FED_BACK},
        State.FED_BACK: {State.RECTIFYING},
        State.RECTIFYING: {State.CLOSED},
        State.CLOSED: {State.ARCHIVED},
        State.ARCHIVED: set(),
        State.POSTPONED: {State.DRAFT, State.CANCELLED},
        State.CANCELLED: set(),
    }
    BADGES = {
        State.DRAFT: "",
        State.PLANNED: "warn",
        State.CONFIRMED: "ok",
        State.CLOSED: "ok",
        State.ARCHIVED: "ok",
        State.POSTPONED: "bad",
        State.CANCELLED: "bad",
    }
    PREPARING = [State.DRAFT, State.PLANNED, State.APPROVED, State.CANVASSING, State.REPORTS_DUE, State.READY]
    VOTED = [State.VOTING_OPEN, State.VOTING_CLOSED, State.COUNTED]  # and the round may still be void
    UNDER_WAY = [State.APPROVED, State.CANVASSING, State.REPORTS_DUE, State.READY]  # approved and not yet begun

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("会议名称"), max_length=100)
    kind = models.CharField(_("形式"), max_length=20, choices=Kind)
    date = models.DateField(_("会议日期"), db_index=True)
    place = models.CharField(_("地点"), max_length=100)
    chair = models.CharField(_("主持人"), max_length=60)
    state = models.CharField(_("状态"), max_length=20, choices=State, default=State.DRAFT, db_index=True)
    rule_set = models.ForeignKey("reviews.RuleSet", models.PROTECT, related_name="sessions", verbose_name=_("会议规则"))
    is_rehearsal = models.BooleanField(
        _("演练"), default=False, help_text=_("演练会议处处带水印，可以一次清除，不能改为正式会议")
    )
    state_reason = models.CharField(_("延期或取消的理由"), max_length=300, blank=True)
    is_vote_void = models.BooleanField(_("投票作废，另备一轮"), default=False, editable=False)  # until the next round is opened
    is_revoting = models.BooleanField(_("重新投票，尚未计票"), default=False, editable=False)  # until it is as far as the state
    objections_until = models.DateTimeField(_("投票异议期到"), null=True, editable=False)  # of the result published last
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submissions = models.PositiveSmallIntegerField(default=0, editable=False)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_on = models.DateField(_("批准日期"), null=True, blank=True)

    objects = ReviewSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        verbose_name = _("述责述廉会议")

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("reviews:session", args=[self.uid])

    @property
    def quarter(self):
        return plan.quarter_of(self.date)[1]

    @property
    def quarter_name(self):
        return [gettext("第一季度"), gettext("第二季度"), gettext("第三季度"), gettext("第四季度")][self.quarter - 1]

    @property
    def is_halted(self):
        return self.state in (self.State.POSTPONED, self.State.CANCELLED)

    @property
    def is_in_hall(self):
        """Whether its hall is at work: from the day it is ready until its minutes are confirmed."""
        if self.is_halted or not self.is_at_least(self.State.READY) or self.is_at_least(self.State.CLOSED):
            return False
        return not hasattr(self, "minutes") or self.minutes.state != "CONFIRMED"

    @property
    def is_awaiting_result(self):
        """Approved, and its result not yet confirmed: a round of the ballot may be prepared or given up."""
        return self.is_at_least(self.State.APPROVED) and not self.is_at_least(self.State.CONFIRMED)

    @property
    def is_open_to_change(self):
        """Whether its organiser may still change something of it."""
        return self.state in self.PREPARING

    @property
    def is_voted_again(self):
        """Whether the vote was void and is to be held again: the state, which never goes back, says more than there is."""
        return self.is_vote_void and self.state in self.VOTED

    @property
    def is_ahead_of_vote(self):
        """Whether its state tells of a round that was void: the one that counts is not that far yet."""
        return self.is_voted_again or (self.is_revoting and self.state in self.VOTED)

    def takes_objections(self, *, now):
        """Whether the result, or its correction, is published and the objection window still runs; letters may be drafted meanwhile."""
        is_out = self.state in (self.State.FED_BACK, self.State.RECTIFYING)
        return is_out and bool(self.objections_until) and now < self.objections_until

    @property
    def words(self):
        """How it stands now, for people: a template has no other clock to give."""
        if self.is_voted_again:
            return gettext("投票作废，另备一轮")
        if self.is_ahead_of_vote:
            return gettext("重新投票，尚未计票")
        return gettext("已公布，异议期内") if self.takes_objections(now=timezone.now()) else self.get_state_display()

    @property
    def badge(self):
        """The kind of badge its state is shown with."""
        return "warn" if self.is_ahead_of_vote else self.BADGES.get(self.state, "doing")

    @cached_property
    def expected(self):
        """How many are expected in the hall, over all groups."""
        return sum(group.expected for group in self.audience.all())

    @cached_property
    def subject_count(self):
        return len(self.subjects.all())

    @cached_property
    def tasks(self):
        """The preparation dates by kind."""
        return {task.kind: task for task in self.preparation.all()}

    @property
    def serial(self):
        """What the numbers of its papers begin with: the day, and which of all sessions it is, for a day may have several."""
        return f"{self.date:%Y%m%d}-{self.pk}"

    @property
    def held_on(self):
        """The day the meeting began; before that the day it is planned for."""
        task = self.tasks.get("MEETING")
        return (task.done_on if task else None) or self.date

    def progress(self):
        """What is known of the preparation, for the rules."""
        low, high = self.rule_set.questions_min, self.rule_set.questions_max
        subjects = list(self.subjects.with_progress())
        digest_state = Digest.objects.filter(session=self).values_list("state", flat=True).first()
        return rules.Progress(
            subjects=len(subjects),
            unsubmitted=tuple(s.name for s in subjects if s.report_state in (None, ReviewReport.State.DRAFT)),
            unpassed=tuple(s.name for s in subjects if s.report_state not in ReviewReport.THROUGH),
            unsealed=tuple((s.name, s.sealed) for s in subjects if not low <= s.sealed <= high),
            questions=(low, high),
            has_form=hasattr(self, "opinion_form"),
            digest_is_submitted=digest_state == Digest.State.SUBMITTED,
            digest_is_approved=digest_state == Digest.State.APPROVED,
            open_tasks=frozenset(kind for kind, task in self.tasks.items() if task.done_on is None),
        )

    def next_step(self, progress, *, now):
        """The one next step as the rules see it, with its blockers."""
        plan = self.plan_blockers() if self.state == self.State.DRAFT else ()
        is_locked = "LOCK" not in progress.open_tasks
        if self.is_ahead_of_vote or self.takes_objections(now=now):
            return self.step_of_state(now=now)
        return rules.next_step(self.state, progress, plan_blockers=plan, is_locked=is_locked, is_rehearsal=self.is_rehearsal)

    def step_of_state(self, *, now):
        """The step that follows from how it stands, without a look at its preparation."""
        if self.is_voted_again:
            return rules.vote_again()
        if self.is_ahead_of_vote:
            return rules.finish_revote()
        if self.takes_objections(now=now) and not self.is_rehearsal:
            return rules.take_objections(clock(self.objections_until))
        return rules.later(self.state, is_rehearsal=self.is_rehearsal)

    def plan_blockers(self):
        """Every reason the draft may not go to the leader for approval."""
        low, high = self.rule_set.limits(self.kind)
        return plan.submission_blockers(
            kind=self.kind,
            date=self.date,
            count=self.subject_count,
            low=low,
            high=high,
            repeats=self.repeats(),
            gone=[s.name for s in self.subjects.filter(official__status=Official.Status.LEFT)],
            expected=self.expected,
            is_rehearsal=self.is_rehearsal,
        )

    def repeats(self):
        """Subjects of this session who are heard or planned elsewhere in the same term: (name, day, was held, has a reason)."""
        term = Term.of(self.date)
        if term is None:
            return []
        mine = {subject.official_id: subject for subject in self.subjects.all()}
        others = (
            SessionSubject.objects.present()
            .filter(
                official__in=mine,
                session__in=ReviewSession.objects.counting_for_term().exclude(pk=self.pk),
                session__date__range=(term.starts_on, term.ends_on),
            )
            .select_related("session")
        )
        return [
            (s.name, s.session.date, s.session.state not in self.PREPARING, bool(mine[s.official_id].repeat_reason))
            for s in others.order_by("order", "session__date")
        ]

    def others_in_quarter(self):
        """Sessions held or planned in the same quarter, besides this one; a rehearsal stands beside none."""
        if self.is_rehearsal:
            return []
        first = self.quarter * 3 - 2
        others = ReviewSession.objects.counting_for_term().exclude(pk=self.pk)
        return list(others.filter(date__year=self.date.year, date__month__range=(first, first + 2)).order_by("date"))

    @property
    def has_digest_handed_in(self):
        """Whether the digest is with the leader or out."""
        return Digest.objects.filter(session=self).exclude(state=Digest.State.DRAFT).exists()

    @property
    def has_digest_out(self):
        """Whether members read the digest: no line of it changes any more."""
        return Digest.objects.filter(session=self, state=Digest.State.APPROVED).exists()

    def preparation_blockers(self):
        """Why opinions, digest, reports and questions may not be changed now."""
        return rules.preparation_blockers(self.state)

    def ready_blockers(self):
        return [blocker for blocker in rules.ready_blockers(self.progress()) if not blocker.met]

    @property
    def has_notice(self):
        return bool(self.approved_on) and not self.is_halted

    def meeting_notice(self) -> dict | None:
        """会议通知 as its paper takes it, or None of a meeting that was not approved here or is off."""
        if not self.has_notice:
            return None
        reports = self.tasks.get("REPORTS")
        return {
            "addressee": gettext("各述责述廉对象、各参会人员"),
            "paragraphs": meeting_notice.paragraphs(
                self, subjects=self.subjects.all(), groups=self.audience.all(), reports_due=reports and reports.due_on
            ),
            "signature": settings.COMMISSION,
            "date": written(self.approved_on),
        }

    def start_blockers(self, *, today):
        found = rules.start_blockers(self.progress(), date=self.date, today=today, is_rehearsal=self.is_rehearsal)
        return [blocker for blocker in found if not blocker.met]

    def is_at_least(self, state):
        """Whether the session has reached `state` on its ordinary way (postponed and cancelled have not)."""
        order = list(self.State)
        return self.state not in (self.State.POSTPONED, self.State.CANCELLED) and order.index(
            self.State(self.state)
        ) >= order.index(state)
