"""How many statements each page costs, and their time: all that arrive, as PostgreSQL's own log tells."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from psycopg import sql

from tests.load.clients import PAGES, Answer, Browser, Ledger, make_journey
from tests.load.figures import median
from tests.load.stage import Stage, run_portal
from tests.load.visits import prepare_visits

LINE = re.compile(r"duration: ([\d.]+) ms  (statement|parse|bind|execute)[^:]*: (.*)")
COLD_JOURNEYS, JOURNEYS = 8, 16
# What the web server still does after its answer, such as giving the connection back.
SETTLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one page in order, and the milliseconds of each."""

    texts: list[str]
    milliseconds: list[float]

    @property
    def total(self) -> float:
        return sum(self.milliseconds)


class CountingBrowser(Browser):
    """A browser that reads, after each answer, what the log has to say of it."""

    def __init__(self, port: int, log: Path) -> None:
        super().__init__(port)
        self._log = log
        self.pages: list[Statements] = []

    def _request(self, request: bytes) -> Answer:
        start = self._log.stat().st_size
        answer = super()._request(request)
        time.sleep(SETTLE_SECONDS)
        with self._log.open("rb") as log:
            log.seek(start)
            self.pages.append(read_log(log.read().decode()))
        return answer


def read_log(text: str) -> Statements:
    """The statements that a piece of the log names. Parsing and binding add to the one that is executed."""
    texts: list[str] = []
    milliseconds: list[float] = []
    before = 0.0
    for duration, kind, statement in LINE.findall(text):
        before += float(duration)
        if kind in ("statement", "execute"):
            texts.append(statement)
            milliseconds.append(before)
            before = 0.0
    return Statements(texts, milliseconds)


def count_statements(stage: Stage, database: str, first_free: date) -> dict[str, Statements]:
    """The statements of each page, and the median time of each, once nothing is cold any more."""
    visits = prepare_visits(stage, database, count=COLD_JOURNEYS + JOURNEYS, first_free=first_free)
    everything = sql.SQL("ALTER DATABASE {} SET log_min_duration_statement = 0")
    with stage.connect() as connection:
        connection.execute(everything.format(sql.Identifier(database)))
    log = stage.folder / "logs" / "postgres.log"
    with run_portal(stage, database, with_background=False, WEB_WORKERS="1", WEB_THREADS="1") as portal:
        browser = CountingBrowser(portal.port, log)
        for visit in visits:
            make_journey(browser, visit.as_dict(), Ledger())
        browser.close()
    warm = browser.pages[COLD_JOURNEYS * len(PAGES) :]
    return {page: of_one_page(warm[place :: len(PAGES)]) for place, page in enumerate(PAGES)}


def of_one_page(runs: Sequence[Statements]) -> Statements:
    """The longest of several runs of a page, with the median time of each of its statements."""
    longest = max(runs, key=lambda run: len(run.texts))
    alike = [run.milliseconds for run in runs if len(run.texts) == len(longest.texts)]
    return Statements(longest.texts, [median(times) for times in zip(*alike, strict=True)])


def as_text(pages: dict[str, Statements]) -> str:
    """Every statement of every page, with its milliseconds."""
    lines = []
    for page, found in pages.items():
        lines += ["", f"{page}: {len(found.texts)} statements, {found.total:.2f} ms"]
        pairs = zip(found.milliseconds, found.texts, strict=True)
        lines += [f"{milliseconds:8.2f}  {text}" for milliseconds, text in pairs]
    return "\n".join(lines)
