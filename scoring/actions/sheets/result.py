"""The table of a session, the sheet of one official, and the workbook: one table for all of them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from scoring import rules
from scoring.actions.sheets.counting import count_sheet, decided_words, merged_words, occasions
from scoring.actions.sheets.spread import spread
from scoring.actions.sheets.words import (
    absence,
    band_note,
    band_word,
    category_name,
    edition,
    grouped,
    legend,
    moment,
    no_score,
    of_session,
    ranked_among,
    ranked_where,
    reasons,
    short_units,
    signed,
    steps,
    tellers,
    weight_text,
)

HIDDEN, MISSING = rules.HIDDEN, rules.MISSING
MOST_COLUMNS = 26  # of a printed table that still leaves the units room
COUNTED = ("valid", "invalid", "abstain")


def groups_of(count):
    """(code, name) in the order of the scheme."""
    for group in count.round.scheme.plan().groups.values():
        yield group.code, group.name.partition("（")[0]


def weights_of(count, category):
    """{group: its part of the score of an official of this category, as text} when nothing is missing or merged."""
    plan = count.round.scheme.plan()
    return {code: weight_text(part) for code, part in rules.coefficients(plan, *plan.weights(category)).items()}


def weights_merged(count, subject):
    """The same of one official, with what was merged; nothing where there is no score."""
    plan, exact = count.round.scheme.plan(), count.result["subjects"][subject.code].get("groups", {})
    weights = {code: rules.number(value["weight"]) for code, value in exact.items()}
    return {
        code: weight_text(part) for code, part in rules.coefficients(plan, weights, plan.weights(subject.category)[1]).items()
    }


def cells(count, result):
    """By group code: issued, returned, valid, invalid, abstain, mean; texts, at L1. Of figures there is only the mean."""
    conserved = {group["code"]: group for group in count.sheet["groups"]}
    counts, values = result.row_l1.get("counts", {}), result.row_l1.get("groups", {})
    found = {code: [MISSING] * 5 + [values.get(code, MISSING)] for code, _name in groups_of(count)}
    for code, numbers in conserved.items():
        told = counts.get(code)
        known = [str(told[name]) if told else HIDDEN for name in COUNTED]
        if not numbers["returned"]:
            known = ["0", "0", "0"]
        found[code] = [str(numbers["issued"]), str(numbers["returned"]), *known, values.get(code, MISSING)]
    return found


def heads(*, figures=False):
    if figures:
        return [_("数据")]
    return [_("实发"), _("收回"), _("有效"), _("无效"), _("弃权"), _("平均分")]


def rank_of(row):
    """The rank as it is told: the first of one is none."""
    return row.get("rank") if (row.get("ranked_of") or 0) > 1 else None


def result_table(count):
    results = list(count.subjects.select_related("subject"))
    by_category = {category_name(result.subject): weights_of(count, result.subject.category) for result in results}
    weights = next(iter(by_category.values())) if len(set(map(str, by_category.values()))) == 1 else {}
    groups, outside = list(groups_of(count)), outside_of(count)
    fed = {group.code for group in rules.occasions.figure_groups(count.round.scheme.plan())}
    columns = sum(1 if code in fed else len(heads()) for code, _name in groups) + len(outside)
    short = short_units([result.subject.unit_name for result in results])
    rows = []
    for result, short_unit in zip(results, short, strict=True):
        row, by_group = result.row_l1, cells(count, result)
        rows.append(
            {
                "name": result.subject.name,
                "unit": result.subject.unit_name,
                "short_unit": short_unit,
                "cells": [by_group[code][-1:] if code in fed else by_group[code] for code, _name in groups],
                "score": row.get("score") or "",
                "outside": [row.get(name, "0") if row.get("score") else MISSING for name in outside],
                "band": band_word(row.get("band")),
                "is_vetoed": bool(row.get("vetoed")),
                "rank": rank_of(row),
                "category": category_name(result.subject),
            }
        )
    return {
        "session": of_session(count.round.session),
        "is_crowded": columns > MOST_COLUMNS,
        "groups": [{"name": name, "note": weights.get(code, ""), "heads": heads(figures=code in fed)} for code, name in groups],
        "outside": list(outside.values()),
        "rows": rows,
        "is_ranked": any(row["rank"] for row in rows),
        "notes": [*([] if weights else weight_notes(groups, by_category)), *table_notes(count)],
        "spread": spread(count),
        "scheme": count.round.scheme.label,
        "input_hash": grouped(count.input_hash),
        "at": moment(count.counted_at),
        "signed": signed(count),
        "signatures": tellers(),
    }


def weight_notes(groups, by_category):
    """Where officials of one category are weighed otherwise than those of another."""
    for category, weights in by_category.items():
        parts = "，".join(f"{name} {weights[code]}" for code, name in groups)
        yield _("%(category)s的权重：%(parts)s。") % {"category": category, "parts": parts}


def outside_of(count):
    """{member of a row: head} of what the scheme lets come in from outside the box; most schemes have no such column."""
    body, heads = count.round.scheme.body, {"bonus": ("bonus", _("加分")), "deductions": ("deducted", _("扣分"))}
    return dict(heads[name] for name in heads if body.get(name))


def table_notes(count):
    subjects = {subject.code: subject.name for subject in count.round.session.subjects.all()}
    notes = legend()
    acts = [row for row in occasions(count.sheet, subjects) if row["kind"] != rules.occasions.FIGURE]  # figures have their column
    notes += [_("%(name)s：%(words)s（%(document)s）。") % row for row in as_counted(count, acts)]
    for result in count.subjects.select_related("subject"):
        notes += [said] if (said := absence(result.subject)) else []
        if why := reasons(result):
            notes.append(_("%(name)s不出分：%(why)s。") % {"name": result.subject.name, "why": "；".join(why)})
    return notes + list(alone(count)) + list(merged_words(count, subjects)) + list(decided_words(count, subjects))


def as_counted(count, acts):
    """Where a cap cut what the columns show, all that it cut as one: what came together, what of it counts, and every document."""
    plan, counted = count.round.scheme.plan(), {}
    codes = {(choice.kind, choice.name): choice.code for choice in rules.occasions.choices(plan)}
    entries = [
        rules.occasions.Entry(row["kind"], row["o"], codes.get((row["kind"], row["name"]), ""), row["amount"]) for row in acts
    ]
    over = rules.occasions.over_caps(plan, entries)
    for n, (row, entry) in enumerate(zip(acts, entries, strict=True)):
        if entry.key not in over:
            counted[n] = row
        elif entry.key not in counted:
            words = _("加分%(over)s") if entry.kind == rules.occasions.BONUS else _("扣分：%(name)s，%(over)s")
            together = [other["document"] for other, one in zip(acts, entries, strict=True) if one.key == entry.key]
            told = {"words": words % (row | {"over": over[entry.key]}), "document": _("、").join(dict.fromkeys(together))}
            counted[entry.key] = row | told
    return counted.values()


def alone(count):
    """Why a score has no rank beside it: the first of one is none."""
    for result in count.subjects.select_related("subject"):
        if result.row_l1.get("ranked_of") == 1:
            told = {"name": result.subject.name, "where": ranked_where(count, result.subject)}
            yield _("%(name)s：%(where)s只有 1 人参加排名，不列名次。") % told


def result_sheet(count, result):
    subject, row = result.subject, result.row_l1
    by_group, weights = cells(count, result), weights_merged(count, subject)
    rows = [{"name": name, "cells": [*by_group[code], weights.get(code, MISSING)]} for code, name in groups_of(count)]
    score = row.get("score") or ""
    notes = legend()
    notes += [said] if (said := absence(subject)) else []
    mine = occasions(count.sheet, {subject.code: subject.name})
    notes += [_("%(words)s。依据：%(fact)s（%(document)s）。") % (row | {"fact": row["fact"].rstrip("。")}) for row in mine]
    if why := reasons(result):
        notes.append(_("不出分：%(why)s。") % {"why": "；".join(why)})
    told = {"scheme": count.round.scheme.label, "hash": grouped(count.input_hash), "commission": settings.COMMISSION}
    return {
        "session": of_session(count.round.session),
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "category": category_name(subject),
        "rank": rank_of(row),
        "ranked_where": ranked_where(count, subject),
        "ranked_among": ranked_among(count, subject),
        "score": score,
        "no_score": "" if score else no_score(row),
        "band": band_word(row.get("band")),
        "band_note": _("一票否决") if row.get("vetoed") else band_note(result, row),
        "heads": [*heads(), _("权重")],
        "groups": rows,
        "notes": notes,
        "steps": [step["text"] for step in steps(result)],
        "criteria": [
            {"name": c["name"].partition("（")[0], "max": c["max"], "score": c["value"], "median": c["median"]} for c in result.criteria
        ],
        "criteria_of": category_name(subject),
        "distribution": result.distribution,
        "measures": result.measures if score else [],  # of a withheld score they would tell the band
        "confirm": _("计分方案 %(scheme)s，输入摘要 %(hash)s。用同一方案重新计算，结果和摘要必须一致。对本人结果不服的，自送达之日起 5 个工作日内可以向%(commission)s书面申请结果复核。") % told,
        "signed": signed(count),
        "signatures": [_("监票人"), _("计票人"), _("会议主持人")],
    }  # fmt: skip


def exact_sheet(count, result):
    """The scrutineers' record of one official: every step with the exact values of all groups (L2). Never for the room."""
    subject, told = (
        result.subject,
        {"scheme": count.round.scheme.label, "input": grouped(count.input_hash), "result": grouped(count.result_hash)},
    )
    return {
        "session": of_session(count.round.session),
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "category": category_name(subject),
        "score": result.shown_score,
        "band": band_word(result.band),
        "steps": [step["text"] for step in steps(result, exact=True)],
        "occasions": occasions(count.sheet, {subject.code: subject.name}),
        "confirm": _("计分方案 %(scheme)s，输入摘要 %(input)s，结果摘要 %(result)s。除不尽的数只印六位小数，后加省略号。") % told,
        "signatures": [_("监票人"), _("监票人"), _("计票人")],
    }  # fmt: skip


