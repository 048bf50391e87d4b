from officials.views.account import account, demo_login, locked_out, login, logout
from officials.views.administration import account_active, account_list, account_new, account_roles
from officials.views.register import (
    official_list,
    register_confirm,
    register_export,
    register_preview,
    register_template,
    register_upload,
    unit_list,
)

__all__ = [
    "account",
    "account_active",
    "account_list",
    "account_new",
    "account_roles",
    "demo_login",
    "locked_out",
    "login",
    "logout",
    "official_list",
    "register_confirm",
    "register_export",
    "register_preview",
    "register_template",
    "register_upload",
    "unit_list",
]
