"""The run sheet with its minutes, planned against taken."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.errors import RuleViolation, require
from core.sessions import in_hall
from live import policies
from live.actions import run_sheet as actions
from live.forms import TimingForm
from live.models import Hall, RunItem, Timing
from live.rules import hall as rules
from reviews.views import frame


@in_hall
def run_sheet(request, uid):
    """What is planned may be changed until the votes are counted; of a meeting under way it changes what is to come."""
    session = frame.session_of(request, uid)
    require(policies.can_run_hall(request.user, session))
    form = TimingForm(request.POST or None, instance=Timing.of(session))
    if request.method == "POST" and form.is_valid():
        try:
            actions.plan_minutes(session, minutes=form.minutes, by=request.user)
            messages.success(request, _("时间安排已保存"))
            return redirect("live:run_sheet", session.uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    hall = Hall.objects.filter(session=session).first()
    items = list(hall.items.select_related("subject")) if hall else RunItem.planned_for(session)
    planned, taken, over = rules.spent([item.span for item in items])
    rows = [{"item": item, "taken": rules.spent([item.span])[1], "over": rules.spent([item.span])[2]} for item in items]
    context = {"session": session, "form": form, "hall": hall, "rows": rows, "planned": planned, "taken": taken, "over": over}
    context |= {"blockers": rules.record_blockers(session.state), "rehearsal": session.is_rehearsal}
    return render(request, "live/run_sheet.html", context)