def rehearsed(count):
    """The line of a workbook that says it is of a rehearsal (C24)."""
    return [(_("演练"), _("演练，不作数"))] if count.round.session.is_rehearsal else []


def excel(count):
    """Sheets of the workbook: (title, headings, rows), from the same table as the paper."""
    table = result_table(count)
    headings = [_("序"), _("姓名"), _("单位"), _("类别")]
    headings += [
        f"{group['name']}（{group['note']}） {head}" if group["note"] else f"{group['name']} {head}"
        for group in table["groups"]
        for head in group["heads"]
    ]
    headings += [_("得分"), *table["outside"], _("等次"), *([_("类别名次")] if table["is_ranked"] else [])]
    rows = []
    for n, row in enumerate(table["rows"], 1):
        flat = [numeric(cell) for group in row["cells"] for cell in group]
        score = row["score"] or MISSING
        outside = [numeric(text) for text in row["outside"]]
        ends = [row["band"] or MISSING, *([row["rank"] or MISSING] if table["is_ranked"] else [])]
        rows.append([n, row["name"], row["unit"], row["category"], *flat, numeric(score), *outside, *ends])
    about = [*rehearsed(count), [_("会议"), table["session"]["title"]], [_("日期"), table["session"]["date"]]]
    about += [[_("更正"), said]] if (said := edition(count)) else []
    about += [
        [_("计分方案"), table["scheme"]],
        [_("输入摘要"), table["input_hash"]],
        *([_("说明"), note] for note in table["notes"]),
    ]
    apart = [[line["name"], line["text"]] for line in (table["spread"] or {"lines": []})["lines"]]
    pairs = [_("项目"), _("内容")]
    return [(_("评议结果汇总表"), headings, rows), (_("拉开差距"), pairs, apart), *count_lines(count), (_("说明"), pairs, about)]


