"""访廉: the form's days and address, its poster and its paper, and how much came in."""

import segno
from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import paper
from core.days import day, day_weekday
from core.errors import RuleViolation, require
from core.language import chinese
from reviews.actions import opinion_form as actions
from reviews.forms import opinion_form as forms
from reviews.models import Digest, Opinion, OpinionForm, ReportTemplate
from reviews.policies import canvass as policies
from reviews.views import frame


def canvass(request, uid):
    """The form's address and the paper; who reads the opinions also sees how many came in of whom and by which way."""
    session = frame.session_of(request, uid)
    require(policies.can_enter(request.user, session), policies.ENTER)
    may_run = policies.can_run(request.user, session) and not session.preparation_blockers()
    form = OpinionForm.objects.filter(session=session).first()
    may_read = policies.can_read_opinions(request.user, session)
    tasks = session.tasks
    first = {"opens_on": tasks["CANVASS"].due_on, "closes_on": tasks["REPORTS"].due_on} if tasks else {}
    if form:
        first = {"opens_on": form.opens_on, "closes_on": form.closes_on}
    context = frame.context(
        request,
        session,
        tab="canvass",
        form=form,
        address=public_address(form) if form else "",
        is_open=form.is_open(timezone.localdate()) if form else False,
        opening=forms.OpeningForm(initial=first),
        paper=forms.PaperForm(initial={name: getattr(form, name) for name in forms.PaperForm.base_fields}) if form else None,
        received=received(session) if may_read else None,
        digest=Digest.objects.filter(session=session).first(),
        may_run=may_run,
        may_read=may_read,
        may_read_digest=policies.can_read_digest(request.user, session),
    )
    return render(request, "reviews/canvass.html", context)


def received(session):
    """Exact numbers, by official and by way: from few of them a source could be guessed, so the digest gives classes only."""
    ordinary = session.opinions.ordinary().order_by()
    counts = {row["subject"]: row["n"] for row in ordinary.values("subject").annotate(n=Count("pk"))}
    channels = ordinary.values("channel").annotate(n=Count("pk"))
    return {
        "subjects": [{"subject": s, "n": counts.get(s.pk, 0)} for s in session.subjects.all()],
        "channels": [{"label": Opinion.Channel(row["channel"]).label, "n": row["n"]} for row in channels],
        "waiting": session.opinions.unsorted().count(),
        "diverted": session.opinions.filter(state=Opinion.State.TRANSFERRED).count(),
    }


def public_address(form):
    return f"{settings.SITE_ORIGIN}{reverse('reviews:opinion_form', args=[form.token])}"


@require_POST
def canvass_open(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    form = forms.OpeningForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("请填写发放日期和回收截止日期"))
    actions.open_form(session, **form.cleaned_data, by=request.user, today=timezone.localdate())
    messages.success(request, _("征求意见表已开放"))
    return redirect("reviews:canvass", session.uid)


@require_POST
def canvass_paper(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    given_out = get_object_or_404(OpinionForm, session=session)
    form = forms.PaperForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("发出、收回和有效的份数应填整数"))
    actions.count_paper(given_out, **form.cleaned_data, by=request.user)
    messages.success(request, _("份数已保存"))
    return redirect("reviews:canvass", session.uid)


def canvass_poster(request, uid):
    """The form's QR to print and pin up or read out."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    form = get_object_or_404(OpinionForm, session=session)
    context = {"session": session, "form": form, "address": public_address(form), "rehearsal": session.is_rehearsal}
    return render(request, "reviews/canvass_poster.html", context)


def canvass_form(request, uid):
    """The paper form, two pages for each official, to print and give out."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    form = get_object_or_404(OpinionForm, session=session)
    with chinese():
        title = _("征求意见表")
        css = paper.of_rehearsal() if session.is_rehearsal else ""
        content = paper.render("paper/opinion_form.html", paper_form(session, form), title=title, css=css)
    return paper.answer(content, title, download=True)


def paper_form(session, form):
    """What the printed form says; the QR is of the form, never of a person."""
    template = ReportTemplate.in_force()
    address = public_address(form)
    return {
        "document": {"code": f"ZQ-{session.serial}", "marking": _("内部"), "producer": settings.COMMISSION, "at": ""},
        "session": {"title": session.title, "date": day_weekday(session.date)},
        "issuer": settings.COMMISSION,
        "issued_on": day(form.opens_on),
        "due_on": day(form.closes_on),
        "officials": [{"name": s.name, "unit": s.unit_name, "post": s.post} for s in session.subjects.all()],
        "aspects": template.outline if template else [],
        "grades": [_("好"), _("较好"), _("一般"), _("差"), _("不了解")],
        "kinds": [_("本单位干部"), _("服务对象"), _("群众代表"), _("企业"), _("其他")],
        "qr": segno.make(address, error="m").svg_data_uri(scale=4),
        "address": address,
    }
