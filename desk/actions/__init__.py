from desk.actions.account import (
    change_active,
    change_roles,
    confirm_step,
    drop_expired_steps,
    reject_step,
    remove_factor,
    reset_password,
    withdraw_step,
)
from desk.actions.disuse import suspend_unused
from desk.actions.hand_out import hand_out, prepare_slips
from desk.actions.trail import send_head, verify_trail

__all__ = [
    "change_active",
    "change_roles",
    "confirm_step",
    "drop_expired_steps",
    "hand_out",
    "prepare_slips",
    "reject_step",
    "remove_factor",
    "reset_password",
    "send_head",
    "suspend_unused",
    "verify_trail",
    "withdraw_step",
]
