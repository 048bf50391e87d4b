"""What the tests of reports share: a whole report, and the way it goes."""

import datetime as dt

from django.utils import timezone

from reviews.actions import report as actions
from reviews.models import ReviewReport
from tests import factories

TODAY = dt.date(2026, 12, 1)
GROUND = {"code": "NP4", "item": "C1", "comment": "派车单为 97 次，请核对"}
LINE = {"problem": "承接单位集中", "measure": "改为公开抽取", "owner": "公路科", "due_on": "2026-12-28", "outcome": "抽取办法"}


def content(text="写实写具体，每件事都有时间、地点和数字，没有空话。", **changes):
    items = {item["code"]: text for item in factories.ReportTemplateFactory().items}
    return {"items": items | changes, "problems": [LINE, LINE, LINE]}


def fresh(report):
    """The report as the next request finds it."""
    return ReviewReport.objects.select_related("template", "subject__session__rule_set").get(pk=report.pk)


def drafted(subject, *, by, **changes):
    return fresh(actions.save_draft(subject, content=content(**changes), by=by, now=timezone.now()))


def submitted(subject, *, by=None, **changes):
    """Handed in by `by`, or by the official where it does not matter who."""
    by = by or factories.account_of(subject.official)
    report = drafted(subject, by=by, **changes)
    actions.submit_report(report, by=by, today=TODAY)
    return fresh(report)


def returned(subject, *, by=None, clerk):
    report = submitted(subject, by=by)
    actions.return_report(report, reasons=[GROUND], by=clerk, today=TODAY)
    return fresh(report)


def passed(subject, *, by=None, clerk):
    report = submitted(subject, by=by)
    actions.pass_report(report, by=clerk, today=TODAY)
    return fresh(report)


def posted(text="写实写具体，每件事都有时间、地点和数字，没有空话。", rows=(LINE, LINE, LINE), **more):
    """What the writing page sends."""
    data = {item["code"]: text for item in factories.ReportTemplateFactory().items}
    for n, row in enumerate(rows):
        data |= {f"problems-{n}-{name}": value for name, value in row.items()}
    return data | {"problems-TOTAL_FORMS": len(rows), "problems-INITIAL_FORMS": 0} | more
