"""Distinctive names and numbers go through every journey, and are heard in no log line, mail or address."""

import inspect
import logging
import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Message, User
from accounts.services import outbox
from accounts.services.access_codes import issue_access_code
from accounts.units import Unit
from appointments.models import Hold, Move, Notice
from appointments.services.reap import record_heartbeat
from portal.celery import app
from tests.admin import sign_in_staff
from tests.factories.accounts import (
    CaseFactory,
    PersonFactory,
    RepresentationFactory,
    UserFactory,
    officer_of,
)
from tests.factories.appointments import AppointmentFactory, ChainFactory, SlotFactory
from tests.portal.canaries import Canaries, Listener
from tests.races import Started, gate_before

pytestmark = pytest.mark.usefixtures("reference_data")

PASSWORD = "quite unguessable words here"
ANA = {"name": "Zebedee Quillfeather", "email": "zq.canary@quillfeather.example"}
LAWYER = {"name": "Ottoline Wrenchurch", "email": "ow.canary@wrenchurch.example"}


@pytest.fixture
def canaries():
    return Canaries(
        name=ANA["name"],
        surname="Quillfeather",
        address=ANA["email"],
        lawyer="Wrenchurch",
        lawyers_address=LAWYER["email"],
        person="Peregrina Quillfeather",
        receipt_number="ZQX9081726354",
        other_receipt_number="ZQY8172635409",
        explanation="my cousin marries on Tobago",
        telephone="602-555-0173",
        note="caller was weeping badly",
        bar_number="QX-4415-77",
        password=PASSWORD,
    )


@pytest.fixture
def listener():
    listener, root, added = Listener(), logging.getLogger(), []
    before = root.level

    def add(handler):
        added.append(handler)
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)

    listener.hear_log(add)
    listener.hear_tasks()
    yield listener
    listener.stop_hearing_tasks()
    for handler in added:
        root.removeHandler(handler)
    root.setLevel(before)


def link_in(sink, address, part):
    """The newest link of that kind in a mail to the address."""
    outbox.send_due()
    found = [
        link
        for delivery in sink.to(address)
        for link in re.findall(r"https?://[^/\s]+(/\S+)", delivery.text)
        if part in link
    ]
    return found[-1]


def sign_up(browser, sink, who):
    """Signs up, opens the link of the mail, and signs in."""
    browser.post(reverse("account_signup"), {**who, "password1": PASSWORD, "password2": PASSWORD})
    link = link_in(sink, who["email"], "confirm-email")
    browser.get(link)
    browser.post(link)
    browser.post(reverse("account_login"), {"login": who["email"], "password": "wrong " + PASSWORD})
    browser.post(reverse("account_login"), {"login": who["email"], "password": PASSWORD})
    return User.objects.get(email=who["email"])


def make_case(receipt_number, canaries):
    """A case that is nobody's yet, with a person and a standing appointment."""
    case = CaseFactory(requestor=None, receipt_number=receipt_number)
    person = PersonFactory(case=case, name=canaries.known["person"])
    return case, AppointmentFactory(chain=ChainFactory(person=person))


def applicant_moves(browser, sink, canaries, appointment):
    """Sign-up to receipt: adds the case, states a reason, holds, confirms, reads the notice in every form."""
    sign_up(browser, sink, ANA)
    case = appointment.chain.person.case
    code = issue_access_code(case=case)
    canaries.add(code=code)
    add, number = reverse("accounts:add_case"), case.receipt_number
    browser.post(add, {"receipt_number": number, "access_code": "0" * 16})
    browser.post(add, {"receipt_number": "ZQXO081726354", "access_code": code})
    browser.post(add, {"receipt_number": number, "access_code": code})
    browser.get(reverse("appointments:list"))
    page = {"args": [appointment.public_id]}
    browser.get(reverse("appointments:detail", **page))
    said = f"{canaries.known['explanation']}, {canaries.known['telephone']}"
    browser.post(reverse("appointments:reason", **page), {"reason": "OTHER", "explanation": ""})
    browser.post(reverse("appointments:reason", **page), {"reason": "OTHER", "explanation": said})
    slot = SlotFactory(site=appointment.slot.site)
    browser.get(reverse("appointments:times", **page))
    browser.post(reverse("appointments:times", **page), {"slot": str(slot.public_id)})
    hold = {"args": [Hold.objects.get().public_id]}
    browser.get(reverse("appointments:review", **hold))
    browser.post(reverse("appointments:extend", **hold))
    browser.post(reverse("appointments:confirm", **hold))
    move = Move.objects.get()
    canaries.add(confirmation_number=move.confirmation_number)
    browser.get(reverse("appointments:receipt", args=[move.public_id]))
    notice = Notice.objects.get(move=move)
    canaries.add(verification_code=notice.verification_code)
    browser.get(reverse("appointments:notices"))
    for name in ("notice", "notice_pdf", "notice_calendar"):
        browser.get(reverse(f"appointments:{name}", args=[notice.public_id]))
    browser.post(reverse("appointments:check_notice"), {"code": notice.verification_code})
    browser.post(reverse("account_reset_password"), {"email": ANA["email"]})
    browser.post(reverse("appointments:release", **hold))
    return move


