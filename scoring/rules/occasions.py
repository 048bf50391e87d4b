"""What comes into a score from outside the ballot box: which of it a scheme takes, and how the count takes it (scoring.md §4.4, §4.6, §4.8).

Bonus, deductions and veto are about what an official did; figures are what another body measured. None of it lies in the box, so it
must stand before anybody has seen a ballot.
"""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from scoring.rules import outcome
from scoring.rules.numbers import is_number, number, shown
from scoring.rules.phrases import weight_text
from scoring.rules.scheme import Group, Scheme

BONUS, DEDUCTION, VETO, FIGURE = "BONUS", "DEDUCTION", "VETO", "FIGURE"
BRACKETS = str.maketrans("[]{}【】〔〕〖〗「」『』〈〉《》", "()" * 9)  # after NFKC, which makes （ and ［ plain


@dataclass(frozen=True)
class Entry:
    """One thing about one official. `amount`: points of a bonus, how many times of a deduction, a figure; "" of a veto. `code`: of the
    deduction, of the veto, or of the group that takes the figure; "" of a bonus."""

    kind: str
    official: str
    code: str
    amount: str

    @property
    def key(self):
        """What it is one of: entries with the same key share a cap."""
        return self.official, self.kind, self.code


@dataclass(frozen=True)
class Choice:
    """Something the scheme takes; `text` says it with its points and caps."""

    kind: str
    code: str
    name: str
    text: str


def takes_any(raw: dict) -> bool:
    """Whether a scheme takes anything from outside."""
    takes = any(raw.get(name) for name in ("bonus", "deductions", "veto"))
    return takes or any(group.get("source") == "figures" for group in raw.get("rater_groups", []))


def choices(plan: Scheme) -> list[Choice]:
    """Everything that the scheme takes from outside, in its order."""
    raw, found = plan.raw, []
    if "bonus" in raw:
        found.append(Choice(BONUS, "", _("加分"), _("加分：合计最多加 %(cap)s 分") % {"cap": raw["bonus"]["cap"]}))
    for entry in raw.get("deductions", []):
        name = entry.get("name") or entry["code"]
        told = {"name": name, "points": entry["points"], "cap": entry["cap"]}
        text = _("扣分：%(name)s，每次扣 %(points)s 分，最多扣 %(cap)s 分") % told
        found.append(Choice(DEDUCTION, entry["code"], name, text))
    for entry in raw.get("veto", []):
        name = entry.get("name") or entry["code"]
        found.append(Choice(VETO, entry["code"], name, _("一票否决：%(name)s") % {"name": name}))
    for group in figure_groups(plan):
        told = {"name": group.name, "range": figure_range(plan, group)}
        found.append(
            Choice(FIGURE, group.code, group.name, _("外部数据：%(name)s，每位一个数，登记几次的取平均：%(range)s") % told)
        )
    return found


def figure_groups(plan: Scheme) -> list[Group]:
    return [group for group in plan.groups.values() if group.figures]


def is_place(group: Group) -> bool:
    """Whether its figures are places (第几名), not points."""
    return group.aggregator.get("of") == "places"


def figure_range(plan: Scheme, group: Group) -> str:
    """What a figure of this group may be, in words."""
    return _("名次，从 1 起") if is_place(group) else _("0 到 %(total)s") % {"total": shown(plan.total)}


def misfit(plan: Scheme, entry: Entry) -> str:
    """Why the scheme cannot take this entry; "" where it can."""
    if (entry.kind, entry.code) not in {(choice.kind, choice.code) for choice in choices(plan)}:
        return _("计分方案里没有这一项")
    if entry.kind == VETO:
        return _("一票否决没有数量") if entry.amount else ""
    if not is_number(entry.amount):
        return _("请填准确数，例如 2、0.5 或 1/3")
    amount = number(entry.amount)
    if entry.kind == BONUS:
        return "" if amount > 0 else _("加分须大于 0")
    if entry.kind == DEDUCTION:
        return "" if amount.denominator == 1 and 1 <= amount < 100 else _("次数须是 1 到 99 的整数")
    group = plan.groups[entry.code]
    fits = amount >= 1 if is_place(group) else 0 <= amount <= plan.total
    return "" if fits else _("须在允许范围内：%(range)s") % {"range": figure_range(plan, group)}


