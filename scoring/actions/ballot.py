"""The way of a round, from its setup to the destroyed envelopes (ballots.md §5, B0–B10).

What happens to the box is `ballots.actions`'s, one transaction of its own that nothing here can roll back. So every verb checks all it
knows first, then asks the box, then writes down what happened; and each is safe to repeat.
"""

import base64
import hashlib
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ballots import actions as ballots
from ballots import codec
from ballots.models import Box, Conflict, Refused
from core import audit
from core.errors import RuleViolation
from officials.models import Unit
from reviews.actions import preparation
from reviews.models import ReviewSession
from scoring import policies, rules
from scoring.actions import count as counting
from scoring.models import BallotRound, Count, NamedMarks, RoundGroup, Scheme, StepRequest

Step = StepRequest.Step
State = ReviewSession.State
BOOTH = "static/build/ballot/booth.js"


@contextmanager
def box_refusals():
    """What the box refuses, in the words it gives; a conflict stays one."""
    try:
        yield
    except Conflict:
        raise
    except Refused as refusal:
        raise RuleViolation(refusal.messages) from refusal


def held(round):
    """The round's row until the end of the transaction."""
    return BallotRound.objects.select_for_update(of=("self",)).select_related("session", "scheme").get(pk=round.pk)


# --- setup -------------------------------------------------------------------------------------------------


def setup_blockers(session, scheme) -> list[str]:
    """Every reason why this scheme cannot serve for this session."""
    if not policies.is_under_way(session):
        return [_("会议还没有批准，或者结果已经确认，不能准备评议票")]
    if not scheme.is_locked:
        return [_("计分方案还没有锁定")]
    plan, audience = scheme.plan(), {group.code: group for group in session.audience.all()}
    reasons = [] if session.subjects.exists() else [_("会议还没有列入述责述廉对象")]
    for group in plan.groups.values():
        if group.figures:
            reasons.append(_("方案的“%(name)s”取外部数据，本场会议没有这项数据") % {"name": group.name})
        elif group.code not in audience:
            reasons.append(_("方案的票种 %(code)s %(name)s 不在参会人员类别里") % {"code": group.code, "name": group.name})
        elif audience[group.code].is_anonymous == group.named:
            word = _("实名") if group.named else _("不记名")
            reasons.append(_("方案规定 %(code)s %(name)s 为%(word)s，与参会人员类别不符") % {"code": group.code, "name": group.name, "word": word})  # fmt: skip
    return reasons


@transaction.atomic
def prepare_round(session, *, scheme: Scheme, numbers: dict[str, tuple[int, int]], by) -> BallotRound:
    """Fix scheme and numbers of cards: `numbers` gives by group code (attendants, of these on paper). Changeable until two
    persons have set the box up; afterwards only a new round."""
    ReviewSession.objects.select_for_update().get(pk=session.pk)
    if reasons := setup_blockers(session, scheme):
        raise RuleViolation(reasons)
    round = BallotRound.objects.current(session)
    if round and round.has_box:
        raise RuleViolation(_("票箱已经建立，人数和方案不能再改；需要改的，先作废本轮"))
    if round is None:
        number = BallotRound.objects.filter(session=session).count() + 1
        round = BallotRound(session=session, sid=ballots.new_sid(), number=number, prepared_by=by)
    round.scheme = scheme
    round.save()
    round.requests.filter(confirmed_at=None).delete()  # who was asked to confirm other numbers has not confirmed these
    round.groups.all().delete()
    audience = dict(session.audience.values_list("code", "name"))
    RoundGroup.objects.bulk_create(
        RoundGroup(
            round=round, letter=letter, code=group.code, name=audience.get(group.code, group.name), is_named=group.named,
            attendants=numbers.get(group.code, (0, 0))[0], papers=numbers.get(group.code, (0, 0))[1],
        )
        for letter, group in zip("abcdefghijklmnopqrstuvwxyz", scheme.plan().groups.values(), strict=False)
    )  # fmt: skip
    audit.record("prepare_round", round, by=by, scheme=scheme.label, numbers=numbers)
    return round


def client_hash() -> str:
    """The hash of the booth's program as it will be handed out: the cards commit to it."""
    try:
        program = (settings.ROOT / BOOTH).read_bytes()
    except FileNotFoundError:
        raise RuleViolation(_("投票程序还没有构建，请先运行 scripts/build-client")) from None
    return base64.urlsafe_b64encode(hashlib.sha256(program).digest()).decode().rstrip("=")


SHARES = (2, 3)  # key cards needed and made; the manifest allows one of one in a rehearsal only


