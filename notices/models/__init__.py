"""Reminders waiting to be sent, and letters with their numbers. Neither knows what it speaks of but by a text and a link."""

from notices.models.letter import Letter, LetterSeries
from notices.models.notice import Heartbeat, Notice

__all__ = ["Heartbeat", "Letter", "LetterSeries", "Notice"]
