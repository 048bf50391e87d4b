"""计分方案: the list, one scheme in words, and the desk where drafts are written."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import seen
from core.errors import RuleViolation, require
from core.filters import FilterForm
from core.reasons import ReasonForm
from core.templatetags.shuze import problems_of
from reviews.views import frame
from scoring import policies, rules
from scoring.actions import scheme as actions
from scoring.forms.scheme import NewSchemeForm, SchemeForms
from scoring.models import Scheme, known_here
from scoring.views import scheme_words


def scheme_list(request):
    require(policies.can_see_schemes(request.user), _("计分方案对办理评议的人员开放。"))
    q = FilterForm(request.GET).value("q")
    page = Paginator(Scheme.objects.search(q), 25).get_page(request.GET.get("page"))
    may_edit = policies.can_edit_scheme(request.user)
    return render(request, "scoring/scheme_list.html", {"page": page, "q": q, "may_edit": may_edit})


def scheme(request, uid):
    """What the scheme says: criteria, groups and weights, trimming, bands, warnings."""
    require(policies.can_see_schemes(request.user), _("计分方案对办理评议的人员开放。"))
    found = get_object_or_404(Scheme.objects.select_related("locked_by", "submitted_by"), uid=uid)
    errors, warnings = found.problems()
    others = Scheme.objects.filter(code=found.code).exclude(pk=found.pk)
    context = {
        "scheme": found,
        "errors": scheme_words.told(found.body, errors),
        "warnings": scheme_words.told(found.body, warnings),
        "may_submit": policies.can_edit_scheme(request.user) and found.state == Scheme.State.DRAFT and not errors,
        "may_decide": policies.can_decide_scheme(request.user, found) and not errors,
        "reason_form": ReasonForm(auto_id="id_return_%s"),
        "hash": found.hash or rules.scheme_hash(found.body),
        "may_edit": policies.can_edit_scheme(request.user),
        "others": others,
    }
    if not errors:
        context |= scheme_words.in_words(found) | scheme_words.worked(found.body)
    return render(request, "scoring/scheme.html", context)


@require_POST
def scheme_submit(request, uid):
    found = drafted(request, uid)
    actions.submit_scheme(found, seen=seen.mark(request), by=request.user, now=timezone.now())
    messages.success(request, _("已提交，等审批领导锁定"))
    return redirect(found)


@require_POST
def scheme_return(request, uid):
    found = get_object_or_404(Scheme, uid=uid)
    require(policies.can_decide_schemes(request.user), _("由审批领导锁定或退回计分方案。"))
    actions.return_scheme(found, reason=frame.reason_of(request), seen=seen.mark(request), by=request.user)
    messages.success(request, _("已退回修改"))
    return redirect(found)


@require_POST
def scheme_lock(request, uid):
    found = get_object_or_404(Scheme, uid=uid)
    require(policies.can_decide_schemes(request.user), _("由审批领导锁定或退回计分方案。"))
    actions.lock_scheme(found, seen=seen.mark(request), by=request.user, now=timezone.now())
    messages.success(request, _("方案已锁定，不能再改"))
    return redirect(found)


@require_POST
def scheme_sample(request):
    """Install the sample scheme where there is none yet."""
    require(policies.can_edit_scheme(request.user), _("由工作人员拟定计分方案。"))
    return redirect(actions.install_sample_scheme(by=request.user))


# --- the desk ------------------------------------------------------------------------------------------------


def drafted(request, uid):
    """The draft of an editor's page."""
    require(policies.can_edit_scheme(request.user), _("由工作人员拟定计分方案。"))
    return get_object_or_404(Scheme, uid=uid)


def scheme_new(request):
    """Begin a scheme from the sample or from one of the nine found in practice."""
    require(policies.can_edit_scheme(request.user), _("由工作人员拟定计分方案。"))
    presets = {preset.key: preset for preset in actions.presets()}
    form = NewSchemeForm(request.POST or None, presets=presets.values(), initial={"preset": actions.SAMPLE})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.draft_scheme(presets[said["preset"]], code=said["code"], name=said["name"], by=request.user)
        except RuleViolation as refusal:
            form.add_error("code", refusal)
        else:
            messages.success(request, _("已拟好草稿，请按本区的规定修改"))
            return redirect("scoring:scheme_edit", made.uid)
    return render(request, "scoring/scheme_new.html", {"form": form, "presets": presets.values()})


def scheme_edit(request, uid):
    """Write a draft; beside it an example ballot and a worked example of what is typed."""
    found = drafted(request, uid)
    if found.is_locked:
        messages.warning(request, _("方案已经锁定，不能再改；要改请另立新版本"))
        return redirect(found)
    forms = SchemeForms(found.body, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        is_readable, body = forms.is_valid(), forms.body()
        errors, _warnings = rules.validate(body)
        forms.show(errors)
        if is_readable and not errors:
            try:
                actions.change_scheme(found, body, before=request.POST.get("before", ""), by=request.user)
            except RuleViolation as refusal:
                forms.basics.add_error(None, refusal)
            else:
                messages.success(request, _("已保存"))
                return redirect(found)
    context = {"scheme": found, "forms": forms, "before": request.POST.get("before") or rules.scheme_hash(found.body)}
    return render(request, "scoring/scheme_edit.html", context)


@require_POST
def scheme_try(request, uid):
    """What the scheme as it is typed would do; nothing is stored."""
    found = drafted(request, uid)
    forms = SchemeForms(found.body, request.POST)
    if not forms.is_valid():
        faults = [fault for fault in problems_of(forms.basics, forms.rows()) if fault.get("code") != "required"]
        return render(request, "scoring/_scheme_try.html", {"is_incomplete": True, "faults": faults})
    body = forms.body()
    errors, warnings = rules.validate(body, **known_here())
    context = {"errors": scheme_words.told(body, errors), "warnings": scheme_words.told(body, warnings)}
    return render(request, "scoring/_scheme_try.html", context if errors else context | scheme_words.worked(body))


@require_POST
def scheme_version(request, uid):
    """A draft that follows on a locked scheme."""
    made = actions.new_version(drafted(request, uid), by=request.user)
    return redirect("scoring:scheme_edit", made.uid)


def scheme_compare(request, uid):
    """What this version has otherwise than another one of the same scheme."""
    require(policies.can_see_schemes(request.user), _("计分方案对办理评议的人员开放。"))
    found = get_object_or_404(Scheme, uid=uid)
    others = list(Scheme.objects.filter(code=found.code).exclude(pk=found.pk))
    chosen = next((other for other in others if str(other.version) == request.GET.get("with")), others[0] if others else None)
    lines = scheme_words.compared(chosen.body, found.body) if chosen else []
    return render(request, "scoring/scheme_compare.html", {"scheme": found, "others": others, "chosen": chosen, "lines": lines})
