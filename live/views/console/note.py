"""What is noted on the console: refused, it stands on the page as it was typed."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core import kept, seen
from core.errors import RuleViolation
from core.reasons import ReasonForm
from core.sessions import in_hall
from live.actions import comment as comments
from live.actions import hands, run_sheet
from live.actions import question as questions
from live.forms import AnswerForm, CommitmentForm, FloorForm, HandsForm
from live.views.console.page import back_to_console, comment_form, leader_named, own_hall, page
from live.views.hall import refused
from reviews.models import Question, SessionSubject


def note(request, session, act, *, query="", promising=None, **named):
    """Do with the one form in `named` what `act` does. What is saved while it is typed gets 204, or 422 with nothing lost."""
    (form,) = named.values()
    if form.is_valid():
        try:
            act(**form.cleaned_data, by=request.user)
            return HttpResponse(status=204) if request.htmx else back_to_console(session, query)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return refused(form) if request.htmx else page(request, session, promising=promising, **named)


@in_hall
@kept.button_on("live:console")
def console_floor(request, uid):
    hall = own_hall(request, uid)
    act = partial(questions.ask_from_floor, hall, version=seen.number(request, "version"), now=timezone.now())
    return note(request, hall.session, act, floor_form=FloorForm(request.POST, auto_id="floor_%s"))


@in_hall
@kept.button_on("live:console")
def console_commitment(request, uid, subject):
    hall = own_hall(request, uid)
    found = get_object_or_404(SessionSubject, uid=subject, session=hall.session)
    form = CommitmentForm(request.POST, auto_id="commitment_%s")
    return note(request, hall.session, partial(questions.commit_to, hall, found), commitment_form=form, promising=found)


@in_hall
@kept.button_on("live:console")
def console_absence(request, uid):
    """Whose turn it is has not come."""
    hall = own_hall(request, uid)
    act = partial(run_sheet.pass_over, hall, version=seen.number(request, "version"), now=timezone.now())
    return note(request, hall.session, act, absence_form=ReasonForm(request.POST, auto_id="absence_%s"))


@in_hall
@kept.button_on("live:console")
def console_hands(request, uid):
    hall = own_hall(request, uid)
    act = partial(hands.note_hands, hall, version=seen.number(request, "version"))
    return note(request, hall.session, act, hands_form=HandsForm(request.POST, auto_id="hands_%s"))


@in_hall
@kept.button_on("live:console")
def console_answer(request, uid, question):
    """Saved while it is typed; with a button where there is no script."""
    hall = own_hall(request, uid)
    found = get_object_or_404(Question, uid=question, subject__session=hall.session)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    return note(request, hall.session, partial(questions.note_answer, found), answer_form=form)


@in_hall
@kept.button_on("live:console")
def console_comment(request, uid, subject):
    """Saved while it is typed; with the button it is noted as given."""
    hall = own_hall(request, uid)
    found = get_object_or_404(SessionSubject, uid=subject, session=hall.session)
    leader = leader_named(request.POST.get("leader", ""))
    if leader is None:
        raise Http404
    act = partial(comments.note_comment, hall, found, leader=leader, is_delivered="delivered" in request.POST)
    return note(
        request, hall.session, act, query=f"?leader={leader.code}", comment_form=comment_form(found, leader, request.POST)
    )
