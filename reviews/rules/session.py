"""The way of a session from draft to archive: stages, the one next step, and every reason why it may not be taken yet."""

import datetime as dt
from dataclasses import dataclass, field, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

STAGES = ["PREPARATION", "CANVASS", "REPORTING", "QUESTIONING", "SCORING", "RESULT", "RECTIFICATION", "ARCHIVE"]
MANY = 4  # so many names are spelt out in one reason


@dataclass(frozen=True)
class Blocker:
    """One reason why a step may not be taken yet, and the page (URL name, takes the session) where it is cured."""

    text: str
    cure: str = ""
    label: str = ""
    met: bool = False


@dataclass(frozen=True)
class Progress:
    """What is known of one session's preparation. People are named, for reasons name people."""

    subjects: int = 0
    unsubmitted: tuple[str, ...] = ()
    unpassed: tuple[str, ...] = ()
    unsealed: tuple[tuple[str, int], ...] = ()  # (name, how many questions are sealed), where the number is outside the limits
    questions: tuple[int, int] = (2, 3)
    has_form: bool = False
    digest_is_submitted: bool = False
    digest_is_approved: bool = False
    open_tasks: frozenset[str] = frozenset()

    def done(self, *, state_is_begun: bool) -> frozenset[str]:
        """The kinds of preparation that the data show as done."""
        facts = {
            "CANVASS": self.has_form,
            "REPORTS": self.subjects and not self.unsubmitted,
            "REPORT_REVIEW": self.subjects and not self.unpassed,
            "QUESTIONS": self.subjects and not self.unsealed,
            "MEETING": state_is_begun,
        }
        return frozenset(kind for kind, is_done in facts.items() if is_done)


@dataclass(frozen=True)
class Step:
    """The one next step. `target` is a URL name that takes the session; `is_post` when it is a button, not a page."""

    key: str
    title: str
    button: str
    target: str
    is_post: bool = False
    why: str = ""
    blockers: list[Blocker] = field(default_factory=list)

    @property
    def is_blocked(self):
        return any(not blocker.met for blocker in self.blockers)


def preparation_blockers(state: str) -> list[str]:
    """Why nothing of the preparation (opinions, digest, reports, questions) may be changed now; an empty list means it may.

    One thing knows no closing day: a tip-off found among the opinions is diverted whenever it is found.
    """
    if state in ("APPROVED", "CANVASSING", "REPORTS_DUE", "READY"):
        return []
    before = {
        "DRAFT": _("会议还没有批准，批准后才能办理"),
        "PLANNED": _("会议还没有批准，批准后才能办理"),
        "POSTPONED": _("会议已延期，改定日期并批准后再办理"),
        "CANCELLED": _("会议已取消，不再办理"),
    }
    return [before.get(state, _("会议已经开始，会前的意见、报告和问题不再办理"))]


def noting_blockers(state: str) -> list[str]:
    """Why no matter may be noted as done by hand; the letter comes after the meeting, so that only the archive ends it."""
    if state == "ARCHIVED":
        return [_("会议已归档，筹备事项不能再登记")]
    return preparation_blockers(state) if state in ("DRAFT", "PLANNED", "POSTPONED", "CANCELLED") else []


def named(names) -> str:
    """“和彦岚、卞亭然、康逸野”; beyond four the first ones and how many in all."""
    names = list(names)
    if len(names) <= MANY:
        return _("、").join(names)
    return _("%(names)s等 %(n)d 人") % {"names": _("、").join(names[: MANY - 1]), "n": len(names)}


def ready_blockers(progress: Progress) -> list[Blocker]:
    """Every reason the session is not ready (lifecycles.md 5.1), what is already met among them; cards and scheme are scoring's."""
    low, high = progress.questions
    return [
        *_reports(progress),
        *_questions(progress, low, high),
        Blocker(_("访廉意见汇总已发委员"), "reviews:canvass", met=True)
        if progress.digest_is_approved
        else Blocker(_("访廉意见汇总还没有批准发给委员"), "reviews:canvass", _("看访廉")),
        *(
            [Blocker(_("核查还没有办结，结论可能影响提问"), "reviews:session", _("登记办结"))]
            if "VERIFICATION" in progress.open_tasks
            else [Blocker(_("核查已办结"), met=True)]
        ),
    ]


def _reports(progress):
    if not progress.unpassed:
        return [Blocker(_("%(n)d 人的报告全部通过") % {"n": progress.subjects}, "reviews:reports", met=True)]
    late = set(progress.unsubmitted)
    waiting = [name for name in progress.unpassed if name not in late]
    reasons = []
    if late:
        text = _("%(names)s还没有提交述责述廉报告") % {"names": named(progress.unsubmitted)}
        reasons.append(Blocker(text, "reviews:reports", _("看报告")))
    if waiting:
        reasons.append(Blocker(_("%(names)s的报告还没有通过") % {"names": named(waiting)}, "reviews:reports", _("去审查")))
    return reasons


