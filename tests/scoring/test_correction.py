"""更正: another signed version over the same ballots, with a reason; the earlier one stays."""

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from ballots import codec, verify
from ballots.models import Publication, Transcript
from core.errors import RuleViolation
from live.actions import minutes_drawn
from reviews.models import ReviewSession
from scoring.actions import correction, ending, opening, papers, sheets, steps, table
from scoring.actions.recount import recount
from scoring.models import Count, PaperJob, Scheme, StepRequest, SubjectResult
from tests import factories
from tests.core import reading

REASON = "姜景舟的评分表上第一项是 2 分，录成了 7 分"

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


@pytest.fixture
def published(hall):
    return hall.sign().confirm().publish()


def agree(hall):
    hall.together("CORRECT", first=hall.approver, reason=REASON)


def retype(hall, less=5):
    """The leading member's first mark for the first official, lower by so many points."""
    group = hall.round.groups.get(letter="a")
    marks = {m.subject: dict(m.answers) for m in group.marks.select_related("subject")}
    first = next(iter(marks))
    code = sorted(marks[first])[0]
    marks[first][code] -= less * 10
    table.enter_named(group, rater="姜景舟", marks=marks, by=hall.clerk, seen=table.shown(group.marks.all()))


@pytest.fixture
def corrected(published):
    """The second version, counted and not signed yet; `before` is the first."""
    hall = published
    hall.before = hall.count
    agree(hall)
    retype(hall)
    return hall.tally()


def whole(hall, version):
    return bytes(Transcript.objects.get(sid=hall.round.sid, version=version).document)


def test_a_correction_is_another_version_over_the_same_ballots(corrected):
    old, new = (codec.parse(whole(corrected, version)) for version in "12")

    assert {name for name in old if old[name] != new[name]} == {"named", "board_sig"}
    assert (corrected.count.version, corrected.count.correction.reason) == (2, REASON)
    assert corrected.count.result_hash != corrected.before.result_hash
    assert corrected.round.correction is None
    found, result = verify.verify(whole(corrected, "2"), codec.code(corrected.round.box.manifest_hash, 80))
    assert verify.commitment(found, result["input_hash"]) == corrected.count.input_hash
    verify.check_correction(found, old)


def test_the_earlier_version_holds_until_the_new_one_is_published(corrected):
    assert corrected.before.superseded_by is None
    assert {row.count.version for row in SubjectResult.objects.published().select_related("count")} == {1}

    corrected.sign().confirm().publish()

    assert corrected.before.superseded_by == corrected.count
    assert {row.count.version for row in SubjectResult.objects.published().select_related("count")} == {2}
    assert [p.version for p in Publication.objects.filter(sid=corrected.round.sid).order_by("version")] == ["1", "2"]
    assert corrected.session.state == ReviewSession.State.FED_BACK


def test_the_minutes_tell_both_versions_and_who_agreed_on_the_second(corrected):
    corrected.sign().confirm().publish()

    told = minutes_drawn.ballot(corrected.session, corrected.session.date, lambda _moment: True)

    assert (told.count("开箱计票完成"), told.count("公布结果")) == (2, 2)
    assert f"{corrected.approver}提出、" in told
    assert "同意更正，重新计票，另出第 2 版。" in told
    assert REASON not in told


def test_both_versions_can_be_counted_again(corrected):
    for count in (corrected.before, corrected.count):
        assert recount(count, by=corrected.scrutineer).differing == []


def test_a_count_not_published_yet_is_corrected_as_well(hall):
    hall.sign()
    agree(hall)
    retype(hall)
    hall.tally()
    assert (hall.count.version, hall.count.is_signed) == (2, False)

    hall.sign().confirm().publish()

    assert hall.session.state == ReviewSession.State.FED_BACK
    assert [p.version for p in Publication.objects.filter(sid=hall.round.sid)] == ["2"]
    hall.end()


def test_nothing_is_signed_while_it_is_being_corrected(hall):
    agree(hall)

    with pytest.raises(RuleViolation, match="正在更正"):
        hall.sign()


def test_a_correction_takes_a_leader_a_scrutineer_and_a_reason(client, published, clerk):
    hall = published
    with pytest.raises(RuleViolation, match="更正的理由"):
        steps.ask(hall.round, "CORRECT", by=hall.approver, now=hall.now)
    client.force_login(clerk)
    ask = reverse("scoring:ballot_ask", args=[hall.session.uid, "CORRECT"])
    assert client.post(ask, {"reason": REASON}).status_code == 403
    with pytest.raises(RuleViolation, match="审批领导和监票人各一人"):
        hall.together("CORRECT", first=hall.approver, second=clerk, reason=REASON)
    StepRequest.objects.filter(step="CORRECT").delete()

    agree(hall)

    with pytest.raises(RuleViolation, match="已有一项更正"):
        steps.ask(hall.round, "CORRECT", by=hall.scrutineer, now=hall.now, reason=REASON)


