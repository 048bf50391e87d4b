from officials.models.account import AccountStep, RoleGrant, User
from officials.models.official import Official, OfficialQuerySet
from officials.models.rater import CommitteeMember, LeadingMember, Representative
from officials.models.registration import RegisterImport
from officials.models.second_factor import RecoveryCode, SecondFactor
from officials.models.term import Term
from officials.models.unit import Unit

__all__ = [
    "AccountStep",
    "CommitteeMember",
    "LeadingMember",
    "Official",
    "OfficialQuerySet",
    "RecoveryCode",
    "RegisterImport",
    "Representative",
    "RoleGrant",
    "SecondFactor",
    "Term",
    "Unit",
    "User",
]
