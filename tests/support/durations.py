"""Where the time goes: beside the JUnit file of a run, a table of its slowest tests and files."""

from collections import Counter, defaultdict
from pathlib import Path

import pytest

PHASES = ("setup", "call", "teardown")
SHOWN = 50


def pytest_configure(config):
    """Only in the process that writes the JUnit file, where the reports of all others arrive."""
    if config.getoption("xmlpath") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Durations(Path(config.getoption("xmlpath"))))


class Durations:
    """Collects the seconds of each phase of each test, and writes them in the end."""

    def __init__(self, junit: Path):
        self._path = junit.with_suffix(".durations.md")
        self._seconds: dict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtest_logreport(self, report):
        self._seconds[report.nodeid][report.when] += report.duration

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self):
        files: dict[str, Counter[str]] = defaultdict(Counter)
        for test, seconds in self._seconds.items():
            files[test.partition("::")[0]] += seconds
        self._path.parent.mkdir(parents=True, exist_ok=True)
        tables = [table_of("file", files), table_of("test", self._seconds)]
        self._path.write_text("\n".join(tables), "utf-8")


def table_of(kind: str, rows: dict[str, Counter[str]]) -> str:
    """The slowest rows as a table, with the seconds of each phase."""
    slowest = sorted(rows.items(), key=lambda row: -row[1].total())[:SHOWN]
    total = sum(seconds.total() for seconds in rows.values())
    lines = [f"| {kind} | total {total:.0f} s | setup | call | teardown |", "|---|---:|---:|---:|---:|"]
    for name, seconds in slowest:
        parts = " | ".join(f"{seconds[phase]:.1f}" for phase in PHASES)
        lines.append(f"| `{name}` | {seconds.total():.1f} | {parts} |".replace("\n", " "))
    return "\n".join(lines) + "\n"