def test_nothing_is_corrected_once_the_session_is_closed(published):
    """Its letters, items and close-outs rest on the result."""
    ReviewSession.objects.update(state=ReviewSession.State.CLOSED)

    with pytest.raises(RuleViolation, match="已经办结，评议结果不能再更正"):
        agree(published)


def test_named_marks_stay_shut_without_a_correction(published):
    with pytest.raises(RuleViolation, match="两人提出、确认更正"):
        retype(published)
    with pytest.raises(RuleViolation, match="两人提出、确认更正"):
        table.note_cards(published.round, {"b": (7, "")}, by=published.teller)
    with pytest.raises(RuleViolation, match="结果已经公布"):
        opening.urn(published.round, by=published.scrutineer, now=published.now)


def test_the_urn_is_not_opened_again_for_nothing(published):
    agree(published)

    with pytest.raises(RuleViolation, match="没有更正的内容"):
        opening.urn(published.round, by=published.scrutineer, now=published.now)


def test_a_correction_in_which_nothing_was_wrong_is_given_up(published):
    agree(published)
    retype(published)
    with pytest.raises(RuleViolation, match="先改回原来的数"):
        steps.give_up_correction(published.round, by=published.approver)

    retype(published, less=-5)
    for _again in range(2):
        steps.give_up_correction(published.round, by=published.approver)

    assert published.round.correction is None
    assert not StepRequest.objects.filter(step="CORRECT").exists()
    published.end()


def note_came(hall, n, why):
    drawn = {group.letter: (group.drawn, group.unaccounted_reason) for group in hall.round.groups.filter(is_named=False)}
    table.note_cards(hall.round, drawn | {"a": (n, why)}, by=hall.teller)


def test_what_is_put_right_does_not_rewrite_the_sheet_that_was_signed(published):
    agree(published)
    table.remove_named(published.round.groups.get(letter="a"), rater="姜景舟", by=published.clerk)

    note_came(published, 0, "姜景舟没有到会")

    assert sheets.count_sheet(published.again().count)["decisions"] == []
    assert "实到 0 人：姜景舟没有到会" in sheets.count_sheet(published.tally().count)["decisions"][0]


def test_how_many_came_is_put_back_too_before_a_correction_is_given_up(published):
    agree(published)
    note_came(published, 3, "另有两人到会没有打分")
    with pytest.raises(RuleViolation, match="实到人数已经改过"):
        steps.give_up_correction(published.round, by=published.approver)
    assert "没有更正的内容" in correction.opening_blockers(published.round)[0]  # no transcript knows it: there is nothing to sign

    note_came(published, 1, "")
    steps.give_up_correction(published.round, by=published.approver)

    assert published.round.correction is None


def test_a_transcript_in_which_a_ballot_changed_is_no_correction(corrected):
    agree(corrected)
    retype(corrected, less=1)
    document = codec.parse(corrected.transcript())
    document["slips"] = document["slips"][1:]

    with pytest.raises(RuleViolation, match="未通过核验"):
        opening.save_transcript(corrected.round, codec.canonical(document), by=corrected.scrutineer, now=corrected.now)
    assert Transcript.objects.count() == 2


def test_the_same_transcript_sent_again_changes_nothing(corrected):
    again = opening.save_transcript(corrected.round, whole(corrected, "2"), by=corrected.scrutineer, now=corrected.now)

    assert again == corrected.count
    assert Count.objects.count() == 2


@pytest.mark.parametrize(("sides", "is_refused"), [(True, True), (False, False)])
def test_with_sides_no_named_group_gains_or_loses_its_value(published, monkeypatch, sides, is_refused):
    """Its side would weigh the others differently: two equations about the same hidden values."""
    agree(published)
    group = published.round.groups.get(letter="a")
    subjects = [m.subject for m in group.marks.select_related("subject")]
    blank = {subject: {} for subject in subjects[:1]}
    table.enter_named(group, rater="姜景舟", marks=blank, by=published.clerk, seen=table.shown(group.marks.all()))
    plan = dataclasses.replace(published.scheme.plan(), sides={"X": 1} if sides else {})
    monkeypatch.setattr(Scheme, "plan", lambda scheme: plan)

    reasons = correction.opening_blockers(published.round)

    assert any("推出不记名票种" in reason for reason in reasons) is is_refused


