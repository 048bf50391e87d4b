"""计票报告单: cards and ballots, what was not counted, the codes people compare."""

import datetime as dt

from django.utils.translation import gettext as _

from core.days import day
from scoring.actions.sheets.words import clock, grouped, of_session, signed, tellers, weight_text
from scoring.models import Occasion


def count_sheet(count):
    round, sheet = count.round, count.sheet
    subjects = {subject.code: subject.name for subject in round.session.subjects.all()}
    words, roots = aside_words(), sheet["roots"]
    counted, taken_back = occasions(sheet, subjects), occasions(sheet, subjects, member="withdrawn")
    taken_back = [row | {"ended_on": day(dt.date.fromisoformat(row["ended_on"]))} for row in taken_back]
    return {
        "session": of_session(round.session),
        "opened_at": clock(round.opened_at),
        "closed_at": clock(round.closed_at),
        "counted_at": clock(count.counted_at),
        "boxes": [{**box, "name": f"{box['code']} {box['name']}"} for box in sheet["boxes"]],
        "groups": [{**group, "name": group_name(group)} for group in sheet["groups"]],
        "officials": [{**row, "name": subjects[row["o"]]} for row in sheet["officials"]],
        "invalid": [{"reason": words[code], "n": n} for code, n in sheet["aside"].items()],
        "occasions": counted,
        "withdrawn": taken_back,
        "grounds": grounds([*counted, *taken_back]),
        "decisions": [*table_words(sheet), *came_words(sheet), *merged_words(count, subjects), *decided_words(count, subjects)],
        "roots": [
            {"name": _("校验码"), "value": roots["manifest"]},
            {"name": _("收到清单根码"), "value": roots["received"]},
            {"name": _("选票根码"), "value": roots["slips"]},
            {"name": _("计分方案摘要"), "value": grouped(count.scheme_hash)},
            {"name": _("计票输入摘要"), "value": grouped(count.input_hash)},
            {"name": _("结果摘要"), "value": grouped(count.result_hash)},
        ],
        "signed": signed(count),
        "signatures": tellers(),
    }


def in_hall(round):
    """Every group of the audience with how many of it came."""
    in_round = {group.code: group.present for group in round.groups.all()}  # where nobody was ticked or counted
    return [(group, group.present or in_round.get(group.code, 0)) for group in round.session.audience.with_presence()]


def present_words(groups):
    """How many had to come and how many did; "" where nobody had to."""
    told = {"expected": sum(group.expected for group, _n in groups), "present": sum(n for _group, n in groups)}
    return _("应到 %(expected)d 人，实到 %(present)d 人。") % told if told["expected"] else ""


def occasions(sheet, subjects, *, member="occasions"):
    """What came in from outside the box about these officials, with the paper it rests on and who answers for it; or, of the member
    `withdrawn`, what does not count after all."""
    return [
        {**row, "name": subjects[row["o"]], "words": Occasion(kind=row["kind"], name=row["name"], amount=row["amount"]).words}
        for row in sheet.get(member, [])  # counts made before there were any have none
        if row["o"] in subjects
    ]


def grounds(rows):
    """Each paper that something rests on, once; its number is put into the `rows` that rest on it."""
    found = {}
    for row in rows:
        row["ground"] = found.setdefault((row["fact"], row["document"]), len(found) + 1)
    return [{"n": n, "fact": fact, "document": document} for (fact, document), n in found.items()]


def aside_words():
    return {
        "rule": _("整票满分或整票同分"),
        "open": _("打不开"),
        "body": _("内容不合规定"),
        "dup": _("票卡被复制"),
        "sig": _("签名不符，不算收回"),
    }


def group_name(group):
    name = f"{group['code']} {group['name']}"
    return _("%(name)s（实名）") % {"name": name} if group.get("named") else name


def table_words(sheet):
    """Paper ballots and lost cards, where there were any."""
    table = sheet["table"]
    if table["papers"]:
        yield _("其中纸票 %(papers)d 张，由两位计票人分别录入、核对一致后封票；作无效记空白的 %(invalid_parts)d 处。") % table
    if table["lost"]:
        yield _("声明丢失票卡 %(lost)d 张，已另发备用卡，计入实发。") % table


def came_words(sheet):
    """Named groups of more or fewer than were prepared for."""
    for group in sheet["came"]:
        words = group | {"why": group["why"].rstrip("。")}
        yield _("%(name)s（实名）原定 %(n)d 人，实到 %(came)d 人：%(why)s。") % words


def merged_words(count, subjects):
    """Groups merged, once where all officials have the same."""
    names = {group["code"]: group["name"] for group in count.sheet["groups"]}
    told = {}
    for code, pairs in count.sheet["merged"].items():
        for target, members in pairs:
            found = count.result["subjects"][code].get("groups", {})  # who has no score has no groups either
            weight = found[target]["weight"] if target in found else ""
            told.setdefault((target, tuple(members), weight), []).append(subjects[code])
    for (target, members, weight), people in told.items():
        words = {"into": names[target], "groups": "、".join(names[code] for code in members)}
        words["weight"] = _("，权重合计 %(weight)s") % {"weight": weight_text(weight)} if weight else ""
        if len(people) == len(subjects):
            yield _("%(groups)s收回的票不足，按方案并入%(into)s%(weight)s。") % words
        else:
            told = words | {"people": "、".join(people)}
            yield _("%(people)s：%(groups)s收回的票不足，按方案并入%(into)s%(weight)s。") % told


def decided_words(count, subjects):
    for entry in count.decisions:
        told = {"label": entry["label"], "who": "、".join(subjects[code] for code in entry["chosen"]), "by": entry["by"]}
        reason = entry.get("reason", "").rstrip("。")  # none was asked for once
        told["reason"] = _("，理由：%(reason)s") % {"reason": reason} if reason else ""
        yield _("名额线上同分，由%(by)s裁定%(who)s列为“%(label)s”%(reason)s。") % told
