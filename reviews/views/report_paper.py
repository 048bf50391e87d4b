"""The report on paper, with its review sheet."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core import paper
from core.days import day
from core.language import chinese
from reviews.models import ReportReview
from reviews.policies import report as policies
from reviews.rules import report as rules
from reviews.views import report_text
from reviews.views.report import report_of, version_of


def report_paper(request, uid):
    """The report as a PDF; with its review sheet for those who read reviews."""
    found = report_of(request, uid)
    version = version_of(request, found)
    review = version.last_review if policies.can_read_reviews(request.user, found) else None
    with chinese():
        title, said = str(found), paper_of(found, version, review)
        css = paper.of_rehearsal() if found.subject.session.is_rehearsal else ""
    content = paper.render("paper/review_report.html", said, title=title, css=css)
    return paper.answer(content, f"{title}-{version.number}", download=True)


def paper_of(report, version, review):
    subject, official = report.subject, report.subject.official
    text = report_text.text_of(report, version.content)
    submitted = timezone.localdate(version.submitted_at)
    return {
        "document": {
            "code": f"BG-{subject.session.serial}-{subject.order:02d}-{version.number:02d}",
            "marking": _("内部"),
            "producer": settings.COMMISSION,
            "at": day(submitted),
        },
        "heading": text["heading"],
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "term": _("%(day)s至今") % {"day": day(official.term_starts_on)},
        "period": _("%(year)d年度") % {"year": subject.session.date.year},
        "version": version.number,
        "aspects": text["aspects"],
        "problems": [{**line, "due_on": day(line["due_on"])} for line in text["lines"]],
        "date": day(submitted),
        "review": review_sheet(version, review) if review else None,
    }


def review_sheet(version, review):
    given = {}
    for reason in review.reasons:
        given.setdefault(reason["code"], []).append(reason)
    return {
        "is_passed": review.is_passed,
        "reasons": [
            {
                "code": code,
                "name": label,
                "is_found": code in given,
                "item": "、".join(rules.place(r["item"]) for r in given.get(code, [])),
                "comment": "；".join(r["comment"] for r in given.get(code, [])),
            }
            for code, label in ReportReview.Reason.choices
        ],
        "comment": review.comment,
        "reviewer": str(review.reviewed_by or ""),
        "round": version.number,
        "date": day(timezone.localdate(review.reviewed_at)),
    }
