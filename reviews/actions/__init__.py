"""Verbs that write. One file per noun: `from reviews.actions import session as actions`."""