def lawyer_applies(browser, sink, canaries):
    """Sign-up, the papers, and a page of a client's; returns the application."""
    account = sign_up(browser, sink, LAWYER)
    papers = {"kind": "attorney", "bar_state": "TX", "bar_number": canaries.known["bar_number"]}
    browser.post(reverse("accounts:apply_representative"), {**papers, "bar_state": "QQ"})
    browser.post(reverse("accounts:apply_representative"), papers)
    browser.get(reverse("accounts:representative"))
    return account.representative_profile


def staff_act(browser, canaries, application, appointment, free_case):
    """Verifies the lawyer, moves for a caller, issues a letter, closes a case; looks at lists and history."""
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS, Unit.AUDITORS)
    sign_in_staff(browser, officer)
    note = {"note": canaries.known["note"]}
    seen = {"seen_at": application.submitted_at.isoformat()}
    browser.get(reverse("admin:accounts_representativeprofile_changelist"))
    browser.post(reverse("admin:application_verify", args=[application.pk]), {**note, **seen})
    case = appointment.chain.person.case
    for name in ("accounts_case", "appointments_move", "appointments_notice"):
        browser.get(reverse(f"admin:{name}_changelist"))
    browser.get(reverse("admin:accounts_case_change", args=[case.pk]))
    here = {"args": [case.pk, appointment.public_id]}
    browser.post(reverse("admin:case_call", **here), {"reason": "ILLNESS", "explanation": "", **note})
    slot = SlotFactory(site=appointment.slot.site)
    browser.get(reverse("admin:case_call_times", **here))
    browser.get(reverse("admin:case_call_review", **here), {"slot": str(slot.public_id)})
    browser.post(reverse("admin:case_call_review", **here), {"slot": str(slot.public_id)})
    browser.get(reverse("admin:case_call_done", **here))
    browser.post(reverse("admin:case_issue_code", args=[free_case.pk]), {"language": "es"})
    browser.post(reverse("admin:case_close", args=[case.pk]), {"status": "closed", **note})
    browser.get(reverse("admin:accounts_case_history", args=[case.pk]))
    application.refresh_from_db()
    seen = {"seen_at": application.verified_at.isoformat(), "refusal": "unclear"}
    browser.get(reverse("admin:application_end", args=[application.pk]))
    browser.post(reverse("admin:application_end", args=[application.pk]), {**note, **seen})
    browser.get(reverse("admin:index"))


@pytest.fixture
def heard(canaries, listener, mail_sink):
    """Every journey has been gone through; what the listener and the mail server heard."""
    _case, appointment = make_case(canaries.known["receipt_number"], canaries)
    free_case, _ = make_case(canaries.known["other_receipt_number"], canaries)
    move = applicant_moves(listener.browser(), mail_sink, canaries, appointment)
    lawyer = listener.browser()
    application = lawyer_applies(lawyer, mail_sink, canaries)
    RepresentationFactory(case=move.chain.person.case, representative=application.user)
    lawyer.get(reverse("appointments:detail", args=[move.to_appointment.public_id]))
    staff_act(listener.browser(), canaries, application, move.to_appointment, free_case)
    lawyer.get(reverse("appointments:list"))
    outbox.send_due()
    # A mail server that repeats the address, as they do.
    mail_sink.refused[ANA["email"]] = f"550 {ANA['email']} is unknown here"
    listener.browser().post(reverse("account_reset_password"), {"email": ANA["email"]})
    outbox.send_due()
    assert Move.objects.count() == 2
    return listener


