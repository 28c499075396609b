"""Staff end a representative's verification: the page, the units that may, and the clients' cases."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Case, Message, Representation, RepresentativeProfile
from accounts.services.outbox import send_due
from accounts.units import Unit
from appointments.booking.invariants import find_violations
from appointments.models import Notice, Reservation
from appointments.notices.presenters.reschedules import build_notice
from appointments.representation.services import expiry
from portal.foundation.clock import agency_today, database_now
from tests.appointments.booking import acts
from tests.factories.accounts import (
    AccreditedFactory,
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
    requested,
)
from tests.factories.caseloads import client_of, hold_for
from tests.support.races import locked_by_another
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

Stage = RepresentativeProfile.Stage
Status, Origin = Representation.Status, Representation.Origin
VERIFYING = {Unit.NBC_ADOPTIONS, Unit.CONTACT_CENTER_SUPERVISORS}


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS)
    sign_in_staff(client, officer)
    return officer


def page_of(profile):
    return reverse("admin:application_end", args=[profile.pk])


def typed(profile, **changes):
    return {
        "seen_at": profile.verified_at.isoformat(),
        "rejection": "not_active",
        "note": "Suspended by the bar.",
        **changes,
    }


def text_of(response):
    return response.content.decode()


def test_the_page_says_how_many_cases_are_affected_and_is_linked_from_the_representative(client, officer):
    profile = AttorneyFactory(name="Quillon Canary").representative_profile
    for row in [RepresentationFactory(representative=profile.user) for _ in range(2)]:
        RepresentationFactory(
            case=row.case, representative=profile.user, status=Status.WITHDRAWN, ended_at=database_now()
        )
    requested(representative=profile.user)
    own = text_of(client.get(reverse("admin:accounts_representativeprofile_change", args=[profile.pk])))
    assert page_of(profile) in own
    shown = text_of(client.get(page_of(profile)))
    assert "with this representative: 2. Open requests and invitations: 1." in shown
    assert "Quillon Canary" in shown


def test_ending_releases_holds_expires_rows_and_notifies_each_side_in_its_language(
    client, officer, mail_sink
):
    attorney = AttorneyFactory(name="Quillon Canary", language="en")
    appointment = client_of(
        attorney, case=CaseFactory(requestor=UserFactory(language="es", name="Canaria Distinta"))
    )
    held = hold_for(attorney, appointment)
    case = appointment.series.person.case
    asked = requested(representative=attorney)
    profile = attorney.representative_profile

    answer = client.post(page_of(profile), typed(profile), follow=True)

    assert "The verification has ended" in text_of(answer)
    profile.refresh_from_db()
    assert (profile.stage, profile.decided_by) == (Stage.REJECTED, officer)
    states = attorney.representations.values_list("status", flat=True)
    assert set(states) == {Status.EXPIRED}
    held.refresh_from_db()
    slot = acts.seat_of(held).slot
    assert (held.state, slot.taken) == (Reservation.State.RELEASED, 0)
    notices = Notice.objects.filter(kind=Notice.Kind.REPRESENTATION)
    assert {(notice.addressee_id, notice.case_id) for notice in notices} == {
        (case.requestor_id, case.pk),
        (attorney.pk, case.pk),
        (asked.case.requestor_id, asked.case_id),
        (attorney.pk, asked.case_id),
    }
    send_due()
    for mail in mail_sink.deliveries:
        for secret in ("Canaria", "Quillon", case.receipt_number, asked.case.receipt_number, "Suspended"):
            assert secret not in mail.message.as_string()
    assert set(Message.objects.filter(account=case.requestor).values_list("language", flat=True)) == {"es"}
    assert "Quillon Canary" in build_notice(notices.get(addressee=case.requestor)).text
    assert find_violations() == []


def test_the_history_of_an_expired_representation_names_the_officer(client, officer):
    row = RepresentationFactory()
    profile = row.representative.representative_profile
    client.post(page_of(profile), typed(profile))
    for rows, key in ((Representation, row.pk), (RepresentativeProfile, profile.pk)):
        event = rows.pgh_event_model.objects.filter(pgh_obj=key).latest("pgh_id")
        assert event.pgh_context.metadata["user"] == officer.pk


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"note": ""}, "Fill in “Note”."),
        ({"rejection": ""}, "Choose a reason. The representative will see it."),
        ({"rejection": "because"}, "Select an answer to “Why are you ending this verification?”"),
        ({"seen_at": ""}, "Reload the page and try again."),
        ({"seen_at": "nonsense"}, "open the application again"),
    ],
)
def test_what_is_missing_is_named_what_was_typed_stays_and_nothing_ends(client, officer, changes, said):
    profile = AttorneyFactory().representative_profile
    answer = client.post(page_of(profile), typed(profile, **changes))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert changes.get("note", "Suspended by the bar.") in text_of(answer)
    profile.refresh_from_db()
    assert profile.stage == Stage.VERIFIED


@pytest.mark.parametrize("unit", [*Unit, None])
def test_a_forged_request_of_another_unit_ends_nothing(client, unit):
    row = RepresentationFactory()
    profile = row.representative.representative_profile
    sign_in_staff(client, officer_of(*[unit] if unit else []))
    shown = client.get(reverse("admin:accounts_representativeprofile_change", args=[profile.pk]))
    client.post(page_of(profile), typed(profile))
    profile.refresh_from_db()
    row.refresh_from_db()
    assert (page_of(profile) in text_of(shown)) == (unit in VERIFYING)
    assert (profile.stage == Stage.REJECTED) == (row.status == Status.EXPIRED) == (unit in VERIFYING)


def test_pressing_twice_ends_it_once(client, officer):
    row = RepresentationFactory()
    profile = row.representative.representative_profile
    client.post(page_of(profile), typed(profile))
    answer = client.post(page_of(profile), typed(profile), follow=True)
    assert "This application was already decided" in text_of(answer)
    assert Notice.objects.filter(addressee=row.representative).count() == 1
    assert Message.objects.filter(account=row.representative).count() == 2


def test_what_is_left_over_is_done_by_the_next_run_and_gives_no_access_until_then(
    client, officer, monkeypatch
):
    monkeypatch.setattr(expiry, "CASES_WHILE_STAFF_WAIT", 1)
    attorney = AttorneyFactory()
    rows = [RepresentationFactory(representative=attorney) for _ in range(3)]
    profile = attorney.representative_profile
    client.post(page_of(profile), typed(profile))
    assert attorney.representations.filter(status=Status.EXPIRED).count() == 1
    assert not Representation.objects.in_force().filter(representative=attorney).exists()
    assert expiry.expire_representations() == len(rows) - 1
    assert expiry.expire_representations() == 0


@pytest.mark.usefixtures("committed_data")
def test_a_case_that_stays_locked_is_left_to_the_next_run_and_gives_no_access(client):
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    row = RepresentationFactory()
    profile = row.representative.representative_profile
    with locked_by_another(Case.objects.filter(pk=row.case_id)), connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        assert client.post(page_of(profile), typed(profile)).status_code == 302
        cursor.execute("RESET lock_timeout")
    row.refresh_from_db()
    assert row.status == Status.IN_FORCE
    assert not Representation.objects.in_force().exists()
    assert expiry.expire_representations() == 1


@pytest.mark.parametrize("size", [1, 12])
def test_the_page_takes_the_same_statements_for_one_client_and_for_many(
    client, officer, django_assert_num_queries, size
):
    profile = AttorneyFactory().representative_profile
    RepresentationFactory.create_batch(size, representative=profile.user)
    with django_assert_num_queries(8):
        client.get(page_of(profile))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_client_who_had_only_asked_reads_words_that_are_true(client, officer, language):
    case = CaseFactory(requestor=UserFactory(language=language))
    row = requested(case=case)
    profile = row.representative.representative_profile
    client.post(page_of(profile), typed(profile))
    text = build_notice(Notice.objects.get(addressee=case.requestor)).text
    assert row.representative.name in text
    assert "no longer represent" not in text


# --- Extending ----------------------------------------------------------------------------------------


def page_to_extend(profile):
    return reverse("admin:application_extend", args=[profile.pk])


def with_an_ended_accreditation(shift_clock, clients=1):
    profile = AccreditedFactory().representative_profile
    RepresentativeProfile.objects.filter(pk=profile.pk).update(accreditation_expires_on=agency_today())
    rows = [RepresentationFactory(representative=profile.user) for _ in range(clients)]
    shift_clock(timedelta(days=1))
    return profile, rows


def extend(client, profile):
    until = (agency_today() + timedelta(days=365)).isoformat()
    return text_of(
        client.post(page_to_extend(profile), {"expires_on": until, "note": "A letter"}, follow=True)
    )


def test_extending_before_the_nightly_run_opens_no_link_that_expired_at_midnight(client, shift_clock):
    profile, [row] = with_an_ended_accreditation(shift_clock)
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    assert "The accreditation has been extended." in extend(client, profile)
    row.refresh_from_db()
    assert row.status == Status.EXPIRED
    assert not Representation.objects.in_force().exists()
    assert expiry.expire_representations() == 0
    assert Notice.objects.filter(addressee=row.case.requestor).exists()
    profile.refresh_from_db()
    assert profile.accreditation_expires_on > agency_today()


def test_extending_is_refused_in_words_while_links_are_still_being_ended(client, shift_clock, monkeypatch):
    monkeypatch.setattr(expiry, "CASES_WHILE_STAFF_WAIT", 1)
    profile, rows = with_an_ended_accreditation(shift_clock, clients=2)
    sign_in_staff(client, officer_of(Unit.NBC_ADOPTIONS))
    assert "We are still ending this representative’s links to clients. Try again in a minute." in extend(
        client, profile
    )
    assert not Representation.objects.in_force().exists()
    assert "The accreditation has been extended." in extend(client, profile)
    assert profile.user.representations.filter(status=Status.EXPIRED).count() == len(rows)
