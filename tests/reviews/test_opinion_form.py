import contextlib
import datetime as dt
import io
import re

import pdfplumber
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from core.errors import RuleViolation
from core.models import AuditEvent
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import opinion_form as actions
from reviews.models import Digest, Opinion, OpinionForm, ReviewSession
from tests import factories

TODAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def test_opening_the_form_begins_the_canvass(session, form):
    session.refresh_from_db()
    assert session.state == ReviewSession.State.CANVASSING
    assert form.is_open(TODAY)


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (dt.date(2026, 12, 7), dt.date(2026, 12, 1), "早于发放日期"),
        (dt.date(2026, 12, 1), dt.date(2026, 12, 22), "须早于会议日期"),
    ],
)
def test_days_that_cannot_be_are_refused(session, clerk, opens, closes, words):
    with pytest.raises(RuleViolation, match=words):
        actions.open_form(session, opens_on=opens, closes_on=closes, by=clerk, today=TODAY)


def test_a_session_not_approved_gathers_no_opinions(clerk):
    draft = factories.ReviewSessionFactory(state=ReviewSession.State.DRAFT)

    with pytest.raises(RuleViolation, match="还没有批准"):
        actions.open_form(draft, opens_on=TODAY, closes_on=TODAY, by=clerk, today=TODAY)


@pytest.mark.slow
def test_the_paper_form_prints_two_pages_for_each_official(client, clerk, form):
    factories.ReportTemplateFactory()
    client.force_login(clerk)

    answer = client.get(reverse("reviews:canvass_form", args=[form.session.uid]), headers={"accept-language": "en"})

    with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:
        assert len(pdf.pages) == 2 * 5
        assert form.session.subjects.first().name in pdf.pages[0].extract_text()
        said = "".join(page.extract_text() for page in pdf.pages[:2])
        assert [word in said for word in ("内部", "较好", "服务对象", "2026年12月22日", "Good", "Tuesday")] == 4 * [True] + 2 * [
            False
        ]
        assert pdf.metadata["Title"] == "征求意见表"


@pytest.mark.slow
def test_the_paper_form_of_a_rehearsal_says_so_on_every_page(client, clerk, form):
    factories.ReportTemplateFactory()
    client.force_login(clerk)

    def said():
        answer = client.get(reverse("reviews:canvass_form", args=[form.session.uid]))
        with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as pdf:
            return {"演练，不作数" in page.extract_text() for page in pdf.pages}

    assert said() == {False}
    ReviewSession.objects.filter(pk=form.session.pk).update(is_rehearsal=True)
    assert said() == {True}


def test_the_poster_of_a_rehearsal_says_so(client, clerk, form):
    client.force_login(clerk)

    def said():
        return "这里办的一切都不作数" in client.get(reverse("reviews:canvass_poster", args=[form.session.uid])).content.decode()

    assert not said()
    ReviewSession.objects.filter(pk=form.session.pk).update(is_rehearsal=True)
    assert said()


def test_the_form_stops_while_the_digest_is_with_the_leader_and_after(client, clerk, approver, form, digest, time_machine):
    """Whatever came afterwards would reach no member, though the form says that it does."""
    time_machine.move_to(NOW)
    address, page = reverse("reviews:opinion_form", args=[form.token]), reverse("reviews:digest", args=[form.session.uid])
    client.force_login(clerk)
    for entry in digest.entries.all():
        digests.rewrite_entry(entry, text="办事公开还不够具体", nature="CRITICISM", handling="QUESTION", by=clerk)
    assert "提交审批以后它就停止收意见" in client.get(page).content.decode()

    digests.submit_digest(digest, by=clerk, now=NOW)
    assert "已经停止征求意见" in client.get(address).content.decode()
    digests.return_digest(Digest.objects.get(pk=digest.pk), reason="再改", by=approver)
    assert "已经停止征求意见" not in client.get(address).content.decode()
    digests.submit_digest(Digest.objects.get(pk=digest.pk), by=clerk, now=NOW)
    digests.approve_digest(Digest.objects.get(pk=digest.pk), by=approver, now=NOW)

    assert "已经停止征求意见" in client.get(address).content.decode()
    with pytest.raises(RuleViolation, match="收不进新的意见"):
        opinions.add_opinion(
            form.session, subject=digest.entries.first().subject, channel="FORUM", text="晚了", by=clerk, today=NOW.date()
        )


def test_anybody_may_write_and_leaves_no_trace(client, form, subject, time_machine):
    time_machine.move_to(NOW)
    address = reverse("reviews:opinion_form", args=[form.token])
    trail = AuditEvent.objects.count()

    page = client.get(address)
    answer = client.post(address, {"subject": str(subject.uid), "duty": "窗口办事要跑两趟", "ask": "何时能改好？"})

    thanks = client.get(answer["Location"])
    assert "系统不知道是您写的" in thanks.content.decode()
    assert not any(one.cookies for one in (page, answer, thanks))
    assert "no-store" in thanks["Cache-Control"]
    assert sorted(Opinion.objects.values_list("text", flat=True)) == ["何时能改好？", "窗口办事要跑两趟"]
    assert AuditEvent.objects.count() == trail


