"""Facts for tests of notices, and a reader for the text of a PDF."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pikepdf
import pytest

from appointments.notices.facts import NoticeFacts, PlaceAndTime


@pytest.fixture
def make_place() -> Callable[..., PlaceAndTime]:
    """A visit of twenty minutes in Phoenix, with any changes."""

    def make(**changes: Any) -> PlaceAndTime:
        starts_at = changes.pop("starts_at", datetime(2026, 12, 1, 16, 40, tzinfo=UTC))
        place = PlaceAndTime(
            site_name="Phoenix Application Support Center",
            address_lines=("1330 South 16th Street", "Phoenix, AZ 85034"),
            tz="America/Phoenix",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=20),
        )
        return replace(place, **changes)

    return make


@pytest.fixture
def make_facts(make_place: Callable[..., PlaceAndTime]) -> Callable[..., NoticeFacts]:
    """A first reschedule within Arizona, in English to the person, with any changes."""

    def make(**changes: Any) -> NoticeFacts:
        facts = NoticeFacts(
            kind="rescheduled",
            language="en",
            agency_name="Demonstration Immigration Agency",
            receipt_number="IOE0912345678",
            form_code="I-485",
            person_name="María José Núñez Ortega",
            addressee_name="María José Núñez Ortega",
            notice_on=date(2026, 11, 21),
            confirmation_number="R-2026-0004711",
            verification_code="K7QX-2M9D-4TRW",
            check_url="https://portal.example/check/",
            biometrics_code=3,
            old=make_place(
                site_name="Tucson Application Support Center",
                starts_at=datetime(2026, 11, 24, 15, 0, tzinfo=UTC),
            ),
            new=make_place(),
            sequence=1,
            calendar_uid="0f9c@appointments",
            is_demo=True,
            contact_name="Contact Center",
            contact_phone="800-555-0100",
            contact_hours="Monday to Friday, 8 AM to 8 PM Eastern",
            reschedules_left=1,
        )
        return replace(facts, **changes)

    return make


@pytest.fixture
def text_of() -> Callable[[bytes], str]:
    """The text of a PDF as a reader would copy it, with lines joined by spaces."""
    return lambda document: " ".join(text.replace("\u200b", "").strip() for text, _ in _lines(document))


@pytest.fixture
def right_edges_of() -> Callable[[bytes], list[float]]:
    """The distance from the left edge of the paper to the end of each line, in points."""
    return lambda document: [right_edge for _, right_edge in _lines(document)]


def _lines(document: bytes) -> Iterator[tuple[str, float]]:
    """Yield the text and right edge of each line. Understands only the operators that Typst writes."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        for page in pdf.pages:
            fonts = {name: (_alphabet(font), _widths(font)) for name, font in page.resources.Font.items()}
            text, edge, widest, origin = "", 0.0, 0.0, 0.0
            for operands, operator in pikepdf.parse_content_stream(page):
                match str(operator):
                    case "cm":
                        origin = float(operands[4])
                    case "Tm":
                        widest = max(widest, edge)
                        edge = origin + float(operands[4])
                    case "Tf":
                        (alphabet, widths), size = fonts[str(operands[0])], float(operands[1])
                    case "Tj" | "TJ":
                        parts = operands[0] if str(operator) == "TJ" else operands
                        for part in parts:
                            if not isinstance(part, pikepdf.String):
                                edge -= float(part) * size / 1000
                                continue
                            codes = bytes(part)
                            for code in (codes[i : i + 2] for i in range(0, len(codes), 2)):
                                text += alphabet[code]
                                edge += widths[code] * size / 1000
                    case "ET":
                        yield text, max(widest, edge)
                        text, edge, widest = "", 0.0, 0.0


def _alphabet(font: pikepdf.Object) -> dict[bytes, str]:
    """Return the text for each code from the font's ToUnicode, which PDF/UA requires."""
    alphabet = {}
    is_listing = False
    for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
        if line.endswith("bfchar"):
            is_listing = "begin" in line
        elif is_listing:
            code, text = (bytes.fromhex(part.strip("<>")) for part in line.split())
            alphabet[code] = text.decode("utf-16-be")
    return alphabet


def _widths(font: pikepdf.Object) -> dict[bytes, float]:
    """Return the advance per code in 1/1000 of the size, from `first [width …]` or `first last width`."""
    widths: dict[bytes, float] = defaultdict(lambda: float(font.DescendantFonts[0].get("/DW", 1000)))
    entries = list(font.DescendantFonts[0].W)
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            run = [float(width) for width in second]
        else:
            run = [float(entries.pop(0))] * (int(second) - first + 1)
        widths.update({(first + n).to_bytes(2): width for n, width in enumerate(run)})
    return widths
