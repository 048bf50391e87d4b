import datetime as dt

import pytest

from notices.actions import letter as actions
from officials.roles import Role
from tests import factories

NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
BODY = {
    "opening": ["2026年10月20日，我委召开会议，你单位党组书记齐砚屿同志述责述廉。"],
    "findings_intro": "经综合委员质询，你单位还存在1个方面的问题，现予提醒",
    "findings": [{"text": "供应商评审公开不够", "source": "委员质询", "due": ""}],
    "ordinary_due": "收函后一个月内",
    "findings_title": "齐砚屿同志述责述廉反馈问题清单",
    "requirements_intro": "请按以下要求抓好整改。",
    "requirements": [{"lead": "制定方案。", "text": "自收到本函之日起10日内报送整改方案。"}],
    "closing": "",
    "contact": "穆晏川，党风政风室，电话0710-2345678",
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def files_of_its_own(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def second_clerk(db):
    return factories.UserFactory(name="钱泽岫", roles=[Role.ORGANISER])


@pytest.fixture
def letter(subject, clerk):
    """A draft to the unit of the first subject."""
    return draft(subject.official.unit, clerk)


def draft(unit, by):
    return actions.draft_letter(
        unit=unit, title="关于述责述廉评议反馈问题的提醒函", addressee="中共第一局党组", body=BODY, about="第三季度会议", by=by
    )
