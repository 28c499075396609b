"""Pages that ask before something ends for good: of whom, what ends and when, and what stays."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Representation, RepresentativeInvitation, User
from accounts.representation_states import Action, State
from appointments.notices.services.representations import shown_client_name, shown_representative_name
from portal.foundation.site_time import format_day


@dataclass(frozen=True, slots=True)
class EndPage:
    """The page that asks before something ends."""

    title: str
    button: str
    facts: tuple[tuple[str, str], ...]
    ends: tuple[str, ...]
    stays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _EndTexts:
    title: Promise
    button: Promise
    ends: tuple[Promise, ...]
    stays: tuple[Promise, ...]


CLIENT_ENDS = _EndTexts(
    title=gettext_lazy("End this representation?"),
    button=gettext_lazy("End representation"),
    ends=(
        gettext_lazy("Your representative can no longer open this case. This starts right away."),
        gettext_lazy("If they are holding a new time for you, we release it."),
        gettext_lazy("We notify them. You can’t undo this."),
    ),
    stays=(
        gettext_lazy("Your appointments stay as they are."),
        gettext_lazy("The case history still shows what they did."),
        gettext_lazy("You can invite another representative at any time."),
    ),
)
CLIENT_DECLINES = _EndTexts(
    title=gettext_lazy("Decline this request?"),
    button=gettext_lazy("Decline request"),
    ends=(
        gettext_lazy("The request ends right away. They can’t open your case."),
        gettext_lazy("We notify them. You can’t undo this."),
    ),
    stays=(
        gettext_lazy("Your appointments stay as they are."),
        gettext_lazy("If you change your mind, give them a new passcode or invite them."),
    ),
)
REPRESENTATIVE_WITHDRAWS = _EndTexts(
    title=gettext_lazy("Stop representing this client?"),
    button=gettext_lazy("Withdraw from this case"),
    ends=(
        gettext_lazy("You can no longer open this case. This starts right away."),
        gettext_lazy("If you are holding a new time for this client, we release it."),
        gettext_lazy("We notify your client. You can’t undo this."),
    ),
    stays=(
        gettext_lazy("Your client’s appointments stay as they are."),
        gettext_lazy("The notices in your inbox stay there."),
        gettext_lazy("To represent this client again, you need a new invitation or passcode."),
    ),
)
REPRESENTATIVE_TAKES_BACK = _EndTexts(
    title=gettext_lazy("Cancel your request?"),
    button=gettext_lazy("Cancel request"),
    ends=(gettext_lazy("Your client can no longer accept the request. You can’t undo this."),),
    stays=(gettext_lazy("To ask again, you need a new passcode from your client."),),
)
REPRESENTATIVE_DECLINES = _EndTexts(
    title=gettext_lazy("Decline this invitation?"),
    button=gettext_lazy("Decline invitation"),
    ends=(gettext_lazy("The invitation ends right away, and we notify the client. You can’t undo this."),),
    stays=(gettext_lazy("The client can invite you again."),),
)
CLIENT_CANCELS_INVITATION = _EndTexts(
    title=gettext_lazy("Cancel this invitation?"),
    button=gettext_lazy("Cancel invitation"),
    ends=(gettext_lazy("The person you invited can no longer accept. You can’t undo this."),),
    stays=(gettext_lazy("You can invite them again."),),
)

# By action, and whether the reader is the client and the representation is in force.
TEXTS: dict[tuple[Action, bool, bool], _EndTexts] = {
    (Action.REVOKE, True, True): CLIENT_ENDS,
    (Action.DECLINE, True, False): CLIENT_DECLINES,
    (Action.WITHDRAW, False, True): REPRESENTATIVE_WITHDRAWS,
    (Action.WITHDRAW, False, False): REPRESENTATIVE_TAKES_BACK,
    (Action.DECLINE, False, False): REPRESENTATIVE_DECLINES,
}


def find_end_page(row: Representation, action: Action, reader: User) -> EndPage | None:
    """Return the page that asks this reader before the action. None if the action is not possible now.

    The row needs both sides and the form type of the case.
    """
    is_client, is_in_force = row.representative_id != reader.pk, row.status == State.IN_FORCE
    texts = TEXTS.get((action, is_client, is_in_force))
    if texts is None or row.ended_at is not None:
        return None
    if is_client:
        who = (_("Representative"), shown_representative_name(row))
    else:
        who = (_("Client"), shown_client_name(row))
    began = row.in_force_from or row.requested_at
    label = _("Active since") if is_in_force else _("Asked on")
    facts = (who, _describe_case(row), (label, format_day(began, settings.AGENCY_TIME_ZONE)))
    return _build_page(texts, facts)


def build_invitation_end_page(invitation: RepresentativeInvitation) -> EndPage:
    """Return the page that asks before an invitation is canceled."""
    invited_on = format_day(invitation.invited_at, settings.AGENCY_TIME_ZONE)
    facts = (
        (_("Email address"), invitation.email),
        _describe_case(invitation),
        (_("Invited on"), invited_on),
    )
    return _build_page(CLIENT_CANCELS_INVITATION, facts)


def _describe_case(row: Representation | RepresentativeInvitation) -> tuple[str, str]:
    return _("Case"), row.case.receipt_number


def _build_page(texts: _EndTexts, facts: tuple[tuple[str, str], ...]) -> EndPage:
    return EndPage(
        title=str(texts.title),
        button=str(texts.button),
        facts=tuple((name, value) for name, value in facts if value),
        ends=tuple(map(str, texts.ends)),
        stays=tuple(map(str, texts.stays)),
    )
