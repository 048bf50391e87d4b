"""Papers of a result: asked for, made by the worker, kept as stored files."""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ballots.models import Publication
from core import audit, excel, files, paper
from core.files import TYPES
from core.language import chinese
from scoring.actions import sheets
from scoring.actions.sheets import hall
from scoring.models import Count, PaperJob

Kind, State = PaperJob.Kind, PaperJob.State
logger = logging.getLogger(__name__)


def version_of(count) -> str:
    """What a paper depends on besides the recorded meeting: another result or another stage gives another paper."""
    stage = f"{int(count.is_signed)}{int(count.is_confirmed)}{int(count.is_published)}"
    return f"{count.version}-{count.result_hash[:32]}-{stage}{int(count.superseded_by is not None)}"


@transaction.atomic
def ask_for_paper(count, kind, *, result=None, by) -> PaperJob:
    """A job for the worker. One that waits or works for the same version serves; the session file is made anew each time."""
    version = version_of(count)
    same = PaperJob.objects.filter(count=count, kind=kind, result=result, version=version)
    usable = [State.WAITING, State.RUNNING] + ([] if kind == Kind.SESSION_FILE else [State.DONE])
    job = same.filter(state__in=usable).order_by("-asked_at").first()
    if job and not job.is_lost:
        return job
    total = 3 + count.subjects.count() if kind == Kind.SESSION_FILE else 1
    job = PaperJob.objects.create(count=count, kind=kind, result=result, version=version, total=total, asked_by=by)
    audit.record("ask_for_paper", count.round, by=by, kind=kind)
    return job


def make(pk):
    """Make the paper of a waiting job. Of two workers one makes it."""
    job = PaperJob.objects.filter(pk=pk).select_related("asked_by", "result__subject").first()
    if job is None or not PaperJob.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.RUNNING, began_at=timezone.now()
    ):
        return
    job.state = State.RUNNING
    job.count = Count.objects.select_related("round__session", "round__scheme").get(pk=job.count_id)
    try:
        with chinese():
            name, content, content_type = MAKERS[job.kind](job)
        with files.all_or_none(), transaction.atomic():
            stored = files.keep(name, content, content_type, by=job.asked_by)
            PaperJob.objects.filter(pk=pk).update(stored=stored, done=job.total)
            job.move_to(State.DONE)
    except Exception:  # whatever it was, people must not wait for a paper that does not come
        logger.exception("paper %s not made", job.uid)
        PaperJob.objects.filter(pk=pk).update(state=State.FAILED)


def told(job):
    """One part more is done."""
    job.done += 1
    PaperJob.objects.filter(pk=job.pk).update(done=job.done)


def pdf(template, context, name):
    return f"{name}.pdf", paper.render(template, context, title=name, css=paper_css(context)), TYPES["pdf"]


def paper_css(context):
    """A rehearsal says so across every page."""
    return paper.of_rehearsal() if context["rehearsal"] else ""


def base(count, code, *, tells_why=True):
    return {
        "document": sheets.document(count, code),
        "rehearsal": count.round.session.is_rehearsal,
        "edition": sheets.edition(count, tells_why=tells_why),
    }


def trail(count):
    """The line of the audit trail that confirmed this version, so that every copy names the same, or until then the last: on a signed
    count sheet it lets nobody rewrite what came before (S25)."""
    line = audit.head()
    if count.is_confirmed:
        earlier = count.round.counts.filter(version__lt=count.version, confirmed_at__isnull=False).count()
        line = audit.lines("confirm_count", count.round)[earlier]
    return {"trail": {"n": line.n, "digest": audit.printed(line), "is_of_confirmation": count.is_confirmed}}


def count_sheet(job):
    name = _("计票报告单")
    told = {"count": sheets.count_sheet(job.count), "present": sheets.present_words(sheets.in_hall(job.count.round))}
    return pdf("paper/count_sheet.html", base(job.count, "JP") | trail(job.count) | told, name)


def result_table(job):
    name = _("评议结果汇总表")
    return pdf("paper/result_table.html", base(job.count, "HZ") | {"table": sheets.result_table(job.count)}, name)


def result_sheet(job):
    subject = job.result.subject
    name = _("评议结果单 %(name)s") % {"name": subject.name}
    context = base(job.count, f"JG-{subject.code}", tells_why=False) | {"sheet": sheets.result_sheet(job.count, job.result)}
    return pdf("paper/result_sheet.html", context, name)


def print_exact(result, *, by) -> tuple[str, bytes]:
    """(name, PDF) of the scrutineers' record of one official, made at once and not kept; who printed it stands in the trail. The line
    comes last: while it is being written nobody else's can be."""
    count, subject = result.count, result.subject
    name = _("计分过程记录 %(name)s") % {"name": subject.name}
    context = base(count, f"GC-{subject.code}") | {"sheet": sheets.exact_sheet(count, result)}
    content = pdf("paper/exact_sheet.html", context, name)[1]
    audit.record("print_exact", count.round, by=by, official=subject.name, version=count.version)
    return name, content


def session_file(job):
    name = _("会议档案 %(title)s") % {"title": job.count.round.session.title}
    context = base(job.count, "DA") | trail(job.count) | sheets.session_file(job.count, tell=lambda: told(job))
    if job.count.is_final:
        context["end"] = hall.ending_record(job.count)
    content = paper.render("paper/session_file.html", context, title=name, css=paper_css(context), enclosed=enclosed(job.count))
    return f"{name}.pdf", content, TYPES["pdf"]


def enclosed(count):
    """What the room may recount, and the program that does, once the result is published; never the sealed transcript (§9.2)."""
    if not count.is_published:
        return []
    published = Publication.objects.get(sid=count.round.sid, version=str(count.version))
    at, program = count.publication.at, settings.ROOT / "ballots" / "verify.py"
    outside = paper.Enclosed("outside.json", count.outside_file, _("会外事项和裁定：监票人复算全文时用 --outside 给出"), at)
    return [
        *([outside] if count.has_outside else []),
        paper.Enclosed(f"{count.round.sid}.json", bytes(published.document), _("公布的计票文件"), at),
        paper.Enclosed("verify.py", program.read_bytes(), _("核验程序：python3 verify.py 文件名"), at),
    ]


def result_excel(job):
    return _("评议结果汇总表") + ".xlsx", excel.workbook(sheets.excel(job.count)), TYPES["xlsx"]


def ending(job):
    return pdf("paper/ending_record.html", base(job.count, "ZJ") | {"end": hall.ending_record(job.count)}, _("评议票箱终结记录"))


MAKERS = {
    Kind.COUNT_SHEET: count_sheet,
    Kind.RESULT_TABLE: result_table,
    Kind.RESULT_SHEET: result_sheet,
    Kind.RESULT_EXCEL: result_excel,
    Kind.SESSION_FILE: session_file,
    Kind.ENDING: ending,
}
