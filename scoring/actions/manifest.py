"""What the manifest, to which every card commits, says of the session; and when the session is no longer what the cards say."""

import base64
import hashlib

from django.conf import settings
from django.utils.translation import gettext as _

from ballots.models import Box
from core.errors import RuleViolation
from core.language import chinese
from scoring import rules
from scoring.actions.sheets import category_name

BOOTH = "static/build/ballot/booth.js"


def setup_of(round) -> dict:
    """Date, officials, boxes, scheme, and the program of the booth, as `ballots.actions.store_draft` takes them."""
    officials = officials_of(round.session)
    scope = [official["o"] for official in officials]
    return {
        "date": round.session.date.isoformat(),
        "officials": officials,
        "groups": [
            {"g": group.letter, "code": group.code, "scope": scope} | ({"named": 1} if group.is_named else {"cards": group.cards})
            for group in round.groups.all()
        ],
        "scheme": rules.canonical_scheme(round.scheme.body),
        "client": client_hash(),
    }


def officials_of(session):
    with chinese():  # cards and count read the manifest, whoever made the keys
        return [
            {"o": subject.code, "n": subject.name, "category": category_name(subject), "unit": subject.unit_name}
            for subject in session.subjects.all()
        ]


def client_hash() -> str:
    """The hash of the booth's program as it will be handed out: the cards commit to it."""
    try:
        program = (settings.ROOT / BOOTH).read_bytes()
    except FileNotFoundError:
        raise RuleViolation(_("投票程序还没有构建，请先运行 scripts/build-client")) from None
    return base64.urlsafe_b64encode(hashlib.sha256(program).digest()).decode().rstrip("=")


def drift_blockers(round) -> list[str]:
    """Why keys or cards already made no longer fit the session: it was put off, or its officials changed, after the manifest was
    made with the keys."""
    if not round.has_keys or round.state == Box.State.ABORTED:
        return []
    made, reasons = round.box.document, []
    remedy = _("请作废本轮，重新制作票卡") if round.is_sealed else _("请先重新制作开箱钥匙，再做票卡")
    if made["date"] != round.session.date.isoformat():
        reasons.append(_("会议日期在钥匙制作以后改过：%(remedy)s") % {"remedy": remedy})
    if made["officials"] != officials_of(round.session):
        reasons.append(_("述责述廉对象在钥匙制作以后有变：%(remedy)s") % {"remedy": remedy})
    return reasons
