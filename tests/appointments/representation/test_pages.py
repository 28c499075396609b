"""The client's page about representatives: what it shows, what it answers, and who gets a 404."""

import re
import uuid
from datetime import timedelta

import pytest

from accounts.models import Representation, RepresentativePasscode, RepresentativeProfile, User
from appointments.models import Notice
from appointments.representation.services import answer as answers
from appointments.representation.services import leave
from appointments.representation.services.expiry import expire_representations
from appointments.representation.services.invite import invite
from portal.foundation.clock import agency_today
from tests.appointments.booking import acts
from tests.appointments.representation.pages import page, text_of
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    requested,
)
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.factories.policy import reason
from tests.support.html_forms import missing_forms

pytestmark = pytest.mark.usefixtures("reference_data")
Status, Origin = Representation.Status, Representation.Origin


@pytest.fixture
def case(client, reference_data):
    case = CaseFactory()
    client.force_login(case.requestor)
    return case


def test_the_client_sees_the_representative_and_what_they_did_and_ends_it(client, case):
    row = RepresentationFactory(case=case)
    attorney = row.representative
    appointment = AppointmentFactory(series=SeriesFactory(person=PersonFactory(case=case, name="Ana Canary")))
    acts.state_reason(account=attorney, appointment=appointment, reason=reason(), explanation="")
    held = acts.hold(account=attorney, appointment=appointment, slot=SlotFactory())
    reschedule = acts.confirm(account=attorney, reservation=held)

    shown = text_of(client.get(page("representative", case.public_id)))
    for text in (
        attorney.name,
        "Attorney",
        "Has represented you since",
        "Ana Canary",
        reschedule.confirmation_number,
    ):
        assert text in shown

    assert page("revoke", row.public_id) in shown
    answer = client.post(page("revoke", row.public_id), follow=True)
    assert f"{attorney.name} no longer represents you on this case" in text_of(answer)
    assert "No one represents you on this case" in text_of(answer)
    assert reschedule.confirmation_number in text_of(answer)
    assert "You ended it on" in text_of(answer)


@pytest.mark.parametrize("why", ["not verified", "accreditation ended", "inactive"])
def test_a_representative_who_is_not_verified_is_shown_as_not_active_and_the_client_ends_it(
    client, case, why
):
    row = RepresentationFactory(case=case, representative=AttorneyFactory(name="Quillon Canary"))
    if why == "inactive":
        User.objects.filter(pk=row.representative_id).update(is_active=False)
    else:
        RepresentativeProfile.objects.filter(user=row.representative).update(
            **{"verified_at": None}
            if why == "not verified"
            else {"kind": "accredited", "accreditation_expires_on": agency_today() - timedelta(days=1)}
        )
    shown = text_of(client.get(page("representative", case.public_id)))
    assert "Quillon Canary" in shown
    assert "but not active now" in shown
    assert "Has represented you since" not in shown
    answer = text_of(client.post(page("revoke", row.public_id), follow=True))
    assert "No one represents you on this case" in answer
    row.refresh_from_db()
    assert (row.status, row.ended_by) == (Status.REVOKED, case.requestor)


def test_a_request_of_a_representative_who_is_not_verified_is_not_shown(client, case):
    row = requested(case=case, representative=AttorneyFactory(name="Quillon Canary"))
    assert "Quillon Canary" in text_of(client.get(page("representative", case.public_id)))
    User.objects.filter(pk=row.representative_id).update(is_active=False)
    assert "Quillon Canary" not in text_of(client.get(page("representative", case.public_id)))


def test_the_client_accepts_a_request_and_declines_another(client, case):
    wanted, unwanted = requested(case=case), requested(case=case)
    shown = text_of(client.get(page("representative", case.public_id)))
    assert wanted.representative.name in shown
    client.post(page("accept", wanted.public_id))
    client.post(page("decline", unwanted.public_id))
    for row, status in ((wanted, Status.IN_FORCE), (unwanted, Status.DECLINED)):
        row.refresh_from_db()
        assert row.status == status


def test_accepting_a_request_that_has_ended_says_so_and_changes_nothing(client, case):
    row = requested(case=case)
    leave.withdraw(account=row.representative, representation=row)
    answer = client.post(page("accept", row.public_id), follow=True)
    assert "already answered or has ended" in text_of(answer)
    row.refresh_from_db()
    assert row.status == Status.WITHDRAWN


