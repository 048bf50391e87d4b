"""The explain sheet, step by step (scoring.md §5). Fixed Chinese: it is printed on Chinese papers.

`trace` holds exact group values and is for the scrutineers only (L2); `public_trace` says what L1 may read.
"""

from django.utils.translation import override

from scoring.rules import messages, phrases
from scoring.rules.numbers import shown
from scoring.rules.outcome import FEW
from scoring.rules.phrases import weight_text


class Sheet:
    """Collects numbered steps."""

    def __init__(self):
        self.steps = []

    def add(self, step, text, *, group=None, exact=None, **numbers):
        entry = {"n": len(self.steps) + 1, "step": step, "text": text}
        entry |= {"group": group} if group else {}
        entry |= {"exact": str(exact)} if exact is not None else {}
        entry |= {"numbers": {name: phrases.plain(value) for name, value in numbers.items()}} if numbers else {}
        self.steps.append(entry)


def trace(result, row) -> list[dict]:
    """Every step of one official, with exact values. No dropped marks, no untrimmed means."""
    sheet = Sheet()
    _ballots(sheet, result.scheme, row)
    _merges(sheet, result.scheme, row)
    if row.reasons:
        with override(None):  # the words of the source, which are Chinese
            text = "；".join(str(messages.REASONS[reason]) for reason in row.reasons)
        sheet.add("blocked", f"不出分：{text}", reasons=row.reasons)
        return sheet.steps
    for group in row.groups.values():
        _group(sheet, result.scheme, group)
    _weigh(sheet, result.scheme, row)
    _adjust(sheet, result.scheme, row)
    _outcome(sheet, result, row)
    return sheet.steps


def _ballots(sheet, scheme, row):
    """What each ballot group sent in; groups that do not rate this official are left out."""
    gathered = {member: group.weight for group in row.groups.values() for member in group.members}
    for code, pile in row.piles.items():
        if pile.returned or gathered[code]:
            numbers = pile.as_dict()
            sheet.add("ballots", phrases.ballots(scheme.groups[code].name, numbers), group=code, **numbers)


def _merges(sheet, scheme, row):
    for group in row.groups.values():
        if len(group.members) > 1:
            parts = [
                f"{scheme.groups[code].name}收回 {row.piles[code].returned} 票，不足 {scheme.groups[code].min_ballots} 票"
                for code in group.members[1:]
            ]
            text = f"{'；'.join(parts)}：并入{group.name}，权重合计 {weight_text(group.weight)}"
            sheet.add("merge", text, group=group.code, members=group.members, weight=group.weight)


def _group(sheet, scheme, group):
    """How the value of one group came about: what it starts from, then the place or ratio where the scheme asks for it."""
    if "figures" in group.detail:
        sheet.add("figures", phrases.figures(group), group=group.code, exact=group.mean, figures=group.detail["figures"])
    elif group.kind in ("share", "step"):
        text = phrases.share(group) if group.kind == "share" else phrases.step(group)
        sheet.add(group.kind, text, group=group.code, exact=group.value, **group.detail)
    elif group.mean is not None:
        trimmed = "sum" in group.detail
        text = phrases.mean(group) if trimmed else phrases.grade_mean(group)
        numbers = {name: group.detail[name] for name in ("high", "low", "sum") if trimmed}
        step = "group" if trimmed else "grade_mean"
        sheet.add(step, text, group=group.code, exact=group.mean, counted=group.counted, kept=group.kept, **numbers)
    if group.kind == "rank_decrement" and group.value is not None:
        sheet.add("rank_decrement", phrases.place(group), group=group.code, exact=group.value, place=group.detail["place"])
    if group.kind == "ratio_to_first" and group.value is not None:
        sheet.add("ratio_to_first", phrases.ratio(scheme, group), group=group.code, exact=group.value, best=group.detail["best"])


def _weigh(sheet, scheme, row):
    """Inside each side first, then over the sides; what is missing is said."""
    weighing = row.weighing
    note = "".join(f"，缺{scheme.groups[code].name}" for code in weighing.missing)
    names = {code: scheme.groups[code].name for code in row.groups}
    if not scheme.sides:
        parts = [(names[code], row.groups[code].value, share) for code, share in weighing.shares.items() if share]
        sheet.add("weigh", phrases.weighed("加权", parts, weighing.value) + note, exact=weighing.value)
        return
    titles = phrases.side_names(scheme)
    for side, value in weighing.sides.items():
        outer = weighing.side_shares[side]
        codes = [code for code, share in weighing.shares.items() if share and scheme.groups[code].side == side]
        if codes:
            parts = [(names[code], row.groups[code].value, weighing.shares[code] / outer) for code in codes]
            sheet.add("weigh", phrases.weighed(titles[side], parts, value), exact=value, side=side)
    parts = [(titles[side], value, share) for side, value in weighing.sides.items() if (share := weighing.side_shares[side])]
    sheet.add("weigh", phrases.weighed("加权", parts, weighing.value) + note, exact=weighing.value)


