"""A representative's standing: taken back or extended by staff, with what rests on it case by case."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from accounts.models import Representation, RepresentativeProfile, User
from accounts.services import applications
from appointments.representation.services import expiry


@dataclass(frozen=True, slots=True)
class Affected:
    """How many cases a representative acts on, and on how many one is asked for or invited."""

    in_force: int
    requested: int


def count_affected(representative: User) -> Affected:
    """What ends with the representative's standing. One statement."""
    status = Representation.Status
    return Affected(
        **Representation.objects.open()
        .filter(representative=representative)
        .aggregate(
            in_force=Count("pk", filter=Q(status=status.IN_FORCE)),
            requested=Count("pk", filter=Q(status=status.REQUESTED)),
        )
    )


def end_verification(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    refusal: RepresentativeProfile.Refusal,
    note: str,
) -> None:
    """The representative acts for nobody any more: one transaction, then one for each of the clients' cases.

    If the process dies between them access has ended all the same, and the next run of
    `expire.expire_representations` does what is left. Raises as `applications.end_verification`.
    """
    applications.end_verification(actor=actor, profile=profile, seen_at=seen_at, refusal=refusal, note=note)
    expiry.expire_those_of(profile.user)


def extend_accreditation(*, actor: User, profile: RepresentativeProfile, expires_on: date, note: str) -> None:
    """The accreditation holds until the end of that day; what had lapsed is ended first, and stays so.

    Raises as `applications.extend_accreditation`: RepresentationsStillEnding where more cases are open than one request
    ends, or one is busy. The next try, or run of `expire.expire_representations`, ends the rest.
    """
    expiry.expire_those_of(profile.user)
    applications.extend_accreditation(actor=actor, profile=profile, expires_on=expires_on, note=note)
