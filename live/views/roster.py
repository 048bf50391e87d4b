"""Who is here, group by group; ticked at the door."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import excel
from core.errors import RuleViolation
from core.sessions import in_hall, polled, weighty
from live import policies
from live.actions import attendance as actions
from live.actions import record
from live.forms import HeadCountForm
from live.views.hall import at_the_door, attendance, own_session
from officials.rules.pinyin import initials


def group_of(request, uid, code):
    session = at_the_door(request, uid)
    group = next((group for group in session.audience.all() if group.code == code), None)
    if group is None:
        raise Http404
    return group


@in_hall
@require_GET
def roster(request, uid):
    return page(request, at_the_door(request, uid))


@in_hall
@weighty("GET")
@require_GET
def roster_export(request, uid):
    """Who was expected and who is here: yes or no, never when (ballots.md §6)."""
    session = own_session(request, uid)
    lines = attendance(session)["lines"]
    groups = [[line["group"].code, line["group"].name, line["group"].expected, line["present"]] for line in lines]
    people = [
        [line["group"].name, person.name, person.about, _("到会") if person.is_present else _("未到")]
        for line in lines
        for person in line["people"]
    ]
    sheets = [
        (_("到会人数"), [_("票种"), _("名称"), _("应到"), _("实到")], groups),
        (_("名单"), [_("票种"), _("姓名"), _("单位、职务"), _("到会")], people),
    ]
    name = _("到会情况%(day)s.xlsx") % {"day": session.date.isoformat()}
    return excel.export(name, sheets, thing=session, n=len(people), by=request.user)


@in_hall
@polled
@require_GET
def roster_here(request, uid):
    """What every door asks every few seconds: who has been ticked at another."""
    session = at_the_door(request, uid)
    found = attendance(session)
    here = " ".join(str(person.pk) for line in found["lines"] for person in line["people"] if person.is_present)
    return render(request, "live/_roster_here.html", {"attendance": found, "here": here})


def page(request, session, refused=None):
    """The roster; `refused` is a head count that was not accepted, as (group, form)."""
    found = attendance(session)
    for line in found["lines"]:
        for person in line["people"]:
            person.initials = initials(person.name)
        line["form"] = HeadCountForm(initial={"present": line["present"]}, auto_id=f"{line['group'].code}_%s")
        if refused and refused[0] == line["group"]:
            line["form"] = refused[1]
    context = {"session": session, "attendance": found, "rehearsal": session.is_rehearsal}
    context["blockers"] = record.attendance_blockers(session, today=timezone.localdate())
    context["may_run_hall"] = policies.can_run_hall(request.user, session)
    return render(request, "live/roster.html", context)


@in_hall
@require_POST
def roster_tick(request, uid, code):
    """One person's tick, saved as it is made: two doors at work do not undo each other's."""
    group = group_of(request, uid, code)
    asked = request.POST.get("person", "")
    person = next((one for one in group.attendees.select_related("group__session") if str(one.pk) == asked), None)
    if person is None:
        raise Http404
    actions.check_in(person, is_present="present" in request.POST, by=request.user, today=timezone.localdate())
    if not request.htmx:
        return redirect("live:roster", uid)
    found = attendance(group.session)
    line = next(line for line in found["lines"] if line["group"] == group)
    return render(request, "live/_roster_count.html", {"attendance": found, "line": line, "is_answer": True})


@in_hall
@require_POST
def roster_count(request, uid, code):
    group = group_of(request, uid, code)
    form = HeadCountForm(request.POST, auto_id=f"{group.code}_%s")
    if form.is_valid():
        try:
            actions.count_heads(group, **form.cleaned_data, by=request.user, today=timezone.localdate())
            return redirect("live:roster", uid)
        except RuleViolation as problem:
            form.add_error(None, problem)
    return page(request, group.session, refused=(group, form))
