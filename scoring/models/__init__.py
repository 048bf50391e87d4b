from scoring.models.group import RoundGroup
from scoring.models.named import NamedMarks
from scoring.models.occasion import Occasion
from scoring.models.paper import PaperJob
from scoring.models.result import Count, Publication, SubjectResult
from scoring.models.round import BallotRound, Voting
from scoring.models.scheme import Scheme, categories, known_here
from scoring.models.step import StepRequest
from scoring.models.table import Ending, TableMinutes

__all__ = [
    "BallotRound",
    "Count",
    "Ending",
    "NamedMarks",
    "Occasion",
    "PaperJob",
    "Publication",
    "RoundGroup",
    "Scheme",
    "StepRequest",
    "SubjectResult",
    "TableMinutes",
    "Voting",
    "categories",
    "known_here",
]
