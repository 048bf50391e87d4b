"""问廉: the questions of a session, subject by subject."""

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from reviews.actions import question as actions
from reviews.forms.button import WantForm
from reviews.forms.question import QuestionForm
from reviews.models import Digest, DigestEntry, Question, QuestionMark, ReviewSession, SessionSubject
from reviews.policies import canvass as canvass_policies
from reviews.policies import question as policies
from reviews.rules import question as rules
from reviews.views import frame

State = Question.State
STEPS = {  # what a button says it wants, and who may
    "shortlist": (actions.shortlist, policies.can_shortlist),
    "select": (actions.select, policies.can_select),
    "deselect": (actions.deselect, policies.can_select),
}


def questions(request, uid):
    """All subjects of the session and how far their questions are."""
    session = frame.session_of(request, uid)
    require(policies.can_enter(request.user, session), policies.ENTER)
    low, high = session.rule_set.questions_min, session.rule_set.questions_max
    put = Q(questions__state__in=Question.PUT)
    chosen = Q(questions__state__in=actions.PREPARED) | put & ~Q(questions__source=Question.Source.FLOOR)
    subjects = session.subjects.annotate(
        n_selected=Count("questions", filter=chosen),
        n_spare=Count("questions", filter=Q(questions__state=State.SHORTLISTED)),
        n_proposed=Count("questions", filter=Q(questions__state=State.PROPOSED)),
        n_sealed=Count("questions", filter=Q(questions__state=State.SEALED)),
        n_unsealed=Count("questions", filter=Q(questions__state=State.SELECTED)),
        n_asked=Count("questions", filter=put),
    )
    lines = [{"subject": s, "badge": rules.selection(s.n_selected, low=low, high=high)} for s in subjects]
    is_before = not session.preparation_blockers()
    context = frame.context(
        request,
        session,
        tab="questions",
        lines=lines,
        low=low,
        high=high,
        is_before=is_before,
        is_sealed=any(s.n_sealed for s in subjects),
        is_unsealed=any(s.n_unsealed for s in subjects),
        seal_blockers=actions.sealing_blockers(session) if is_before else [],
        may_choose=policies.can_shortlist(request.user, session) or policies.can_select(request.user, session),
        may_seal=is_before and policies.can_seal(request.user, session),
        unseal_form=ReasonForm(),
    )
    return render(request, "reviews/questions.html", context)


def question_list(request, uid):
    """The candidates for one subject: propose, mark, select. A sealed question is a line without its text."""
    subject = get_object_or_404(SessionSubject.objects.select_related("session__rule_set"), uid=uid)
    session = get_object_or_404(ReviewSession.objects.visible_to(request.user), pk=subject.session_id)
    require(policies.can_enter(request.user, session), policies.ENTER)
    entries = list(entries_about(request.user, subject))
    form = QuestionForm(request.POST or None, has_digest=bool(entries))
    if request.method == "POST":
        require(policies.can_propose(request.user, session), policies.PROPOSE)
        if form.is_valid():
            try:
                actions.propose(subject, **form.cleaned_data, by=request.user)
            except RuleViolation as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(request, _("已提出一个候选问题"))
                return redirect("reviews:question_list", subject.uid)
    found = (
        subject.questions.exclude(state=State.WITHDRAWN)
        .select_related("proposed_by", "answer")
        .annotate(
            n_marks=Count("marks"),
            is_marked=Exists(QuestionMark.objects.filter(question=OuterRef("pk"), member=request.user)),
        )
        .order_by("order", "-n_marks", "pk")
    )
    is_before = not session.preparation_blockers()
    context = frame.context(
        request,
        session,
        tab="questions",
        subject=subject,
        form=form,
        chosen=[q for q in found if q.state in (*actions.PREPARED, State.ASKED, State.ANSWERED)],
        candidates=[q for q in found if q.state in (State.PROPOSED, State.SHORTLISTED)],
        entries=entries,
        neighbours=neighbours(subject),
        is_before=is_before,
        is_sealed=any(q.state == State.SEALED for q in found),
        may_propose=is_before and policies.can_propose(request.user, session),
        may_mark=is_before and policies.can_mark(request.user, session),
        may_shortlist=is_before and policies.can_shortlist(request.user, session),
        may_select=is_before and policies.can_select(request.user, session),
    )
    return render(request, "reviews/question_list.html", context)


def entries_about(user, subject):
    """The lines of the digest that is out; that one was withdrawn is told as where members read the digest."""
    entries = DigestEntry.objects.filter(subject=subject, digest__state=Digest.State.APPROVED)
    return entries if canvass_policies.can_see_withdrawn(user) else entries.filter(is_withdrawn=False)


def neighbours(subject):
    subjects = list(subject.session.subjects.all())
    place = subjects.index(subject)
    return {
        "before": subjects[place - 1] if place else None,
        "after": subjects[place + 1] if place + 1 < len(subjects) else None,
    }


def question_of(request, uid):
    question = get_object_or_404(Question.objects.select_related("subject__session__rule_set"), uid=uid)
    get_object_or_404(ReviewSession.objects.visible_to(request.user), pk=question.subject.session_id)
    return question


@require_POST
def question_mark(request, uid):
    question = question_of(request, uid)
    require(policies.can_mark(request.user, question.subject.session), policies.MARK)
    actions.mark(question, is_wanted=frame.cleaned(WantForm(request.POST))["wanted"] == "1", by=request.user)
    return redirect("reviews:question_list", question.subject.uid)


@require_POST
def question_step(request, uid, step):
    """Shortlist, select or take back one question."""
    if step not in STEPS:
        raise Http404
    question = question_of(request, uid)
    act, may = STEPS[step]
    require(may(request.user, question.subject.session), policies.CHOOSE)
    act(question, by=request.user)
    return redirect("reviews:question_list", question.subject.uid)


@require_POST
def question_withdraw(request, uid):
    question = question_of(request, uid)
    require(policies.can_withdraw(request.user, question), policies.WITHDRAW)
    actions.withdraw(question, by=request.user)
    return redirect("reviews:question_list", question.subject.uid)


@require_POST
def questions_seal(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_seal(request.user, session), policies.SEAL)
    actions.seal(session, by=request.user, today=timezone.localdate())
    messages.success(request, _("质询问题已封存，到会场开启前谁也看不到"))
    return redirect("reviews:questions", session.uid)


@require_POST
def questions_unseal(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_seal(request.user, session), policies.SEAL)
    actions.unseal(session, reason=frame.reason_of(request), by=request.user, today=timezone.localdate())
    return redirect("reviews:questions", session.uid)
