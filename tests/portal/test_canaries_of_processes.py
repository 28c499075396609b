"""Tests that real processes print no personal data, and the broker holds none, when everything fails."""

import io
import logging
from dataclasses import replace
from http.client import HTTPException

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from accounts.models import Message
from accounts.services import outbox
from appointments.models import Appointment, DeliveryConflict, Slot
from appointments.staff.services import staff_reschedule
from tests.factories.accounts import CaseFactory, UserFactory
from tests.factories.appointments import SlotFactory
from tests.factories.policy import reason
from tests.factories.scenarios import appointment_of, fill
from tests.factories.texts import WORDS
from tests.support.background import end, talkative_background
from tests.support.canaries import Canaries, Listener
from tests.support.database_complaints import database_that_complains
from tests.support.deliveries import Scheduler
from tests.support.http_clients import sign_in
from tests.support.waiting import eventually
from tests.support.web_server import serve_portal

__all__ = ["talkative_background"]

SECONDS = 60
NAME, DOMAIN, NUMBER = "Zebedee Quillfeather", "quillfeather.example", "ZQX90817"
SAID = "my cousin marries on Tobago"


@pytest.fixture
def canaries(monkeypatch):
    for kind, text in {
        "account": NAME + " {}",
        "address": "zq{}.canary@" + DOMAIN,
        "receipt_number": NUMBER + "{:05d}",
    }.items():
        monkeypatch.setitem(WORDS, kind, text)
    return Canaries(name="Quillfeather", domain=DOMAIN, number=NUMBER, explanation=SAID, phone="602-555-0173")


def lines_that_name(canaries, text):
    return [line for line in text.splitlines() if canaries.found_in(line)]


# --- The web server ------------------------------------------------------------------------------------


def meet_every_refusal(browser):
    """Return the statuses of pages on which every form is refused, in order."""
    account = UserFactory(name=NAME)
    appointment = appointment_of(account)
    here = f"/appointments/{appointment.public_id}"
    taken = SlotFactory(site=appointment.slot.site)
    browser = browser(account)
    met = [
        browser.get("/nothing/here/"),
        browser.get(f"/cases/{CaseFactory().public_id}/"),
        browser.post(f"{here}/reschedule/reason/", reason="", explanation=SAID),
        browser.post(f"{here}/reschedule/reason/", reason=reason().code, explanation=SAID),
    ]
    fill(taken)
    met += [
        browser.post(f"{here}/reschedule/times/", slot=taken.public_id),
        browser.post("/accounts/profile/", name=NAME, csrfmiddlewaretoken="x" * 32),
        browser.post("/accounts/profile/", **{f"{NAME} {number}": NAME for number in range(1001)}),
    ]
    met += refused_by_the_database(browser)
    visitor = replace(browser, session_key="none")
    visitor.post("/accounts/password/reset/", email=account.email)
    tries = [visitor.post("/feedback/", page="help", is_helpful="yes", comment=SAID) for _ in range(11)]
    return [answer.status for answer in [*met, tries[-1]]]


def refused_by_the_database(browser):
    fields = {
        "name": NAME + " II",
        "phone": "602-555-0173",
        "language": "en",
        "notification_channel": "email",
    }
    for code in ("P0001", "40001"):
        with database_that_complains("accounts_user", code):
            yield browser.post("/accounts/profile/", **fields)
    for page in ("page", "question"):
        yield browser.get(f"/faulty/{page}/")


@pytest.mark.processes
def test_the_web_server_prints_no_name_whatever_goes_wrong(committed_data, canaries, tmp_path, mail_sink):
    cache.clear()
    printed = tmp_path / "gunicorn.log"
    with (
        printed.open("wb") as log,
        serve_portal(
            workers=1, log=log, log_level="debug", settings_module="tests.support.settings_with_faults"
        ) as portal,
    ):
        met = meet_every_refusal(lambda account: sign_in(account, port=portal.port))
        file = sign_in(UserFactory(), port=portal.port)
        with pytest.raises((HTTPException, ConnectionError)):
            file.get("/faulty/file/")
    text = printed.read_text("utf-8", "replace")
    assert met == [404, 404, 422, 302, 409, 403, 413, 500, 503, 500, 500, 429]
    assert text.count("SQLSTATE 22P02") >= 2
    assert "VariableDoesNotExist (the template context has no nobody)" in text
    assert "in lines" in text
    assert lines_that_name(canaries, text) == []


