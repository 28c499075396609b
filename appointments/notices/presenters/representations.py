"""Titles and texts of notices about a representation, for the client and for the representative."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import RequestChannel
from appointments.notices.facts import Entered, RepresentationEvent, Side

CLIENT, REPRESENTATIVE = Side.CLIENT, Side.REPRESENTATIVE

# A representation may end before it was ever active. Only the texts after an active one say "no longer".
TITLES = {
    (RepresentationEvent.REQUESTED, CLIENT): gettext_lazy("%(name)s asks to represent you"),
    (RepresentationEvent.REQUESTED, REPRESENTATIVE): gettext_lazy("You asked to represent a client"),
    (RepresentationEvent.INVITED, CLIENT): gettext_lazy("You invited a representative"),
    (RepresentationEvent.INVITED, REPRESENTATIVE): gettext_lazy("Invitation to represent %(name)s"),
    (RepresentationEvent.ACCEPTED, CLIENT): gettext_lazy("%(name)s now represents you"),
    (RepresentationEvent.ACCEPTED, REPRESENTATIVE): gettext_lazy("You now represent %(name)s"),
    (RepresentationEvent.DECLINED, CLIENT): gettext_lazy("%(name)s will not represent you"),
    (RepresentationEvent.DECLINED, REPRESENTATIVE): gettext_lazy("You will not represent %(name)s"),
    (RepresentationEvent.WITHDRAWN, CLIENT): gettext_lazy("%(name)s does not represent you"),
    (RepresentationEvent.WITHDRAWN, REPRESENTATIVE): gettext_lazy("You do not represent %(name)s"),
    (RepresentationEvent.REVOKED, CLIENT): gettext_lazy("%(name)s no longer represents you"),
    (RepresentationEvent.REVOKED, REPRESENTATIVE): gettext_lazy("You no longer represent %(name)s"),
    (RepresentationEvent.SUPERSEDED, CLIENT): gettext_lazy("You have a new representative"),
    (RepresentationEvent.SUPERSEDED, REPRESENTATIVE): gettext_lazy("Another representative replaced you"),
    (RepresentationEvent.EXPIRED, CLIENT): gettext_lazy("%(name)s can no longer represent you"),
    (RepresentationEvent.EXPIRED, REPRESENTATIVE): gettext_lazy("You can no longer represent %(name)s"),
    (RepresentationEvent.CLOSED, CLIENT): gettext_lazy("%(name)s can no longer represent you"),
    (RepresentationEvent.CLOSED, REPRESENTATIVE): gettext_lazy("You can no longer represent %(name)s"),
}

TEXTS = {
    (RepresentationEvent.REQUESTED, CLIENT): gettext_lazy(
        "%(name)s asks to represent you on case %(number)s. You can accept or decline the request."
    ),
    (RepresentationEvent.REQUESTED, REPRESENTATIVE): gettext_lazy(
        "You asked to represent your client on case %(number)s. Your client can accept or decline."
    ),
    (RepresentationEvent.INVITED, CLIENT): gettext_lazy(
        "You invited someone to represent you on case %(number)s. Nothing changes until they accept."
    ),
    (RepresentationEvent.INVITED, REPRESENTATIVE): gettext_lazy(
        "%(name)s invites you to represent them on case %(number)s. You can accept or decline the invitation."
    ),
    (RepresentationEvent.ACCEPTED, CLIENT): gettext_lazy(
        "%(name)s now represents you on case %(number)s. They can see and reschedule your appointments. You "
        "can end this at any time."
    ),
    (RepresentationEvent.ACCEPTED, REPRESENTATIVE): gettext_lazy(
        "You now represent your client on case %(number)s."
    ),
    (RepresentationEvent.DECLINED, CLIENT): gettext_lazy(
        "%(name)s will not represent you on case %(number)s."
    ),
    (RepresentationEvent.DECLINED, REPRESENTATIVE): gettext_lazy(
        "You will not represent your client on case %(number)s."
    ),
    (RepresentationEvent.WITHDRAWN, CLIENT): gettext_lazy(
        "%(name)s does not represent you on case %(number)s."
    ),
    (RepresentationEvent.WITHDRAWN, REPRESENTATIVE): gettext_lazy(
        "You do not represent your client on case %(number)s."
    ),
    (RepresentationEvent.REVOKED, CLIENT): gettext_lazy(
        "You ended the representation. %(name)s no longer represents you on case %(number)s and can’t see it."
    ),
    (RepresentationEvent.REVOKED, REPRESENTATIVE): gettext_lazy(
        "Your client ended your representation on case %(number)s. You can no longer see the case."
    ),
    (RepresentationEvent.SUPERSEDED, CLIENT): gettext_lazy(
        "Another representative now represents you on case %(number)s instead of %(name)s."
    ),
    (RepresentationEvent.SUPERSEDED, REPRESENTATIVE): gettext_lazy(
        "Another representative now represents your client on case %(number)s instead of you."
    ),
    (RepresentationEvent.EXPIRED, CLIENT): gettext_lazy(
        "We no longer accept the license or accreditation of %(name)s, so they can’t represent you on case "
        "%(number)s. You can manage the case yourself or invite someone else."
    ),
    (RepresentationEvent.EXPIRED, REPRESENTATIVE): gettext_lazy(
        "We no longer accept your license or accreditation, so you can’t represent your client on case "
        "%(number)s."
    ),
    (RepresentationEvent.CLOSED, CLIENT): gettext_lazy(
        "Case %(number)s was closed, so %(name)s can no longer represent you on it."
    ),
    (RepresentationEvent.CLOSED, REPRESENTATIVE): gettext_lazy(
        "Case %(number)s was closed, so you can no longer see it or represent your client on it."
    ),
}

ENTERED = {
    CLIENT: gettext_lazy("The agency entered this because the client asked %(how)s."),
    REPRESENTATIVE: gettext_lazy("The agency entered this because the representative asked %(how)s."),
}


def describe_entered(entered: Entered) -> str:
    """Return a sentence that staff entered a change, for which side, and how that side asked."""
    return str(ENTERED[entered.side]) % {"how": entered.channel.label}


def describe_event(facts: Mapping[str, Any]) -> str:
    """Return the title of the notice."""
    return _fill_in(TITLES, facts)


def describe_what_changed(facts: Mapping[str, Any]) -> str:
    """Return the text of the notice, in one to three sentences."""
    return f"{_fill_in(TEXTS, facts)} {_describe_request(facts)}".strip()


def _fill_in(texts: Mapping[tuple[RepresentationEvent, Side], Any], facts: Mapping[str, Any]) -> str:
    """Put the name of the other side and the receipt number into a text.

    The name is missing if the other side has not shared it.
    """
    side = Side(facts["side"])
    nameless = _("the representative you invited") if side == CLIENT else _("your client")
    text = str(texts[RepresentationEvent(facts["event"]), side])
    return str(capfirst(text % {"name": facts["name"] or nameless, "number": facts["receipt_number"]}))


def _describe_request(facts: Mapping[str, Any]) -> str:
    """Say that staff entered the change, and what to do if the reader did not ask for it."""
    if "entered_for" not in facts:
        return ""
    channel = RequestChannel(facts["channel"])
    if facts["entered_for"] == facts["side"]:
        return _(
            "The agency entered this because you asked %(how)s. If you did not ask for this, contact the "
            "agency right away."
        ) % {"how": channel.label}
    return describe_entered(Entered(Side(facts["entered_for"]), channel))
