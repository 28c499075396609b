"""ZIP Codes to coordinates."""

import pytest

from portal.foundation.zip_codes import find_zip_coordinates


@pytest.mark.parametrize(
    ("zip_code", "latitude", "longitude"),
    [
        ("85004", 33.46, -112.07),
        ("85004-1234", 33.46, -112.07),
        ("96910", 13.48, 144.75),
        ("96813", 21.32, -157.85),
        ("00901", 18.47, -66.10),
    ],
)
def test_a_known_zip_code_has_coordinates(zip_code, latitude, longitude):
    assert find_zip_coordinates(zip_code) == (
        pytest.approx(latitude, abs=0.01),
        pytest.approx(longitude, abs=0.01),
    )


@pytest.mark.parametrize(
    "text",
    ["00000", "", "8500", "850041", "85004-", "85004-12345", "abcde", "①②③④⑤", "٨٥٠٠٤", "85004\n", "09012"],
)
def test_anything_else_has_none(text):
    """Also a military ZIP Code, which is not at 0° north, 0° east."""
    assert find_zip_coordinates(text) is None
