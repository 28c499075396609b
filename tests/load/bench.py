"""`make bench`: how many journeys a second, how long each page takes, and where the time goes."""

import argparse
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.data_folder import UnusableDataFolder
from portal.embedded.server import ServerDidNotStart
from tests.load.clients import PAGES
from tests.load.drive import Stretch, drive
from tests.load.figures import percentile, table
from tests.load.fill import Shape, provide_template, shape_of
from tests.load.stage import BenchFailed, Portal, Stage, run_portal, set_stage
from tests.load.visits import load_settings, prepare_visits

JOURNEYS_A_SECOND_AT_MOST = 150
RUN = "bench_run"


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    size: int
    seconds: float
    warm_up: float
    clients: tuple[int, ...]


def main() -> int:
    order = read_order()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with set_stage("bench") as stage:
            bench(stage, order)
    except (BenchFailed, ServerDidNotStart, UnusableDataFolder) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def read_order() -> Order:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--warm-up", type=float, default=3)
    parser.add_argument("--clients", default="1 8 32")
    parser.add_argument("--json", type=Path, help="where to write all figures as JSON")
    given = parser.parse_args()
    clients = tuple(int(number) for number in given.clients.replace(",", " ").split())
    return Order(given.size, given.seconds, given.warm_up, clients)


def say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def bench(stage: Stage, order: Order) -> None:
    load_settings(stage.environment(RUN))
    shape = shape_of(order.size)
    template = provide_template(stage, shape, say)
    stretches = {}
    for clients in order.clients:
        say(f"{clients} clients")
        stretches[clients] = measure(stage, shape, template, clients, order)
    rows = [["page", "clients", "p50", "p95", "p99", "kB"]]
    for clients, stretch in stretches.items():
        [port] = stretch.ports
        print(
            f"{clients} clients: {stretch.journeys_a_second:.1f} journeys/s, conflicts {port.conflicts}, "
            f"errors {port.errors}"
        )
        cpu = {name: round(1000 * used / max(1, port.journeys), 1) for name, used in stretch.cpu.items()}
        print("   CPU ms a journey:", cpu)
        for page in PAGES:
            samples = port.milliseconds[page]
            rows.append(
                [
                    page,
                    str(clients),
                    *(f"{percentile(samples, share):.1f}" for share in (0.5, 0.95, 0.99)),
                    f"{percentile(port.sizes[page], 0.5) / 1000:.1f}",
                ]
            )
    print(table(rows))


def measure(stage: Stage, shape: Shape, template: str, clients: int, order: Order) -> Stretch:
    """Journeys of so many clients on a fresh copy of the template, and the recount afterwards."""
    stage.copy(template, RUN)
    count = int((order.warm_up + order.seconds) * JOURNEYS_A_SECOND_AT_MOST)
    visits = prepare_visits(stage, RUN, count=count, first_free=shape.first_free)
    with run_portal(stage, RUN) as portal:
        stretch = drive(
            ports=[portal.port],
            visits=[visits],
            clients=clients,
            warm_up=order.warm_up,
            seconds=order.seconds,
            watched=watched(stage, portal),
        )
    recount(stage, RUN, stretch.ports[0].all_journeys)
    return stretch


def watched(stage: Stage, portal: Portal) -> dict[str, list[int]]:
    """Whose processor time is read."""
    postmaster = int((stage.postgres.data / "postmaster.pid").read_text().split()[0])
    return {
        "web": portal.pids("web"),
        "PostgreSQL": [postmaster],
        "worker and beat": portal.pids("worker") + portal.pids("beat"),
    }


def recount(stage: Stage, database: str, journeys: int) -> None:
    """Every invariant holds, and the rows tell of as many moves as the clients saw. Raises BenchFailed."""
    stage.manage(database, "check_invariants")
    with stage.connect(database) as connection:
        [moves] = connection.execute("SELECT count(*) FROM appointments_move").fetchone()
    if moves != journeys:
        raise BenchFailed(f"The clients saw {journeys} moves, the database has {moves}.")


if __name__ == "__main__":
    sys.exit(main())
