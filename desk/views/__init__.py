from desk.views.accounts import (
    account_active,
    account_edit,
    account_factor,
    account_password,
    account_step,
    account_step_confirm,
    account_step_reject,
    account_step_withdraw,
    account_unlock,
)
from desk.views.audit import audit_trail, audit_verify
from desk.views.demo import demo_cards, demo_projector, demo_tour
from desk.views.desk import desk
from desk.views.hand_out import account_hand_out
from desk.views.inbox import inbox, inbox_read, notice
from desk.views.search import search

__all__ = [
    "account_active",
    "account_edit",
    "account_factor",
    "account_hand_out",
    "account_password",
    "account_step",
    "account_step_confirm",
    "account_step_reject",
    "account_step_withdraw",
    "account_unlock",
    "audit_trail",
    "audit_verify",
    "demo_cards",
    "demo_projector",
    "demo_tour",
    "desk",
    "inbox",
    "inbox_read",
    "notice",
    "search",
]
