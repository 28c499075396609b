"""Add the index for the cases that a representative lost lately."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="representation",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)),
                fields=["representative", "ended_at"],
                name="representation_ended",
            ),
        ),
    ]
