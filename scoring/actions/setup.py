"""B0: the scheme and the numbers of cards, the keys, the cards (ballots.md §5)."""

import base64
import hashlib

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from ballots import actions as ballots
from ballots import codec
from core import audit
from core.errors import RuleViolation
from reviews.actions import preparation
from reviews.models import ReviewSession
from scoring import policies, rules
from scoring.actions.box import box_refusals
from scoring.actions.sheets import category_name
from scoring.actions.steps import drop
from scoring.models import BallotRound, RoundGroup, Scheme

BOOTH = "static/build/ballot/booth.js"
SHARES = (2, 3)  # key cards needed and made; the manifest allows one of one in a rehearsal only


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
    drop(round.requests.filter(confirmed_at=None))  # who was asked to confirm other numbers has not confirmed these
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


def save_keys(round, *, urn_pub: str, board_pub: str, by, shares=SHARES):
    """The public keys that the key page made; with them the manifest is complete but for the cards."""
    if not round.has_box:
        raise RuleViolation(_("票箱还没有建立：先由工作人员和监票人两人确认"))
    with box_refusals():
        ballots.store_keys(round.sid, urn_pub=urn_pub, board_pub=board_pub, shares=shares)
        with override("zh-hans"):  # cards and count read the manifest, whoever made the keys
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
            {"o": subject.code, "n": subject.name, "category": category_name(subject), "unit": subject.unit_name}
            for subject in subjects
        ],
        "groups": [
            {"g": group.letter, "code": group.code, "scope": scope} | ({"named": 1} if group.is_named else {"cards": group.cards})
            for group in round.groups.all()
        ],
        "scheme": rules.canonical_scheme(round.scheme.body),
        "client": client_hash(),
    }


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
