"""访廉: the form, what came in, the digest. The public form is the one page that anybody may open."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import paper
from core.errors import RuleViolation, require
from core.templatetags.shuze import day, day_weekday
from reviews.actions import canvass as actions
from reviews.forms import canvass as forms
from reviews.models import Digest, DigestEntry, Opinion, OpinionForm, ReportTemplate, TipOff
from reviews.policies import canvass as policies
from reviews.rules import canvass as rules
from reviews.views import frame

PAGE, SUGGESTED, A_MINUTE = 25, 8, 60


# --- the tab -----------------------------------------------------------------------------------------------


def canvass(request, uid):
    """The form's address, the paper, and how much came in; staff and leaders go on to the texts from here."""
    session = frame.session_of(request, uid)
    require(policies.can_enter(request.user, session))
    may_run = policies.can_run(request.user, session)
    form = OpinionForm.objects.filter(session=session).first()
    counts = {
        row["subject"]: row["n"] for row in session.opinions.ordinary().order_by().values("subject").annotate(n=Count("pk"))
    }
    channels = session.opinions.ordinary().order_by().values("channel").annotate(n=Count("pk"))
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
        paper=forms.PaperForm(initial={"issued": form.issued, "returned": form.returned}) if form else None,
        subjects=[{"subject": s, "n": counts.get(s.pk, 0)} for s in session.subjects.all()],
        channels=[{"label": Opinion.Channel(row["channel"]).label, "n": row["n"]} for row in channels],
        waiting=session.opinions.filter(state=Opinion.State.COLLECTED).count(),
        diverted=session.opinions.filter(state=Opinion.State.TRANSFERRED).count(),
        digest=Digest.objects.filter(session=session).first(),
        may_run=may_run,
        may_read=policies.can_read_opinions(request.user, session),
        may_read_digest=policies.can_read_digest(request.user, session),
    )
    return render(request, "reviews/canvass.html", context)


def public_address(form):
    return f"{settings.SITE_ORIGIN}{reverse('reviews:opinion_form', args=[form.token])}"


@require_POST
def canvass_open(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    form = forms.OpeningForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("请填写发放日期和回收截止日期"))
    actions.open_form(session, **form.cleaned_data, by=request.user, today=timezone.localdate())
    messages.success(request, _("征求意见表已开放"))
    return redirect("reviews:canvass", session.uid)


