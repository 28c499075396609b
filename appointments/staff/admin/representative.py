"""Representatives: their applications, and what of a standing reaches their clients' cases."""

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
    button=_("Enter the new day"),
    done=_("The accreditation is extended."),
    kinds=frozenset({RepresentativeProfile.Kind.ACCREDITED}),
)
END = ApplicationDecision(
    act=ApplicationAct.END,
    form=EndVerificationForm,
    service=verification.end_verification,
    link=_("End the verification"),
    title=_("End the verification"),
    button=_("End the verification"),
    done=_("The verification has ended, and with it access to every client’s case. Both sides are told."),
)


@admin.register(RepresentativeProfile)
class RepresentativeAdmin(ApplicationAdmin):
    """Every decision about a representative, with what one of them does to clients."""

    decisions = (*DECISIONS, EXTEND, END)

    def describe_effects(self, decision: ApplicationDecision, profile: RepresentativeProfile) -> str:
        if decision is not END:
            return ""
        affected = count_affected(profile.user)
        return gettext(
            "Clients’ cases on which the representative acts: %(in_force)d. Open requests and invitations: "
            "%(requested)d. All of them end at once, times held for them become free, and both sides are "
            "told. The clients do not learn the reason."
        ) % {"in_force": affected.in_force, "requested": affected.requested}
