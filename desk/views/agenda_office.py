"""The desks of the office and of the leaders who approve."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Count as CountOf
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import clock
from core.language import chinese
from desk.views.line import WEEK, Line
from live.models import Hall
from notices.models import Letter
from rectification.actions import session as sessions
from rectification.models import CloseOut, Finding, RectificationItem, RectificationPlan
from rectification.rules import RED_AFTER
from reviews.models import Digest, Minutes, Opinion, PreparationTask, ReviewReport, ReviewSession, SessionSubject
from reviews.policies import session as policies
from reviews.views import frame, timetable
from scoring import rules
from scoring.actions.sheets import category_name
from scoring.models import BallotRound, Count, Occasion, Scheme
from scoring.views.waiting import waits_for

State = ReviewSession.State
HALL = [State.IN_PROGRESS, State.VOTING_OPEN, State.VOTING_CLOSED]
AFTER = [State.COUNTED, State.CONFIRMED, State.FED_BACK, State.CLOSED]


def steps_to_confirm(user, today):
    """What another has asked for at the ballot and this person is the second for, within a quarter of an hour."""
    for wait in waits_for(user):
        told = {"who": wait.asked_by, "at": clock(wait.asked_at), "title": wait.round.session.title}
        until = _("%(until)s 前") % {"until": clock(wait.expires_at)}
        title = _("确认：%(step)s") % {"step": wait.get_step_display()}
        note = _("%(who)s于 %(at)s 提出，%(title)s") % told
        yield Line(title, wait.get_absolute_url(), _("去确认"), note, today, until, "warn")


def next_steps(user):
    """The one next step of every session that is this person's to take, from the meeting on; a draft's belongs to who plans."""
    now, signed = timezone.now(), signed_by(user)
    for session in ReviewSession.objects.visible_to(user).filter(state__in=[State.DRAFT, State.READY, *HALL, *AFTER]):
        step = session.step_of_state(now=now)
        if session.state == State.DRAFT and policies.can_plan(user):
            yield Line(_("拟好会议安排，提交审批"), session.get_absolute_url(), _("去拟定"), session.title, session.date)
        elif step and policies.can_take(user, step) and not (step.key == "confirm" and session.pk in signed):
            url = frame.url_of(step.target, session)
            state = {"word": _("进行中"), "kind": "doing"} if is_on(session) else {}
            due = session.date if session.state == State.READY else None
            yield Line(step.title, url, short_button(step), session.title, due, **state)


def signed_by(user):
    """Sessions whose count waits for others only: who has signed it neither signs again nor confirms."""
    signed = Count.objects.filter(Q(teller=user) | Q(scrutineer=user), round__voided_at=None, confirmed_at=None)
    return set(signed.values_list("round__session", flat=True))


def is_on(session):
    return session.state in HALL or session.is_ahead_of_vote


def halls():
    """Consoles of meetings whose next step lies elsewhere: the projector is still theirs, and the record."""
    for hall in (
        Hall.objects.filter(session__state__in=[*HALL[1:], *AFTER])
        .exclude(session__minutes__state="CONFIRMED")
        .select_related("session")
    ):
        shown = {"word": _("进行中"), "kind": "doing"} if is_on(hall.session) else {"word": _("会后"), "kind": "info"}
        url = frame.url_of("live:console", hall.session)
        yield Line(_("会场控制台：大屏、议程、签到"), url, _("会场"), hall.session.title, **shown)


def figures():
    """Meetings whose scheme counts figures from elsewhere which somebody still lacks: without them no urn is opened."""
    rounds = BallotRound.objects.filter(voided_at=None, unsealed_at=None, session__state__in=[*ReviewSession.UNDER_WAY, *HALL])
    rounds = [round for round in rounds.select_related("scheme", "session") if rules.occasions.figure_groups(round.scheme.plan())]
    subjects, entries = defaultdict(list), defaultdict(list)
    if rounds:
        sessions = [round.session_id for round in rounds]
        with chinese():  # a scheme calls the categories so
            for subject in SessionSubject.objects.filter(session__in=sessions):
                subjects[subject.session_id].append((subject.code, category_name(subject)))
        for occasion in Occasion.objects.live().filter(subject__session__in=sessions).select_related("subject"):
            entries[occasion.subject.session_id].append(occasion.entry)
    for round in rounds:
        plan, key = round.scheme.plan(), round.session_id
        for code, lacking in rules.occasions.without_figure(plan, subjects[key], entries[key]).items():
            n, url = len(lacking), reverse("scoring:occasion_list", args=[round.session.uid])
            title = ngettext("登记“%(group)s”：还缺 %(n)d 位的数据", "登记“%(group)s”：还缺 %(n)d 位的数据", n)
            yield Line(
                title % {"group": plan.groups[code].name, "n": n}, url, _("去登记"), round.session.title, round.session.date
            )


def short_button(step):
    return {"live:console": _("会场"), "scoring:ballot": _("评廉"), "scoring:results": _("结果")}.get(step.target, _("去办"))


def tasks(user, today, kinds=PreparationTask.Kind.values):
    """Preparation dates that are late or due within the week."""
    due = PreparationTask.objects.open().filter(due_on__lt=today + timedelta(days=WEEK), kind__in=kinds)
    for task in due.exclude(kind="MEETING").select_related("session"):
        tab = timetable.TABS.get(task.kind, "session")
        may = policies.can_enter(user, task.session, tab)
        url = frame.url_of(frame.TABS[tab], task.session) if may else task.session.get_absolute_url()
        is_noted_by_others = task.is_by_hand and not policies.can_edit(user, task.session)
        note = _("%(title)s，办完由工作人员登记") if is_noted_by_others else "%(title)s"
        button = _("查看") if is_noted_by_others else _("去办")
        yield Line(str(task), url, button, note % {"title": task.session.title}, task.due_on)


# --- office ------------------------------------------------------------------------------------------------


def office(user, today):
    yield from steps_to_confirm(user, today)
    yield from next_steps(user)
    yield from halls()
    yield from figures()
    yield from tasks(user, today)
    yield from reports(today, is_last_round=False)
    yield from opinions()
    yield from digests()
    yield from schemes()
    yield from findings()
    yield from unlettered()
    yield from put_right()
    yield from letters(user)
    yield from verified()
    yield from minutes()
    yield from red(today)
    yield from late_plans(today)


def reports(today, *, is_last_round):
    """Reports handed in; after the last round they are the leader's."""
    returned = CountOf("versions__reviews", filter=Q(versions__reviews__is_passed=False))
    most = F("subject__session__rule_set__report_rounds")
    waiting = ReviewReport.objects.filter(state=ReviewReport.State.SUBMITTED, subject__session__state__in=ReviewSession.UNDER_WAY)
    waiting = waiting.annotate(returned=returned).select_related("subject__session").prefetch_related("versions")
    for report in waiting.filter(returned__gte=most) if is_last_round else waiting.filter(returned__lt=most):
        version = report.last_version
        note = _("%(version)s，%(title)s") % {"version": version, "title": report.subject.session.title}
        title = (_("复审%(name)s修改后的述责述廉报告") if report.returned else _("审查%(name)s的述责述廉报告")) % {
            "name": report.subject.name
        }
        yield Line(title, reverse("reviews:report_review", args=[report.uid]), _("审查"), note)


