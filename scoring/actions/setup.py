"""B0: the scheme and the numbers of cards, the keys, the cards (ballots.md §5)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ballots import actions as ballots
from ballots import codec
from core import audit
from core.errors import RuleViolation
from notices import actions as notices
from reviews.actions import preparation
from reviews.models import ReviewSession
from scoring import rules
from scoring.actions import outside
from scoring.actions.box import box_refusals
from scoring.actions.manifest import drift_blockers, setup_of
from scoring.actions.small_groups import settle_small_groups
from scoring.models import BallotRound, RoundGroup, Scheme

SHARES = (2, 3)  # key cards needed and made; the manifest allows one of one in a rehearsal only


def setup_blockers(session, scheme) -> list[str]:
    """Every reason why this scheme cannot serve for this session."""
    if not session.is_awaiting_result:
        return [_("会议还没有批准，或者结果已经确认，不能准备评议票")]
    if not scheme.is_locked:
        return [_("计分方案还没有锁定")]
    plan, audience = scheme.plan(), {group.code: group for group in session.audience.all()}
    reasons = [] if session.subjects.exists() else [_("会议还没有列入述责述廉对象")]
    reasons += outside.scheme_blockers(session, plan)
    voting = plan.ballot_groups
    reasons += [] if voting else [_("方案没有投票的票种，不用开评议会")]
    for group in voting:
        if group.code not in audience:
            reasons.append(_("方案的票种 %(code)s %(name)s 不在参会人员类别里") % {"code": group.code, "name": group.name})
        elif group.named and audience[group.code].is_anonymous:
            reasons.append(
                _("方案规定 %(code)s %(name)s 为实名，参会人员类别却是不记名") % {"code": group.code, "name": group.name}
            )
    return reasons


def without_vote(session, scheme) -> list[str]:
    """Groups that attend and that the scheme lets nobody vote for, with how many people."""
    voting = {group.code for group in scheme.plan().ballot_groups}
    left = [(group, group.expected or group.present) for group in session.audience.with_presence() if group.code not in voting]
    return [
        ngettext("%(group)s %(n)d 人参会，不投票：方案没有这个票种", "%(group)s %(n)d 人参会，不投票：方案没有这个票种", n)
        % {"group": group, "n": n}
        for group, n in left
        if n
    ]


def other_names(session, scheme) -> list[str]:
    """Groups that the scheme calls otherwise than the session does: papers of the result would name one group twice. What a name adds in
    brackets is no other name."""
    audience = dict(session.audience.values_list("code", "name"))
    return [
        _("票种 %(code)s 方案称“%(scheme)s”，会议称“%(session)s”：票卡和结果文件上会有两个名称，请核对是不是同一类人")
        % {"code": group.code, "scheme": group.name, "session": audience[group.code]}
        for group in scheme.plan().ballot_groups
        if group.code in audience and bare(group.name) != bare(audience[group.code])
    ]


def bare(name):
    return name.partition("（")[0].strip()


def fixed_blockers(round) -> list[str]:
    """Why scheme and numbers of cards can no longer be changed. `round` is the one that counts, or None."""
    return [_("票箱已经建立，人数和方案不能再改；需要改的，先作废本轮")] if round and round.has_box else []


@transaction.atomic
def prepare_round(
    session, *, scheme: Scheme, numbers: dict[str, tuple[int, int]], by, choices: dict[str, str] | None = None, now=None
) -> BallotRound:
    """Fix scheme and numbers of cards: `numbers` gives by group code (attendants, of these on paper); with `choices` the scheme is the
    version in which the small groups merge or are named. Changeable until two persons have set the box up; afterwards only a new round."""
    session, round = _hold(session)  # nothing is entered for the scheme of before meanwhile
    if choices:
        present = {code: attendants for code, (attendants, _papers) in numbers.items()}
        scheme = settle_small_groups(session, scheme, choices, present, by=by, now=now)
    if reasons := setup_blockers(session, scheme):
        raise RuleViolation(reasons)
    if reasons := fixed_blockers(round):
        raise RuleViolation(reasons)
    if round is None:
        number = BallotRound.objects.filter(session=session).count() + 1
        round = BallotRound(session=session, sid=ballots.new_sid(), number=number, prepared_by=by)
    round.scheme = scheme
    round.save()
    notices.drop(round.requests.filter(confirmed_at=None))  # who was asked to confirm other numbers has not confirmed these
    round.groups.all().delete()
    audience = dict(session.audience.values_list("code", "name"))
    RoundGroup.objects.bulk_create(
        RoundGroup(
            round=round, letter=letter, code=group.code, name=audience.get(group.code, group.name), is_named=group.named,
            attendants=numbers.get(group.code, (0, 0))[0], papers=numbers.get(group.code, (0, 0))[1],
        )
        for letter, group in rules.lettered(scheme.plan().ballot_groups).items()
    )  # fmt: skip
    secret = [group.code for group in scheme.plan().groups.values() if not group.named]
    session.audience.filter(code__in=secret, is_anonymous=False).update(is_anonymous=True)  # declared named for a round now void
    audit.record("prepare_round", round, by=by, scheme=scheme.label, numbers=numbers)
    return round


def _hold(session):
    """The session and the round that counts, or None, until the end of the transaction: the round first, as every step takes it. So
    another may have become the one that counts before the session was held; that one is not taken after it."""
    round = BallotRound.objects.current(session)
    round = BallotRound.objects.held(round) if round else None
    session = ReviewSession.objects.select_for_update().get(pk=session.pk)
    current = BallotRound.objects.current(session)
    if current and current != round:
        raise RuleViolation(_("票卡数刚刚设定过，请看过现在的再办"))
    return session, current and round


@transaction.atomic
def save_keys(round, *, urn_pub: str, board_pub: str, by, shares=SHARES):
    """The public keys that the key page made; with them the manifest is complete but for the cards."""
    round = BallotRound.objects.held(round)
    if not round.has_box:
        raise RuleViolation(_("票箱还没有建立：先由工作人员和监票人两人确认"))
    draft = setup_of(round)
    with box_refusals():
        ballots.store_keys(round.sid, urn_pub=urn_pub, board_pub=board_pub, shares=shares)
        ballots.store_draft(round.sid, **draft)
    audit.record("save_keys", round, by=by, urn=codec.long_code(urn_pub))


@transaction.atomic
def save_cards(round, *, manifest: str, credentials: str, by, today):
    """Seal what the card page made; its answer lets the page print."""
    round = BallotRound.objects.held(round)
    if not round.has_keys:
        raise RuleViolation(_("请先制作开箱钥匙"))
    if not round.is_sealed and (reasons := drift_blockers(round)):
        raise RuleViolation(reasons)
    with box_refusals():
        ballots.store_setup(round.sid, manifest=manifest.encode(), credentials=credentials.encode())
    round.refresh_box()
    preparation.mark(round.session, "LOCK", by=by, today=today)
    audit.record("save_cards", round, by=by, mh=round.box.manifest_code)
