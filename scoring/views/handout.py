"""Papers of the hall, made at once and shown for printing: handbook, poster, card slip, paper ballots, the record of a void round."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core import paper
from core.errors import require
from core.language import chinese
from reviews.views import frame
from scoring import policies
from scoring.actions.papers import paper_css
from scoring.actions.sheets import hall
from scoring.models import BallotRound
from scoring.views.round import round_of


def printed(template, context, name):
    content = paper.render(f"paper/{template}.html", context, title=name, css=paper_css(context))
    return paper.answer(content, name)


def at_the_table(request, uid):
    session = frame.session_of(request, uid)
    require(policies.can_see_ballot(request.user, session), _("会场文件由工作人员、审批领导、监票人和计票人打印。"))
    return session


HANDOUTS = {
    "handbook": (hall.handbook, "handbook", gettext_lazy("监票手册")),
    "poster": (hall.poster, "poster", gettext_lazy("谁能看到什么")),
    "card_slip": (hall.card_slip, "count_slip", gettext_lazy("票卡清点单")),
}


@require_GET
def handout(request, uid, kind):
    session = at_the_table(request, uid)
    if kind not in HANDOUTS:
        raise Http404
    make, template, name = HANDOUTS[kind]
    with chinese():
        return printed(template, make(round_of(session)), str(name))


@require_GET
def paper_ballot(request, uid, letter):
    """The paper ballot of one group; as many copies as are wanted, all the same."""
    round = round_of(at_the_table(request, uid))
    group = get_object_or_404(round.groups, letter=letter, is_named=False)
    with chinese():
        return printed("paper_ballot", hall.paper_ballot(round, group), _("评议票（纸票）%(name)s") % {"name": group.name})


@require_GET
def void_record(request, uid, number):
    """Of a round that was given up."""
    session = at_the_table(request, uid)
    rounds = BallotRound.objects.filter(session=session).exclude(voided_at=None)
    round = get_object_or_404(rounds.select_related("scheme"), number=number)
    round.session = session
    with chinese():
        return printed("void_record", hall.void_record(round), _("第%(n)d轮作废记录") % {"n": round.number})
