"""The column that links a row to the page of its case."""

from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Case


def link_to_case(case: Case) -> str:
    """Return the receipt number as a link to the page of the case."""
    address = reverse("admin:accounts_case_change", args=[case.pk])
    return format_html('<a href="{}">{}</a>', address, case.receipt_number)
