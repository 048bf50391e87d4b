"""The stops of a round, B0 to B10, as the page of the ballot shows them: what is done, who presses next, what is missing."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ballots.models import Box
from core.days import moment
from reviews.models import ReviewSession
from scoring import policies, rules
from scoring.actions import correction, ending, manifest, opening, outside, steps
from scoring.models import Occasion, StepRequest
from scoring.views.waiting import reason_of

Step = StepRequest.Step
ORDER = ["prepare", "setup", "keys", "cards", "open", "close", "grace", "table", "opening", "count", "publish", "archive"]
AT = {
    Box.State.ABORTED: "void",
    Box.State.SEALED_SETUP: "open",
    Box.State.OPEN: "close",
    Box.State.CLOSING: "grace",
    Box.State.PUBLISHED: "archive",
}
TWO = {
    "setup": Step.SETUP,
    "open": Step.OPEN,
    "close": Step.CLOSE,
    "publish": Step.PUBLISH,
    "archive": Step.ARCHIVE,
    "void": Step.VOID,
}


@dataclass(frozen=True)
class Place:
    """The stop a round stands at. To know it after the close all that lies in the box is counted, so it is asked for once a request.

    "void" when its box is given up and that was not noted here; "done" when nothing is left to do.
    """

    stop: str
    # Why the urn may not be opened yet: what lies on the table, None where nobody looked, and what comes into the scores from elsewhere.
    blockers: list[str] | None = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def was_held_before(round, session):
    """Whether the meeting voted on paper, before the system was in use: nothing of its ballot is here, and nothing is to be done."""
    return round is None and session.is_at_least(ReviewSession.State.COUNTED) and not session.is_voted_again


def place_of(round, count) -> Place:
    if round is None:
        return Place("prepare")
    state = round.state
    if state == Box.State.DRAFT:
        return Place("setup" if not round.has_box else "cards" if round.has_keys else "keys")
    if state == Box.State.CLOSED:
        blockers, unsettled = opening.table_blockers(round), opening.outside_blockers(round)
        return Place("table" if blockers or unsettled else "opening", blockers, unsettled)
    if round.is_opened and round.correction:
        return Place("count" if correction.is_uncounted(round, count) else "opening")
    if state == Box.State.OPENED or (state == Box.State.PUBLISHED and not count.is_published):
        return Place("publish" if count and count.is_confirmed else "count")
    return Place(AT.get(state, "done"))


def stops(round, count, here: str):
    """[{key, label, who, state, at, text}…] for the page."""
    order = ["void"] if here == "void" else ORDER
    place = order.index(here) if here in order else len(order)
    words, times = labels(), moments(round, count)
    rows = []
    for n, key in enumerate(order):
        label, who, text = words[key]
        state = "done" if n < place else "now" if n == place else "todo"
        at = times.get(key, "") if state == "done" else ""  # of what a correction does anew, the earlier time
        rows.append({"key": key, "label": label, "who": who, "text": text, "state": state, "at": at})
    return rows


def labels():
    organiser, scrutineer = _("工作人员"), _("监票人")
    two = _("工作人员、监票人")
    return {
        "prepare": (_("选定方案，确定票卡数"), organiser, _("每个票种的到会人数；票卡另备一成，至少 3 张")),
        "setup": (_("建立票箱"), two, _("一人提出，另一人 15 分钟内确认")),
        "keys": (_("制作开箱钥匙"), scrutineer, _("在监票人的浏览器里产生，三张钥匙卡，任意两张开箱")),
        "cards": (_("制作、打印票卡"), scrutineer, _("服务器先存下票卡清单，然后才能打印")),
        "open": (_("开始投票"), two, _("会议开到评议环节")),
        "close": (_("宣布截止"), two, _("先录完纸票；票数每 20 秒更新一次，只按五张一档显示")),
        "grace": (_("等 30 秒，关箱"), two, _("平板把最后的票送完，然后不再收票")),
        "table": (_("清点桌面：作废剩卡，登记实发数"), _("监票人、计票人"), _("逐张扫描作废；未交回的写明原因")),
        "opening": (_("两张钥匙卡开箱"), scrutineer, _("对照大屏上的收到清单根码；整张的票不离开开箱页")),
        "count": (_("计票、签字、确认"), _("计票人、监票人、审批领导"), _("两人签字后由审批领导确认")),
        "publish": (_("公布结果"), _("审批领导、监票人"), _("公布后可以在另一台平板上核对自己的票")),
        "void": (_("作废本轮"), two, _("票箱已经作废，这里却没有登记完：再办一次，才能开始新的一轮")),
        "archive": (_("投票异议期满，宣布终局"), two, _("钥匙卡当众粉碎，密封的票从服务器上删除")),
    }


def moments(round, count):
    if round is None:
        return {}
    at = {"open": round.opened_at, "close": round.closing_at, "grace": round.closed_at}
    if count:
        at |= {"opening": count.counted_at, "count": count.confirmed_at}
        at |= {"publish": count.publication.at} if count.is_published else {}
    return {key: moment(value) for key, value in at.items() if value}


def next_step(user, session, round, count, waits, place, *, now) -> dict | None:
    """The one next step as `components/next_step.html` wants it, for this person. A void round asked for stands above it (`waits`) and
    takes it from nobody: until a second person agrees the voting goes on.
    """
    here = place.stop
    if here == "done":
        return None
    label, who, text = labels()[here]
    step = {"title": label, "why": _("由%(who)s办。%(text)s。") % {"who": who, "text": text}, "button": label, "blockers": []}
    if here == "archive" and not hasattr(round, "ending"):
        return step | end_first(user, session, round, count, now=now)
    if here == "void" and Step.VOID not in waits:
        return step  # the page asks for it, with the reason
    if here == "publish":
        step["seen"] = count.result_hash
    if here in TWO:
        step |= two_persons(user, session, round, TWO[here], waits.get(TWO[here]), now=now)
        return step | {"why": step["why"] + before_voting(session, round)} if here == "open" else step
    if here == "count" and (count is None or round.correction):
        return step | count_again(user, session)
    if here == "opening" and round.correction:
        return step | corrected(user, session, round, count)
    page, may = PAGES[here]
    if may(user, session):
        url = reverse(page, args=[session.uid])
        if here == "grace":
            step |= {"url": url, "button": _("关箱，停止收票"), "blocked": now < round.grace_ends_at}
        else:
            step |= {"link": url}
        if here == "cards" and (drifted := manifest.drift_blockers(round)):
            step |= {"link": reverse("scoring:ballot_keys", args=[session.uid]), "button": _("重新制作开箱钥匙")}
            step["blockers"] = [{"text": text} for text in drifted]
    if here == "prepare" and not session.is_awaiting_result:
        step = {"title": label, "why": _("会议批准以后才能准备评议票。"), "blockers": []}
    if here == "table":
        seen = place.blockers if place.blockers and policies.can_see_numbers(user, session) else []
        step["blockers"] = [{"text": text} for text in seen] + outside_lines(session, place.outside)
    if place.outside and place.blockers == []:
        step |= {"title": _("会外事项办完，才能开箱"), "why": WHY_OUTSIDE} | to_occasions(session)
    return step


WHY_OUTSIDE = gettext_lazy("工作人员登记，审批领导确认。密封的票一取出，就不能再登记、确认或撤销。")


def to_occasions(session):
    return {"link": reverse("scoring:occasion_list", args=[session.uid]), "button": _("看会外事项")}


def outside_lines(session, reasons):
    """Each with the page where it is settled."""
    to = to_occasions(session)
    return [{"text": text, "url": to["link"], "label": to["button"]} for text in reasons]


PAGES = {
    "prepare": ("scoring:ballot_prepare", policies.can_prepare),
    "keys": ("scoring:ballot_keys", policies.can_hold_keys),
    "cards": ("scoring:ballot_cards", policies.can_hold_keys),
    "grace": ("scoring:ballot_close", lambda user, session: policies.can_take_part(user, Step.CLOSE)),
    "table": ("scoring:ballot_table", policies.can_note_cards),
    "opening": ("scoring:ballot_opening", policies.can_hold_keys),
    "count": ("scoring:results", policies.can_see_results),
}


def before_voting(session, round):
    """What is still to come from outside the hall, for who starts before it has."""
    if session.state != ReviewSession.State.IN_PROGRESS:
        return ""
    missing = outside.figure_blockers(session, round.scheme.plan(), Occasion.objects.of(session).live().entries())
    said = "".join(_("%(reason)s。") % {"reason": reason} for reason in missing)
    unread = Occasion.objects.of(session).waiting().count() if outside.takes_any(round) else 0
    said += _("还有 %(n)d 项会外事项没有确认，开箱以前须办完。") % {"n": unread} if unread else ""
    return said + too_few(session, round.scheme.plan())


def too_few(session, plan):
    """Groups in which too few are here for a score, whoever votes: cards of a neighbour group or more people cure it only now."""
    present = {group.code: group.present for group in session.audience.with_presence()}
    _merged, small = rules.expected_merges(plan, present)
    told = ({"name": plan.groups[code].name, "n": present[code], "least": plan.groups[code].min_ballots} for code in small)
    return "".join(_("%(name)s只到了 %(n)d 人，不足 %(least)d 票，按方案谁都不出分。") % one for one in told)


def count_again(user, session):
    """The urn was opened and its transcript stored, but the counting broke off."""
    url = reverse("scoring:ballot_count", args=[session.uid]) if policies.can_hold_keys(user, session) else ""
    return {"title": _("计票"), "button": _("计票"), "url": url, "why": _("开箱记录已经存下，计票没有完成。由监票人再计一次。")}


def corrected(user, session, round, count):
    """After two persons agreed on a correction: what is to be put right, then the urn is opened and signed once more."""
    agreed = round.correction
    told = {"who": agreed.asked_by, "with": agreed.confirmed_by, "reason": agreed.reason, "n": count.version + 1}
    blockers = opening.opening_blockers(round)
    may_open = policies.can_hold_keys(user, session) and not blockers
    return {
        "title": _("更正：改正以后重新开箱、签名"),
        "why": _(
            "%(who)s提出、%(with)s确认，理由：%(reason)s。由工作人员改实名评分，监票人、计票人改实发数；然后监票人用两张钥匙卡开箱，"
            "选票一张不变，另签一份计票文件，作为第 %(n)d 版计票、签字、确认、公布。"
        )
        % told,
        "button": _("去开箱、签名"),
        "link": reverse("scoring:ballot_opening", args=[session.uid]) if may_open else "",
        "blockers": [{"text": text, "url": where_to_correct(user, session, round), "label": _("去改")} for text in blockers],
    }


def where_to_correct(user, session, round):
    """The page on which this person puts right what was written down; "" for all others."""
    if policies.can_note_cards(user, session):
        return reverse("scoring:ballot_numbers", args=[session.uid])
    group = round.groups.filter(is_named=True).first()
    return (
        reverse("scoring:ballot_named", args=[session.uid, group.letter])
        if group and policies.can_enter_named(user, group)
        else ""
    )


def end_first(user, session, round, count, *, now):
    """Before the sealed ballots are destroyed it is written down what the room has seen."""
    url = reverse("scoring:ballot_end", args=[session.uid]) if policies.can_note_ending(user, session) else ""
    blockers = [{"text": text} for text in ending.note_blockers(round, now=now)]
    why = _("主持人宣布终局，当众粉碎钥匙卡、票卡，清除平板，由工作人员或监票人登记；然后两个人销毁密封票。")
    title = _("等投票异议期满，再登记终局") if ending.minutes_left(count, now) else _("投票异议期满，登记终局")
    return {"title": title, "button": _("登记终局"), "link": url, "blockers": blockers, "why": why}


def two_persons(user, session, round, step, wait, *, now):
    """Ask, confirm or wait."""
    others = {"who": policies.OPERATES[step].label}
    if wait:
        told = {"who": wait.asked_by, "at": moment(wait.asked_at), "until": moment(wait.expires_at)}
        if wait.may_confirm:
            return {
                "title": _("确认：%(step)s") % {"step": step.label},
                "button": wait.question["yes"],
                "confirm": wait.question,
                "why": _("%(who)s于 %(at)s 提出，%(until)s 前有效。") % told + reason_of(wait),
                "url": reverse("scoring:ballot_confirm", args=[session.uid, wait.pk]),
            }
        return {
            "title": _("等待另一人确认：%(step)s") % {"step": step.label},
            "why": _("%(who)s于 %(at)s 提出，须由另一人在 %(until)s 前确认。") % told + reason_of(wait),
            "withdraw": reverse("scoring:ballot_withdraw", args=[session.uid, wait.pk]) if user.pk == wait.asked_by_id else "",
        }
    blockers = [{"text": text} for text in steps.step_blockers(round, step, now=now)]
    shown = {"blockers": blockers, "blocked": bool(blockers)}
    if not policies.can_take_part(user, step):
        return shown
    shown |= {
        "button": _("提出%(step)s") % {"step": step.label},
        "url": reverse("scoring:ballot_ask", args=[session.uid, step]),
        "why": _("由%(who)s和监票人两个人办：一人提出，另一人 15 分钟内确认。") % others,
    }
    if step == Step.OPEN and session.state not in (ReviewSession.State.IN_PROGRESS,) and session.is_open_to_change:
        shown |= {"url": "", "why": _("票卡已备好。会议开到评议环节时，由工作人员和监票人两个人开始投票。")}
    return shown


def version(round, count, waits, *, now) -> str:
    """Changes whenever the page should be drawn anew."""
    if round is None:
        return "none"
    requests = sorted((wait.step, wait.pk) for wait in waits.values())
    grace = round.state == Box.State.CLOSING and now >= round.grace_ends_at
    signed = (
        (bool(count.teller_at), bool(count.scrutineer_at), count.is_confirmed, count.is_published, count.version) if count else ()
    )
    signed += (bool(round.correction),) if round.is_opened else ()
    is_closed = round.state == Box.State.CLOSED and outside.takes_any(round)
    entries = [*Occasion.objects.of(round.session).live().values_list("pk", "state").order_by("pk")] if is_closed else []
    over = round.state == Box.State.PUBLISHED and not ending.minutes_left(count, now)
    parts = [round.number, round.state, round.has_keys, grace, over, hasattr(round, "ending"), *requests, *signed, *entries]
    return "-".join(str(part) for part in parts).replace(" ", "")
