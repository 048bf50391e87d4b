"""How a report's text, the check of it and what was said of it are shown; shared by all its pages."""

import datetime as dt

from reviews.models import ReportReview
from reviews.rules import report as rules


def text_of(report, content):
    """What the pages that show a report's text share."""
    return {
        "report": report,
        "subject": report.subject,
        "session": report.subject.session,
        "heading": rules.heading(report.subject.session.date.year),
        "aspects": [
            {**aspect, "items": [{**item, "n": rules.count(item["text"])} for item in aspect["items"]]}
            for aspect in rules.laid_out(report.template.outline, content)
        ],
        "lines": [{**problem, "due_on": as_day(problem.get("due_on"))} for problem in content.get("problems", [])],
    }


def as_day(text):
    return dt.date.fromisoformat(text) if text else None


def checked(template, content, report, *, year):
    """What the automatic check has to say of a text as it was saved."""
    doubts = rules.doubts(content, year=year)
    findings, length = rules.precheck(template.outline, content), rules.length(content)
    return {
        "report": report,
        "findings": shown_findings(findings),
        "doubts": shown_findings(doubts),
        "grounds": grounds(findings, doubts),
        "length": length,
        "usual": rules.LENGTH,
        "fit": rules.fit(length),
    }


def shown_findings(findings):
    labels = dict(ReportReview.Reason.choices)
    return [{"finding": f, "label": labels[f.code], "anchor": anchor(f.item)} for f in findings]


def anchor(item):
    """Where in the writing page an item stands."""
    return "problems" if item.startswith(rules.PROBLEMS) else item


def grounds(findings, doubts):
    """All five grounds and how each stands: found, doubted, not found, or for people to judge."""
    found, doubted = ({finding.code for finding in some} for some in (findings, doubts))
    return [
        {
            "code": code,
            "label": label,
            "is_found": code in found,
            "is_doubted": code in doubted,
            "by_people": code in rules.BY_PEOPLE,
        }
        for code, label in ReportReview.Reason.choices
    ]


def shown_reasons(review):
    labels = dict(ReportReview.Reason.choices)
    return [
        {**r, "label": labels[r["code"]], "anchor": anchor(r["item"]), "place": rules.place(r["item"])}
        for r in (review.reasons if review else [])
    ]


def history(report):
    """Every version and what became of it, newest first."""
    return [
        {"version": version, "reviews": [{"review": r, "reasons": shown_reasons(r)} for r in version.reviews.all()]}
        for version in report.versions.all()
    ]
