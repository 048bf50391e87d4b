from officials.views.account import account, demo_login, locked_out, login, logout

__all__ = ["account", "demo_login", "locked_out", "login", "logout"]
