"""Where ZIP Codes are, from the data of the `zipcodes` package. No network and no database."""

import re
from typing import NamedTuple

import zipcodes

# Only ASCII digits: the package's compiled code panics on other characters.
ZIP_CODE = re.compile(r"[0-9]{5}(?:-[0-9]{4})?")


class Coordinates(NamedTuple):
    """A point on Earth in decimal degrees: north and east are positive."""

    latitude: float
    longitude: float


def find_zip_coordinates(zip_code: str) -> Coordinates | None:
    """Return the middle of the area of a ZIP Code like 85003 or 85003-1234, or None if it is not known.

    Military ZIP Codes are not known: the data has 0° north, 0° east for them.
    """
    if not ZIP_CODE.fullmatch(zip_code):
        return None
    for place in zipcodes.matching(zip_code[:5]):  # type: ignore[no-untyped-call] # it has no type hints
        coordinates = Coordinates(float(place["lat"] or 0), float(place["long"] or 0))
        if any(coordinates):
            return coordinates
    return None