def test_after_the_end_no_key_is_left_to_correct_with(published):
    published.end()

    with pytest.raises(RuleViolation, match="钥匙卡都已销毁"):
        agree(published)


def test_the_end_waits_for_the_correction(published):
    agree(published)
    with pytest.raises(RuleViolation, match="更正还没有办完"):
        published.end()
    retype(published)
    published.tally()
    with pytest.raises(RuleViolation, match="结果公布以后"):
        published.end()

    published.sign().confirm().publish().end()

    assert published.round.is_ended


def test_papers_and_workbook_say_which_version_they_are_and_why(corrected):
    corrected.sign().confirm().publish()
    assert sheets.edition(corrected.count).startswith(f"更正版 第 2 版，更正理由：{REASON}。")
    assert "已由" in sheets.edition(corrected.before)
    assert sheets.document(corrected.count, "HZ")["code"].endswith("-01-2")
    about = dict(sheets.excel(corrected.count)[-1][2])
    assert about["更正"] == sheets.edition(corrected.count)

    job = papers.ask_for_paper(corrected.count, PaperJob.Kind.SESSION_FILE, by=corrected.clerk)
    assert papers.enclosed(job.count)[0].content == bytes(Publication.objects.get(sid=corrected.round.sid, version="2").document)


def test_pages_show_the_version_that_holds_and_lead_to_the_other(client, corrected):
    results = reverse("scoring:results", args=[corrected.session.uid])
    official = reverse("scoring:result", args=[corrected.session.subjects.first().uid])
    client.force_login(corrected.clerk)
    page = client.get(results).content.decode()
    assert "更正版 第 2 版" not in page  # not confirmed yet: the office still reads the first

    corrected.sign().confirm().publish()

    for address in (results, official):
        page = client.get(address).content.decode()
        assert "更正版 第 2 版" in page
        assert REASON in page
        assert sheets.grouped(corrected.before.result_hash) in page
        page = client.get(address + "?version=1").content.decode()
        assert "第 1 版，已由第 2 版更正" in page
    assert client.get(results + "?version=3").status_code == 404


@pytest.mark.parametrize("is_published", [True, False])
def test_each_version_hands_out_what_it_took_from_outside(client, corrected, is_published):
    """A tie is settled anew, so the file of one version does not verify the other."""
    ruling = {"label": "好", "pool": "", "by": "袁秉柏"}
    for version, code in ((1, "o01"), (2, "o02")):
        Count.objects.filter(version=version).update(decisions=[ruling | {"chosen": [code]}])
    if is_published:
        corrected.again().sign().confirm().publish()
    client.force_login(corrected.scrutineer)

    for query, code in (("", "o02"), ("?version=1", "o01"), ("?version=2", "o02")):
        address = reverse("scoring:outside", args=[corrected.session.uid]) + query
        assert client.get(address).json()["decisions"][0]["chosen"] == [code]
    shown = client.get(reverse("scoring:results", args=[corrected.session.uid]) + "?version=1").content.decode()
    assert reverse("scoring:outside", args=[corrected.session.uid]) + "?version=1" in shown
    assert client.get(reverse("scoring:outside", args=[corrected.session.uid]) + "?version=3").status_code == 404


def test_the_scored_official_is_not_told_what_a_named_rater_gave(client, corrected):
    """The reason beside both versions would say it."""
    corrected.sign().confirm().publish()
    subject = corrected.session.subjects.first()
    client.force_login(factories.UserFactory(roles=["subject"], official=subject.official))

    for address in ("scoring:results", corrected.session), ("scoring:result", subject):
        for version in ("", "?version=1"):
            page = client.get(reverse(address[0], args=[address[1].uid]) + version).content.decode()
            assert "更正" in page
            assert REASON not in page
    made = []
    for kind, result in [("RESULT_SHEET", corrected.count.subjects.first()), ("RESULT_TABLE", None)]:
        job = papers.ask_for_paper(corrected.count, kind, result=result, by=corrected.clerk)
        made.append(reading.words(papers.MAKERS[kind](job)[1]))
    assert [("更正版" in words, "录成了" in words) for words in made] == [(True, False), (True, True)]


