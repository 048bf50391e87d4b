"""What the papers of a result say: plain values for `templates/paper/`, at L1 and never beyond (ballots.md §9)."""

from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.templatetags.shuze import day_weekday
from officials.models import Unit
from reviews.models import LeaderComment, Question
from scoring import rules

HIDDEN, MISSING = rules.HIDDEN, rules.MISSING
COUNTED = ("valid", "invalid", "abstain")


# --- words ---------------------------------------------------------------------------------------------------


def moment(at):
    return date_format(localtime(at), "Y年n月j日 H:i") if at else MISSING


def clock(at):
    return date_format(localtime(at), "H:i") if at else MISSING


def grouped(digest):
    """The first 16 characters of a hash in groups of four."""
    return " ".join(digest[n : n + 4] for n in range(0, 16, 4))


def category_name(subject):
    """In words, as the register calls it."""
    return str(dict(Unit.Category.choices).get(subject.category, subject.category))


def band_word(band):
    return _("待裁定") if band == rules.PENDING else band or ""


def band_note(body, score):
    """“80 分以上，不满 90 分”."""
    if not score:
        return ""
    edges = [Decimal(str(entry["min"])) for entry in body.get("bands", [])]
    for n, edge in enumerate(edges):
        if Decimal(score) >= edge:
            if n:
                return _("%(low)s 分以上，不满 %(top)s 分") % {"low": edge, "top": edges[n - 1]}
            return _("%(low)s 分以上") % {"low": edge}
    return ""


def no_score(row):
    return _("按公布规则暂不公布") if "held" in row else _("不出分")


def aside_words():
    return {
        "rule": _("整票满分或整票同分"),
        "open": _("打不开"),
        "body": _("内容不合规定"),
        "dup": _("票卡被复制"),
        "sig": _("签名不符，不算收回"),
    }


def tellers():
    return [_("监票人"), _("监票人"), _("计票人"), _("会议主持人")]


def of_session(session):
    return {"title": session.title, "date": day_weekday(session.date), "place": session.place}


def document(count, code):
    session = count.round.session
    marking = _("演练，不作数") if session.is_rehearsal else _("内部")
    return {
        "code": f"{code}-{session.date:%Y%m%d}-{count.round.number:02d}",
        "marking": marking,
        "producer": settings.COMMISSION,
        "at": moment(timezone.now()),
    }


# --- count sheet -----------------------------------------------------------------------------------------------


def count_sheet(count):
    round, sheet = count.round, count.sheet
    subjects = {subject.code: subject.name for subject in round.session.subjects.all()}
    words, roots = aside_words(), sheet["roots"]
    return {
        "session": of_session(round.session),
        "opened_at": clock(round.opened_at),
        "closed_at": clock(round.closed_at),
        "counted_at": clock(count.counted_at),
        "boxes": [{**box, "name": f"{box['code']} {box['name']}"} for box in sheet["boxes"]],
        "groups": [{**group, "name": group_name(group)} for group in sheet["groups"]],
        "officials": [{**row, "name": subjects[row["o"]]} for row in sheet["officials"]],
        "invalid": [{"reason": words[code], "n": n} for code, n in sheet["aside"].items()],
        "decisions": [*merged_words(count, subjects), *decided_words(count, subjects)],
        "roots": [
            {"name": _("票卡校验码"), "value": roots["manifest"]},
            {"name": _("收到清单根码"), "value": roots["received"]},
            {"name": _("选票根码"), "value": roots["slips"]},
            {"name": _("计分方案摘要"), "value": grouped(count.scheme_hash)},
            {"name": _("计票输入摘要"), "value": grouped(count.input_hash)},
        ],
        "signatures": tellers(),
    }


def group_name(group):
    name = f"{group['code']} {group['name']}"
    return _("%(name)s（实名）") % {"name": name} if group.get("named") else name


