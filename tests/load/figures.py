"""Samples to figures: no database, no clock."""

from collections.abc import Sequence
from math import ceil


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least this share of all samples do not exceed; 0 of none."""
    if not samples:
        return 0.0
    ordered = sorted(samples)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def median(samples: Sequence[float]) -> float:
    return percentile(samples, 0.5)


def growth(small: float, large: float) -> float:
    """By how many percent the large one exceeds the small one."""
    return (large / small - 1) * 100 if small else 0.0


def table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
    """Columns as wide as their widest cell; the first is set to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return "\n".join(lines)
