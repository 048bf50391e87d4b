"""May this scheme be locked? All errors with their places, and warnings (scoring.md §3).

First the table of fields (`shape`), then the meaning, section by section. A section is left out when a member it reads
is already unreadable, so that one slip of the pen is reported once.
"""

from scoring.rules import check_counting, check_groups, check_outcome, shape
from scoring.rules.advice import advice
from scoring.rules.errors import Problem, ScoringError
from scoring.rules.freeze import without_nulls

HARMLESS = {"unknown_field", "code_invalid", "policy_unknown", "aggregator_unknown"}

SECTIONS = {
    check_counting.mode: ["mode"],
    check_counting.scale: ["total", "step", "quorum", "min_subjects", "grade_full"],
    check_counting.criteria: ["mode", "total", "step", "criteria"],
    check_counting.grades: ["mode", "grades", "grade_full"],
    check_counting.policies: ["mode", "incomplete_policy", "abstention_policy", "aggregator", "rater_groups"],
    check_counting.aggregators: ["mode", "criteria", "grades", "aggregator", "rater_groups"],
    check_counting.trimming: ["mode", "trimming", "aggregator", "rater_groups"],
    check_groups.groups: ["rater_groups"],
    check_groups.sides: ["rater_groups", "sides"],
    check_groups.weights: ["rater_groups", "sides"],
    check_groups.category_weights: ["rater_groups", "sides", "category_weights"],
    check_groups.merging: ["mode", "rater_groups", "aggregator"],
    check_outcome.adjustments: ["bonus", "deductions", "veto"],
    check_outcome.rounding: ["rounding"],
    check_outcome.bands: ["bands"],
    check_outcome.quotas: ["bands", "forced_quota"],
    check_outcome.thresholds: ["thresholds"],
}

YEAR_SECTIONS = {
    check_outcome.total: ["total"],
    check_groups.components: ["components"],
    check_groups.component_weights: ["components", "category_weights"],
    check_outcome.adjustments: ["bonus", "deductions", "veto"],
    check_outcome.rounding: ["rounding"],
    check_outcome.bands: ["bands"],
    check_outcome.quotas: ["bands", "forced_quota"],
    check_outcome.thresholds: ["thresholds"],
}


def validate(scheme, officials=(), categories=(), groups=(), most=0) -> tuple[list[Problem], list[Problem]]:
    """(errors, warnings) of the scheme of a meeting. With `officials` the warning about small pools is exact, with the `most` that a
    dispersed session hears it is about those; with the `categories` that officials here can have, weights for another are warned of,
    and with the codes of the `groups` of sessions here, others."""
    scheme = without_nulls(scheme)
    errors = _errors(scheme, shape.SCHEME, SECTIONS)
    return errors, [] if errors else advice(scheme, officials, categories, groups, most)


def validate_composite(scheme) -> tuple[list[Problem], list[Problem]]:
    """(errors, warnings) of the scheme of a year (§6); no warning is defined for it."""
    return _errors(without_nulls(scheme), shape.COMPOSITE, YEAR_SECTIONS), []


def require_valid(scheme, validator=validate) -> None:
    """None may be left at locking, and nothing is ever counted by a scheme that could not be locked."""
    errors, _warnings = validator(scheme)
    if errors:
        raise ScoringError("invalid_scheme", errors[0].text, errors)


def _errors(scheme, form, sections):
    problems = list(form(scheme, ""))
    if not isinstance(scheme, dict):
        return problems
    unreadable = {_member(problem.path) for problem in problems if problem.code not in HARMLESS}
    for section, members in sections.items():
        if not unreadable & set(members):
            problems += section(scheme)
    return list(dict.fromkeys(problems))


def _member(path):
    """The top-level member a path leads into."""
    return path.split(".")[0].split("[")[0]