def merged_words(count, subjects):
    """Groups merged, once where all officials have the same."""
    names = {group["code"]: group["name"] for group in count.sheet["groups"]}
    told = {}
    for code, pairs in count.sheet["merged"].items():
        for target, members in pairs:
            told.setdefault((target, tuple(members)), []).append(subjects[code])
    for (target, members), people in told.items():
        words = {"into": names[target], "groups": "、".join(names[code] for code in members)}
        if len(people) == len(subjects):
            yield _("%(groups)s收回的票不足，按方案并入%(into)s。") % words
        else:
            yield _("%(people)s：%(groups)s收回的票不足，按方案并入%(into)s。") % (words | {"people": "、".join(people)})


def decided_words(count, subjects):
    for entry in count.decisions:
        told = {"label": entry["label"], "who": "、".join(subjects[code] for code in entry["chosen"]), "by": count.decided_by}
        yield _("名额线上同分，由%(by)s裁定%(who)s列为“%(label)s”。") % told


# --- result table and sheets -------------------------------------------------------------------------------------


def groups_of(count):
    """(code, name, weight as text) in the order of the scheme."""
    for group in count.round.scheme.plan().groups.values():
        yield group.code, group.name.partition("（")[0], weight_text(group.weight)


def weight_text(weight):
    weight = Fraction(weight)
    return f"{float(weight):.2f}" if (weight * 100).denominator == 1 else str(weight)


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
    return [_("发出"), _("收回"), _("有效"), _("无效"), _("弃权"), _("平均分")]


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
                "deductions": "0",
                "band": band_word(row.get("band")),
                "rank": row.get("rank"),
                "category": category_name(result.subject),
            }
        )
    return {
        "session": of_session(count.round.session),
        "groups": [{"name": name, "note": weight, "heads": heads()} for _code, name, weight in groups],
        "rows": rows,
        "notes": table_notes(count),
        "scheme": count.round.scheme.label,
        "input_hash": grouped(count.input_hash),
        "at": moment(count.counted_at),
        "signatures": tellers(),
    }


def table_notes(count):
    subjects = {subject.code: subject.name for subject in count.round.session.subjects.all()}
    notes = [_("“*”按公布规则不单独公布，“–”没有单独的分数。得分用准确值按权重合成，只在最后四舍五入一次。")]
    return notes + list(merged_words(count, subjects)) + list(decided_words(count, subjects))


def result_sheet(count, result):
    subject, row, body = result.subject, result.row_l1, count.round.scheme.body
    exact = count.result["subjects"][subject.code].get("groups", {})
    by_group, rows = cells(count, result), []
    for code, name, _weight in groups_of(count):
        weight = weight_text(exact[code]["weight"]) if code in exact else MISSING
        rows.append({"name": name, "cells": [*by_group[code], weight]})
    score = row.get("score") or ""
    notes = [_("“*”按公布规则不单独公布，“–”没有单独的分数；合成用准确值，由监票人当场复算。")]
    notes += [step["text"] + "。" for step in result.trace_l1 if step["step"] in ("merge", "weigh", "round", "quota")]
    told = {"scheme": count.round.scheme.label, "hash": grouped(count.input_hash)}
    return {
        "session": of_session(count.round.session),
        "official": {"name": subject.name, "unit": subject.unit_name, "post": subject.post},
        "category": category_name(subject),
        "rank": row.get("rank"),
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
        "confirm": _("计分方案 %(scheme)s，输入摘要 %(hash)s。用同一方案重新计算，结果和摘要必须一致。对结果有异议的，自送达之日起 5 个工作日内提出复核。") % told,
        "signatures": [_("监票人"), _("计票人"), _("会议主持人")],
    }  # fmt: skip


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
    about = [[_("会议"), table["session"]["title"]], [_("日期"), table["session"]["date"]]]
    about += [
        [_("计分方案"), table["scheme"]],
        [_("输入摘要"), table["input_hash"]],
        *([_("说明"), note] for note in table["notes"]),
    ]
    return [(_("评议结果汇总表"), headings, rows), (_("说明"), [_("项目"), _("内容")], about)]


