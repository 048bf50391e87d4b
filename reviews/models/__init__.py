from reviews.models.audience import Attendee, AudienceGroup, HeadCount
from reviews.models.digest import Digest, DigestEntry, DigestReceipt
from reviews.models.meeting import Answer, Commitment, LeaderComment
from reviews.models.minutes import Minutes, MinutesSection
from reviews.models.opinion import Opinion, OpinionForm
from reviews.models.plan import PreparationTask, RuleSet
from reviews.models.question import Question, QuestionMark
from reviews.models.report import ReportReview, ReportTemplate, ReportVersion, ReviewReport
from reviews.models.session import ReviewSession
from reviews.models.subject import SessionSubject
from reviews.models.tip_off import TipOff

__all__ = [
    "Answer",
    "Attendee",
    "AudienceGroup",
    "Commitment",
    "Digest",
    "DigestEntry",
    "DigestReceipt",
    "HeadCount",
    "LeaderComment",
    "Minutes",
    "MinutesSection",
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
