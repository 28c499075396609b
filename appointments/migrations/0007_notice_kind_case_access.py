import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

BY_RESCHEDULE = Q(
    kind__in=["rescheduled", "agency_rescheduled"], reschedule__isnull=False, verification_code__isnull=False
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_case_account_conflict"),
        ("appointments", "0006_saved_filter"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="notice", name="notice_has_an_appointment_or_a_case"),
        migrations.RemoveConstraint(model_name="notice", name="notice_of_a_reschedule_can_be_verified"),
        migrations.AlterField(
            model_name="notice",
            name="case",
            field=models.ForeignKey(
                blank=True,
                help_text="Only for a notice about a representative or the account. Others have an appointment.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="accounts.case",
            ),
        ),
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
                    ("case_access", "Change of the account of a case"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=BY_RESCHEDULE
                | Q(kind="canceled", verification_code__isnull=False)
                | Q(kind="site_changed", reschedule=None, verification_code__isnull=False)
                | Q(
                    kind__in=["hold_expired", "representation", "case_access"],
                    reschedule=None,
                    verification_code=None,
                ),
                name="notice_of_a_reschedule_can_be_verified",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(
                    kind__in=["representation", "case_access"], case__isnull=False, appointment=None
                )
                | Q(~Q(kind__in=["representation", "case_access"]), case=None, appointment__isnull=False),
                name="notice_has_an_appointment_or_a_case",
            ),
        ),
    ]