def _questions(progress, low, high):
    few = [name for name, sealed in progress.unsealed if sealed < low]
    many = [name for name, sealed in progress.unsealed if sealed > high]
    reasons = []
    if few:
        text = _("%(names)s已封存的问题不足 %(low)d 题") % {"names": named(few), "low": low}
        reasons.append(Blocker(text, "reviews:questions", _("去选题")))
    if many:
        text = _("%(names)s已封存的问题超过 %(high)d 题") % {"names": named(many), "high": high}
        reasons.append(Blocker(text, "reviews:questions", _("去选题")))
    if not reasons:
        reasons.append(
            Blocker(_("每人 %(low)d 至 %(high)d 题已封存") % {"low": low, "high": high}, "reviews:questions", met=True)
        )
    return reasons


def start_blockers(progress: Progress, *, date: dt.date, today: dt.date, is_rehearsal: bool) -> list[Blocker]:
    """Every reason the meeting may not begin; a rehearsal may begin on any day."""
    too_early = today < date and not is_rehearsal
    day = date_format(date, pgettext("date format", "n月j日"))
    early = [Blocker(_("会议日期是%(day)s，还没有到") % {"day": day}, "reviews:session", _("看筹备"))]
    return (early if too_early else []) + ready_blockers(progress)


# --- stage line --------------------------------------------------------------------------------------------

NOW = {
    "DRAFT": "PREPARATION",
    "PLANNED": "PREPARATION",
    "APPROVED": "CANVASS",
    "CANVASSING": "CANVASS",
    "READY": "SCORING",
    "IN_PROGRESS": "SCORING",
    "VOTING_OPEN": "SCORING",
    "VOTING_CLOSED": "SCORING",
    "COUNTED": "RESULT",
    "CONFIRMED": "RESULT",
    "FED_BACK": "RECTIFICATION",
    "RECTIFYING": "RECTIFICATION",
    "CLOSED": "ARCHIVE",
}


def stage_now(state: str, progress: Progress) -> str | None:
    """The stage the session stands at; None when it is postponed, cancelled or archived.

    Reports and questions are prepared side by side: questioning is "now" once every report is in, though some may not have passed.
    """
    if state == "REPORTS_DUE":
        return "REPORTING" if progress.unsubmitted else "QUESTIONING"
    return NOW.get(state)


def stage_states(state: str, progress: Progress, *, takes_objections: bool = False, is_ahead_of_vote: bool = False) -> list[str]:
    """For each of STAGES: done, left (passed, with something left behind), now or todo. While a result may still be
    objected to, letters are prepared at most and the session is not closed, so that is its stage; and there is no result of a round that is still to be counted."""
    if state == "ARCHIVED":
        return ["done"] * len(STAGES)
    now = "SCORING" if is_ahead_of_vote else "RESULT" if takes_objections else stage_now(state, progress)
    if now is None:
        return ["todo"] * len(STAGES)
    at = STAGES.index(now)
    left = {
        "CANVASS": not progress.digest_is_approved,
        "REPORTING": bool(progress.unpassed),
        "QUESTIONING": bool(progress.unsealed),
    }
    return [
        "now" if n == at else "todo" if n > at else "left" if left.get(stage) and at < STAGES.index("RESULT") else "done"
        for n, stage in enumerate(STAGES)
    ]


# --- next step ---------------------------------------------------------------------------------------------


def next_step(
    state: str, progress: Progress, *, plan_blockers=(), is_locked: bool = False, is_rehearsal: bool = False
) -> Step | None:
    """The one next step of a session in `state`; None when nothing is to come.

    `plan_blockers` are the reasons of `rules.plan` why it may not be submitted; `is_locked`: scheme locked and cards printed.
    """
    if state == "DRAFT":
        return Step(
            "submit", _("提交会议安排审批"), _("提交审批"), "reviews:session_submit", True,
            _("提交后由审批领导批准或退回；批准前可以退回再改。"), list(plan_blockers),
        )  # fmt: skip
    if state == "REPORTS_DUE":
        return _step_to_ready(progress)
    step = later(state, is_rehearsal=is_rehearsal)
    if state == "CANVASSING" and not progress.has_form:
        return later("APPROVED")
    if state == "CANVASSING" and progress.digest_is_submitted:
        return approve_digest()
    if state == "READY":
        step = replace(step, blockers=[blocker for blocker in ready_blockers(progress) if not blocker.met])
        if not is_locked:
            return replace(step, key="lock", title=_("锁定计分方案，打印票卡"), button=_("去准备评议票"), target="scoring:ballot")
    return step


