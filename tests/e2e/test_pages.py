"""Every page of the walk in the demonstration district, at the sizes of those who use it: nothing breaks, nothing leaves, nothing overflows.

Which pages there are, `tests/matrix.txt` says for every role; here stand those that a person looks at, with the size of the screen.
"""

import copy
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from officials.models import Official, User
from rectification.models import Evidence, RectificationItem
from reviews.models import ReviewReport, ReviewSession
from scoring import rules
from scoring.actions import occasion, setup
from scoring.actions import scheme as schemes
from scoring.models import Scheme
from tests import factories
from tests.e2e.stage import DESKTOP, PHONE, PROJECTOR, TABLET, UPRIGHT

DESK = (DESKTOP, UPRIGHT, PHONE)
HANDS = (TABLET, UPRIGHT)
SERIOUS = ("serious", "critical")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_BUTTONS = "[...document.querySelectorAll('.btn')].filter(button => button.scrollWidth > button.clientWidth + 1).length"
ASTRAY = """[...document.querySelectorAll('dialog')].filter(question => {
  scrollTo(0, document.documentElement.scrollHeight);
  question.showModal();
  const {left, right, top, bottom} = question.getBoundingClientRect();
  question.close();
  return Math.abs(left + right - document.documentElement.clientWidth) > 2 || top < 0 || bottom > innerHeight;
}).length"""  # questions that do not stand in the middle of the window
CUT_TABLES = "[...document.querySelectorAll('.table-scroll:not(:has(> .chart))')].filter(box => box.scrollWidth > box.clientWidth + 1).length"


class District:
    """The demonstration: one meeting finished, one at its ballot, one in preparation."""

    def __init__(self):
        sessions = ReviewSession.objects.order_by("date")
        self.finished = sessions.filter(state=ReviewSession.State.RECTIFYING).last()
        self.voting = sessions.get(state=ReviewSession.State.VOTING_OPEN)
        self.coming = sessions.filter(state__in=ReviewSession.UNDER_WAY).last()
        take_from_outside(self.coming)

    def session(self, name, which):
        return reverse(name, args=[getattr(self, which).uid])

    def subject(self, name, which):
        return reverse(name, args=[getattr(self, which).subjects.first().uid])


def take_from_outside(session):
    """Before the box is made: a scheme that takes a bonus and figures, and a bonus over its cap that waits."""
    approver = User.objects.get(username="yuanbingbai")
    clerk, now = User.objects.get(username="muyanchuan"), timezone.now()
    body = copy.deepcopy(Scheme.objects.locked().first().body)
    body["rater_groups"][0]["weight"] = str(rules.number(body["rater_groups"][0]["weight"]) - rules.number("0.1"))
    body["rater_groups"].append(
        {"code": "F", "name": "年度重点工作完成情况", "weight": "0.1", "anonymous": False, "source": "figures"}
    )
    body["bonus"] = {"cap": 5}
    made = schemes.draft_scheme(SimpleNamespace(key="", body=body), code="OUTSIDE", name="带会外事项的方案", by=clerk)
    factories.lock(made, clerk=clerk, approver=approver, now=now)
    setup.prepare_round(session, scheme=made, numbers={group.code: (9, 0) for group in made.plan().ballot_groups}, by=clerk)
    said = {"kind": "BONUS", "code": "", "fact": "2026年6月省级表彰，由党风政风室登记在案", "document": "省纪通〔2026〕12号"}
    occasion.enter(session, **said, amounts={session.subjects.first(): "7"}, by=clerk, now=now)


