"""How a representation, request or invitation ended, for either side, with the date."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Representation
from portal.foundation.site_time import format_day

Status, Origin = Representation.Status, Representation.Origin
Texts = Mapping[Representation.Status, Promise]

NOT_VERIFIED = gettext_lazy("It ended on %(day)s because they are no longer verified.")
OWN_VERIFICATION = gettext_lazy("It ended with your license or accreditation on %(day)s.")
CASE_CLOSED = gettext_lazy("The case was closed on %(day)s.")

TO_CLIENT_IN_FORCE: Texts = {
    Status.WITHDRAWN: gettext_lazy("They withdrew on %(day)s."),
    Status.REVOKED: gettext_lazy("You ended it on %(day)s."),
    Status.SUPERSEDED: gettext_lazy("A new representative replaced them on %(day)s."),
    Status.EXPIRED: NOT_VERIFIED,
    Status.CLOSED: CASE_CLOSED,
}
TO_CLIENT_REQUEST: Texts = {
    Status.DECLINED: gettext_lazy("You declined the request on %(day)s."),
    Status.WITHDRAWN: gettext_lazy("They canceled the request on %(day)s."),
    Status.SUPERSEDED: gettext_lazy("You accepted another representative on %(day)s."),
    Status.EXPIRED: NOT_VERIFIED,
    Status.CLOSED: CASE_CLOSED,
}
# The client learns of an unanswered invitation's end only if the invited person declined it.
TO_CLIENT_INVITATION: Texts = {Status.DECLINED: gettext_lazy("They declined your invitation on %(day)s.")}
TO_REPRESENTATIVE_IN_FORCE: Texts = {
    Status.WITHDRAWN: gettext_lazy("You withdrew on %(day)s."),
    Status.REVOKED: gettext_lazy("Your client ended it on %(day)s."),
    Status.SUPERSEDED: gettext_lazy("Another representative took over on %(day)s."),
    Status.EXPIRED: OWN_VERIFICATION,
    Status.CLOSED: CASE_CLOSED,
}
TO_REPRESENTATIVE_REQUEST: Texts = {
    Status.DECLINED: gettext_lazy("Your client declined your request on %(day)s."),
    Status.WITHDRAWN: gettext_lazy("You canceled your request on %(day)s."),
    Status.SUPERSEDED: gettext_lazy("Your client accepted another representative on %(day)s."),
    Status.EXPIRED: OWN_VERIFICATION,
    Status.CLOSED: CASE_CLOSED,
}
TO_REPRESENTATIVE_INVITATION: Texts = {
    Status.DECLINED: gettext_lazy("You declined the invitation on %(day)s."),
    Status.WITHDRAWN: gettext_lazy("The client canceled the invitation on %(day)s."),
    Status.SUPERSEDED: gettext_lazy("The client accepted another representative on %(day)s."),
    Status.EXPIRED: OWN_VERIFICATION,
    Status.CLOSED: CASE_CLOSED,
}


def describe_outcome_to_client(row: Representation) -> str:
    """Return how it ended and when, and the reason if one was given. "" if it has not ended."""
    if row.in_force_from is not None:
        return _describe(row, TO_CLIENT_IN_FORCE)
    return _describe(row, TO_CLIENT_INVITATION if row.origin == Origin.INVITATION else TO_CLIENT_REQUEST)


def describe_outcome_to_representative(row: Representation) -> str:
    """Return the same for the representative."""
    if row.in_force_from is not None:
        return _describe(row, TO_REPRESENTATIVE_IN_FORCE)
    is_invited = row.origin == Origin.INVITATION
    return _describe(row, TO_REPRESENTATIVE_INVITATION if is_invited else TO_REPRESENTATIVE_REQUEST)


def _describe(row: Representation, texts: Texts) -> str:
    if row.ended_at is None:
        return ""
    day = format_day(row.ended_at, settings.AGENCY_TIME_ZONE)
    sentence = str(texts.get(Status(row.status), gettext_lazy("It ended on %(day)s."))) % {"day": day}
    if not row.end_reason:
        return sentence
    reason = _("Reason: %(reason)s.") % {"reason": row.get_end_reason_display()}
    return f"{sentence} {reason}"