def save_keys(round, *, urn_pub: str, board_pub: str, by, shares=SHARES):
    """The public keys that the key page made; with them the manifest is complete but for the cards."""
    if not round.has_box:
        raise RuleViolation(_("票箱还没有建立：先由工作人员和监票人两人确认"))
    with box_refusals():
        ballots.store_keys(round.sid, urn_pub=urn_pub, board_pub=board_pub, shares=shares)
        ballots.store_draft(round.sid, **setup_of(round))
    round.refresh_box()
    audit.record("save_keys", round, by=by, urn=codec.code(codec.unb64(urn_pub, 32), 80))


def setup_of(round) -> dict:
    """What the manifest says of the session: date, officials, boxes, scheme, and the program of the booth."""
    subjects = list(round.session.subjects.all())
    scope = [subject.code for subject in subjects]
    return {
        "date": round.session.date.isoformat(),
        "officials": [
            {"o": subject.code, "n": subject.name, "category": category_of(subject), "unit": subject.unit_name}
            for subject in subjects
        ],
        "groups": [
            {"g": group.letter, "code": group.code, "scope": scope} | ({"named": 1} if group.is_named else {"cards": group.cards})
            for group in round.groups.all()
        ],
        "scheme": rules.canonical_scheme(round.scheme.body),
        "client": client_hash(),
    }


def category_of(subject):
    """The category in words, as the register calls it; the scheme's category weights speak the same words."""
    return str(dict(Unit.Category.choices).get(subject.category, subject.category))


@transaction.atomic
def save_cards(round, *, manifest: str, credentials: str, by, today):
    """Seal what the card page made; its answer lets the page print."""
    if not round.has_keys:
        raise RuleViolation(_("请先制作开箱钥匙"))
    with box_refusals():
        ballots.store_setup(round.sid, manifest=manifest.encode(), credentials=credentials.encode())
    round.refresh_box()
    preparation.mark(round.session, "LOCK", by=by, today=today)
    audit.record("save_cards", round, by=by, mh=codec.code(round.box.manifest_hash, 80))


# --- two persons ---------------------------------------------------------------------------------------------


def step_blockers(round, step) -> list[str]:
    """Every reason why this step may not be taken now; an empty list means it may be asked for."""
    session, box = round.session, round.state
    voting = session.state in (State.IN_PROGRESS, State.VOTING_OPEN, State.VOTING_CLOSED, State.COUNTED)
    count = Count.objects.filter(round=round).first() if round.is_opened else None
    reasons = {
        Step.SETUP: [
            (round.has_box, _("票箱已经建立")),
            (not policies.is_under_way(session), _("现在不是准备评议票的时候")),
        ],
        Step.OPEN: [
            (box != Box.State.SEALED_SETUP, _("票卡还没有备好，或者投票已经开始")),
            (not voting, _("会议还没有开始，到会场控制台宣布开会后才能投票")),
        ],
        Step.CLOSE: [(box != Box.State.OPEN, _("投票没有在进行"))],
        Step.VOID: [
            (box in (Box.State.PUBLISHED, Box.State.ARCHIVED), _("结果已经公布，不能作废本轮")),
            (session.is_at_least(State.CONFIRMED), _("结果已经确认，不能作废本轮")),
        ],
        Step.PUBLISH: [
            (count is None, _("还没有计票")),
            (count and not count.is_confirmed, _("结果还没有由审批领导确认")),
            (count and count.is_published, _("结果已经公布")),
        ],
        Step.ARCHIVE: [(box != Box.State.PUBLISHED, _("结果公布以后，异议期满才能销毁"))],
    }[step]
    return [text for applies, text in reasons if applies]


@transaction.atomic
def ask(round, step, *, by, now, reason=""):
    """The first of two persons asks for a step."""
    step, round = Step(step), held(round)
    _require_side(by, step)
    if blockers := step_blockers(round, step):
        raise RuleViolation(blockers)
    if step == Step.VOID and not reason.strip():
        raise RuleViolation(_("请写明作废的理由"))
    waiting = round.requests.filter(step=step, confirmed_at=None).first()
    if waiting and not waiting.is_expired(now):
        if waiting.asked_by_id == by.pk:
            return waiting
        raise RuleViolation(_("%(who)s已经提出这一步，请直接确认") % {"who": waiting.asked_by})
    if waiting:
        waiting.delete()  # nobody confirmed it in time
    request = StepRequest.objects.create(round=round, step=step, asked_by=by, asked_at=now, reason=reason.strip()[:300])
    audit.record(f"ask_{step.lower()}", round, by=by)
    return request


