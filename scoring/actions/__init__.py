"""Verbs of the ballot and the result, one file per noun.

A round goes through `setup`, `steps` (what two persons take together), `table`, `opening`; then `count`, `papers`. Before the
opening `occasion` takes what comes into the scores from outside; `outside` says until when. A rehearsal can be wiped by `rehearsal`.
"""

from scoring.actions.scheme import install_sample_scheme

__all__ = ["install_sample_scheme"]
