"""The table of staff units: which forms a unit can read and act on, and what else it can do.

A unit is a Django group of that name. The database says who is in which unit; this table says what a unit
can do. `services/units.py` creates the groups and their permissions from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CASE_TABLES = (
    "accounts.case",
    "appointments.reschedule",
    "appointments.notice",
    "appointments.deliveryconflict",
)
PLACES = ("appointments.site", "appointments.slot")
DATED_RULES = ("policy.policyversion", "policy.formtypeversion", "policy.goodcausereason")
REPRESENTATIVES = "accounts.representativeprofile"
FEEDBACK = "feedback.feedback"
UNDATED_RULES = ("policy.formtype", "policy.contactroute")


class Unit(StrEnum):
    """A unit. The value is the name of its group."""

    NBC_ADOPTIONS = "nbc_adoptions"
    CONTACT_CENTER = "contact_center"
    CONTACT_CENTER_SUPERVISORS = "contact_center_supervisors"
    SITE_MANAGERS = "site_managers"
    POLICY_OFFICERS = "policy_officers"
    AUDITORS = "auditors"


class Forms(StrEnum):
    """A set of form types, by whether they are adoption forms."""

    NONE = "none"
    ADOPTION = "adoption"
    OTHERS = "others"
    ALL = "all"

    def covers(self, *, is_adoption: bool) -> bool:
        """Return whether the set includes adoption forms, or other forms."""
        return self is Forms.ALL or self is (Forms.ADOPTION if is_adoption else Forms.OTHERS)


@dataclass(frozen=True, slots=True)
class UnitPowers:
    """What the members of one unit can do. `channel` is the `Reschedule.Channel` of their reschedules."""

    reads: Forms = Forms.NONE
    acts_on: Forms = Forms.NONE
    channel: str = ""
    can_override: bool = False
    reads_places: bool = False
    edits_policy: bool = False
    reads_history: bool = False
    verifies_representatives: bool = False
    reads_feedback: bool = False


UNITS: dict[Unit, UnitPowers] = {
    Unit.NBC_ADOPTIONS: UnitPowers(
        reads=Forms.ADOPTION,
        acts_on=Forms.ADOPTION,
        channel="nbc_adoptions",
        can_override=True,
        reads_places=True,
        verifies_representatives=True,
    ),
    Unit.CONTACT_CENTER: UnitPowers(
        reads=Forms.ALL, acts_on=Forms.OTHERS, channel="contact_center", reads_places=True
    ),
    Unit.CONTACT_CENTER_SUPERVISORS: UnitPowers(
        reads=Forms.ALL,
        acts_on=Forms.OTHERS,
        channel="contact_center",
        can_override=True,
        reads_places=True,
        verifies_representatives=True,
    ),
    Unit.SITE_MANAGERS: UnitPowers(reads_places=True),
    Unit.POLICY_OFFICERS: UnitPowers(edits_policy=True, reads_feedback=True),
    Unit.AUDITORS: UnitPowers(reads=Forms.ALL, reads_places=True, reads_history=True),
}


@dataclass(frozen=True, slots=True)
class StaffPowers:
    """What one account can do: the powers of all its units. A superuser can also read everything.

    A superuser acts on a case only as a member of a unit that does: each reschedule names the channel it
    came by, and account administration is not one.
    """

    units: frozenset[Unit] = frozenset()
    is_superuser: bool = False

    @property
    def reads(self) -> Forms:
        """The forms whose cases the account can read."""
        if self.is_superuser:
            return Forms.ALL
        return _combine(UNITS[unit].reads for unit in self.units)

    @property
    def acts_on(self) -> Forms:
        """The forms on whose cases the account can act."""
        return _combine(UNITS[unit].acts_on for unit in self.units)

    @property
    def reads_history(self) -> bool:
        return self.is_superuser or any(UNITS[unit].reads_history for unit in self.units)

    @property
    def verifies_representatives(self) -> bool:
        """Whether the account can decide applications of representatives."""
        return any(UNITS[unit].verifies_representatives for unit in self.units)

    def can_act(self, *, is_adoption: bool) -> bool:
        """Return whether the account can act on cases of such a form."""
        return self.acts_on.covers(is_adoption=is_adoption)

    def can_override(self, *, is_adoption: bool) -> bool:
        """Return whether the account can override the public limits on cases of such a form."""
        return any(powers.can_override for powers in self._acting(is_adoption=is_adoption))

    def channel(self, *, is_adoption: bool) -> str:
        """Return the channel of this account's reschedules on such a form, or "" if it cannot act on it."""
        return next((powers.channel for powers in self._acting(is_adoption=is_adoption)), "")

    def _acting(self, *, is_adoption: bool) -> list[UnitPowers]:
        return [UNITS[unit] for unit in self.units if UNITS[unit].acts_on.covers(is_adoption=is_adoption)]


def list_permissions(powers: UnitPowers) -> frozenset[str]:
    """Return the permissions of a unit, such as "policy.add_policyversion". Every unit can view rules."""
    views = [*DATED_RULES, *UNDATED_RULES]
    if powers.reads is not Forms.NONE:
        views += CASE_TABLES
    if powers.reads_places:
        views += PLACES
    allowed = {_permission("view", table) for table in views}
    if powers.edits_policy:
        allowed |= {_permission(act, table) for act in ("add", "change", "delete") for table in DATED_RULES}
        allowed |= {_permission("change", table) for table in UNDATED_RULES}
    if powers.verifies_representatives or powers.reads_history:
        allowed.add(_permission("view", REPRESENTATIVES))
    if powers.reads_history:
        allowed |= {"pghistory.view_context", "appointments.view_caseloadexport"}
    if powers.reads_feedback:
        allowed.add(_permission("view", FEEDBACK))
    return frozenset(allowed)


def _permission(act: str, table: str) -> str:
    app_label, model_name = table.split(".")
    return f"{app_label}.{act}_{model_name}"


def _combine(several: Iterable[Forms]) -> Forms:
    combined = set(several) - {Forms.NONE}
    if not combined:
        return Forms.NONE
    return combined.pop() if len(combined) == 1 else Forms.ALL
