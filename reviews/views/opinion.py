"""The intake desk: what came in is entered, sorted, merged, or diverted."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import RuleViolation, require
from reviews.actions import digest as digests
from reviews.actions import opinion as actions
from reviews.forms import opinion as forms
from reviews.forms.button import MergeForm
from reviews.models import Opinion, ReportTemplate
from reviews.policies import canvass as policies
from reviews.rules import canvass as rules
from reviews.views import frame

PAGE, SUGGESTED = 25, 8
COMPARED = (
    40  # of each subject the newest: 780 pairs, some 17 ms; the form is public, and all pairs of a flood would take minutes
)


def opinion_new(request, uid):
    """Fast entry: after saving, subject and channel stay chosen."""
    session = frame.session_of(request, uid)
    require(policies.can_run(request.user, session), policies.RUN)
    if request.method == "GET" and (reasons := session.preparation_blockers()):
        return frame.turn_back(request, reasons, "reviews:opinion_list", session.uid)
    subjects = list(session.subjects.all())
    kept = forms.WhenceForm(request.GET, subjects=subjects)
    initial = kept.cleaned_data if kept.is_valid() else None
    form = forms.OpinionEntryForm(request.POST or None, subjects=subjects, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data | {"subject": next(s for s in subjects if str(s.uid) == form.cleaned_data["subject"])}
        try:
            actions.add_opinion(session, **fields, by=request.user, today=timezone.localdate())
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("已录入一条，可以接着录下一条"))
            again = f"subject={form.cleaned_data['subject']}&channel={form.cleaned_data['channel']}"
            return redirect(f"{reverse('reviews:opinion_new', args=[session.uid])}?{again}")
    return render(request, "reviews/opinion_new.html", frame.context(request, session, tab="canvass", form=form))


def opinion_list(request, uid):
    """The intake desk: what came in, to be sorted."""
    session = frame.session_of(request, uid)
    require(policies.can_read_opinions(request.user, session), policies.READ_OPINIONS)
    form = forms.OpinionFilter(request.GET, subjects=session.subjects.all())
    opinions = session.opinions.ordinary().select_related("subject", "merged_into").annotate(n_merged=Count("merged"))
    if text := form.value("q").strip():
        opinions = opinions.filter(text__icontains=text)
    if subject := form.value("subject"):
        opinions = opinions.filter(subject__uid=subject)
    if state := form.value("state"):
        opinions = opinions.filter(state=state)
    page = Paginator(opinions.order_by("subject__order", "uid"), PAGE).get_page(request.GET.get("page"))
    items = ReportTemplate.item_names()
    for opinion in page:
        opinion.item = items.get(opinion.aspect_item, opinion.aspect_item)
        opinion.is_like_tip_off = not opinion.is_no_tip_off and bool(rules.tip_off_words(opinion.text))
    context = frame.context(
        request,
        session,
        tab="canvass",
        form=form,
        page=page,
        compared=COMPARED,
        suggestions=[] if session.preparation_blockers() else suggestions(session),
        may_run=policies.can_run(request.user, session),
    )
    actions.note_reading(session, by=request.user)
    return render(request, "reviews/opinion_list.html", context)


def suggestions(session):
    """Pairs on the same subject, among the newest, that say nearly the same and are not merged yet."""
    leading = session.opinions.leading().newest_of_each_subject(COMPARED).select_related("subject")
    of_subject = {}
    for opinion in leading:
        of_subject.setdefault(opinion.subject_id, {})[opinion] = opinion.text
    pairs = [pair for texts in of_subject.values() for pair in rules.similar_pairs(texts)]
    return [{"keep": one, "other": other} for one, other in pairs[:SUGGESTED]]


def opinion_of(request, uid):
    opinion = get_object_or_404(
        Opinion.objects.visible_to(request.user).select_related("session", "subject", "merged_into"), uid=uid
    )
    require(policies.can_run(request.user, opinion.session), policies.RUN)
    return opinion


def opinion(request, uid):
    """One opinion: sort it, merge it, or hand it to the petition office (an action of rectification)."""
    found = opinion_of(request, uid)
    start = {"nature": found.nature, "aspect_item": found.aspect_item, "handling": found.handling}
    form = forms.ClassifyForm(request.POST or None, initial=start)
    was_unsorted = found.state == Opinion.State.COLLECTED
    if request.method == "POST" and form.is_valid():
        try:
            actions.classify(found, **form.cleaned_data, by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("已归类"))
            return onward(found, is_sorting=was_unsorted)
    may_sort = not found.session.preparation_blockers()
    context = frame.context(
        request,
        found.session,
        tab="canvass",
        opinion=found,
        form=form,
        may_sort=may_sort,
        words=rules.tip_off_words(found.text) if not found.is_no_tip_off else [],
        divert_url=frame.url_of("rectification:opinion_divert", found),
        **(others(request, found) if may_sort and not found.merged_into else {}),
    )
    actions.note_reading(f"opinion {found.uid}", by=request.user)
    return render(request, "reviews/opinion.html", context)


def onward(opinion, *, is_sorting):
    """From an opinion that is dealt with: whoever sorts goes to the next that waits, everybody else to the list."""
    after = next_unsorted(opinion) if is_sorting else None
    return redirect("reviews:opinion", after.uid) if after else redirect("reviews:opinion_list", opinion.session.uid)


def next_unsorted(opinion):
    """The one after it in the list's order that waits to be sorted, else the first of all."""
    order = opinion.subject.order
    waiting = opinion.session.opinions.unsorted().order_by("subject__order", "uid")
    below = Q(subject__order__gt=order) | Q(subject__order=order, uid__gt=opinion.uid)
    return waiting.filter(below).first() or waiting.first()


