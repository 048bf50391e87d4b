"""Verbs of the ballot and the result. For the apps above: `scoring.actions.ballot`, `.count`, `.papers`, `.scheme`."""

from scoring.actions.scheme import install_sample_scheme

__all__ = ["install_sample_scheme"]
