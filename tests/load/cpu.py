"""Processor seconds of the bench's processes, read from /proc (Linux; elsewhere nothing is known)."""

import os
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def seconds_used(leaders: list[int]) -> float:
    """User and system time of these processes and all below them, the ended ones included."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(folder.name)
        children.setdefault(int(fields[1]), []).append(pid)
        # utime, stime, and those of children that were waited for.
        used[pid] = sum(int(field) for field in fields[11:15])
    return sum(used.get(pid, 0) for pid in _all_below(leaders, children)) / TICKS


def _all_below(leaders: list[int], children: dict[int, list[int]]) -> list[int]:
    found = list(leaders)
    for pid in found:
        found += children.get(pid, [])
    return found
