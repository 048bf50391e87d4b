"""What the papers of a result say: plain values for `templates/paper/`, at L1 and never beyond (ballots.md §9)."""

from scoring.actions.sheets.counting import count_sheet
from scoring.actions.sheets.meeting import session_file
from scoring.actions.sheets.minutes import minutes_paper
from scoring.actions.sheets.recount import recount
from scoring.actions.sheets.result import excel, rank_of, result_sheet, result_table
from scoring.actions.sheets.spread import spread
from scoring.actions.sheets.words import (
    absence,
    band_note,
    band_word,
    category_name,
    document,
    edition,
    grouped,
    printed_means,
    reasons,
)

__all__ = [
    "absence",
    "band_note",
    "band_word",
    "category_name",
    "count_sheet",
    "document",
    "edition",
    "excel",
    "grouped",
    "minutes_paper",
    "printed_means",
    "rank_of",
    "reasons",
    "recount",
    "result_sheet",
    "result_table",
    "session_file",
    "spread",
]