@pytest.mark.parametrize("ending", ["canceled", "expired"])
def test_the_client_sees_the_same_whether_or_not_an_invitation_reached_someone(client, ending):
    pages = []
    for address in (
        AttorneyFactory(name="Quillon Canary", email="one@firm.example").email,
        "two@firm.example",
    ):
        case = CaseFactory(receipt_number=f"IOE777000000{len(pages)}")
        client.force_login(case.requestor)
        seen = [client.post(page("invite", case.public_id), {"email": address}, follow=True)]
        if ending == "canceled":
            seen.append(client.post(page("cancel_invitation", case.invitations.get().public_id), follow=True))
        else:
            RepresentativeProfile.objects.update(
                kind="accredited", accreditation_expires_on=agency_today() - timedelta(days=1)
            )
            expire_representations()
            seen.append(client.get(page("representative", case.public_id)))
        seen.append(client.get("/notices/"))
        pages.append([_remove_differences(case, answer) for answer in seen])
    assert pages[0] == pages[1]
    assert not any("Quillon" in shown for shown in pages[0])


def _remove_differences(case, answer):
    """Return the page without addresses, tokens and the names of the two clients."""
    shown = re.sub(r"(one|two)@firm", "x@firm", text_of(answer))
    shown = shown.replace(case.receipt_number, "").replace(f"<strong>{case.requestor.name}</strong>", "")
    shown = re.sub(r"data-session-seconds-left=\"[0-9]+\"|name=\"resume_token\" value=\"[^\"]*\"", "", shown)
    return re.sub(r"[0-9a-f-]{36}|value=\"[0-9a-zA-Z]{64}\"|[0-9]+:[0-9]{2} [AP]M", "", shown)


def test_a_representative_who_declines_an_invitation_is_shown_by_address_only(client, case):
    attorney = AttorneyFactory(name="Quillon Canary")
    invitation = invite(account=case.requestor, case=case, email=attorney.email)
    answers.decline(account=attorney, representation=invitation.representation)
    shown = text_of(client.get(page("representative", case.public_id))) + text_of(client.get("/notices/"))
    assert attorney.email in shown
    assert "Quillon" not in shown


def test_a_wrong_address_gets_an_error_and_stays_in_the_form(client, case):
    answer = client.post(page("invite", case.public_id), {"email": "jo at firm"})
    assert answer.status_code == 422
    assert "Enter a complete email address" in text_of(answer)
    assert 'value="jo at firm"' in text_of(answer)


def test_the_sixth_address_of_a_day_is_refused_with_a_message(client, case):
    for number in range(5):
        client.post(page("invite", case.public_id), {"email": f"a{number}@firm.example"})
    answer = client.post(page("invite", case.public_id), {"email": "late@firm.example"})
    assert answer.status_code == 429
    assert "Try again tomorrow" in text_of(answer)
    assert 'value="late@firm.example"' in text_of(answer)


def test_a_passcode_is_shown_once_and_is_not_cached(client, case):
    answer = client.post(page("passcode", case.public_id), follow=True)
    [code] = re.findall(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}", text_of(answer))
    assert "no-store" in answer["Cache-Control"]
    assert code not in text_of(client.get(page("representative", case.public_id)))
    attorney = AttorneyFactory()
    client.force_login(attorney)
    answer = client.post(
        page("add_client"), {"receipt_number": case.receipt_number, "passcode": code.lower()}, follow=True
    )
    assert "We asked your client to accept" in text_of(answer)
    assert RepresentativePasscode.objects.get().representation.representative == attorney


def test_a_closed_case_offers_neither_invitation_nor_passcode(client):
    case = CaseFactory(closed=True)
    client.force_login(case.requestor)
    shown = text_of(client.get(page("representative", case.public_id)))
    assert page("invite", case.public_id) not in shown
    assert page("passcode", case.public_id) not in shown
    for name, data in (("invite", {"email": "a@firm.example"}), ("passcode", {})):
        answer = client.post(page(name, case.public_id), data, follow=True)
        assert "The case is closed" in text_of(answer)


def test_a_page_without_a_form_has_no_button_of_that_form(client):
    case = CaseFactory(closed=True)
    client.force_login(case.requestor)
    assert not missing_forms(text_of(client.get(page("representative", case.public_id))))


def test_a_wrong_passcode_gets_one_answer_and_the_receipt_number_stays(client, case):
    client.force_login(AttorneyFactory())
    answer = client.post(page("add_client"), {"receipt_number": case.receipt_number, "passcode": "7F3K"})
    assert answer.status_code == 422
    assert "We can’t find a case with this receipt number and passcode" in text_of(answer)
    assert case.receipt_number in text_of(answer)
    for _ in range(4):
        client.post(page("add_client"), {"receipt_number": case.receipt_number, "passcode": "7F3K"})
    answer = client.post(page("add_client"), {"receipt_number": case.receipt_number, "passcode": "7F3K"})
    assert answer.status_code == 429
    assert "Try again in 15 minutes" in text_of(answer)


