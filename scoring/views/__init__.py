"""Doors of the ballot and its result, one file per noun."""
