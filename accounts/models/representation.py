"""Who may act for a client: representatives and the G-28 on each case."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from policy.clock import AgencyToday, DatabaseNow
from policy.identity import PublicModel


@pghistory.track()
class RepresentativeProfile(models.Model):
    """What makes an account a representative's: bar membership, or an accreditation that expires."""

    class Kind(models.TextChoices):
        ATTORNEY = "attorney", _("Attorney")
        ACCREDITED = "accredited", _("Accredited representative")

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="representative_profile")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    organization = models.CharField(max_length=200, blank=True)
    accreditation_expires_on = models.DateField(
        null=True, blank=True, help_text="Last day on which the accreditation holds, in the agency's zone."
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="attorney", accreditation_expires_on=None)
                | Q(kind="accredited", accreditation_expires_on__isnull=False),
                name="representative_accreditation_with_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"representative {self.user_id}"


class RepresentationQuerySet(models.QuerySet["Representation"]):
    def in_force(self) -> "RepresentationQuerySet":
        """Representations under which someone may act at this moment, by the database's clock."""
        return self.filter(
            Q(representative__representative_profile__accreditation_expires_on=None)
            | Q(representative__representative_profile__accreditation_expires_on__gte=AgencyToday()),
            representative__representative_profile__verified_at__isnull=False,
            representative__is_active=True,
            status=Representation.Status.IN_FORCE,
            in_force_from__lte=DatabaseNow(),
        )


@pghistory.track()
class Representation(PublicModel):
    """One G-28: one representative on one case. Access ends with the row; history stays."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        IN_FORCE = "in_force", _("In force")
        ENDED = "ended", _("Ended")

    case = models.ForeignKey("accounts.Case", on_delete=models.PROTECT, related_name="representations")
    representative = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representations")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    in_force_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="in_force"), name="representation_one_in_force_per_case"
            ),
            models.CheckConstraint(
                condition=Q(status="requested", in_force_from=None, ended_at=None)
                | Q(status="in_force", in_force_from__isnull=False, ended_at=None)
                | Q(status="ended", ended_at__isnull=False),
                name="representation_instants_with_status",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(in_force_from=None) | Q(ended_at__gte=F("in_force_from")),
                name="representation_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"representation {self.public_id}"
