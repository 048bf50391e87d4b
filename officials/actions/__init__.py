from officials.actions.account import change_password, create_account, demo_password, grant_roles, set_active
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
    "register_workbook",
    "set_active",
    "template_workbook",
    "upload_register",
]