def others(request, opinion):
    """Those on the same subject to merge it into: what a search finds, else the most alike of the newest. A flood is never listed."""
    search = forms.OtherFilter(request.GET)
    rest = opinion.session.opinions.leading().filter(subject=opinion.subject).exclude(pk=opinion.pk)
    n_rest = rest.count()
    if text := search.value("q").strip():
        page = Paginator(rest.filter(text__icontains=text), PAGE).get_page(request.GET.get("page"))
        return {"search": search, "page": page, "others": page.object_list, "n_rest": n_rest}
    newest = {
        other: other.text for other in sorted(rest.order_by("-pk")[:COMPARED], key=lambda other: other.uid)
    }  # never as they came
    alike = rules.most_alike(opinion.text, newest, SUGGESTED)
    return {"search": search, "others": alike, "n_rest": n_rest, "compared": len(newest)}


@require_POST
def opinion_merge(request, uid):
    found = opinion_of(request, uid)
    asked = frame.cleaned(MergeForm(request.POST))
    into = get_object_or_404(Opinion.objects.visible_to(request.user), uid=asked["into"], session=found.session)
    was_unsorted = found.state == Opinion.State.COLLECTED
    actions.merge(found, into=into, by=request.user)
    messages.success(request, _("已归并成一条；要分开，打开归并的那一条取消归并"))
    return onward(found, is_sorting=was_unsorted and not asked["stay"])


@require_POST
def opinion_unmerge(request, uid):
    found = opinion_of(request, uid)
    actions.unmerge(found, by=request.user)
    messages.success(request, _("已取消归并"))
    return redirect("reviews:opinion", found.uid)


@require_POST
def opinion_clear(request, uid):
    """It looked like a tip-off, and is none."""
    found = opinion_of(request, uid)
    actions.clear_hint(found, by=request.user)
    messages.success(request, _("已注明：已看，不是举报"))
    return redirect("reviews:opinion", found.uid)


@require_POST
def opinion_take_up(request, uid):
    """Left out of the digest, and to come in after all."""
    found = opinion_of(request, uid)
    digests.take_up(found, by=request.user)
    messages.success(request, _("已重新列入，补入汇总后就有这一条"))
    return redirect("reviews:digest", found.session.uid)