def test_the_page_of_the_ballot_leads_through_a_correction(client, published):
    page = reverse("scoring:ballot", args=[published.session.uid])
    client.force_login(published.approver)
    assert "提出更正" in client.get(page).content.decode()
    ask = reverse("scoring:ballot_ask", args=[published.session.uid, "CORRECT"])
    client.post(ask, {"reason": REASON})
    client.force_login(published.scrutineer)
    shown = client.get(page).content.decode()
    assert REASON in shown
    client.post(reverse("scoring:ballot_confirm", args=[published.session.uid, StepRequest.objects.get(step="CORRECT").pk]))
    shown = client.get(page).content.decode()
    assert "更正：改正以后重新开箱、签名" in shown
    assert "没有更正的内容" in shown

    client.post(reverse("scoring:ballot_keep", args=[published.session.uid]))

    assert published.round.correction is None


def test_the_file_of_a_corrected_transcript_has_a_name_of_its_own(client, published):
    assert opening.transcript_name(published.round) == "transcript.json"
    agree(published)
    retype(published)
    client.force_login(published.scrutineer)

    page = client.get(reverse("scoring:ballot_opening", args=[published.session.uid])).content.decode()

    assert "存成 transcript-2.json" in page
    assert 'data-transcript="transcript-2.json"' in page


def test_the_program_that_verifies_proves_that_no_ballot_was_touched(corrected, tmp_path, capsys):
    for version in "12":
        (tmp_path / f"{version}.json").write_bytes(whole(corrected, version))
    other = codec.parse(whole(corrected, "1")) | {"received": []}

    assert verify.main([str(tmp_path / "2.json"), "--corrects", str(tmp_path / "1.json")]) == 0
    assert "收到清单和选票一张不变" in capsys.readouterr().out
    assert verify.main([str(tmp_path / "2.json"), "--corrects", str(tmp_path / "2.json")]) == 1
    assert "与所更正的一版没有不同" in capsys.readouterr().out
    with pytest.raises(verify.Fault, match="not a correction: received"):
        verify.check_correction(codec.parse(whole(corrected, "2")), other)


def test_nothing_is_destroyed_while_somebody_asks_for_a_correction(client, published, time_machine):
    hall = published
    hall.now += dt.timedelta(minutes=15)
    time_machine.move_to(hall.now, tick=False)
    asked = steps.ask(hall.round, "CORRECT", by=hall.approver, now=hall.now, reason=REASON)

    assert [reason[:8] for reason in ending.note_blockers(hall.round, now=hall.now)] == [f"{hall.approver}提出了更正"]
    client.force_login(hall.scrutineer)
    step = client.get(reverse("scoring:ballot", args=[hall.session.uid])).context["step"]
    assert (step["title"], len(step["blockers"])) == ("投票异议期满，登记终局", 1)

    steps.withdraw(asked, by=hall.approver)
    assert ending.note_blockers(hall.round, now=hall.now) == []


def test_whoever_puts_right_is_led_there_and_what_is_done_anew_has_no_time_yet(client, published, time_machine):
    hall = published
    time_machine.move_to(hall.now, tick=False)
    agree(hall)
    for user, page, more in ((hall.clerk, "ballot_named", ["a"]), (hall.teller, "ballot_numbers", [])):
        client.force_login(user)
        context = client.get(reverse("scoring:ballot", args=[hall.session.uid])).context
        assert [blocker["url"] for blocker in context["step"]["blockers"]] == [
            reverse(f"scoring:{page}", args=[hall.session.uid, *more])
        ]
    times = {stop["key"]: stop["at"] for stop in context["stops"]}
    assert times["grace"]
    assert (times["opening"], times["count"], times["publish"]) == ("", "", "")


@pytest.mark.slow
@pytest.mark.parametrize("is_published", [True, False])
def test_the_end_is_told_of_the_version_that_holds(hall, is_published):
    """Of the one it replaced the window is another, and one confirmed only was never published."""
    hall.sign().confirm()
    first = (hall.publish() if is_published else hall).count
    hall.now += dt.timedelta(minutes=12)
    agree(hall)
    retype(hall)
    hall.tally().sign().confirm().publish().end()
    first, last = Count.objects.get(pk=first.pk), Count.objects.get(pk=hall.count.pk)

    assert [count.offers(PaperJob.Kind.ENDING) for count in (first, last)] == [False, True]
    for count, has_end in ((first, False), (last, True)):
        job = papers.ask_for_paper(count, PaperJob.Kind.SESSION_FILE, by=hall.clerk)
        papers.make(job.pk)
        job.refresh_from_db()
        assert job.state == PaperJob.State.DONE
        with job.stored.content.open() as file:
            assert ("评议票箱终结记录" in reading.words(file.read())) == has_end
