"""The two commands, the sample, the documented columns, and how a load scales."""

import re
import shutil
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from appointments.models import Appointment, Delivery, Slot
from appointments.schedule_import import candidates, plan, staging
from appointments.schedule_import.columns import APPOINTMENT_STATUSES, TABLES
from appointments.schedule_import.generate import generate_delivery
from appointments.schedule_import.judgement import judge_rows
from tests.support.deliveries import Directory, ago, load, small_options

SAMPLE = Path(settings.BASE_DIR) / "appointments" / "schedule_import" / "sample"
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "schedule-delivery.md"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Run commands in an empty directory, where they write their files."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_shows_the_counts_the_time_and_the_memory(reference_data, here, capsys):
    made = Directory.generated(here / "d", small_options())

    call_command("import_schedule", made.path)

    output = capsys.readouterr()
    assert "appointments new: 30" in output.out
    assert re.search(r"Finished in [\d.]+ seconds. Peak memory: \d+ MiB", output.out)
    assert "appointments.csv: 30 rows read." in output.err
    assert not (here / "schedule-faults.csv").exists()
    assert not (here / "schedule-conflicts.csv").exists()


def test_says_that_a_delivery_was_already_loaded(reference_data, here, capsys):
    made = Directory.generated(here / "d", small_options())
    call_command("import_schedule", made.path)

    call_command("import_schedule", made.path)

    assert "already loaded. Nothing changed" in capsys.readouterr().out


def test_shows_fifty_faults_and_where_the_full_list_is(reference_data, here, capsys):
    made = Directory.generated(here / "d", small_options(appointments=80))
    for row in made.rows["people.csv"]:
        row["role"] = "uncle"

    with pytest.raises(CommandError, match=r"80 errors. The full list is in .*schedule-faults\.csv"):
        call_command("import_schedule", made.save().path)

    output = capsys.readouterr().err
    assert output.count("people.csv, line") == 50
    assert "… and 30 more." in output
    assert len((here / "schedule-faults.csv").read_text().splitlines()) == 81
    assert not Delivery.objects.exists()


def test_says_that_the_error_report_cannot_be_written(reference_data, here):
    with pytest.raises(CommandError, match="cannot be written to nowhere"):
        call_command("import_schedule", here, faults=Path("nowhere/faults.csv"))


def test_says_that_the_delivery_is_loaded_but_conflicts_cannot_be_written(scheduler, reference_data, here):
    load_an_end_and_deliver_it_as_scheduled(scheduler)

    with pytest.raises(CommandError, match="is loaded, but its conflicts cannot be written"):
        call_command("import_schedule", scheduler.deliver().path, conflicts=Path("nowhere/c.csv"))

    assert Delivery.objects.count() == 2


def test_says_why_an_older_delivery_is_refused(reference_data, here):
    call_command("import_schedule", Directory.generated(here / "new", small_options()).path)
    older = small_options(as_of=small_options().as_of.replace(hour=1))

    with pytest.raises(CommandError, match="An older delivery"):
        call_command("import_schedule", Directory.generated(here / "old", older).path)


def load_an_end_and_deliver_it_as_scheduled(scheduler):
    first, second = scheduler.slot(10), scheduler.slot(11)
    row = scheduler.appointment("A1", scheduler.person(), first, status="cancelled")
    load(scheduler.deliver(hours=3))
    row.update(status="scheduled", starts_at=second, scheduled_at=ago(hours=2))


def test_says_where_the_conflicts_are(scheduler, reference_data, here, capsys):
    load_an_end_and_deliver_it_as_scheduled(scheduler)

    call_command("import_schedule", scheduler.deliver().path, conflicts=here / "c.csv")

    assert str(here / "c.csv") in capsys.readouterr().out
    assert len((here / "c.csv").read_text().splitlines()) == 2


# --- Generating -----------------------------------------------------------------------------------


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_the_same_seed_makes_the_same_delivery(tmp_path):
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        generate_delivery(tmp_path / name, small_options(seed=seed))

    assert contents(tmp_path / "one") == contents(tmp_path / "same")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


@pytest.mark.parametrize(("sites", "appointments"), [(1, 0), (2, 1), (135, 300), (5, 2000)])
def test_generates_what_was_requested_and_it_loads(reference_data, here, capsys, sites, appointments):
    call_command("make_schedule", here / "d", sites=sites, appointments=appointments)

    call_command("import_schedule", here / "d")

    assert Appointment.objects.count() == appointments
    assert Slot.objects.values("site").distinct().count() == sites
    for zone in ("Pacific/Guam", "Pacific/Honolulu", "America/Anchorage", "America/Puerto_Rico"):
        assert sites < 135 or Slot.objects.filter(site__tz=zone).exists()


