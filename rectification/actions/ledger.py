"""The ledger leaves the house as a workbook: who took it, and how much (security.md S10)."""

from core import audit


def note_export(*, n: int, by):
    audit.record("export_ledger", "rectification ledger", by=by, n=n)
