"""Apply as a representative, and decide applications. Ending clients' representations is done elsewhere."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from accounts.models import ALLOWED_STAGES, ApplicationAct, Representation, RepresentativeProfile, User
from accounts.services import outbox
from accounts.services.authority import NotYours
from accounts.services.filed_online import wait_for_imports
from portal.foundation.audit_context import audit_context
from portal.foundation.clock import agency_today, database_now
from portal.foundation.transactions import in_durable_transaction

DECISION_MAIL = "accounts/email/application_decided"


class AccountHasCases(Exception):
    """The account has its own cases, and an account has only one role. Nothing was changed."""


class AlreadyDecided(Exception):
    """The application does not exist, or its stage does not allow this act. Nothing was changed."""


class DetailsChanged(Exception):
    """The details changed or were verified again since the officer saw them. Nothing was changed."""


class RepresentationsStillEnding(Exception):
    """The accreditation had ended, and some of its representations are not ended yet. Nothing was changed."""


class AccreditationEnded(Exception):
    """The last day of the accreditation has passed. Nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDetails:
    """License of an attorney, or accreditation of an accredited representative; other fields are empty."""

    kind: str
    bar_state: str = ""
    bar_number: str = ""
    organization: str = ""
    accreditation: str = ""
    accreditation_expires_on: date | None = None


@in_durable_transaction
def submit_application(*, account: User, details: ApplicationDetails) -> RepresentativeProfile:
    """Create or correct the account's application, and make the account a representative's.

    Locks: imports (shared), account, application.
    Raises: NotYours for staff, AccountHasCases, AccreditationEnded, or AlreadyDecided if it is verified.
    """
    wait_for_imports()
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.kind == User.Kind.STAFF:
        raise NotYours
    if account.cases.exists():
        raise AccountHasCases
    _check_not_ended(details.accreditation_expires_on)
    profile = _lock_application(account) or RepresentativeProfile(user=account)
    _check_stage(profile, ApplicationAct.SUBMIT)
    for name, value in asdict(details).items():
        setattr(profile, name, value)
    profile.submitted_at = database_now()
    profile.rejected_at, profile.rejection, profile.decided_by = None, "", None
    profile.save()
    User.objects.filter(pk=account.pk).update(kind=User.Kind.REPRESENTATIVE)
    return profile


