"""Becoming a representative: giving the papers, and what staff decide of them. Clients come later."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from accounts.models import STAGES_FOR, ApplicationAct, Representation, RepresentativeProfile, User
from accounts.services import outbox
from accounts.services.authority import NotYours
from accounts.services.filed_online import wait_for_imports
from portal.foundation.audit_context import audit_context
from portal.foundation.clock import agency_today, database_now
from portal.foundation.transactions import in_durable_transaction

DECISION_MAIL = "accounts/email/application_decided"


class HasOwnCases(Exception):
    """The account has cases of its own, and an account has one role: nothing was changed."""


class AlreadyDecided(Exception):
    """The application is at a stage at which this cannot be done, or there is none: nothing was changed."""


class PapersChanged(Exception):
    """The papers were corrected, or verified anew, since the officer saw them: nothing was changed."""


class LinksStillEnd(Exception):
    """The accreditation had ended, and what rested on it is not ended everywhere yet: nothing was changed."""


class AccreditationEnded(Exception):
    """The date on which the accreditation ends lies behind: nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """What makes someone a representative. Of an attorney the bar, of an accredited one the accreditation."""

    kind: str
    bar_state: str = ""
    bar_number: str = ""
    organization: str = ""
    accreditation: str = ""
    accreditation_expires_on: date | None = None


@in_durable_transaction
def submit(*, account: User, papers: Papers) -> RepresentativeProfile:
    """The application with these papers, new or corrected; it waits for staff. The account changes its role.

    Locks the account, then its application. Raises NotYours for staff, HasOwnCases, AccreditationEnded,
    or AlreadyDecided when the account is verified.
    """
    wait_for_imports()
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.kind == User.Kind.STAFF:
        raise NotYours
    if account.cases.exists():
        raise HasOwnCases
    _check_not_ended(papers.accreditation_expires_on)
    profile = _lock_of(account) or RepresentativeProfile(user=account)
    _check_stage(profile, ApplicationAct.SUBMIT)
    for name, value in asdict(papers).items():
        setattr(profile, name, value)
    profile.submitted_at = database_now()
    profile.refused_at, profile.refusal, profile.decided_by = None, "", None
    profile.save()
    User.objects.filter(pk=account.pk).update(kind=User.Kind.REPRESENTATIVE)
    return profile


@in_durable_transaction
def withdraw(*, account: User) -> None:
    """The account is a requestor's again, and its papers are gone.

    Locks the account, then its application. Raises AlreadyDecided when it is or was verified, or has none:
    that staff took a verification back is not undone by applying anew.
    """
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    profile = _lock_of(account)
    if profile is None or Representation.objects.filter(representative=account).exists():
        raise AlreadyDecided
    if profile.verification_ended_at is not None:
        raise AlreadyDecided
    _check_stage(profile, ApplicationAct.WITHDRAW)
    profile.delete()
    User.objects.filter(pk=account.pk).update(kind=User.Kind.REQUESTOR)


@in_durable_transaction
def verify(*, actor: User, profile: RepresentativeProfile, seen_at: datetime, note: str) -> None:
    """From now on the account may represent clients. `seen_at` is when the papers seen were given.

    The note is kept in the audit history. Locks the application. Raises NotYours, AlreadyDecided,
    PapersChanged or AccreditationEnded.
    """
    profile = _lock_to_decide(actor, profile, ApplicationAct.VERIFY, seen_at)
    _check_not_ended(profile.accreditation_expires_on)
    profile.verified_at, profile.decided_by = database_now(), actor
    profile.verification_ended_at = None
    _write_decision(profile, note)


@in_durable_transaction
def refuse(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    refusal: RepresentativeProfile.Refusal,
    note: str,
) -> None:
    """The application is refused for a reason that its account is told; it may give its papers again.

    The note is kept in the audit history. Locks the application. Raises as `verify`.
    """
    profile = _lock_to_decide(actor, profile, ApplicationAct.REFUSE, seen_at)
    profile.refused_at, profile.refusal, profile.decided_by = database_now(), refusal, actor
    _write_decision(profile, note)


