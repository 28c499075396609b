from django.db import migrations, models
from django.db.models import Q

BY_RESCHEDULE = Q(
    kind__in=["rescheduled", "agency_rescheduled"], reschedule__isnull=False, verification_code__isnull=False
)
WITHOUT_CODE = Q(kind__in=["hold_expired", "representation"], reschedule=None, verification_code=None)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_series_calendar_changes")]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("rescheduled", "Appointment rescheduled"),
                    ("agency_rescheduled", "Appointment rescheduled by the agency"),
                    ("canceled", "Appointment canceled by the agency"),
                    ("site_changed", "Details of the site changed"),
                    ("hold_expired", "Hold expired"),
                    ("representation", "Change of representative"),
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(model_name="notice", name="notice_of_a_reschedule_can_be_verified"),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=BY_RESCHEDULE
                | Q(kind="canceled", verification_code__isnull=False)
                | Q(kind="site_changed", reschedule=None, verification_code__isnull=False)
                | WITHOUT_CODE,
                name="notice_of_a_reschedule_can_be_verified",
            ),
        ),
    ]
