"""The rules in force at one instant of the database's clock, read together so that they fit together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from policy.models import FormTypeVersion, PolicyVersion

# In SQL, for every decision begins with them, and building them anew took twice as long as asking (ADR 15).
LIMITS_IN_FORCE = """
    SELECT *, portal_clock() AS read_at FROM policy_policyversion
    WHERE effective_at <= portal_clock() ORDER BY effective_at DESC LIMIT 1
"""
VERSIONS_IN_FORCE = """
    SELECT DISTINCT ON (form_type_id) * FROM policy_formtypeversion
    WHERE effective_at <= portal_clock() AND form_type_id = ANY(%s)
    ORDER BY form_type_id, effective_at DESC
"""


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
    limits = next(iter(PolicyVersion.objects.raw(LIMITS_IN_FORCE)), None)
    if limits is None:
        raise PolicyVersion.DoesNotExist("No policy version is in force: run load_reference_data.")
    wanted = set(form_type_ids)
    found = FormTypeVersion.objects.raw(VERSIONS_IN_FORCE, [sorted(wanted)])
    versions = {version.form_type_id: version for version in found}
    if missing := wanted - versions.keys():
        raise FormTypeVersion.DoesNotExist(f"No version in force for form types {sorted(missing)}.")
    now: datetime = limits.read_at  # type: ignore[attr-defined] # a column of the statement
    return RulesInForce(now=now, limits=limits, form_types=versions)
