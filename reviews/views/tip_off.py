"""What was diverted, for the petition clerk alone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RuleViolation, require
from reviews.actions import tip_off as actions
from reviews.forms.tip_off import TipOffFilter, TipOffForm
from reviews.models import TipOff
from reviews.policies import canvass as policies

PAGE = 25


def tip_off_list(request):
    require(policies.can_read_tip_offs(request.user), policies.READ_TIP_OFFS)
    form = TipOffFilter(request.GET)
    found = TipOff.objects.matching(form.value("q")).select_related("session")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/tip_off_list.html", {"page": page, "form": form})


def tip_off(request, uid):
    """The original, whose every reading is noted, and its number in the petition office."""
    require(policies.can_read_tip_offs(request.user), policies.READ_TIP_OFFS)
    found = get_object_or_404(TipOff.objects.select_related("session"), uid=uid)
    form = TipOffForm(request.POST or None, initial={"number": found.registered_as, "before": found.registered_as})
    if request.method == "POST" and form.is_valid():
        try:
            actions.register_tip_off(found, **form.cleaned_data, by=request.user, today=timezone.localdate())
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("已登记为“%(number)s”") % form.cleaned_data)
            return redirect("reviews:tip_off_list")
    actions.note_reading(found, by=request.user)
    return render(request, "reviews/tip_off.html", {"tip_off": found, "form": form})
