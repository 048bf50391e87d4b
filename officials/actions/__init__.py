from officials.actions.account import change_password, create_account, demo_password, grant_roles, set_active

__all__ = ["change_password", "create_account", "demo_password", "grant_roles", "set_active"]
