"""Who answers in a session and who is in the hall: chosen while it is a draft."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from core.language import kept
from officials.models import CommitteeMember, LeadingMember, Official, Representative, Term
from reviews.actions import lineup as actions
from reviews.forms import session as forms
from reviews.forms.button import MoveForm, RemoveForm, RepeatReasonForm
from reviews.models import SessionSubject
from reviews.models.coverage import by_need
from reviews.policies import session as policies
from reviews.rules import plan as rules
from reviews.views import frame

PER_PAGE = 25


def editable(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_edit(request.user, session), policies.EDIT)
    return session


# --- officials ---------------------------------------------------------------------------------------------


def session_subjects(request, uid):
    """The list in order, and beside it everybody who may be chosen, the neediest first."""
    session = editable(request, uid)
    if reasons := actions.draft_blockers(session):
        return frame.turn_back(request, reasons, session)
    form = forms.SearchForm(request.GET)
    chosen = list(session.subjects.select_related("official").with_record())
    term = Term.of(session.date)
    people = Official.objects.in_office().search(form.text).exclude(pk__in=[subject.official_id for subject in chosen])
    page = Paginator(by_need(people.select_related("unit"), term=term), PER_PAGE).get_page(request.GET.get("page"))
    ticked = set(forms.uids(request.GET.getlist("official")))
    elsewhere = list(ticked_elsewhere(ticked, page, chosen, term=term))
    shown = [*elsewhere, *page]
    give_reasons(shown)
    for official in shown:
        official.is_ticked = official.uid in ticked
    low, high = session.rule_set.limits(session.kind)
    context = {
        "session": session,
        "subjects": chosen,
        "repeats": {name for name, *_rest in session.repeats()},
        "page": page,
        "shown": shown,
        "form": form,
        "low": low,
        "high": high,
        "n_ticked": sum(official.is_ticked for official in shown),
        "room": high - len(chosen),
        "full": len(chosen) >= high and not session.is_rehearsal,
        "rehearsal": session.is_rehearsal,
    }
    return render(request, "reviews/session_subjects.html", context)


def ticked_elsewhere(ticked, page, chosen, *, term):
    """Those ticked before a search or on another page: they stay in sight, so that what is sent is what is seen."""
    away = ticked - {official.uid for official in page}
    people = Official.objects.in_office().filter(uid__in=away).exclude(pk__in=[subject.official_id for subject in chosen])
    return by_need(people.select_related("unit"), term=term) if away else []


def give_reasons(officials):
    today = timezone.localdate()
    for official in officials:
        official.waiting, official.time_left = reasons(official, today=today)


def reasons(official, *, today):
    """Why the person should be heard: how long the wait, how short the term."""
    return (
        rules.waiting(today=today, in_post_since=official.term_starts_on, last_heard_on=official.last_heard_on),
        rules.time_left(today=today, term_ends_on=official.term_ends_on),
    )


@require_POST
def session_subject_add(request, uid):
    session = editable(request, uid)
    asked = by_need(Official.objects.filter(uid__in=forms.uids(request.POST.getlist("official"))), term=Term.of(session.date))
    officials = list(asked.select_related("unit"))
    today = timezone.localdate()
    try:
        new = actions.add_subjects(
            session,
            officials,
            reasons={o.pk: kept(lambda o=o: "；".join(reasons(o, today=today))) for o in officials},
            by=request.user,
        )
    except RuleViolation as refusal:
        for reason in refusal.messages:
            messages.error(request, reason)
        return redirect(still_ticked(request, session, officials))
    if new:
        messages.success(request, ngettext("已列入 %(n)d 人", "已列入 %(n)d 人", len(new)) % {"n": len(new)})
    else:
        messages.warning(request, _("没有勾选干部。请在名单左侧勾选后再列入。"))
    return redirect("reviews:session_subjects", session.uid)


def still_ticked(request, session, officials):
    """The page of candidates as it was, with its search, its page and its ticks."""
    query = request.GET.copy()
    query.setlist("official", [official.uid for official in officials])
    return f"{reverse('reviews:session_subjects', args=[session.uid])}?{query.urlencode()}"


def subject_of(request, uid, subject_uid):
    session = editable(request, uid)
    return get_object_or_404(SessionSubject.objects.select_related("session", "official"), session=session, uid=subject_uid)


@require_POST
def session_subject_remove(request, uid, subject_uid):
    subject = subject_of(request, uid, subject_uid)
    actions.remove_subject(subject, losing=frame.cleaned(RemoveForm(request.POST))["losing"] or 0, by=request.user)
    messages.success(request, _("已移出%(name)s") % {"name": subject.name})
    return redirect("reviews:session_subjects", uid)


@require_POST
def session_subject_move(request, uid, subject_uid):
    subject = subject_of(request, uid, subject_uid)
    actions.move_subject(subject, up=bool(frame.cleaned(MoveForm(request.POST))["up"]), by=request.user)
    return redirect("reviews:session_subjects", uid)


@require_POST
def session_subject_reason(request, uid, subject_uid):
    subject = subject_of(request, uid, subject_uid)
    actions.give_repeat_reason(subject, **frame.cleaned(RepeatReasonForm(request.POST)), by=request.user)
    messages.success(request, _("已保存理由"))
    return redirect("reviews:session_subjects", uid)


# --- audience ----------------------------------------------------------------------------------------------


def session_audience(request, uid):
    session = editable(request, uid)
    if request.method == "GET" and (reasons := actions.audience_blockers(session)):
        return frame.turn_back(request, reasons, session)
    groups = list(session.audience.prefetch_related("attendees"))
    shown = forms.ShownForm(request.POST).mark if request.method == "POST" else actions.fingerprint(groups)
    offered = rosters(session)
    group_forms = [
        forms.AudienceGroupForm(
            request.POST or None,
            instance=group,
            prefix=group.code,
            roster=[(a.name, a.about) for a in group.attendees.all()]
            or ([] if session.expected else offered.get(group.code, [])),
        )
        for group in groups
    ]
    checked = [form.is_valid() for form in group_forms]  # every one, so that every fault shows
    if request.method == "POST" and all(checked):
        try:
            rosters_typed = [(form.save(commit=False), form.cleaned_data["roster"]) for form in group_forms]
            actions.set_audience(session, rosters_typed, shown=shown, by=request.user)
        except RuleViolation as problem:
            group_forms[0].add_error(None, problem)
            shown = actions.fingerprint(session.audience.all())
        else:
            messages.success(request, _("参会人员已保存"))
            return redirect(f"{session.get_absolute_url()}#audience")
    context = {
        "session": session,
        "group_forms": group_forms,
        "shown": shown,
        "is_offered": not session.expected and any(offered.values()),
        "unlisted": [] if session.expected else [group.name for group in groups if offered.get(group.code) == []],
        "rehearsal": session.is_rehearsal,
    }
    return render(request, "reviews/session_audience.html", context)


def rosters(session):
    """Who the registers say may be in the usual groups, as (name, about): offered, and written only when confirmed."""
    leaders = LeadingMember.objects.in_office().filter(units__in=session.subjects.values("unit")).distinct()
    return {
        "A": [(leader.name, leader.about) for leader in leaders],
        "B": [(member.name, member.about) for member in CommitteeMember.objects.in_office()],
        "D": [(person.name, person.about) for person in Representative.objects.in_office()],
    }
