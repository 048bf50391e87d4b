"""会外事项: what comes into the scores from outside the ballot box, who entered it and who confirmed it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from reviews.forms.session import uids
from reviews.views import frame
from scoring import policies, rules
from scoring.actions import occasion as actions
from scoring.actions import outside
from scoring.forms.occasion import FIGURE, FiguresForm, OccasionForm
from scoring.models import BallotRound, Occasion
from scoring.views.round import entered, round_of

ENTER = gettext_lazy("由工作人员登记会外事项。")
CONFIRM = gettext_lazy("由审批领导确认会外事项。")


@require_GET
def occasion_list(request, uid):
    """Everything entered, by official; who may confirms, refuses or withdraws here."""
    session, round = opened(request, uid)
    plan = round.scheme.plan() if round else None
    blockers = outside.blockers(session, round)
    occasions = Occasion.objects.of(session).select_related("subject", "entered_by", "confirmed_by", "ended_by")
    live = [occasion for occasion in occasions.order_by("subject__order", "pk") if occasion.is_live]
    may_end = not blockers or not outside.ending_blockers(session, round)
    over = rules.occasions.over_caps(plan, [occasion.entry for occasion in live]) if plan else {}
    rows = [row(request.user, occasion, over, may_settle=not blockers, may_end=may_end) for occasion in live]
    choices = rules.occasions.choices(plan) if plan else []
    may_enter = policies.can_enter_occasions(request.user) and not blockers
    context = frame.context(
        request,
        session,
        tab="ballot",
        rows=rows,
        ended=occasions.filter(state__in=Occasion.ENDED).order_by("-ended_at"),
        effects=effects(plan, live) if plan else [],
        blockers=blockers,
        missing=outside.opening_blockers(round) if round and not round.is_unsealed else [],
        round=round,
        choices=choices,
        may_add=may_enter and any(choice.kind != FIGURE for choice in choices),
        enterable=[choice for choice in choices if choice.kind == FIGURE] if may_enter else [],
        may_act=any(one["may_refuse"] or one["may_withdraw"] for one in rows),
        n_waiting=sum(occasion.is_waiting for occasion in live),
        n_confirmable=sum(one["may_confirm"] for one in rows),
        n_own=sum(one["is_own"] for one in rows),
    )
    context["step"] = None
    return render(request, "scoring/occasion_list.html", context)


def opened(request, uid):
    """The session and the round that counts, None before there is one."""
    session = entered(request, uid)
    round = BallotRound.objects.current(session)
    if round:
        round.session = session
    return session, round


def row(user, occasion, over, *, may_settle, may_end):
    """An entry, how far it goes over a cap, and what this person may press on it."""
    decides = occasion.is_waiting and policies.can_confirm_occasion(user, occasion)
    return {
        "occasion": occasion,
        "over": over.get(occasion.entry.key, ""),
        "is_own": may_settle and occasion.is_waiting and policies.can_confirm_occasions(user) and not decides,
        "may_confirm": may_settle and decides,
        "may_refuse": may_end and decides,
        "may_withdraw": may_end and policies.can_withdraw_occasion(user, occasion),
        "reason": ReasonForm(auto_id=f"{occasion.uid}-%s"),
    }


def effects(plan, live):
    """What the confirmed entries do to each score, after the caps: [(subject, text)…]."""
    found = []
    confirmed = [occasion for occasion in live if not occasion.is_waiting]
    for subject in dict.fromkeys(occasion.subject for occasion in confirmed):
        entries = [occasion.entry for occasion in confirmed if occasion.subject == subject]
        if text := outside.effect(plan, entries):
            found.append((subject, text))
    return found


def taking(request, uid):
    """The session and its round for who enters; refused, or turned back with the reasons, where nothing can be entered."""
    session = entered(request, uid)
    require(policies.can_enter_occasions(request.user), ENTER)
    return session, round_of(session)


@require_http_methods(["GET", "POST"])
def occasion_add(request, uid):
    """Enter bonus, deduction or veto of one official."""
    session, round = taking(request, uid)
    if reasons := outside.blockers(session, round):
        return frame.turn_back(request, reasons, "scoring:occasion_list", session.uid)
    plan = round.scheme.plan()
    form = OccasionForm(request.POST or None, session=session, plan=plan)
    return enter(request, session, form, "scoring/occasion_add.html", plan=plan)


@require_POST
def occasion_try(request, uid):
    """Whether the entry that is being typed goes over a cap; nothing is stored."""
    session, round = taking(request, uid)
    plan = round.scheme.plan()
    form = OccasionForm(request.POST, session=session, plan=plan)
    form.full_clean()
    typed = form.typed()
    over = over_caps(session, plan, typed) if typed else {}
    return render(request, "scoring/_occasion_try.html", {"over": over.get(typed.key, "") if typed else ""})


def over_caps(session, plan, *typed):
    """What goes over a cap, of everything entered and of what is being typed."""
    return rules.occasions.over_caps(plan, [*Occasion.objects.of(session).live().entries(), *typed])


@require_http_methods(["GET", "POST"])
def occasion_figures(request, uid, code):
    """Enter a figure of each official for one group."""
    session, round = taking(request, uid)
    plan = round.scheme.plan()
    group = next((group for group in rules.occasions.figure_groups(plan) if group.code == code), None)
    if group is None:
        raise Http404
    if reasons := outside.blockers(session, round):
        return frame.turn_back(request, reasons, "scoring:occasion_list", session.uid)
    form = FiguresForm(request.POST or None, subjects=list(session.subjects.all()), plan=plan, code=code)
    more = {"group": group, "range": rules.occasions.figure_range(plan, group)}
    return enter(request, session, form, "scoring/occasion_figures.html", plan=plan, **more)


def enter(request, session, form, template, *, plan, **more):
    """The page of a form; what it holds is entered, or stands there again with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.enter(session, **form.entry(), by=request.user, now=timezone.now())
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            said = ngettext("已登记 %(n)d 项，等审批领导确认", "已登记 %(n)d 项，等审批领导确认", len(made))
            messages.success(request, said % {"n": len(made)})
            over = over_caps(session, plan)
            for occasion in made:
                if text := over.get(occasion.entry.key):
                    messages.warning(request, _("%(name)s：%(why)s") % {"name": occasion.subject.name, "why": text})
            return redirect("scoring:occasion_list", session.uid)
    return render(request, template, {"session": session, "rehearsal": session.is_rehearsal, "form": form, **more})