PAGES = {  # account: [(address or what finds it, sizes)]
    "muyanchuan": [
        ("desk:desk", (DESKTOP, TABLET, PHONE)),
        ("desk:inbox", DESK),
        ("officials:official_list", DESK),
        ("officials:unit_list", DESK),
        ("officials:rater_list", DESK),
        ("officials:register_upload", DESK),
        (lambda d: reverse("archive:official_reason", args=[Official.objects.first().uid]), DESK),
        ("reviews:plan", DESK),
        ("reviews:plan_board", DESK),
        ("reviews:session_list", DESK),
        ("reviews:session_create", DESK),
        (lambda d: d.session("reviews:session", "coming"), DESK),
        (lambda d: d.session("reviews:session", "finished"), DESK),
        (lambda d: d.session("reviews:session_sign_in", "coming"), (DESKTOP,)),
        (lambda d: d.session("reviews:canvass", "coming"), DESK),
        (lambda d: d.session("reviews:canvass_poster", "coming"), (DESKTOP,)),
        (lambda d: d.session("reviews:opinion_list", "coming"), DESK),
        (lambda d: d.session("reviews:opinion_new", "coming"), DESK),
        (lambda d: reverse("reviews:opinion", args=[d.coming.opinions.leading().first().uid]), DESK),
        (lambda d: d.session("reviews:digest", "coming"), DESK),
        (lambda d: d.session("reviews:reports", "coming"), DESK),
        (lambda d: d.session("reviews:questions", "coming"), DESK),
        (lambda d: d.subject("reviews:question_list", "coming"), DESK),
        ("scoring:scheme_list", DESK),
        (lambda d: d.session("scoring:ballot", "voting"), DESK),
        (lambda d: d.session("scoring:ballot", "coming"), DESK),
        (lambda d: d.session("scoring:occasion_list", "coming"), DESK),
        (lambda d: d.session("scoring:occasion_add", "coming"), DESK),
        (lambda d: reverse("scoring:occasion_figures", args=[d.coming.uid, "F"]), DESK),
        (lambda d: d.session("scoring:results", "finished"), DESK),
        (lambda d: d.subject("scoring:result", "finished"), DESK),
        (lambda d: d.session("scoring:received", "finished"), (PROJECTOR,)),
        (lambda d: d.session("live:console", "voting"), ((1440, 900), (1280, 800))),
        (lambda d: d.session("live:roster", "voting"), DESK),
        (lambda d: d.session("live:health", "coming"), DESK),
        (lambda d: d.session("live:follow_sheet", "coming"), DESK),
        (lambda d: d.session("live:invitations", "voting"), DESK),
        (lambda d: d.session("live:minutes", "voting"), DESK),
        (lambda d: d.session("live:run_sheet", "voting"), DESK),
        (lambda d: d.session("live:run_sheet", "coming"), DESK),
        (lambda d: d.session("live:projector", "voting"), (PROJECTOR,)),
        (lambda d: d.session("rectification:session_items", "finished"), DESK),
        (lambda d: d.session("rectification:session_papers", "finished"), DESK),
        ("rectification:item_list", DESK),
        (lambda d: reverse("rectification:item", args=[RectificationItem.objects.first().uid]), DESK),
        ("notices:letter_list", DESK),
    ],
    "yuanbingbai": [
        ("desk:desk", DESK),
        (lambda d: d.session("scoring:occasion_list", "coming"), DESK),
        (lambda d: d.session("live:minutes", "finished"), DESK),
        ("rectification:item_list", DESK),
    ],
    "feizechuan": [
        ("desk:desk", (TABLET, UPRIGHT, PHONE)),
        (lambda d: d.session("reviews:digest_read", "finished"), HANDS),
        (lambda d: d.session("live:materials", "voting"), (TABLET, UPRIGHT, PHONE)),
        (
            lambda d: reverse("reviews:report", args=[ReviewReport.objects.filter(state__in=ReviewReport.THROUGH).first().uid]),
            HANDS,
        ),
    ],
    "jiangjingzhou": [("desk:desk", HANDS)],
    "yushuyuan": [
        ("desk:desk", HANDS),
        (lambda d: d.session("scoring:ballot", "voting"), HANDS),
        (lambda d: d.session("scoring:results", "finished"), HANDS),
        (lambda d: d.session("scoring:ballot", "finished"), HANDS),
    ],
    "nisongyan": [("desk:desk", HANDS)],
    "heyanlan": [
        ("desk:desk", DESK),
        (lambda d: reverse("archive:official", args=[Official.objects.get(code="P031").uid]), DESK),
        (
            lambda d: reverse("reviews:report_edit", args=[d.coming.subjects.get(official__code="P031").uid]),
            (DESKTOP, TABLET, PHONE),
        ),
    ],
    "qiyanyu": [
        ("rectification:item_list", DESK),
        (
            lambda d: reverse(
                "rectification:unit_item",
                args=[Evidence.objects.get(uploaded_by__username="qiyanyu", submitted_at=None).item.uid],
            ),
            DESK,
        ),
    ],
    "xueyihe": [("desk:desk", DESK), ("rectification:item_list", DESK)],
    "yintongshi": [("desk:desk", DESK), ("rectification:item_list", DESK)],
    "linqinghe": [("desk:desk", DESK), ("reviews:tip_off_list", DESK)],
    "sysadmin": [("desk:desk", DESK), ("officials:account_list", DESK), ("officials:account_new", DESK)],
    "secadmin": [
        ("officials:account_list", DESK),
        (lambda d: reverse("desk:account_edit", args=[User.objects.get(username="muyanchuan").uid]), DESK),
    ],
    "auditadmin": [("desk:desk", DESK), ("desk:audit_trail", DESK)],
}
PUBLIC = [("/accounts/login", DESK), ("/demo/tour", DESK), ("/demo/cards", DESK)]
BOOTH = ["/", "/b", "/check", "/papers", "/void", "/sealed", "/about"]


@pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
def test_every_page_stands_at_the_sizes_of_its_people(stage, settings):
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    district, faults = District(), []

    for username, pages in PAGES.items():
        page = stage.enter(User.objects.get(username=username))
        for where, sizes in pages:
            faults += look(page, where(district) if callable(where) else reverse(where), sizes)
        stage.dismiss(username)
    page = stage.passer_by("anybody")
    for where, sizes in PUBLIC:
        faults += look(page, where, sizes)
    page = stage.passer_by("tablet", at=stage.booth, touch=True)
    for where in BOOTH:
        faults += look(page, where, (TABLET, UPRIGHT, (360, 740)))

    assert faults == []


def look(page, where, sizes):
    """What is wrong with one page at these sizes; axe looks at the first and at the narrowest, at colours only once."""
    faults = []
    for size in sizes:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size == sizes[0]:
            answer = page.goto(where)
            if answer.status != 200 or urlsplit(page.url).path != where:
                return [f"{where}: status {answer.status}, led to {page.url}"]
        beyond = page.evaluate(OVERFLOW)
        if beyond > 0:
            faults.append(f"{where} at {size[0]}: {beyond} px too wide")
        if size == PHONE and (cut := page.evaluate(CUT_TABLES)):
            faults.append(f"{where} at {size[0]}: {cut} tables cut at the side")
        if cut := page.evaluate(CUT_BUTTONS):
            faults.append(f"{where} at {size[0]}: {cut} buttons too narrow for their words")
        if astray := page.evaluate(ASTRAY):
            faults.append(f"{where} at {size[0]}: {astray} questions outside the middle of the window")
        if size in (sizes[0], sizes[-1]):
            faults += [f"{where} at {size[0]}: {found}" for found in inspect(page, colours=size == sizes[0])]
    return faults


def inspect(page, *, colours=True):
    """What axe finds serious, by rule and by place. Colours, which no size changes, take it four fifths of its time."""
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    found = Axe().run(page, options=options).response["violations"]
    for violation in found:
        if violation["impact"] in SERIOUS:
            places = "; ".join(re.sub(r"\s+", " ", node["html"])[:120] for node in violation["nodes"][:3])
            yield f"{violation['id']} ({len(violation['nodes'])}): {places}"