def said_by(mail):
    """A mail but for its address line."""
    headers = [f"{name}: {value}" for name, value in mail.message.items() if name != "To"]
    return "\n".join([*headers, mail.text])


def test_nothing_that_leaves_the_pages_names_anyone(heard, canaries, mail_sink, client):
    """Log lines, mails, addresses, headers, messages to the broker, and what the health checks say."""
    record_heartbeat("beat")
    health = [client.get(reverse(name)) for name in ("health_live", "health_ready")]
    places = {
        "log": heard.log_lines,
        "mail": [said_by(mail) for mail in mail_sink.deliveries],
        "address": heard.addresses,
        "header": heard.headers,
        "health": [f"{answer.headers} {answer.content.decode()}" for answer in health],
    }
    told = {address for mail in mail_sink.deliveries for address in mail.to}
    assert told == {ANA["email"], LAWYER["email"]}
    heard_enough = {"log": 4, "mail": 6, "address": 200, "header": 200, "health": 2}
    assert {place for place, least in heard_enough.items() if len(places[place]) < least} == set()
    leaks = [(place, line) for place, lines in places.items() for line in lines if canaries.found_in(line)]
    assert leaks == []
    assert heard.tasks == []


def test_no_task_takes_anything():
    """So nothing can be in the broker but the names of tasks."""
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) >= 3
    for task in ours:
        assert not inspect.signature(task.run).parameters, task.name


def test_control_the_pages_themselves_name_all_but_secrets(heard, canaries):
    shown = set().union(*(canaries.found_in(page) for page in heard.pages))
    kept = {"code", "password"}
    assert shown >= canaries.known.keys() - kept
    assert "password" not in shown


def test_control_a_line_a_task_and_an_address_that_name_someone_are_heard(listener, canaries, client):
    logging.getLogger("django.request").warning("no case %s", "zqx9081726354")
    assert canaries.found_in(listener.log_lines[-1]) == {"receipt_number"}
    listener.browser().get(reverse("help"), {"q": ANA["name"]})
    assert "name" in canaries.found_in("".join(listener.addresses))


def make_the_database_complain():
    """The address is another account's; PostgreSQL says so, with the row."""
    UserFactory(email=ANA["email"])
    with transaction.atomic():
        User.objects.create(email=ANA["email"], name=ANA["name"])


def test_what_postgresql_quotes_of_a_row_is_in_no_line_and_no_traceback(listener, canaries):
    logger = logging.getLogger("portal")
    with pytest.raises(IntegrityError, match=re.escape(ANA["email"])) as complaint:
        make_the_database_complain()
    error = complaint.value
    logger.error("failed", exc_info=error)
    logger.error("failed: %s", error)
    # As Celery's worker does.
    logger.error("failed: %(exc)s", {"exc": repr(error)}, exc_info=error)
    lines = listener.log_lines[-3:]
    assert not any(canaries.found_in(line) for line in lines)
    assert all("django.db.utils.IntegrityError (SQLSTATE 23505)" in line for line in lines)
    assert "psycopg.errors.UniqueViolation (SQLSTATE 23505)" in lines[0]
    assert "in make_the_database_complain" in lines[0]


def test_any_other_error_is_logged_as_it_is(listener):
    error = LookupError("no such thing")
    logging.getLogger("portal").error("failed: %s", error, exc_info=error)
    assert "failed: no such thing" in listener.log_lines[-1]
    assert "LookupError: no such thing" in listener.log_lines[-1]


def test_two_who_sign_up_with_one_address_at_once_are_answered_alike_and_logged_nowhere(
    committed_data, listener, canaries, monkeypatch
):
    fields = {**ANA, "password1": PASSWORD, "password2": PASSWORD}
    browsers = [Client(raise_request_exception=False) for _ in range(2)]
    gate = gate_before(monkeypatch.setattr, User, "save")
    first = Started(lambda: browsers[0].post(reverse("account_signup"), fields))
    gate.until_reached()
    second = browsers[1].post(reverse("account_signup"), fields)
    gate.open()
    answers = [first.outcome().result, second]
    sent_on = (302, reverse("account_email_verification_sent"))
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [sent_on, sent_on]
    assert User.objects.get().email == ANA["email"]
    # No address gets two such mails within minutes.
    assert Message.objects.get().account == User.objects.get()
    assert [line for line in listener.log_lines if canaries.found_in(line)] == []