@require_POST
def canvass_paper(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    form = forms.PaperForm(request.POST)
    if not form.is_valid():
        raise RuleViolation(_("发出和收回的份数应填整数"))
    actions.count_paper(session.opinion_form, **form.cleaned_data, by=request.user)
    return redirect("reviews:canvass", session.uid)


def canvass_poster(request, uid):
    """The form's QR to print and pin up or read out."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    form = get_object_or_404(OpinionForm, session=session)
    context = {"session": session, "form": form, "address": public_address(form)}
    return render(request, "reviews/canvass_poster.html", context)


def canvass_form(request, uid):
    """The paper form, two pages for each official, to print and give out."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    form = get_object_or_404(OpinionForm, session=session)
    title = _("征求意见表")
    content = paper.render("paper/opinion_form.html", paper_form(session, form), title=title)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{title}.pdf", content_type="application/pdf")


def paper_form(session, form):
    """What the printed form says; the QR is of the form, never of a person."""
    template = ReportTemplate.objects.order_by("-pk").first()
    address = public_address(form)
    return {
        "document": {"code": f"ZQ-{session.date:%Y%m%d}", "marking": _("内部"), "producer": settings.COMMISSION, "at": ""},
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


# --- the public form ---------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
def opinion_form(request, token):
    """Anybody may write, nobody is asked who.

    No cookie is read or set, so there is no session to forge and the form needs no token against forgery: another site
    could send no more than what anybody may send. Kept are the texts and the day. What remains: row numbers grow in the
    order of arrival, so somebody who watched the room and owns the database could guess; the day's opinions are therefore
    shown in random order everywhere, and the poster asks people to fill the form in at home.
    """
    form = OpinionForm.objects.select_related("session").filter(token=token).first()
    today = timezone.localdate()
    if form is None or not form.is_open(today):
        return render(request, "reviews/opinion_closed.html", {"form": form}, status=404 if form is None else 200)
    subjects = list(form.session.subjects.all())
    entry = forms.PublicForm(request.POST or None, subjects=subjects)
    if request.method == "POST" and entry.is_valid():
        try:
            if not entry.cleaned_data["website"]:
                hold_back(form)
                chosen = next(s for s in subjects if str(s.uid) == entry.cleaned_data["subject"])
                actions.receive(form, subject=chosen, texts=entry.texts, today=today)
        except RuleViolation as refusal:
            entry.add_error(None, refusal)
        else:
            return render(request, "reviews/opinion_thanks.html", {"session": form.session, "token": token})
    return render(request, "reviews/opinion_form.html", {"session": form.session, "form": form, "entry": entry})


def hold_back(form):
    """At most sixty forms a minute for one session in each web process, whoever sends them: nobody is told apart."""
    key = f"opinion-form:{form.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > A_MINUTE:
        raise RuleViolation(_("现在填写的人很多，请一分钟后再提交。您写的内容还在。"))


# --- intake ------------------------------------------------------------------------------------------------


def opinion_new(request, uid):
    """Fast entry: after saving, subject and channel stay chosen."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    subjects = list(session.subjects.all())
    kept = {name: request.GET[name] for name in ("subject", "channel") if name in request.GET}
    form = forms.OpinionEntryForm(request.POST or None, subjects=subjects, initial=kept)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data | {"subject": next(s for s in subjects if str(s.uid) == form.cleaned_data["subject"])}
        actions.add_opinion(session, **fields, by=request.user, today=timezone.localdate())
        messages.success(request, _("已录入一条，可以接着录下一条"))
        again = f"subject={form.cleaned_data['subject']}&channel={form.cleaned_data['channel']}"
        return redirect(f"{reverse('reviews:opinion_new', args=[session.uid])}?{again}")
    return render(request, "reviews/opinion_new.html", frame.context(request, session, tab="canvass", form=form))


def opinion_list(request, uid):
    """The intake desk: what came in, to be sorted."""
    session = frame.session_of(request, uid)
    require(policies.can_read_opinions(request.user, session))
    form = forms.OpinionFilter(request.GET, subjects=session.subjects.all())
    opinions = session.opinions.ordinary().select_related("subject", "merged_into").annotate(n_merged=Count("merged"))
    if text := form.value("q").strip():
        opinions = opinions.filter(text__icontains=text)
    if subject := form.value("subject"):
        opinions = opinions.filter(subject__uid=subject)
    if state := form.value("state"):
        opinions = opinions.filter(state=state)
    page = Paginator(opinions.order_by("subject__order", "uid"), PAGE).get_page(request.GET.get("page"))
    context = frame.context(
        request,
        session,
        tab="canvass",
        form=form,
        page=page,
        suggestions=suggestions(session),
        may_run=policies.can_run(request.user, session),
    )
    return render(request, "reviews/opinion_list.html", context)


def suggestions(session):
    """Pairs on the same subject that say nearly the same and are not merged yet."""
    leading = session.opinions.leading().select_related("subject")
    of_subject = {}
    for opinion in leading:
        of_subject.setdefault(opinion.subject_id, {})[opinion] = opinion.text
    pairs = [pair for texts in of_subject.values() for pair in rules.similar_pairs(texts)]
    return [{"keep": one, "other": other} for one, other in pairs[:SUGGESTED]]


def opinion_of(request, uid):
    opinion = get_object_or_404(
        Opinion.objects.visible_to(request.user).select_related("session", "subject", "merged_into"), uid=uid
    )
    require(policies.can_run(request.user, opinion.session))
    return opinion


def opinion(request, uid):
    """One opinion: sort it, merge it, or hand it to the petition office."""
    found = opinion_of(request, uid)
    start = {"nature": found.nature, "aspect_item": found.aspect_item, "handling": found.handling}
    form = forms.ClassifyForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.classify(found, **form.cleaned_data, by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("reviews:opinion_list", found.session.uid)
    others = found.session.opinions.leading().filter(subject=found.subject).exclude(pk=found.pk)
    context = frame.context(request, found.session, tab="canvass", opinion=found, form=form, others=others)
    return render(request, "reviews/opinion.html", context)


@require_POST
def opinion_merge(request, uid):
    found = opinion_of(request, uid)
    into = get_object_or_404(Opinion.objects.visible_to(request.user), uid=request.POST.get("into"), session=found.session)
    actions.merge(found, into=into, by=request.user)
    return redirect("reviews:opinion_list", found.session.uid)


@require_POST
def opinion_unmerge(request, uid):
    found = opinion_of(request, uid)
    actions.unmerge(found, by=request.user)
    return redirect("reviews:opinion", found.uid)


@require_POST
def opinion_divert(request, uid):
    found = opinion_of(request, uid)
    actions.divert(found, by=request.user, today=timezone.localdate())
    messages.success(request, _("已转信访室，内容今后只有信访室能看到"))
    return redirect("reviews:opinion_list", found.session.uid)


# --- tip-offs ----------------------------------------------------------------------------------------------


def tip_off_list(request):
    require(policies.can_read_tip_offs(request.user))
    page = Paginator(TipOff.objects.select_related("session"), PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/tip_off_list.html", {"page": page})


def tip_off(request, uid):
    require(policies.can_read_tip_offs(request.user))
    found = get_object_or_404(TipOff.objects.select_related("session"), uid=uid)
    form = forms.TipOffForm(request.POST or None, initial={"number": found.registered_as})
    if request.method == "POST" and form.is_valid():
        actions.register_tip_off(found, **form.cleaned_data, by=request.user, today=timezone.localdate())
        return redirect("reviews:tip_off_list")
    return render(request, "reviews/tip_off.html", {"tip_off": found, "form": form})


# --- the digest --------------------------------------------------------------------------------------------


def digest(request, uid):
    """Where staff compile it and the leader approves it."""
    session = frame.session_of(request, uid)
    require(policies.can_read_opinions(request.user, session))
    found = Digest.objects.filter(session=session).first()
    entries = list(found.entries.select_related("subject", "opinion")) if found else []
    originals = list(session.opinions.ordinary().values_list("text", flat=True)) if found else []
    lines = [{"entry": e, "voices": rules.voices(e.voices), "copied": rules.copied_run(e.text, originals)} for e in entries]
    is_submitted = found is not None and found.state == Digest.State.SUBMITTED
    may_approve = policies.can_approve_digest(request.user, session)
    context = frame.context(
        request,
        session,
        tab="canvass",
        digest=found,
        lines=lines,
        copied=sum(bool(line["copied"]) for line in lines),
        reason=forms.ReasonForm(),
        readers=found.receipts.select_related("reader") if found else [],
        may_run=policies.can_run(request.user, session),
        may_approve=is_submitted and may_approve,
        is_own=is_submitted and may_approve and found.submitted_by_id == request.user.pk,
        is_draft=found is not None and found.state == Digest.State.DRAFT,
    )
    return render(request, "reviews/digest.html", context)


@require_POST
def digest_compile(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    actions.compile_digest(session, by=request.user)
    return redirect("reviews:digest", session.uid)


def digest_entry(request, uid):
    """Rewrite one line beside what was said."""
    entry = get_object_or_404(DigestEntry.objects.select_related("digest__session", "subject", "opinion"), uid=uid)
    require(policies.can_run(request.user, entry.digest.session))
    form = forms.EntryForm(request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite_entry(entry, **form.cleaned_data, by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("reviews:digest", entry.digest.session.uid)
    originals = [entry.opinion, *entry.opinion.merged.all()] if entry.opinion else []
    session = entry.digest.session
    context = frame.context(request, session, tab="canvass", entry=entry, form=form, originals=originals)
    return render(request, "reviews/digest_entry.html", context)


@require_POST
def digest_entry_drop(request, uid):
    entry = get_object_or_404(DigestEntry.objects.select_related("digest__session"), uid=uid)
    require(policies.can_run(request.user, entry.digest.session))
    actions.drop_entry(entry, by=request.user)
    return redirect("reviews:digest", entry.digest.session.uid)


@require_POST
def digest_submit(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session))
    actions.submit_digest(get_object_or_404(Digest, session=session), by=request.user, now=timezone.now())
    return redirect("reviews:digest", session.uid)


@require_POST
def digest_return(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve_digest(request.user, session))
    actions.return_digest(get_object_or_404(Digest, session=session), reason=request.POST.get("reason", ""), by=request.user)
    return redirect("reviews:digest", session.uid)


@require_POST
def digest_approve(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve_digest(request.user, session))
    actions.approve_digest(get_object_or_404(Digest, session=session), by=request.user, now=timezone.now())
    messages.success(request, _("意见汇总已发给委员"))
    return redirect("reviews:digest", session.uid)


def digest_read(request, uid):
    """What members read on the tablet; opening it is noted by name. An official reads the lines about himself or herself."""
    session = frame.session_of(request, uid)
    found = get_object_or_404(Digest, session=session)
    subjects = list(session.subjects.select_related("official"))
    if not policies.can_read_digest(request.user, session):
        subjects = [s for s in subjects if policies.can_read_own_digest(request.user, s)]
        if not subjects:
            raise Http404
    elif found.state == Digest.State.APPROVED and not policies.can_see_receipts(request.user, session):
        actions.note_reading(found, by=request.user)
    entries = found.entries.all()
    if not policies.can_see_withdrawn(request.user):
        entries = [entry for entry in entries if not entry.is_withdrawn]
    shown = [
        {"subject": s, "lines": [{"entry": e, "voices": rules.voices(e.voices)} for e in entries if e.subject_id == s.pk]}
        for s in subjects
    ]
    return render(request, "reviews/digest_read.html", {"session": session, "digest": found, "shown": shown})
