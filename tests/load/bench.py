"""`make bench`: how many journeys a second, how long each page takes, and where the time goes."""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import django

from portal.embedded.data_folder import CHECKOUT, UnusableDataFolder
from portal.embedded.server import ServerDidNotStart
from tests.load import phases
from tests.load.fill import SITES, Shape, provide_template, shape_of
from tests.load.report import Figures, as_json, page_of_tables
from tests.load.stage import BenchFailed, Stage, set_stage
from tests.load.visits import load_settings

PARTS = ("statements", "journeys", "bare", "profile", "growth")
SMALL = 10_000


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for."""

    size: int
    clients: tuple[int, ...]
    pace: phases.Pace
    parts: tuple[str, ...]
    json: Path | None
    stage: str


def main() -> int:
    """Measures and prints; 0 when all went well and every row adds up."""
    order = read_order()
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_stop, stop)
    try:
        with set_stage(order.stage) as stage:
            figures = bench(stage, order)
    except (BenchFailed, ServerDidNotStart, UnusableDataFolder) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    print(page_of_tables(figures))
    print("\nAfter every run check_invariants found nothing, and the rows had every move that clients saw.")
    print(f"Every statement, and the stacks for a flame graph: {stage.folder}/")
    if order.json:
        order.json.write_text(json.dumps(as_json(figures), indent=1))
    return 1 if figures.errors() else 0


def read_order() -> Order:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="appointments in the database")
    parser.add_argument("--seconds", type=float, default=15, help="of each stretch")
    parser.add_argument("--warm-up", type=float, default=3, help="seconds before each stretch")
    parser.add_argument("--clients", default="1 8 32", help="how many at once, one stretch each")
    parser.add_argument("--parts", default=" ".join(PARTS), help=f"some of: {' '.join(PARTS)}")
    parser.add_argument("--json", default="", help="a file to write all figures to")
    parser.add_argument("--stage", default="bench", help="a name for the folder of servers and databases")
    given = parser.parse_args()
    return Order(
        size=given.size,
        clients=tuple(int(number) for number in given.clients.replace(",", " ").split()),
        pace=phases.Pace(given.seconds, given.warm_up),
        parts=tuple(part for part in PARTS if part in given.parts),
        json=Path(given.json).resolve() if given.json else None,
        stage=given.stage,
    )


def bench(stage: Stage, order: Order) -> Figures:
    """Every part that was asked for, one after the other."""
    load_settings(stage.environment(phases.RUN))
    shape = shape_of(order.size)
    provide_template(stage, shape, report)
    figures = Figures(describe(stage, shape))
    if "statements" in order.parts:
        report("counting statements")
        figures.statements = phases.measure_statements(stage, shape)
    for clients in order.clients:
        if "journeys" in order.parts:
            report(f"journeys, {clients} at once")
            figures.journeys[clients] = phases.measure_journeys(stage, shape, order.pace, clients=clients)
        if "bare" in order.parts:
            report(f"pgbench, {clients} at once")
            figures.bare[clients] = phases.measure_bare(stage, shape, order.pace, clients=clients)
    if "profile" in order.parts:
        report("looking where the time goes")
        figures.profile = phases.measure_profile(stage, shape, order.pace)
    if "growth" in order.parts and order.size > SMALL:
        report("comparing sizes")
        small = Shape(SMALL, shape.slots_a_day, shape.today)
        provide_template(stage, small, report)
        figures.small_size = small.size
        figures.growth = phases.measure_growth(stage, small, shape, order.pace)
    stage.drop(phases.RUN)
    return figures


def describe(stage: Stage, shape: Shape) -> dict[str, str]:
    """What was measured, and on what."""
    with stage.connect() as connection:
        [postgres] = connection.execute("SELECT split_part(version(), ' ', 2)").fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    web = [sys.executable, "-c", "import portal.gunicorn_conf as web; print(web.workers, '×', web.threads)"]
    processes = subprocess.run(web, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout.strip()
    return {
        "size": f"{shape.size:,}",
        "database": f"{shape.slots:,} slots, {shape.busy_sites} busy sites of {max(SITES, shape.busy_sites)},"
        f" {shape.slots_a_day} slots a day",
        "machine": f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB",
        "software": f"Python {platform.python_version()}, Django {django.__version__}, PostgreSQL {postgres}",
        "web": f"gunicorn, {processes} threads, production settings; Celery worker and beat beside it",
    }


def stop(number: int, _frame: FrameType | None) -> None:
    """Ends the bench once; what is being ended is not interrupted again."""
    for asked_to_stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to_stop, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def report(text: str) -> None:
    """Tells of progress beside the figures."""
    print(f"… {text}", file=sys.stderr, flush=True)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
