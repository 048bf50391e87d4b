"""Schemes in words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import require
from core.filters import FilterForm
from scoring import policies
from scoring.actions import scheme as actions
from scoring.models import Scheme


def scheme_list(request):
    require(policies.can_see_schemes(request.user), _("计分方案对办理评议的人员开放。"))
    found = Scheme.objects.all()
    if q := FilterForm(request.GET).value("q"):
        found = found.filter(name__icontains=q) | found.filter(code__icontains=q)
    page = Paginator(found, 25).get_page(request.GET.get("page"))
    return render(request, "scoring/scheme_list.html", {"page": page, "q": q})


def scheme(request, uid):
    """What the scheme says: criteria, groups and weights, trimming, bands, warnings."""
    require(policies.can_see_schemes(request.user), _("计分方案对办理评议的人员开放。"))
    found = get_object_or_404(Scheme.objects.select_related("locked_by"), uid=uid)
    errors, warnings = found.problems()
    context = {
        "scheme": found,
        "errors": errors,
        "warnings": [{"text": problem.text, "where": place(found.body, problem.path)} for problem in warnings],
        "may_lock": policies.can_lock_scheme(request.user) and not found.is_locked and not errors,
    }
    if not errors:
        context |= in_words(found)
    return render(request, "scoring/scheme.html", context)


def in_words(found):
    plan = found.plan()
    names = {group.code: group.name for group in plan.groups.values()}
    bands = found.body.get("bands", [])
    return {
        "plan": plan,
        "groups": [{"group": group, "weight": percent(group.weight), "into": names.get(group.merge_into)} for group in plan.groups.values()],
        "criteria": [
            {**entry, "full": entry["max_points"]} for entry in found.body.get("criteria", [])
        ],
        "trimming": trimming(plan.trimming),
        "bands": [{**band, "below": bands[n - 1]["min"] if n else None} for n, band in enumerate(bands)],
        "thresholds": found.body.get("thresholds", []),
        "places": found.body.get("rounding", {}).get("places", 2),
        "quotas": quotas(found.body.get("forced_quota")),
        "straight": bool(plan.straight_rules),
    }  # fmt: skip


def percent(weight):
    """A weight as people say it; a third stays a fraction."""
    value = weight * 100
    return f"{float(value):g}%" if (value * 100).denominator == 1 else str(weight)


def trimming(cut):
    if cut.mode == "none":
        return _("不去掉最高分、最低分")
    amount = {"high": percent(cut.high), "low": percent(cut.low)} if cut.mode == "share" else {"high": cut.high, "low": cut.low}
    amount["n"] = cut.min_n
    if cut.mode == "share":
        return _("每个票种满 %(n)d 票时，去掉最高的 %(high)s 和最低的 %(low)s") % amount
    return _("每个票种满 %(n)d 票时，去掉 %(high)s 个最高分、%(low)s 个最低分") % amount


def quotas(entry):
    entries = entry if isinstance(entry, list) else [entry] if entry else []
    base = {"session": _("全场"), "category": _("同类别"), "unit": _("同单位")}
    words = []
    for quota in entries:
        if "label" in quota and "max_ratio" in quota:
            told = {"label": quota["label"], "base": base[quota.get("base", "session")], "ratio": quota["max_ratio"]}
            words.append(_("“%(label)s”不超过%(base)s人数的 %(ratio)s，名额线上同分的由审批领导裁定") % told)
        elif "label" in quota:
            words.append(_("“%(label)s”不超过 %(n)s 人") % {"label": quota["label"], "n": quota.get("max_count")})
        else:
            words.append(_("按规定比例划分等次"))
    return words


def place(body, path):
    """The name behind a path like `rater_groups[2].weight`."""
    head, _dot, _rest = path.partition(".")
    name, _bracket, index = head.partition("[")
    if not index:
        return ""
    entry = body[name][int(index.rstrip("]"))]
    return entry.get("name", "") if isinstance(entry, dict) else ""


@require_POST
def scheme_lock(request, uid):
    found = get_object_or_404(Scheme, uid=uid)
    require(policies.can_lock_scheme(request.user), _("由工作人员或审批领导锁定计分方案。"))
    actions.lock_scheme(found, by=request.user, now=timezone.now())
    messages.success(request, _("方案已锁定，不能再改"))
    return redirect(found)


@require_POST
def scheme_sample(request):
    """Install the sample scheme where there is none yet."""
    require(policies.can_lock_scheme(request.user))
    return redirect(actions.install_sample_scheme(by=request.user))
