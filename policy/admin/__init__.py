"""Lists of the staff site on which policy staff enter dated rules."""

from policy.admin import contact, form_type, good_cause, limits

__all__ = ["contact", "form_type", "good_cause", "limits"]
