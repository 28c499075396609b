"""Tests that personal data from every journey appears in no log line, mail or URL."""

import inspect
import logging
import re
from base64 import b64decode
from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import VariableDoesNotExist
from django.test import Client
from django.urls import reverse

from accounts.models import Message, User
from accounts.services import outbox
from appointments.booking.expiry import record_heartbeat
from appointments.models import Notice, Reschedule
from portal.celery import app
from tests.factories.accounts import RepresentationFactory, UserFactory
from tests.factories.texts import WORDS
from tests.support import demo_urls
from tests.support.canaries import NOT_THE_PORTALS, Canaries, Listener
from tests.support.canary_account import (
    NEW_PASSWORD,
    add_an_officer,
    change_everything,
    leave,
    set_a_first_password,
)
from tests.support.canary_journeys import (
    ANA,
    LAWYER,
    PASSWORD,
    applicant_reschedules,
    lawyer_applies,
    make_case,
    staff_act,
)
from tests.support.canary_walk import Walk
from tests.support.races import Started, gate_before
from tests.support.url_pages import PAGES
from tests.support.url_table import TABLE
from tests.support.url_world import keep_holds, make_world

pytestmark = [pytest.mark.usefixtures("reference_data"), pytest.mark.urls(demo_urls.__name__)]

CANARY_WORDS = {
    "account": "Zebedee Quillfeather {}",
    "address": "zq{}.canary@quillfeather.example",
    "receipt_number": "ZQX90817{:05d}",
    "adoption_number": "ZQY90817{:05d}",
    "client": "Peregrina Quillfeather",
    "member": "Ottoline Quillfeather {}",
}
PASSWORDS = {"password", "new_password"}
# Signing in with a mailed code is turned off, and staff sign in at allauth's page.
NEVER_DONE = {
    ("account_confirm_login_code", "GET"),
    ("account_confirm_login_code", "POST"),
    ("admin:login", "POST"),
}
ALSO_POSTED = {"admin:accounts_user_add", "admin:accounts_user_change"}


@pytest.fixture
def canaries():
    return Canaries(
        name=ANA["name"],
        surname="Quillfeather",
        address=ANA["email"],
        domain="quillfeather.example",
        lawyer="Wrenchurch",
        lawyers_address=LAWYER["email"],
        person="Peregrina Quillfeather",
        new_name="Hepzibah Quillfeather",
        receipt_number="ZQX9081726354",
        other_receipt_number="ZQY9081735409",
        any_number="ZQX90817",
        any_adoption_number="ZQY90817",
        explanation="my cousin marries on Tobago",
        telephone="602-555-0173",
        note="caller was weeping badly",
        bar_number="QX-4415-77",
        key_name="Zebedee blue key",
        officer="Philomena Quillfeather",
        officers_address="officer.canary@quillfeather.example",
        password=PASSWORD,
        new_password=NEW_PASSWORD,
    )


@pytest.fixture
def listener():
    listener, root, added = Listener(), logging.getLogger(), []
    before = root.level
    others = {name: logging.getLogger(name).level for name in NOT_THE_PORTALS}
    for name in others:
        logging.getLogger(name).setLevel(logging.WARNING)

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
    for name, level in others.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def heard(canaries, listener, mail_sink, tmp_path, monkeypatch):
    """Run every journey and visit every URL. Return what the listener and the mail server collected."""
    monkeypatch.setenv("PORTAL_MAIL_FOLDER", str(tmp_path / "mail"))
    for kind, text in CANARY_WORDS.items():
        monkeypatch.setitem(WORDS, kind, text)
    go_through_journeys(listener, canaries, mail_sink)
    walk_everywhere(listener, canaries, tmp_path / "mail")
    notices = Notice.objects.exclude(verification_code=None)
    canaries.add(
        **{
            f"number_{reschedule.pk}": reschedule.confirmation_number
            for reschedule in Reschedule.objects.all()
        }
    )
    canaries.add(**{f"proof_{notice.pk}": notice.verification_code for notice in notices})
    return listener


def walk_everywhere(listener, canaries, mail_folder):
    world, accounts = make_world(mail_folder)
    keep_holds()
    canaries.add(free_code=world.values["free_code"], passcode=world.values["passcode"])
    written = ("name", "note", "explanation", "bar_number")
    texts = {name: canaries.known[name] for name in written} | {
        "phone": canaries.known["telephone"],
        "email": "invited.canary@quillfeather.example",
        "words": canaries.known["person"],
        "q": canaries.known["name"],
    }
    Walk(listener, world, accounts, texts).go()


def go_through_journeys(listener, canaries, sink):
    """Run the journeys from signing up to deleting the account, with the mail of each step."""
    _case, appointment = make_case(canaries.known["receipt_number"], canaries)
    free_case, _ = make_case(canaries.known["other_receipt_number"], canaries)
    reschedule = applicant_reschedules(listener.browser(), sink, canaries, appointment)
    lawyer = listener.browser()
    application = lawyer_applies(lawyer, sink, canaries)
    RepresentationFactory(case=reschedule.series.person.case, representative=application.user)
    lawyer.get(reverse("appointments:detail", args=[reschedule.to_appointment.public_id]))
    staff_act(listener.browser(), canaries, application, reschedule.to_appointment, free_case)
    lawyer.get(reverse("appointments:list"))
    outbox.send_due()
    # A mail server that repeats the address in its answer, as real ones do.
    sink.refused[ANA["email"]] = f"550 {ANA['email']} is unknown here"
    listener.browser().post(reverse("account_reset_password"), {"email": ANA["email"]})
    outbox.send_due()
    del sink.refused[ANA["email"]]
    account = User.objects.get(email=ANA["email"])
    change_everything(listener, sink, canaries, account)
    set_a_first_password(listener, canaries)
    add_an_officer(listener, canaries)
    leave(listener, sink, canaries, account)
    outbox.send_due()


