"""Ending something for good: the page that asks first, the reason, and what each side reads afterwards."""

import re
from datetime import timedelta

import pytest

from accounts.models import Representation, RepresentativePasscode
from accounts.representation_states import Action
from appointments.cases.facts import EventKind
from appointments.cases.presenters.history import SENTENCES
from appointments.representation.presenters import endings, outcomes
from appointments.representation.services import leave
from appointments.representation.services.invite import cancel_invitation, invite
from tests.appointments.representation.pages import page, text_of
from tests.factories.accounts import (
    AttorneyFactory,
    CaseFactory,
    RepresentationFactory,
    UserFactory,
    requested,
)

pytestmark = pytest.mark.usefixtures("reference_data")
Status, Origin, EndReason = Representation.Status, Representation.Origin, Representation.EndReason


def by_client(row):
    return row.case.requestor


def by_representative(row):
    return row.representative


@pytest.mark.parametrize(
    ("name", "make", "account", "title", "ended"),
    [
        ("revoke", RepresentationFactory, by_client, "End this representation?", Status.REVOKED),
        ("withdraw", RepresentationFactory, by_representative, "Stop representing", Status.WITHDRAWN),
        ("withdraw", requested, by_representative, "Cancel your request?", Status.WITHDRAWN),
        ("decline", requested, by_client, "Decline this request?", Status.DECLINED),
        (
            "decline",
            lambda: requested(origin=Origin.INVITATION),
            by_representative,
            "Decline this invitation?",
            Status.DECLINED,
        ),
    ],
)
def test_a_page_asks_of_whom_and_why_before_it_ends(client, name, make, account, title, ended):
    row = make()
    client.force_login(account(row))

    asked = text_of(client.get(page(name, row.public_id)))

    row.refresh_from_db()
    assert row.ended_at is None
    assert title in asked
    assert row.case.receipt_number in asked
    assert all(heading in asked for heading in ("What ends", "What stays", "Why? (optional)"))

    answer = client.post(page(name, row.public_id), {"reason": EndReason.MISTAKE}, follow=True)

    row.refresh_from_db()
    assert (row.status, row.end_reason) == (ended, EndReason.MISTAKE)
    assert "Reason: Wrong person or case." in text_of(answer)


def test_an_unknown_reason_ends_nothing_and_is_an_error(client):
    row = RepresentationFactory()
    client.force_login(row.case.requestor)

    answer = client.post(page("revoke", row.public_id), {"reason": "because"})

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (422, Status.IN_FORCE)
    assert "Choose an answer from the list." in text_of(answer)


@pytest.mark.parametrize("name", ["revoke", "withdraw", "decline"])
def test_a_page_for_what_has_ended_leads_back_and_says_so(client, name):
    row = RepresentationFactory()
    leave.revoke(account=row.case.requestor, representation=row)
    client.force_login(row.case.requestor)

    answer = client.get(page(name, row.public_id), follow=True)

    assert answer.redirect_chain == [(page("representative", row.case.public_id), 302)]
    assert "already answered or has ended" in text_of(answer)


def test_a_page_asks_before_an_invitation_is_canceled(client):
    case = CaseFactory()
    invitation = invite(account=case.requestor, case=case, email="maya@firm.example")
    client.force_login(case.requestor)

    asked = text_of(client.get(page("cancel_invitation", invitation.public_id)))

    invitation.refresh_from_db()
    assert invitation.cancelled_at is None
    assert "Cancel this invitation?" in asked
    assert "maya@firm.example" in asked
    cancel_invitation(account=case.requestor, invitation=invitation)
    assert client.get(page("cancel_invitation", invitation.public_id)).status_code == 302


def test_only_the_two_sides_read_the_reason_in_the_history():
    row = RepresentationFactory()
    leave.revoke(account=row.case.requestor, representation=row, reason=EndReason.CONFLICT)
    row = Representation.objects.with_sides().get(pk=row.pk)

    def read(reader):
        return SENTENCES[EventKind.NO_LONGER_REPRESENTED](row, reader)

    for side in (row.case.requestor, row.representative):
        assert "Reason: Conflict of interest." in read(side)
    assert "Conflict" not in read(AttorneyFactory())


def test_each_request_of_a_representative_shows_its_outcome(client):
    attorney = AttorneyFactory()
    declined = requested(representative=attorney)
    client.force_login(declined.case.requestor)
    client.post(page("decline", declined.public_id))
    client.force_login(attorney)

    shown = text_of(client.get(page("clients")))

    assert "Past clients and requests" in shown
    assert declined.case.receipt_number in shown
    assert "Your client declined your request on" in shown
    assert declined.case.requestor.name not in shown


def test_every_way_to_end_has_a_text_for_each_side():
    ended = {Status.WITHDRAWN, Status.REVOKED, Status.SUPERSEDED, Status.EXPIRED, Status.CLOSED}
    never = (ended - {Status.REVOKED}) | {Status.DECLINED}

    assert set(outcomes.TO_CLIENT_IN_FORCE) == set(outcomes.TO_REPRESENTATIVE_IN_FORCE) == ended
    assert set(outcomes.TO_CLIENT_REQUEST) == set(outcomes.TO_REPRESENTATIVE_REQUEST) == never
    assert set(outcomes.TO_REPRESENTATIVE_INVITATION) == never


@pytest.mark.parametrize("action", [Action.REVOKE, Action.WITHDRAW, Action.DECLINE])
def test_no_page_asks_before_an_action_that_is_not_possible(action):
    row = RepresentationFactory()
    possible = {Action.REVOKE: row.case.requestor, Action.WITHDRAW: row.representative}

    for reader in (row.case.requestor, row.representative):
        found = endings.find_end_page(row, action, reader)
        assert (found is not None) == (possible.get(action) == reader)


# --- A passcode that is shown once ------------------------------------------------------------------------

CODE = re.compile(r"[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}")


@pytest.fixture
def case(client):
    case = CaseFactory()
    client.force_login(case.requestor)
    return case


def make_passcode(client, case):
    [code] = CODE.findall(text_of(client.post(page("passcode", case.public_id), follow=True)))
    return code


def test_a_new_passcode_survives_a_change_of_the_language(client, case):
    code = make_passcode(client, case)

    client.post("/language/", {"to_language": "es", "next": page("passcode", case.public_id)})

    again = text_of(client.get(page("passcode", case.public_id)))
    assert code in again
    assert 'lang="es"' in again
    assert code not in str(dict(client.session))
    assert RepresentativePasscode.objects.count() == 1


def test_a_passcode_is_replaced_with_one_click_and_the_old_one_ends(client, case):
    first = make_passcode(client, case)
    second = make_passcode(client, case)

    assert first != second
    assert first not in text_of(client.get(page("passcode", case.public_id)))
    old, _new = RepresentativePasscode.objects.order_by("pk")
    assert old.expires_at <= _new.issued_at


@pytest.mark.parametrize("how", ["left", "waited", "other case", "other account"])
def test_a_passcode_is_not_shown_again_after_its_page(client, case, shift_clock, how):
    code = make_passcode(client, case)
    address = page("passcode", case.public_id)
    if how == "left":
        client.get(page("representative", case.public_id))
    elif how == "waited":
        shift_clock(timedelta(minutes=10, seconds=1))
    elif how == "other case":
        address = page("passcode", CaseFactory(requestor=case.requestor).public_id)
    else:
        client.force_login(UserFactory())

    assert code not in text_of(client.get(address))
