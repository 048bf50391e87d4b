"""A scheme in sentences, for its page and for the desk it is written at."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring import rules
from scoring.actions.sheets import words as sheets
from scoring.forms import aggregator
from scoring.forms import scheme as forms
from scoring.forms.number import percent
from scoring.rules.numbers import is_number

SECTION_WORDS = {name: words for name, (_row, words) in forms.SECTIONS.items()} | {
    name: field.label for name, field in forms.BasicsForm.base_fields.items()
}
SECTION_WORDS |= {
    "trimming": gettext_lazy("去最高分、最低分"), "invalid_rules": gettext_lazy("无效票"), "rounding": gettext_lazy("保留小数"),
    "bonus": gettext_lazy("加分"), "aggregator": gettext_lazy("怎样计分"), "note": gettext_lazy("说明"), "source": gettext_lazy("出处"),
    "thresholds_mode": gettext_lazy("几项措施并列时"),
}  # fmt: skip
MEMBER_WORDS = {
    name: field.label for row, _words in forms.SECTIONS.values() for name, field in row.base_fields.items()
} | {
    "mode": gettext_lazy("办法"), "high": gettext_lazy("去最高"), "low": gettext_lazy("去最低"), "min_n": gettext_lazy("满多少票才去"),
    "places": gettext_lazy("位数"), "method": gettext_lazy("进位"), "stage": gettext_lazy("环节"), "cap": gettext_lazy("最多"),
    "label": gettext_lazy("等次"), "aspect": gettext_lazy("方面"), "source": gettext_lazy("来源"), "aggregator": gettext_lazy("怎样计分"),
    "share": gettext_lazy("比例"), "code": gettext_lazy("编号"), "name": gettext_lazy("名称"), "kind": gettext_lazy("办法"),
    "note": gettext_lazy("说明"), "anchors": gettext_lazy("打分参考"),
}  # fmt: skip
CHOICES = {(name, ""): field.choices for name, field in forms.BasicsForm.base_fields.items() if hasattr(field, "choices")} | {
    (section, name): field.choices
    for section, (row, _words) in forms.SECTIONS.items()
    for name, field in row.base_fields.items()
    if hasattr(field, "choices")
}
CHOICES[("aggregator", "kind")], CHOICES[("aggregator", "base")] = aggregator.KINDS, aggregator.BASES
CHOICES[("trimming", "mode")] = forms.BasicsForm.CUTS
CHOICES[("invalid_rules", "")] = [
    (rule, forms.BasicsForm.base_fields[name].label)
    for name, rule in (("straight_full", forms.FULL), ("straight_equal", forms.EQUAL))
]
DRAWN = {"criteria", "rater_groups", "bands"}


def in_words(found):
    plan = found.plan()
    names = {group.code: group.name for group in plan.groups.values()}
    bands = found.body.get("bands", [])
    return {
        "plan": plan,
        "groups": [
            {
                "group": group,
                "weight": percent(group.weight),
                "into": names.get(group.merge_into),
                "way": aggregator.in_words(rule_of(group), found.body.get("grades", [])),
            }
            for group in plan.groups.values()
        ],
        "criteria": [{**entry, "full": entry["max_points"]} for entry in found.body.get("criteria", [])]
        or [{"code": "–", "name": _("总体评价"), "full": plan.total}],
        "trimming": trimming(plan.trimming),
        "bands": [{**band, "range": sheets.band_range(bands, n)} for n, band in enumerate(bands)],
        "settings": settings(found.body),
        "tables": tables(found.body),
    }  # fmt: skip


def rule_of(group):
    """Figures are averaged as they are, whatever the scheme does with grades."""
    return {"kind": "mean"} if group.figures and group.aggregator["kind"] == "grade_mean" else group.aggregator


def trimming(cut):
    if cut.mode == "none":
        return _("不去掉最高分、最低分")
    amount = {"high": percent(cut.high), "low": percent(cut.low)} if cut.mode == "share" else {"high": cut.high, "low": cut.low}
    amount["n"] = cut.min_n
    if cut.mode == "share":
        return _("每个票种满 %(n)d 票时，去掉最高的 %(high)s 和最低的 %(low)s") % amount
    return _("每个票种满 %(n)d 票时，去掉 %(high)s 个最高分、%(low)s 个最低分") % amount


def settings(body):
    """[(label, value)…] of what is set once for the whole scheme, in the words of the form it is written in; also what goes without saying."""
    found, shown = forms.basics_of(body), []
    for name, field in forms.BasicsForm.base_fields.items():
        value = found.get(name, field.choices[0][0] if hasattr(field, "choices") else None)
        is_void = (name == "ceiling" and not body.get("bonus")) or (name == "step" and body["mode"] == "grades")
        if name == "name" or name in aggregator.FIELDS or name.startswith("trim_") or value in (None, "", False) or is_void:
            continue
        shown.append((field.label, value_word(value, name)))
    if rule := body.get("aggregator"):
        shown.append((SECTION_WORDS["aggregator"], aggregator.in_words(rule, body.get("grades", []))))
    return shown


def tables(body):
    """The lists that have no table of their own on the page: {words, heads, rows}, a column for all that is said in any row."""
    found = []
    for section, (row, words) in forms.SECTIONS.items():
        lines = [] if section in DRAWN else forms.rows_of(body, section)
        fields = {
            name: field
            for name, field in row.base_fields.items()
            if any(line.get(name) not in (None, "") or field.required for line in lines)
        }
        rows = [[cell(line, name, field, section) for name, field in fields.items()] for line in lines]
        if rows:
            found.append({"name": section, "words": words, "heads": [field.label for field in fields.values()], "rows": rows})
    return found


def cell(line, name, field, section):
    value = line.get(name, field.choices[0][0] if field.required and hasattr(field, "choices") else None)
    return value_word(None if value == "" else value, section, name)


def place(body, path):
    """The name behind a path like `rater_groups[2].weight`."""
    head, _dot, _rest = path.partition(".")
    name, _bracket, index = head.partition("[")
    if not index:
        return ""
    entry = forms.as_list(body[name])[int(index.rstrip("]"))]  # a lone quota stands without its list
    return entry.get("name", "") if isinstance(entry, dict) else ""


def told(body, problems):
    """Warnings or errors with the name of the entry they are about."""
    return [{"text": problem.text, "where": place(body, problem.path), "path": problem.path} for problem in problems]


def worked(body):
    """The example ballot and the worked example of a valid scheme, as the desk shows them."""
    plan, result = rules.read(body), rules.example(body)
    names = dict(zip(result.officials, [_("甲"), _("乙"), _("丙")], strict=True))
    answers = example_marks(plan, body)
    first = next(iter(result.officials.values()))
    return {
        "outside": outside_words(body),
        "ballot": [{"name": c.name, "full": c.max_points, "graded": c.graded, "mark": answers[c.code]} for c in plan.criteria],
        "grades": [grade["label"] if "value" not in grade else f"{grade['label']} {grade['value']}" for grade in body.get("grades", [])],
        "rows": [
            {"name": names[code], "category": row.category, "score": row.score, "band": row.band, "rank": row.rank}
            for code, row in result.officials.items()
        ],
        "trace": first.trace,
        "blocked": [rules.REASONS[reason] for reason in first.reasons],
    }  # fmt: skip


def outside_words(body):
    """What the worked example takes from outside the box; "" for nothing."""
    parts = [
        ("bonus", _("甲加分 %(cap)s 分") % body.get("bonus", {"cap": ""})),
        ("deductions", _("甲扣分 1 次")),
        ("veto", _("丙一票否决")),
    ]
    return _("，").join(text for name, text in parts if body.get(name))


def example_marks(plan, body):
    """What the first invented rater wrote: points as typed, options as ticked."""
    given = rules.example_marks(plan, 0, 0)
    grades = list(aggregator.grade_names(body.get("grades", [])).values())
    return {c.code: grades[given[c.code] - 1] if c.graded else f"{given[c.code] / 10:g}" for c in plan.criteria}


def compared(old, new):
    """Each difference between two versions in words."""
    return [
        {
            "section": SECTION_WORDS.get(line.section, line.section),
            "entry": entry_name(old, new, line),
            "member": MEMBER_WORDS.get(line.member, line.member),
            "old": compared_word(old, line.old, line),
            "new": compared_word(new, line.new, line),
        }
        for line in rules.differences(old, new)
    ]


def compared_word(body, value, line):
    """One side of a difference; how a group is scored as the page of the scheme says it."""
    is_cut = line.section == "trimming" and line.member in ("high", "low")
    if is_cut and is_number(value) and body["trimming"].get("mode") == "share":
        return percent(value)
    if line.member == "aggregator" and isinstance(value, dict):
        return aggregator.in_words(value, body.get("grades", []))
    if isinstance(value, dict) and isinstance(value.get("aggregator"), dict):
        value = value | {"aggregator": aggregator.in_words(value["aggregator"], body.get("grades", []))}
    return value_word(value, line.section, line.member)


def entry_name(old, new, line):
    """K01 贯彻决策部署 rather than K01; by the name it had before, which the reader knows, where it had one."""
    for body in (old, new):
        for entry in body.get(line.section) or [] if isinstance(body.get(line.section), list) else []:
            if isinstance(entry, dict) and entry.get("code") == line.entry:
                return f"{line.entry} {entry.get('name', entry.get('label', ''))}".strip()
    return line.entry


def value_word(value, section, member=""):
    if value is None:
        return "–"
    if (member or section) in forms.SHARES - {"high", "low"} and is_number(value):
        return percent(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return _("；").join(
            f"{MEMBER_WORDS.get(name, name)} {value_word(inside, section, name)}" for name, inside in value.items()
        )
    if isinstance(value, list):
        return _("、").join(value_word(entry, section, member) for entry in value)
    return str(dict(CHOICES.get((section, member), [])).get(value, value))
