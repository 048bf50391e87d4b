from officials.views.account import account, demo_login, first_password, locked_out, login, logout, password_again
from officials.views.administration import account_change, account_list, account_new
from officials.views.register import (
    official_list,
    rater_list,
    register_confirm,
    register_export,
    register_preview,
    register_template,
    register_upload,
    unit_list,
)

__all__ = [
    "account",
    "account_change",
    "account_list",
    "account_new",
    "demo_login",
    "first_password",
    "locked_out",
    "login",
    "logout",
    "official_list",
    "password_again",
    "rater_list",
    "register_confirm",
    "register_export",
    "register_preview",
    "register_template",
    "register_upload",
    "unit_list",
]
