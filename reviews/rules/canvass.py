"""访廉: how many voices, which opinions say the same, and whether a digest line gives its source away."""

import re
from difflib import SequenceMatcher
from itertools import combinations

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

SIMILAR = 60  # of 100; tried on the sample opinions: true pairs lie above, neighbours on the same topic below
RUN = 6  # so many equal characters in a row count as copied (ballots.md §9.11)
TIP_OFF_WORDS = (
    "举报", "检举", "控告", "收受", "收礼", "受贿", "行贿", "贿赂", "礼金", "红包", "购物卡", "回扣", "索要", "索贿", "贪污", "挪用",
    "侵吞", "套取", "干股", "包养", "情妇",
)  # fmt: skip
_AFTER_NO = r"(?:没有?|从不|从未|未曾|未|无|不存在)(?:发现|听说|见|存在|发生|任何|过|他|她|其|本人)*"
_REST = r"[^，。；！？,;!?\s不就才都但却而只]*"
PRAISE = re.compile(  # “没有收受礼品”, “无红包现象”; not “没有红包不办事”, “未上交收受的礼金” or “有没有收受”
    rf"(?<![有非是]){_AFTER_NO}(?:(?:收受|收礼|受贿|行贿|索要|索贿|贪污|挪用|侵吞|套取){_REST}"
    rf"|(?:{'|'.join(TIP_OFF_WORDS)}){_REST}(?:现象|行为|问题|情况))(?=[，。；！,;!\s]|$)"
)


def voices(n: int) -> str:
    """How many spoke, as a class: never the number itself (ballots.md §9.11)."""
    if n >= 10:
        return _("10 条以上")
    return _("5 至 9 条") if n >= 5 else _("1 至 4 条")


def likeness(text: str, other: str) -> float:
    """How nearly two opinions say the same, up to 100."""
    return max(fuzz.ratio(text, other), fuzz.token_set_ratio(" ".join(text), " ".join(other)) - 25)


def similar_pairs(texts: dict) -> list[tuple]:
    """Pairs of keys whose texts say nearly the same, the most alike first. `texts` maps any key to a text."""
    found = []
    for (one, text), (other, its_text) in combinations(texts.items(), 2):
        if (alike := likeness(text, its_text)) >= SIMILAR:
            found.append((alike, one, other))
    return [(one, other) for _alike, one, other in sorted(found, key=lambda pair: -pair[0])]


def most_alike(text: str, texts: dict, n: int) -> list:
    """The keys of the `n` texts most like this one, however little that is."""
    return sorted(texts, key=lambda key: -likeness(text, texts[key]))[:n]


def tip_off_words(text: str) -> list[str]:
    """The words for which an opinion may be a tip-off. They only point: a person reads and decides (finding 8)."""
    rest = PRAISE.sub("", text)
    return [word for word in TIP_OFF_WORDS if word in rest]


def approval_blockers(*, hints: int) -> list[str]:
    """Why the digest may not go out yet, with so many hints of a tip-off that nobody looked at; an empty list means it may."""
    if not hints:
        return []
    return [_("还有 %(n)d 条意见像是举报，没有人看过：请工作人员逐条转信访室，或者注明“已看，不是举报”，再批准") % {"n": hints}]


def copied_runs(lines: list[str], originals: list[str]) -> list[str]:
    """For each digest line the longest run of at least six characters that it shares with an original, or "" (ballots.md §9.11).

    A writer's own turn of phrase can betray the writer, so the digest is to be rewritten, not copied.
    """
    holders = {run: [] for line in lines for run in _runs(line)}
    for original in originals:
        for run in _runs(original) & holders.keys():
            holders[run].append(original)
    return [_longest(line, {original for run in _runs(line) for original in holders[run]}) for line in lines]


def _runs(text):
    return {text[at : at + RUN] for at in range(len(text) - RUN + 1)}


def _longest(line, originals):
    matches = [SequenceMatcher(None, line, original, autojunk=False).find_longest_match() for original in sorted(originals)]
    return max((line[m.a : m.a + m.size] for m in matches), key=len, default="")