def numeric(text):
    """A number as a number where it is one; the exact decimal, not a float."""
    return Decimal(text) if text.replace(".", "", 1).isdigit() else text


# --- the file of the session -------------------------------------------------------------------------------------


def session_file(count, tell=lambda: None):
    """The whole record of a meeting; `tell` is called after every part, for the progress."""
    session = count.round.session
    subjects = list(session.subjects.all())
    file = {
        "session": {
            **of_session(session),
            "kind": _("%(kind)s述责述廉评议会") % {"kind": session.get_kind_display()},
            "chair": session.chair,
            "recorder": "",
            "commission": settings.COMMISSION,
        },
        "agenda": agenda(session),
        "officials": [{"name": s.name, "unit": s.unit_name, "post": s.post, "category": category_name(s)} for s in subjects],
        "attendance": attendance(count.round),
        "questions": questions(subjects),
        "count": count_sheet(count),
        "table": result_table(count),
        "signatures": [_("会议主持人"), _("监票人"), _("计票人"), _("记录人")],
    }
    tell()
    file["sheets"] = []
    for result in count.subjects.select_related("subject"):
        file["sheets"].append(result_sheet(count, result))
        tell()
    return file


def agenda(session):
    return [
        {"item": _("主持人说明会议目的和规则，通报到会人数"), "who": session.chair},
        {"item": _("述责述廉对象逐一述责述廉"), "who": _("述责述廉对象")},
        {"item": _("质询和答复"), "who": _("区纪委委员、参会代表")},
        {"item": _("领导点评"), "who": _("分管区领导")},
        {"item": _("抽取票卡，无记名评议"), "who": _("监票人、计票人")},
        {"item": _("开箱、计票"), "who": _("监票人、计票人")},
    ]


def attendance(round):
    """Who was there, by group; never which card anybody had."""
    in_round = {group.code: group.attendants for group in round.groups.all()}
    groups = []
    for group in round.session.audience.prefetch_related("attendees"):
        people = list(group.attendees.all())
        present = [person.name for person in people if person.is_present]
        absent = [{"name": person.name} for person in people if not person.is_present] if present else []
        groups.append(
            {
                "name": group.name,
                "expected": group.expected,
                "present": len(present) if present else in_round.get(group.code, 0),
                "names": present,
                "absent": absent,
            }
        )
    expected, present = (sum(group[name] for group in groups) for name in ("expected", "present"))
    quorum = _("应到 %(expected)d 人，实到 %(present)d 人。") % {"expected": expected, "present": present}
    return {"groups": groups, "expected": expected, "present": present, "quorum": quorum}


def questions(subjects):
    asked = (Question.State.ASKED, Question.State.ANSWERED)
    found = (
        Question.objects.filter(subject__in=subjects, state__in=asked).select_related("answer").prefetch_related("commitments")
    )
    by_subject, comments = {}, {}
    for question in found:
        by_subject.setdefault(question.subject_id, []).append(question)
    for comment in LeaderComment.objects.filter(subject__in=subjects, is_delivered=True).select_related("leader"):
        comments.setdefault(comment.subject_id, []).append(comment)
    return [
        {
            "official": {"name": s.name, "unit": s.unit_name, "post": s.post},
            "items": [answered(question) for question in by_subject.get(s.pk, [])],
            "comments": [
                {"leader": str(c.leader), "strengths": c.strengths, "problems": [line for line in c.problems.splitlines() if line]}
                for c in comments.get(s.pk, [])
            ],
        }
        for s in subjects
    ]  # fmt: skip


def answered(question):
    answer = getattr(question, "answer", None)
    return {
        "text": question.text,
        "answer": answer.summary if answer else "",
        "unsatisfactory": bool(answer and answer.is_unsatisfactory),
        "commitments": [
            {"text": c.text, "due": date_format(c.due_on, "Y年n月j日")} for c in question.commitments.all()
        ],
    }  # fmt: skip
