"""What a notice about a representation says, to the client and to the representative."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RequestChannel
from appointments.notices.services.representations import Entered, Event, Side

TITLES = {
    Event.REQUESTED: gettext_lazy("A request to represent"),
    Event.INVITED: gettext_lazy("An invitation to represent"),
    Event.ACCEPTED: gettext_lazy("A representation is in force"),
    Event.DECLINED: gettext_lazy("A request to represent was declined"),
    Event.WITHDRAWN: gettext_lazy("A representation was withdrawn"),
    Event.REVOKED: gettext_lazy("A representation was revoked"),
    Event.SUPERSEDED: gettext_lazy("A representation was replaced"),
    Event.EXPIRED: gettext_lazy("A representation ended with the license or accreditation"),
    Event.CLOSED: gettext_lazy("A representation ended with the case"),
}

TEXTS = {
    (Event.REQUESTED, Side.CLIENT): gettext_lazy(
        "%(name)s asks to represent you on case %(number)s. You decide: accept or decline the request."
    ),
    (Event.REQUESTED, Side.REPRESENTATIVE): gettext_lazy(
        "Your request on case %(number)s waits for your client, who accepts or declines it."
    ),
    (Event.INVITED, Side.CLIENT): gettext_lazy(
        "You invited someone to represent you on case %(number)s. Nothing changes until they accept."
    ),
    (Event.INVITED, Side.REPRESENTATIVE): gettext_lazy(
        "%(name)s invites you to represent them on case %(number)s. Accept or decline the invitation."
    ),
    (Event.ACCEPTED, Side.CLIENT): gettext_lazy(
        "%(name)s represents you on case %(number)s from now on, sees its appointments and can move them. "
        "You can end this at any time."
    ),
    (Event.ACCEPTED, Side.REPRESENTATIVE): gettext_lazy(
        "You represent your client on case %(number)s from now on."
    ),
    (Event.DECLINED, Side.CLIENT): gettext_lazy("%(name)s does not represent you on case %(number)s."),
    (Event.DECLINED, Side.REPRESENTATIVE): gettext_lazy("You do not represent anyone on case %(number)s."),
    (Event.WITHDRAWN, Side.CLIENT): gettext_lazy("%(name)s does not represent you on case %(number)s."),
    (Event.WITHDRAWN, Side.REPRESENTATIVE): gettext_lazy("You do not represent anyone on case %(number)s."),
    (Event.REVOKED, Side.CLIENT): gettext_lazy(
        "You ended it: %(name)s no longer represents you on case %(number)s, and has no access to it."
    ),
    (Event.REVOKED, Side.REPRESENTATIVE): gettext_lazy(
        "Your client ended your representation on case %(number)s. You no longer have access to it."
    ),
    (Event.SUPERSEDED, Side.CLIENT): gettext_lazy(
        "%(name)s no longer represents you on case %(number)s: another representative does."
    ),
    (Event.SUPERSEDED, Side.REPRESENTATIVE): gettext_lazy(
        "Another representation is in force on case %(number)s, in place of yours."
    ),
    (Event.EXPIRED, Side.CLIENT): gettext_lazy(
        "The license or accreditation of %(name)s no longer counts here, so they cannot represent you on "
        "case %(number)s. You can act on it yourself, or invite someone else."
    ),
    (Event.EXPIRED, Side.REPRESENTATIVE): gettext_lazy(
        "Your license or accreditation no longer counts here, so you cannot represent your client on case "
        "%(number)s."
    ),
    (Event.CLOSED, Side.CLIENT): gettext_lazy(
        "Case %(number)s was closed, so %(name)s no longer represents you on it."
    ),
    (Event.CLOSED, Side.REPRESENTATIVE): gettext_lazy(
        "Case %(number)s was closed, so you no longer have access to it."
    ),
}


ENTERED = {
    Side.CLIENT: gettext_lazy("The agency entered this because the client asked %(how)s."),
    Side.REPRESENTATIVE: gettext_lazy("The agency entered this because the representative asked %(how)s."),
}


def describe_entered(entered: Entered) -> str:
    """That staff did it, for which side, and how that side asked."""
    return str(ENTERED[entered.side]) % {"how": entered.channel.label}


def describe_event(facts: Mapping[str, Any]) -> str:
    """The notice's title."""
    return str(TITLES[Event(facts["event"])])


def describe_what_changed(facts: Mapping[str, Any]) -> str:
    """What happened, in one or two sentences. Who showed no name is called by the part they have."""
    side = Side(facts["side"])
    nameless = _("Whoever you invited") if side == Side.CLIENT else _("Your client")
    text = str(TEXTS[Event(facts["event"]), side])
    told = text % {"name": facts["name"] or nameless, "number": facts["receipt_number"]}
    return f"{told} {_describe_to_reader(facts)}".strip()


def _describe_to_reader(facts: Mapping[str, Any]) -> str:
    """Whoever is said to have asked, and did not, must learn what to do."""
    if "entered_for" not in facts:
        return ""
    channel = RequestChannel(facts["channel"])
    if facts["entered_for"] == facts["side"]:
        return _(
            "The agency entered this because you asked %(how)s. If you did not ask, contact the agency at "
            "once."
        ) % {"how": channel.label}
    return describe_entered(Entered(Side(facts["entered_for"]), channel))
