"""Papers for the side table, made at once and shown for printing: the rehearsal's script, the emergency card, the code to follow by."""

import segno
from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import paper
from core.errors import require
from core.language import chinese
from core.sessions import in_hall
from live import policies
from live.models import FollowPage
from live.rules import hall as rules
from live.views.follow import follow_address
from reviews.views import frame
from scoring.actions.papers import paper_css
from scoring.actions.sheets.words import of_session

PAPERS = {
    "script": ("YL", "rehearsal_script", "五分钟演练脚本"),
    "emergency": ("YJ", "emergency_card", "应急卡"),
    "follow": ("GS", "follow_sheet", "自动跟随二维码"),
}


@in_hall
@require_GET
def hall_paper(request, uid, kind):
    session = frame.session_of(request, uid)
    require(policies.can_show_projector(request.user, session), policies.SHOW_PROJECTOR)
    if kind not in PAPERS:
        raise Http404
    code, template, name = PAPERS[kind]
    more = follow_code(session) if kind == "follow" else {}
    with chinese():
        context = content(session, code) | more
        pdf = paper.render(f"paper/{template}.html", context, title=name, css=paper_css(context))
    return paper.answer(pdf, name)


def follow_code(session):
    address = follow_address(get_object_or_404(FollowPage, session=session))
    return {"address": address, "qr": segno.make(address, error="m").svg_data_uri(scale=4)}


def content(session, code):
    return {
        "document": {
            "code": f"{code}-{session.serial}",
            "marking": _("演练，不作数") if session.is_rehearsal else _("内部"),
            "producer": settings.COMMISSION,
            "at": "",
        },
        "rehearsal": session.is_rehearsal,
        "session": of_session(session),
        "booth": settings.BOOTH_ORIGIN,
        "expected": session.expected,
        "quorum": rules.quorum(session.expected),
    }
