"""What the intake, the form and the digest refuse, and what each of them leaves behind; the way through is in test_canvass.py."""

import datetime as dt

import pytest

from core.errors import RuleViolation
from core.models import AuditEvent
from notices.models import Notice
from reviews.actions import digest as digests
from reviews.actions import opinion as opinions
from reviews.actions import opinion_form as forms
from reviews.actions import tip_off as tip_offs
from reviews.models import Opinion, OpinionForm, ReviewSession, TipOff
from reviews.policies import canvass as policies
from reviews.rules import canvass as rules
from tests import factories

TODAY = dt.date(2026, 12, 1)
State = Opinion.State


@pytest.fixture
def form(session, clerk):
    return forms.open_form(session, opens_on=dt.date(2026, 11, 20), closes_on=dt.date(2026, 12, 7), by=clerk, today=TODAY)


@pytest.fixture
def opinion(session, subject):
    return factories.OpinionFactory(session=session, subject=subject, text="公示太笼统")


@pytest.fixture
def digest(session, opinion, clerk):
    opinions.classify(opinion, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)
    return digests.compile_digest(session, by=clerk)


# --- the form ----------------------------------------------------------------------------------------------


def test_once_the_meeting_has_begun_no_opinions_are_gathered(clerk):
    begun = factories.ReviewSessionFactory(state=ReviewSession.State.IN_PROGRESS)

    with pytest.raises(RuleViolation, match="会议已经开始"):
        forms.open_form(begun, opens_on=TODAY, closes_on=TODAY, by=clerk, today=TODAY)

    assert not OpinionForm.objects.exists()


def test_opening_the_form_again_changes_its_days_and_keeps_its_address(session, form, clerk):
    token = form.token

    forms.open_form(session, opens_on=form.opens_on, closes_on=dt.date(2026, 12, 14), by=clerk, today=TODAY)

    stored = OpinionForm.objects.get()
    assert (stored.closes_on, stored.token) == (dt.date(2026, 12, 14), token)
    assert AuditEvent.objects.filter(action="change_form").count() == 1


def test_no_more_paper_comes_back_than_went_out(form, clerk):
    with pytest.raises(RuleViolation, match="收回的份数多于发出的份数"):
        forms.count_paper(form, issued=20, returned=21, valid=0, by=clerk)
    with pytest.raises(RuleViolation, match="有效的份数多于收回的份数"):
        forms.count_paper(form, issued=20, returned=18, valid=19, by=clerk)
    form.refresh_from_db()
    assert (form.issued, form.returned) == (0, 0)

    forms.count_paper(form, issued=20, returned=18, valid=17, by=clerk)

    form.refresh_from_db()
    assert (form.issued, form.returned, form.valid) == (20, 18, 17)
    assert AuditEvent.objects.filter(action="count_paper_forms").count() == 1


def test_what_arrives_after_the_closing_day_is_not_taken(form, subject):
    with pytest.raises(RuleViolation, match="征求意见已经截止"):
        forms.receive(form, subject=subject, texts=["窗口慢"], now=dt.datetime(2026, 12, 8, 4, tzinfo=dt.UTC))

    assert not Opinion.objects.exists()


# --- intake ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nature", "aspect_item", "state"),
    [("CRITICISM", "B2", State.CLASSIFIED), ("CRITICISM", "", State.COLLECTED), ("", "B2", State.COLLECTED)],
)
def test_what_staff_enter_is_sorted_once_nature_and_place_are_said(session, subject, clerk, nature, aspect_item, state):
    opinion = opinions.add_opinion(
        session,
        subject=subject,
        channel="INTERVIEW",
        text="窗口慢",
        nature=nature,
        aspect_item=aspect_item,
        by=clerk,
        today=TODAY,
    )

    assert (opinion.state, opinion.received_on) == (state, TODAY)
    assert list(AuditEvent.objects.values_list("action", "thing")) == [("add_opinion", f"opinion {opinion.uid}")]


