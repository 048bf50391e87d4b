"""What the rules say no with. Texts for people come from `messages`."""

from typing import NamedTuple

from scoring.rules import messages


class Problem(NamedTuple):
    """One error or warning of a scheme: the code of the spec, and where, e.g. `rater_groups[2].weight` ("" = the whole)."""

    code: str
    path: str

    @property
    def text(self):
        """A sentence for people, without the place."""
        return messages.ERRORS.get(self.code) or messages.WARNINGS.get(self.code, self.code)


class ScoringError(ValueError):
    """The rules cannot be applied to what was given; `code` names why, `str()` is a sentence for people."""

    def __init__(self, code: str, what="", problems=()):
        self.code, self.what, self.problems = code, what, list(problems)
        super().__init__(code, what)

    def __str__(self):
        return str(messages.REFUSALS[self.code]) % {"what": self.what}
