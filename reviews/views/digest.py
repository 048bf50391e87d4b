"""The digest: compiled by staff, approved by a leader, read by members."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import seen
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from reviews.actions import digest as actions
from reviews.actions import opinion as opinions
from reviews.forms.digest import EntryForm
from reviews.models import Digest, DigestEntry, ReportTemplate, ReviewSession
from reviews.policies import canvass as policies
from reviews.rules import canvass as rules
from reviews.rules import session as steps
from reviews.views import frame


def form_until(session):
    """Until when the form still takes opinions, or None."""
    form = getattr(session, "opinion_form", None)
    return form.closes_on if form and form.is_open(timezone.localdate()) else None


def digest(request, uid):
    """Where staff compile it and the leader approves it."""
    session = frame.session_of(request, uid)
    require(policies.can_read_opinions(request.user, session), policies.READ_OPINIONS)
    found = Digest.objects.select_related("session").filter(session=session).first()
    entries = list(found.entries.select_related("subject", "opinion")) if found else []
    is_open = found is not None and found.state != Digest.State.APPROVED
    texts = [entry.text for entry in entries]
    copied = actions.copied_from(session, texts) if is_open else [""] * len(texts)
    lines = [line | {"copied": run} for line, run in zip(lines_of(entries), copied, strict=True)]
    is_before = not session.preparation_blockers()
    is_submitted = found is not None and found.state == Digest.State.SUBMITTED
    is_draft = found is not None and found.state == Digest.State.DRAFT
    may_approve = is_before and is_submitted and policies.can_approve_digest(request.user, session)
    may_run = is_before and policies.can_run(request.user, session)
    tip_offs = opinions.like_tip_offs(session) if is_before and is_open else []
    context = frame.context(
        request,
        session,
        tab="canvass",
        step=steps.approve_digest() if is_before and is_submitted else None,
        digest=found,
        lines=lines,
        copied=sum(map(bool, copied)),
        to_rewrite=sum(bool(run) and not entry.kept_because for entry, run in zip(entries, copied, strict=True)),
        is_writing=is_draft and may_run,
        tip_offs=tip_offs,
        blockers=rules.approval_blockers(hints=len(tip_offs)) if may_approve else [],
        reason=ReasonForm(),
        reason_on_top=ReasonForm(auto_id="top_%s"),
        readers=found.receipts.select_related("reader") if found else [],
        may_run=may_run,
        may_approve=may_approve,
        is_own=may_approve and actions.is_by(found, request.user),
        left_out=session.opinions.leading().filter(is_left_out=True).select_related("subject") if found else [],
        is_draft=is_draft,
        unsorted=session.opinions.unsorted().count() if may_run and (is_draft or not found) else 0,
        form_until=form_until(session) if is_draft and may_run else None,
        late=actions.sorted_since(found).select_related("subject") if found and not is_draft else [],
    )
    if is_open:  # a line begins in the very words of its opinion
        opinions.note_reading(session, by=request.user)
    return render(request, "reviews/digest.html", context)


def lines_of(entries):
    """Each entry as it is shown: how many said so as a class, and the name of the item it belongs to."""
    items = ReportTemplate.item_names()
    return [{"entry": e, "voices": rules.voices(e.voices), "item": items.get(e.aspect_item, e.aspect_item)} for e in entries]


@require_POST
def digest_compile(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    entries = DigestEntry.objects.filter(digest__session=session)
    before = entries.count()
    actions.compile_digest(session, by=request.user)
    if added := entries.count() - before:
        messages.success(request, _("已列入 %(n)d 条，请逐条改写") % {"n": added})
    else:
        messages.info(request, _("没有新归类的意见可以补入"))
    return redirect("reviews:digest", session.uid)


def entry_of(request, uid):
    visible = DigestEntry.objects.filter(digest__session__in=ReviewSession.objects.visible_to(request.user))
    return get_object_or_404(visible.select_related("digest__session", "subject", "opinion"), uid=uid)


def digest_entry(request, uid):
    """Rewrite one line beside what was said."""
    entry = entry_of(request, uid)
    require(policies.can_run(request.user, entry.digest.session), policies.RUN)
    reasons = entry.digest.session.preparation_blockers() or entry.digest.rewriting_blockers()
    if request.method == "GET" and reasons:
        return frame.turn_back(request, reasons, "reviews:digest", entry.digest.session.uid)
    form = EntryForm(request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rewrite_entry(entry, **form.cleaned_data, by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("已保存改写"))
            after = actions.next_to_rewrite(entry) if "next" in request.POST else None
            return redirect("reviews:digest_entry", after.uid) if after else redirect("reviews:digest", entry.digest.session.uid)
    session = entry.digest.session
    context = frame.context(request, session, tab="canvass", entry=entry, form=form, originals=entry.originals)
    opinions.note_reading(f"digest entry {entry.uid}", by=request.user)
    return render(request, "reviews/digest_entry.html", context)


@require_POST
def digest_entry_drop(request, uid):
    entry = entry_of(request, uid)
    require(policies.can_run(request.user, entry.digest.session), policies.RUN)
    actions.drop_entry(entry, seen=seen.number(request), by=request.user)
    messages.success(request, _("这一条不列入汇总；要重新列入，从下面“已剔除”打开"))
    return redirect("reviews:digest", entry.digest.session.uid)


@require_POST
def digest_submit(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    actions.submit_digest(get_object_or_404(Digest, session=session), by=request.user, now=timezone.now())
    messages.success(request, _("意见汇总已提交，等领导审批"))
    return redirect("reviews:digest", session.uid)


@require_POST
def digest_return(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve_digest(request.user, session), policies.APPROVE_DIGEST)
    found = get_object_or_404(Digest, session=session)
    actions.return_digest(found, reason=frame.reason_of(request), seen=seen.number(request), by=request.user)
    return redirect("reviews:digest", session.uid)


@require_POST
def digest_approve(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_approve_digest(request.user, session), policies.APPROVE_DIGEST)
    found = get_object_or_404(Digest, session=session)
    actions.approve_digest(found, seen=seen.number(request), by=request.user, now=timezone.now())
    messages.success(request, _("意见汇总已发给委员"))
    return redirect("reviews:digest", session.uid)


def digest_read(request, uid):
    """What members read on the tablet; opening it is noted by name. An official reads the lines about himself or herself."""
    session = frame.session_of(request, uid)
    found = get_object_or_404(Digest.objects.select_related("session"), session=session)
    subjects = session.subjects.select_related("official")
    if not policies.can_read_digest(request.user, session):
        subjects = [s for s in subjects.of(request.user) if policies.can_read_own_digest(request.user, s)]
        if not subjects:
            raise Http404
    elif found.state == Digest.State.APPROVED and not policies.can_see_receipts(request.user, session):
        actions.note_reading(found, by=request.user)
    elif found.state != Digest.State.APPROVED:
        opinions.note_reading(session, by=request.user)
    entries = found.entries.all()
    if not policies.can_see_withdrawn(request.user):
        entries = [entry for entry in entries if not entry.is_withdrawn]
    lines = lines_of(entries)
    shown = [{"subject": s, "lines": [line for line in lines if line["entry"].subject_id == s.pk]} for s in subjects]
    return render(request, "reviews/digest_read.html", {"session": session, "digest": found, "shown": shown})
