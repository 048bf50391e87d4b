"""The buttons of the console."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from core import seen
from core.sessions import in_hall
from live.actions import clock, picture, run_sheet
from live.actions import question as questions
from live.views.console.page import back_to_console, own_hall
from live.views.hall import own_session
from reviews.models import Question

STEPS = {  # what a button says it wants
    "next": run_sheet.advance,
    "back": run_sheet.step_back,
    "vote": run_sheet.vote_again,
    "run": clock.start_clock,
    "pause": clock.pause_clock,
    "minute": clock.add_minute,
    "neutral": picture.show_neutral,
    "again": picture.show_again,
    "stage": picture.show_stage,
    "received": picture.show_received,
    "announced": picture.show_announced,
}


@in_hall
@require_POST
def console_start(request, uid):
    session = own_session(request, uid)
    run_sheet.start(session, by=request.user, now=timezone.now())
    return back_to_console(session)


@in_hall
@require_POST
def console_step(request, uid, step):
    """One press of a button that says no more than what it wants."""
    hall = own_hall(request, uid)
    if step not in STEPS:
        raise Http404
    STEPS[step](hall, version=seen.number(request, "version"), by=request.user, now=timezone.now())
    return back_to_console(hall.session)


@in_hall
@require_POST
def console_ask(request, uid, question):
    """Open a sealed question, or show an asked one again."""
    hall = own_hall(request, uid)
    found = get_object_or_404(Question, uid=question, subject__session=hall.session)
    questions.ask(hall, found, version=seen.number(request, "version"), by=request.user, now=timezone.now())
    return back_to_console(hall.session)


@in_hall
@require_POST
def console_withdraw(request, uid, question):
    """Take back a question from the floor."""
    hall = own_hall(request, uid)
    found = get_object_or_404(Question, uid=question, subject__session=hall.session)
    questions.withdraw_from_floor(hall, found, version=seen.number(request, "version"), by=request.user, now=timezone.now())
    return back_to_console(hall.session)
