"""述廉: what a report must hold before anybody reads it, how often it may come back, and what changed between two versions.

A report's content is {"items": {code: text}, "problems": [{"problem", "measure", "owner", "due_on", "outcome"}]}.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NUMERALS = "一二三四五六七八九十"
PROBLEMS = "P"  # how grounds and links name the table of problems and measures
LEAST_PROBLEMS = 3  # documents.md 4.3
LENGTH = (2500, 4000)  # characters of the whole report, documents.md 4.3; advice, never a refusal
SENTENCE = 10  # so many characters make a sentence that nobody writes twice by chance
LINE = ("problem", "measure", "owner", "due_on", "outcome")
BY_PEOPLE = frozenset({"NP2", "NP4"})  # whether the theme is clear and the facts are true, only people can tell


@dataclass(frozen=True)
class Finding:
    """One reason why the report would be returned: the ground of the five, the place in the outline, a text for people."""

    code: str
    item: str
    text: str


def count(text: str) -> int:
    """Characters as the reader counts them: every sign, no white space."""
    return len(re.sub(r"\s", "", text))


def length(content: dict) -> int:
    """Characters of the nine items and of the table."""
    lines = content.get("problems", [])
    return sum(count(text) for text in content.get("items", {}).values()) + sum(
        count(line.get(name, "")) for line in lines for name in LINE if name != "due_on"
    )


def fit(n: int) -> str:
    """Whether a report of `n` characters is "short" or "long" of what is usual; "" is neither."""
    return "short" if n < LENGTH[0] else "long" if n > LENGTH[1] else ""


def laid_out(outline: list[dict], content: dict) -> list[dict]:
    """The aspects of an outline with the text of every item: [{"numeral", "name", "items": [{…item, "text"}]}]."""
    texts = content.get("items", {})
    return [
        {
            "numeral": numeral,
            "name": aspect["name"],
            "items": [{**item, "text": texts.get(item["code"], "")} for item in aspect["items"]],
        }
        for numeral, aspect in zip(NUMERALS, outline, strict=False)
    ]


def heading(year: int) -> str:
    return _("关于%(year)d年度履行责任和廉洁从政情况的述责述廉报告") % {"year": year}


def short_name(name: str) -> str:
    """The first part of a long heading: “严守政治纪律” of “严守政治纪律和政治规矩、请示报告重大事项情况”."""
    return re.split("[、，和]", name)[0].removesuffix("情况")


def place(item: str) -> str:
    """How people call a place in the report: an item by its code, the table by its name, "" is the whole."""
    if not item:
        return _("全文")
    return _("问题和整改措施") if item == PROBLEMS else item


# --- 五个不通过 ----------------------------------------------------------------------------------------------


def precheck(outline: list[dict], content: dict) -> list[Finding]:
    """Everything a machine can find of the five grounds: NP1, NP3 and NP5 (HB14). NP2 and NP4 are for people."""
    return [*_missing(outline, content.get("items", {})), *_problems(content.get("problems", []))]


def _missing(outline, items):
    for aspect in outline:
        for item in aspect["items"]:
            code, least, n = item["code"], item.get("min_chars", 0), count(items.get(item["code"], ""))
            if not n:
                yield Finding("NP1", code, _("%(item)s还没有写") % {"item": code})
            elif n < least:
                words = {"item": code, "n": n, "more": least - n}
                yield Finding("NP1", code, _("%(item)s只有 %(n)d 字，还差 %(more)d 字") % words)


def _problems(lines):
    named = sum(bool(line.get("problem", "").strip()) for line in lines)
    if named < LEAST_PROBLEMS:
        words = {"n": named, "least": LEAST_PROBLEMS}
        yield Finding("NP3", PROBLEMS, _("问题只写了 %(n)d 条，至少 %(least)d 条") % words)
    labels = {"measure": _("措施"), "owner": _("责任人"), "due_on": _("时限"), "outcome": _("可检验成果")}
    for n, line in enumerate(lines, start=1):
        if not line.get("problem", "").strip():
            yield Finding("NP3", f"{PROBLEMS}{n}", _("第 %(n)d 条没有写明问题") % {"n": n})
        if lacking := [label for name, label in labels.items() if not line.get(name, "").strip()]:
            words = {"n": n, "what": _("、").join(lacking)}
            yield Finding("NP5", f"{PROBLEMS}{n}", _("第 %(n)d 条缺%(what)s") % words)


def doubts(content: dict, *, year: int) -> list[Finding]:
    """What looks like filling in, for people to judge; unlike `precheck` it stops nobody. `year` is the one reported on."""
    lines = content.get("problems", [])
    return [*_repeated(content.get("items", {})), *_same_measures(lines), *_over_before(lines, year)]


def _repeated(items):
    """A sentence that stands in the report more than once."""
    places = {}
    for code, text in items.items():
        for sentence in re.split(r"[。！？；!?;\n]", text):
            if count(sentence) >= SENTENCE:
                places.setdefault(re.sub(r"\s", "", sentence), []).append(code)
    for sentence, codes in places.items():
        if len(codes) > 1:
            words = {"text": f"{sentence[:20]}…", "n": len(codes), "places": _("、").join(dict.fromkeys(codes))}
            yield Finding("NP1", codes[0], _("同一句话写了 %(n)d 次（%(places)s）：%(text)s") % words)


def _same_measures(lines):
    rows = {}
    for n, line in enumerate(lines, start=1):
        if measure := re.sub(r"\W", "", line.get("measure", "")):
            rows.setdefault(measure, []).append(n)
    for same in rows.values():
        if len(same) > 1:
            yield Finding("NP5", f"{PROBLEMS}{same[0]}", _("第 %(rows)s 条的措施一样") % {"rows": _("、").join(map(str, same))})


def _over_before(lines, year):
    for n, line in enumerate(lines, start=1):
        if (due_on := line.get("due_on", "")) and int(due_on[:4]) < year:
            words = {"n": n, "day": due_on, "year": year}
            yield Finding("NP5", f"{PROBLEMS}{n}", _("第 %(n)d 条的时限 %(day)s 早于报告的 %(year)d 年度") % words)


def is_blank(line: dict) -> bool:
    """A row of the table nobody wrote in; it does not count."""
    return not any(str(line.get(name) or "").strip() for name in LINE)


def return_problems(reasons: list[dict], *, codes: set[str], places: set[str]) -> list[str]:
    """Every reason why a report may not be returned like this: it needs a ground of the five, its place and a comment."""
    if not reasons:
        return [_("退回至少要有一条理由，注明“五个不通过”的代码、涉及的内容和意见")]
    found = []
    for n, reason in enumerate(reasons, start=1):
        if reason["code"] not in codes:
            found.append(_("第 %(n)d 条理由没有选“五个不通过”的代码") % {"n": n})
        if reason["item"] not in places:
            found.append(_("第 %(n)d 条理由没有注明涉及的内容") % {"n": n})
        if not reason["comment"].strip():
            found.append(_("第 %(n)d 条理由没有写意见，撰写人无法据此修改") % {"n": n})
    return found


def rounds(returned: int, *, most: int) -> str:
    """第 1 次退回，最多 3 次"""
    if returned > most:
        return ngettext("已退回 %(n)d 次", "已退回 %(n)d 次", returned) % {"n": returned}
    return _("第 %(n)d 次退回，最多 %(most)d 次") % {"n": returned, "most": most}


# --- two versions ------------------------------------------------------------------------------------------


def compare(old: str, new: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Both texts cut into (changed, piece): what is gone from the old one, what is new in the other.

    Chinese is compared sign by sign, numbers and Latin words whole. A single sign that stayed between two changes
    belongs to the change: otherwise the marks flicker.
    """
    before, after = _signs(old), _signs(new)
    left, right = [], []
    for kind, i, j, k, m in _blocks(SequenceMatcher(None, before, after, autojunk=False).get_opcodes()):
        _add(left, kind != "equal", "".join(before[i:j]))
        _add(right, kind != "equal", "".join(after[k:m]))
    return left, right


def _signs(text):
    return re.findall(r"[A-Za-z]+|[0-9]+(?:[.,][0-9]+)*%?|.", text, re.DOTALL)


def _blocks(blocks):
    """The blocks, an equal one of a single sign between two changes taken for a change."""
    for at, (kind, i, j, k, m) in enumerate(blocks):
        lone = kind == "equal" and j - i == 1 and 0 < at < len(blocks) - 1
        yield ("replace" if lone else kind), i, j, k, m


def _add(pieces, changed, text):
    if not text:
        return
    if pieces and pieces[-1][0] == changed:
        pieces[-1] = (changed, pieces[-1][1] + text)
    else:
        pieces.append((changed, text))


def line_text(line: dict) -> str:
    """One row of the table in one paragraph, so that two versions can be compared."""
    labels = {
        "problem": _("问题"),
        "measure": _("措施"),
        "owner": _("责任人"),
        "due_on": _("时限"),
        "outcome": _("可检验成果"),
    }
    return "\n".join(f"{label}：{line.get(name, '')}" for name, label in labels.items())
