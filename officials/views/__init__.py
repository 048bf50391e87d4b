from officials.views.administration import account_change, account_list, account_new
from officials.views.from_register import account_from_register
from officials.views.password import account, first_password, old_password, password_again
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
from officials.views.second_factor import factor_change, factor_enrol, recovery_codes
from officials.views.sign_in import code, demo_login, locked_out, login, logout

__all__ = [
    "account",
    "account_change",
    "account_from_register",
    "account_list",
    "account_new",
    "code",
    "demo_login",
    "factor_change",
    "factor_enrol",
    "first_password",
    "locked_out",
    "login",
    "logout",
    "official_list",
    "old_password",
    "password_again",
    "rater_list",
    "recovery_codes",
    "register_confirm",
    "register_export",
    "register_preview",
    "register_template",
    "register_upload",
    "unit_list",
]
