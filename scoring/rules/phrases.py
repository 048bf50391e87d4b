"""The sentences of the explain sheet (scoring.md §5). Fixed Chinese, numbers that a pocket calculator can follow."""

from fractions import Fraction

from scoring.rules.numbers import number, share_text, shown
from scoring.rules.outcome import PENDING


def weight_text(value: Fraction) -> str:
    """A weight: decimals when they end, else the fraction (4/15), so that nobody has to guess."""
    text = shown(value)
    return str(value) if text.endswith("…") else text


def plain(value):
    """Fractions as texts inside lists and by themselves, for JSON."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Fraction) else value


def ballots(name, numbers):
    parts = [("returned", "收回"), ("valid", "有效"), ("invalid", "无效"), ("abstain", "弃权"), ("counted", "计分")]
    aside = numbers["valid"] - numbers.get("counted", numbers["valid"])
    note = f"（{aside} 票只选了不计分的档次）" if aside else ""
    return f"{name}：" + "，".join(f"{word} {numbers[key]} 票" for key, word in parts if key in numbers) + note


def figures(group):
    values = "、".join(shown(value) for value in group.detail["figures"]) or "无"
    return f"{group.name}：{values}" + (f"，平均 {shown(group.mean)}" if len(group.detail["figures"]) > 1 else "")


def mean(group):
    """计分 7 票，去掉 1 个最高、1 个最低，其余合计 420 ÷ 5 = 84."""
    detail = group.detail
    cuts = [f"{n} 个{word}" for n, word in ((detail["high"], "最高"), (detail["low"], "最低")) if n]
    middle = f"，去掉 {'、'.join(cuts)}，其余合计" if cuts else "，合计"
    return f"{group.name}：计分 {group.counted} 票{middle} {shown(detail['sum'])} ÷ {group.kept} = {shown(group.mean)}"


def grade_mean(group):
    """德：优 5 × 100 ＋ 良 2 × 80，÷ 7 = 94.285714…；each criterion by its votes, then all by their weights."""
    detail = group.detail
    parts = []
    for name, tally, aside, mean in detail["criteria"]:
        votes = " ＋ ".join(f"{label} {n} × {shown(value)}" for label, n, value in tally)
        note = f"（{aside} 票不计分）" if aside else ""
        parts.append(f"{name}：{votes}，÷ {sum(n for _label, n, _value in tally)}{note} = {shown(mean)}")
    text = f"{group.name}：计分 {group.counted} 票；{'；'.join(parts)}"
    weights = "、".join(weight_text(weight) for weight in detail["weights"])
    text += f"；各项按 {weights} 平均" if len(parts) > 1 else ""
    if detail["full"] == detail["total"]:
        return f"{text}；得 {shown(group.mean)}" if len(parts) > 1 else text
    return f"{text}；× {shown(detail['total'])} ÷ {shown(detail['full'])} = {shown(group.mean)}"


def share(group):
    detail = group.detail
    return f"{group.name}：得票 {detail['votes']} ÷ {detail['base']}，折合 {shown(group.value)}"


def step(group):
    detail = group.detail
    text = f"{group.name}：得票 {detail['votes']} ÷ {detail['base']}，按分段表得 {shown(group.points)}（满分 {shown(detail['full'])}）"
    return f"{text}，折合 {shown(group.value)}"


def place(group):
    return f"{group.name}：名次 {shown(group.detail['place'])}，按名次递减得 {shown(group.value)}"


def ratio(scheme, group):
    text = f"{group.name}：{shown(scheme.total)} × {shown(group.mean)} ÷ {shown(group.detail['best'])}（第一名）"
    return f"{text} = {shown(group.value)}"


def weighed(title, parts, value):
    """Parts are (name, value, coefficient); coefficients are those used, missing groups accounted for."""
    return f"{title}：" + " ＋ ".join(f"{shown(v)} × {weight_text(share)}" for _name, v, share in parts) + f" ＝ {shown(value)}"


def side_names(scheme):
    return {side["code"]: side.get("name", side["code"]) for side in scheme.raw.get("sides", [])}


def adjustments(row):
    bonus = f" ＋ 加分 {shown(row.bonus)}" if row.bonus else ""
    return bonus + (f" − 扣分 {shown(row.deducted)}" if row.deducted else "")


def adjusted_how(raw, adjust):
    """（加分 4 ＋ 3 ＝ 7，最多加 5，加 5；迟交报告 2 次 × 1 ＝ 2）: how bonus and deductions came about, caps where they cut."""
    parts = []
    if extras := [number(extra) for extra in adjust.get("bonus", [])]:
        total = sum(extras)
        sums = f"{' ＋ '.join(map(shown, extras))} ＝ {shown(total)}" if len(extras) > 1 else shown(total)
        parts.append(f"加分 {sums}{capped('加', total, raw['bonus']['cap'])}")
    known = {entry["code"]: entry for entry in raw.get("deductions", [])}
    for code, times in adjust.get("deductions", {}).items():
        points, name = number(known[code]["points"]), known[code].get("name") or code
        total = times * points
        parts.append(f"{name} {times} 次 × {shown(points)} ＝ {shown(total)}" + capped("扣", total, known[code]["cap"]))
    return f"（{'；'.join(parts)}）" if parts else ""


def capped(word, total, cap):
    cap = number(cap)
    return f"，最多{word} {shown(cap)}，{word} {shown(cap)}" if total > cap else ""


def outcome(result, row):
    """(step, text) of band, veto, quota and rank."""
    standing, raw = row.standing, result.scheme.raw
    if raw.get("bands"):
        yield "band", band(raw, standing.score, written=row.score)
    if standing.vetoed:
        label = f"“{standing.band}”" if standing.band else ""
        yield "veto", f"一票否决：列最低等次{label}，不排名，不参加评先评优"
    for note in standing.quota:
        yield "quota", quota(note, standing.band)
    if standing.rank:
        where = row.category if standing.pool is not None else "全场"
        told = f" {standing.ranked_of} 人中第 {standing.rank} 名" if standing.ranked_of > 1 else "只有 1 人，不列名次"
        yield "rank", f"{where or ''}{told}".strip() + out_of_rank(result, standing)


def out_of_rank(result, standing):
    """Who of the same base has a score and no rank: the vetoed."""
    n = sum(row.standing.vetoed and not row.reasons and row.standing.pool == standing.pool for row in result.officials.values())
    return f"（另有 {n} 人一票否决，不排名）" if n else ""


def band(raw, score, *, written):
    """Which band the score, `written` as everywhere, reaches by itself, with its edges; bands reach down to 0."""
    edges = [(number(entry["min"]), entry["label"]) for entry in raw["bands"]]
    index = next(index for index, (low, _label) in enumerate(edges) if score >= low)
    top = f"，不满 {shown(edges[index - 1][0])} 分" if index else ""
    return f"{written} 分：{edges[index][1]}（{shown(edges[index][0])} 分以上{top}）"


def tie(found):
    """How those equal across the limit of a quota were treated: by the scheme, or by a leader's ruling."""
    same = f"得分相同的 {found['n']} 人跨过名额线，"
    if found["policy"] == "manual":
        named = "列入" if found["is_chosen"] else "未列入"
        return f"{same}其中 {found['seats']} 人经裁定列为“{found['label']}”，本人{named}，"
    return same + ("按方案一并列入，" if found["policy"] == "include" else "按方案都不列入，")


def quota(note, now):
    limit = "" if note["limit"] is None else f"“{note['label']}”名额 {note['limit']} 人，"
    if "shares" in note:
        limit = f"按得分先后，{'、'.join(f'{label} {share_text(share)}' for label, share in note['shares'])}，"
    if now == PENDING:
        return f"名额规则（{note['n']} 人）：{limit}得分相同者跨过名额线，待裁定"
    limit += tie(note["tie"]) if "tie" in note else ""
    change = f"保留{now}" if now == note["before"] else f"由{note['before']}改列{now}"
    return f"名额规则（{note['n']} 人）：{limit}{change}"