@transaction.atomic
def confirm(request, *, by, now):
    """The second person confirms, and the step is taken."""
    round = held(request.round)
    request = StepRequest.objects.select_related("asked_by").get(pk=request.pk)
    step = Step(request.step)
    if request.confirmed_at:
        return
    _require_side(by, step)
    if request.asked_by_id == by.pk:
        raise RuleViolation(_("这一步须两个人办：请由另一人确认"))
    if request.is_expired(now):
        raise RuleViolation(_("提出已超过 15 分钟，须重新提出"))
    if not policies.completes(request.asked_by, by, step):
        raise RuleViolation(_("这一步须由%(who)s和监票人各一人办") % {"who": policies.OPERATES[step].label})
    if blockers := step_blockers(round, step):
        raise RuleViolation(blockers)
    request.confirmed_by, request.confirmed_at = by, now
    request.save(update_fields=["confirmed_by", "confirmed_at"])
    TAKEN[step](round, request, by=by, now=now)
    audit.record(
        step.lower(), round, by=by, with_=str(request.asked_by), **({"reason": request.reason} if request.reason else {})
    )


@transaction.atomic
def withdraw(request, *, by):
    """Whoever asked takes it back."""
    if request.asked_by_id != by.pk:
        raise RuleViolation(_("只有提出的人可以撤回"))
    if StepRequest.objects.filter(pk=request.pk, confirmed_at=None).delete()[0]:
        audit.record("withdraw_step", request.round, by=by, step=request.step)


def _require_side(user, step):
    if not policies.can_take_part(user, step):
        raise RuleViolation(_("这一步由%(who)s和监票人办") % {"who": policies.OPERATES[step].label})


def _set_up(round, request, *, by, now):
    BallotRound.objects.filter(pk=round.pk).update(has_box=True)
    with box_refusals():
        ballots.create_box(round.sid, mode="rehearsal" if round.session.is_rehearsal else "formal")


def _open(round, request, *, by, now):
    with box_refusals():
        ballots.open_box(round.sid)
    BallotRound.objects.filter(pk=round.pk).update(opened_at=now)
    if round.session.state == State.IN_PROGRESS:  # a second round finds the session further on; it never goes back
        round.session.move_to(State.VOTING_OPEN)


def _start_closing(round, request, *, by, now):
    with box_refusals():
        ballots.start_closing(round.sid)
    BallotRound.objects.filter(pk=round.pk).update(closing_at=now)


def _void(round, request, *, by, now):
    if round.has_box:
        with box_refusals():
            ballots.abort(round.sid)
    BallotRound.objects.filter(pk=round.pk).update(voided_at=now, void_reason=request.reason)


def _publish(round, request, *, by, now):
    pair = [request.asked_by, by]
    if "operator" not in policies.sides(pair[0], Step.PUBLISH) or "scrutineer" not in policies.sides(pair[1], Step.PUBLISH):
        pair.reverse()
    counting.publish(round, released_by=pair[0], scrutineer=pair[1], now=now)


def _archive(round, request, *, by, now):
    with box_refusals():
        ballots.archive(round.sid)


TAKEN = {
    Step.SETUP: _set_up,
    Step.OPEN: _open,
    Step.CLOSE: _start_closing,
    Step.VOID: _void,
    Step.PUBLISH: _publish,
    Step.ARCHIVE: _archive,
}


@transaction.atomic
def finish_close(round, *, by, now):
    """After the grace for tablets that still hold a ballot: the box takes no more. The closing itself two persons have confirmed."""
    round = held(round)
    if round.is_closed:
        return
    if round.state != Box.State.CLOSING:
        raise RuleViolation(_("还没有宣布截止"))
    if now < round.grace_ends_at:
        raise RuleViolation(_("还在等平板送出最后的票，请稍候"))
    with box_refusals():
        ballots.close_box(round.sid)
    round.refresh_box()
    BallotRound.objects.filter(pk=round.pk).update(closed_at=now)
    if round.session.state == State.VOTING_OPEN:
        round.session.move_to(State.VOTING_CLOSED)
    audit.record("close_box", round, by=by, received=round.turnout)


# --- what is written down at the table -----------------------------------------------------------------------


@transaction.atomic
def note_cards(round, entries: dict[str, tuple[int | None, str]], *, by):
    """Cards drawn, and the signed reason for cards not handed back, by letter of the box: {letter: (drawn, reason)}."""
    round = held(round)
    if not round.is_sealed or round.is_opened:
        raise RuleViolation(_("票卡备好以后、开箱以前才能登记实发数"))
    reasons = []
    for group in round.groups.filter(is_named=False):
        drawn, why = entries.get(group.letter, (None, ""))
        if drawn is not None and not 0 <= drawn <= group.cards:
            reasons.append(_("%(name)s只印了 %(n)d 张票卡") % {"name": group.name, "n": group.cards})
        RoundGroup.objects.filter(pk=group.pk).update(drawn=drawn, unaccounted_reason=why.strip()[:300])
    if reasons:
        raise RuleViolation(reasons)
    audit.record("note_cards", round, by=by, drawn={letter: drawn for letter, (drawn, _why) in entries.items()})


