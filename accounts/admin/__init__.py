"""Lists of the staff site about accounts: applications and staff accounts."""

from accounts.admin import application, staff_account

__all__ = ["application", "staff_account"]