def written(entry: Entry) -> Entry:
    """The same with the amount as it is kept: “2.0” and “4/2” are 2."""
    return replace(entry, amount=weight_text(number(entry.amount))) if entry.amount else entry


def without_figure(plan: Scheme, officials: list[tuple[str, str | None]], entries: list[Entry]) -> dict[str, list[str]]:
    """Group code → officials whom it rates and who have no figure yet; `officials` are (code, category)."""
    have, missing = {(entry.code, entry.official) for entry in entries if entry.kind == FIGURE}, {}
    for group in figure_groups(plan):
        lacking = [
            code for code, category in officials if plan.weights(category)[0][group.code] and (group.code, code) not in have
        ]
        if lacking:
            missing[group.code] = lacking
    return missing


def outside(entries: list[Entry]) -> dict:
    """{"figures", "adjust", "vetoes"} as `score` and `verify.py --outside` take them; what is empty is left out."""
    figures, adjust, vetoes = defaultdict(lambda: defaultdict(list)), defaultdict(dict), defaultdict(list)
    for entry in entries:
        if entry.kind == FIGURE:
            figures[entry.official][entry.code].append(entry.amount)
        elif entry.kind == BONUS:
            adjust[entry.official].setdefault("bonus", []).append(entry.amount)
        elif entry.kind == DEDUCTION:
            counts = adjust[entry.official].setdefault("deductions", {})
            counts[entry.code] = counts.get(entry.code, 0) + int(number(entry.amount))
        else:
            vetoes[entry.official].append(entry.code)
    given = {"figures": {code: dict(groups) for code, groups in figures.items()}, "adjust": dict(adjust), "vetoes": dict(vetoes)}
    return {name: found for name, found in given.items() if found}


def same_ground(fact: str, document: str) -> tuple[str, str]:
    """Fact and document as they are compared: full and half width, kinds of brackets and spaces make no difference."""
    return _evened(fact), _evened(document)


def _evened(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).translate(BRACKETS).split()).casefold()


def over_caps(plan: Scheme, entries: list[Entry]) -> dict[tuple[str, str, str], str]:
    """(official, kind, code) → “合计 7 分，超过上限，只计 5 分” wherever a bonus or a deduction goes over its cap (§4.6)."""
    worth = {(BONUS, ""): (Fraction(1), plan.raw.get("bonus"))}
    worth |= {(DEDUCTION, rule["code"]): (number(rule["points"]), rule) for rule in plan.raw.get("deductions", [])}
    sums = defaultdict(Fraction)
    for entry in entries:
        if (entry.kind, entry.code) in worth and not misfit(plan, entry):
            sums[entry.key] += number(entry.amount) * worth[entry.kind, entry.code][0]
    caps = {key: number(worth[key[1:]][1]["cap"]) for key in sums}
    return {
        key: _("合计 %(sum)s 分，超过上限，只计 %(cap)s 分") % {"sum": weight_text(total), "cap": weight_text(caps[key])}
        for key, total in sums.items()
        if total > caps[key]
    }


def adjustment(plan: Scheme, entries: list[Entry]) -> tuple[Fraction, Fraction]:
    """(bonus, deduction) of one official after the caps; what the scheme does not take does not count."""
    fitting = [entry for entry in entries if not misfit(plan, entry)]
    adjust = next(iter(outside(fitting).get("adjust", {}).values()), {})
    _value, bonus, deducted = outcome.adjusted(plan.raw, Fraction(0), adjust)
    return bonus, deducted
