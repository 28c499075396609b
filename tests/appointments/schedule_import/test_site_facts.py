"""Deliveries bring coordinates and texts of sites, in optional columns of sites.csv."""

import csv

import pytest

from appointments.models import Site
from appointments.models.site import SITE_TEXTS
from portal.foundation.zip_codes import find_zip_coordinates
from tests.support.deliveries import HEADERS, faults_of, load

pytestmark = pytest.mark.usefixtures("reference_data")

COORDINATES = ("latitude", "longitude")
TEXTS = tuple(f"{text}_{code}" for text in SITE_TEXTS for code in ("en", "es"))


def leave_out(directory, *columns):
    """Write sites.csv again without these columns, as senders of the older form do."""
    kept = [name for name in HEADERS["sites.csv"] if name not in columns]
    with (directory.path / "sites.csv").open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(directory.rows["sites.csv"])
    return directory.seal()


def test_a_delivery_of_the_older_form_loads_and_sites_get_the_coordinates_of_their_zip_code(scheduler):
    load(leave_out(scheduler.deliver(), *COORDINATES, *TEXTS))

    site = Site.objects.get()
    assert site.coordinates == find_zip_coordinates("85003")
    assert {getattr(site, name) for name in TEXTS} == {""}


def test_delivered_coordinates_and_texts_are_stored(scheduler):
    texts = {name: f"Some {name}." for name in TEXTS}
    scheduler.row("sites.csv").update(latitude="33.5", longitude="-112.25", **texts)

    load(scheduler.deliver())

    site = Site.objects.get()
    assert site.coordinates == (33.5, -112.25)
    assert {name: getattr(site, name) for name in TEXTS} == texts


def test_a_known_site_follows_a_new_zip_code_and_new_texts(scheduler):
    load(scheduler.deliver(hours=3))
    scheduler.row("sites.csv").update(postal_code="96910", parking_en="Free.", parking_es="Gratis.")

    load(scheduler.deliver())

    site = Site.objects.get()
    assert site.coordinates == find_zip_coordinates("96910")
    assert (site.parking_en, site.parking_es) == ("Free.", "Gratis.")


def test_an_unknown_zip_code_leaves_the_coordinates_empty(scheduler):
    load(scheduler.deliver(hours=3))
    scheduler.row("sites.csv").update(postal_code="00000")

    load(scheduler.deliver())

    assert Site.objects.get().coordinates is None


@pytest.mark.parametrize("left_out", [TEXTS, ("parking_en", "parking_es"), ("parking_es",)])
def test_a_text_without_its_column_is_kept(scheduler, left_out):
    row = scheduler.row("sites.csv")
    row.update(parking_en="Free.", parking_es="Gratis.")
    load(scheduler.deliver(hours=3))
    row.update(parking_en="", parking_es="", name="Phoenix North")

    load(leave_out(scheduler.deliver(), *left_out))

    site = Site.objects.get()
    assert (site.name, site.parking_en, site.parking_es) == ("Phoenix North", "Free.", "Gratis.")


def test_an_empty_cell_removes_a_text(scheduler):
    row = scheduler.row("sites.csv")
    row.update(parking_en="Free.", parking_es="Gratis.")
    load(scheduler.deliver(hours=3))
    row.update(parking_en="", parking_es="")

    load(scheduler.deliver())

    assert Site.objects.get().parking_en == ""


def test_a_text_is_reported_if_the_column_of_its_other_language_is_left_out(scheduler):
    scheduler.row("sites.csv").update(parking_en="Free.")

    [fault] = faults_of(leave_out(scheduler.deliver(), "parking_es"))

    assert (fault.file, fault.line, fault.column) == ("sites.csv", 2, "parking_es")


def test_a_required_column_cannot_be_left_out(scheduler):
    [fault] = faults_of(leave_out(scheduler.deliver(), "tz"))

    assert (fault.column, fault.remedy) == ("tz", "Add the missing column tz.")


def test_an_optional_column_cannot_appear_twice(scheduler):
    made = scheduler.deliver().replace("sites.csv", b"latitude,longitude", b"latitude,latitude")

    faults = faults_of(made)

    assert [(fault.column, fault.remedy) for fault in faults] == [
        ("latitude", "This column appears more than once. Keep only one.")
    ]
