"""A sign-in that runs out in front of a person: no word is lost, and a page that no longer follows says so."""

import datetime as dt
import importlib

import pyotp
import pytest
from django.conf import settings as site
from django.urls import reverse
from playwright.sync_api import expect

from core import sessions
from officials.roles import Role
from rectification.models import Finding
from reviews.models import ReviewSession
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])
WORDS = "窗口排队时间长，\n群众要跑两趟"


@pytest.fixture
def clerk(stage, settings):
    settings.SESSION_IDLE, settings.SESSION_IDLE_IN_HALL = dt.timedelta(minutes=15), dt.timedelta(hours=4)
    return factories.UserFactory(username="mu", password=factories.PASSWORD, roles=[Role.ORGANISER])


def doze(page, **span):
    """Let the sign-in of this browser be older than it is."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == site.SESSION_COOKIE_NAME)
    session = importlib.import_module(site.SESSION_ENGINE).SessionStore(key)
    for moment in (sessions.ACTED, sessions.IN_HALL):
        session[moment] -= dt.timedelta(**span).total_seconds()
    session.save()


def test_what_was_typed_is_back_in_its_form_after_the_sign_in(stage, clerk):
    session = factories.ReviewSessionFactory(subjects=2, state=ReviewSession.State.FED_BACK)
    subject = session.subjects.last()
    where = reverse("rectification:finding_new", args=[session.uid])
    page = stage.person(clerk)
    page.goto(where)
    page.get_by_label("对象").select_option(str(subject.pk))
    page.get_by_label("来源").select_option("COMMENT")
    page.locator("textarea[name=text]").fill(WORDS)
    doze(page, minutes=16)

    page.get_by_role("main").locator("form button.primary").click()
    expect(page.get_by_text("刚才填写的内容还在")).to_be_visible()
    page.get_by_label("账号").fill(clerk.username)
    page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("heading", name="刚才填写的内容还没有提交")).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value(WORDS)
    expect(page.get_by_label("对象")).to_have_value(str(subject.pk))
    assert not Finding.objects.exists()
    page.get_by_role("main").locator("form button.primary").click()
    expect(page.get_by_role("heading", name="反馈问题")).to_be_visible()
    finding = Finding.objects.get()
    assert (finding.text, finding.source, finding.subject) == (" ".join(WORDS.split()), "COMMENT", subject)


def test_a_page_that_is_no_longer_answered_says_so(stage, clerk):
    session = factories.ReviewSessionFactory(subjects=1, state=ReviewSession.State.IN_PROGRESS)
    page = stage.person(clerk)
    page.clock.install()
    page.goto(reverse("scoring:ballot", args=[session.uid]))
    notice = page.get_by_role("heading", name="登录已过期，本页不再更新")
    page.clock.fast_forward(21_000)
    expect(notice).to_be_hidden()

    doze(page, hours=5)

    with stage.expecting("401"):
        page.clock.fast_forward(21_000)
        expect(notice).to_be_visible()
    doze(page, hours=-5)
    page.clock.fast_forward(21_000)
    expect(notice).to_be_hidden()


def test_an_app_is_bound_at_the_first_sign_in_and_asked_for_at_the_next(stage, clerk, settings):
    settings.SECOND_FACTOR = True
    page = stage.passer_by("at the first")

    def give_password(page):
        page.goto(reverse("officials:official_list"))
        page.get_by_label("账号").fill(clerk.username)
        page.get_by_label("密码", exact=True).fill(factories.PASSWORD)
        page.get_by_role("button", name="登录").click()

    give_password(page)
    expect(page.get_by_role("heading", name="设置动态验证码")).to_be_visible()
    expect(page.get_by_role("img", name="给身份验证器扫的二维码")).to_be_visible()
    app = pyotp.TOTP(page.locator("#factor-key").inner_text().replace(" ", ""))
    code = app.now()
    page.get_by_label("动态验证码").fill(code)
    page.get_by_role("button", name="确认").click()
    expect(page.locator("#recovery-codes li")).to_have_count(10)
    recovery = page.locator("#recovery-codes li").first.inner_text()
    page.get_by_role("link", name="已经印好或者抄下").click()
    expect(page.get_by_role("heading", name="干部")).to_be_visible()

    page = stage.passer_by("at the next")
    give_password(page)
    page.get_by_label("动态验证码").fill(code)  # the one that bound it
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("已经用过")).to_be_visible()
    page.get_by_label("动态验证码").fill(recovery)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="干部")).to_be_visible()
