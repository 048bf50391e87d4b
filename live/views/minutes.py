"""会议记录: read, put into words section by section, handed in, confirmed, printed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import minutes_word as words
from core import paper, seen, word
from core.errors import RuleViolation, require
from core.language import chinese
from core.reasons import ReasonForm
from core.sessions import in_hall
from live import policies
from live.actions import minutes as actions
from live.forms import SectionForm
from live.views.hall import refused
from reviews.models import Minutes
from reviews.views import frame
from scoring.actions import sheets


@in_hall
@require_GET
def minutes(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_read_minutes(request.user, session), policies.READ_MINUTES)
    return page(request, session)


def page(request, session, refused=None):
    """The minutes; `refused` is a section that was not accepted, as (key, form)."""
    kept, found = minutes_of(session), actions.sections(session)
    is_draft = kept.state == Minutes.State.DRAFT
    is_submitted = kept.state == Minutes.State.SUBMITTED
    may_write = is_draft and policies.can_write_minutes(request.user, session)
    may_confirm = is_submitted and policies.can_confirm_minutes(request.user, session)
    for section in found:
        section.form = SectionForm(section=section) if may_write else None
        if refused and refused[0] == section.key:
            section.form = refused[1]
    context = {
        "session": session,
        "minutes": kept,
        "sections": found,
        "may_write": may_write,
        "may_confirm": may_confirm,
        "is_own": may_confirm and actions.is_by(kept, request.user),
        "blockers": actions.submit_blockers(session, found) if may_write else [],
        "reason": ReasonForm(),
        "rehearsal": session.is_rehearsal,
    }
    return render(request, "live/minutes.html", context)


def minutes_of(session):
    return Minutes.objects.filter(session=session).select_related("confirmed_by", "submitted_by").first() or Minutes(
        session=session
    )


# --- words -----------------------------------------------------------------------------------------------------------


def own_section(request, uid, key):
    """The session and the section of this name, for whoever writes the minutes."""
    session = frame.session_of(request, uid)
    require(policies.can_write_minutes(request.user, session), policies.WRITE_MINUTES)
    section = next((one for one in actions.drawn(session) if one.key == key), None)
    if section is None:
        raise Http404
    return session, section


@in_hall
@require_POST
def minutes_section(request, uid, key):
    """Saved while it is typed (204, or 422 with nothing lost); with a button where there is no script."""
    session, section = own_section(request, uid, key)
    form = SectionForm(request.POST, section=section)
    if form.is_valid():
        try:
            actions.write(session, section, **form.cleaned_data, by=request.user)
            return HttpResponse(status=204) if request.htmx else redirect("live:minutes", uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return refused(form) if request.htmx else page(request, session, refused=(key, form))


@in_hall
@require_POST
def minutes_take_up(request, uid, key):
    session, section = own_section(request, uid, key)
    actions.take_up(session, section, is_added="added" in request.POST, by=request.user)
    return redirect("live:minutes", uid)


# --- handed in, confirmed --------------------------------------------------------------------------------------------


@in_hall
@require_POST
def minutes_submit(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_write_minutes(request.user, session), policies.WRITE_MINUTES)
    actions.submit_minutes(session, by=request.user)
    messages.success(request, _("已提交，请领导确认"))
    return redirect("live:minutes", uid)


def submitted(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_confirm_minutes(request.user, session), policies.CONFIRM_MINUTES)
    return get_object_or_404(Minutes.objects.select_related("session"), session=session)


@in_hall
@require_POST
def minutes_return(request, uid):
    found = submitted(request, uid)
    actions.return_minutes(found, reason=frame.reason_of(request), seen=seen.number(request), by=request.user)
    messages.success(request, _("已退回"))
    return redirect("live:minutes", uid)


@in_hall
@require_POST
def minutes_confirm(request, uid):
    found = submitted(request, uid)
    actions.confirm_minutes(found, seen=seen.number(request), by=request.user, now=timezone.now())
    messages.success(request, _("会议记录已确认，编入会议档案"))
    return redirect("live:minutes", uid)


# --- on paper --------------------------------------------------------------------------------------------------------


@in_hall
@require_GET
def minutes_paper(request, uid):
    """As they stand; before they are confirmed they say on every page that they are a draft."""
    context, name = on_paper(request, uid)
    pdf = paper.render("paper/minutes.html", context, title=name, css=paper.marked(context["head"]))
    return paper.answer(pdf, name)


@in_hall
@require_GET
def minutes_word(request, uid):
    """The same words to go on working with; what was confirmed stays the paper."""
    context, name = on_paper(request, uid)
    return word.response(f"{name}.docx", words.render(context))


def on_paper(request, uid):
    """Every word of the minutes on paper, and its name; papers are Chinese whoever asks."""
    session = frame.session_of(request, uid)
    require(policies.can_read_minutes(request.user, session), policies.READ_MINUTES)
    kept, found = minutes_of(session), actions.sections(session)
    if not found:
        raise Http404
    with chinese():
        return sheets.minutes_paper(kept, found), _("会议记录 %(title)s") % {"title": session.title}
