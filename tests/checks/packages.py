"""Compare the locked Python packages with the published security advisories: `make audit`.

pip-audit alone is not enough. Where its service answers but knows no package (behind a mirror of the package
registry, for example), it skips them all and still reports "No known vulnerabilities found".
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
SECONDS = 300
OK, VULNERABLE, NOT_AUDITED = 0, 1, 2


@dataclass(frozen=True)
class Verdict:
    """What to print about one lock file, and the exit code that goes with it."""

    code: int
    text: str


def main() -> int:
    """Print a verdict on each lock file and return the worst exit code."""
    verdicts = [audit(lock) for lock in LOCKS]
    for verdict in verdicts:
        print(verdict.text, file=sys.stderr if verdict.code else sys.stdout)
    return max(verdict.code for verdict in verdicts)


def audit(lock: str) -> Verdict:
    """Run pip-audit on one lock file."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    try:
        result = subprocess.run(
            command, cwd=CHECKOUT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return describe_failure(lock, f"no answer within {SECONDS} seconds")
    return describe_result(lock, stdout=result.stdout, stderr=result.stderr)


def describe_result(lock: str, *, stdout: str, stderr: str) -> Verdict:
    """Return the verdict on what pip-audit wrote."""
    try:
        packages = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError):
        last_line = (stderr.strip().splitlines() or ["pip-audit wrote nothing"])[-1]
        return describe_failure(lock, last_line)
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    findings = list_findings(packages)
    if findings:
        return Verdict(VULNERABLE, "\n".join([f"{lock}: {len(findings)} known vulnerabilities:", *findings]))
    if skipped or not packages:
        return describe_failure(lock, f"{len(skipped)} of {len(packages)} packages have no answer")
    return Verdict(OK, f"{lock}: {len(packages)} packages, no known vulnerabilities.")


def list_findings(packages: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return one line for each advisory: the package, the advisory, and the versions that fix it."""
    return [
        f"  {package['name']} {package['version']}: {advisory['id']}, "
        f"fixed in {', '.join(advisory['fix_versions']) or 'no version yet'}"
        for package in packages
        for advisory in package.get("vulns", [])
    ]


def describe_failure(lock: str, reason: str) -> Verdict:
    """Return the verdict for a lock file that could not be audited."""
    return Verdict(
        NOT_AUDITED,
        f"{lock}: NOT AUDITED ({reason}).\n"
        "  The audit asks the Python Package Index for advisories. It cannot be reached from here, or a\n"
        "  mirror without advisories answers in its place. Run `make audit` where the index can be reached.",
    )


if __name__ == "__main__":
    sys.exit(main())
