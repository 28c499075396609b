"""Load the reference data that comes with the product. Rows of staff stay as they are."""

import tomllib
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from policy.models import ContactRoute, FormType, FormTypeVersion, GoodCauseReason, PolicyVersion

REFERENCE = Path(__file__).resolve().parent / "reference"
LAUNCH = datetime.fromisoformat("2023-06-28T00:00:00-04:00")
REASON_SOURCE = "News release of June 28, 2023"


@transaction.atomic
def load_reference_data() -> Counter[str]:
    """Add the missing rows and return how many of each kind. A second run adds none.

    Existing rows do not change: dated rows are history, and staff may have verified the offices.
    """
    added: Counter[str] = Counter()
    for row in _read("contact_routes.toml", "contact_route"):
        _, created = ContactRoute.objects.get_or_create(code=row.pop("code"), defaults=row)
        added["contact routes"] += created
    for row in _read("form_types.toml", "form_type"):
        added["form types"] += _load_form_type(row)
    for position, row in enumerate(_read("good_cause_reasons.toml", "reason"), start=1):
        _, created = GoodCauseReason.objects.get_or_create(
            code=row.pop("code"),
            effective_at=LAUNCH,
            defaults={"position": position, "source": REASON_SOURCE, **row},
        )
        added["reasons"] += created
    for row in _read("limits.toml", "limits"):
        _, created = PolicyVersion.objects.get_or_create(
            effective_at=row["effective_at"],
            defaults={
                "online_cutoff": timedelta(hours=row["online_cutoff_hours"]),
                "reschedule_cap": row["reschedule_cap"],
                "horizon": timedelta(days=row["horizon_days"]),
                "hold_length": timedelta(minutes=row["hold_minutes"]),
                "hold_ceiling": timedelta(minutes=row["hold_ceiling_minutes"]),
                "group_gap": timedelta(minutes=row["group_gap_minutes"]),
                "source": row["source"],
                "source_es": row.get("source_es", ""),
                "source_url": row.get("source_url", ""),
            },
        )
        added["policy versions"] += created
    return added


def _load_form_type(row: dict[str, Any]) -> bool:
    is_adoption = row.get("is_adoption", False)
    route = ContactRoute.objects.get(code="NBC_ADOPTIONS" if is_adoption else "CONTACT_CENTER")
    form_type, created = FormType.objects.get_or_create(
        code=row["code"],
        defaults={
            "title_en": row["title_en"],
            "title_es": row["title_es"],
            "is_adoption": is_adoption,
            "contact_route": route,
        },
    )
    FormTypeVersion.objects.get_or_create(
        form_type=form_type,
        effective_at=LAUNCH,
        defaults={
            "online_from": row.get("online_from"),
            "scheduled_from": row.get("scheduled_from"),
            "is_verified": row.get("is_verified", False),
            "source": row["source"],
            "source_es": row.get("source_es", ""),
            "source_url": row.get("source_url", ""),
        },
    )
    return created


def _read(file_name: str, table: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((REFERENCE / file_name).read_text("utf-8"))[table]
    return rows