def said_by(mail):
    """Return a mail without its To line: every header, and every part as its reader sees it."""
    headers = [f"{name}: {value}" for name, value in mail.message.items() if name != "To"]
    parts = [part.get_content() for part in mail.message.walk() if not part.is_multipart()]
    return "\n".join([*headers, *map(str, parts)])


def kept_in_the_cache():
    """Return every row of the table of rate limits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        return [f"{key} {b64decode(value).decode('latin-1')}" for key, value in cursor.fetchall()]


def test_no_personal_data_leaves_the_pages(heard, canaries, mail_sink, client):
    """Checks log lines, mails, URLs, headers, messages to the broker, and the health checks."""
    record_heartbeat("beat")
    health = [client.get(reverse(name)) for name in ("health_live", "health_ready")]
    places = {
        "log": heard.log_lines,
        "mail": [said_by(mail) for mail in mail_sink.deliveries],
        "address": heard.addresses,
        "header": heard.headers,
        "health": [f"{answer.headers} {answer.content.decode()}" for answer in health],
        "cache": kept_in_the_cache(),
    }
    shown = canaries.found_in("\n".join(heard.pages))
    heard_enough = {"log": 100, "mail": 30, "address": 2000, "header": 2000, "health": 2, "cache": 1}
    wrong = {
        "leaks": {(place, line) for place, lines in places.items() for line in canaries.found_among(lines)},
        "mails that name whom they are sent to": {
            str(mail.message["To"]) for mail in mail_sink.deliveries if (str(mail.message["To"]),) != mail.to
        },
        "messages to the broker": heard.tasks,
        "places of which too little was heard": {
            place for place, least in heard_enough.items() if len(places[place]) < least
        },
        "faults of ours": {status: pages for status, pages in heard.statuses.items() if status >= 500},
        "never done": not_gone_through(heard),
        "never shown on a page": canaries.given - shown - PASSWORDS,
        "shown though secret": PASSWORDS & shown,
    }
    assert {what: found for what, found in wrong.items() if found} == {}


def not_gone_through(heard):
    """Return what the URL table says can be done and no journey did."""
    first = {page.route: page.key for page in reversed(PAGES)}
    wanted = {
        (page.key, method.upper())
        for page in PAGES
        if TABLE[page.key].get_in and first[page.route] == page.key
        for method in TABLE[page.key].methods
    }
    wanted |= {(key, "POST") for key in ALSO_POSTED}
    return sorted(wanted - NEVER_DONE - heard.visits)


def test_no_task_takes_arguments():
    """Then the broker can hold only names of tasks."""
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) >= 3
    for task in ours:
        assert not inspect.signature(task.run).parameters, task.name


def test_control_personal_data_in_a_line_a_task_and_a_url_is_found(listener, canaries, client):
    logging.getLogger("django.request").warning("no case %s", "zqx9081726354")
    assert canaries.found_in(listener.log_lines[-1]) == {"receipt_number", "any_number"}
    listener.browser().get(reverse("help"), {"q": ANA["name"]})
    assert "name" in canaries.found_in("".join(listener.addresses))


def make_the_database_complain():
    """Violate a unique constraint on an address, so that PostgreSQL quotes the row."""
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
    # As in Celery's worker.
    logger.error("failed: %(exc)s", {"exc": repr(error)}, exc_info=error)
    lines = listener.log_lines[-3:]
    assert not any(canaries.found_in(line) for line in lines)
    assert all("django.db.utils.IntegrityError (SQLSTATE 23505)" in line for line in lines)
    assert "psycopg.errors.UniqueViolation (SQLSTATE 23505)" in lines[0]
    assert "in make_the_database_complain" in lines[0]


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (
            VariableDoesNotExist("no %s in %r", ("title", ANA)),
            "VariableDoesNotExist (the template context has no title",
        ),
        (SMTPRecipientsRefused({ANA["email"]: (550, b"unknown")}), "SMTPRecipientsRefused (answer unknown)"),
        (SMTPDataError(554, f"{ANA['email']} is unwanted".encode()), "SMTPDataError (answer 554)"),
    ],
)
def test_what_templates_and_mail_servers_quote_is_in_no_line_and_no_traceback(
    listener, canaries, error, logged
):
    logger = logging.getLogger("portal")
    logger.error("failed", exc_info=error)
    logger.error("failed: %s", error)
    logger.error("failed: %(exc)s", {"exc": repr(error)}, exc_info=error)
    lines = listener.log_lines[-3:]
    assert canaries.found_in(str(error))
    assert canaries.found_among(lines) == []
    assert all(logged in line for line in lines)


def test_any_other_error_is_logged_unchanged(listener):
    error = LookupError("no such thing")
    logging.getLogger("portal").error("failed: %s", error, exc_info=error)
    assert "failed: no such thing" in listener.log_lines[-1]
    assert "LookupError: no such thing" in listener.log_lines[-1]


def test_two_who_sign_up_with_one_address_at_once_are_answered_alike_and_logged_nowhere(
    committed_data, listener, canaries, monkeypatch
):
    fields = {**ANA, "password1": PASSWORD}
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
    # An address does not get two such mails within minutes.
    assert Message.objects.get().account == User.objects.get()
    assert [line for line in listener.log_lines if canaries.found_in(line)] == []
