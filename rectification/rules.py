"""From a problem to its close-out: periods, warnings, who may not follow whom. Plain values; checked on paper (lifecycles.md 5.10)."""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import calendar
from reviews.rules.session import Blocker, Step, later

BLUE_BEFORE, YELLOW_AFTER, RED_AFTER, PROPOSAL_AFTER = 5, 1, 10, 20  # days around the due day (lifecycles.md, timers)
STEPS = 6  # plan, approval, evidence, verification, proposal, close-out: what the bar of an item counts
STEPS_DONE = {
    "PENDING_PLAN": 0,
    "PLAN_SUBMITTED": 1,
    "PLAN_RETURNED": 0,
    "IN_PROGRESS": 2,
    "EVIDENCE_SUBMITTED": 3,
    "UNDER_VERIFICATION": 3,
    "EVIDENCE_RETURNED": 2,
    "VERIFIED": 4,
    "CLOSED": 6,
}


# --- periods -----------------------------------------------------------------------------------------------


def plan_due(served_on: dt.date, days: int) -> dt.date:
    """The plan is due so many days after service (rule set; documents.md 4.6: ten), on the next working day where that is none."""
    return calendar.days_after(served_on, days)


def due(served_on: dt.date, months: int, promised_on: dt.date | None = None) -> dt.date:
    """So many calendar months after service (rule set; JS13: one), or the day promised in the hall where that is still to come."""
    is_ahead = promised_on is not None and promised_on > served_on
    return promised_on if is_ahead else calendar.month_after(served_on, months)


def plan_day_faults(day: dt.date, *, today: dt.date, due_on: dt.date, is_long_term: bool) -> list[str]:
    """Why a plan may not promise this day. Where the item's own period is over, its last day stays possible: the item is overdue."""
    if day < min(today, due_on):
        return [_("完成时限 %(day)s 已经过去，请填今天或者以后的日期") % {"day": calendar.written(day)}]
    if day > due_on and not is_long_term:
        told = {"day": calendar.written(due_on)}
        return [_("完成时限晚于 %(day)s；确需更长时间的，类型选“长期整改”，由领导审定") % told]
    return []


def months_in_words(months: int) -> str:
    """1 → 一, 2 → 两, as one says it before 个月; beyond six in figures."""
    return "一两三四五六"[months - 1] if months <= 6 else str(months)


# --- warnings ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Urgency:
    """How urgent an open item is. Computed from days, never stored (finding 4). `kind` is the badge it is shown with."""

    level: int
    code: str
    kind: str = ""
    colour: str = ""
    text: str = ""
    proposes: bool = False  # that the leader consider handing the matter over; the system never decides

    @property
    def word(self):
        return f"{self.colour} {self.text}".strip()


def warning(due_on: dt.date, today: dt.date, *, is_closed: bool = False) -> Urgency:
    """The colour of an item: blue from five days before its due day, yellow and red after it; a fourth level only proposes."""
    if is_closed:
        return Urgency(0, "NONE")
    late = (today - due_on).days
    if late < -BLUE_BEFORE:
        return Urgency(0, "NONE", text=_("正常"))
    if late < 0:
        return Urgency(1, "BLUE", "info", _("蓝"), ngettext("还有 %(n)d 天", "还有 %(n)d 天", -late) % {"n": -late})
    if late == 0:
        return Urgency(1, "BLUE", "info", _("蓝"), _("今天到期"))
    over = ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", late) % {"n": late}
    if late < RED_AFTER:
        return Urgency(2, "YELLOW", "warn", _("黄"), over)
    if late < PROPOSAL_AFTER:
        return Urgency(3, "RED", "bad", _("红"), over)
    return Urgency(4, "PROPOSAL", "bad", _("红"), over, proposes=True)


