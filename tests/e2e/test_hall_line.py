"""Console, projector and door while the line is cut and when it is back: nobody sees an error, nothing is lost or undone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from live.actions import run_sheet
from live.models import Hall
from reviews.models import Attendee
from tests import factories
from tests.e2e.stage import PROJECTOR, TABLET

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
CUT = r"ERR_INTERNET_DISCONNECTED|Failed to fetch|htmx:"  # htmx reports a request that failed


@pytest.fixture
def session(db):
    session = factories.prepare(factories.ReviewSessionFactory(subjects=2, is_rehearsal=True))
    session.preparation.filter(kind="LOCK").update(done_on=session.date)
    return session


def test_the_console_says_that_the_line_is_down_and_the_projector_keeps_its_picture(stage, clerk, session):
    run_sheet.start(session, by=clerk, now=timezone.now())
    page = stage.enter(clerk)
    page.goto(f"/live/{session.uid}/console")
    wall = stage.window(clerk, "projector", size=PROJECTOR)
    wall.goto(f"/live/{session.uid}/projector")
    expect(wall.locator(".head")).to_contain_text("开场")
    version = Hall.objects.get().version

    with stage.expecting(CUT):
        page.context.set_offline(True)
        expect(page.get_by_role("alert").filter(has_text="连不上服务器")).to_be_visible()
        page.locator("#next").click()
        expect(page.get_by_role("timer")).to_be_visible()  # the page is still there
        expect(wall.locator(".head")).to_contain_text("开场")
        page.context.set_offline(False)
        expect(page.get_by_text("连不上服务器")).to_be_hidden()

    assert Hall.objects.get().version == version
    page.locator("body").press("n")
    expect(page.locator(".asked")).to_contain_text(f"{session.subjects.first().name}述责述廉")
    page.locator("body").press("+")
    expect(page.get_by_role("timer")).to_have_text("09:00")
    expect(wall.get_by_role("heading", level=1)).to_have_text(session.subjects.first().name)
    page.locator("body").press("Space")
    expect(wall.get_by_role("heading", level=1)).to_have_text(session.title)


def test_two_doors_see_each_others_ticks_and_take_back_what_was_not_saved(stage, clerk, session):
    group = factories.AudienceGroupFactory(session=session, expected=2)
    for name in ("甲一", "乙二"):
        Attendee.objects.create(group=group, name=name)
    front = stage.enter(clerk, size=TABLET)
    front.goto(f"/live/{session.uid}/roster")
    back = stage.window(clerk, "back door", size=TABLET)
    back.goto(f"/live/{session.uid}/roster")

    front.get_by_label("甲一").check()
    expect(back.get_by_label("甲一")).to_be_checked()
    back.get_by_label("乙二").check()
    expect(back.locator("#count-total")).to_contain_text("到会 2 人")
    expect(front.get_by_label("乙二")).to_be_checked()
    with stage.expecting(CUT):
        front.context.set_offline(True)
        front.get_by_label("甲一").click()
        expect(front.get_by_text(re.compile("没有保存成功"))).to_be_visible()
        expect(front.get_by_label("甲一")).to_be_checked()
        front.context.set_offline(False)

    assert Attendee.objects.filter(is_present=True).count() == 2
