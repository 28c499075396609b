"""Every door to a row: whose it is gets in, everyone else gets the same 404 as for what does not exist."""

import uuid
from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.models import Case, Representation, RepresentativeProfile, User
from appointments.booking.queries import or_404
from appointments.models import Notice, Reschedule, Reservation
from appointments.reschedule.queries import list_notices
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
)
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason

pytestmark = pytest.mark.django_db

BY_GET = ["detail", "reason", "times", "review", "receipt", "notice", "notice_pdf", "notice_calendar"]
BY_POST = ["reason", "times", "confirm", "extend", "release"]


@pytest.fixture(scope="module")
def rescheduled(module_data):
    """A client with an attorney: one appointment moved, its successor held for another time."""
    attorney = AttorneyFactory()
    case = CaseFactory()
    representation = RepresentationFactory(case=case, representative=attorney)
    appointment = AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case)))
    for account in (case.requestor, attorney):
        reschedule = _reschedule(account, appointment)
        appointment = reschedule.to_appointment
    return case, representation, appointment


def _reschedule(account, appointment):
    slot = SlotFactory(site=appointment.slot.site)
    acts.state_reason(account=account, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=account, appointment=appointment, slot=slot)
    return acts.confirm(account=account, reservation=Reservation.objects.get(pk=held.pk))


def addresses(account):
    """Each named page with a row that the account may see."""
    appointment = Reschedule.objects.latest("pk").to_appointment
    return {
        **dict.fromkeys(["detail", "reason", "times"], appointment.public_id),
        **dict.fromkeys(
            ["review", "confirm", "extend", "release"],
            Reservation.objects.filter(account=account).latest("pk").public_id,
        ),
        "receipt": Reschedule.objects.latest("pk").public_id,
        **dict.fromkeys(
            ["notice", "notice_pdf", "notice_calendar"],
            Notice.objects.filter(addressee=account).latest("pk").public_id,
        ),
    }


def page(name, public_id):
    return reverse(f"appointments:{name}", args=[public_id])


@pytest.mark.parametrize("name", BY_GET)
def test_requestor_and_representative_in_force_see_the_page(client, rescheduled, name):
    case, representation, _ = rescheduled
    for account in (case.requestor, representation.representative):
        client.force_login(account)
        assert client.get(page(name, addresses(account)[name])).status_code in (200, 302)


@pytest.mark.parametrize("kind", ["requestor", "representative", "staff"])
@pytest.mark.parametrize(("name", "method"), [(n, "get") for n in BY_GET] + [(n, "post") for n in BY_POST])
def test_stranger_gets_the_same_404_as_for_what_does_not_exist(client, rescheduled, name, method, kind):
    case, _, _ = rescheduled
    stranger = AttorneyFactory() if kind == "representative" else UserFactory(kind=kind)
    client.force_login(stranger)
    foreign = getattr(client, method)(page(name, addresses(case.requestor)[name]))
    unknown = getattr(client, method)(page(name, uuid.uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content


@pytest.mark.parametrize(("name", "method"), [(n, "get") for n in BY_GET] + [(n, "post") for n in BY_POST])
def test_representative_is_shut_out_the_moment_the_representation_ends(client, rescheduled, name, method):
    _, representation, _ = rescheduled
    attorney = representation.representative
    address = page(name, addresses(attorney)[name])
    client.force_login(attorney)
    Representation.objects.filter(pk=representation.pk).update(
        status=Representation.Status.REVOKED, ended_at=database_now()
    )
    assert getattr(client, method)(address).status_code == 404


def test_expired_accreditation_shuts_out_on_the_next_day_of_the_agency(client, rescheduled, shift_clock):
    _, representation, _ = rescheduled
    attorney = representation.representative
    RepresentativeProfile.objects.filter(user=attorney).update(
        kind=RepresentativeProfile.Kind.ACCREDITED, accreditation_expires_on=database_now().date()
    )
    address = page("detail", addresses(attorney)["detail"])
    client.force_login(attorney)
    assert client.get(address).status_code == 200
    shift_clock(timedelta(days=2))
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "unfit",
    [{"is_active": False}, {"kind": User.Kind.REQUESTOR}],
    ids=["closed account", "no representative"],
)
def test_representation_alone_opens_nothing(rescheduled, unfit):
    case, representation, _ = rescheduled
    User.objects.filter(pk=representation.representative_id).update(**unfit)
    attorney = User.objects.get(pk=representation.representative_id)
    assert case not in type(case).objects.for_account(attorney)


@pytest.mark.parametrize("comes_first", ["requestor", "representative"])
def test_each_kind_of_account_has_its_own_compiled_query(rescheduled, django_assert_num_queries, comes_first):
    """Whichever of them comes first in a process, the other is not let in by its statement."""
    case, representation, _ = rescheduled
    client, attorney = case.requestor, representation.representative
    filed_by_the_attorney = CaseFactory(requestor=attorney)
    acted_on_by_the_client = RepresentationFactory(representative=client).case

    @or_404
    def get_case_or_404(user):
        return Case.objects.for_account(user)

    for account in [client, attorney][:: 1 if comes_first == "requestor" else -1] * 2:
        with django_assert_num_queries(1) as asked:
            assert get_case_or_404(user=account, public_id=case.public_id) == case
        assert ("accounts_representation" in asked[0]["sql"]) == (account == attorney)
        with pytest.raises(Http404):
            get_case_or_404(user=account, public_id=filed_by_the_attorney.public_id)
        with pytest.raises(Http404):
            get_case_or_404(user=account, public_id=acted_on_by_the_client.public_id)


@pytest.mark.parametrize("comes_first", ["requestor", "representative"])
def test_each_finds_the_own_notice_of_a_reschedule_while_it_may_act(rescheduled, comes_first):
    case, representation, _ = rescheduled
    client, attorney = case.requestor, representation.representative
    reschedule = Reschedule.objects.latest("pk")
    for account in [client, attorney][:: 1 if comes_first == "requestor" else -1]:
        assert list_notices(user=account, reschedules=[reschedule]) == [
            Notice.objects.get(addressee=account, reschedule=reschedule)
        ]
    assert list_notices(user=UserFactory(), reschedules=[reschedule]) == []
    Representation.objects.filter(pk=representation.pk).update(
        status=Representation.Status.REVOKED, ended_at=database_now()
    )
    assert list_notices(user=attorney, reschedules=[reschedule]) == []


def test_list_and_inbox_hold_only_what_is_the_accounts_own(client, rescheduled):
    case, _, appointment = rescheduled
    client.force_login(UserFactory())
    for address in (reverse("appointments:list"), reverse("appointments:notices")):
        assert case.receipt_number.encode() not in client.get(address).content


@pytest.mark.parametrize("name", [*BY_GET, "confirm", "list", "notices"])
def test_visitor_is_asked_to_sign_in(client, rescheduled, name):
    case, _, _ = rescheduled
    args = [] if name in ("list", "notices") else [addresses(case.requestor)[name]]
    answer = client.get(reverse(f"appointments:{name}", args=args))
    assert "/accounts/login/" in answer.url


def test_signed_in_pages_are_kept_by_no_cache(client, rescheduled):
    case, _, _ = rescheduled
    client.force_login(case.requestor)
    for name in BY_GET:
        answer = client.get(page(name, addresses(case.requestor)[name]))
        assert "no-store" in answer["Cache-Control"], name
