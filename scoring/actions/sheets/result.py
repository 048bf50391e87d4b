"""The table of a session, the sheet of one official, and the workbook: one table for all of them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from scoring import rules
from scoring.actions.sheets.counting import count_sheet, decided_words, merged_words
from scoring.actions.sheets.spread import spread
from scoring.actions.sheets.words import (
    absence,
    band_note,
    band_word,
    category_name,
    edition,
    grouped,
    moment,
    no_score,
    of_session,
    printed_means,
    reasons,
    tellers,
    weight_text,
)

HIDDEN, MISSING = rules.HIDDEN, rules.MISSING
COUNTED = ("valid", "invalid", "abstain")


def groups_of(count):
    """(code, name, weight as text) in the order of the scheme."""
    for group in count.round.scheme.plan().groups.values():
        yield group.code, group.name.partition("（")[0], weight_text(group.weight)


def cells(count, result):
    """By group code: issued, returned, valid, invalid, abstain, mean; texts, at L1."""
    conserved = {group["code"]: group for group in count.sheet["groups"]}
    counts, values = result.row_l1.get("counts", {}), result.row_l1.get("groups", {})
    found = {}
    for code, numbers in conserved.items():
        told = counts.get(code)
        known = [str(told[name]) if told else HIDDEN for name in COUNTED]
        if not numbers["returned"]:
            known = ["0", "0", "0"]
        found[code] = [str(numbers["issued"]), str(numbers["returned"]), *known, values.get(code, MISSING)]
    return found


def heads():
    return [_("实发"), _("收回"), _("有效"), _("无效"), _("弃权"), _("平均分")]


def rank_of(row):
    """The rank as it is told: the first of one is none."""
    return row.get("rank") if (row.get("ranked_of") or 0) > 1 else None


def result_table(count):
    results = list(count.subjects.select_related("subject"))
    groups = list(groups_of(count))
    rows = []
    for result in results:
        row, by_group = result.row_l1, cells(count, result)
        rows.append(
            {
                "name": result.subject.name,
                "unit": result.subject.unit_name,
                "cells": [by_group[code] for code, _name, _weight in groups],
                "score": row.get("score") or "",
                "band": band_word(row.get("band")),
                "rank": rank_of(row),
                "category": category_name(result.subject),
            }
        )
    return {
        "session": of_session(count.round.session),
        "groups": [{"name": name, "note": weight, "heads": heads()} for _code, name, weight in groups],
        "rows": rows,
        "notes": table_notes(count),
        "spread": spread(count),
        "scheme": count.round.scheme.label,
        "input_hash": grouped(count.input_hash),
        "at": moment(count.counted_at),
        "signatures": tellers(),
    }


def table_notes(count):
    subjects = {subject.code: subject.name for subject in count.round.session.subjects.all()}
    notes = [_("“*”按公布规则不单独公布，“–”没有单独的分数。"), printed_means()]
    for result in count.subjects.select_related("subject"):
        notes += [said] if (said := absence(result.subject)) else []
        if why := reasons(result):
            notes.append(_("%(name)s不出分：%(why)s。") % {"name": result.subject.name, "why": "；".join(why)})
    return notes + list(merged_words(count, subjects)) + list(decided_words(count, subjects))


def result_sheet(count, result):
    subject, row, body = result.subject, result.row_l1, count.round.scheme.body
    exact = count.result["subjects"][subject.code].get("groups", {})
    by_group, rows = cells(count, result), []
    for code, name, _weight in groups_of(count):
        weight = weight_text(exact[code]["weight"]) if code in exact else MISSING
        rows.append({"name": name, "cells": [*by_group[code], weight]})
    score = row.get("score") or ""
    notes = [_("“*”按公布规则不单独公布，“–”没有单独的分数。"), printed_means()]
    notes += [said] if (said := absence(subject)) else []
    notes += [step["text"] + "。" for step in result.trace_l1 if step["step"] in ("merge", "weigh", "round", "quota")]
    if why := reasons(result):
        notes.append(_("不出分：%(why)s。") % {"why": "；".join(why)})
    told = {"scheme": count.round.scheme.label, "hash": grouped(count.input_hash)}
    return {
        "session": of_session(count.round.session),
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "category": category_name(subject),
        "rank": rank_of(row),
        "peers": row.get("ranked_of"),
        "score": score,
        "no_score": "" if score else no_score(row),
        "band": band_word(row.get("band")),
        "band_note": band_note(body, score),
        "heads": [*heads(), _("权重")],
        "groups": rows,
        "notes": notes,
        "criteria": [
            {"name": c["name"].partition("（")[0], "max": c["max"], "score": c["value"], "median": c["median"]} for c in result.criteria
        ],
        "criteria_of": category_name(subject),
        "measures": result.measures if score else [],  # of a withheld score they would tell the band
        "confirm": _("计分方案 %(scheme)s，输入摘要 %(hash)s。用同一方案重新计算，结果和摘要必须一致。对本人结果不服的，自送达之日起 5 个工作日内可以申请结果复核。") % told,
        "signatures": [_("监票人"), _("计票人"), _("会议主持人")],
    }  # fmt: skip


def rehearsed(count):
    """The line of a workbook that says it is of a rehearsal (C24)."""
    return [(_("演练"), _("演练，不作数"))] if count.round.session.is_rehearsal else []


def excel(count):
    """Sheets of the workbook: (title, headings, rows), from the same table as the paper."""
    table = result_table(count)
    headings = [_("序"), _("姓名"), _("单位"), _("类别")]
    headings += [f"{group['name']} {head}" for group in table["groups"] for head in group["heads"]]
    headings += [_("得分"), _("等次"), _("类别名次")]
    rows = []
    for n, row in enumerate(table["rows"], 1):
        flat = [numeric(cell) for group in row["cells"] for cell in group]
        score = row["score"] or MISSING
        rows.append(
            [n, row["name"], row["unit"], row["category"], *flat, numeric(score), row["band"] or MISSING, row["rank"] or MISSING]
        )
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
        (_("摘要"), [_("项目"), _("内容")], [[root["name"], root["value"]] for root in sheet["roots"]]),
    ]


def numeric(text):
    """A number as a number where it is one; the exact decimal, not a float."""
    return Decimal(text) if text.replace(".", "", 1).isdigit() else text
