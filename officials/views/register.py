"""The register: units, officials, and bringing them and the rosters in from Excel."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import excel, seen, sessions
from core.errors import RuleViolation, require
from officials import actions, policies
from officials.forms.register import OfficialFilter, RaterFilter, RegisterForm, UnitFilter
from officials.models import Official, RegisterImport, Unit

PAGE, PROBLEMS_SHOWN, LINES_SHOWN = 25, 200, 500


def official_list(request):
    require(policies.can_read_register(request.user))
    form = OfficialFilter(request.GET)
    officials = Official.objects.select_related("unit").search(form.value("q"))
    if category := form.value("category"):
        officials = officials.filter(unit__category=category)
    if status := form.value("status"):
        officials = officials.filter(status=status)
    page = Paginator(officials, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "readable": policies.readable(request.user, page), **may(request.user)}
    return render(request, "officials/official_list.html", context)


def unit_list(request):
    require(policies.can_read_register(request.user))
    form = UnitFilter(request.GET)
    units = Unit.objects.select_related("parent", "leading_member").prefetch_related("officials").search(form.value("q"))
    if category := form.value("category"):
        units = units.filter(category=category)
    page = Paginator(units, PAGE).get_page(request.GET.get("page"))
    readable = policies.readable(request.user, [official for unit in page for official in unit.officials.all()])
    context = {"form": form, "page": page, "readable": readable, **may(request.user)}
    return render(request, "officials/unit_list.html", context)


def rater_list(request):
    """Who hears, comments and scores, one roster at a time."""
    require(policies.can_read_register(request.user))
    form = RaterFilter(request.GET)
    people = form.model.objects.search(form.value("q"))
    if status := form.value("status"):
        people = people.filter(status=status)
    context = {
        "form": form,
        "roster": form.model._meta.verbose_name,
        "page": Paginator(people, PAGE).get_page(request.GET.get("page")),
        **may(request.user),
    }
    return render(request, "officials/rater_list.html", context)


def may(user):
    return {"may_change": policies.can_change_register(user), "may_export": policies.can_export_register(user)}


@sessions.weighty("GET")
def register_export(request):
    """The whole register in the template's form."""
    require(policies.can_export_register(request.user))
    excel.note_export("register", n=Official.objects.count(), by=request.user)
    return excel.response(_("述责述廉登记表.xlsx"), actions.register_workbook())


def register_template(request):
    require(policies.can_change_register(request.user))
    return excel.response(_("述责述廉登记表（模板）.xlsx"), actions.template_workbook())


def register_upload(request):
    """Step one: choose the file. What was brought in before stands below."""
    require(policies.can_change_register(request.user))
    form = RegisterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.upload_register(form.cleaned_data["file"], by=request.user)
        except RuleViolation as refusal:
            form.add_error("file", refusal)
        else:
            return redirect("officials:register_preview", batch.uid)
    history = RegisterImport.objects.exclude(confirmed_at=None).select_related("file", "uploaded_by")[:10]
    return render(request, "officials/register_upload.html", {"form": form, "history": history})


def register_preview(request, uid):
    """Step two: every problem by row and column, or what confirming would write."""
    require(policies.can_change_register(request.user))
    batch = get_object_or_404(RegisterImport.objects.select_related("file"), uid=uid)
    register, refusals = None, []
    try:
        with batch.file.content.open("rb") as content:
            register = actions.look_through(content.read())
    except RuleViolation as refusal:
        refusals = refusal.messages
    context = {"batch": batch, "register": register, "refusals": refusals}
    if register:
        context |= {"problems": register.problems[:PROBLEMS_SHOWN], "more": len(register.problems) - PROBLEMS_SHOWN}
        context["counts"] = counts(batch.summary or {"new": register.new, "changed": register.changed, "same": register.same})
        context |= {"additions": register.additions[:LINES_SHOWN], "more_additions": len(register.additions) - LINES_SHOWN}
        context |= {"changes": register.changes[:LINES_SHOWN], "more_changes": len(register.changes) - LINES_SHOWN}
        context["absent"] = [
            _("“%(sheet)s”表：%(headings)s") % {"sheet": title, "headings": _("、").join(headings)}
            for title, headings in register.absent.items()
        ]
    return render(request, "officials/register_preview.html", context)


def counts(summary):
    """A line for each sheet: of an import that is done what it wrote, else what it would."""
    return [{"title": title, **{verdict: summary[verdict][title] for verdict in summary}} for title in summary["new"]]


@require_POST
def register_confirm(request, uid):
    require(policies.can_change_register(request.user))
    batch = get_object_or_404(RegisterImport, uid=uid)
    batch = actions.confirm_import(batch, seen=seen.mark(request), by=request.user)
    new, changed = (sum(batch.summary[verdict].values()) for verdict in ("new", "changed"))
    messages.success(request, _("已导入：新增 %(new)d 条，更新 %(changed)d 条") % {"new": new, "changed": changed})
    return redirect("officials:official_list")
