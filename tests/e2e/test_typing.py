"""What a browser does with long words."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ballots"])


def test_what_is_pasted_too_long_stays_whole_and_is_refused(stage, session, subject, clerk):
    factories.ReportTemplateFactory()
    page = stage.enter(clerk)
    page.goto(reverse("reviews:opinion_new", args=[session.uid]))
    words = page.get_by_label("意见建议")
    words.focus()
    page.keyboard.insert_text("长" * 1200)  # as pasting does

    expect(words).to_have_value("长" * 1200)
    expect(page.get_by_text("1200 字，最多 1000 字")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("最多 1000 字，现在 1200 字").first).to_be_visible()
    expect(page.get_by_label("意见建议")).to_have_value("长" * 1200)
