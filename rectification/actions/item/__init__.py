"""The life of one item, a module for each hand it goes through: submitter, verifier and who closes are different people (finding 5)."""

from rectification.actions.item.closing import confirm_close, decline_close, propose_close
from rectification.actions.item.evidence import add_evidence, bring_evidence, remove_evidence, submit_evidence
from rectification.actions.item.plan import approve_plan, return_plan, submit_plan
from rectification.actions.item.verification import release_verification, take_up, verify

__all__ = [
    "add_evidence",
    "approve_plan",
    "bring_evidence",
    "confirm_close",
    "decline_close",
    "propose_close",
    "release_verification",
    "remove_evidence",
    "return_plan",
    "submit_evidence",
    "submit_plan",
    "take_up",
    "verify",
]
