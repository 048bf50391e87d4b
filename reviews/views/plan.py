"""计划: the rules in force, the coverage of the term, and everybody by need."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core import excel
from core.errors import require
from core.sessions import weighty
from officials.models import Official, Term
from reviews.forms import session as forms
from reviews.models import ReviewSession, RuleSet, SessionSubject
from reviews.models.coverage import by_need, coverage
from reviews.models.foundation import foundation_blockers
from reviews.policies import session as policies
from reviews.rules import plan as rules
from reviews.views.lineup import PER_PAGE, give_reasons


def plan(request):
    term, search, show, people = listed(request)
    today = timezone.localdate()
    rule_set = RuleSet.in_force(today)
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
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
        "query": request.GET.urlencode(),
    }
    return render(request, "reviews/plan.html", context)


def listed(request):
    """(term, what was searched for, which are shown, people by need), for whoever may see the plan."""
    require(policies.can_see_plan(request.user), _("计划由区纪委监委内部查看。"))
    term = Term.of(timezone.localdate())
    search, asked = forms.SearchForm(request.GET), forms.ShowForm(request.GET)
    show = asked.cleaned_data["show"] if asked.is_valid() else ""
    people = by_need(Official.objects.in_office().select_related("unit").search(search.text), term=term)
    return term, search, show, people.filter(**SHOWN.get(show, {}))


@weighty("GET")
def plan_export(request):
    """The year's sessions, everybody by need as filtered, and what cannot be met."""
    term, _search, _show, people = listed(request)
    people, today = list(people), timezone.localdate()
    give_reasons(people)
    give_sessions(people, term)
    year, rule_set = quarters(today.year), RuleSet.in_force(today)
    found = coverage(term, rule_set, today=today) if term and rule_set else None
    sheets = [
        (_("会议"), [_("季度"), _("日期"), _("会议"), _("形式"), _("对象人数"), _("状态")], session_rows(year)),
        (
            _("干部"),
            [
                _("次序"),
                _("姓名"),
                _("单位"),
                _("职务"),
                _("任期届满"),
                _("距任期届满"),
                _("为什么"),
                _("本届安排"),
                _("会议日期"),
            ],
            people_rows(people),
        ),
        (_("覆盖"), [_("项目"), _("内容")], coverage_rows(year, found)),
    ]
    name = _("述责述廉计划%(day)s.xlsx") % {"day": today.isoformat()}
    return excel.export(name, sheets, thing=RuleSet._meta.label, n=len(people), by=request.user)


def session_rows(year):
    """A line for each session; an empty quarter has one too."""
    for quarter in year:
        for session in quarter["sessions"]:
            state, kind = str(session.words), str(session.get_kind_display())
            yield [quarter["name"], session.date, session.title, kind, len(session.subjects.all()), state]
        if not quarter["sessions"]:
            yield [quarter["name"], None, None, None, None, _("没有安排会议") if quarter["is_over"] else _("尚未拟定")]


def people_rows(people):
    for n, one in enumerate(people, 1):
        arranged = _("已述") if one.is_heard else _("已列入") if one.is_planned else _("未安排")
        day = one.session.date if one.session else None
        yield [n, one.name, str(one.unit), one.post, one.term_ends_on, one.time_left, one.waiting, arranged, day]


def coverage_rows(year, found):
    numbers = [
        (_("在任干部"), found.total), (_("已述责述廉"), found.heard), (_("已列入会议"), found.planned),
        (_("尚未安排"), found.unplanned), (_("届内余下名额"), found.places), (_("还缺名额"), found.shortfall),
    ] if found else []  # fmt: skip
    empty = [quarter["name"] for quarter in year if quarter["is_over"] and not quarter["sessions"]]
    unmet = [*foundation_blockers(timezone.localdate()), *rules.unmet(empty_quarters=empty, coverage=found)]
    return [*numbers, *((_("不能满足"), text) for text in unmet)]


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