def approve_digest() -> Step:
    """The next step while the digest waits for a leader."""
    return Step("approve_digest", _("审批意见汇总"), _("去审批"), "reviews:digest")


def ask_questions() -> Step:
    """The next step of members while the meeting is prepared: what keeps the staff busy is not theirs."""
    return Step("ask", _("提出、推荐质询问题"), _("去提问"), "reviews:questions")


def own_report(*, is_returned: bool = False) -> Step:
    """The next step of an official whose report is to be written, or came back."""
    if is_returned:
        return Step("own_report", _("按退回的意见修改述责述廉报告，重新提交"), _("去修改"), "reviews:reports")
    return Step("own_report", _("撰写并提交述责述廉报告"), _("去写报告"), "reviews:reports")


def vote_again() -> Step:
    """The next step after the round voted in was void."""
    why = _("已投的票不算，密封的票已经删除。重新确定票卡数，制作新的钥匙卡和票卡，备好以后再投。")
    return Step("again", _("本轮作废，另备一轮重新投票"), _("去评廉"), "scoring:ballot", why=why)


def finish_revote() -> Step:
    """The next step while the round after a void one is voted on, or waits to be counted."""
    return Step("close", _("重新投票：投完后截止，再开箱、计票"), _("去评廉"), "scoring:ballot")


def take_objections(until: str) -> Step:
    """The next step while the result is out and may still be objected to."""
    title = _("结果已公布，投票异议期到 %(until)s，期满登记终局") % {"until": until}
    return Step("objections", title, _("去评廉"), "scoring:ballot", why=_("对投票有异议的向监票人提出；期满以前不销毁密封的票。"))


def _step_to_ready(progress):
    blockers = ready_blockers(progress)
    if progress.unpassed:
        return Step("reports", _("审查并通过全部报告"), _("审查报告"), "reviews:reports", blockers=blockers)
    if progress.unsealed:
        return Step("questions", _("选定并封存质询问题"), _("去选题"), "reviews:questions", blockers=blockers)
    why = _("确认后会议转为“准备就绪”，会议当天可以开始。")
    return Step("ready", _("确认准备就绪"), _("确认就绪"), "reviews:session_ready", True, why, blockers)


def later(state: str, *, is_rehearsal: bool = False) -> Step | None:
    """The step of a state by itself. A rehearsal ends with its result: nobody is told, nothing is to be put right.

    How far rectification is, only its own app knows: from the feedback on the step names the whole way to the close.
    """
    if is_rehearsal and state == "FED_BACK":
        why = _("演练的结果不告诉对象，不提出问题，也不发提醒函。")
        return Step("wipe", _("演练做完，清除演练的投票"), _("去清除"), "scoring:ballot", why=why)
    return {
        "PLANNED": Step(
            "approve", _("审批会议安排"), _("批准"), "reviews:session_approve", True, _("批准后按倒排日期开始访廉。")
        ),
        "APPROVED": Step("canvass", _("发出征求意见表"), _("去访廉"), "reviews:canvass"),
        "CANVASSING": Step("canvass", _("收集意见，汇总后发委员"), _("去访廉"), "reviews:canvass"),
        "READY": Step("start", _("召开会议"), _("打开会场控制台"), "live:console"),
        "IN_PROGRESS": Step("live", _("会议进行中：述、问、点评，然后评议"), _("打开会场控制台"), "live:console"),
        "VOTING_OPEN": Step("close", _("投票进行中，投完后关闭"), _("看投票"), "scoring:ballot"),
        "VOTING_CLOSED": Step("count", _("两把钥匙开票，计票签字"), _("去开票"), "scoring:ballot"),
        "COUNTED": Step("confirm", _("核对并确认评议结果"), _("看结果"), "scoring:results"),
        "CONFIRMED": Step("publish", _("审批并反馈结果"), _("看结果"), "scoring:results"),
        "FED_BACK": Step("findings", _("确认问题，发提醒函；没有问题的办结"), _("去整改"), "rectification:session_items"),
        "RECTIFYING": Step("rectify", _("整改、核验、销号，全部销号后办结"), _("看整改"), "rectification:session_items"),
        "CLOSED": Step("archive", _("会议文书归档"), _("看文书"), "rectification:session_papers"),
        "POSTPONED": Step(
            "redraft",
            _("会议已延期：重新拟定日期"),
            _("重新拟定"),
            "reviews:session_redraft",
            True,
            _("会议退回草稿，改好日期后重新报批；已经收到的意见和报告都保留。"),
        ),
    }.get(state)
