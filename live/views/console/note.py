"""What is noted on the console: refused, it stands on the page as it was typed."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from core import kept
from core.errors import RuleViolation
from core.reasons import ReasonForm
from core.sessions import in_hall
from live.actions import comment as comments
from live.actions import question as questions
from live.actions import run_sheet
from live.forms import AnswerForm, CommitmentForm, FloorForm
from live.views.console.page import back_to_console, comment_form, leader_named, own_hall, page, version_of
from reviews.models import Question, SessionSubject


@in_hall
@kept.button_on("live:console")
def console_floor(request, uid):
    hall = own_hall(request, uid)
    form = FloorForm(request.POST, auto_id="floor_%s")
    if form.is_valid():
        try:
            questions.ask_from_floor(hall, **form.cleaned_data, version=version_of(request), by=request.user, now=timezone.now())
            return back_to_console(hall.session)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, hall.session, floor_form=form)


@in_hall
@kept.button_on("live:console")
def console_commitment(request, uid, subject):
    hall = own_hall(request, uid)
    found = get_object_or_404(SessionSubject, uid=subject, session=hall.session)
    form = CommitmentForm(request.POST, auto_id="commitment_%s")
    if form.is_valid():
        try:
            questions.commit_to(hall, found, **form.cleaned_data, by=request.user)
            return back_to_console(hall.session)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, hall.session, commitment_form=form, promising=found)


@in_hall
@kept.button_on("live:console")
def console_absence(request, uid):
    """Whose turn it is has not come."""
    hall = own_hall(request, uid)
    form = ReasonForm(request.POST, auto_id="absence_%s")
    if form.is_valid():
        try:
            run_sheet.pass_over(hall, **form.cleaned_data, version=version_of(request), by=request.user, now=timezone.now())
            return back_to_console(hall.session)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, hall.session, absence_form=form)


@in_hall
@kept.button_on("live:console")
def console_answer(request, uid, question):
    """Saved while it is typed (204, or 422 with nothing lost); with a button where there is no script."""
    hall = own_hall(request, uid)
    found = get_object_or_404(Question, uid=question, subject__session=hall.session)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        try:
            questions.note_answer(found, **form.cleaned_data, by=request.user)
            return saved(request, hall.session)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return refused(request, hall.session, answer_form=form)


@in_hall
@kept.button_on("live:console")
def console_comment(request, uid, subject):
    """Saved while it is typed; with the button it is noted as given."""
    hall = own_hall(request, uid)
    found = get_object_or_404(SessionSubject, uid=subject, session=hall.session)
    leader = leader_named(request.POST.get("leader", ""))
    if leader is None:
        raise Http404
    form = comment_form(found, leader, request.POST)
    if form.is_valid():
        try:
            comments.note_comment(
                hall, found, leader=leader, **form.cleaned_data, is_delivered="delivered" in request.POST, by=request.user
            )
            return saved(request, hall.session, f"?leader={leader.code}")
        except RuleViolation as problem:
            form.add_error(None, problem)
    return refused(request, hall.session, comment_form=form)


def saved(request, session, query=""):
    return HttpResponse(status=204) if request.htmx else back_to_console(session, query)


def refused(request, session, **forms):
    return HttpResponse(status=422) if request.htmx else page(request, session, **forms)