def opinions():
    new = Opinion.objects.unsorted().filter(session__state__in=ReviewSession.UNDER_WAY)
    for row in new.values("session__uid", "session__title").annotate(n=CountOf("pk")).order_by("session__title"):
        title = ngettext("归类 %(n)d 条新收到的意见", "归类 %(n)d 条新收到的意见", row["n"]) % {"n": row["n"]}
        url = reverse("reviews:opinion_list", args=[row["session__uid"]], query={"state": Opinion.State.COLLECTED})
        yield Line(title, url, _("归类"), row["session__title"])


def digests():
    """Digests being written, and those that came back."""
    drafts = Digest.objects.filter(state=Digest.State.DRAFT, session__state__in=ReviewSession.UNDER_WAY)
    for digest in drafts.select_related("session").order_by("session__date"):
        url = reverse("reviews:digest", args=[digest.session.uid])
        if digest.returned_because:
            yield Line(_("修改退回的意见汇总"), url, _("去修改"), digest.session.title, None, _("退回"), "bad")
        else:
            yield Line(_("写好意见汇总，提交审批"), url, _("去汇总"), digest.session.title)


def schemes():
    """Schemes that a leader did not lock but sent back."""
    for scheme in Scheme.objects.filter(state=Scheme.State.DRAFT).exclude(returned_because=""):
        title, url = _("修改退回的计分方案"), scheme.get_absolute_url()
        yield Line(title, url, _("去修改"), f"{scheme.label}　{scheme.name}", None, _("退回"), "bad")


