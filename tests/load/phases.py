"""What one bench measures, one function each: every phase on a fresh copy of the filled database."""

import shutil
from dataclasses import dataclass

from tests.load.bare import prepare_bare, run_bare
from tests.load.drive import PortFigures, Stretch, drive
from tests.load.fill import Shape
from tests.load.profile import Profile, folded, read_profile
from tests.load.stage import BenchFailed, Portal, Stage, run_portal
from tests.load.statements import Statements, as_text, count_statements
from tests.load.visits import prepare_visits

RUN = "bench_run"
RUN_SMALL = "bench_run_small"
# More than any portal makes, so that no stretch runs out of appointments.
JOURNEYS_A_SECOND_AT_MOST = 150
OF_ONE_CLIENT_AT_MOST = 40
# Beside the tables, in the folder of the stage.
STATEMENTS_FILE, STACKS_FILE = "statements.txt", "stacks.txt"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each stretch lasts."""

    seconds: float
    warm_up: float

    def journeys_at_most(self, *, clients: int) -> int:
        a_second = min(clients * OF_ONE_CLIENT_AT_MOST, JOURNEYS_A_SECOND_AT_MOST)
        return int((self.warm_up + self.seconds) * a_second)


def measure_journeys(stage: Stage, shape: Shape, pace: Pace, *, clients: int) -> Stretch:
    """Journeys of so many clients at once. Raises BenchFailed when the rows do not add up afterwards."""
    stage.copy(shape.template, RUN)
    count = pace.journeys_at_most(clients=clients)
    visits = prepare_visits(stage, RUN, count=count, first_free=shape.first_free)
    with run_portal(stage, RUN) as portal:
        stretch = drive(
            ports=[portal.port],
            visits=[visits],
            clients=clients,
            warm_up=pace.warm_up,
            seconds=pace.seconds,
            watched=_watched(stage, portal),
        )
    _recount(stage, RUN, stretch.ports[0].all_journeys)
    return stretch


def measure_bare(stage: Stage, shape: Shape, pace: Pace, *, clients: int) -> float:
    """Journeys a second that pgbench makes, after its own warm-up."""
    stage.copy(shape.template, RUN)
    bare = prepare_bare(stage, RUN, shape.first_free)
    run_bare(stage, RUN, bare, clients=clients, seconds=pace.warm_up)
    made = run_bare(stage, RUN, bare, clients=clients, seconds=pace.seconds)
    stage.manage(RUN, "check_invariants")
    return made


def measure_statements(stage: Stage, shape: Shape) -> dict[str, Statements]:
    """The statements of each page, which are also written out in full."""
    stage.copy(shape.template, RUN)
    pages = count_statements(stage, RUN, shape.first_free)
    (stage.folder / STATEMENTS_FILE).write_text(as_text(pages))
    return pages


def measure_profile(stage: Stage, shape: Shape, pace: Pace) -> Profile:
    """Where requests spend their time while one client makes journeys, so that none waits for another's."""
    stage.copy(shape.template, RUN)
    visits = prepare_visits(stage, RUN, count=pace.journeys_at_most(clients=1), first_free=shape.first_free)
    stacks = stage.folder / "stacks"
    shutil.rmtree(stacks, ignore_errors=True)
    stacks.mkdir()
    with run_portal(
        stage, RUN, application="tests.load.sampled_wsgi:application", BENCH_STACKS=str(stacks)
    ) as portal:
        drive(
            ports=[portal.port],
            visits=[visits],
            clients=1,
            warm_up=pace.warm_up,
            # The last second may not have been written.
            seconds=pace.seconds + 1,
            watched={},
        )
    profile = read_profile(stacks)
    (stage.folder / STACKS_FILE).write_text(folded(profile))
    return profile


def measure_growth(stage: Stage, small: Shape, large: Shape, pace: Pace) -> tuple[PortFigures, PortFigures]:
    """One client goes to a small and a large database in turn, so that both meet the same noise.

    It takes seats of later weeks, so that the page of times stays as long as it was.
    """
    databases = {RUN_SMALL: small, RUN: large}
    visits = []
    for database, shape in databases.items():
        stage.copy(shape.template, database)
        visits.append(
            prepare_visits(
                stage,
                database,
                count=2 * pace.journeys_at_most(clients=1),
                first_free=shape.first_free,
                with_slots=True,
            )
        )
    with (
        run_portal(stage, RUN_SMALL, with_background=False) as portal_of_small,
        run_portal(stage, RUN, with_background=False) as portal_of_large,
    ):
        stretch = drive(
            ports=[portal_of_small.port, portal_of_large.port],
            visits=visits,
            clients=1,
            warm_up=pace.warm_up,
            seconds=2 * pace.seconds,
            watched={},
        )
    for database, port in zip(databases, stretch.ports, strict=True):
        _recount(stage, database, port.all_journeys)
    stage.drop(RUN_SMALL)
    return stretch.ports[0], stretch.ports[1]


def _watched(stage: Stage, portal: Portal) -> dict[str, list[int]]:
    """Whose processor time is read."""
    postmaster = int((stage.postgres.data / "postmaster.pid").read_text().split()[0])
    return {
        "web": portal.pids("web"),
        "PostgreSQL": [postmaster],
        "worker and beat": portal.pids("worker") + portal.pids("beat"),
    }


def _recount(stage: Stage, database: str, journeys: int) -> None:
    """Every invariant holds, and the rows tell of as many moves as the clients saw. Raises BenchFailed."""
    stage.manage(database, "check_invariants")
    with stage.connect(database) as connection:
        [reschedules] = connection.execute("SELECT count(*) FROM appointments_reschedule").fetchone()
    if reschedules != journeys:
        raise BenchFailed(f"The clients saw {journeys} moves, the database has {reschedules}.")
