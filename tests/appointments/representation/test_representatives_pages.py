"""The pages of a representative: clients and requests, and which names they show."""

import pytest

from accounts.models import Representation, RepresentativeProfile
from appointments.representation.services import leave
from portal.foundation.clock import database_now
from tests.appointments.representation.pages import page, text_of
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    requested,
)

pytestmark = pytest.mark.usefixtures("reference_data")
Status, Origin = Representation.Status, Representation.Origin


def test_requests_come_first_and_only_names_that_clients_shared_are_shown(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    acting = RepresentationFactory(representative=attorney)
    asked = requested(representative=attorney)
    invited = requested(representative=attorney, origin=Origin.INVITATION)

    shown = text_of(client.get(page("clients")))

    order = [shown.index(row.case.receipt_number) for row in (invited, asked, acting)]
    assert order == sorted(order)
    assert acting.case.requestor.name in shown
    # A request does not show the form either, because the form says much about a person.
    assert shown.count(">I-485<") == 1
    assert {row.case.form_type.code for row in (acting, asked, invited)} == {"I-485"}
    assert invited.case.requestor.name in shown
    assert f">{asked.case.requestor.name}<" not in shown
    assert page("accept", invited.public_id) in shown
    assert page("accept", asked.public_id) not in shown

    client.post(page("accept", invited.public_id))
    client.post(page("withdraw", asked.public_id))
    client.post(page("withdraw", acting.public_id))
    states = attorney.representations.order_by("id").values_list("status", flat=True)
    assert list(states) == [Status.WITHDRAWN, Status.WITHDRAWN, Status.IN_FORCE]


def test_applicants_and_petitioners_are_named_only_while_the_representation_is_in_force(client):
    attorney = AttorneyFactory()
    client.force_login(attorney)
    names = {}
    for kind, row in {
        "in force": RepresentationFactory(case=CaseFactory(requestor=None), representative=attorney),
        "requested": requested(case=CaseFactory(), representative=attorney),
        "invited": requested(case=CaseFactory(), representative=attorney, origin=Origin.INVITATION),
        "ended": RepresentationFactory(case=CaseFactory(), representative=attorney),
    }.items():
        names[kind] = [
            PersonFactory(case=row.case, name=f"Canary {kind} {role}", role=role).name
            for role in ("applicant", "petitioner", "spouse")
        ]
    # Another representative is in force on the case that this one requested.
    RepresentationFactory(case=Representation.objects.get(case__people__name=names["requested"][0]).case)
    leave.withdraw(account=attorney, representation=row)

    shown = text_of(client.get(page("clients")))

    applicant, petitioner, spouse = names["in force"]
    assert f"{applicant}, {petitioner}" in shown
    for name in (spouse, *names["requested"], *names["invited"], *names["ended"]):
        assert name not in shown


def test_a_representative_who_is_not_verified_sees_no_clients_and_reads_why(client):
    row = RepresentationFactory()
    RepresentativeProfile.objects.filter(user=row.representative).update(verified_at=None)
    client.force_login(row.representative)
    shown = text_of(client.get(page("clients")))
    assert "You can’t represent anyone now" in shown
    assert row.case.receipt_number not in shown
    answer = client.post(page("add_client"), {"receipt_number": "IOE0123456789", "passcode": "7F3K"})
    assert "not verified" in text_of(answer)


@pytest.mark.parametrize("size", [1, 25])
def test_the_list_of_clients_takes_a_constant_number_of_statements(client, django_assert_num_queries, size):
    attorney = AttorneyFactory()
    for _ in range(size):
        PersonFactory(case=RepresentationFactory(representative=attorney).case)
        RepresentationFactory(representative=attorney, status="revoked", ended_at=database_now())
    client.force_login(attorney)
    with django_assert_num_queries(9):
        shown = text_of(client.get(page("clients")))
    assert ("?page=2" in shown) == (size > 20)
    assert ("?past=2" in shown) == (size > 10)


@pytest.mark.parametrize("name", ["clients", "add_client"])
@pytest.mark.parametrize("kind", ["requestor", "staff"])
def test_other_accounts_have_no_list_of_clients(client, name, kind):
    client.force_login(UserFactory(kind=kind))
    assert client.get(page(name)).status_code == 404
    assert client.post(page(name)).status_code in (404, 405)
