"""The checklist of a ballot: which step is next, who is offered it, and what everybody sees of the vote."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from ballots import codec, counting
from ballots.models import Box
from reviews.models import Attendee, HeadCount, LeaderComment, ReviewSession
from scoring.actions import box, steps
from scoring.models import StepRequest
from tests import factories
from tests.scoring.pages import page

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


def test_a_refused_reason_for_a_void_round_stands_in_its_question(client, hall):
    hall.prepare().make_keys().make_cards().open()
    client.force_login(hall.clerk)
    lines = "票卡少印\r\n" * 59  # 295 characters on the page, 354 on the wire

    for reason, why in [("", "请填写作废理由"), ("少" * 301, "301")]:
        refused = client.post(page("ballot_ask", hall.session, "VOID"), {"reason": reason}).content.decode()
        assert why in refused
        assert "open>" in refused
        assert reason in refused
        assert "hx-get" not in refused.split('id="pulse"')[1].split(">")[0]
    assert not hall.round.requests.filter(step="VOID").exists()

    assert client.post(page("ballot_ask", hall.session, "VOID"), {"reason": lines + "。"}).status_code == 302
    assert hall.round.requests.get(step="VOID").reason.count("票卡少印") == 59


def test_who_has_come_is_who_cards_are_made_for(client, hall):
    """Those ticked by name, else those counted at the door; those expected where nobody has come yet."""
    ticked, counted, awaited = hall.session.audience.filter(is_anonymous=True)
    Attendee.objects.create(group=ticked, name="已到", is_present=True)
    Attendee.objects.create(group=ticked, name="未到")
    HeadCount.objects.create(group=counted, present=4)
    client.force_login(hall.clerk)

    form = client.get(page("ballot_prepare", hall.session)).context["form"]

    made = [form[f"attendants_{group.code}"].value() for group in (ticked, counted, awaited)]
    assert made == [1, 4, awaited.expected]


def test_the_checklist_names_the_step_and_offers_it_to_the_right_person(client, hall):
    client.force_login(hall.clerk)
    assert "选定方案，确定票卡数" in client.get(page("ballot", hall.session)).content.decode()
    numbers = {
        "attendants_A": 1,
        "attendants_B": 7,
        "papers_B": 0,
        "attendants_C": 5,
        "papers_C": 0,
        "attendants_D": 6,
        "papers_D": 1,
    }
    assert client.post(page("ballot_prepare", hall.session), numbers | {"scheme": hall.scheme.pk}).status_code == 302
    assert client.post(page("ballot_ask", hall.session, "SETUP")).status_code == 302
    assert "等待另一人确认" in client.get(page("ballot", hall.session)).content.decode()

    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()
    assert "我确认建立票箱" in text
    assert "计分方案和各票种的票卡数从此不能再改" in text  # asked once more, with what it means
    client.post(page("ballot_confirm", hall.session, StepRequest.objects.get().pk))
    assert hall.round.has_box


def test_whoever_confirms_that_a_round_is_void_reads_why_in_the_question(client, hall):
    hall.prepare().make_keys().make_cards().open()
    client.force_login(hall.clerk)
    client.post(page("ballot_ask", hall.session, "VOID"), {"reason": "停电半小时"})

    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()

    assert re.search(r'class="dialog">\s*<h2>作废本轮？</h2>\s*<p>理由：停电半小时。已投的票不算，密封的票全部删除', text)


def test_one_who_asks_to_void_the_round_takes_the_next_step_from_nobody(client, hall):
    hall.prepare().make_keys().make_cards().open()
    steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="停电")

    for user in (hall.clerk, hall.scrutineer):
        client.force_login(user)
        step = client.get(page("ballot", hall.session)).context["step"]
        assert (step["title"], step["url"]) == ("宣布截止", page("ballot_ask", hall.session, "CLOSE"))


def test_what_is_confirmed_is_what_the_page_showed(client, hall):
    """Taken back and asked again for another reason, it is another request; the old button names the first, and no other meeting's."""
    hall.prepare()
    client.force_login(hall.scrutineer)
    asked = steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="停电")
    shown = page("ballot_confirm", hall.session, asked.pk)
    assert f'action="{shown}"' in client.get(page("ballot", hall.session)).content.decode()
    steps.withdraw(asked, by=hall.clerk)
    again = steps.ask(hall.round, "VOID", by=hall.clerk, now=timezone.now(), reason="换会场")

    late = client.post(shown, follow=True, headers={"Referer": f"http://testserver{page('ballot', hall.session)}"})
    client.post(page("ballot_confirm", factories.ReviewSessionFactory(), again.pk))

    assert "请重新提出" in late.content.decode()
    assert hall.round.requests.filter(confirmed_at=None).get() == again


@pytest.mark.parametrize(("days", "is_rehearsal", "is_warned"), [(28, False, True), (28, True, False), (1, False, False)])
def test_cards_are_not_made_weeks_ahead_without_a_warning(client, hall, days, is_rehearsal, is_warned):
    date = timezone.localdate() + dt.timedelta(days=days)
    ReviewSession.objects.update(date=date, is_rehearsal=is_rehearsal)
    client.force_login(hall.clerk)

    text = client.get(page("ballot_prepare", hall.session)).content.decode()

    assert (f"离会议还有 {days} 天" in text) == is_warned


