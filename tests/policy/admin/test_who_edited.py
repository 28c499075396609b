"""Tests that the audit history records who edits rules, although Django’s admin opens the transaction."""

import pytest
from django.urls import reverse

from accounts.units import Unit
from policy.models import PolicyVersion
from tests.factories.accounts import officer_of
from tests.policy.admin.test_dated_rules import add, typed
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("committed_data")


def test_the_history_shows_who_entered_and_changed_a_rule(client):
    officer = officer_of(Unit.POLICY_OFFICERS)
    sign_in_staff(client, officer)
    add(client, "policyversion")
    row = PolicyVersion.objects.latest("pk")
    client.post(
        reverse("admin:policy_policyversion_change", args=[row.pk]), typed("policyversion", source="better")
    )

    events = PolicyVersion.pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update"]
    assert {event.pgh_context.metadata["user"] for event in events} == {officer.pk}
