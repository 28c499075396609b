"""Staff end or extend the verification of a representative, with effect on all of the clients' cases."""

from datetime import date, datetime

from accounts.models import RepresentativeProfile, User
from accounts.services import applications
from appointments.representation.services import expiry


def end_verification(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    rejection: RepresentativeProfile.Rejection,
    note: str,
) -> None:
    """End the verification, and then the representations, in one transaction for each case.

    Access ends with the first transaction. If the process stops after it, the next run of
    `expiry.expire_representations` does the rest.
    Raises: as `applications.end_verification`.
    """
    applications.end_verification(
        actor=actor, profile=profile, seen_at=seen_at, rejection=rejection, note=note
    )
    expiry.expire_those_of(profile.user)


def extend_accreditation(*, actor: User, profile: RepresentativeProfile, expires_on: date, note: str) -> None:
    """Extend the accreditation to the end of that day. Representations that have expired stay ended.

    Raises: as `applications.extend_accreditation`; RepresentationsStillEnding if some are still open,
    because there are too many or a case is busy. The next try or the next run of
    `expiry.expire_representations` ends them.
    """
    expiry.expire_those_of(profile.user)
    applications.extend_accreditation(actor=actor, profile=profile, expires_on=expires_on, note=note)