def test_the_stage_line_says_how_far_the_result_is(client, hall):
    def note():
        stages = client.get(page("ballot", hall.session)).context["stages"]
        return next(stage["note"] for stage in stages if stage["label"] == "结果")

    client.force_login(hall.clerk)
    assert note() == "待计票"
    hall.counted()
    assert note() == "待确认"
    hall.sign().confirm()
    assert note() == "已确认"


def test_the_pulse_reloads_the_page_when_somebody_took_a_step(client, hall):
    client.force_login(hall.clerk)
    version = client.get(page("ballot", hall.session)).context["version"]
    assert "HX-Refresh" not in client.get(page("ballot_pulse", hall.session), {"v": version}).headers
    hall.prepare()
    assert client.get(page("ballot_pulse", hall.session), {"v": version})["HX-Refresh"] == "true"


def test_nobody_votes_before_everybody_who_came_was_commented_on(client, hall):
    hall.prepare().make_keys().make_cards()
    factories.comment_on(hall.session)
    _first, second, third = hall.session.subjects.all()
    second.comments.update(is_delivered=False)
    third.comments.all().delete()
    client.force_login(hall.clerk)
    step = client.get(page("ballot", hall.session)).context["step"]
    assert f"还没有点评：{second.name}、{third.name}。" in step["blockers"][0]["text"]

    client.post(page("ballot_ask", hall.session, "OPEN"))
    assert not hall.round.requests.filter(step="OPEN").exists()

    second.comments.update(is_delivered=True)
    hall.session.subjects.filter(pk=third.pk).update(absence="住院")
    client.post(page("ballot_ask", hall.session, "OPEN"))
    request = hall.round.requests.get(step="OPEN")
    second.comments.update(is_delivered=False)  # taken back meanwhile
    client.force_login(hall.scrutineer)
    client.post(reverse("scoring:ballot_confirm", args=[hall.session.uid, request.pk]))
    assert hall.round.state == Box.State.SEALED_SETUP


def test_who_opens_the_vote_is_told_of_a_group_in_which_too_few_came(client, hall):
    hall.prepare().make_keys().make_cards()
    group = hall.session.audience.get(code="B")
    client.force_login(hall.clerk)
    assert "不足 5 票" not in client.get(page("ballot", hall.session)).content.decode()

    HeadCount.objects.update_or_create(group=group, defaults={"present": 4})

    assert f"{group.name}只到了 4 人，不足 5 票，按方案谁都不出分。" in client.get(page("ballot", hall.session)).content.decode()


def test_a_rehearsal_may_try_the_ballot_by_itself(hall):
    hall.prepare().make_keys().make_cards()
    LeaderComment.objects.all().delete()
    ReviewSession.objects.update(is_rehearsal=True)

    assert steps.step_blockers(hall.round, "OPEN", now=hall.now) == []


def test_turnout_is_rounded_while_the_box_is_open(client, hall):
    hall.prepare().make_keys().make_cards().open().vote(b=7, c=5, d=1)
    client.force_login(hall.scrutineer)
    text = client.get(page("ballot", hall.session)).content.decode()
    assert "已收到 <b>10</b> 张以上" in text


def test_all_processes_of_the_site_show_one_turnout_that_moves_every_twenty_seconds(hall, monkeypatch):
    """Each process has a rhythm of its own for what it asks of the box."""
    hall.prepare().make_keys().make_cards().open().vote(b=7, c=0, d=0)
    processes = [{}, {}]

    def shown(process, after):
        monkeypatch.setattr(counting, "_shown", processes[process])
        return box.turnout(hall.round, now=hall.now + dt.timedelta(seconds=after))

    assert shown(0, 0) == 5
    hall.vote(b=0)
    assert [shown(process, after) for process, after in [(1, 1), (0, 2), (1, 19)]] == [5, 5, 5]
    assert [shown(process, after) for process, after in [(1, 20), (0, 21), (1, 39)]] == [15, 15, 15]
    hall.close()
    assert shown(0, 41) == hall.round.turnout == 18


def test_the_received_list_shows_sorted_codes_only_once_closed(client, hall):
    hall.prepare().make_keys().make_cards().open().vote()
    client.force_login(hall.scrutineer)
    assert client.get(page("received", hall.session)).status_code == 404
    hall.close()
    codes = client.get(page("received", hall.session)).context["codes"]
    sent = [codec.code(codec.sha256(codec.unb64(codec.parse(body)["e"])), 40) for body in hall.bodies]
    assert codes == sorted(sent)


@pytest.mark.parametrize("tab", ["reviews:session", "reviews:questions", "rectification:session_papers"])
def test_a_waiting_step_is_found_on_every_tab_by_who_may_confirm_it(client, hall, tab):
    hall.prepare().make_keys().make_cards().open()
    wait = steps.ask(hall.round, "VOID", by=hall.scrutineer, now=timezone.now(), reason="票卡发错了组")
    address = reverse(tab, args=[hall.session.uid])

    client.force_login(hall.clerk)
    page = client.get(address).content.decode()
    assert 'id="wait-VOID"' in page
    assert wait.get_absolute_url() in page
    assert "票卡发错了组" not in page

    wait.delete()
    assert 'id="wait-VOID"' not in client.get(address).content.decode()
