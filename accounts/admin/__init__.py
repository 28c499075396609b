from accounts.admin import application, staff_account

__all__ = ["application", "staff_account"]
