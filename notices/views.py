"""Letters: the list, one letter, its paper. Serving and voiding concern what follows from a letter: see `rectification`."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import excel, files, kept, paper, sessions, word
from core import letter as papers
from core import letter_word as words
from core.errors import RuleViolation, require
from core.reasons import ReasonForm
from notices import forms, policies, rules
from notices.actions import letter as actions
from notices.models import Letter

PAGE = 25
BACK, VOID, SERVICE = "r_%s", "v_%s", "s_%s"  # ids of the forms that share a page
DRAFTS = gettext_lazy("没有签发的函稿由拟稿、核稿、签发的人查看。")
PAPERS = gettext_lazy("函由主送单位和办理整改的人员查看。")
State = Letter.State


def found(request, uid):
    letters = Letter.objects.visible_to(request.user)
    return get_object_or_404(
        letters.select_related("unit", "drafted_by", "checked_by", "issued_by", "received_by", "paper"), uid=uid
    )


def seen(request, letter):
    """The letter as the page of this button showed it."""
    form = forms.SeenForm(request.POST)
    letter.version = form.cleaned_data["version"] if form.is_valid() else None
    return letter


def listed(request):
    """The filter and the letters it leaves, of those this person may see."""
    require(policies.can_list(request.user), _("函件由办理整改的人员查看。"))
    form = forms.LetterFilter(request.GET)
    letters = Letter.objects.visible_to(request.user).search(form.value("q")).select_related("unit")
    if state := form.value("state"):
        letters = letters.filter(state=state)
    return form, letters


def letter_list(request):
    form, letters = listed(request)
    page = Paginator(letters, PAGE).get_page(request.GET.get("page"))
    return render(request, "notices/letter_list.html", {"page": page, "form": form, "query": request.GET.urlencode()})


@sessions.weighty("GET")
def letter_export(request):
    """The register of letters as filtered (documents.md 4.6)."""
    _form, letters = listed(request)
    heads = [
        _("文号"), _("主送"), _("事由"), _("标题"), _("抄送"), _("拟稿"), _("核稿"), _("签发"), _("签发日期"), _("送达日期"), _("签收"), _("签收时间"), _("状态"),
    ]  # fmt: skip
    rows = [
        [
            letter.document_number, str(letter.unit), letter.about, letter.title, letter.copies_to, person(letter.drafted_by),
            person(letter.checked_by), person(letter.issued_by), letter.issued_on, letter.served_on, person(letter.received_by),
            letter.received_at and timezone.localtime(letter.received_at).replace(tzinfo=None), str(letter.get_state_display()),
        ]
        for letter in letters.select_related("drafted_by", "checked_by", "issued_by", "received_by")
    ]  # fmt: skip
    name = _("函件登记簿%(day)s.xlsx") % {"day": timezone.localdate().isoformat()}
    return excel.export(name, [(_("函件登记簿"), heads, rows)], thing=Letter._meta.label, n=len(rows), by=request.user)


def person(user):
    return str(user) if user else ""


def letter(request, uid):
    return show(request, found(request, uid))


def show(request, letter, **refused):
    """The page of a letter; `refused` are forms of its buttons as they were typed."""
    context = {
        "letter": letter,
        "words": papers.words(letter.paper_context(today=timezone.localdate())),
        "steps": steps(letter),
        "gaps": rules.letter_gaps(addressee=letter.addressee, body=letter.body) if letter.state == State.DRAFT else [],
        "may_preview": policies.can_preview(request.user, letter),
        "may_see_meeting": policies.can_see_meetings(request.user),
        **buttons(request.user, letter),
        **refused,
    }
    return render(request, "notices/letter.html", context)


def buttons(user, letter):
    """What this person may do with the letter as it stands."""
    is_own = letter.is_by(user)
    is_third = not is_own and user.pk != letter.checked_by_id
    return {
        "may_edit": letter.state == State.DRAFT and policies.can_edit(user, letter),
        "may_check": letter.state == State.DRAFT and policies.can_check(user, letter) and not is_own,
        "may_issue": letter.state == State.CHECKED and policies.can_issue(user, letter) and is_third,
        "is_own": is_own,
        "waits_for_third": letter.state == State.CHECKED and policies.can_issue(user, letter) and not is_third,
        "send_back": letter.state == State.CHECKED and policies.can_send_back(user, letter) and ReasonForm(auto_id=BACK),
        "service": letter.state == State.ISSUED
        and policies.can_serve(user, letter)
        and forms.ServiceForm(initial={"served_on": timezone.localdate()}, auto_id=SERVICE),
        "voiding": State.VOIDED in letter.NEXT[State(letter.state)]
        and policies.can_void(user, letter)
        and ReasonForm(auto_id=VOID),
        "may_receive": letter.state == State.SERVED and policies.can_receive(user, letter),
    }


def steps(letter):
    """The way of the letter as a time line."""
    passed = [
        (_("拟稿"), letter.drafted_at, letter.drafted_by),
        (_("核稿"), letter.checked_at, letter.checked_by),
        (_("签发"), letter.issued_on, letter.issued_by),
        (_("送达"), letter.served_on, None),
        (_("签收"), letter.received_at, letter.received_by),
    ]
    line, is_now_shown = [], letter.state == State.VOIDED
    for label, at, who in passed:
        if at:
            line.append({"label": label, "at": at, "state": "done", "text": str(who or "")})
        elif letter.state != State.VOIDED:
            line.append({"label": label, "state": "todo" if is_now_shown else "now", "text": ""})
            is_now_shown = True
    if letter.state == State.VOIDED:
        line.append({"label": _("作废"), "state": "back", "text": letter.voided_because})
    elif letter.received_at:
        is_done = letter.state == State.COMPLETED
        is_answered = is_done or letter.state == State.REPLIED
        closing = "done" if is_done else "now" if is_answered else "todo"
        line.append({"label": _("回复，逐项报送整改方案"), "state": "done" if is_answered else "now", "text": ""})
        line.append({"label": _("全部整改项销号，函办结"), "state": closing, "text": ""})
    return line


def letter_edit(request, uid):
    letter = found(request, uid)
    require(policies.can_edit(request.user, letter), _("函由党风政风室的工作人员拟稿。"))
    if request.method == "GET" and (blockers := letter.rewriting_blockers()):
        for blocker in blockers:
            messages.info(request, blocker)
        return redirect(letter)
    form = forms.LetterForm(request.POST or None, letter=letter)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_letter(seen(request, letter), **form.chosen, by=request.user)
        except RuleViolation as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("已保存"))
            return redirect(letter)
    return render(request, "notices/letter_edit.html", {"letter": letter, "form": form, "findings": letter.printed_findings()})


@require_POST
def letter_check(request, uid):
    letter = found(request, uid)
    require(policies.can_check(request.user, letter), _("函由另一位工作人员或领导核稿。"))
    actions.check_letter(seen(request, letter), by=request.user)
    messages.success(request, _("已核稿，等待签发"))
    return redirect(letter)


@kept.button_on("notices:letter")
def letter_return(request, uid):
    letter = found(request, uid)
    require(policies.can_send_back(request.user, letter), _("函由工作人员或审批领导退回。"))
    form = ReasonForm(request.POST, auto_id=BACK)
    if not form.is_valid():
        return show(request, letter, send_back=form)
    actions.return_letter(letter, **form.cleaned_data, by=request.user)
    messages.success(request, _("已退回拟稿"))
    return redirect(letter)


@require_POST
def letter_issue(request, uid):
    letter = found(request, uid)
    require(policies.can_issue(request.user, letter), _("函由审批领导签发。"))
    actions.issue_letter(seen(request, letter), by=request.user, today=timezone.localdate())
    messages.success(request, _("已签发，文号 %(number)s") % {"number": letter.document_number})
    return redirect(letter)


@require_POST
def letter_receive(request, uid):
    letter = found(request, uid)
    require(policies.can_receive(request.user, letter), _("函由主送单位的人签收。"))
    actions.receive_letter(letter, by=request.user, now=timezone.now())
    messages.success(request, _("已签收"))
    return redirect(letter)


def letter_preview(request, uid):
    """How the letter will look, with 草稿 across it; once it is issued, only the frozen paper is shown."""
    letter = found(request, uid)
    require(policies.can_preview(request.user, letter), DRAFTS)
    if letter.number:
        return redirect(reverse("notices:letter_paper", args=[letter.uid]))
    pdf = papers.render({**letter.paper_context(today=timezone.localdate()), "is_draft": True})
    return paper.answer(pdf, _("草稿"))


def letter_paper(request, uid):
    letter = found(request, uid)
    require(policies.can_read_paper(request.user, letter), PAPERS)
    if letter.paper is None:
        raise Http404
    return files.response(letter.paper, inline=True)


def letter_word(request, uid):
    """The same words to go on working with; what was issued stays the frozen paper."""
    letter = found(request, uid)
    if letter.paper:
        require(policies.can_read_paper(request.user, letter), PAPERS)
    else:
        require(policies.can_preview(request.user, letter), DRAFTS)
    content = words.render({**letter.paper_context(today=timezone.localdate()), "is_draft": letter.paper is None})
    return word.response(f"{letter.document_number or letter.title}.docx", content)