def test_what_has_been_merged_is_not_sorted_anew(session, subject, opinion, clerk):
    other = factories.OpinionFactory(session=session, subject=subject)
    opinions.merge(other, into=opinion, by=clerk)
    other.refresh_from_db()

    with pytest.raises(RuleViolation, match="的意见不能再归类"):
        opinions.classify(other, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)

    other.refresh_from_db()
    assert (other.state, other.nature) == (State.MERGED, "")


def test_of_two_who_sort_one_opinion_the_later_is_told(session, subject, opinion, clerk):
    """The page of the second was opened before the first had merged it."""
    in_hand = factories.OpinionFactory(session=session, subject=subject)
    opinions.merge(Opinion.objects.get(pk=in_hand.pk), into=opinion, by=clerk)

    with pytest.raises(RuleViolation, match="刚被他人处理"):
        opinions.classify(in_hand, nature="CRITICISM", aspect_item="B2", handling="QUESTION", by=clerk)

    in_hand.refresh_from_db()
    assert in_hand.state == State.MERGED


def test_a_tip_off_is_diverted_once(opinion, clerk, petition_clerk):
    tip_offs.divert(opinion, by=clerk, today=TODAY)

    with pytest.raises(RuleViolation, match="已经转信访室"):
        tip_offs.divert(opinion, by=clerk, today=TODAY)

    assert TipOff.objects.count() == 1
    assert Notice.objects.filter(to=petition_clerk).count() == 1


def test_a_tip_off_registered_by_the_petition_office_reminds_it_no_more(opinion, clerk, petition_clerk):
    tip_off = tip_offs.divert(opinion, by=clerk, today=TODAY)

    tip_offs.register_tip_off(tip_off, number="信〔2026〕31号", by=petition_clerk, today=TODAY)

    tip_off.refresh_from_db()
    assert (tip_off.registered_as, tip_off.registered_on) == ("信〔2026〕31号", TODAY)
    assert Notice.objects.get(to=petition_clerk).state == Notice.State.CANCELLED
    assert AuditEvent.objects.filter(action="register_tip_off").count() == 1


# --- the digest --------------------------------------------------------------------------------------------


def test_a_line_is_rewritten_in_the_commissions_own_words(digest, clerk):
    entry = digest.entries.get()

    digests.rewrite_entry(entry, text="采购公示不够具体", nature="SUGGESTION", handling="RECTIFICATION", by=clerk)

    entry.refresh_from_db()
    assert (entry.text, entry.nature, entry.handling) == ("采购公示不够具体", "SUGGESTION", "RECTIFICATION")


def test_a_line_left_out_leaves_the_opinion_standing(digest, opinion, clerk):
    digests.drop_entry(digest.entries.get(), by=clerk)

    assert not digest.entries.exists()
    assert Opinion.objects.get(pk=opinion.pk).state == State.CLASSIFIED


def test_a_digest_without_a_line_goes_to_nobody(digest, clerk, approver):
    digests.drop_entry(digest.entries.get(), by=clerk)

    with pytest.raises(RuleViolation, match="还没有条目"):
        digests.submit_digest(digest, by=clerk, now=dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC))

    assert not Notice.objects.filter(to=approver).exists()


@pytest.mark.parametrize("who", ["subject_user", "liaison"])
def test_the_own_lines_are_read_once_the_digest_is_approved(request, digest, subject, who):
    user = request.getfixturevalue(who)
    assert not policies.can_read_own_digest(user, subject)

    type(digest).objects.update(state="APPROVED")

    assert policies.can_read_own_digest(user, subject)
    assert not policies.can_read_own_digest(user, subject.session.subjects.last())


def test_where_there_is_no_digest_nobody_reads_the_own_lines(subject, subject_user):
    assert not policies.can_read_own_digest(subject_user, subject)


def test_of_several_originals_the_longest_copied_run_is_named():
    originals = ["采购公示内容偏笼统", "反映采购公示内容", "窗口慢"]

    assert rules.copied_runs(["反映食材采购公示内容偏笼统", "窗口慢"], originals) == ["采购公示内容偏笼统", ""]
