"""Check what an agency must set before it opens the portal to the public."""

from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from appointments.models import Slot
from policy.models import ContactRoute, FormTypeVersion
from portal.foundation.clock import DatabaseNow

# The setting of each page that an agency can replace with its own, and the portal's page.
OWN_PAGES = {"PRIVACY_URL": "/privacy/", "ACCESSIBILITY_URL": "/accessibility/", "TERMS_URL": "/terms/"}


class Command(BaseCommand):
    """Print each open point with its remedy. docs/operations.md lists them under “Before you open”."""

    help = "Lists what an agency must set or verify before it opens. Fails while something is open."

    def handle(self, *args: object, **options: object) -> None:
        """Raise CommandError with every open point."""
        problems = [*_find_settings(), *_find_rows()]
        if problems:
            raise CommandError("\n".join(["Not ready to open:", *(f"- {problem}" for problem in problems)]))
        self.stdout.write("Ready: every point of the check list is done.")


def _find_settings() -> Iterator[str]:
    points = [
        (
            settings.IS_DEMO,
            "DJANGO_SETTINGS_MODULE: this is the demonstration.",
        ),
        (settings.AGENCY_NAME.startswith("Demonstration"), "AGENCY_NAME: set the name of the agency."),
        (
            not settings.SITE_BANNER,
            "SITE_BANNER: set it. Without it every page says that this is a demonstration.",
        ),
        (
            not settings.PUBLIC_URL.startswith("https://"),
            "PUBLIC_URL: set the public address, with https.",
        ),
        (
            ".invalid" in settings.DEFAULT_FROM_EMAIL,
            "DEFAULT_FROM_EMAIL: set a sender that your mail server may use.",
        ),
        (
            not settings.SECURITY_CONTACT,
            "SECURITY_CONTACT: set where people report vulnerabilities (mailto:… or https://…).",
        ),
    ]
    yield from (remedy for is_open, remedy in points if is_open)
    for name, page in OWN_PAGES.items():
        if not getattr(settings, name):
            yield f"{name}: set the agency’s own page, because no lawyer has read {page} for you."


def _find_rows() -> Iterator[str]:
    for office in ContactRoute.objects.filter(is_verified=False):
        yield f"Office {office.code}: verify its phone numbers and hours, then mark it as verified."
    unverified = FormTypeVersion.objects.filter(is_verified=False, online_from__isnull=False)
    codes = sorted(set(unverified.values_list("form_type__code", flat=True)))
    if codes:
        yield f"Forms {', '.join(codes)}: verify their dates, then mark them as verified."
    if not Slot.objects.filter(starts_at__gt=DatabaseNow(), closed_at=None).exists():
        yield "Schedule: there are no times in the future. Load a delivery with import_schedule."
    if not User.objects.filter(kind=User.Kind.STAFF, is_active=True, groups__isnull=False).exists():
        yield "Staff: no officer is in a unit. Add them under Accounts."
