"""What the regulation says about counting: plain values in and out, exact, no database, request or clock.

The law is spec/scoring.md; each function cites its paragraph. The way of a result:

    errors, warnings = rules.validate(scheme)                       # §3, before locking
    result = rules.score(**rules.from_transcript(transcript), adjust=…, vetoes=…, decisions=…)   # §4, §8
    table = rules.published(result, "L1")                           # the one table for page, PDF and Excel
    sheet = rules.public_trace(result, result.officials["o01"], table["rows"]["o01"])            # §5 at L1
"""

from scoring.rules import occasions
from scoring.rules.attendance import NAMED, declared_named, expected_merges, merged_into
from scoring.rules.composite import Year, YearResult, compose
from scoring.rules.coverage import coverage
from scoring.rules.criterion import criterion_table
from scoring.rules.differences import differences
from scoring.rules.distribution import distribution
from scoring.rules.errors import Problem, ScoringError
from scoring.rules.example import example, example_marks
from scoring.rules.explain import public_trace
from scoring.rules.freeze import blinding, canonical, canonical_scheme, commitment, scheme_hash
from scoring.rules.messages import ERRORS, INVALID, PUBLIC_REASONS, REASONS, WARNINGS
from scoring.rules.numbers import fixed, number
from scoring.rules.outcome import PENDING
from scoring.rules.phrases import weight_text
from scoring.rules.publish import HIDDEN, MISSING, open_slips, published
from scoring.rules.quota import places_of_bands
from scoring.rules.result import OfficialResult, Result
from scoring.rules.scheme import LETTERS, Scheme, lettered, read
from scoring.rules.session import score, score_ballots
from scoring.rules.slips import answers
from scoring.rules.transcript import from_transcript
from scoring.rules.validation import validate, validate_composite
from scoring.rules.weighing import coefficients

__all__ = [
    "ERRORS",
    "HIDDEN",
    "INVALID",
    "LETTERS",
    "MISSING",
    "NAMED",
    "PENDING",
    "PUBLIC_REASONS",
    "REASONS",
    "WARNINGS",
    "OfficialResult",
    "Problem",
    "Result",
    "Scheme",
    "ScoringError",
    "Year",
    "YearResult",
    "answers",
    "blinding",
    "canonical",
    "canonical_scheme",
    "coefficients",
    "commitment",
    "compose",
    "coverage",
    "criterion_table",
    "declared_named",
    "differences",
    "distribution",
    "example",
    "example_marks",
    "expected_merges",
    "fixed",
    "from_transcript",
    "lettered",
    "merged_into",
    "number",
    "occasions",
    "open_slips",
    "places_of_bands",
    "public_trace",
    "published",
    "read",
    "scheme_hash",
    "score",
    "score_ballots",
    "validate",
    "validate_composite",
    "weight_text",
]
