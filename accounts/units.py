"""The one table of staff units: which forms a unit reads and acts on, and what else it may do.

A unit is a Django group of that name. Who is in which unit stands in the database, what a unit may do
stands here; `services/units.py` makes the groups and their permissions from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

PEOPLES_TABLES = (
    "accounts.case",
    "appointments.reschedule",
    "appointments.notice",
    "appointments.deliveryconflict",
)
PLACES = ("appointments.site", "appointments.slot")
DATED_RULES = ("policy.policyversion", "policy.formtypeversion", "policy.goodcausereason")
REPRESENTATIVES = "accounts.representativeprofile"
UNDATED_RULES = ("policy.formtype", "policy.contactroute")


class Unit(StrEnum):
    """The units; each value is the name of its group."""

    NBC_ADOPTIONS = "nbc_adoptions"
    CONTACT_CENTER = "contact_center"
    CONTACT_CENTER_SUPERVISORS = "contact_center_supervisors"
    SITE_MANAGERS = "site_managers"
    POLICY_OFFICERS = "policy_officers"
    AUDITORS = "auditors"


class Forms(StrEnum):
    """Some of the form types, by whether they are adoption forms."""

    NONE = "none"
    ADOPTION = "adoption"
    OTHERS = "others"
    ALL = "all"

    def covers(self, *, is_adoption: bool) -> bool:
        """Whether a form type of that sort is among them."""
        return self is Forms.ALL or self is (Forms.ADOPTION if is_adoption else Forms.OTHERS)


@dataclass(frozen=True, slots=True)
class UnitPowers:
    """What the members of one unit may do. `channel` is the one by which they move: a `Reschedule.Channel`."""

    reads: Forms = Forms.NONE
    acts_on: Forms = Forms.NONE
    channel: str = ""
    may_override: bool = False
    reads_places: bool = False
    edits_policy: bool = False
    reads_history: bool = False
    verifies_representatives: bool = False


UNITS: dict[Unit, UnitPowers] = {
    Unit.NBC_ADOPTIONS: UnitPowers(
        reads=Forms.ADOPTION,
        acts_on=Forms.ADOPTION,
        channel="nbc_adoptions",
        may_override=True,
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
        may_override=True,
        reads_places=True,
        verifies_representatives=True,
    ),
    Unit.SITE_MANAGERS: UnitPowers(reads_places=True),
    Unit.POLICY_OFFICERS: UnitPowers(edits_policy=True),
    Unit.AUDITORS: UnitPowers(reads=Forms.ALL, reads_places=True, reads_history=True),
}


@dataclass(frozen=True, slots=True)
class StaffPowers:
    """What one account may do: all of its units together, and a superuser's reading of everything.

    A superuser looks after staff accounts and reads all, but acts on a case only as a member of a unit
    that acts: a move names the channel it came by, and whoever administers accounts answers no calls.
    """

    units: frozenset[Unit] = frozenset()
    is_superuser: bool = False

    @property
    def reads(self) -> Forms:
        """The forms whose cases the account sees."""
        if self.is_superuser:
            return Forms.ALL
        return _together(UNITS[unit].reads for unit in self.units)

    @property
    def acts_on(self) -> Forms:
        """The forms on whose cases the account acts."""
        return _together(UNITS[unit].acts_on for unit in self.units)

    @property
    def reads_history(self) -> bool:
        return self.is_superuser or any(UNITS[unit].reads_history for unit in self.units)

    @property
    def verifies_representatives(self) -> bool:
        """Whether the account decides who may act as a representative."""
        return any(UNITS[unit].verifies_representatives for unit in self.units)

    def may_act(self, *, is_adoption: bool) -> bool:
        """Whether the account acts on cases of such a form."""
        return self.acts_on.covers(is_adoption=is_adoption)

    def may_override(self, *, is_adoption: bool) -> bool:
        """Whether the account may set limits of the public aside on cases of such a form."""
        return any(powers.may_override for powers in self._acting(is_adoption=is_adoption))

    def channel(self, *, is_adoption: bool) -> str:
        """The channel by which the account moves such a case; empty where it does not act."""
        return next((powers.channel for powers in self._acting(is_adoption=is_adoption)), "")

    def _acting(self, *, is_adoption: bool) -> list[UnitPowers]:
        return [UNITS[unit] for unit in self.units if UNITS[unit].acts_on.covers(is_adoption=is_adoption)]


def permissions_of(powers: UnitPowers) -> frozenset[str]:
    """The Django permissions of a unit, like "policy.add_policyversion". Every unit reads the rules."""
    views = [*DATED_RULES, *UNDATED_RULES]
    if powers.reads is not Forms.NONE:
        views += PEOPLES_TABLES
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
    return frozenset(allowed)


def _permission(act: str, table: str) -> str:
    app_label, model_name = table.split(".")
    return f"{app_label}.{act}_{model_name}"


def _together(several: Iterable[Forms]) -> Forms:
    wanted = set(several) - {Forms.NONE}
    if not wanted:
        return Forms.NONE
    return wanted.pop() if len(wanted) == 1 else Forms.ALL
