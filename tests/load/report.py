"""The bench's figures as one page of tables, and as JSON."""

from dataclasses import dataclass, field

from tests.load.clients import PAGES
from tests.load.drive import PortFigures, Stretch
from tests.load.figures import growth, median, percentile, table
from tests.load.profile import KINDS, Profile
from tests.load.statements import Statements

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
# What is aimed at: percent of the bare figure, milliseconds that 95 of 100 requests take at 8 clients, and
# percent by which a median may grow from the small size.
AIM_PERCENT, LEAST_PERCENT = 4.0, 1.5
AIM_P95, AIM_P95_CLIENTS = 150.0, 8
AIM_GROWTH = 10.0
FUNCTIONS = 20


@dataclass
class Figures:
    """All that one bench found out. What was not asked for stays empty."""

    setting: dict[str, str]
    journeys: dict[int, Stretch] = field(default_factory=dict)
    bare: dict[int, float] = field(default_factory=dict)
    statements: dict[str, Statements] = field(default_factory=dict)
    profile: Profile | None = None
    growth: tuple[PortFigures, PortFigures] | None = None
    small_size: int = 0

    def ratio(self, clients: int) -> float | None:
        """The portal's journeys in percent of pgbench's, at so many clients."""
        if clients not in self.bare or clients not in self.journeys:
            return None
        return 100 * self.journeys[clients].journeys_a_second / self.bare[clients]

    def errors(self) -> dict[str, int]:
        """What went wrong, and how often."""
        found: dict[str, int] = {}
        ports = [port for stretch in self.journeys.values() for port in stretch.ports]
        for port in [*ports, *(self.growth or ())]:
            for error, times in port.errors.items():
                found[error] = found.get(error, 0) + times
        return found


def page_of_tables(figures: Figures) -> str:
    """Everything, for people."""
    parts = ["\n".join(f"{name + ':':<12}{value}" for name, value in figures.setting.items())]
    if figures.journeys or figures.bare:
        parts.append("Journeys\n" + table(journey_rows(figures)))
    if figures.journeys or figures.statements:
        parts.append("Pages, in milliseconds at the client\n" + table(page_rows(figures)))
    if figures.growth:
        parts.append("Growth: medians at one client, both sizes in turn\n" + table(growth_rows(figures)))
    if figures.profile:
        parts += profile_parts(figures.profile)
    if rows := aim_rows(figures):
        parts.append("Aims\n" + table(rows))
    if errors := figures.errors():
        parts.append("Errors\n" + "\n".join(f"  {times} × {error}" for error, times in errors.items()))
    return "\n\n".join(parts)


def journey_rows(figures: Figures) -> list[list[str]]:
    columns = sorted({*figures.journeys, *figures.bare})
    stretches = [figures.journeys.get(clients) for clients in columns]
    rows = [["", *(f"{clients} client{'s' * (clients > 1)}" for clients in columns)]]
    rows.append(["journeys a second", *(_one(s and s.journeys_a_second) for s in stretches)])
    rows.append(["the same by pgbench", *(_one(figures.bare.get(clients)) for clients in columns)])
    rows.append(["portal in % of pgbench", *(_two(figures.ratio(clients)) for clients in columns)])
    rows.append(["seats lost to another", *(_whole(s and s.ports[0].conflicts) for s in stretches)])
    rows.append(["errors", *(_whole(s and sum(s.ports[0].errors.values())) for s in stretches)])
    for name in next((stretch.cpu for stretch in stretches if stretch), {}):
        used = (s and 1000 * s.cpu[name] / max(1, s.ports[0].journeys) for s in stretches)
        rows.append([f"CPU ms a journey: {name}", *(_one(each) for each in used)])
    return [rows[0], *(row for row in rows[1:] if any(row[1:]))]


def aim_rows(figures: Figures) -> list[list[str]]:
    """Each aim that this run can judge: what was found, what is wanted."""
    rows = []
    if figures.journeys and figures.bare:
        best = max(stretch.journeys_a_second for stretch in figures.journeys.values())
        found = 100 * best / max(figures.bare.values())
        rows.append(["most journeys in % of pgbench's most", _two(found), f"{AIM_PERCENT} ({LEAST_PERCENT})"])
    if stretch := figures.journeys.get(AIM_P95_CLIENTS):
        found = max(percentile(samples, 0.95) for samples in stretch.ports[0].milliseconds.values())
        rows.append([f"slowest page's p95 at {AIM_P95_CLIENTS} clients, ms", _one(found), f"{AIM_P95:.0f}"])
    if figures.growth:
        small, large = figures.growth
        medians = [(median(small.milliseconds[page]), median(large.milliseconds[page])) for page in PAGES]
        found = max(growth(*pair) for pair in medians)
        rows.append(["largest growth of a median, %", _one(found), f"{AIM_GROWTH:.0f}"])
    return [["", "found", "aim"], *rows] if rows else []


