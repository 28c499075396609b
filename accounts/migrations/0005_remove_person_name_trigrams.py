from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_index_name_search"),
    ]

    operations = [
        RemoveIndexConcurrently(model_name="person", name="person_name_trigrams"),
    ]
