"""Add the index for the number of unread notices, which every page shows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("appointments", "0004_notice_kinds_canceled_and_site_changed"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None)), fields=["addressee", "-id"], name="notice_unread"
            ),
        ),
    ]
