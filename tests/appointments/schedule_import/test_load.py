"""A whole delivery, loaded: what is there afterwards, and that the same again changes nothing."""

import pytest
from django.db.models import Sum

from accounts.models import Case, Person
from appointments.models import Appointment, AppointmentSeries, Delivery, Site, SiteHours, Slot
from tests.appointments.schedule_import.deliveries import Directory, load, small_order

pytestmark = pytest.mark.usefixtures("reference_data")


def test_a_generated_delivery_loads_whole(tmp_path):
    made = Directory.generated(tmp_path, small_order(appointments=60))

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