def findings():
    new = Finding.objects.undecided().values("subject__session__uid", "subject__session__title").annotate(n=CountOf("pk"))
    for row in new.order_by("subject__session__title"):
        title = ngettext("确认 %(n)d 个问题", "确认 %(n)d 个问题", row["n"]) % {"n": row["n"]}
        url = reverse("rectification:session_items", args=[row["subject__session__uid"]])
        yield Line(title, url, _("去确认"), row["subject__session__title"])


def unlettered():
    """Problems confirmed after the first letters went out; before that the session's own next step asks for them."""
    left = Finding.objects.unlettered().filter(subject__session__state=State.RECTIFYING)
    for row in left.values("subject__session__uid", "subject__session__title").annotate(n=CountOf("pk")):
        title = ngettext("拟提醒函：%(n)d 个已确认的问题", "拟提醒函：%(n)d 个已确认的问题", row["n"]) % {"n": row["n"]}
        url = reverse("rectification:session_items", args=[row["subject__session__uid"]])
        yield Line(title, url, _("去拟函"), row["subject__session__title"])


def put_right():
    """Sessions in which nothing is left open: they wait to be closed. Of the many with open items nothing more is asked."""
    open_items = RectificationItem.objects.open().values("subject__session")
    now = timezone.now()
    for session in ReviewSession.objects.filter(state=State.RECTIFYING).exclude(pk__in=open_items):
        if not sessions.closing_blockers(session, now=now):
            url = reverse("rectification:session_items", args=[session.uid])
            yield Line(_("办结本场会议的整改"), url, _("办结"), session.title)


def letters(user):
    """Drafts of others to be checked, own drafts, and issued letters to be served."""
    found = Letter.objects.filter(state__in=[Letter.State.DRAFT, Letter.State.ISSUED]).select_related("unit")
    for letter in found.prefetch_related("writers"):
        words = {"unit": letter.unit, "number": letter.document_number}
        if letter.state == Letter.State.ISSUED:
            yield Line(_("送达%(number)s（%(unit)s）") % words, letter.get_absolute_url(), _("送达"), letter.title)
        elif letter.is_by(user):
            yield Line(_("等待另一人核稿：致%(unit)s的提醒函") % words, letter.get_absolute_url(), _("看稿"), letter.title)
        else:
            yield Line(_("核稿：致%(unit)s的提醒函") % words, letter.get_absolute_url(), _("核稿"), letter.title)


def verified():
    waiting = Q(close_outs__confirmed_at=None, close_outs__declined_at=None, close_outs__isnull=False)
    for item in RectificationItem.objects.filter(state="VERIFIED").exclude(waiting).select_related("unit").distinct():
        yield Line(_("提出销号：%(text)s") % {"text": item.text}, item.get_absolute_url(), _("销号"), str(item.unit))


def minutes():
    """Meetings that are over and counted, whose minutes nobody has handed in."""
    handed_in = [Minutes.State.SUBMITTED, Minutes.State.CONFIRMED]
    held = Hall.objects.filter(session__state__in=[*AFTER, State.RECTIFYING]).exclude(session__minutes__state__in=handed_in)
    for hall in held.select_related("session"):
        url = reverse("live:minutes", args=[hall.session.uid])
        yield Line(_("整理会议记录，提交确认"), url, _("整理"), hall.session.title)


def late_plans(today):
    """Units whose plan is late: somebody has to call them."""
    for item in RectificationItem.objects.filter(state__in=RectificationItem.AWAIT_PLAN, plan_due_on__lt=today).select_related(
        "unit"
    ):
        title, note = _("方案逾期：%(text)s"), _("%(unit)s，请联系单位，问清没有报方案的原因")
        yield Line(title % {"text": item.text}, item.get_absolute_url(), _("查看"), note % {"unit": item.unit}, item.plan_due_on)


def red(today):
    """Items ten days late or more: somebody has to call the unit; on the page stands how far it is."""
    items = RectificationItem.objects.open().filter(due_on__lte=today - timedelta(days=RED_AFTER)).select_related("unit")
    for item in items:
        title, note = _("红色预警：%(text)s"), _("%(unit)s，请联系单位，问清没有改完的原因")
        yield Line(title % {"text": item.text}, item.get_absolute_url(), _("查看"), note % {"unit": item.unit}, item.due_on)


# --- leaders -----------------------------------------------------------------------------------------------


def leader(user, today):
    yield from steps_to_confirm(user, today)
    yield from next_steps(user)
    for wait in approvals():
        if user.pk in wait["hands"]:
            continue
        yield Line(wait["title"], wait["url"], wait["button"], waited(wait, today))
    yield from reports(today, is_last_round=True)
    yield from tasks(user, today, kinds=["QUESTIONS"])


