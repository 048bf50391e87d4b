"""Verbs that write. One file per noun: `from live.actions import run_sheet`."""
