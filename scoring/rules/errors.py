"""What the rules say no with. Texts for people come from `messages`."""

from typing import NamedTuple

from scoring.rules import messages


class Problem(NamedTuple):
    """One error or warning of a scheme: the code of the spec, where, e.g. `rater_groups[2].weight` ("" = the whole), and what was
    found instead, such as the sum that should be another."""

    code: str
    path: str
    found: str = ""

    @property
    def text(self):
        """A sentence for people, without the place."""
        text = messages.ERRORS.get(self.code) or messages.WARNINGS.get(self.code, self.code)
        return messages.FOUND_OF.get(self.code, messages.FOUND) % {"text": text, "found": self.found} if self.found else text


class ScoringError(ValueError):
    """The rules cannot be applied to what was given; `code` names why, `str()` is a sentence for people."""

    def __init__(self, code: str, what="", problems=()):
        self.code, self.what, self.problems = code, what, list(problems)
        super().__init__(code, what)

    def __str__(self):
        return str(messages.REFUSALS[self.code]) % {"what": self.what}
