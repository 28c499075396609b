"""The list of representatives, and the decisions that affect their clients' cases."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.application import DECISIONS, ApplicationAdmin, ApplicationDecision
from accounts.forms.applications import EndVerificationForm, ExtendAccreditationForm
from accounts.models import ApplicationAct, RepresentativeProfile
from appointments.representation.queries import count_affected
from appointments.representation.services import verification

EXTEND = ApplicationDecision(
    act=ApplicationAct.EXTEND,
    form=ExtendAccreditationForm,
    service=verification.extend_accreditation,
    link=_("Extend the accreditation"),
    title=_("Extend the accreditation"),
    button=_("Save the new date"),
    done=_("The accreditation has been extended."),
    kinds=frozenset({RepresentativeProfile.Kind.ACCREDITED}),
)
END = ApplicationDecision(
    act=ApplicationAct.END,
    form=EndVerificationForm,
    service=verification.end_verification,
    link=_("End the verification"),
    title=_("End the verification"),
    button=_("End the verification"),
    done=_(
        "The verification has ended. The representative can no longer open any client’s case. We notified "
        "both sides."
    ),
)


@admin.register(RepresentativeProfile)
class RepresentativeAdmin(ApplicationAdmin):
    """All decisions about a representative, and what ending a verification does to clients."""

    decisions = (*DECISIONS, EXTEND, END)

    def describe_effects(self, decision: ApplicationDecision, profile: RepresentativeProfile) -> str:
        if decision is not END:
            return ""
        affected = count_affected(profile.user)
        return gettext(
            "Cases with this representative: %(in_force)d. Open requests and invitations: %(requested)d. All "
            "of them end right away, and times on hold are released. We notify both sides. Clients do not "
            "learn the reason."
        ) % {"in_force": affected.in_force, "requested": affected.requested}