def test_reloading_the_thanks_sends_nothing_again(client, form, subject, time_machine):
    time_machine.move_to(NOW)
    address = reverse("reviews:opinion_form", args=[form.token])

    answer = client.post(address, {"subject": str(subject.uid), "duty": "窗口慢"})
    again = [client.get(answer["Location"]).status_code for _twice in range(2)]

    assert (answer.status_code, again) == (302, [200, 200])
    assert Opinion.objects.count() == 1
    assert client.get(reverse("reviews:opinion_thanks", args=["nonsense"])).status_code == 404


def test_the_act_of_somebody_signed_in_is_not_written_down(client, form, subject, clerk, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(clerk)
    key = client.cookies["sessionid"].value
    time_machine.move_to(NOW + dt.timedelta(minutes=5), tick=False)
    address = reverse("reviews:opinion_form", args=[form.token])

    answers = [client.get(address), client.post(address, {"subject": str(subject.uid), "duty": "窗口办事要跑两趟"})]

    assert not any(answer.cookies for answer in answers)
    assert SessionStore(key)["acted"] == int(NOW.timestamp())


def test_the_form_keeps_what_was_typed_when_something_is_missing(client, form, time_machine):
    time_machine.move_to(NOW)

    page = client.post(reverse("reviews:opinion_form", args=[form.token]), {"duty": "窗口办事要跑两趟"})

    assert "窗口办事要跑两趟" in page.content.decode()
    assert not Opinion.objects.exists()


def test_too_long_a_text_is_kept_whole_and_refused_in_words(client, form, subject, time_machine):
    time_machine.move_to(NOW)
    address, text = reverse("reviews:opinion_form", args=[form.token]), "窗口" * 251

    empty = client.get(address)
    page = client.post(address, {"subject": str(subject.uid), "duty": text}).content.decode()

    assert "maxlength" not in empty.content.decode()
    assert text in page
    assert "最多 500 字，现在 502 字" in page
    assert not Opinion.objects.exists()


def test_the_public_pages_are_not_marked_internal_and_no_browser_gives_the_words_back(client, form, subject, time_machine):
    time_machine.move_to(NOW)
    address = reverse("reviews:opinion_form", args=[form.token])

    pages = [client.get(address), client.post(address, {"subject": str(subject.uid), "duty": "窗口办事要跑两趟"})]

    assert all("内部资料" not in page.content.decode() for page in pages)
    assert all("no-store" in page["Cache-Control"] for page in pages)
    assert 'autocomplete="off"' in pages[0].content.decode()


def test_an_empty_form_is_refused_in_words(client, form, subject, time_machine):
    time_machine.move_to(NOW)

    page = client.post(reverse("reviews:opinion_form", args=[form.token]), {"subject": str(subject.uid)})

    assert "还没有填写意见" in page.content.decode()


def test_a_closed_form_and_an_unknown_one_say_so(client, form, time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 9, tzinfo=dt.UTC))

    assert "现在不在征求意见期间" in client.get(reverse("reviews:opinion_form", args=[form.token])).content.decode()
    assert client.get(reverse("reviews:opinion_form", args=["nonsense"])).status_code == 404


def test_a_flood_is_stopped_without_telling_people_apart(client, form, subject, time_machine, monkeypatch):
    time_machine.move_to(NOW)
    monkeypatch.setattr("reviews.actions.opinion_form.A_MINUTE", 2)
    address = reverse("reviews:opinion_form", args=[form.token])

    for _ in range(4):
        page = client.post(address, {"subject": str(subject.uid), "duty": "慢"})

    assert Opinion.objects.count() == 2
    assert "请一分钟后再提交" in page.content.decode()


def test_the_cap_begins_anew_each_minute_and_is_each_forms_own(form, subject, monkeypatch):
    monkeypatch.setattr("reviews.actions.opinion_form.A_MINUTE", 2)

    def sent(minute):
        try:
            actions.receive(form, subject=subject, texts=["慢"], now=NOW + dt.timedelta(minutes=minute))
        except RuleViolation:
            return False
        return True

    assert [sent(minute) for minute in (0, 0, 0, 1, 1, 1, 2, 59, 60)] == [True, True, False, True, True, False, True, True, True]
    full = sent(60), sent(60)
    other = OpinionForm.objects.create(session=factories.ReviewSessionFactory(), opens_on=form.opens_on, closes_on=form.closes_on)
    actions.receive(other, subject=factories.SessionSubjectFactory(session=other.session), texts=["慢"], now=NOW)
    assert full == (True, False)


def test_what_is_refused_is_not_counted(form, subject):
    for texts in ([], ["慢"]):
        with contextlib.suppress(RuleViolation):
            actions.receive(form, subject=subject, texts=texts, now=NOW)

    form.refresh_from_db()
    assert form.in_minute == 1


def test_the_proxy_writes_down_nothing_that_the_form_loads(client, form, settings):
    """A style sheet in the log tells who opened the form, and when, as well as the form itself would."""
    sites = (settings.ROOT / "deploy" / "nginx" / "sites.conf.template").read_text()
    places = re.findall(r"^    location (/\S+) \{\n(.*?)^    \}", sites, re.DOTALL | re.MULTILINE)
    silent = tuple(path for path, rules in places if "access_log off;" in rules and "error_log /dev/null crit;" in rules)

    address = reverse("reviews:opinion_form", args=[form.token])
    page = client.get(address).content.decode()
    loaded = [name for name in re.findall(r'(?:href|src|action)="([^"]*)"', page) if not name.startswith("#")]

    assert len(loaded) > 5
    assert [name for name in [address, *loaded] if not name.startswith(silent)] == []
