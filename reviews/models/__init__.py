from reviews.models.canvass import Digest, DigestEntry, DigestReceipt, Opinion, OpinionForm, TipOff
from reviews.models.meeting import Answer, Commitment, LeaderComment
from reviews.models.plan import PreparationTask, RuleSet
from reviews.models.question import Question, QuestionMark
from reviews.models.report import ReportReview, ReportTemplate, ReportVersion, ReviewReport
from reviews.models.session import Attendee, AudienceGroup, ReviewSession, SessionSubject

__all__ = [
    "Answer",
    "Attendee",
    "AudienceGroup",
    "Commitment",
    "Digest",
    "DigestEntry",
    "DigestReceipt",
    "LeaderComment",
    "Opinion",
    "OpinionForm",
    "PreparationTask",
    "Question",
    "QuestionMark",
    "ReportReview",
    "ReportTemplate",
    "ReportVersion",
    "ReviewReport",
    "ReviewSession",
    "RuleSet",
    "SessionSubject",
    "TipOff",
]
