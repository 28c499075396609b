"""Present applications of representatives: stage, reason for rejection, and next step."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import ALLOWED_STAGES, ApplicationAct, RepresentativeProfile
from portal.foundation.clock import agency_day

Stage = RepresentativeProfile.Stage
Rejection = RepresentativeProfile.Rejection

NEXT_STEPS: dict[str, Promise] = {
    Rejection.NOT_FOUND: gettext_lazy(
        "Compare each detail with your license or accreditation. Correct any mistakes and submit your"
        " details again."
    ),
    Rejection.NOT_ACTIVE: gettext_lazy(
        "Submit your details again once your license or accreditation is active."
    ),
    Rejection.NOT_RECOGNIZED: gettext_lazy(
        "Ask your organization for its recognized name. Correct the name and submit your details again."
    ),
    Rejection.UNCLEAR: gettext_lazy(
        "Have your license or accreditation ready and call the office. Then correct your details and "
        "submit them again."
    ),
}


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as shown to its account and to staff. `tone` is the tone of an alert."""

    tone: str
    heading: str
    text: str
    next_step: str
    details: tuple[tuple[str, str], ...]
    can_correct: bool
    can_withdraw: bool


def build_application_view(profile: RepresentativeProfile, *, today: date) -> ApplicationView:
    """Build the view of an application on that day in the agency's time zone."""
    tone, heading, text, next_step = _describe_stage(profile, today)
    return ApplicationView(
        tone=tone,
        heading=heading,
        text=text,
        next_step=next_step,
        details=tuple(describe_details(profile)),
        can_correct=profile.stage in ALLOWED_STAGES[ApplicationAct.SUBMIT],
        can_withdraw=profile.stage in ALLOWED_STAGES[ApplicationAct.WITHDRAW]
        and profile.verification_ended_at is None,
    )


def _describe_stage(profile: RepresentativeProfile, today: date) -> tuple[str, str, str, str]:
    expires_on = profile.accreditation_expires_on
    if profile.stage == Stage.WAITING:
        return (
            "info",
            _("We are checking your details"),
            _("We can’t link clients to your account until we verify your details."),
            _("You don’t need to do anything. We’ll let you know when we decide."),
        )
    if profile.is_verification_ended:
        day = _format_instant(profile.rejected_at)
        ended = _("It ended on %(day)s. You no longer have access to your clients.") % {"day": day}
        text = f"{ended} {profile.get_rejection_display()}."
        return "error", _("Your verification has ended"), text, str(NEXT_STEPS[profile.rejection])
    if profile.stage == Stage.REJECTED:
        reason = f"{profile.get_rejection_display()}."
        return "error", _("Your details were not verified"), reason, str(NEXT_STEPS[profile.rejection])
    if expires_on is not None and expires_on < today:
        return (
            "warning",
            _("Your accreditation has ended"),
            _("It ended on %(day)s. You no longer have access to your clients.")
            % {"day": format_day(expires_on)},
            _("After you renew it, call the office so that we can enter the new date."),
        )
    return (
        "success",
        _("You are verified"),
        _("You can now represent clients."),
        _("To change these details, call the office."),
    )


def describe_details(profile: RepresentativeProfile) -> list[tuple[str, str]]:
    """Return the submitted details as labels and values, without empty ones."""
    expires_on = profile.accreditation_expires_on
    details = [
        (_("New name to verify"), profile.requested_name),
        (_("Type of representative"), profile.get_kind_display()),
        (_("State that licensed you"), profile.bar_state),
        (_("Bar or license number"), profile.bar_number),
        (_("Recognized organization"), profile.organization),
        (_("Accreditation"), profile.get_accreditation_display()),
        (_("Last day of accreditation"), format_day(expires_on) if expires_on else ""),
        (_("Submitted on"), _format_instant(profile.submitted_at)),
        (_("Verified on"), _format_instant(profile.verified_at)),
        (_("Verification ended on"), _format_instant(profile.verification_ended_at)),
        (_("Rejected on"), "" if profile.is_verification_ended else _format_instant(profile.rejected_at)),
    ]
    return [(name, str(value)) for name, value in details if value]


def describe_credentials(profile: RepresentativeProfile) -> str:
    """Return what lets clients look up a representative: the license, or the organization."""
    if profile.bar_state and profile.bar_number:
        return _("Attorney, %(state)s license %(number)s") % {
            "state": profile.bar_state,
            "number": profile.bar_number,
        }
    if profile.organization:
        return _("Accredited representative, %(organization)s") % {"organization": profile.organization}
    return str(profile.get_kind_display())


def format_day(day: date) -> str:
    """Format a date in the reader's language."""
    return date_format(day, "DATE_FORMAT")


def _format_instant(instant: datetime | None) -> str:
    return format_day(agency_day(instant)) if instant is not None else ""