def approvals():
    """Everything that waits for a leader: {title, url, button, since, hands}; whose hands it went through may not decide it."""
    for session in ReviewSession.objects.filter(state=State.PLANNED):
        title = _("会议安排：%(title)s") % {"title": session.title}
        yield waiting(title, session.get_absolute_url(), _("审批"), hands={session.submitted_by_id})
    digests = Digest.objects.filter(state=Digest.State.SUBMITTED, session__state__in=ReviewSession.UNDER_WAY)
    for digest in digests.select_related("session").prefetch_related("writers"):
        title = _("意见汇总：%(title)s") % {"title": digest.session.title}
        url = reverse("reviews:digest", args=[digest.session.uid])
        yield waiting(title, url, _("审批"), hands={digest.submitted_by_id, *keys(digest.writers)})
    for scheme in Scheme.objects.filter(state=Scheme.State.SUBMITTED):
        title = _("计分方案：%(scheme)s　%(name)s") % {"scheme": scheme.label, "name": scheme.name}
        yield waiting(title, scheme.get_absolute_url(), _("锁定"), scheme.submitted_at, hands=scheme.hands)
    for session, occasions in unread_occasions().items():
        n, enterers = len(occasions), {occasion.entered_by_id for occasion in occasions}
        title = ngettext("会外事项 %(n)d 项：%(title)s", "会外事项 %(n)d 项：%(title)s", n) % {"n": n, "title": session.title}
        url, since = reverse("scoring:occasion_list", args=[session.uid]), min(occasion.entered_at for occasion in occasions)
        yield waiting(title, url, _("确认"), since, hands=enterers if len(enterers) == 1 else ())
    submitted = Minutes.objects.filter(state=Minutes.State.SUBMITTED)
    for minutes in submitted.select_related("session").prefetch_related("writers"):
        title = _("会议记录：%(title)s") % {"title": minutes.session.title}
        url = reverse("live:minutes", args=[minutes.session.uid])
        yield waiting(title, url, _("确认"), hands={minutes.submitted_by_id, *keys(minutes.writers)})
    for letter in Letter.objects.filter(state=Letter.State.CHECKED).select_related("unit").prefetch_related("writers"):
        title, hands = _("提醒函：%(unit)s") % {"unit": letter.unit}, {letter.checked_by_id, *keys(letter.writers)}
        yield waiting(title, letter.get_absolute_url(), _("签发"), letter.checked_at, hands=hands)
    plans = RectificationPlan.objects.filter(item__state="PLAN_SUBMITTED", approved_at=None, returned_because="")
    for plan in plans.select_related("item__unit"):
        title = _("整改方案：%(unit)s　%(text)s") % {"unit": plan.item.unit, "text": plan.item.text}
        yield waiting(title, plan.item.get_absolute_url(), _("审定"), plan.submitted_at, hands={plan.submitted_by_id})
    closing = CloseOut.objects.filter(confirmed_at=None, declined_at=None).select_related("item__unit", "verification")
    for close in closing.prefetch_related("item__plans", "item__evidence", "item__events"):
        title = _("销号：%(unit)s　%(text)s") % {"unit": close.item.unit, "text": close.item.text}
        hands = {close.proposed_by_id, close.verification.verifier_id, *close.item.submitters()}
        yield waiting(title, close.item.get_absolute_url(), _("批准"), close.proposed_at, hands=hands)


def unread_occasions():
    """{session: what was entered for it and nobody has confirmed}, while that can still be done."""
    sessions = ReviewSession.objects.filter(state__in=[*ReviewSession.UNDER_WAY, *HALL, State.COUNTED])
    rounds = BallotRound.objects.filter(voided_at=None, unsealed_at=None, session__in=sessions).values("session")
    found = {}
    for occasion in Occasion.objects.waiting().filter(subject__session__in=rounds).select_related("subject__session"):
        found.setdefault(occasion.subject.session, []).append(occasion)
    return found


def keys(people):
    return (person.pk for person in people.all())


def waiting(title, url, button, since=None, hands=()):
    return {"title": title, "url": url, "button": button, "since": since, "hands": hands}


def waited(wait, today):
    """“已等 2 天”; nothing where the day is not kept."""
    if wait["since"] is None:
        return ""
    days = (today - timezone.localtime(wait["since"]).date()).days
    return ngettext("已等 %(n)d 天", "已等 %(n)d 天", days) % {"n": days} if days > 0 else _("今天送到")