@require_POST
def occasion_confirm(request, uid):
    """Confirm those that were ticked."""
    session = entered(request, uid)
    require(policies.can_confirm_occasions(request.user), CONFIRM)
    chosen = Occasion.objects.of(session).filter(uid__in=uids(request.POST.getlist("occasion")))
    if not chosen:
        raise RuleViolation(_("请先勾选要确认的会外事项"))
    actions.confirm(session, chosen, by=request.user, now=timezone.now())
    said = ngettext("已确认 %(n)d 项，计入得分", "已确认 %(n)d 项，计入得分", len(chosen))
    messages.success(request, said % {"n": len(chosen)})
    return redirect("scoring:occasion_list", session.uid)


def one_of(request, uid, occasion):
    session = entered(request, uid)
    return get_object_or_404(Occasion.objects.of(session).select_related("subject__session"), uid=occasion)


@require_POST
def occasion_refuse(request, uid, occasion):
    found = one_of(request, uid, occasion)
    require(policies.can_confirm_occasion(request.user, found), CONFIRM)
    actions.refuse(found, reason=frame.reason_of(request), by=request.user, now=timezone.now())
    messages.success(request, _("已记下不同意，这一项不计入得分"))
    return redirect(found)


@require_POST
def occasion_withdraw(request, uid, occasion):
    """Whoever enters takes back what nobody has confirmed; what is confirmed an approver withdraws."""
    found = one_of(request, uid, occasion)
    require(policies.can_withdraw_occasion(request.user, found), _("没有确认的由工作人员撤回，已经确认的由审批领导撤销。"))
    actions.withdraw(found, reason=frame.reason_of(request), by=request.user, now=timezone.now())
    messages.success(request, _("已撤销，这一项不计入得分；要改的请重新登记"))
    return redirect(found)
