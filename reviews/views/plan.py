"""计划: the rules in force, the coverage of the term, and everybody by need."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import require
from officials.models import Official, Term
from reviews.forms import session as forms
from reviews.models import ReviewSession, RuleSet, SessionSubject
from reviews.models.coverage import by_need, coverage
from reviews.models.foundation import foundation_blockers
from reviews.policies import session as policies
from reviews.rules import plan as rules
from reviews.views.lineup import PER_PAGE, give_reasons


def plan(request):
    require(policies.can_see_plan(request.user), _("计划由区纪委监委内部查看。"))
    today = timezone.localdate()
    term, rule_set = Term.of(today), RuleSet.in_force(today)
    search, asked = forms.SearchForm(request.GET), forms.ShowForm(request.GET)
    show = asked.cleaned_data["show"] if asked.is_valid() else ""
    people = by_need(Official.objects.in_office().select_related("unit").search(search.text), term=term)
    page = Paginator(people.filter(**SHOWN.get(show, {})), PER_PAGE).get_page(request.GET.get("page"))
    give_reasons(page)
    give_sessions(page, term)
    context = {
        "term": term,
        "rule_set": rule_set,
        "missing": foundation_blockers(today),
        **coverage_context(term, rule_set, today=today),
        "page": page,
        "form": search,
        "chips": chips(show),
        "earlier": RuleSet.objects.exclude(pk=rule_set.pk) if rule_set else RuleSet.objects.all(),
        "quarters": quarters(today.year),
        "year": today.year,
        "may_plan": policies.can_plan(request.user),
    }
    return render(request, "reviews/plan.html", context)


def coverage_context(term, rule_set, *, today):
    """The coverage and its ring; the desk shows the same."""
    if term is None or rule_set is None:
        return {"coverage": None}
    found = coverage(term, rule_set, today=today)
    parts = [
        {"value": found.heard, "label": _("已述责述廉"), "tone": "brand"},
        {"value": found.planned, "label": _("已列入会议"), "tone": "gold"},
    ]
    numbers = {"all": found.total, "heard": found.heard, "planned": found.planned, "rest": found.unplanned}
    words = _("%(all)d 人中已述 %(heard)d 人，已列入 %(planned)d 人，尚未安排 %(rest)d 人") % numbers
    return {"coverage": found, "coverage_parts": parts, "coverage_words": words}


def chips(show):
    labels = {"": _("全部"), "waiting": _("未安排"), "planned": _("已列入"), "heard": _("已述")}
    return [
        {"label": label, "url": f"?show={key}#people" if key else "?#people", "current": key == show, "count": None}
        for key, label in labels.items()
    ]


SHOWN = {
    "waiting": {"is_heard": False, "is_planned": False},
    "planned": {"is_heard": False, "is_planned": True},
    "heard": {"is_heard": True},
}


def give_sessions(officials, term):
    """Hang on each official the session in which he or she is heard or planned this term."""
    subjects = SessionSubject.objects.present().filter(
        official__in=[o.pk for o in officials], session__in=ReviewSession.objects.counting_for_term()
    )
    if term:
        subjects = subjects.filter(session__date__range=(term.starts_on, term.ends_on))
    latest = {subject.official_id: subject.session for subject in subjects.select_related("session").order_by("session__date")}
    for official in officials:
        official.session = latest.get(official.pk)


def quarters(year):
    """The four quarters of the year, each with its sessions; an empty one is a gap (HB04)."""
    sessions = list(
        ReviewSession.objects.counting_for_term().filter(date__year=year).prefetch_related("subjects").order_by("date")
    )
    names = [_("第一季度"), _("第二季度"), _("第三季度"), _("第四季度")]
    this_quarter = rules.quarter_of(timezone.localdate())
    return [
        {
            "name": name,
            "sessions": [session for session in sessions if session.quarter == n],
            "is_over": this_quarter > (year, n),
        }
        for n, name in enumerate(names, 1)
    ]