@in_durable_transaction
def end_verification(
    *,
    actor: User,
    profile: RepresentativeProfile,
    seen_at: datetime,
    refusal: RepresentativeProfile.Refusal,
    note: str,
) -> None:
    """The verification is taken back for a reason that the account is told; it may give its papers again.

    Access to every client ends with this transaction, by `in_force`: whoever acts under a representation
    shares the application's lock, so they are done before it or find nothing to act under. The rows of the
    representations follow, each case by itself. `seen_at` is when what was seen was verified. The note is
    kept in the audit history. Locks the application. Raises NotYours, AlreadyDecided or PapersChanged.
    """
    profile = _lock_to_decide(actor, profile, ApplicationAct.END, seen_at)
    now = database_now()
    profile.verified_at, profile.verification_ended_at = None, now
    profile.refused_at, profile.refusal, profile.decided_by = now, refusal, actor
    _write_decision(profile, note)


@in_durable_transaction
def extend_accreditation(*, actor: User, profile: RepresentativeProfile, expires_on: date, note: str) -> None:
    """The accreditation now holds until the end of that day. What lapsed before stays as it ended.

    An accreditation that had ended took every link with it that day: until their rows say so, too, it is
    not extended, for that would open them again. Nobody can make a new one meanwhile. Locks the
    application. Raises NotYours, AlreadyDecided when it is no verified accreditation, LinksStillEnd, or
    AccreditationEnded when the day lies behind.
    """
    profile = RepresentativeProfile.objects.select_for_update(no_key=True).get(pk=profile.pk)
    _check_may_verify(actor)
    _check_stage(profile, ApplicationAct.EXTEND)
    if profile.kind != RepresentativeProfile.Kind.ACCREDITED:
        raise AlreadyDecided
    _check_not_ended(expires_on)
    ended = profile.accreditation_expires_on is not None and profile.accreditation_expires_on < agency_today()
    if ended and Representation.objects.open().filter(representative=profile.user_id).exists():
        raise LinksStillEnd
    profile.accreditation_expires_on = expires_on
    with audit_context(note=note):
        profile.save(update_fields=["accreditation_expires_on"])


def _lock_of(account: User) -> RepresentativeProfile | None:
    return RepresentativeProfile.objects.select_for_update(no_key=True).filter(user=account).first()


def _lock_to_decide(
    actor: User, profile: RepresentativeProfile, act: ApplicationAct, seen_at: datetime
) -> RepresentativeProfile:
    """The application under its lock, as the officer saw it."""
    locked = RepresentativeProfile.objects.select_for_update(no_key=True).filter(pk=profile.pk).first()
    _check_may_verify(actor)
    if locked is None:
        raise AlreadyDecided
    _check_stage(locked, act)
    if locked.in_standing_since != seen_at:
        raise PapersChanged
    return locked


def _write_decision(profile: RepresentativeProfile, note: str) -> None:
    with audit_context(note=note):
        profile.save(
            update_fields=["verified_at", "refused_at", "refusal", "decided_by", "verification_ended_at"]
        )
    outbox.queue_notice_mail(accounts=[profile.user], template=DECISION_MAIL, context={})


def _check_may_verify(actor: User) -> None:
    """Asked under the lock, so that who left the unit a moment ago decides nothing. Raises NotYours."""
    if not User.objects.get(pk=actor.pk).powers.verifies_representatives:
        raise NotYours


def _check_stage(profile: RepresentativeProfile, act: ApplicationAct) -> None:
    if profile.stage not in STAGES_FOR[act]:
        raise AlreadyDecided


def _check_not_ended(expires_on: date | None) -> None:
    if expires_on is not None and expires_on < agency_today():
        raise AccreditationEnded
