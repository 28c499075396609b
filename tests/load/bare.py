"""The bare figure: what PostgreSQL alone gives when pgbench makes the same hold and confirm, row for row."""

import json
import re
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template

from portal.embedded.postgres import _binaries
from tests.load.stage import BenchFailed, Stage

JOURNEY = Path(__file__).with_name("bare.sql")
PEOPLE = Path(__file__).with_name("bare_people.sql")
TPS = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)
# As long as those that the portal freezes.
FACTS = {f"fact_{number}": "x" * 24 for number in range(32)}


@dataclass(frozen=True, slots=True)
class Bare:
    """A script for pgbench, and how many people it may move."""

    script: Path
    people: int


def render_journey(*, reason: int, policy_version: int, form_type_version: int) -> str:
    """The script of one journey: its own names begin with a colon, our values replace those with a dollar."""
    return Template(JOURNEY.read_text()).substitute(
        reason=reason,
        policy_version=policy_version,
        form_type_version=form_type_version,
        facts=json.dumps(FACTS),
    )


def prepare_bare(stage: Stage, database: str, first_free: date) -> Bare:
    """Makes the table of people in the database, and the script that moves them."""
    with stage.connect(database) as connection:
        one = "SELECT (SELECT min(id) FROM policy_goodcausereason WHERE NOT requires_explanation),"
        one += " (SELECT min(id) FROM policy_policyversion), (SELECT min(id) FROM policy_formtypeversion)"
        reason, policy_version, form_type_version = connection.execute(one).fetchone()
        text = Template(PEOPLE.read_text()).substitute(first_free=first_free.isoformat(), reason=reason)
        for statement in text.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        [people] = connection.execute("SELECT count(*) FROM bench_person").fetchone()
    script = stage.folder / "bare.sql"
    script.write_text(
        render_journey(reason=reason, policy_version=policy_version, form_type_version=form_type_version)
    )
    return Bare(script, people)


def run_bare(stage: Stage, database: str, bare: Bare, *, clients: int, seconds: float) -> float:
    """Journeys a second that pgbench makes over the socket.

    Raises BenchFailed when one failed, or when there is not one person for each client.
    """
    if bare.people < clients:
        raise BenchFailed(
            f"{bare.people} people can be moved, too few for {clients} clients: take a larger SIZE."
        )
    command = [str(_binaries() / "pgbench"), "--no-vacuum", "--file", str(bare.script)]
    command += ["--define", f"people={bare.people}", "--define", f"clients={clients}"]
    command += [
        "--client",
        str(clients),
        "--jobs",
        str(min(clients, 2)),
        "--time",
        str(max(1, round(seconds))),
    ]
    command += ["--host", str(stage.postgres.data), "--username", "postgres", database]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    tps, failed = TPS.search(ran.stdout), FAILED.search(ran.stdout)
    if ran.returncode or tps is None or (failed and int(failed[1])):
        raise BenchFailed(f"pgbench:\n{ran.stdout}{ran.stderr}")
    return float(tps[1])
