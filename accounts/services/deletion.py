"""Delete the rows of this app when someone deletes their account. ADR 17 says what stays, and why."""

from enum import StrEnum

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.models import (
    AccessCode,
    Case,
    DemoPersona,
    Message,
    PhoneCode,
    Representation,
    RepresentativeInvitation,
    RepresentativePasscode,
    RepresentativeProfile,
    User,
)
from accounts.services import outbox, sessions
from portal.foundation.clock import DatabaseNow


class Obstacle(StrEnum):
    """A reason why someone cannot delete their account now."""

    STAFF = "staff"
    HAS_CLIENTS = "has_clients"


class DeletionRefused(Exception):
    """The account cannot be deleted now. Nothing was changed."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle)
        self.obstacle = obstacle


def find_obstacle(account: User) -> Obstacle | None:
    """Return why the account cannot be deleted: it is staff, or it has clients. None if it can."""
    if account.kind == User.Kind.STAFF:
        return Obstacle.STAFF
    open_statuses = [Representation.Status.REQUESTED, Representation.Status.IN_FORCE]
    if Representation.objects.filter(representative=account, status__in=open_statuses).exists():
        return Obstacle.HAS_CLIENTS
    return None


def blank_account(*, account: User) -> None:
    """Remove the personal data from the account. The row stays, because other rows point at it.

    Runs in the caller's transaction, with the account read under its lock. A representative who ever
    represented someone keeps their name and profile, because a G-28 is part of the case record.
    """
    _detach_cases(account)
    sessions.end_all_sessions(account=account)
    Authenticator.objects.filter(user=account).delete()
    EmailAddress.objects.filter(user=account).delete()
    DemoPersona.objects.filter(user=account).delete()
    Message.objects.filter(account=account).delete()
    PhoneCode.objects.filter(account=account).delete()
    _blank_invitations(account)
    outbox.queue_deletion_mail(account=account)
    keeps_name = Representation.objects.filter(representative=account).exists()
    if keeps_name:
        _blank_requested_name(account)
    else:
        _delete_profile(account)
    account.set_unusable_password()
    User.objects.filter(pk=account.pk).update(
        email=f"deleted-{account.public_id}@deleted.invalid",
        name=account.name if keeps_name else "",
        phone="",
        phone_confirmed_at=None,
        notification_channel=User.NotificationChannel.EMAIL,
        language=User.Language.ENGLISH,
        password=account.password,
        last_login=None,
        is_active=False,
        deleted_at=DatabaseNow(),
    )


def _detach_cases(account: User) -> None:
    """Leave the cases without an account, and erase the email address from them and their history."""
    keys = list(Case.objects.filter(requestor=account).values_list("pk", flat=True))
    for codes in (AccessCode, RepresentativePasscode):
        unused = codes.objects.filter(case__in=keys, used_at=None, expires_at__gt=DatabaseNow())
        unused.update(expires_at=DatabaseNow())
    Case.objects.filter(pk__in=keys).update(requestor=None, filed_by_email="")
    past = Case.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    past.filter(pgh_obj__in=keys).exclude(filed_by_email="").update(filed_by_email="")


def _blank_invitations(account: User) -> None:
    """Cancel the account's open invitations, and erase the addresses it invited and its own where invited."""
    own = RepresentativeInvitation.objects.filter(invited_by=account, cancelled_at=None)
    own.update(cancelled_at=DatabaseNow())
    RepresentativeInvitation.objects.filter(
        Q(invited_by=account) | Q(representation__representative=account)
    ).update(email="")


def _blank_requested_name(account: User) -> None:
    """Erase the name that waits for staff. It was never part of a client's record."""
    profiles = RepresentativeProfile.objects.filter(user=account)
    profiles.exclude(requested_name="").update(requested_name="", name_requested_at=None)
    past = RepresentativeProfile.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    past.filter(pgh_obj__in=profiles).exclude(requested_name="").update(requested_name="")


def _delete_profile(account: User) -> None:
    profiles = RepresentativeProfile.objects.filter(user=account)
    keys = list(profiles.values_list("pk", flat=True))
    profiles.delete()
    past = RepresentativeProfile.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    past.filter(pgh_obj__in=keys).delete()
