from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0008_canceled_label"),
    ]

    operations = [
        migrations.AddField(
            model_name="caseloadexport",
            name="kind",
            field=models.CharField(
                choices=[
                    ("caseload", "Caseload (CSV)"),
                    ("result", "Result of a bulk reschedule (CSV)"),
                    ("notices", "Notices of a bulk reschedule (PDF)"),
                ],
                db_default="caseload",
                default="caseload",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="caseloadexport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["caseload", "result", "notices"])),
                name="caseload_export_kind_known",
            ),
        ),
    ]
