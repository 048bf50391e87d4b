"""The three pages of the scrutineers: keys, cards, opening. What they make, their browser makes (ballots.md §1)."""

import json

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ballots.models import Conflict
from core.errors import RuleViolation, require
from core.sessions import in_hall
from scoring import policies
from scoring.actions import count as counting
from scoring.actions import opening, setup
from scoring.actions.manifest import drift_blockers
from scoring.views.round import entered, round_of

makes_no_markup = csp_update({"require-trusted-types-for": ["'script'"]})  # what holds keys turns no text into markup (S12)


def keeper(request, uid):
    session = entered(request, uid)
    require(policies.can_hold_keys(request.user, session), _("这一页由监票人打开。"))
    return session, round_of(session)


def texts(request, *names):
    """These members of the JSON a page posts, all of them texts; None where anything is missing or something else."""
    try:
        sent = json.loads(request.body)
        found = [sent[name] for name in names]
        "".join(found).encode()
    except (KeyError, RecursionError, TypeError, ValueError):
        return None
    return found


def incomplete():
    return JsonResponse({"error": _("送来的内容不完整，请刷新本页重做")}, status=400)


def answered(act, *args, **kwargs):
    """Does what a page of the scrutineers asks for: `{}` or the reason why not."""
    try:
        act(*args, **kwargs)
    except Conflict as conflict:
        return JsonResponse({"error": " ".join(conflict.messages)}, status=409)
    except RuleViolation as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=422)
    return JsonResponse({})


def page_context(session, round, name):
    return {
        "session": session,
        "rehearsal": session.is_rehearsal,
        "post_url": reverse(name, args=[session.uid]),
        "next_url": reverse("scoring:ballot", args=[session.uid]),
    }


@in_hall
@makes_no_markup
@require_http_methods(["GET", "POST"])
def ballot_keys(request, uid):
    """The key page; its POST brings the two public keys."""
    session, round = keeper(request, uid)
    if request.method == "POST":
        sent = texts(request, "urn_pub", "board_pub")
        return answered(setup.save_keys, round, urn_pub=sent[0], board_pub=sent[1], by=request.user) if sent else incomplete()
    if not round.has_box or round.is_sealed:
        messages.warning(request, _("现在不能制作钥匙：票箱还没有建立，或者票卡已经做好"))
        return redirect("scoring:ballot", session.uid)
    given = {"sid": round.sid, "shares": list(setup.SHARES), "mode": round.box.document["mode"]}
    given |= {"title": session.title, "date": session.date.isoformat()}
    return render(request, "scoring/ballot_keys.html", page_context(session, round, "scoring:ballot_keys") | {"setup": given})


@in_hall
@makes_no_markup
@require_http_methods(["GET", "POST"])
def ballot_cards(request, uid):
    """The card page; its POST brings the completed manifest and the credentials, and is answered before anything is printed."""
    session, round = keeper(request, uid)
    if request.method == "POST":
        if not (sent := texts(request, "manifest", "credentials")):
            return incomplete()
        said = {"manifest": sent[0], "credentials": sent[1], "by": request.user, "today": timezone.localdate()}
        return answered(setup.save_cards, round, **said)
    if not round.has_keys or round.is_sealed:
        messages.warning(request, _("现在不能制作票卡：先做钥匙；票卡做过一次就不能重做"))
        return redirect("scoring:ballot", session.uid)
    if blockers := drift_blockers(round):
        for blocker in blockers:
            messages.warning(request, blocker)
        return redirect("scoring:ballot", session.uid)
    given = {"manifest": round.box.document, "papers": {g.letter: g.papers for g in round.groups.all() if not g.is_named}}
    context = page_context(session, round, "scoring:ballot_cards") | {"setup": given, "booth_origin": settings.BOOTH_ORIGIN}
    return render(request, "scoring/ballot_cards.html", context)


@in_hall
@makes_no_markup
@require_http_methods(["GET", "POST"])
def ballot_opening(request, uid):
    """The opening page; its POST brings the transcript, which is verified, stored and counted."""
    session, round = keeper(request, uid)
    if request.method == "POST":
        return answered(opening.save_transcript, round, request.body, by=request.user, now=timezone.now())
    if not round.is_closed:
        messages.warning(request, _("投票截止以后才能开箱"))
        return redirect("scoring:ballot", session.uid)
    if blockers := opening.blockers_now(round):
        for blocker in blockers:
            messages.warning(request, blocker)
        return redirect("scoring:ballot", session.uid)
    context = page_context(session, round, "scoring:ballot_opening")
    context |= {"urn_url": reverse("scoring:urn", args=[session.uid]), "next_url": reverse("scoring:results", args=[session.uid])}
    context["transcript"] = opening.transcript_name(round)
    return render(request, "scoring/ballot_opening.html", context)


@in_hall
@require_POST
def ballot_count(request, uid):
    """Count the stored transcript, where the counting broke off after the opening."""
    session, round = keeper(request, uid)
    if not round.is_opened:
        raise Http404
    counting.count_round(round, by=request.user, now=timezone.now())
    return redirect("scoring:results", session.uid)


@in_hall
@require_POST
def urn(request, uid):
    """The sealed envelopes in the order of the received list, for the opening page. No link may take them out: it closes what comes from
    outside the box and what is noted at the table."""
    _session, round = keeper(request, uid)
    try:
        document = opening.urn(round, by=request.user, now=timezone.now())
    except RuleViolation as refusal:
        return JsonResponse({"error": " ".join(refusal.messages)}, status=409)
    return HttpResponse(document, content_type="application/json", headers={"Cache-Control": "no-store"})
