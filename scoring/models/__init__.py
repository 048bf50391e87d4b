from scoring.models.ballot import BallotRound, NamedMarks, RoundGroup, StepRequest, Voting
from scoring.models.paper import PaperJob
from scoring.models.result import Count, Publication, SubjectResult
from scoring.models.scheme import Scheme
from scoring.models.table import Ending, TableMinutes

__all__ = [
    "BallotRound",
    "Count",
    "Ending",
    "NamedMarks",
    "PaperJob",
    "Publication",
    "RoundGroup",
    "Scheme",
    "StepRequest",
    "SubjectResult",
    "TableMinutes",
    "Voting",
]
