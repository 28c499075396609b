"""Accounts, cases, people, codes, representations, and messages to accounts."""

from accounts.models.access_code import AccessCode, FailedAttempt
from accounts.models.case import Case, Person
from accounts.models.case_account_conflict import CaseAccountConflict
from accounts.models.demo import DemoPersona
from accounts.models.message import Message
from accounts.models.phone_code import PhoneCode
from accounts.models.representation import Representation, RepresentativeInvitation, RequestChannel
from accounts.models.representative import ALLOWED_STAGES, ApplicationAct, RepresentativeProfile
from accounts.models.representative_passcode import RepresentativePasscode
from accounts.models.user import User

__all__ = [
    "ALLOWED_STAGES",
    "AccessCode",
    "ApplicationAct",
    "Case",
    "CaseAccountConflict",
    "DemoPersona",
    "FailedAttempt",
    "Message",
    "Person",
    "PhoneCode",
    "Representation",
    "RepresentativeInvitation",
    "RepresentativePasscode",
    "RepresentativeProfile",
    "RequestChannel",
    "User",
]