@pytest.mark.parametrize("size", [1, 12])
def test_the_clients_page_takes_a_constant_number_of_statements(
    client, case, django_assert_num_queries, size
):
    RepresentationFactory(case=case)
    for number in range(size):
        row = RepresentationFactory(case=case, status=Status.REQUESTED, in_force_from=None)
        leave.withdraw(account=row.representative, representation=_as_passcode_request(row))
        invite_quietly(case, number)
    with django_assert_num_queries(11):
        shown = text_of(client.get(page("representative", case.public_id)))
    assert ("?page=2" in shown) == (size > 10)


def test_every_open_invitation_is_on_some_page_and_can_be_cancelled_there(client, case, shift_clock):
    for number in range(12):
        shift_clock(timedelta(days=number))
        invite(account=case.requestor, case=case, email=f"a{number}@firm.example")
    shift_clock(timedelta(0))
    first = text_of(client.get(page("representative", case.public_id)))
    second = text_of(client.get(page("representative", case.public_id) + "?invited=2"))
    assert 'href="?invited=2"' in first
    assert 'href="?invited=1"' in second
    for row in case.invitations.all():
        assert (page("cancel_invitation", row.public_id) in first) != (
            page("cancel_invitation", row.public_id) in second
        )
    oldest = case.invitations.earliest("pk")
    client.post(page("cancel_invitation", oldest.public_id))
    assert oldest.email not in text_of(client.get(page("representative", case.public_id) + "?invited=2"))


def test_turning_one_list_leaves_the_other_where_it_is(client, case):
    for _ in range(12):
        row = RepresentationFactory(case=case, status=Status.REQUESTED, in_force_from=None)
        leave.withdraw(account=row.representative, representation=_as_passcode_request(row))
    shown = text_of(client.get(page("representative", case.public_id) + "?invited=1"))
    assert 'href="?invited=1&amp;page=2"' in shown


def _as_passcode_request(row):
    row.origin = Origin.PASSCODE
    row.save(update_fields=["origin"])
    return row


def invite_quietly(case, number):
    if number < 5:
        invite(account=case.requestor, case=case, email=f"a{number}@firm.example")


CLIENTS_PAGES = ["representative", "invite", "passcode"]
ACTIONS = ["accept", "decline", "revoke", "withdraw"]


@pytest.mark.parametrize("name", [*CLIENTS_PAGES, *ACTIONS, "cancel_invitation"])
@pytest.mark.parametrize("kind", ["requestor", "representative", "staff"])
def test_a_stranger_gets_the_same_404_as_for_what_does_not_exist(client, name, kind):
    row = requested(origin=Origin.INVITATION)
    invitation = invite(account=row.case.requestor, case=row.case, email="a@firm.example")
    rows = (
        dict.fromkeys(CLIENTS_PAGES, row.case)
        | dict.fromkeys(ACTIONS, row)
        | {"cancel_invitation": invitation}
    )
    client.force_login(AttorneyFactory() if kind == "representative" else UserFactory(kind=kind))
    for method in (client.get, client.post):
        foreign = method(page(name, rows[name].public_id), {"email": "b@firm.example"})
        unknown = method(page(name, uuid.uuid4()), {"email": "b@firm.example"})
        assert foreign.status_code == unknown.status_code == 404 or (
            foreign.status_code == unknown.status_code == 405
        )
        assert foreign.content == unknown.content
    row.refresh_from_db()
    assert row.status == Status.REQUESTED


@pytest.mark.parametrize("name", CLIENTS_PAGES)
def test_a_representative_does_not_decide_who_else_represents_the_client(client, name):
    row = RepresentationFactory()
    client.force_login(row.representative)
    answer = client.post(page(name, row.case.public_id), {"email": "b@firm.example"})
    assert answer.status_code in (404, 405)
    assert not RepresentativePasscode.objects.exists()
    assert not row.case.invitations.exists()


def test_notices_about_a_representation_stay_readable_after_access_ends(client):
    row = RepresentationFactory()
    leave.revoke(account=row.case.requestor, representation=row)
    for account, title, link in (
        (row.case.requestor, "no longer represents you", "See your attorney or representative"),
        (row.representative, "You no longer represent", "See your clients"),
    ):
        client.force_login(account)
        assert title in text_of(client.get("/notices/"))
        notice = Notice.objects.get(addressee=account)
        assert link in text_of(client.get(f"/notices/{notice.public_id}/"))
        assert client.get(f"/notices/{notice.public_id}/notice.pdf").status_code == 404
    client.force_login(UserFactory())
    assert client.get(f"/notices/{notice.public_id}/").status_code == 404
