"""One stretch of journeys by the client process, with the processor time that everybody used meanwhile."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from portal.embedded.data_folder import CHECKOUT
from tests.load.clients import PAGES
from tests.load.cpu import seconds_used
from tests.load.stage import BenchFailed
from tests.load.visits import Visit


@dataclass(frozen=True, slots=True)
class PortFigures:
    """What the clients saw of one portal within the seconds that count."""

    journeys: int
    all_journeys: int
    conflicts: int
    errors: dict[str, int]
    milliseconds: dict[str, list[float]]
    sizes: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of journeys."""

    seconds: float
    cpu: dict[str, float]
    ports: list[PortFigures]
    ran_out: bool

    @property
    def journeys_a_second(self) -> float:
        return sum(port.journeys for port in self.ports) / self.seconds


def drive(
    *,
    ports: list[int],
    visits: list[list[Visit]],
    clients: int,
    warm_up: float,
    seconds: float,
    watched: Mapping[str, list[int]],
) -> Stretch:
    """Runs the client process to its end. Reads the processor time of those `watched`. Raises BenchFailed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.load.clients"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    job = {
        "ports": ports,
        "visits": [[visit.as_dict() for visit in of_port] for of_port in visits],
        "clients": clients,
        "warm_up": warm_up,
        "seconds": seconds,
    }
    try:
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        before = _read_cpu(process, "start", watched)
        after = _read_cpu(process, "stop", watched)
        result = json.loads(process.stdout.readline() or "null")
    finally:
        process.kill()
        process.communicate()
    if result is None:
        raise BenchFailed("The clients ended without a result.")
    cpu = {name: after[name] - before[name] for name in watched} | {"clients": result["client_cpu"]}
    return Stretch(result["seconds"], cpu, [_figures(port) for port in result["ports"]], result["ran_out"])


def _read_cpu(
    process: subprocess.Popen[str], word: str, watched: Mapping[str, list[int]]
) -> dict[str, float]:
    if process.stdout.readline().strip() != word:
        raise BenchFailed("The clients ended early.")
    return {name: seconds_used(pids) for name, pids in watched.items()}


def _figures(port: dict) -> PortFigures:
    return PortFigures(
        journeys=port["journeys"],
        all_journeys=port["all_journeys"],
        conflicts=port["conflicts"],
        errors=port["errors"],
        milliseconds={page: [sample[0] for sample in port["requests"][page]] for page in PAGES},
        sizes={page: [sample[1] for sample in port["requests"][page]] for page in PAGES},
    )
