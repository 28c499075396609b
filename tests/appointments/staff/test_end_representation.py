"""Staff end a representation, request or invitation for the side that asked."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Message, Representation, RepresentativeInvitation, RequestChannel
from accounts.representation_states import ENDED_STATES, OPEN_STATES, State, find_ending_action, next_state
from accounts.services.outbox import send_due
from accounts.units import Unit
from appointments.booking.errors import AlreadyDone, NoteMissing, NotYours
from appointments.booking.invariants import find_violations
from appointments.models import Notice, Reservation
from appointments.notices.facts import Entered, Side
from appointments.notices.presenters.reschedules import build_notice
from appointments.representation.queries import list_open_invitations
from appointments.representation.services import actions, answer, leave
from appointments.representation.services.end_by_staff import cancel_for, end_for
from appointments.representation.services.invite import invite
from portal.foundation.clock import database_now
from tests.appointments.booking import acts
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
    requested,
)
from tests.factories.caseloads import client_of, hold_for
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

Status, Origin = Representation.Status, Representation.Origin
ACTING = {Unit.CONTACT_CENTER, Unit.CONTACT_CENTER_SUPERVISORS}
BY_PHONE = Entered(Side.CLIENT, RequestChannel.PHONE)


@pytest.fixture
def officer(client):
    officer = officer_of(Unit.CONTACT_CENTER, name="Officer Plum")
    sign_in_staff(client, officer)
    return officer


def page_of(row, case=None):
    return reverse("admin:case_end_representation", args=[(case or row.case).pk, row.public_id])


def case_page(case):
    return reverse("admin:accounts_case_change", args=[case.pk])


def typed(row, **changes):
    seen = getattr(row, "status", "")
    return {"side": "client", "channel": "phone", "note": "Called twice.", "seen": seen, **changes}


def text_of(response):
    return response.content.decode()


def end(row, actor, *, entered=BY_PHONE, seen=None):
    seen = row.status if seen is None else seen
    return end_for(actor=actor, representation=row, seen=seen, entered=entered, note="Called")


# --- The service and the table ------------------------------------------------------------------------


@pytest.mark.parametrize("channel", RequestChannel)
@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("origin", Origin)
@pytest.mark.parametrize("status", sorted(OPEN_STATES))
def test_ends_by_the_step_of_the_side_that_asked(status, origin, side, channel):
    if (status, origin) == (State.REQUESTED, Origin.PAPER):
        return  # a paper form is in force at once
    row = RepresentationFactory(origin=origin) if status == State.IN_FORCE else requested(origin=origin)
    actor, entered = officer_of(Unit.CONTACT_CENTER), Entered(side, channel)
    roles = actions.get_roles_of_side(side=side, representation=row)

    end(row, actor, entered=entered)

    row.refresh_from_db()
    step = find_ending_action(status, roles)
    assert (row.status, row.ended_by, row.ended_channel) == (next_state(status, step, roles), actor, channel)
    assert actions.find_entered(row) == entered
    assert Notice.objects.filter(addressee=row.representative).count() == 1
    assert not Representation.objects.in_force().exists()


@pytest.mark.parametrize("status", sorted(ENDED_STATES))
@pytest.mark.parametrize("side", Side)
def test_what_ended_is_not_ended_again(status, side):
    now = database_now()
    row = RepresentationFactory()
    blocking = status == State.DECLINED
    Representation.objects.filter(pk=row.pk).update(
        status=status, ended_at=now, in_force_from=None if blocking else row.in_force_from
    )
    with pytest.raises(AlreadyDone):
        end(row, officer_of(Unit.CONTACT_CENTER), entered=Entered(side, RequestChannel.PAPER), seen=status)
    row.refresh_from_db()
    assert (row.status, row.ended_by) == (status, None)


def test_ending_twice_ends_once():
    row, actor = RepresentationFactory(), officer_of(Unit.CONTACT_CENTER)
    first, second = (end(row, actor, seen=Status.IN_FORCE) for _ in range(2))
    assert first.ended_at == second.ended_at
    assert Notice.objects.count() == 2


def test_what_began_since_the_page_was_read_is_not_ended():
    row = requested()
    answer.accept(account=row.case.requestor, representation=row)
    with pytest.raises(AlreadyDone):
        end(row, officer_of(Unit.CONTACT_CENTER), seen=Status.REQUESTED)
    assert Representation.objects.in_force().exists()


def test_a_note_is_needed():
    row = RepresentationFactory()
    actor = officer_of(Unit.CONTACT_CENTER)
    with pytest.raises(NoteMissing):
        end_for(actor=actor, representation=row, seen=row.status, entered=BY_PHONE, note=" ")
    invitation = invite(account=row.case.requestor, case=row.case, email="nobody@example.org")
    with pytest.raises(NoteMissing):
        cancel_for(actor=actor, invitation=invitation, entered=BY_PHONE, note="")
    row.refresh_from_db()
    assert row.status == Status.IN_FORCE


@pytest.mark.parametrize("unit", [*Unit, None])
def test_a_unit_that_does_not_act_on_the_case_ends_nothing(unit):
    row = RepresentationFactory()
    actor = officer_of(*[unit] if unit else [])
    invitation = invite(account=row.case.requestor, case=row.case, email="nobody@example.org")
    if unit in ACTING:
        end(row, actor)
        cancel_for(actor=actor, invitation=invitation, entered=BY_PHONE, note="Called")
        return
    with pytest.raises(NotYours):
        end(row, actor)
    with pytest.raises(NotYours):
        cancel_for(actor=actor, invitation=invitation, entered=BY_PHONE, note="Called")
    row.refresh_from_db()
    assert row.status == Status.IN_FORCE
    assert list_open_invitations(row.case).exists()


# --- The page -----------------------------------------------------------------------------------------


def test_the_case_page_lists_representations_requests_and_invitations_each_with_its_end(client, officer):
    row = RepresentationFactory(representative=AttorneyFactory(name="Quillon Canary"))
    asks = requested(case=row.case)
    invitation = invite(account=row.case.requestor, case=row.case, email="nobody@example.org")
    shown = text_of(client.get(case_page(row.case)))
    for found in (row, asks, invitation):
        assert page_of(found) in shown
    assert "nobody@example.org" in shown
    confirming = text_of(client.get(page_of(row)))
    assert "Quillon Canary" in confirming
    assert "Who asked to end it?" in confirming


def test_ending_for_the_client_releases_holds_notifies_both_and_keeps_the_note(client, officer, mail_sink):
    attorney = AttorneyFactory(name="Quillon Canary", language="en")
    appointment = client_of(
        attorney, case=CaseFactory(requestor=UserFactory(language="es", name="Canaria Distinta"))
    )
    held = hold_for(attorney, appointment)
    case = appointment.series.person.case
    row = case.representations.get()

    answered = client.post(page_of(row), typed(row), follow=True)

    assert "It has ended. We notified everyone." in text_of(answered)
    assert "Officer Plum" in text_of(answered)
    assert "because the client asked by phone" in text_of(answered)
    row.refresh_from_db()
    held.refresh_from_db()
    slot = acts.seat_of(held).slot
    assert (row.status, held.state, slot.taken) == (Status.REVOKED, Reservation.State.RELEASED, 0)
    [to_client, to_attorney] = [
        build_notice(Notice.objects.get(addressee=account)).text for account in (case.requestor, attorney)
    ]
    assert "because you asked by phone. If you did not ask for this, contact the agency" in to_client
    assert "because the client asked by phone" in to_attorney
    event = Representation.pgh_event_model.objects.filter(pgh_obj=row).latest("pgh_id")
    assert event.pgh_context.metadata["note"] == "Called twice."
    assert event.pgh_context.metadata["user"] == officer.pk
    send_due()
    assert set(Message.objects.filter(account=case.requestor).values_list("language", flat=True)) == {"es"}
    for mail in mail_sink.deliveries:
        for secret in ("Canaria", "Quillon", case.receipt_number, "Called"):
            assert secret not in mail.message.as_string()
    assert find_violations() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"note": ""}, "Fill in “Note”."),
        ({"side": ""}, "Choose who asked to end it."),
        ({"side": "staff"}, "Select an answer to “Who asked to end it?”"),
        ({"channel": ""}, "Choose how they asked."),
    ],
)
def test_what_is_missing_is_named_what_was_typed_stays_and_nothing_ends(client, officer, changes, said):
    row = RepresentationFactory()
    answered = client.post(page_of(row), typed(row, **changes))
    assert answered.status_code == 422
    assert said in text_of(answered)
    assert changes.get("note", "Called twice.") in text_of(answered)
    row.refresh_from_db()
    assert row.status == Status.IN_FORCE


@pytest.mark.parametrize("unit", [*Unit, None])
def test_a_forged_request_of_another_unit_ends_nothing(client, unit):
    row = RepresentationFactory()
    sign_in_staff(client, officer_of(*[unit] if unit else []))
    shown = client.get(case_page(row.case))
    client.post(page_of(row), typed(row))
    row.refresh_from_db()
    assert (page_of(row) in text_of(shown)) == (row.status == Status.REVOKED) == (unit in ACTING)


def test_what_belongs_to_another_case_does_not_exist_here(client, officer):
    row, other = RepresentationFactory(), RepresentationFactory()
    invitation = invite(account=row.case.requestor, case=row.case, email="nobody@example.org")
    for found in (row, invitation):
        address = page_of(found, case=other.case)
        assert client.get(address).status_code == client.post(address, typed(found)).status_code == 404
    row.refresh_from_db()
    assert row.status == Status.IN_FORCE


def test_a_stale_page_and_a_second_click_are_answered_in_words(client, officer):
    row = RepresentationFactory()
    leave.revoke(account=row.case.requestor, representation=row)
    for answered in (
        client.get(page_of(row), follow=True),
        client.post(page_of(row), typed(row, seen="in_force"), follow=True),
    ):
        assert "This was already done, or it changed after you opened the page" in text_of(answered)
    asks = requested(case=row.case)
    page = typed(asks)
    answer.accept(account=asks.case.requestor, representation=asks)
    answered = client.post(page_of(asks), page, follow=True)
    assert "This was already done" in text_of(answered)
    asks.refresh_from_db()
    assert asks.status == Status.IN_FORCE


# --- Invitations --------------------------------------------------------------------------------------


def test_an_invitation_cancelled_by_staff_looks_the_same_whomever_it_reached(client, officer):
    texts_sent = []
    for email in ("nobody@example.org", AttorneyFactory().email):
        case = CaseFactory(requestor=UserFactory(name="Canaria Distinta"))
        invitation = invite(account=case.requestor, case=case, email=email)
        reached = case.representations.first()
        client.post(page_of(reached or invitation, case=case), typed(reached or invitation))
        invitation.refresh_from_db()
        assert (invitation.cancelled_by, invitation.cancellation_channel) == (officer, "phone")
        assert not list_open_invitations(case).exists()
        assert not case.representations.open().exists()
        event = RepresentativeInvitation.pgh_event_model.objects.filter(pgh_obj=invitation).latest("pgh_id")
        assert event.pgh_context.metadata["note"] == "Called twice."
        client.force_login(case.requestor)
        history = text_of(client.get(reverse("appointments:case_history", args=[case.public_id])))
        assert "Canaria Distinta (you) canceled the invitation" in history
        assert "The agency entered this because the client asked by phone." in history
        texts = [build_notice(row).text for row in Notice.objects.filter(addressee=case.requestor)]
        texts_sent.append([text.replace(case.receipt_number, "") for text in texts])
        sign_in_staff(client, officer)
    assert texts_sent[0] == texts_sent[1]
    assert len(texts_sent[0]) == 2


def test_the_representative_is_not_offered_for_an_invitation_without_one(client, officer):
    case = CaseFactory()
    invitation = invite(account=case.requestor, case=case, email="nobody@example.org")
    assert 'value="representative"' not in text_of(client.get(page_of(invitation)))
    assert client.post(page_of(invitation), typed(invitation, side="representative")).status_code == 422
    assert list_open_invitations(case).exists()


# --- The case's history -------------------------------------------------------------------------------

SAID = {
    "en": {
        Side.CLIENT: "The agency entered this because the client asked in person.",
        Side.REPRESENTATIVE: "The agency entered this because the representative asked in person.",
    },
    "es": {
        Side.CLIENT: "La agencia lo registró porque el cliente lo solicitó en persona.",
        Side.REPRESENTATIVE: "La agencia lo registró porque el representante lo solicitó en persona.",
    },
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("side", Side)
def test_the_history_says_that_staff_ended_it_for_whom_and_how(client, language, side):
    case = CaseFactory(requestor=UserFactory(language=language))
    row = RepresentationFactory(case=case)
    end(row, officer_of(Unit.CONTACT_CENTER), entered=Entered(side, RequestChannel.IN_PERSON))
    client.force_login(case.requestor)
    client.cookies["django_language"] = language
    shown = text_of(client.get(reverse("appointments:case_history", args=[case.public_id])))
    assert SAID[language][side] in shown
    with override(language):
        text = build_notice(Notice.objects.get(addressee=row.representative)).text
    asked_for_the_reader = side == Side.REPRESENTATIVE
    assert (SAID[language][side] in text) != asked_for_the_reader


def test_auditors_read_who_ended_it_and_why_and_are_offered_no_end(client):
    row = RepresentationFactory()
    other = requested(case=row.case)
    end(row, officer_of(Unit.CONTACT_CENTER, name="Officer Plum"))
    sign_in_staff(client, officer_of(Unit.AUDITORS))
    shown = text_of(client.get(case_page(row.case)))
    assert "Officer Plum" in shown
    assert page_of(other) not in shown
    history = text_of(client.get(reverse("admin:accounts_case_history", args=[row.case.pk])))
    assert "Called" in history


def test_a_representation_on_a_case_without_an_account_is_ended_too(client, officer):
    case = CaseFactory(requestor=None)
    row = RepresentationFactory(case=case, origin=Origin.PAPER)
    client.post(page_of(row), typed(row, channel="paper"))
    row.refresh_from_db()
    assert (row.status, row.ended_channel) == (Status.REVOKED, "paper")
    assert list(Notice.objects.values_list("addressee", flat=True)) == [row.representative_id]


@pytest.mark.parametrize("size", [2, 24])
def test_the_page_of_the_case_takes_the_same_statements_for_one_and_for_many(
    client, officer, django_assert_num_queries, size
):
    case = CaseFactory()
    rows = [requested(case=case) for _ in range(size)]
    for row in rows[: size // 2]:
        end(row, officer)
    client.get(case_page(case))
    with django_assert_num_queries(21):
        client.get(case_page(case))
