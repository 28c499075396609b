"""Read accounts, applications, sessions and codes. Takes no locks and changes nothing."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Case, CaseAccountConflict, PhoneCode, RepresentativeProfile, User
from accounts.models.phone_code import MAX_PHONE_CODE_ATTEMPTS
from portal.foundation.clock import DatabaseNow, database_now

MIN_SEARCH_LETTERS = 3  # A trigram index finds nothing shorter.


def find_application(account: User) -> RepresentativeProfile | None:
    """Return the account's application to be a representative, or None."""
    return RepresentativeProfile.objects.filter(user=account).first()


def has_own_cases(account: User) -> bool:
    """Return whether cases belong to this account."""
    return account.cases.exists()


def search_representatives(
    rows: QuerySet[RepresentativeProfile], words: str
) -> QuerySet[RepresentativeProfile]:
    """Return those of the rows whose name, email address, bar number or organization contains the words.

    Returns none for fewer than three characters. Each of the four is found through its own index.
    """
    words = " ".join(words.split())
    if len(words) < MIN_SEARCH_LETTERS or "\x00" in words:
        return rows.none()
    accounts = User.objects.filter(
        Q(name__icontains=words) | Q(email__icontains=words), kind=User.Kind.REPRESENTATIVE
    )
    details = Q(bar_number__icontains=words) | Q(organization__icontains=words)
    by_account = RepresentativeProfile.objects.filter(user__in=accounts.order_by().values("pk"))
    by_details = RepresentativeProfile.objects.filter(details)
    found = by_account.order_by().values("pk").union(by_details.order_by().values("pk"))
    return rows.filter(pk__in=found)


def is_email_taken(email: str) -> bool:
    """Return whether the address belongs to an account. Unconfirmed changes to it do not count."""
    email = email.lower()
    return (
        User.objects.filter(email=email).exists()
        or EmailAddress.objects.filter(Q(verified=True) | Q(primary=True), email=email).exists()
    )


def list_pending_email_changes(email: str) -> QuerySet[EmailAddress]:
    """Return the rows of accounts that want to change to this address and have not confirmed it."""
    rows: QuerySet[EmailAddress] = EmailAddress.objects.filter(
        email=email.lower(), verified=False, primary=False
    )
    return rows.exclude(user__email=F("email"))


def has_filed_cases(account: User) -> bool:
    """Return whether `attach_filed_cases` would add cases to this account."""
    return account.kind == User.Kind.REQUESTOR and list_filed_cases(account).exists()


def list_filed_cases(account: User) -> QuerySet[Case]:
    """Return the cases without an account that were filed online with a verified address of this account.

    Leaves out cases whose former owner deleted their account, cases that staff removed from this account, and
    cases whose account staff still have to decide. Only an access code can add those.
    """
    verified = EmailAddress.objects.filter(user=account, verified=True)
    # Deliveries and allauth both store addresses in lower case.
    addresses = [email.lower() for email in verified.values_list("email", flat=True)]
    past = Case.pgh_event_model.objects  # type: ignore[attr-defined] # made by pghistory
    left_by_deletion = past.filter(pgh_obj=OuterRef("pk"), requestor__deleted_at__isnull=False)
    return Case.objects.filter(
        ~Exists(left_by_deletion),
        ~CaseAccountConflict.objects.keeping_from(account),
        requestor=None,
        filing_channel=Case.FilingChannel.ONLINE,
        filed_by_email__in=addresses,
    ).exclude(filed_by_email="")


def find_usable_phone_code(account: User) -> PhoneCode | None:
    """Return the code that the account can enter now, or None.

    Only the newest code can be used, and only for the account's current number.
    """
    newest = PhoneCode.objects.filter(account=account).order_by("-made_at", "-id").first()
    return newest if newest is not None and _is_usable(newest, account, database_now()) else None


def _is_usable(code: PhoneCode, account: User, now: datetime) -> bool:
    return (
        code.phone == account.phone
        and code.used_at is None
        and code.failures < MAX_PHONE_CODE_ATTEMPTS
        and code.expires_at > now
    )


def list_other_sessions(*, account: User, current_key: str | None) -> QuerySet[UserSession]:
    """Return the account's live sessions except the current one, newest first, with `expires_at`."""
    rows = _list_live_sessions(account).exclude(session_key=current_key or "")
    return rows.order_by("-created_at", "-pk")


def find_current_session(*, account: User, current_key: str | None) -> UserSession | None:
    """Return the list entry of the session of this request, with `expires_at`. None if it is not listed."""
    found: UserSession | None = _list_live_sessions(account).filter(session_key=current_key or "").first()
    return found


def _list_live_sessions(account: User) -> QuerySet[UserSession]:
    ends = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=DatabaseNow())
    expires_at = Subquery(ends.values("expire_date"))
    rows: QuerySet[UserSession] = UserSession.objects.filter(user=account).annotate(expires_at=expires_at)
    return rows.filter(expires_at__isnull=False)


def list_security_key_ids(account: User) -> set[int]:
    """Return the ids of the account's passkeys and security keys."""
    keys = Authenticator.objects.filter(user=account, type=Authenticator.Type.WEBAUTHN)
    return set(keys.values_list("pk", flat=True))
