from desk.actions.account import (
    change_active,
    change_roles,
    confirm_step,
    drop_expired_steps,
    remove_factor,
    reset_password,
    withdraw_step,
)
from desk.actions.trail import send_head, verify_trail

__all__ = [
    "change_active",
    "change_roles",
    "confirm_step",
    "drop_expired_steps",
    "remove_factor",
    "reset_password",
    "send_head",
    "verify_trail",
    "withdraw_step",
]
