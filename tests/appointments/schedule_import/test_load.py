"""A whole delivery is loaded with all its rows."""

import pytest
from django.db.models import Sum

from accounts.models import Case, Person
from appointments.models import Appointment, AppointmentSeries, Delivery, Site, SiteHours, Slot
from tests.support.deliveries import Directory, load, small_options

pytestmark = pytest.mark.usefixtures("reference_data")


def test_a_generated_delivery_loads_completely(tmp_path):
    made = Directory.generated(tmp_path, small_options(appointments=60))

    loaded = load(made)

    assert Site.objects.count() == 3
    assert SiteHours.objects.exists()
    assert Slot.objects.count() == len(made.rows["slots.csv"])
    assert Case.objects.count() == len(made.rows["cases.csv"])
    assert Person.objects.count() == AppointmentSeries.objects.count() == len(made.rows["people.csv"]) == 60
    assert Appointment.objects.count() == loaded.counts["appointments_new"] == 60
    scheduled = Appointment.objects.filter(status="scheduled").count()
    assert Slot.objects.aggregate(Sum("taken"))["taken__sum"] == scheduled > 0
    assert Delivery.objects.get().counts == loaded.counts


def test_the_older_name_of_the_status_still_means_scheduled(tmp_path):
    made = Directory.generated(tmp_path, small_options(appointments=20))
    scheduled = [row for row in made.rows["appointments.csv"] if row["status"] == "scheduled"]
    for row in scheduled:
        row["status"] = "standing"

    load(made)

    assert Appointment.objects.filter(status="scheduled").count() == len(scheduled) > 0
