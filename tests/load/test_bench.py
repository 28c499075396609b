"""The bench itself: its figures are right, and its journeys real. How fast they are is never asserted."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from portal.embedded.data_folder import CHECKOUT
from tests.load.bare import Bare, render_journey, run_bare
from tests.load.bench import read_order
from tests.load.clients import PAGES, WentWrong, has_confirmation_number, slots_in, token_in
from tests.load.figures import growth, percentile, table
from tests.load.fill import shape_of
from tests.load.profile import Profile, Stack, kind_of
from tests.load.sampled_wsgi import page_of
from tests.load.stage import BenchFailed
from tests.load.statements import read_log
from tests.support.embedded_servers import environment, new_data_folder, wait_until_none_is_left

A_WEDNESDAY = date(2026, 3, 4)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100)])
def test_a_percentile_is_the_sample_that_so_many_do_not_exceed(share, expected):
    assert percentile(list(range(100, 0, -1)), share) == expected


def test_a_percentile_of_one_sample_is_that_sample_and_of_none_is_zero():
    assert percentile([7.5], 0.99) == 7.5
    assert percentile([], 0.5) == 0


def test_growth_is_in_percent_of_the_small_one():
    assert growth(20, 25) == pytest.approx(25)
    assert growth(20, 18) == pytest.approx(-10)


def test_a_table_sets_the_first_column_left_and_figures_right():
    assert table([["", "p50"], ["hold", "7.0"], ["calendar", "12.5"]], indent="") == (
        "           p50\nhold       7.0\ncalendar  12.5"
    )


@pytest.mark.parametrize("size", [200, 10_000, 100_000, 1_000_000])
def test_a_schedule_has_six_slots_for_ten_appointments_at_no_more_than_135_sites(size):
    shape = shape_of(size, today=A_WEDNESDAY)

    assert shape.slots == size * 0.6
    assert shape.busy_sites <= 135
    assert shape.slots_a_day * 43 * shape.busy_sites >= shape.slots


@pytest.mark.parametrize(
    ("today", "first_free"),
    [
        (date(2026, 3, 4), date(2026, 3, 9)),
        (date(2026, 3, 7), date(2026, 3, 9)),
        (date(2026, 3, 8), date(2026, 3, 16)),
    ],
)
def test_the_first_free_day_is_a_monday_at_least_two_days_ahead(today, first_free):
    assert shape_of(200, today=today).first_free == first_free


def test_the_script_for_pgbench_has_every_value_filled_in():
    script = render_journey(reason=1, policy_version=2, form_type_version=3)

    assert "$" not in script
    assert script.count("BEGIN;") == script.count("COMMIT;") == 2


def test_pgbench_is_not_started_with_more_clients_than_people():
    few = Bare(Path("nowhere.sql"), people=7)

    with pytest.raises(BenchFailed, match="7 people can be moved, too few for 8 clients"):
        run_bare(None, "bench_run", few, clients=8, seconds=1)


def test_a_log_tells_of_each_statement_once():
    log = """
        2026-03-04 10:00:00.000 UTC [7] LOG:  duration: 0.500 ms  statement: SELECT 1
        2026-03-04 10:00:00.001 UTC [7] LOG:  duration: 0.250 ms  parse <unnamed>: SELECT 2
        2026-03-04 10:00:00.002 UTC [7] LOG:  duration: 0.250 ms  execute <unnamed>: SELECT 2
        2026-03-04 10:00:00.003 UTC [7] ERROR:  something else
    """

    found = read_log(log)

    assert found.texts == ["SELECT 1", "SELECT 2"]
    assert found.milliseconds == [0.5, 0.5]


def test_a_client_reads_the_token_and_the_times_off_the_page():
    page = b"""<input type="hidden" name="csrfmiddlewaretoken" value="abc123">
        <button type="submit" name="slot" value="11111111-1111-4111-8111-111111111111">
        <button type="submit" name="slot" value="22222222-2222-4222-8222-222222222222">"""

    assert token_in(page) == "abc123"
    assert slots_in(page) == ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]
    with pytest.raises(WentWrong, match="no time is offered"):
        slots_in(b"<p>Nothing is free.</p>")


def test_a_client_knows_a_confirmation_number():
    assert has_confirmation_number(b"<strong>R-7F3K9-2QMDX</strong>")
    assert not has_confirmation_number(b"<strong>R-</strong> and nothing more")


@pytest.mark.parametrize(
    ("request_line", "page"),
    [
        ("GET /appointments/x/reschedule/times/", "calendar"),
        ("POST /appointments/x/reschedule/times/", "hold"),
        ("GET /reservations/x/", "review"),
        ("POST /reservations/x/confirm/", "confirm"),
        ("GET /reservations/x/receipt/", "receipt"),
    ],
)
def test_a_request_is_one_of_the_pages(request_line, page):
    assert page_of(request_line) == page


def test_a_stack_belongs_to_the_innermost_place_that_is_known():
    waiting = ("/x/psycopg/connection.py:Connection.wait", "/x/django/db/models/query.py:QuerySet.get")
    rendering = ("/x/posixpath.py:join", "/x/django/template/base.py:Node.render", "/x/wsgi.py:run")

    assert kind_of(waiting) == "waiting for PostgreSQL"
    assert kind_of(rendering) == "templates"


def test_a_profile_spreads_a_pages_time_over_its_stacks():
    review = f"{CHECKOUT}/appointments/reschedule/views/reservation.py:review"
    stacks = [
        Stack("review", ("/x/django/template/base.py:Node.render", review), 3),
        Stack("review", (review,), 1),
    ]
    profile = Profile(stacks, {"review": 8.0})

    assert profile.by_kind()["templates"]["review"] == 6
    assert (
        dict(profile.by_function(inclusive=False))["appointments/reschedule/views/reservation.py:review"] == 2
    )
    assert dict(profile.by_function(inclusive=True)) == {
        "appointments/reschedule/views/reservation.py:review": 8
    }


def test_the_numbers_of_clients_are_read_with_spaces_or_commas(monkeypatch):
    for written in ("1 8 32", "1,8,32"):
        monkeypatch.setattr(sys, "argv", ["bench", "--clients", written])
        assert read_order().clients == (1, 8, 32)


def test_journeys_over_http_complete_and_every_invariant_holds_afterwards():
    with new_data_folder() as folder:
        figures = folder / "figures.json"
        bench = [
            sys.executable,
            "-m",
            "tests.load.bench",
            "--size",
            "200",
            "--seconds",
            "1",
            "--warm-up",
            "1",
        ]
        # Of two hundred people, eight clients of pgbench meet within seconds unless each has its own.
        bench += ["--clients", "8", "--parts", "statements journeys bare", "--json", str(figures)]

        ran = subprocess.run(
            bench,
            cwd=CHECKOUT,
            env=environment(folder),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "check_invariants found nothing" in ran.stdout
        assert wait_until_none_is_left(folder) == {}
        found = json.loads(figures.read_text())
    assert found["journeys"]["8"]["completed"] > 0
    assert found["journeys"]["8"]["errors"] == {}
    assert found["bare"]["8"] > 0
    assert set(found["journeys"]["8"]["pages"]) == set(PAGES)
    assert all(found["statements"][page]["count"] > 0 for page in PAGES)