@transaction.atomic
def enter_named(group, *, rater: str, marks: dict, by):
    """The marks of one named rater for every official: {subject: {criterion: tenths} or {}}. Entered again, they replace."""
    round = held(group.round)
    if not group.is_named:
        raise RuleViolation(_("这个票种不记名，只能用票卡"))
    if not round.has_box or round.is_opened or round.voided_at:
        raise RuleViolation(_("建立票箱以后、开箱以前才能录入实名评分"))
    if not rater.strip():
        raise RuleViolation(_("请写明评议人"))
    for subject, answers in marks.items():
        NamedMarks.objects.update_or_create(
            group=group, rater=rater.strip(), subject=subject, defaults={"answers": answers, "entered_by": by}
        )
    if len({m.rater for m in group.marks.all()}) > group.attendants:
        raise RuleViolation(_("%(name)s到会 %(n)d 人，实名评分不能多于到会人数") % {"name": group.name, "n": group.attendants})
    audit.record("enter_named", round, by=by, group=group.code, rater=rater.strip())


@transaction.atomic
def remove_named(group, *, rater: str, by):
    round = held(group.round)
    if round.is_opened:
        raise RuleViolation(_("票箱已经打开，实名评分不能再改"))
    if NamedMarks.objects.filter(group=group, rater=rater).delete()[0]:
        audit.record("remove_named", round, by=by, group=group.code, rater=rater)


# --- opening ---------------------------------------------------------------------------------------------------


def opening_blockers(round) -> list[str]:
    """Every reason why the urn may not be opened yet."""
    if not round.is_closed:
        return [_("投票还没有截止")]
    reasons = [
        _("还没有登记%(name)s实发的票卡数") % {"name": group.name}
        for group in round.groups.all()
        if not group.is_named and group.drawn is None
    ]
    groups = {group.letter: group for group in round.groups.all()}
    for letter, row in ballots.counts(round.sid).items():
        missing = row["printed"] - row["cast"] - row["voided"]
        if missing and not groups[letter].unaccounted_reason:
            reasons.append(
                _("%(name)s有 %(n)d 张票卡既没有投出也没有作废，请写明原因") % {"name": groups[letter].name, "n": missing}
            )
    for group in groups.values():
        entered = len({marks.rater for marks in group.marks.all()})
        if group.is_named and entered < group.attendants:
            reasons.append(_("%(name)s到会 %(n)d 人，已录入 %(entered)d 人的实名评分") % {"name": group.name, "n": group.attendants, "entered": entered})  # fmt: skip
    return reasons


def joined(round):
    """(drawn, named) as the transcript repeats them; the named marks without names."""
    groups = round.groups.prefetch_related("marks__subject")
    drawn = {group.letter: group.drawn for group in groups if not group.is_named}
    named = [
        {"g": group.letter, "o": marks.subject.code, "a": marks.answers}
        for group in groups
        if group.is_named
        for marks in group.marks.all()
    ]
    return drawn, named


def urn(round) -> bytes:
    """What the opening page loads."""
    if round.state == Box.State.CLOSED and (blockers := opening_blockers(round)):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    with box_refusals():
        return ballots.urn(round.sid, drawn=drawn, named=named)


@transaction.atomic
def save_transcript(round, document: bytes, *, by, now) -> Count:
    """Store what the opening page sends, and count it. The same bytes again change nothing."""
    round = held(round)
    if not round.is_opened and (blockers := opening_blockers(round)):
        raise RuleViolation(blockers)
    drawn, named = joined(round)
    with box_refusals():
        ballots.store_transcript(round.sid, document, drawn=drawn, named=named)
    round.refresh_box()
    return counting.count_round(round, by=by, now=now)


# --- rehearsals --------------------------------------------------------------------------------------------------


@transaction.atomic
def wipe_rehearsal(session, *, by):
    """Remove every round of a rehearsal with its box, marks, results and papers. The meeting stands again where voting began."""
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    if not session.is_rehearsal:
        raise RuleViolation(_("正式会议的投票不能清除"))
    if session.is_at_least(State.RECTIFYING):
        raise RuleViolation(_("这场演练已经进入整改，请把整个演练做完"))
    rounds = list(BallotRound.objects.filter(session=session))
    for round in rounds:
        with box_refusals():
            ballots.wipe_rehearsal(round.sid)
    counting.forget(rounds)
    BallotRound.objects.filter(pk__in=[round.pk for round in rounds]).delete()
    if session.is_at_least(State.IN_PROGRESS):  # the one way back there is, and for rehearsals only
        ReviewSession.objects.filter(pk=session.pk, is_rehearsal=True).update(state=State.IN_PROGRESS)
    session.preparation.filter(kind="LOCK").update(done_on=None, done_by=None)
    audit.record("wipe_rehearsal", session, by=by, rounds=len(rounds))
