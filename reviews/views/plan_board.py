"""计划看板: officials by quarters of the term, who has been heard, who is planned, whose time runs out (product.md, 计划)."""

from collections import defaultdict
from itertools import groupby

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.models import ReviewSession, RuleSet, SessionSubject
from reviews.models.foundation import foundation_blockers
from reviews.rules import plan as rules
from reviews.views.lineup import PER_PAGE
from reviews.views.plan import chips, listed

WORDS = {
    "HEARD": gettext_lazy("已述"),
    "PLANNED": gettext_lazy("已列入"),
    "LAST": gettext_lazy("任期届满，未安排"),
}  # AFTER, OVER and OPEN say nothing


def plan_board(request):
    """Everybody by need as filtered, a line each, over every quarter of the term."""
    term, search, show, people = listed(request)
    today = timezone.localdate()
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    context = {"term": term, "missing": foundation_blockers(today), "page": page, "form": search, "chips": chips(show)}
    if term and (rule_set := RuleSet.in_force(today)):
        quarters, now = rules.quarters(term.starts_on, term.ends_on), rules.quarter_of(today)
        arranged = arrangements(term)
        for official in page:
            official.cells = cells_of(official, quarters, arranged[official.pk], now=now)
        context |= {"years": years(quarters), "columns": columns(quarters, arranged, rule_set, now=now)}
    return render(request, "reviews/plan_board.html", context)


def arrangements(term):
    """The sessions of the term in which each official is heard or planned, by the official's key."""
    subjects = SessionSubject.objects.present().filter(
        session__in=ReviewSession.objects.counting_for_term(), session__date__range=(term.starts_on, term.ends_on)
    )
    found = defaultdict(list)
    for subject in subjects.select_related("session").order_by("session__date"):
        found[subject.official_id].append(subject.session)
    return found


def cells_of(official, quarters, sessions, *, now):
    """[(kind, words)] of each quarter."""
    planned = {rules.quarter_of(session.date) for session in sessions if session.state in ReviewSession.PREPARING}
    heard = {rules.quarter_of(session.date) for session in sessions} - planned
    last = rules.quarter_of(official.term_ends_on)
    kinds = rules.cells(quarters, now=now, heard=heard, planned=planned, last=last)
    return [(kind, cell_words(quarter, kind)) for quarter, kind in zip(quarters, kinds, strict=True)]


def cell_words(quarter, kind):
    return f"{name_of(quarter)}{_('：')}{WORDS[kind]}" if kind in WORDS else ""


def name_of(quarter):
    return _("%(year)d年第%(n)d季度") % {"year": quarter[0], "n": quarter[1]}


def years(quarters):
    """[(year, how many of its quarters belong to the term)]."""
    return [(year, len(list(some))) for year, some in groupby(quarters, key=lambda quarter: quarter[0])]


def columns(quarters, arranged, rule_set, *, now):
    """Of each quarter: its number, how many it has of how many it may have, its first session, and whether it is this one."""
    held = defaultdict(list)
    for session in (session for sessions in arranged.values() for session in sessions):
        held[rules.quarter_of(session.date)].append(session)
    for quarter in quarters:
        kind = "CONCENTRATED" if quarter[1] == rules.LAST_QUARTER else "DISPERSED"
        yield {
            "number": quarter[1],
            "name": name_of(quarter),
            "n": len(held[quarter]),
            "most": rule_set.limits(kind)[1],
            "session": next(iter(held[quarter]), None),
            "is_gap": quarter < now and not held[quarter],
            "is_now": quarter == now,
        }
