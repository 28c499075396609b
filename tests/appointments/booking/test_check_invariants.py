"""The check_invariants command: its output and its exit code."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from appointments.booking.invariants import CHECKS, find_violations
from appointments.management.commands import check_invariants
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.reschedules import reschedule_online


def run(capsys, *options):
    """Return (exit code, output)."""
    code = 0
    try:
        call_command("check_invariants", *options)
    except SystemExit as exit_:
        code = exit_.code
    return code, capsys.readouterr().out


def test_without_violations_the_command_exits_with_zero(committed_data, capsys):
    reschedule_online(AppointmentFactory())
    assert run(capsys) == (0, f"All {len(CHECKS)} invariants hold.\n")


@pytest.mark.breaks_invariants
def test_prints_one_line_per_violation_and_exits_with_one(committed_data, capsys):
    slots = [SlotFactory(capacity=3, taken=taken) for taken in (1, 2)]
    code, printed = run(capsys)
    assert code == 1
    assert sorted(printed.splitlines()) == [
        f"taken_equals_scheduled_plus_held: row {slot.pk}: taken {slot.taken}, scheduled 0, held 0"
        for slot in slots
    ]


@pytest.mark.breaks_invariants
def test_prints_one_json_object(committed_data, capsys):
    assert run(capsys, "--json") == (0, json.dumps({"checks": list(CHECKS), "violations": []}) + "\n")
    slot = SlotFactory(capacity=3, taken=1)
    code, printed = run(capsys, "--json")
    assert code == 1
    assert json.loads(printed)["violations"] == [
        {
            "check": "taken_equals_scheduled_plus_held",
            "key": slot.pk,
            "found": "taken 1, scheduled 0, held 0",
        }
    ]


@pytest.fixture
def meddler(monkeypatch):
    """Break the count of a slot through another connection, right after the command took its snapshot."""
    slot = SlotFactory(capacity=3)
    other = connection.copy()

    def meddle_then_find():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM appointments_slot")
        with other.cursor() as cursor:
            cursor.execute("UPDATE appointments_slot SET taken = 1 WHERE id = %s", [slot.pk])
        return find_violations()

    monkeypatch.setattr(check_invariants, "find_violations", meddle_then_find)
    yield
    other.close()


@pytest.mark.breaks_invariants
def test_reads_one_snapshot_so_that_concurrent_reschedules_raise_no_false_alarm(
    committed_data, meddler, capsys
):
    code, _ = run(capsys)
    assert code == 0
    assert len(find_violations()) == 1
