"""The run sheet: its order and minutes, planned against taken."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation
from core.sessions import in_hall
from live.actions import agenda
from live.actions import run_sheet as actions
from live.forms import MinutesForm, RemoveForm, TemplateForm, TimingForm
from live.models import Hall, RunItem, Timing
from live.rules import hall as rules
from live.rules import run_sheet as order_rules
from live.views.hall import forecast, own_session

STEPS = {  # what a button says it wants
    "up": agenda.move_up,
    "down": agenda.move_down,
    "add": agenda.add,
    "remove": agenda.remove,
    "template": agenda.lay_template,
}
State = RunItem.State


@in_hall
def run_sheet(request, uid):
    """What is planned may be changed until the votes are counted; of a meeting under way it changes what is to come."""
    session = own_session(request, uid)
    form = TimingForm(request.POST or None, instance=Timing.of(session))
    if request.method == "POST" and form.is_valid():
        try:
            actions.plan_minutes(session, minutes=form.minutes, by=request.user)
            messages.success(request, _("时间安排已保存"))
            return redirect("live:run_sheet", session.uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, session, form=form)


def page(request, session, *, form=None, refused=None):
    """The run sheet; `form` are the minutes by kind, `refused` those of single items that were not accepted."""
    hall = Hall.objects.filter(session=session).first()
    items = agenda.sheet(session, hall)
    seen = agenda.seen(items)
    blockers = rules.record_blockers(session.state)
    fields = refused or MinutesForm(items=to_come(items), auto_id="item_%s")
    planned, taken, over = rules.spent([item.span for item in items])
    context = {
        "session": session,
        "form": form or TimingForm(instance=Timing.of(session)),
        "item_form": fields,
        "hall": hall,
        "rows": [row | shown(row["item"], fields, seen) for row in rows(items, is_fixed=bool(blockers))],
        "seen": seen,
        "extras": [] if blockers else extras(items),
        "template_form": None if blockers or hall else TemplateForm(initial={"what": session.kind}),
        "planned": planned,
        "taken": taken,
        "over": over,
        "blockers": blockers,
        "rehearsal": session.is_rehearsal,
    }
    if hall and any(item.state == State.NOW for item in items):
        context |= forecast(hall, items)
    return render(request, "live/run_sheet.html", context)


def to_come(items):
    return [item for item in items if item.state == State.TODO]


def shown(item, fields, seen):
    """The minutes of an item planned against taken, and where to change them while it is to come; what asks before all of a kind go."""
    _planned, taken, over = rules.spent([item.span])
    removal = RemoveForm(initial={"what": item.kind, "seen": seen}, auto_id=False) if item.subject else None
    return {"taken": taken, "over": over, "field": fields[item.key] if item.key in fields.fields else None, "removal": removal}


def rows(items, *, is_fixed):
    """Each item; the first of a block that can be moved knows where to."""
    found = []
    for block in order_rules.blocks(items):
        for item in block:
            may = not is_fixed and item is block[0]
            found.append(
                {
                    "item": item,
                    "up": may and order_rules.moved(items, item.key, -1) is not items,
                    "down": may and order_rules.moved(items, item.key, 1) is not items,
                    "out": not is_fixed and item.kind in order_rules.EXTRAS and not item.has_begun,
                }
            )
    return found


def extras(items):
    """What may still be added, and has a place to go."""
    kinds = {item.kind for item in items}
    return [
        RunItem.Kind(kind) for kind in order_rules.EXTRAS if kind not in kinds and len(agenda.ADDED[kind](items)) > len(items)
    ]


@in_hall
@require_POST
def run_sheet_step(request, uid, step):
    session = own_session(request, uid)
    if step not in STEPS:
        raise Http404
    what, before = request.POST.get("what", ""), request.POST.get("seen", "")
    if step == "template" and not TemplateForm(request.POST).is_valid():
        raise Http404
    STEPS[step](session, what, before=before, by=request.user)
    return redirect("live:run_sheet", uid)


@in_hall
@require_POST
def run_sheet_minutes(request, uid):
    session = own_session(request, uid)
    hall = Hall.objects.filter(session=session).first()
    form = MinutesForm(request.POST, items=to_come(agenda.sheet(session, hall)), auto_id="item_%s")
    if form.is_valid():
        try:
            agenda.set_minutes(session, form.cleaned_data, before=request.POST.get("seen", ""), by=request.user)
            messages.success(request, _("时间安排已保存"))
            return redirect("live:run_sheet", uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, session, refused=form)
