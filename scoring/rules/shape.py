"""The table of fields of a scheme (scoring.md §3): what may stand where, before any meaning is asked.

A kind is a function (value, path) → problems. `record`, `each`, `one_of` build kinds from kinds.
"""

from scoring.rules.errors import Problem
from scoring.rules.freeze import KEY, check_canonical, is_plain_text
from scoring.rules.numbers import is_number


def text(value, path):
    if not is_plain_text(value):
        yield Problem("type_invalid", path)


def key(value, path):
    """A code that is used as a key of canonical JSON (ballots.md §3)."""
    if not is_plain_text(value):
        yield Problem("type_invalid", path)
    elif not KEY.fullmatch(value):
        yield Problem("code_invalid", path)


def exact(value, path):
    if not is_number(value):
        yield Problem("number_not_exact", path)


def integer(value, path):
    if not is_number(value) or isinstance(value, str):
        yield Problem("number_not_exact", path)


def flag(value, path):
    if not isinstance(value, bool):
        yield Problem("type_invalid", path)


def free(value, path):
    """Any value that has a canonical form."""
    try:
        check_canonical(value)
    except ValueError:
        yield Problem("type_invalid", path)


def one_of(*options, code="policy_unknown"):
    def kind(value, path):
        if not isinstance(value, str) or value not in options:
            yield Problem(code, path)

    return kind


def each(item):
    def kind(value, path):
        if not isinstance(value, list):
            yield Problem("type_invalid", path)
            return
        for index, entry in enumerate(value):
            yield from item(entry, f"{path}[{index}]")

    return kind


def record(*required, **fields):
    """An object with these members and no others; the required ones are named first."""

    def kind(value, path):
        if not isinstance(value, dict):
            yield Problem("type_invalid", path)
            return
        prefix = f"{path}." if path else ""
        for name in required:
            if name not in value:
                yield Problem("field_missing", prefix + name)
        for name, member in value.items():
            if name in fields:
                yield from fields[name](member, prefix + name)
            else:
                yield Problem("unknown_field", f"{prefix}{name}")

    return kind


def mapping(item):
    """An object with free keys."""

    def kind(value, path):
        if not isinstance(value, dict):
            yield Problem("type_invalid", path)
            return
        for name, member in value.items():
            yield from item(member, f"{path}.{name}")

    return kind


BASE = one_of("category", "session")
OPTIONS = each(text)
STEP = record("at_least", "points", at_least=exact, points=exact)
OVERRIDE = record("options", "at_least", "points", options=OPTIONS, at_least=exact, points=exact)
AGGREGATORS = {
    "mean": record(kind=text),
    "grade_mean": record(kind=text),
    "share": record("top", kind=text, top=OPTIONS),
    "step": record(
        *("top", "full", "steps", "otherwise"),
        **{"kind": text, "top": OPTIONS, "full": exact, "steps": each(STEP), "otherwise": exact, "overrides": each(OVERRIDE)},
    ),
    "rank_decrement": record("per_place", kind=text, of=one_of("value", "places"), per_place=exact, base=BASE),
    "ratio_to_first": record(kind=text, base=BASE),
}


def aggregator(value, path):
    """An object of one of the six kinds (§4.4)."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in AGGREGATORS:
        yield Problem("aggregator_unknown", path)
    else:
        yield from AGGREGATORS[kind](value, path)


CRITERION = record(
    *("code", "max_points"),
    **{"code": key, "name": text, "max_points": exact, "kind": one_of("points", "grades")},
    **{"stage": text, "aspect": text, "anchors": free},
)
GRADE = record("code", code=text, label=text, value=exact, counts=flag)
SIDE = record("code", "weight", code=key, name=text, weight=exact)
GROUP = record(
    *("code", "weight"),
    **{"code": key, "name": text, "weight": exact, "anonymous": flag, "min_ballots": integer, "merge_into": text},
    **{"side": text, "source": one_of("ballots", "figures"), "aggregator": aggregator, "note": text},
)
CATEGORY_WEIGHT = record("category", "code", "weight", category=text, code=text, weight=exact)
TRIMMING = record(
    mode=one_of("none", "count", "share"), high=exact, low=exact, min_n=integer, scope=one_of("group"),
)  # fmt: skip
INVALID_RULES = one_of(
    *("wrong_group", "foreign_mark", "over_max", "below_zero", "off_step", "missing_criterion"),
    *("straight_line_full_marks_all_subjects", "straight_line_all_equal"),
)
DEDUCTION = record("code", "points", "cap", code=key, name=text, points=exact, cap=exact)
ROUNDING = record(
    places=integer, method=one_of("ROUND_HALF_UP", code="rounding_invalid"), stage=one_of("final_only", code="rounding_invalid"),
)  # fmt: skip
BAND = record("label", "min", label=text, min=exact, max=exact)
QUOTA = record(
    **{"kind": one_of("at_most", "at_least", "distribution"), "label": text, "max_ratio": exact, "max_count": integer},
    **{"shares": each(record("label", "share", label=text, share=exact)), "base": one_of("session", "category", "unit")},
    **{"rounding": one_of("floor", "half_up", "ceil"), "tie_policy": one_of("manual", "exclude", "include")},
    **{"small_pool": one_of("skip", "one", "zero")},
)


def quotas(value, path):
    """One quota or a list of them (§3)."""
    return each(QUOTA)(value, path) if isinstance(value, list) else QUOTA(value, path)


THRESHOLD = record(below=exact, bottom=integer, only_below=exact, base=BASE, action=text)
NAMED = {"code": text, "name": text, "version": integer, "note": text, "source": text}
OUTCOME = {
    "total": exact,
    "bonus": record("cap", cap=exact),
    "deductions": each(DEDUCTION),
    "ceiling": one_of("total", "none"),
    "rounding": ROUNDING,
    "bands": each(BAND),
    "forced_quota": quotas,
    "thresholds": each(THRESHOLD),
    "thresholds_mode": one_of("most_severe", "all"),
}
SCHEME = record(
    **NAMED,
    **OUTCOME,
    **{"mode": one_of("points", "grades", "mixed", code="mode_unknown"), "step": exact, "criteria": each(CRITERION)},
    **{"grades": each(GRADE), "grade_full": exact, "sides": each(SIDE), "rater_groups": each(GROUP)},
    **{"category_weights": each(CATEGORY_WEIGHT), "aggregator": aggregator, "trimming": TRIMMING},
    **{"invalid_rules": each(INVALID_RULES), "min_subjects": integer, "quorum": exact},
    incomplete_policy=one_of("invalid", "average_answered"),
    abstention_policy=one_of("exclude_from_denominator", "in_denominator"),
    missing_group_policy=one_of("renormalize", "zero", "block"),
    veto=each(record("code", code=text, name=text)),
    rank_base=BASE,
)
COMPONENT = record("code", "weight", code=key, name=text, weight=exact, full=exact, grade_map=mapping(exact))


def composite_weights(value, path):
    """Both ways of writing the weights of a category (§6)."""
    kind = mapping(mapping(exact)) if isinstance(value, dict) else each(CATEGORY_WEIGHT)
    return kind(value, path)


COMPOSITE = record(
    **NAMED,
    **OUTCOME,
    components=each(COMPONENT),
    category_weights=composite_weights,
    missing_component_policy=one_of("renormalize", "zero", "block"),
    veto=each(record("code", code=text, name=text, effect=text)),
)