def page_rows(figures: Figures) -> list[list[str]]:
    heads = [f"{share} at {clients}" for clients in figures.journeys for share in SHARES]
    rows = [["", "statements", "in PostgreSQL", *heads, "kB"]]
    for page in PAGES:
        counted = figures.statements.get(page)
        ports = [stretch.ports[0] for stretch in figures.journeys.values()]
        times = [port.milliseconds[page] for port in ports]
        cells = [_one(percentile(samples, share)) for samples in times for share in SHARES.values()]
        size = _one(median(ports[0].sizes[page]) / 1000) if ports else ""
        rows.append(
            [
                page,
                str(len(counted.texts)) if counted else "",
                _one(counted and counted.total),
                *cells,
                size,
            ]
        )
    if figures.statements:
        every = figures.statements.values()
        total = [str(sum(len(page.texts) for page in every)), _one(sum(page.total for page in every))]
        rows.append(["journey", *total, *[""] * (len(heads) + 1)])
    return rows


def growth_rows(figures: Figures) -> list[list[str]]:
    small, large = figures.growth
    rows = [["", f"{figures.small_size:,}", figures.setting["size"], "growth", "kB", "kB"]]
    for page in PAGES:
        medians = [median(port.milliseconds[page]) for port in (small, large)]
        sizes = [_one(median(port.sizes[page]) / 1000) for port in (small, large)]
        rows.append([page, *(_one(each) for each in medians), f"{growth(*medians):+.0f} %", *sizes])
    return rows


def profile_parts(profile: Profile) -> list[str]:
    by_kind = profile.by_kind()
    rows = [["", *PAGES, "journey", "share"]]
    whole = sum(profile.milliseconds.get(page, 0.0) for page in PAGES) or 1.0
    for kind, _ in KINDS:
        journey = sum(by_kind[kind].values())
        cells = [_one(by_kind[kind][page]) for page in PAGES]
        rows.append([kind, *cells, _one(journey), f"{100 * journey / whole:.0f} %"])
    rows.append(["all", *(_one(profile.milliseconds.get(page)) for page in PAGES), _one(whole), "100 %"])
    parts = ["Where the time goes: milliseconds in the application, one client, by stacks\n" + table(rows)]
    for title, inclusive in (
        ("in the function itself", False),
        ("in our functions with all they call", True),
    ):
        found = [[name, _two(each)] for name, each in profile.by_function(inclusive=inclusive)[:FUNCTIONS]]
        if found:
            parts.append(f"Milliseconds a journey {title}\n" + table(found))
    return parts


def as_json(figures: Figures) -> dict[str, object]:
    """Everything, for programs: percentiles instead of samples."""
    return {
        "setting": figures.setting,
        "journeys": {
            clients: {
                "a_second": stretch.journeys_a_second,
                "completed": stretch.ports[0].all_journeys,
                "cpu_seconds": stretch.cpu,
                "seconds": stretch.seconds,
                "conflicts": stretch.ports[0].conflicts,
                "errors": stretch.ports[0].errors,
                "pages": _percentiles(stretch.ports[0]),
            }
            for clients, stretch in figures.journeys.items()
        },
        "bare": figures.bare,
        "portal_in_percent_of_bare": {clients: figures.ratio(clients) for clients in figures.journeys},
        "statements": {
            page: {"count": len(found.texts), "milliseconds": found.total, "texts": found.texts}
            for page, found in figures.statements.items()
        },
        "growth": [_percentiles(port) for port in figures.growth or ()],
        "profile": figures.profile.by_kind() if figures.profile else None,
    }


def _percentiles(port: PortFigures) -> dict[str, dict[str, float]]:
    return {
        page: {name: percentile(port.milliseconds[page], share) for name, share in SHARES.items()}
        for page in PAGES
    }


def _whole(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}"


def _one(number: float | None) -> str:
    return "" if number is None else f"{number:,.1f}"


def _two(number: float | None) -> str:
    return "" if number is None else f"{number:,.2f}"
