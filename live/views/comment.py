"""A leading member's comments on the officials of the own field, prepared before the meeting."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import RuleViolation, require
from core.sessions import in_hall
from live import policies
from live.actions import comment as actions
from live.forms import DraftForm
from live.views.hall import refused
from reviews.models import LeaderComment, ReviewSession, SessionSubject
from reviews.views import frame
from scoring.models import RoundGroup


@in_hall
@require_GET
def comments(request, uid):
    """The officials of one's own field, each with one's prepared comment."""
    session = frame.session_of(request, uid)
    require(policies.can_prepare_comments(request.user), policies.PREPARE_COMMENTS)
    leader = request.user.leading_member
    mine = session.subjects.filter(unit__leading_member=leader)
    prepared = {comment.subject_id: comment for comment in LeaderComment.objects.filter(leader=leader, subject__in=mine)}
    lines = [{"subject": subject, "comment": prepared.get(subject.pk)} for subject in mine]
    marking = RoundGroup.objects.open_to(leader.name).filter(round__session=session)
    context = {"session": session, "lines": lines, "marking": marking, "rehearsal": session.is_rehearsal}
    return render(request, "live/comments.html", context)


@in_hall
def comment(request, uid):
    """Write one; saved while it is typed."""
    subject = get_object_or_404(
        SessionSubject.objects.filter(session__in=ReviewSession.objects.visible_to(request.user)).select_related(
            "session", "unit"
        ),
        uid=uid,
    )
    require(policies.can_comment(request.user, subject), policies.COMMENT)
    leader = request.user.leading_member
    kept = LeaderComment.objects.filter(subject=subject, leader=leader).first()
    form = DraftForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.draft_comment(subject, leader=leader, **form.cleaned_data, by=request.user)
            if request.htmx:
                return HttpResponse(status=204)
            messages.success(request, _("点评稿已保存") if draft.problems else _("点评稿已保存，还没有写存在问题"))
            return redirect("live:comments", subject.session.uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    if request.htmx:
        return refused(form)
    context = {"subject": subject, "session": subject.session, "form": form, "kept": kept}
    return render(request, "live/comment.html", context | {"rehearsal": subject.session.is_rehearsal})