def test_a_third_of_the_seats_ahead_stay_free(reference_data, here, capsys):
    call_command("make_schedule", here / "d", sites=5, appointments=4000)
    call_command("import_schedule", here / "d")

    ahead = Slot.objects.filter(appointments__status="scheduled").distinct()
    assert ahead.exists()
    seats, taken = 0, 0
    for capacity, used in Slot.objects.filter(starts_at__gte=ago(days=0)).values_list("capacity", "taken"):
        seats, taken = seats + capacity, taken + used
    assert 0.30 <= 1 - taken / seats <= 0.45


@pytest.mark.parametrize("wrong", [{"sites": 0}, {"appointments": -1}, {"as_of": "yesterday"}])
def test_impossible_options_are_refused(reference_data, here, wrong):
    with pytest.raises(CommandError):
        call_command("make_schedule", here / "d", **wrong)


# --- The sample and the documented columns --------------------------------------------------------


def test_the_sample_loads(reference_data, tmp_path):
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)

    counts = load(tmp_path).counts

    assert counts["sites_new"] == 3
    assert 30 <= counts["slots_new"] <= 60
    assert counts["cases_new"] < counts["people_new"] == 15


def test_every_column_is_documented():
    sections = DOCUMENT.read_text("utf-8").split("\n### ")[1:]
    documented = {}
    for section in sections:
        file = section.splitlines()[0].strip("`")
        rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
        documented[file] = rows

    assert documented == {
        table.file: [(column.name, column.meaning, column.check) for column in table.columns]
        for table in TABLES
    }


def test_a_delivery_has_every_status_except_the_portals_own():
    assert set(APPOINTMENT_STATUSES) == set(Appointment.Status) - {Appointment.Status.SUPERSEDED}


# --- Scaling --------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_the_rows(reference_data, tmp_path):
    statements = []
    for number, appointments in enumerate((20, 400)):
        as_of = small_options().as_of.replace(hour=number)
        made = Directory.generated(
            tmp_path / str(number), small_options(appointments=appointments, as_of=as_of)
        )
        if number:
            # Another schedule, so that every row is new again.
            for row in made.rows["people.csv"] + made.rows["appointments.csv"]:
                row["person_id"] += "-2"
            for row in made.rows["appointments.csv"]:
                row["appointment_id"] += "-2"
            for row in made.rows["people.csv"] + made.rows["cases.csv"]:
                row["receipt_number"] = "ZZZ" + row["receipt_number"][3:]
            for row in made.rows["slots.csv"]:
                row["capacity"] = "99"
            made.save()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            load(made)
        statements.append(len(captured))

    assert statements[1] <= statements[0]


def deliver_again(made, rows, **cells):
    """Edit the first rows of appointments.csv and make the delivery an hour newer."""
    for row in made.rows["appointments.csv"][:rows]:
        row.update(cells)
    made.as_of += timedelta(hours=1)
    return made.save()


def test_python_judges_only_the_rows_that_differ(reference_data, tmp_path, monkeypatch):
    made = Directory.generated(tmp_path, small_options(appointments=60))
    load(made)
    judged = []

    def judge(rows, record, **facts):
        judged.extend(row.line for row in rows)
        return judge_rows(rows, record, **facts)

    monkeypatch.setattr(candidates, "judge_rows", judge)
    changed = [row["biometrics_code"] for row in made.rows["appointments.csv"][:3]]
    assert load(deliver_again(made, 3, biometrics_code="2")).counts["appointments_updated"] <= 3

    assert set(judged) == {line for line, code in enumerate(changed, 2) if code != "2"} != set()


def test_memory_does_not_grow_with_the_rows_that_differ(reference_data, tmp_path, monkeypatch):
    monkeypatch.setattr(candidates, "BATCH", 50)
    monkeypatch.setattr(staging, "FETCH_SIZE", 50)
    peaks, largest = [], []

    def judge(**facts):
        tracemalloc.start()
        candidates.judge_candidates(**facts)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    monkeypatch.setattr(plan, "judge_candidates", judge)
    # The first load warms up caches that are filled only once.
    for number, appointments in enumerate((300, 300, 1_500)):
        made = Directory.generated(tmp_path / str(number), small_options(appointments=appointments))
        before = transaction.savepoint()
        load(made)
        peaks.clear()
        again = deliver_again(made, None, scheduled_at="2026-01-01T10:00Z", staff_only="yes")
        assert load(again).counts["appointments_updated"] > appointments * 0.9
        largest.append(max(peaks))
        transaction.savepoint_rollback(before)

    assert largest[2] < largest[1] * 1.5


def test_memory_does_not_grow_with_the_rows(reference_data, tmp_path):
    peaks = []
    # The first load warms up caches that are filled only once.
    for number, appointments in enumerate((500, 500, 4_000)):
        path = tmp_path / str(number)
        generate_delivery(path, small_options(appointments=appointments))
        before = transaction.savepoint()
        tracemalloc.start()
        load(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        transaction.savepoint_rollback(before)

    assert peaks[2] < peaks[1] * 1.5
