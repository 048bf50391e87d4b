import datetime as dt

import pytest

from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import opinion_form as forms
from tests import factories


@pytest.fixture
def form(session, clerk):
    return forms.open_form(
        session, opens_on=dt.date(2026, 11, 20), closes_on=dt.date(2026, 12, 7), by=clerk, today=dt.date(2026, 12, 1)
    )


@pytest.fixture
def opinion(session, subject, clerk):
    return factories.OpinionFactory(session=session, subject=subject, text="公示太笼统")


@pytest.fixture
def digest(session, opinion, clerk):
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    return digests.compile_digest(session, by=clerk)
