import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ballots import actions as ballots
from ballots.models import Box
from notices import actions as notices
from officials.models import User
from reviews.models import LeaderComment, Question, ReviewSession
from scoring.models import BallotRound, Scheme
from tests import factories
from tests.live.conftest import NINE, SEALED

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def points(client, session):
    page = client.get(reverse("live:health", args=[session.uid]))
    assert page.status_code == 200
    assert SEALED not in page.content.decode()
    return {(room["name"], point["level"], point["text"]) for room in page.context["parts"] for point in room["points"]}


def test_the_points_of_all_rooms_stand_on_one_page(client, clerk, session, leader):
    factories.AudienceGroupFactory(session=session, code="B", name="群众代表", expected=27)
    Question.objects.filter(subject=session.subjects.first()).delete()
    client.force_login(clerk)
    first, second, third = session.subjects.all()
    LeaderComment.objects.create(subject=first, leader=leader.leading_member, problems="窗口慢")

    found = points(client, session)

    assert ("筹备", "bad", f"{first.name}已封存的问题不足 2 题") in found
    assert ("参会", "bad", "没有启用的监票人账号") in found
    assert ("评议票", "bad", "计分方案还没有锁定") in found
    assert ("点评", "warn", f"{third.name}的单位没有分管区领导，点评时须当场选人") in found
    assert ("点评", "warn", "点评稿还没有备好：姜景舟 1 人") in found
    assert ("演练", "warn", "会前三十日内没有做过演练") in found
    assert second.name not in str(found)


@pytest.mark.parametrize(
    ("state", "has_box", "document", "text"),
    [
        ("DRAFT", False, b"{}", "票箱还没有建立"),
        ("DRAFT", True, b"{}", "开箱钥匙还没有制作"),
        ("DRAFT", True, b'{"scheme_hash":"x","urn_pub":"x"}', "票卡还没有打印"),
        ("SEALED_SETUP", True, b'{"scheme_hash":"x","urn_pub":"x"}', "群众代表按 20 人备卡，应到 27 人"),
        ("OPEN", True, b'{"scheme_hash":"x","urn_pub":"x"}', "投票已经开始"),
        ("ABORTED", True, b'{"scheme_hash":"x","urn_pub":"x"}', "票箱已经作废，票卡不能再用，须另立一轮"),
    ],
)
def test_the_ballot_is_followed_stop_by_stop(client, clerk, session, state, has_box, document, text):
    factories.AudienceGroupFactory(session=session, code="B", name="群众代表", expected=27)
    scheme = Scheme.objects.create(code="S", name="方案", body={})
    sid = ballots.new_sid()
    if has_box:
        Box.objects.create(sid=sid, state=state, manifest=document)
    round = BallotRound.objects.create(
        session=session, sid=sid, number=1, scheme=scheme, prepared_by=clerk, has_box=has_box, opened_at=NINE
    )
    round.groups.create(letter="b", code="B", name="群众代表", attendants=20)
    client.force_login(clerk)

    assert text in {text for room, _level, text in points(client, session) if room == "评议票"}


def server(client, session):
    return {text for room, _level, text in points(client, session) if room == "服务器"}


def test_a_worker_that_has_been_silent_for_long_is_told(client, clerk, session):
    client.force_login(clerk)
    assert "后台程序还没有运行过：提醒发不出，文件做不出" in server(client, session)

    notices.deliver_waiting(now=timezone.now())
    assert not any("后台程序" in text and "没有运行" in text for text in server(client, session))

    notices.deliver_waiting(now=dt.datetime(2026, 9, 25, 8, 40, tzinfo=dt.UTC))
    assert "后台程序 9月25日 16:40 以后没有运行：提醒发不出，文件做不出" in server(client, session)


def test_who_is_wanted_is_an_account_in_use(client, clerk, session, scrutineer, teller, approver):
    factories.AudienceGroupFactory(session=session, expected=9)
    client.force_login(clerk)
    assert ("参会", "ok", "各票种应到人数已列明，各种身份都有人") in points(client, session)

    User.objects.filter(pk=teller.pk).update(is_active=False)

    assert ("参会", "bad", "没有启用的计票人账号") in points(client, session)


def test_the_page_is_found_from_the_session_and_the_console_until_the_meeting_begins(client, clerk, session, hall):
    address = reverse("live:health", args=[session.uid])
    client.force_login(clerk)
    for state, is_there in (("READY", True), ("COUNTED", False)):
        ReviewSession.objects.update(state=state)
        assert (address in client.get(session.get_absolute_url()).content.decode()) == is_there
    hall.delete()
    ReviewSession.objects.update(state="READY")
    assert address in client.get(reverse("live:console", args=[session.uid])).content.decode()


def test_the_page_costs_the_same_for_one_and_three_officials(client, clerk):
    client.force_login(clerk)
    counts = []
    for n in (1, 3):
        session = factories.prepare(factories.ReviewSessionFactory(subjects=n))
        for code in "BCD"[:n]:
            factories.AudienceGroupFactory(session=session, code=code)
        with CaptureQueriesContext(connections["default"]) as asked:
            points(client, session)
        counts.append(len(asked))
    assert counts[0] == counts[1]
