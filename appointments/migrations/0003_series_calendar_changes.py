from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_site_coordinates_and_facts")]

    operations = [
        migrations.AddField(
            model_name="appointmentseries",
            name="calendar_changes",
            field=models.PositiveIntegerField(
                db_default=0,
                help_text="How often the calendar entry changed other than by a reschedule.",
            ),
        ),
    ]
