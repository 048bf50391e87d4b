"""`from notices import actions as notices`, then `notices.post(…)`; letters are `from notices.actions import letter as letters`."""

from notices.actions.notice import cancel, deliver_waiting, drop, mail, post

__all__ = ["cancel", "deliver_waiting", "drop", "mail", "post"]
