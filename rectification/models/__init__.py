from rectification.models.closing import CloseOut, ItemVerification
from rectification.models.event import ItemEvent
from rectification.models.finding import Finding, ReminderLetter
from rectification.models.item import RectificationItem
from rectification.models.plan import Evidence, RectificationPlan

__all__ = [
    "CloseOut",
    "Evidence",
    "Finding",
    "ItemEvent",
    "ItemVerification",
    "RectificationItem",
    "RectificationPlan",
    "ReminderLetter",
]
