"""会议档案: the whole meeting in one file for the archive."""

import io

import pikepdf
import pytest
from django.conf import settings

from ballots import codec
from ballots.models import Publication, Transcript
from reviews.models import Attendee, Digest, DigestEntry, HeadCount, Minutes, ReportVersion, ReviewReport
from scoring.actions import papers, sheets
from scoring.models import PaperJob
from tests import factories
from tests.core import reading

pytestmark = pytest.mark.django_db(databases=["default", "ballots"])


@pytest.fixture
def hall(counted):
    return counted


@pytest.mark.slow
@pytest.mark.parametrize("has_ended", [False, True])
def test_the_session_file_holds_the_record_of_the_end_once_there_is_one(hall, has_ended):
    hall.sign().confirm().publish()
    if has_ended:
        hall.end()
    job = papers.ask_for_paper(hall.count, PaperJob.Kind.SESSION_FILE, by=hall.clerk)
    papers.make(job.pk)
    job.refresh_from_db()
    with job.stored.content.open() as file:
        made = file.read()
    assert ("评议票箱终结记录" in reading.words(made)) is has_ended
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert set(pdf.attachments) == {f"{hall.round.sid}.json", "verify.py"}


def test_the_session_file_encloses_what_the_room_may_recount_and_never_the_sealed_transcript(hall):
    hall.sign().confirm()
    assert papers.enclosed(hall.count) == []
    hall.publish()
    document, program = papers.enclosed(hall.count)

    assert codec.parse(document.content) == codec.parse(bytes(Publication.objects.get(sid=hall.round.sid).document))
    assert document.content != bytes(Transcript.objects.get(sid=hall.round.sid).document)
    assert program.content == (settings.ROOT / "ballots" / "verify.py").read_bytes()
    assert document.name == f"{hall.round.sid}.json"


def test_the_papers_say_who_was_voted_on_without_having_come(hall):
    absent, *others = hall.session.subjects.all()
    hall.session.subjects.filter(pk=absent.pk).update(absence="因病住院")
    hall.sign().confirm()
    said = f"{absent.name}没有到会述责述廉；票卡会前已经印好，票上仍有其名，得分是在缺席时评出的。"

    file = sheets.session_file(hall.count)

    assert [entry["absence"] for entry in file["questions"]] == ["因病住院", "", ""]
    assert said in file["table"]["notes"]
    assert [said in sheet["notes"] for sheet in file["sheets"]] == [True, False, False]
    assert "因病住院" not in str(file["table"]) + str(file["sheets"])  # these leave the house
    assert all(other.name not in "".join(file["table"]["notes"]) for other in others)


def test_the_session_file_holds_the_digest_and_the_reports_that_passed(hall):
    subjects = list(hall.session.subjects.all())
    digest = Digest.objects.create(session=hall.session, state=Digest.State.APPROVED)
    for subject, text, gone in [(subjects[0], "采购公示不够具体", False), (subjects[1], "", True)]:
        DigestEntry.objects.create(
            digest=digest, subject=subject, text=text, nature="CRITICISM", handling="QUESTION", is_withdrawn=gone
        )
    template = factories.ReportTemplateFactory()
    item = template.outline[0]["items"][0]["code"]
    for subject, state in [(subjects[0], "PRESENTED"), (subjects[1], "SUBMITTED")]:
        report = ReviewReport.objects.create(subject=subject, template=template, state=state)
        content = {
            "items": {item: f"{subject.name}全年召开党组会议24次"},
            "problems": [{"problem": "压力传导不够", "due_on": "2027-01-31"}],
        }
        ReportVersion.objects.create(report=report, number=1, content=content)
    file = sheets.session_file(hall.count)

    assert [[line["text"] for line in part["lines"]] for part in file["opinions"]] == [["采购公示不够具体"], [], []]
    (passed,) = file["reports"]
    assert passed["official"]["name"] == subjects[0].name
    assert passed["aspects"][0]["items"][0]["text"] == f"{subjects[0].name}全年召开党组会议24次"
    assert passed["problems"][0]["due_on"] == "2027年1月31日"


def test_the_session_file_says_who_was_ticked_and_how_many_were_counted(hall):
    session = hall.session
    named, counted, unseen = session.audience.all()[:3]
    Attendee.objects.filter(group=named).delete()
    Attendee.objects.bulk_create(
        Attendee(group=named, name=name, is_present=is_here) for name, is_here in [("甲", True), ("乙", False)]
    )
    HeadCount.objects.create(group=counted, present=4)
    planned = hall.round.groups.get(code=unseen.code).attendants

    found = sheets.session_file(hall.count)["attendance"]["groups"]

    assert [group["present"] for group in found][:3] == [1, 4, planned]
    assert (found[0]["names"], found[0]["absent"]) == (["甲"], [{"name": "乙"}])
    here, all_of_them = sum(group["present"] for group in found), sum(group["expected"] for group in found)
    assert sheets.present_words(sheets.in_hall(hall.round)) == f"应到 {all_of_them} 人，实到 {here} 人。"


@pytest.mark.slow
def test_the_session_file_holds_the_minutes_once_they_are_confirmed(hall):
    session = hall.sign().confirm().session
    kept = Minutes.objects.create(session=session, state=Minutes.State.SUBMITTED, submitted_by=hall.clerk)
    kept.sections.create(key="closing", order=1, title="会议结束", text="主持人作了小结。\n11:40 会议结束。", recorded="")
    kept.sections.create(key="ballot", order=0, title="评议", text="", recorded="")
    assert sheets.session_file(hall.count)["minutes"] is None
    trail = {"n": 7, "digest": "a778 0d49"}
    Minutes.objects.update(state=Minutes.State.CONFIRMED, confirmed_by=hall.approver, confirmed_at=hall.now, trail=trail)

    job = papers.ask_for_paper(hall.count, PaperJob.Kind.SESSION_FILE, by=hall.clerk)
    papers.make(job.pk)

    job.refresh_from_db()
    with job.stored.content.open() as file:
        made = reading.words(file.read())
    (section,) = sheets.session_file(hall.count)["minutes"]["sections"]
    assert section == {"title": "会议结束", "lines": ["主持人作了小结。", "11:40 会议结束。"]}
    assert "主持人作了小结。" in made
    assert "操作记录链第7条" in made.replace(" ", "")
