"""What the papers of a result say: plain values for `templates/paper/`, at L1 and never beyond (ballots.md §9)."""

from scoring.actions.sheets.counting import count_sheet, in_hall, occasions, present_words
from scoring.actions.sheets.meeting import session_file
from scoring.actions.sheets.minutes import minutes_paper
from scoring.actions.sheets.recount import recount
from scoring.actions.sheets.result import exact_sheet, excel, rank_of, result_sheet, result_table
from scoring.actions.sheets.spread import spread
from scoring.actions.sheets.words import (
    absence,
    adjusted,
    band_note,
    band_word,
    category_name,
    document,
    edition,
    grouped,
    is_ranked_together,
    points_of,
    printed_means,
    ranked_among,
    ranked_where,
    reasons,
    short_units,
    steps,
)

__all__ = [
    "absence",
    "adjusted",
    "band_note",
    "band_word",
    "category_name",
    "count_sheet",
    "document",
    "edition",
    "exact_sheet",
    "excel",
    "grouped",
    "in_hall",
    "is_ranked_together",
    "minutes_paper",
    "occasions",
    "points_of",
    "present_words",
    "printed_means",
    "rank_of",
    "ranked_among",
    "ranked_where",
    "reasons",
    "recount",
    "result_sheet",
    "result_table",
    "session_file",
    "short_units",
    "spread",
    "steps",
]
