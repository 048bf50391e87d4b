"""The chair's console: everything the person at the side table needs, with one primary button."""

from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.reasons import ReasonForm
from core.sessions import in_hall
from live.actions import run_sheet
from live.forms import AnswerForm, CommentForm, CommitmentForm, FloorForm, HandsForm
from live.models import Hall, RunItem
from live.rules import hall as rules
from live.views.console.ballot import ballot, standing
from live.views.hall import absent, attendance, clock, console_mark, forecast, own_session, voting_in
from live.views.projector import picture, scene_of
from officials.models import LeadingMember
from reviews.actions import question as questions
from reviews.models import Question, ReviewSession
from reviews.views import frame
from scoring.models import BallotRound
from scoring.views import checklist
from scoring.views.waiting import waits_in


def own_hall(request, uid):
    """The hall of a meeting that has begun, for somebody who runs it."""
    return get_object_or_404(Hall.objects.select_related("session", "question"), session=own_session(request, uid))


def back_to_console(session, query=""):
    response = redirect("live:console", session.uid)
    response["Location"] += query
    return response


# --- the page ----------------------------------------------------------------------------------------------


@in_hall
@require_GET
def console(request, uid):
    session = own_session(request, uid)
    if checklist.was_held_before(BallotRound.objects.current(session), session):
        return frame.turn_back(request, [_("会议在启用系统以前举行，没有会场记录")], session)
    return page(request, session)


def page(request, session, *, promising=None, **forms):
    """The console; `forms` are those just refused, with what was typed in them; `promising` is whose promise it was."""
    hall = Hall.objects.filter(session=session).select_related("session", "question__answer", "moved_by").first()
    items = list(hall.items.select_related("subject__unit")) if hall else RunItem.planned_for(session)
    item = next((item for item in items if item.state == RunItem.State.NOW), None)
    waits, shown, here = waits_in(session, request.user), voting_in(session), attendance(session)
    stands = standing(request.user, session, item, shown["round"]) if hall else None
    scene = scene_of(session, hall) if hall else None
    seen = picture(session, hall, shown, scene=scene, here=here)
    context = {
        "session": session,
        "hall": hall,
        "mark": console_mark(session, hall, shown, waits, stands),
        "waits": waits,
        "lines": lines(items),
        "absent": absent(items),
        "item": item,
        "attendance": here,
        **shown,
        "ballot_url": frame.url_of("scoring:ballot", session),
        "scene": hall.scene if scene else "",
        "is_published": session.is_at_least(ReviewSession.State.FED_BACK),
        "now": timezone.now(),
        "now_ms": round(timezone.now().timestamp() * 1000),
        "preview": render_to_string("live/_picture.html", seen),
        "ring": seen.get("ring"),
        "void": BallotRound.objects.given_up(session) if session.is_voted_again else None,
        "rehearsal": session.is_rehearsal,
    }
    if hall is None:
        context["blockers"] = run_sheet.start_blockers(session, today=timezone.localdate())
    if hall:
        before = next((one for one in reversed(items) if one.state == RunItem.State.DONE), None)
        context["may_step_back"] = not run_sheet.back_blockers(session, before, now=timezone.now())
    if stands:
        context |= ballot(request.user, session, stands)
        context["waits_first"] = bool(waits) and not context["ballot_step"].get("confirm")  # the key of the ballot leads there
    if item:
        follower = next((one for one in items if one.order > item.order), None)
        context |= {"follower": follower, "blockers": run_sheet.advance_blockers(hall, item, follower)}
        context |= clock(hall, item) | forecast(hall, items)
        if item.subject:
            context |= desk(request, hall, item)
            context["promising"] = promising or item.subject
    context["refusals"] = [reason for form in forms.values() for reasons in form.errors.values() for reason in reasons]
    return render(request, "live/console.html", context | forms)


def lines(items):
    """The run sheet by official: items without one stand alone, the three of an official under the name."""
    sheet = []
    for item in items:
        if item.subject and sheet and sheet[-1]["subject"] == item.subject:
            sheet[-1]["items"].append(item)
        else:
            sheet.append({"subject": item.subject, "first": item, "items": [item]})
    for line in sheet:
        line["state"] = rules.line_state({item.state for item in line["items"]})
        line["planned"], line["taken"], line["over"] = rules.spent([item.span for item in line["items"]])
    return sheet


def desk(request, hall, item):
    """What the middle shows for the official at the desk. Of a sealed question the page gets no more than its address."""
    subject = item.subject
    question = hall.question if hall.question and hall.question.subject_id == subject.pk else None
    answer = getattr(question, "answer", None)
    kept = {}
    if answer:
        kept = {name: getattr(answer, name) for name in ("summary", "is_unsatisfactory", "inquiry_due_on")}
        known = {"before": answer.summary, "before_unsatisfactory": answer.is_unsatisfactory}
        kept |= known | {"before_due_on": answer.inquiry_due_on}
    leader = chosen_leader(request, subject)
    comments = list(subject.comments.select_related("leader"))
    asked = list(subject.questions.asked().prefetch_related("commitments"))
    return {
        "subject": subject,
        "asked": asked,
        "withdrawable": [one for one in asked if not questions.floor_withdrawal_blockers(one)],
        "sealed": list(subject.questions.filter(state=Question.State.SEALED).order_by("order", "pk").values("uid", "order")),
        "question": question,
        "answer_form": AnswerForm(initial=kept, auto_id="answer_%s"),
        "floor_form": FloorForm(auto_id="floor_%s"),
        "hands_form": HandsForm(initial={"outcome": item.outcome}, auto_id="hands_%s"),
        "absence_form": ReasonForm(auto_id="absence_%s"),
        "commitments": list(subject.commitments.all()),
        "commitment_form": CommitmentForm(auto_id="commitment_%s"),
        "leaders": LeadingMember.objects.in_office() if item.kind == RunItem.Kind.COMMENT else [],
        "leader": leader,
        "comments": comments,
        "comment": next((one for one in comments if leader and one.leader_id == leader.pk), None),
        "comment_form": comment_form(subject, leader),
    }


def chosen_leader(request, subject):
    """Whoever the page was asked for, else the one in charge of the unit."""
    asked = request.GET.get("leader") or request.POST.get("leader") or ""
    return leader_named(asked) or subject.unit.leading_member or LeadingMember.objects.in_office().first()


def leader_named(code):
    """Looked for here, so that no code, however odd, reaches the database."""
    return next((one for one in LeadingMember.objects.in_office() if one.code == code), None) if code else None


def comment_form(subject, leader, data=None):
    kept = subject.comments.filter(leader=leader).first() if leader else None
    return CommentForm(data, instance=kept, auto_id="comment_%s")