def due_days(code: str, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last due day of items with this warning today; None where it is open on that side."""
    day = dt.timedelta(days=1)
    return {
        "BLUE": (today, today + BLUE_BEFORE * day),
        "YELLOW": (today - (RED_AFTER - 1) * day, today - YELLOW_AFTER * day),
        "RED": (today - (PROPOSAL_AFTER - 1) * day, today - RED_AFTER * day),
        "PROPOSAL": (None, today - PROPOSAL_AFTER * day),
    }[code]


def reminder_days(*, plan_due_on: dt.date | None, due_on: dt.date) -> dict[str, dt.date]:
    """When each reminder of an item goes out; no plan date once the plan is in."""
    day = dt.timedelta(days=1)
    days = {"PLAN": plan_due_on} if plan_due_on else {}
    return {
        **days,
        "BLUE": due_on - BLUE_BEFORE * day,
        "YELLOW": due_on + YELLOW_AFTER * day,
        "RED": due_on + RED_AFTER * day,
        "PROPOSAL": due_on + PROPOSAL_AFTER * day,
    }


def to_remind(days: dict[str, dt.date], today: dt.date) -> dict[str, dt.date]:
    """Of these reminders: every one to come, and of the levels already passed only the highest, so that none is stale."""
    levels = {code: day for code, day in days.items() if code != "PLAN"}
    passed = [code for code, day in levels.items() if day <= today]
    stale = set(passed[:-1])
    return {code: day for code, day in days.items() if code not in stale}


# --- who may not follow whom (finding 5) -------------------------------------------------------------------


def approver_faults(*, approver: int, submitter: int | None) -> list[str]:
    return [_("报送方案的人不能审定自己的方案")] if approver == submitter else []


def verifier_faults(*, verifier: int, submitters: set[int]) -> list[str]:
    return [_("经手方案或佐证的人不能核验，请由另一位核查人员核验")] if verifier in submitters else []


def closer_faults(*, closer: int, submitters: set[int], verifier: int | None, proposer: int | None = None) -> list[str]:
    """Submitter, verifier, and both who close are different people."""
    faults = []
    if closer in submitters:
        faults.append(_("经手方案或佐证的人不能办理销号"))
    if closer == verifier:
        faults.append(_("核验人不能办理销号，请由另一位办理"))
    if proposer is not None and closer == proposer:
        faults.append(_("提出销号的人不能自己批准，请由另一位领导批准"))
    return faults


# --- the session -------------------------------------------------------------------------------------------


def session_blockers(*, unproposed: int, undecided: int, unlettered: int, unfinished: int, open_items: int) -> list[str]:
    """Every reason a session's rectification is not finished; an empty list means it is."""
    blockers = []
    if unproposed:
        blockers.append(_("会议记录里还有 %(n)d 个问题没有提出") % {"n": unproposed})
    if undecided:
        blockers.append(_("还有 %(n)d 个问题没有确认或排除") % {"n": undecided})
    if unlettered:
        blockers.append(_("还有 %(n)d 个已确认的问题没有拟函") % {"n": unlettered})
    if unfinished:
        blockers.append(_("还有 %(n)d 份提醒函没有送达") % {"n": unfinished})
    if open_items:
        blockers.append(_("还有 %(n)d 项整改没有销号") % {"n": open_items})
    return blockers


def result_blockers(*, is_corrected: bool, objections_until: str) -> list[str]:
    """Every reason the published result may still change: it is being corrected, or may be objected to until this hour; "" when that is
    over."""
    if is_corrected:
        return [_("评议结果正在更正，更正公布、投票异议期满以后再办")]
    return [_("投票异议期到 %(until)s，期满以后再办") % {"until": objections_until}] if objections_until else []


def archive_blockers(*, is_ended: bool, is_minuted: bool, has_file: bool) -> list[str]:
    """Every reason the papers of a session may not go to the archive: sealed ballots still lie, its minutes are not confirmed, or its
    file is not made, which holds both."""
    reasons = [] if is_ended else [_("评议票箱还没有宣布终局，密封票还没有销毁")]
    if not is_minuted:
        reasons.append(_("会议记录还没有确认"))
    if reasons or has_file:
        return reasons
    return [_("会议档案还没有制作；票箱终局、会议记录确认以后制作的才完整")]


def next_step(
    state: str, *, left: dict[str, int], unarchivable: list[str], on_papers: bool, unsettled: list[str] | None = None
) -> Step | None:
    """The one next step from the feedback on, None before it: how far the one is that every tab names (`reviews.rules.session.later`).

    `left` counts what `session_blockers` asks for, `unarchivable` are the reasons of `archive_blockers`, `unsettled` those of
    `result_blockers`.
    `on_papers`: the page that shows it is that of the papers, so a step that is only looked at leads to the other one.
    """
    if state == "CLOSED":
        why, here = _("归档后会议只供查阅，不能再改。"), [Blocker(text) for text in unarchivable]
        here_it_is = {"button": _("归档"), "target": "rectification:session_archive", "is_post": True}
        return replace(later(state), why=why, blockers=here, **here_it_is)
    if state not in ("FED_BACK", "RECTIFYING"):
        return None
    here = [Blocker(text) for text in session_blockers(**left)]
    if left["unproposed"]:
        why = _("答复不满意的质询、点评指出的问题、现场承诺和转整改的意见，逐条列出，由您确认。")
        return Step("letters", _("从会议记录提出问题"), _("提出问题"), "rectification:findings_propose", True, why)
    if left["undecided"] or left["unlettered"]:
        why = _("每个单位一份，拟好后由另一位工作人员核稿，领导签发。")
        waits = here[:1] if left["undecided"] else []  # what is undecided is named first
        title = _("确认问题，按单位拟提醒函")
        return Step("letters", title, _("拟提醒函"), "rectification:letters_draft", True, why, waits)
    if here:
        step = replace(later("RECTIFYING"), blockers=here)
        return step if on_papers else replace(step, button=_("看提醒函"), target="rectification:session_papers")
    why = _("没有需要整改的问题，可以办结。") if state == "FED_BACK" else _("全部整改项已销号，办结后转入归档。")
    waits = [Blocker(text) for text in unsettled or []]
    return Step("finish", _("办结本场会议的整改"), _("办结"), "rectification:session_close", True, why, waits)
