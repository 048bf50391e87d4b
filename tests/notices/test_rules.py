import datetime as dt

import pytest

from notices import rules
from tests.notices.conftest import BODY


@pytest.mark.parametrize(
    ("changes", "gaps"),
    [
        ({}, []),
        ({"opening": ["  "]}, ["没有写依据（会议名称、日期）"]),
        ({"findings": [], "requirements": []}, ["没有列出问题", "没有写整改要求"]),
        ({"contact": " "}, ["没有写联系人"]),
        ({"contact": "穆晏川，党风政风室2科"}, ["联系人没有写电话"]),
        ({"contact": "穆晏川，2026-12-18"}, ["联系人没有写电话"]),
        ({"contact": "穆晏川，13800138000"}, []),
        ({"contact": "穆晏川，0571-86660012"}, []),
        ({"contact": "穆晏川，短号 661234"}, []),
    ],
)
def test_a_draft_says_everything_a_letter_must(changes, gaps):
    assert rules.letter_gaps(addressee="党组", body={**BODY, **changes}) == gaps


def test_a_letter_goes_to_somebody():
    assert rules.letter_gaps(addressee=" ", body=BODY) == ["没有写主送单位"]


@pytest.mark.parametrize(
    ("served", "fault"),
    [(dt.date(2026, 11, 9), ["送达日期早于签发日期"]), (dt.date(2026, 11, 10), []), (dt.date(2026, 11, 24), []),
     (dt.date(2026, 11, 25), ["送达日期晚于今天，送达以后再登记"])],
)  # fmt: skip
def test_day_of_service(served, fault):
    found = rules.service_faults(served_on=served, issued_on=dt.date(2026, 11, 10), today=dt.date(2026, 11, 24))

    assert found == fault


@pytest.mark.parametrize(
    ("line", "lead", "text"),
    [
        ("制定方案。自收到本函之日起10日内报送。", "制定方案。", "自收到本函之日起10日内报送。"),
        ("请按期整改。", "", "请按期整改。"),
        ("请按期整改", "", "请按期整改"),
    ],
)
def test_the_first_sentence_leads_where_another_follows(line, lead, text):
    assert rules.requirement(line) == {"lead": lead, "text": text}
