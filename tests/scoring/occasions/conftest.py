"""A meeting whose scheme takes something from outside the box, and hands that enter and confirm it."""

import pytest
from django.urls import reverse

from scoring import rules
from scoring.actions import occasion as actions
from scoring.models import Scheme

OUTSIDE = {
    "bonus": {"cap": 5},
    "deductions": [{"code": "late", "name": "迟交报告", "points": 1, "cap": 3}],
    "veto": [{"code": "hidden", "name": "瞒报重大问题"}],
}
GROUND = {"fact": "2026年6月省级表彰", "document": "省纪通〔2026〕12号"}


@pytest.fixture
def locked(locked):
    """The sample scheme, and what it takes from outside."""
    Scheme.objects.filter(pk=locked.pk).update(body=locked.body | OUTSIDE)
    locked.refresh_from_db()
    return locked


def page(name, hall, *args):
    return reverse(f"scoring:{name}", args=[hall.session.uid, *args])


def subjects(hall):
    return list(hall.session.subjects.order_by("order"))


def enter(hall, kind="BONUS", code="", amount="2", of=0, by=None, **more):
    said = GROUND | more
    amounts = {subjects(hall)[of]: amount}
    return actions.enter(hall.session, kind=kind, code=code, amounts=amounts, **said, by=by or hall.clerk, now=hall.now)[0]


def confirm(hall, *occasions):
    actions.confirm(hall.session, occasions, by=hall.approver, now=hall.now)


def three(hall):
    """A bonus above its cap, a deduction, a veto: one each for the three officials, confirmed."""
    confirm(
        hall,
        enter(hall, amount="4"),
        enter(hall, amount="3", fact="另一项表彰"),
        enter(hall, "DEDUCTION", "late", "2", of=1, fact="报告迟交两次", document="督办单3号"),
        enter(hall, "VETO", "hidden", "", of=2, fact="瞒报房产", document="云纪函〔2026〕7号"),
    )
    return hall


def prepared(hall):
    return hall.prepare().make_keys().make_cards()


def counted(hall):
    return three(prepared(hall)).open().vote().close().clear_table().tally()


@pytest.fixture
def figured(hall):
    """The sample scheme with a tenth of the weight in figures from elsewhere."""
    groups = [dict(group) for group in hall.scheme.body["rater_groups"]]
    share = rules.number(groups[0]["weight"]) - rules.number("0.1")
    groups[0]["weight"] = str(share)
    groups.append({"code": "F", "name": "重点工作", "weight": "0.1", "anonymous": False, "source": "figures"})
    Scheme.objects.filter(pk=hall.scheme.pk).update(body=hall.scheme.body | {"rater_groups": groups})
    hall.scheme.refresh_from_db()
    return hall


def enter_figures(hall, *amounts, among=None, **more):
    given = dict(zip(among or subjects(hall), amounts, strict=False))
    said = {"fact": "年度重点工作考核", "document": "云考办〔2026〕2号"} | more
    return actions.enter(hall.session, kind="FIGURE", code="F", amounts=given, **said, by=hall.clerk, now=hall.now)