@in_durable_transaction
def withdraw_application(*, account: User) -> None:
    """Delete the application, and make the account a requestor's again.

    Locks: account, application.
    Raises: AlreadyDecided if there is no application, or if it is or was verified. Otherwise withdrawing
    would erase that staff ended a verification.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    profile = _lock_application(account)
    if profile is None or Representation.objects.filter(representative=account).exists():
        raise AlreadyDecided
    if profile.verification_ended_at is not None:
        raise AlreadyDecided
    _check_stage(profile, ApplicationAct.WITHDRAW)
    profile.delete()
    User.objects.filter(pk=account.pk).update(kind=User.Kind.REQUESTOR)


@in_durable_transaction
def verify_application(*, actor: User, profile: RepresentativeProfile, seen_at: datetime, note: str) -> None:
    """Verify the application, so that the account can represent clients.

    `seen_at` is the `stage_entered_at` of the details that the officer saw. The audit history keeps the note.

    Locks: application.
    Raises: NotYours, AlreadyDecided, DetailsChanged or AccreditationEnded.
    """
    profile = _lock_for_decision(actor, profile, ApplicationAct.VERIFY, seen_at)
    _check_not_ended(profile.accreditation_expires_on)
    profile.verified_at, profile.decided_by = database_now(), actor
    profile.verification_ended_at = None
    _save_decision(profile, note)


@in_durable_transaction
def reject_application(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    rejection: RepresentativeProfile.Rejection,
    note: str,
) -> None:
    """Reject the application for a reason that the applicant sees. They can submit corrected details.

    The audit history keeps the note.

    Locks: application.
    Raises: NotYours, AlreadyDecided or DetailsChanged.
    """
    profile = _lock_for_decision(actor, profile, ApplicationAct.REJECT, seen_at)
    profile.rejected_at, profile.rejection, profile.decided_by = database_now(), rejection, actor
    _save_decision(profile, note)


@in_durable_transaction
def end_verification(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    rejection: RepresentativeProfile.Rejection,
    note: str,
) -> None:
    """End the verification for a reason that the representative sees. They can submit their details again.

    Access to all clients ends with this transaction, because `in_force` reads the verification. Every act
    under a representation shares the application's lock, so it finishes before or finds no access. The rows
    of the representations are ended afterwards, case by case. The audit history keeps the note.

    Locks: application.
    Raises: NotYours, AlreadyDecided or DetailsChanged.
    """
    profile = _lock_for_decision(actor, profile, ApplicationAct.END, seen_at)
    now = database_now()
    profile.verified_at, profile.verification_ended_at = None, now
    profile.rejected_at, profile.rejection, profile.decided_by = now, rejection, actor
    profile.requested_name, profile.name_requested_at = "", None
    _save_decision(profile, note)


@in_durable_transaction
def extend_accreditation(*, actor: User, profile: RepresentativeProfile, expires_on: date, note: str) -> None:
    """Extend the accreditation to the end of that day. Representations that ended with it stay ended.

    An accreditation that has ended is extended only after the rows of its representations are ended too.
    Otherwise the extension would give access to those clients again.

    Locks: application.
    Raises: NotYours, AlreadyDecided if it is not a verified accreditation, RepresentationsStillEnding, or
    AccreditationEnded if the day has passed.
    """
    profile = RepresentativeProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    check_can_verify(actor)
    _check_stage(profile, ApplicationAct.EXTEND)
    if profile.kind != RepresentativeProfile.Kind.ACCREDITED:
        raise AlreadyDecided
    _check_not_ended(expires_on)
    ended = profile.accreditation_expires_on is not None and profile.accreditation_expires_on < agency_today()
    if ended and Representation.objects.open().filter(representative=profile.user_id).exists():
        raise RepresentationsStillEnding
    profile.accreditation_expires_on = expires_on
    with audit_context(note=note):
        profile.save(update_fields=["accreditation_expires_on"])


def _lock_application(account: User) -> RepresentativeProfile | None:
    return RepresentativeProfile.objects.select_for_update(no_key=True).filter(user=account).first()


def _lock_for_decision(
    actor: User, profile: RepresentativeProfile, act: ApplicationAct, seen_at: datetime
) -> RepresentativeProfile:
    """Lock the application and check that it is as the officer saw it; return it."""
    locked = RepresentativeProfile.objects.select_for_update(no_key=True).filter(pk=profile.pk).first()
    check_can_verify(actor)
    if locked is None:
        raise AlreadyDecided
    _check_stage(locked, act)
    if locked.stage_entered_at != seen_at:
        raise DetailsChanged
    return locked


def _save_decision(profile: RepresentativeProfile, note: str) -> None:
    with audit_context(note=note):
        profile.save(
            update_fields=[
                "verified_at",
                "rejected_at",
                "rejection",
                "decided_by",
                "verification_ended_at",
                "requested_name",
                "name_requested_at",
            ]
        )
    outbox.queue_notice_mail(accounts=[profile.user], template=DECISION_MAIL, context={})


def check_can_verify(actor: User) -> None:
    """Check the actor's powers. Call this under the lock: the actor may have just left the unit."""
    if not User.objects.get(pk=actor.pk).powers.verifies_representatives:
        raise NotYours


def _check_stage(profile: RepresentativeProfile, act: ApplicationAct) -> None:
    if profile.stage not in ALLOWED_STAGES[act]:
        raise AlreadyDecided


def _check_not_ended(expires_on: date | None) -> None:
    if expires_on is not None and expires_on < agency_today():
        raise AccreditationEnded
