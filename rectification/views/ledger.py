"""The ledger (整改台账): the commission's and the unit's own list, and the Excel file."""

import uuid

from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import excel, sessions
from core.errors import require
from core.filters import FilterForm
from rectification import forms, policies
from rectification.models import RectificationItem
from rectification.views import timeline
from rectification.views.item import found

PAGE = 25


def item_list(request):
    require(policies.can_enter_ledger(request.user), _("整改台账由办理整改的人员查看。"))
    if not policies.is_reader(request.user):
        return unit_items(request)
    today = timezone.localdate()
    form, items = filtered(request, today)
    page = Paginator(items.select_related("unit", "subject").prefetch_related("close_outs"), PAGE).get_page(
        request.GET.get("page")
    )
    counts = RectificationItem.objects.visible_to(request.user).counts(today)
    context = {
        "page": page,
        "form": form,
        "counts": counts,
        "chips": chips(request.GET, counts),
        "query": request.GET.urlencode(),
        **panel(request, page),
    }
    return render(request, "rectification/item_list.html", context)


def filtered(request, today):
    """The items the address asks for: by words, source, state, session and warning."""
    items = RectificationItem.objects.visible_to(request.user)
    sessions = (
        items.order_by("-subject__session__date").values_list("subject__session__uid", "subject__session__title").distinct()
    )
    form = forms.ItemFilter(request.GET, sessions=sessions)
    state = form.value("state")
    items = items.search(form.value("q"))
    if state == "":
        items = items.open()
    elif state != forms.ALL:
        items = items.filter(state=state)
    if source := form.value("source"):
        items = items.filter(source=source)
    if session := form.value("session"):
        items = items.filter(subject__session__uid=session)
    if warning := form.value("warning"):
        items = items.warned(warning, today)
    return form, items


def chips(params, counts):
    """The four colours, worst first; each narrows the list, 全部 shows all again."""
    shown = [
        ("", _("全部"), counts["open"], ""),
        ("PROPOSAL", _("红 建议移交"), counts["PROPOSAL"], "bad"),
        ("RED", _("红"), counts["RED"], "bad"),
        ("YELLOW", _("黄"), counts["YELLOW"], "warn"),
        ("BLUE", _("蓝"), counts["BLUE"], "info"),
    ]
    current = params.get("warning", "")
    return [
        {"label": label, "count": n, "kind": kind, "url": with_warning(params, code), "current": code == current}
        for code, label, n, kind in shown
        if n or code in ("", current)
    ]


def with_warning(params, code):
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in params.items() if name not in ("warning", "page", "open")})
    if code:
        query["warning"] = code
    return f"?{query.urlencode()}"


def panel(request, page):
    """The item open beside the list: the one asked for, else the first."""
    wanted = request.GET.get("open", "")
    try:
        item = found(request, uuid.UUID(wanted)) if wanted else next(iter(page), None)
    except ValueError:
        item = next(iter(page), None)
    if item is None:
        return {"item": None}
    full = item if wanted else found(request, item.uid)
    return {"item": full, "plan": full.plan, "steps": timeline.steps(full)}


def unit_items(request):
    """The unit's own items, for a phone as well."""
    form = FilterForm(request.GET)
    items = RectificationItem.objects.visible_to(request.user).search(form.value("q")).select_related("letter", "unit")
    page = Paginator(items.order_by("closed_on", "due_on", "code"), PAGE).get_page(request.GET.get("page"))
    return render(request, "rectification/unit_items.html", {"page": page, "form": form})


@sessions.weighty("GET")
def item_export(request):
    """The ledger as filtered, one row an item (documents.md 4.8)."""
    require(policies.can_export(request.user), _("整改台账由办理整改的人员导出。"))
    today = timezone.localdate()
    _form, items = filtered(request, today)
    items = items.select_related("unit", "subject__session", "letter", "verifier").prefetch_related(
        "plans", "evidence__file", "verifications"
    )
    heads = [
        _("编号"), _("单位"), _("对象"), _("问题"), _("来源"), _("会议"), _("提醒函"), _("措施"), _("责任领导"), _("责任科室"),
        _("下达日"), _("时限"), _("状态"), _("佐证"), _("逾期天数"), _("督办级"), _("核验人"), _("核验意见"), _("销号日"),
    ]  # fmt: skip
    rows = [row(item, today) for item in items]
    name, sheets = _("整改台账%(day)s.xlsx") % {"day": today.isoformat()}, [(_("整改台账"), heads, rows)]
    return excel.export(name, sheets, thing=RectificationItem._meta.label, n=len(rows), by=request.user)


def row(item, today):
    plan, verdicts = item.plan, list(item.verifications.all())
    late = max((today - item.due_on).days, 0) if not item.is_closed else 0
    return [
        item.code,
        item.unit.name,
        item.subject.name,
        item.text,
        item.get_source_display(),
        item.subject.session.title,
        item.letter.document_number,
        plan.measure if plan else "",
        plan.owner if plan else "",
        plan.section if plan else "",
        item.served_on,
        item.due_on,
        item.get_state_display(),
        _("、").join(str(evidence) for evidence in item.evidence.all() if evidence.submitted_at),
        late,
        item.warning.level,
        str(item.verifier or ""),
        verdicts[-1].note if verdicts else "",
        item.closed_on,
    ]
