"""How a representation was asked for, began and ended, in sentences: by state, by way, and by whom."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Representation, User
from appointments.notices.presenters.representations import describe_entered
from appointments.notices.services.representations import shown_representative_name
from appointments.representation.presenters.actors import describe_actor
from appointments.representation.services.actions import find_entered

Status, Origin = Representation.Status, Representation.Origin

ENDED_IN_FORCE = {
    Status.WITHDRAWN: gettext_lazy("%(name)s withdrew and no longer acts on this case."),
    Status.REVOKED: gettext_lazy("%(who)s ended the representation. %(name)s no longer acts on this case."),
    Status.SUPERSEDED: gettext_lazy(
        "Another representative took the place of %(name)s, who no longer acts on this case."
    ),
    Status.EXPIRED: gettext_lazy(
        "%(name)s no longer acts on this case, because the license or accreditation no longer counts here."
    ),
    Status.CLOSED: gettext_lazy("The case was closed, so %(name)s no longer acts on it."),
}
ENDED_AS_REQUEST = {
    Status.DECLINED: gettext_lazy("%(who)s declined the request of %(name)s to act on this case."),
    Status.WITHDRAWN: gettext_lazy("%(name)s took back the request to act on this case."),
    Status.SUPERSEDED: gettext_lazy(
        "The request of %(name)s ended unanswered, because another representation came into force."
    ),
    Status.EXPIRED: gettext_lazy(
        "The request of %(name)s ended unanswered, because the license or accreditation no longer counts "
        "here."
    ),
    Status.CLOSED: gettext_lazy("The request of %(name)s ended unanswered, because the case was closed."),
}
ENDED_AS_INVITATION = {
    Status.DECLINED: gettext_lazy("%(name)s declined the invitation to act on this case."),
    Status.WITHDRAWN: gettext_lazy("%(who)s took back the invitation to %(name)s."),
    Status.SUPERSEDED: gettext_lazy(
        "The invitation to %(name)s ended unanswered, because another representation came into force."
    ),
    Status.EXPIRED: gettext_lazy(
        "The invitation to %(name)s ended unanswered, because the license or accreditation no longer counts "
        "here."
    ),
    Status.CLOSED: gettext_lazy("The invitation to %(name)s ended unanswered, because the case was closed."),
}


def describe_asked(row: Representation, reader: User) -> str:
    """Who asked whom, and how. Only the representative who was invited reads that it reached them."""
    if row.origin == Origin.INVITATION:
        return _("%(name)s was invited to act on this case as representative.") % _names(row, reader)
    return _("%(name)s asked with a passcode to act on this case as representative.") % _names(row, reader)


def describe_began(row: Representation, reader: User) -> str:
    """Who accepted, or that it was a paper form."""
    names = _names(row, reader)
    if row.accepted_by is None:
        if row.origin == Origin.PAPER:
            return (
                _(
                    "%(name)s began to act on this case as representative: the agency received a signed "
                    "paper Form G-28."
                )
                % names
            )
        return _("%(name)s began to act on this case as representative.") % names
    if row.origin == Origin.INVITATION:
        return _("%(name)s accepted the invitation and began to act on this case as representative.") % names
    who = describe_actor(row.accepted_by, reader)
    return _("%(who)s accepted the request of %(name)s, who began to act on this case as representative.") % (
        names | {"who": who}
    )


def describe_ended(row: Representation, reader: User) -> str:
    """How it ended, and by whom: in force, or as a request or an invitation that came to nothing."""
    if row.in_force_from is not None:
        sentences = ENDED_IN_FORCE
    else:
        sentences = ENDED_AS_INVITATION if row.origin == Origin.INVITATION else ENDED_AS_REQUEST
    entered = find_entered(row)
    who = describe_actor(row.ended_by, reader) if row.ended_by and entered is None else _("the client")
    said = str(sentences[Status(row.status)]) % (_names(row, reader) | {"who": who})
    return f"{said} {describe_entered(entered)}" if entered else said


def _names(row: Representation, reader: User) -> dict[str, str]:
    """The client reads the address that was typed, until whoever has it accepts."""
    if row.representative_id == reader.pk:
        return {"name": describe_actor(row.representative, reader)}
    return {"name": shown_representative_name(row) or _("someone who was invited")}
