from accounts.admin import staff_account

__all__ = ["staff_account"]
