"""Every list of the product, with one row and with three: the same number of queries."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core import audit
from notices import actions as notices
from notices.models import Letter
from officials import actions as accounts
from officials.roles import Role
from rectification.models import Finding, RectificationItem
from reviews.models import ReviewSession, TipOff
from scoring.models import Scheme
from tests import factories

DAY = dt.date(2026, 11, 24)
TEMPLATES = site.ROOT / "templates"


@pytest.fixture
def w(db):
    """A meeting in preparation with one official, in whose unit things happen; and how many rows were made."""
    factories.TermFactory()
    session = factories.ReviewSessionFactory(subjects=1, state=ReviewSession.State.DRAFT)
    subject = session.subjects.get()
    reader = factories.UserFactory(roles=[Role.ORGANISER])
    return SimpleNamespace(session=session, subject=subject, unit=subject.official.unit, reader=reader, n=0)


def letter(w):
    unit = factories.UnitFactory()
    return Letter.objects.create(unit=unit, title="提醒函", addressee="党组", word="云纪函", drafted_by=w.reader)


def item(w):
    finding = Finding.objects.create(subject=w.subject, source="QUESTION", text="窗口少", state=Finding.State.CONFIRMED)
    days = {"served_on": DAY, "plan_due_on": DAY, "due_on": DAY, "first_due_on": DAY}
    about = {"subject": w.subject, "unit": w.unit, "letter": letter(w), "finding": finding}
    return RectificationItem.objects.create(code=f"ZG{w.n}", text="窗口少", source="QUESTION", **about, **days)


def notice(w):
    now = timezone.now()
    notices.post(to=[w.reader], key=f"k{w.n}", subject="提醒", body="正文")
    notices.deliver_waiting(now=now + dt.timedelta(minutes=1))


def official(w):
    return factories.OfficialFactory(unit=factories.UnitFactory(leading_member=factories.LeadingMemberFactory()))


def account(w):
    return factories.UserFactory(roles=[Role.LIAISON, Role.TELLER], unit=factories.UnitFactory())


def newcomer(w):
    official = factories.OfficialFactory()
    return accounts.create_account(username=f"n{w.n}", name=official.name, official=official, unit=official.unit, by=w.reader)


def tip_off(w):
    session = factories.ReviewSessionFactory()
    return TipOff.objects.create(session=session, unit_name="某局", text="信", received_on=DAY, transferred_on=DAY)


def opinion_to_merge(w):
    """Beside it, what it may be merged into."""
    ReviewSession.objects.filter(pk=w.session.pk).update(state=ReviewSession.State.CANVASSING)
    return factories.OpinionFactory(subject=w.subject)


LISTS = {  # template: whose page it is, its address, what makes one row more
    "officials/official_list": (Role.ORGANISER, "officials:official_list", official),
    "officials/unit_list": (Role.ORGANISER, "officials:unit_list", official),
    "officials/rater_list": (Role.ORGANISER, "officials:rater_list", lambda w: factories.LeadingMemberFactory()),
    "officials/account_list": (Role.SYSADMIN, "officials:account_list", account),
    "notices/letter_list": (Role.ORGANISER, "notices:letter_list", letter),
    "scoring/scheme_list": (Role.ORGANISER, "scoring:scheme_list", lambda w: Scheme.objects.create(code=f"S{w.n}", name="方案", body={})),
    "desk/inbox": (Role.ORGANISER, "desk:inbox", notice),
    "desk/account_hand_out": (Role.SECADMIN, "desk:account_hand_out", newcomer),
    "desk/audit_trail": (Role.AUDITADMIN, "desk:audit_trail", lambda w: audit.record("start", f"session {w.n}", by=account(w))),
    "reviews/tip_off_list": (Role.PETITION_CLERK, "reviews:tip_off_list", tip_off),
    "reviews/session_list": (
        Role.ORGANISER,
        "reviews:session_list",
        lambda w: factories.AudienceGroupFactory(session=factories.ReviewSessionFactory(subjects=w.n)),
    ),
    "reviews/session_subjects": (Role.ORGANISER, "reviews:session_subjects", official),
    "reviews/plan_board": (Role.ORGANISER, "reviews:plan_board", official),
    "reviews/_plan_people": (Role.ORGANISER, "reviews:plan", official),
    "reviews/opinion_list": (Role.ORGANISER, "reviews:opinion_list", lambda w: factories.OpinionFactory(subject=w.subject)),
    "reviews/opinion": (Role.ORGANISER, "reviews:opinion", lambda w: factories.OpinionFactory(subject=w.subject, text="公示太笼统")),
    "rectification/item_list": (Role.ORGANISER, "rectification:item_list", item),
    "rectification/unit_items": (Role.LIAISON, "rectification:item_list", item),
}  # fmt: skip
ABOUT = {  # what the address of a list names
    "reviews/session_subjects": lambda w: w.session,
    "reviews/opinion_list": lambda w: w.session,
    "reviews/opinion": opinion_to_merge,
}
SEARCHED = {"reviews/opinion": {"q": "公示"}}  # has pages only of what is searched for


def test_every_list_with_pages_is_tried():
    has_pages = {
        str(path.relative_to(TEMPLATES).with_suffix(""))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r'include "components/pager\.html"', path.read_text(encoding="utf-8"))
    }

    assert has_pages == set(LISTS)


@pytest.mark.parametrize("template", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_three(client, w, template):
    role, name, make = LISTS[template]
    w.reader = factories.UserFactory(roles=[role], unit=w.unit)
    address = reverse(name, args=[ABOUT[template](w).uid] if template in ABOUT else [])
    client.force_login(w.reader)
    costs, lengths = [], []

    for rows in (1, 3):
        while w.n < rows:
            w.n += 1
            make(w)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address, SEARCHED.get(template))
        assert f"{template}.html" in [used.name for used in answer.templates], answer.status_code
        costs.append([query["sql"] for query in asked])
        lengths.append(len(answer.context["page"]))

    assert lengths[1] == lengths[0] + 2
    assert len(costs[0]) == len(costs[1]), "\n".join(sorted(set(costs[1]) - set(costs[0])))
