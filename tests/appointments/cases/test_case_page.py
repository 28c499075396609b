"""The case page and the case history: who may read them, what they say and how many statements they take."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appointments.booking import expiry
from appointments.models import Reservation
from appointments.reschedule import services
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import AttorneyFactory, CaseFactory, RepresentationFactory, UserFactory
from tests.factories.appointments import ReservedSeatFactory
from tests.factories.households import adjacent_slots, make_household
from tests.factories.policy import reason

AT_MOST = {"": 17, "history/": 13, "reschedule/": 9}


@pytest.fixture
def family(db, reference_data):
    return make_household(3)


@pytest.fixture
def case(family):
    return family[0].case


@pytest.fixture
def page(client, case):
    def read(account=None, path=""):
        client.force_login(account or case.requestor)
        return client.get(f"/cases/{case.public_id}/{path}")

    return read


def reschedule_family(family, seats=3, first=timedelta(days=12)):
    account = family[0].case.requestor
    services.state_reason(account=account, appointments=family, reason=reason(), explanation="")
    [slot] = adjacent_slots(family[0].slot.site, seats=[seats], first=first)
    held = acts.hold_together(account=account, appointments=family, first=slot)
    return acts.confirm_together(account=account, reservation=held)


@pytest.mark.parametrize("path", ["", "history/", "reschedule/"])
def test_a_case_of_someone_else_does_not_exist(page, path):
    ended = RepresentationFactory(status="revoked", ended_at=database_now()).representative
    assert page(UserFactory(), path).status_code == 404
    assert page(ended, path).status_code == 404


def test_it_shows_everyone_with_appointments_notices_and_the_representative(page, family, case):
    attorney = RepresentationFactory(case=case, representative=AttorneyFactory(name="Maya Chen"))
    reschedule_family(family)

    for reader in (case.requestor, attorney.representative):
        said = page(reader).content.decode()
        for member in range(3):
            assert f"Member {member}" in said
        assert "Maya Chen" in said
        assert said.count("Appointment rescheduled") == 3
        assert said.count("(Rescheduled)") == 3
        assert "Reschedule everyone together" in said


def test_the_history_says_what_happened_and_who_did_it(page, family, case):
    ended = RepresentationFactory(case=case, status="revoked", ended_at=database_now())
    reschedule_family(family)
    ReservedSeatFactory(appointment=family[0].series.appointments.get(status="scheduled"), expired=True)
    expiry.expire_overdue_holds()
    assert Reservation.objects.filter(state=Reservation.State.EXPIRED).count() == 1

    said = page(path="history/").content.decode()

    assert said.count(f"{case.requestor.name} (you) rescheduled the appointment of") == 3
    assert re.search(rf"{case.requestor.name} \(you\) held .* for Member 0 but did not confirm", said)
    assert f"{ended.representative.name} started to represent" in said
    assert f"{ended.representative.name} from the case" in said


def count_statements(client, page, path):
    address = page(path=path).wsgi_request.path
    with CaptureQueriesContext(connection) as ran:
        assert client.get(address).status_code == 200
    return len(ran)


@pytest.mark.parametrize("path", ["", "history/", "reschedule/"])
def test_many_people_take_as_many_statements_as_few(page, client, family, path):
    reschedule_family(family)
    few = count_statements(client, page, path)
    case = family[0].case
    more = make_household(4, requestor=case.requestor)
    for appointment in more:
        type(appointment.person).objects.filter(pk=appointment.person.pk).update(case=case)
    more = [type(row).objects.select_related("series__person__case").get(pk=row.pk) for row in more]
    reschedule_family(more, seats=4, first=timedelta(days=13))

    many = count_statements(client, page, path)
    assert many <= few <= AT_MOST[path]
    assert many == few or path == ""  # its five newest entries may all be of one kind


def test_the_history_is_paginated(page, family, case):
    for _ in range(21):
        RepresentationFactory(
            case=case, status="revoked", in_force_from=database_now(), ended_at=database_now()
        )

    said = page(path="history/").content.decode()

    assert "Page 1 of 3" in said


def test_a_case_of_another_form_offers_no_common_reschedule(client, reference_data):
    case = CaseFactory()
    client.force_login(case.requestor)

    assert client.get(f"/cases/{case.public_id}/").status_code == 200
    assert client.get(f"/cases/{case.public_id}/reschedule/").status_code == 404
