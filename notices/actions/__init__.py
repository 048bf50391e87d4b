"""`from notices import actions as notices`, then `notices.post(…)`; letters are `from notices.actions import letter as letters`."""

from notices.actions.notice import cancel, cancel_under, close, deliver_waiting, drop, mail, post

__all__ = ["cancel", "cancel_under", "close", "deliver_waiting", "drop", "mail", "post"]
