"""Two versions of a report side by side."""

from itertools import zip_longest

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import require
from reviews.forms.report import CompareForm
from reviews.policies import report as policies
from reviews.rules import report as rules
from reviews.views.report import report_of


def report_compare(request, uid):
    """Two versions item by item, what changed marked; the writer may hold the draft against a version."""
    found = report_of(request, uid)
    require(policies.can_read_reviews(request.user, found), policies.READ_REVIEWS)
    texts = {str(version.number): (str(version), version.content) for version in reversed(found.versions.all())}
    if found.is_writable and policies.can_write(request.user, found.subject):
        texts["draft"] = (_("正在写的稿"), found.draft)
    keys = list(texts)
    asked = CompareForm(request.GET, keys=keys)
    if not keys or not asked.is_valid():
        raise Http404
    new = asked.cleaned_data["new"] or keys[-1]
    old = asked.cleaned_data["old"] or keys[max(0, keys.index(new) - 1)]
    rows = compared(found.template, texts[old][1], texts[new][1])
    context = {
        "report": found,
        "subject": found.subject,
        "session": found.subject.session,
        "heading": rules.heading(found.subject.session.date.year),
        "choices": [{"key": key, "label": label} for key, (label, _content) in texts.items()],
        "old": {"key": old, "label": texts[old][0]},
        "new": {"key": new, "label": texts[new][0]},
        "rows": rows,
        "n_changed": sum(row["is_changed"] for row in rows),
    }
    return render(request, "reviews/report_compare.html", context)


def compared(template, old, new):
    before, after = old.get("items", {}), new.get("items", {})
    rows = [
        (f"{item['code']}　{item['name']}", before.get(item["code"], ""), after.get(item["code"], "")) for item in template.items
    ]
    lines = zip_longest(old.get("problems", []), new.get("problems", []))
    rows += [
        (_("问题和整改措施　第 %(n)d 条") % {"n": n}, rules.line_text(a) if a else "", rules.line_text(b) if b else "")
        for n, (a, b) in enumerate(lines, start=1)
    ]
    shown = []
    for title, one, other in rows:
        left, right = rules.compare(one, other)
        shown.append({"title": title, "left": left, "right": right, "is_changed": one != other})
    return shown
