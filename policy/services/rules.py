"""The rules in force at one instant of the database's clock, read together so that they fit together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from policy.clock import DatabaseNow
from policy.models import FormTypeVersion, PolicyVersion


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """The limits and the form-type versions that apply at `now`."""

    now: datetime
    limits: PolicyVersion
    form_types: dict[int, FormTypeVersion]


def read_rules(*, form_type_ids: Iterable[int]) -> RulesInForce:
    """The rules for these form types. Two statements.

    Call it after the row locks are held: its instant decides. Raises PolicyVersion.DoesNotExist or
    FormTypeVersion.DoesNotExist when the reference data was never loaded.
    """
    limits = (
        PolicyVersion.objects.filter(effective_at__lte=DatabaseNow())
        .annotate(read_at=DatabaseNow())
        .order_by("-effective_at")
        .first()
    )
    if limits is None:
        raise PolicyVersion.DoesNotExist("No policy version is in force: run load_reference_data.")
    wanted = set(form_type_ids)
    versions = {
        version.form_type_id: version
        for version in FormTypeVersion.objects.in_force().filter(form_type_id__in=wanted)
    }
    if missing := wanted - versions.keys():
        raise FormTypeVersion.DoesNotExist(f"No version in force for form types {sorted(missing)}.")
    return RulesInForce(now=limits.read_at, limits=limits, form_types=versions)
