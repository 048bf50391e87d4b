import datetime as dt

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from notices import actions
from notices.models import Notice
from tests import factories
from tests.notices.conftest import NOW

State = Notice.State


@pytest.fixture
def reader(db):
    return factories.UserFactory(name="薛翊和", email="xue@example.org")


def post(reader, key="item:1:BLUE", **more):
    actions.post(to=[reader], **{"key": key, "subject": "应于12月11日完成", "matter": "item:1", "link": "/x", **more})


def test_the_same_person_and_key_get_one_notice(reader):
    other = factories.UserFactory()
    actions.post(to=[reader, other, reader], key="k", subject="甲", matter="m")
    actions.post(to=[reader], key="k", subject="乙", matter="m")

    assert [(n.to, n.subject) for n in Notice.objects.order_by("pk")] == [(reader, "乙"), (other, "甲")]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("is_again", [False, True])
def test_a_notice_costs_the_same_for_many(db, n, is_again, django_assert_num_queries):
    people = factories.UserFactory.create_batch(n)
    if is_again:
        actions.post(to=people, key="k", subject="甲", matter="m")

    with django_assert_num_queries(2):
        actions.post(to=people, key="k", subject="乙", matter="m")

    assert list(Notice.objects.values_list("subject", "state")) == [("乙", State.WAITING)] * n


def test_the_words_are_kept_in_both_languages_whoever_acts(reader):
    with override("en"):
        actions.post(
            to=[reader], key="k", subject=lambda: _("已批准：%(title)s") % {"title": "A"}, body=lambda: gettext_lazy("已核稿")
        )

    notice = Notice.objects.get()
    assert (notice.shown_subject, notice.shown_body) == ("已批准：A", "已核稿")
    with override("en"):
        assert (notice.shown_subject, notice.shown_body) == ("Approved: A", "Checked")


def test_a_typed_reason_reads_the_same_in_both(reader):
    post(reader, subject="退回", body="请补充数字")

    notice = Notice.objects.get()
    with override("en"):
        assert (notice.shown_subject, notice.shown_body) == ("退回", "请补充数字")


def test_a_subject_is_one_line_as_long_as_its_field(reader):
    post(reader, subject="警示教育不够\r\n经常\t " + "长" * 300)

    subject = Notice.objects.get().subject
    assert subject.startswith("警示教育不够 经常 长长")
    assert len(subject) == 200
    assert actions.deliver_waiting(now=NOW) == 1
    assert mail.outbox[0].subject == subject


def test_what_was_sent_is_not_sent_again(reader):
    post(reader)
    assert actions.deliver_waiting(now=NOW) == 1
    post(reader, subject="另一句")

    assert actions.deliver_waiting(now=NOW) == 0
    assert [message.subject for message in mail.outbox] == ["应于12月11日完成"]
    assert "http://localhost:8000/x" in mail.outbox[0].body
    notice = Notice.objects.get()
    assert (notice.subject, notice.sent_at, notice.mailed_at) == ("应于12月11日完成", NOW, NOW)


def test_a_notice_waits_for_its_time(reader):
    post(reader, send_at=NOW + dt.timedelta(days=1))

    assert actions.deliver_waiting(now=NOW) == 0
    assert actions.deliver_waiting(now=NOW + dt.timedelta(days=9)) == 1  # the server was down for a week


def test_cancelling_a_matter_stops_what_waits_and_nothing_else(reader):
    post(reader, "item:1:BLUE")
    actions.deliver_waiting(now=NOW)
    post(reader, "item:1:RED", send_at=NOW + dt.timedelta(days=9))
    post(reader, "item:2:RED", matter="item:2", send_at=NOW + dt.timedelta(days=9))

    assert actions.cancel(matter="item:1") == 1
    assert actions.cancel(matter="item:1") == 0

    assert dict(Notice.objects.values_list("key", "state")) == {
        "item:1:BLUE": State.SENT, "item:1:RED": State.CANCELLED, "item:2:RED": State.WAITING,
    }  # fmt: skip
    post(reader, "item:1:RED", send_at=NOW)  # the matter is taken up again
    assert actions.deliver_waiting(now=NOW) == 1


class DownBackend(EmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("mail server is down")


def test_what_is_done_asks_for_nothing_any_more(reader):
    other = factories.UserFactory()
    for key, matter in (("sent", "step:1"), ("other", "step:10")):
        post(reader, key, matter=matter)
    actions.deliver_waiting(now=timezone.now())
    post(other, "waits", matter="step:1")

    actions.close(matter="step:1")

    unread = Notice.objects.inbox_of(reader).unread()
    assert [notice.key for notice in unread] == ["other"]
    assert Notice.objects.inbox_of(reader).count() == 2
    assert Notice.objects.get(to=other).state == Notice.State.CANCELLED


def test_a_mail_server_that_is_down_costs_the_mail_and_never_the_notice(reader, settings, caplog):
    post(reader)
    settings.EMAIL_BACKEND = "tests.notices.test_notice_actions.DownBackend"

    assert actions.deliver_waiting(now=NOW) == 1

    notice = Notice.objects.get()
    assert (notice.state, notice.mailed_at) == (State.SENT, None)
    assert list(Notice.objects.inbox_of(reader)) == [notice]
    assert "ConnectionRefusedError" in caplog.text
    assert "xue@example.org" not in caplog.text


@pytest.mark.parametrize("changes", [{"email": ""}, {"is_active": False}])
def test_no_mail_without_an_address_or_to_a_closed_account(reader, changes):
    for name, value in changes.items():
        setattr(reader, name, value)
    reader.save()
    post(reader)

    assert actions.deliver_waiting(now=NOW) == 1
    assert mail.outbox == []


def test_reading_is_noted_once(reader):
    post(reader)
    Notice.objects.mark_read(now=NOW)
    Notice.objects.mark_read(now=NOW + dt.timedelta(hours=1))

    assert Notice.objects.get().read_at == NOW


def test_a_mail_server_that_says_nothing_is_not_waited_for():
    """One worker does everything: without a limit one silent server would stop every sweep."""
    assert 0 < mail.get_connection("django.core.mail.backends.smtp.EmailBackend").timeout <= 30
