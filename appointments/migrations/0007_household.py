from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0006_caseload")]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="household",
            field=models.UUIDField(
                blank=True,
                help_text="The same for all seats that one household took together.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                condition=models.Q(("household__isnull", False)),
                fields=["household"],
                name="hold_by_household",
            ),
        ),
    ]
