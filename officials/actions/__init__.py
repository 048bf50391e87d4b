from officials.actions.account import (
    change_account,
    change_password,
    create_account,
    demo_password,
    disabling_blockers,
    grant_roles,
    issue_password,
    prove,
    refuse_sign_in,
    role_blockers,
    set_active,
    sign_in,
    sign_out,
    unlock,
)
from officials.actions.register import (
    confirm_import,
    load_register,
    look_through,
    upload_register,
)
from officials.actions.term import set_term
from officials.actions.workbook import register_workbook, template_workbook

__all__ = [
    "change_account",
    "change_password",
    "confirm_import",
    "create_account",
    "demo_password",
    "disabling_blockers",
    "grant_roles",
    "issue_password",
    "load_register",
    "look_through",
    "prove",
    "refuse_sign_in",
    "register_workbook",
    "role_blockers",
    "set_active",
    "set_term",
    "sign_in",
    "sign_out",
    "template_workbook",
    "unlock",
    "upload_register",
]
