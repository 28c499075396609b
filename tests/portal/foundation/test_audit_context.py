"""Tests that audited rows record who acted, and that writing many rows at once stays fast."""

import pytest
from django.db import connection, transaction
from pghistory.models import Context

from appointments.models import Site
from portal.foundation.audit_context import audit_context
from portal.foundation.transactions import in_durable_transaction
from tests.factories.appointments import SiteFactory

pytestmark = pytest.mark.django_db(transaction=True)

write_site = in_durable_transaction(SiteFactory)


def latest_context():
    return Site.pgh_event_model.objects.latest("pgh_id").pgh_context


def test_a_row_written_in_a_context_records_it():
    with audit_context(account="someone"):
        write_site()
    assert latest_context().metadata == {"account": "someone"}


def test_a_row_written_after_a_context_has_none():
    with audit_context(account="someone"):
        write_site()
    write_site()
    assert latest_context() is None
    assert Context.objects.count() == 1


def test_a_context_within_a_transaction_applies_immediately():
    with audit_context(account="someone"), transaction.atomic(), audit_context(note="a call"):
        SiteFactory()
    assert latest_context().metadata == {"account": "someone", "note": "a call"}


def test_nested_contexts_are_stored_as_one():
    with audit_context(account="someone"):
        write_site()
        with audit_context(page="sites"):
            write_site()
    assert [context.metadata for context in Context.objects.all()] == [
        {"account": "someone", "page": "sites"}
    ]


def test_no_trigger_catches_an_exception_for_each_row():
    """Each exception aborts a subtransaction, which scans all pending checks of the statement again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = '_pgh_attach_context'")
        assert "EXCEPTION" not in cursor.fetchone()[0].upper()
        cursor.execute("SHOW pgtrigger.ignore")
        assert cursor.fetchone() == ("{}",)
