"""Every public form that takes text or ticks: who fills it in, where, and what they type."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from accounts.models import User
from appointments.caseload.services import bulk_reschedules
from appointments.reschedule.queries import Group
from tests.factories.accounts import AttorneyFactory, CaseFactory, UserFactory
from tests.factories.caseloads import client_of
from tests.factories.households import make_household
from tests.factories.scenarios import appointment_of
from tests.support.security_keys import register_security_key

WORDS = "My daughter’s wedding; I’m her only parent."
REASON = {"reason": "LIFE_EVENT", "explanation": WORDS}


@dataclass
class Form:
    """`sent_to` is the address that takes it, where that is not the page. Nothing secret is ever kept."""

    user: User | None
    page: str
    typed: dict[str, Any]
    sent_to: str = ""
    secret: dict[str, str] = field(default_factory=dict)
    is_kept_form: bool = True


def _reason():
    user = UserFactory()
    return Form(user, reverse("appointments:reason", args=[appointment_of(user).public_id]), REASON)


def _several_people():
    family = make_household(2)
    return Form(family[0].series.person.case.requestor, Group(tuple(family)).reason_address, REASON)


def _bulk():
    attorney = AttorneyFactory()
    picked = [client_of(attorney), client_of(attorney)]
    bulk = bulk_reschedules.add(account=attorney, appointments=picked)
    own = picked[1].public_id
    typed = {"reason": "TRAVEL", "explanation": "A trip", f"reason-{own}": "OTHER"}
    page = reverse("appointments:bulk_reasons", args=[bulk.public_id])
    return Form(attorney, page, typed | {f"explanation-{own}": WORDS})


def _ticks():
    attorney = AttorneyFactory()
    ticked = [str(client_of(attorney).public_id) for _ in range(2)]
    client_of(attorney)
    return Form(
        attorney,
        "/caseload/?state=allowed",
        {"words": "Haddad", "appointment": ticked},
        sent_to="/caseload/search/?state=allowed",
    )


def _client_search():
    attorney = AttorneyFactory()
    client_of(attorney)
    return Form(attorney, "/clients/", {"words": "Haddad"}, sent_to="/clients/search/", is_kept_form=False)


def _add_case():
    typed = {"receipt_number": "IOE0123456789"}
    return Form(UserFactory(), "/cases/add/", typed, secret={"access_code": "7F3K9Q2MDX4T8N2P"})


def _add_client():
    typed = {"receipt_number": "IOE0123456789"}
    return Form(AttorneyFactory(), "/clients/add/", typed, secret={"passcode": "7F3K9Q2MDX4T8N2P"})


def _invite():
    case = CaseFactory()
    page = reverse("appointments:representative", args=[case.public_id])
    return Form(case.requestor, page, {"email": "jo at firm"}, sent_to=page + "invite/")


def _apply():
    typed = {
        "kind": "accredited",
        "bar_state": "Tex",
        "bar_number": "24-1",
        "organization": "Help for All",
        "accreditation": "partial",
        "accreditation_expires_on": "2031-05-04",
    }
    return Form(UserFactory(), "/representative/apply/", typed)


def _profile():
    typed = {"name": "Half Written", "phone": "415", "language": "en"}
    return Form(UserFactory(), "/accounts/profile/", typed)


def _email():
    return Form(UserFactory(), "/accounts/email/", {"email": "new at home"})


def _new_passkey():
    return Form(UserFactory(), "/accounts/2fa/webauthn/add/", {"name": "My ph"})


def _passkey():
    user = UserFactory()
    key = register_security_key(user, "Red")
    return Form(user, reverse("mfa_edit_webauthn", kwargs={"pk": key.pk}), {"name": "Red ke"})


def _check_notice():
    return Form(UserFactory(), "/notices/check/", {"code": "7F3K-9Q"})


def _check_notice_as_visitor():
    return Form(None, "/notices/check/", {"code": "7F3K-9Q"})


def _sign_in():
    secret = {"password": "secret words"}
    return Form(None, "/accounts/login/?next=/notices/", {"login": "jo@examp"}, secret=secret)


def _sign_up():
    typed = {"name": "Half Written", "email": "jo@examp"}
    return Form(None, "/accounts/signup/", typed, secret={"password1": "secret words"})


def _reset():
    return Form(None, "/accounts/password/reset/", {"email": "jo@examp"})


BEHIND_SIGN_IN = {
    "reason": _reason,
    "several_people": _several_people,
    "bulk": _bulk,
    "caseload": _ticks,
    "client_search": _client_search,
    "add_case": _add_case,
    "add_client": _add_client,
    "invite": _invite,
    "apply": _apply,
    "profile": _profile,
    "email": _email,
    "new_passkey": _new_passkey,
    "passkey": _passkey,
}
FOR_EVERYONE = {
    "check_notice": _check_notice,
    "check_notice_as_visitor": _check_notice_as_visitor,
    "sign_in": _sign_in,
    "sign_up": _sign_up,
    "reset": _reset,
}
# The language switch takes along the kept form of a page, which a search of clients is not.
WITH_THE_LANGUAGE = (BEHIND_SIGN_IN | FOR_EVERYONE).keys() - {"client_search"}
FORMS = BEHIND_SIGN_IN | FOR_EVERYONE
