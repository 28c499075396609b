"""Read the rules in force at one instant of the database's clock, and those that the help page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from policy.models import ContactRoute, FormTypeVersion, GoodCauseReason, PolicyVersion
from portal.foundation.clock import DatabaseNow
from portal.foundation.compiled_queries import compiled_query


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The limits and the form-type versions that apply at `now`.

    `untimely_offices` take requests after the start of an appointment; empty unless they were read.
    """

    now: datetime
    limits: PolicyVersion
    form_types: dict[int, FormTypeVersion]
    untimely_offices: tuple[ContactRoute, ...] = ()


def get_rules(*, form_type_ids: Iterable[int]) -> RulesInForce:
    """Return the rules for these form types. Two statements, or one if there are no form types.

    Call it after the row locks are held, because its instant decides.

    Raises: PolicyVersion.DoesNotExist or FormTypeVersion.DoesNotExist if the reference data is not loaded.
    """
    limits = _limits.first()
    if limits is None:
        raise PolicyVersion.DoesNotExist("No policy version is in force: run load_reference_data.")
    wanted = sorted(set(form_type_ids))
    versions = {version.form_type_id: version for version in _versions(tuple(wanted))}
    if missing := set(wanted) - versions.keys():
        raise FormTypeVersion.DoesNotExist(f"No version in force for form types {sorted(missing)}.")
    now: datetime = limits.read_at  # type: ignore[attr-defined] # an annotation
    return RulesInForce(now=now, limits=limits, form_types=versions)


@dataclass(frozen=True, slots=True)
class PublishedRules:
    """The rules that the help page shows: form types that can be rescheduled online, by their code."""

    limits: PolicyVersion
    form_types: list[FormTypeVersion]
    reasons: list[GoodCauseReason]
    offices: list[ContactRoute]


def get_published_rules() -> PublishedRules:
    """Return the limits, form types and reasons in force, and every office. Four statements."""
    rules = get_rules(form_type_ids=())
    form_types = [
        version
        for version in FormTypeVersion.objects.in_force().select_related("form_type")
        if version.online_from and version.online_from <= rules.now
    ]
    return PublishedRules(
        limits=rules.limits,
        form_types=sorted(form_types, key=lambda version: version.form_type.code),
        reasons=list(GoodCauseReason.objects.in_force()),
        offices=list(ContactRoute.objects.all()),
    )


@compiled_query
def _limits() -> QuerySet[PolicyVersion]:
    in_force = PolicyVersion.objects.filter(effective_at__lte=DatabaseNow())
    return in_force.annotate(read_at=DatabaseNow()).order_by("-effective_at")[:1]


@compiled_query
def _versions(form_type_ids: tuple[int, ...]) -> QuerySet[FormTypeVersion]:
    in_force = FormTypeVersion.objects.filter(effective_at__lte=DatabaseNow(), form_type__in=form_type_ids)
    return in_force.order_by("form_type_id", "-effective_at").distinct("form_type_id")