# --- The workers ---------------------------------------------------------------------------------------


@pytest.mark.processes
def test_workers_and_beat_print_no_name_and_the_broker_holds_none(talkative_background, canaries, mail_sink):
    background = talkative_background
    accounts = [UserFactory(), UserFactory()]
    mail_sink.refused[accounts[0].email] = f"550 {accounts[0].email} is unknown here"
    outbox.queue_notice_mail(
        accounts=accounts, template="appointments/notices/email/notice", context={"week_of": "2026-07-06"}
    )
    with database_that_complains("accounts_message", "P0001"):
        beat, worker = background.start_beat(), background.start_worker()
        eventually(lambda: "SQLSTATE P0001" in background.printed_by("worker"), within=SECONDS)
    eventually(lambda: Message.objects.filter(state=Message.State.SENT).exists(), within=SECONDS)
    eventually(lambda: "not sent" in background.printed_by("worker"), within=SECONDS)
    held = background.broker.everything_in_it().decode("latin-1")
    end(beat)
    end(worker)
    printed = background.printed_by("worker") + background.printed_by("beat")
    assert len(printed.splitlines()) > 20
    assert lines_that_name(canaries, printed + held) == []


# --- The import ----------------------------------------------------------------------------------------


@pytest.fixture
def scheduler(tmp_path):
    return Scheduler(tmp_path)


@pytest.fixture
def printed_by_import(tmp_path):
    """Return a function that runs the command and returns what it printed and logged."""

    def run(directory):
        listener, said = Listener(), io.StringIO()
        root, level = logging.getLogger(), logging.getLogger().level
        listener.hear_log(root.addHandler)
        root.setLevel(logging.DEBUG)
        try:
            call_command(
                "import_schedule",
                directory.path,
                conflicts=tmp_path / "conflicts.csv",
                faults=tmp_path / "faults.csv",
                stdout=said,
                stderr=said,
            )
        except CommandError as error:
            said.write(str(error))
        finally:
            root.removeHandler(root.handlers[-1])
            root.setLevel(level)
        return said.getvalue(), "\n".join(listener.log_lines)

    return run


def deliver_canaries(scheduler):
    """Deliver one person with one appointment, the row to be edited, and two more slots."""
    slots = [scheduler.slot(days) for days in (10, 11, 12)]
    person = scheduler.person(filed_by_email=f"zq.canary@{DOMAIN}", filing_channel="online")
    scheduler.row("people.csv")["name"] = NAME
    for file in ("cases.csv", "people.csv"):
        scheduler.row(file)["receipt_number"] = NUMBER + "00001"
    return scheduler.appointment("A1", person, slots[0])


def test_the_import_prints_and_logs_no_name(reference_data, scheduler, canaries, printed_by_import):
    deliver_canaries(scheduler)
    printed, logged = printed_by_import(scheduler.deliver(hours=9))
    assert "appointments new: 1" in printed
    assert lines_that_name(canaries, printed + logged) == []


def test_a_conflict_names_the_case_only_in_its_file(
    reference_data, scheduler, canaries, printed_by_import, tmp_path
):
    row = deliver_canaries(scheduler)
    printed_by_import(scheduler.deliver(hours=9))
    [scheduled] = Appointment.objects.select_related("series")
    staff_reschedule.reschedule_by_agency(
        actor=None, appointment=scheduled, slot=Slot.objects.order_by("starts_at")[1]
    )
    row["starts_at"] = scheduler.row("slots.csv", 2)["starts_at"]
    printed, logged = printed_by_import(scheduler.deliver(hours=8))
    assert DeliveryConflict.objects.exists()
    assert "conflicts.csv" in printed
    assert lines_that_name(canaries, printed + logged) == []
    assert canaries.found_in((tmp_path / "conflicts.csv").read_text("utf-8")) == {"number"}


def test_a_fault_quotes_its_own_cell_and_logs_nothing(
    reference_data, scheduler, canaries, printed_by_import, tmp_path
):
    """The sender must learn which value is wrong, but the rest of the row is not repeated."""
    row = deliver_canaries(scheduler)
    row["starts_at"] = "2026-13-45T99:99"
    printed, logged = printed_by_import(scheduler.deliver(hours=9))
    assert "2026-13-45T99:99" in printed
    kept = (tmp_path / "faults.csv").read_text("utf-8")
    assert lines_that_name(canaries, printed + logged + kept) == []