def count_lines(count):
    """The count sheet (计票报告单) as sheets; whoever may have the table of a confirmed count may have it too."""
    sheet = count_sheet(count)
    cards = [[box[name] for name in ("name", "printed", "cast", "voided", "unaccounted", "reason")] for box in sheet["boxes"]]
    groups = [[group[name] for name in ("name", "issued", "returned", "missing")] for group in sheet["groups"]]
    people = [[row[name] for name in ("name", "returned", "valid", "invalid", "abstain")] for row in sheet["officials"]]
    return [
        (_("票卡"), [_("票种"), _("印制"), _("收回"), _("作废"), _("未交回"), _("说明")], cards),
        (_("选票"), [_("票种"), _("实发"), _("收回"), _("未收回")], groups),
        (_("每位对象"), [_("姓名"), _("收回"), _("有效"), _("无效"), _("弃权")], people),
        *([outside_sheet(sheet)] if sheet["grounds"] else []),
        (_("摘要"), [_("项目"), _("内容")], [[root["name"], root["value"]] for root in sheet["roots"]]),
    ]


def outside_sheet(sheet):
    heads = [_("姓名"), _("事项"), _("依据"), _("文号"), _("登记人"), _("确认人"), _("是否计入")]
    names = ("name", "words", "fact", "document", "entered_by", "confirmed_by")
    rows = [[*(row[name] for name in names), _("计入")] for row in sheet["occasions"]]
    told = _("不计入：%(ended_on)s %(ended_by)s撤销，%(because)s")
    return _("会外事项"), heads, rows + [[*(row[name] for name in names), told % row] for row in sheet["withdrawn"]]


def numeric(text):
    """A number as a number where it is one; the exact decimal, not a float."""
    return Decimal(text) if text.replace(".", "", 1).isdigit() else text
