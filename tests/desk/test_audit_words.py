"""Every action that the trail can hold has a word for people."""

import re

from django.conf import settings

from desk.views.audit_words import words
from officials.models import AccountStep
from rectification.models import ItemEvent
from reviews.models import ReviewSession
from scoring.models import StepRequest

LITERAL = re.compile(r"""audit\.(?:record|record_once|refuse)\(\s*"(\w+)"(?: if \w+ else "(\w+)")?""")
HALTS = (ReviewSession.State.POSTPONED, ReviewSession.State.CANCELLED)


def recorded():
    """The actions written as such, and those named after a step, a kind or a state."""
    sources = [path.read_text() for path in settings.ROOT.glob("*/actions*") if path.is_file()]
    sources += [(settings.ROOT / "core" / name).read_text() for name in ("middleware.py", "excel.py")]
    sources += [path.read_text() for path in settings.ROOT.glob("*/actions/**/*.py")]
    found = {action for source in sources for pair in LITERAL.findall(source) for action in pair if action}
    steps = {step.lower() for step in StepRequest.Step.values}
    kinds = {kind.lower() for kind in ItemEvent.Kind.values} - {"served"}  # service is the letter's line
    asked = steps | {kind.lower() for kind in AccountStep.Kind.values}
    return found | steps | {f"ask_{step}" for step in asked} | kinds | {state.lower() for state in HALTS}


def test_every_action_has_a_word_and_every_word_an_action():
    assert recorded() == set(words())


def test_of_what_is_done_to_a_question_every_act_has_a_word_of_its_own():
    acts = [str(word) for action, word in words().items() if action.endswith("_question")]

    assert len(acts) > 8
    assert len(set(acts)) == len(acts)