def _adjust(sheet, scheme, row):
    if row.bonus or row.deducted:
        text = f"{shown(row.weighing.value)}{phrases.adjustments(row)} ＝ {shown(row.adjusted)}{_limited(row)}"
        text += phrases.adjusted_how(scheme.raw, row.adjust)
        sheet.add("adjust", text, exact=row.adjusted, bonus=row.bonus, deducted=row.deducted)


def _limited(row):
    return "（限定在 0 与满分之间）" if row.weighing.value + row.bonus - row.deducted != row.adjusted else ""


def _few(result, row=None):
    """Why fewer places are kept than the scheme asks for; of whom and how many only with the official's exact `row` (L2)."""
    if result.places == result.scheme.raw.get("rounding", {}).get("places", 2):
        return ""
    if row is None:
        return f"本场有对象计票不足 {FEW} 份，"
    if (own := row.counted(result.scheme)) is not None and own < FEW:
        return f"计票 {own} 份，不足 {FEW} 份，"
    counted = (other.counted(result.scheme) for other in result.officials.values() if not other.reasons)
    return f"本场有对象计票 {min(n for n in counted if n is not None)} 份，不足 {FEW} 份，"


def _outcome(sheet, result, row):
    """From rounding to the proposals: all on the rounded value."""
    standing = row.standing
    sheet.add(
        "round",
        f"{_few(result, row)}四舍五入保留 {result.places} 位小数：{row.score}",
        exact=standing.score,
        places=result.places,
    )
    for step, text in phrases.outcome(result, row):
        sheet.add(step, text)
    for action in standing.actions:
        sheet.add("threshold", f"建议：{action}")


def public_trace(result, row, table_row: dict) -> list[dict]:
    """The sheet for L1, made from the official's row of the L1 table: printed values only, hidden groups' steps left out.

    For exact values it refers to the scrutineers' recount.
    """
    sheet, scheme = Sheet(), result.scheme
    if "held" in table_row or "blocked" in table_row:
        text = "得分暂不公布" if "held" in table_row else "不出分"
        sheet.add("blocked", f"收回 {table_row['ballots']} 票；{text}")
        return sheet.steps
    for code, numbers in table_row["counts"].items():
        name = "各类主体合计" if code == "total" else scheme.groups[code].name
        sheet.add("ballots", phrases.ballots(name, numbers), group=None if code == "total" else code, **numbers)
    _public_merges(sheet, scheme, row)
    for code, text in table_row["groups"].items():
        if text not in ("*", "–"):
            sheet.add("group", f"{row.groups[code].name}：{text}", group=code)
    shares = {code: share for code, share in row.weighing.shares.items() if share}
    parts = "，".join(f"{scheme.groups[code].name} {weight_text(share)}" for code, share in shares.items())
    sheet.add("weigh", f"按权重合成：{parts}。{_trimming(scheme.trimming)}以上为公布值，合成时用准确值，由监票人当场复算")
    if row.bonus or row.deducted:
        text = f"合成以后{phrases.adjustments(row)}{_limited(row)}{phrases.adjusted_how(scheme.raw, row.adjust)}"
        sheet.add("adjust", text, bonus=row.bonus, deducted=row.deducted)
    sheet.add("round", f"得分 {row.score}，只在最后四舍五入一次，{_few(result)}保留 {result.places} 位小数")
    for step, text in phrases.outcome(result, row):
        if step != "rank" or table_row["rank"] is not None:
            sheet.add(step, text)
    return sheet.steps


def _public_merges(sheet, scheme, row):
    """That groups were merged stands on the count sheet for everybody, whether or not their value is told."""
    for group in row.groups.values():
        if len(group.members) > 1:
            others = "、".join(scheme.groups[code].name for code in group.members[1:])
            text = f"{others}票数不足，按方案并入{group.name}，权重合计 {weight_text(group.weight)}"
            sheet.add("merge", text, group=group.code)


def _trimming(rule):
    """The rule as the scheme says it, once for all groups: what it came to in one would tell how many of it were counted."""
    if rule.mode == "none":
        return ""
    if rule.mode == "share":
        cut = [f"最{word}的 {phrases.shown(100 * share)}%" for word, share in (("高", rule.high), ("低", rule.low)) if share]
    else:
        cut = [f"{n} 个最{word}" for word, n in (("高", rule.high), ("低", rule.low)) if n]
    enough = f"满 {rule.min_n} 票的" if rule.min_n else ""
    return f"按方案，平均以前{enough}先去掉 {'、'.join(cut)}。"
