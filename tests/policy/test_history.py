"""Every audited row knows who acted; writing many rows at once stays cheap."""

import pghistory
import pytest
from django.db import connection
from pghistory.models import Context

from appointments.models import Site
from tests.factories.appointments import SiteFactory

pytestmark = pytest.mark.usefixtures("db")


def latest_context():
    return Site.pgh_event_model.objects.latest("pgh_id").pgh_context


def test_a_row_written_in_a_context_names_it():
    with pghistory.context(account="someone"):
        SiteFactory()
    assert latest_context().metadata == {"account": "someone"}


@pytest.mark.django_db(transaction=True)
def test_a_row_written_after_a_context_has_none():
    with pghistory.context(account="someone"):
        SiteFactory()
    SiteFactory()
    assert latest_context() is None
    assert Context.objects.count() == 1


def test_a_growing_context_is_kept_once():
    with pghistory.context(account="someone"):
        SiteFactory()
        with pghistory.context(page="sites"):
            SiteFactory()
    assert [context.metadata for context in Context.objects.all()] == [
        {"account": "someone", "page": "sites"}
    ]


def test_no_trigger_runs_into_an_exception_at_each_row():
    """Each would abort a subtransaction, and each abort walks all pending checks of the statement again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = '_pgh_attach_context'")
        assert "EXCEPTION" not in cursor.fetchone()[0].upper()
        cursor.execute("SHOW pgtrigger.ignore")
        assert cursor.fetchone() == ("{}",)
