from officials.actions.account import (
    change_password,
    create_account,
    demo_password,
    grant_roles,
    refuse_sign_in,
    set_active,
    sign_in,
    sign_out,
)
from officials.actions.register import (
    confirm_import,
    load_register,
    look_through,
    register_workbook,
    template_workbook,
    upload_register,
)

__all__ = [
    "change_password",
    "confirm_import",
    "create_account",
    "demo_password",
    "grant_roles",
    "load_register",
    "look_through",
    "refuse_sign_in",
    "register_workbook",
    "set_active",
    "sign_in",
    "sign_out",
    "template_workbook",
    "upload_register",
]
