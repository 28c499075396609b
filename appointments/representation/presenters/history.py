"""Sentences of the case history about one representation: its request, its start and its end."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Representation, User
from appointments.notices.presenters.representations import describe_entered
from appointments.notices.services.representations import shown_representative_name
from appointments.representation.presenters.actors import describe_actor
from appointments.representation.services.actions import find_entered

Status, Origin = Representation.Status, Representation.Origin

ENDED_IN_FORCE = {
    Status.WITHDRAWN: gettext_lazy("%(name)s withdrew from the case."),
    Status.REVOKED: gettext_lazy("%(who)s removed %(name)s from the case."),
    Status.SUPERSEDED: gettext_lazy("A new representative replaced %(name)s."),
    Status.EXPIRED: gettext_lazy("%(name)s is no longer verified and lost access to the case."),
    Status.CLOSED: gettext_lazy("The case was closed, so %(name)s lost access to it."),
}
ENDED_AS_REQUEST = {
    Status.DECLINED: gettext_lazy("%(who)s declined the request from %(name)s."),
    Status.WITHDRAWN: gettext_lazy("%(name)s canceled the request."),
    Status.SUPERSEDED: gettext_lazy("The request from %(name)s ended. Someone else was accepted."),
    Status.EXPIRED: gettext_lazy("The request from %(name)s ended. They are no longer verified."),
    Status.CLOSED: gettext_lazy("The request from %(name)s ended because the case was closed."),
}
ENDED_AS_INVITATION = {
    Status.DECLINED: gettext_lazy("%(name)s declined the invitation."),
    Status.WITHDRAWN: gettext_lazy("%(who)s canceled the invitation to %(name)s."),
    Status.SUPERSEDED: gettext_lazy("The invitation to %(name)s ended. Someone else was accepted."),
    Status.EXPIRED: gettext_lazy("The invitation to %(name)s ended. They are no longer verified."),
    Status.CLOSED: gettext_lazy("The invitation to %(name)s ended because the case was closed."),
}


def describe_request(row: Representation, reader: User) -> str:
    """Return who asked or was invited to represent the client.

    The case history shows this for an invitation only to the representative who received it.
    """
    if row.origin == Origin.INVITATION:
        return _("%(name)s was invited to represent the client.") % _names(row, reader)
    return _("%(name)s asked to represent the client, with a passcode.") % _names(row, reader)


def describe_start(row: Representation, reader: User) -> str:
    """Return that the representation came into force, and who accepted it or that it came on paper."""
    names = _names(row, reader)
    if row.accepted_by is None:
        if row.origin == Origin.PAPER:
            return _("%(name)s started to represent the client. We got a signed Form G-28 on paper.") % names
        return _("%(name)s started to represent the client.") % names
    if row.origin == Origin.INVITATION:
        return _("%(name)s accepted the invitation to represent the client.") % names
    who = describe_actor(row.accepted_by, reader)
    return _("%(who)s accepted the request from %(name)s to represent the client.") % (names | {"who": who})


def describe_end(row: Representation, reader: User) -> str:
    """Return how the representation, request or invitation ended, and who ended it."""
    if row.in_force_from is not None:
        sentences = ENDED_IN_FORCE
    else:
        sentences = ENDED_AS_INVITATION if row.origin == Origin.INVITATION else ENDED_AS_REQUEST
    entered = find_entered(row)
    who = describe_actor(row.ended_by, reader) if row.ended_by and entered is None else _("the client")
    sentence = str(sentences[Status(row.status)]) % (_names(row, reader) | {"who": who})
    parts = [sentence, describe_entered(entered) if entered else "", describe_end_reason(row, reader)]
    return " ".join(filter(None, parts))


def describe_end_reason(row: Representation, reader: User) -> str:
    """Return the reason that the side gave that ended it, or "". Only the two sides may read it."""
    if not row.end_reason or reader.pk not in (row.representative_id, row.case.requestor_id):
        return ""
    return _("Reason: %(reason)s.") % {"reason": row.get_end_reason_display()}


def _names(row: Representation, reader: User) -> dict[str, str]:
    """Return the name to show. The client sees the address of an invitation until it is accepted."""
    if row.representative_id == reader.pk:
        return {"name": describe_actor(row.representative, reader)}
    return {"name": shown_representative_name(row) or _("someone who was invited")}
