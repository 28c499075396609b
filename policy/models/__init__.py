"""The rules in force: limits, form types, good-cause reasons and statements, and offices."""

from policy.models.contact import ContactRoute
from policy.models.form_type import FormType, FormTypeVersion
from policy.models.good_cause import GoodCauseReason, GoodCauseStatement
from policy.models.limits import PolicyVersion

__all__ = [
    "ContactRoute",
    "FormType",
    "FormTypeVersion",
    "GoodCauseReason",
    "GoodCauseStatement",
    "PolicyVersion",
]
