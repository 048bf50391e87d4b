"""Every page of the walk in the demonstration district, at the sizes of those who use it: nothing breaks, nothing leaves, nothing overflows.

Which pages there are, `tests/matrix.txt` says for every role; here stand those that a person looks at, with the size of the screen.
"""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.urls import reverse

from officials.models import Official, User
from rectification.models import RectificationItem
from reviews.models import ReviewReport, ReviewSession
from tests.e2e.stage import DESKTOP, PHONE, PROJECTOR, TABLET, UPRIGHT

DESK = (DESKTOP, UPRIGHT, PHONE)
HANDS = (TABLET, UPRIGHT)
SERIOUS = ("serious", "critical")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CUT_TABLES = "[...document.querySelectorAll('.table-scroll')].filter(box => box.scrollWidth > box.clientWidth + 1).length"


class District:
    """The demonstration: one meeting finished, one at its ballot, one in preparation."""

    def __init__(self):
        sessions = ReviewSession.objects.order_by("date")
        self.finished = sessions.filter(state=ReviewSession.State.RECTIFYING).last()
        self.voting = sessions.get(state=ReviewSession.State.VOTING_OPEN)
        self.coming = sessions.filter(state__in=ReviewSession.UNDER_WAY).last()

    def session(self, name, which):
        return reverse(name, args=[getattr(self, which).uid])

    def subject(self, name, which):
        return reverse(name, args=[getattr(self, which).subjects.first().uid])


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
        ("reviews:session_list", DESK),
        ("reviews:session_create", DESK),
        (lambda d: d.session("reviews:session", "coming"), DESK),
        (lambda d: d.session("reviews:session", "finished"), DESK),
        (lambda d: d.session("reviews:session_sign_in", "coming"), (DESKTOP,)),
        (lambda d: d.session("reviews:canvass", "coming"), DESK),
        (lambda d: d.session("reviews:canvass_poster", "coming"), (DESKTOP,)),
        (lambda d: d.session("reviews:opinion_list", "coming"), DESK),
        (lambda d: d.session("reviews:opinion_new", "coming"), DESK),
        (lambda d: d.session("reviews:digest", "coming"), DESK),
        (lambda d: d.session("reviews:reports", "coming"), DESK),
        (lambda d: d.session("reviews:questions", "coming"), DESK),
        (lambda d: d.subject("reviews:question_list", "coming"), DESK),
        ("scoring:scheme_list", DESK),
        (lambda d: d.session("scoring:ballot", "voting"), DESK),
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
        (lambda d: d.session("live:minutes", "finished"), DESK),
        ("rectification:item_list", DESK),
    ],
    "feizechuan": [
        ("desk:desk", (TABLET, UPRIGHT, PHONE)),
        (lambda d: d.session("reviews:digest_read", "finished"), HANDS),
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
    """What is wrong with one page at these sizes; axe looks at the first and at the narrowest."""
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
        if size in (sizes[0], sizes[-1]):
            faults += [f"{where} at {size[0]}: {found}" for found in inspect(page)]
    return faults


def inspect(page):
    """What axe finds serious, by rule and by place."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    for violation in found:
        if violation["impact"] in SERIOUS:
            places = "; ".join(re.sub(r"\s+", " ", node["html"])[:120] for node in violation["nodes"][:3])
            yield f"{violation['id']} ({len(violation['nodes'])}): {places}"
