from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0003_name_search_key"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="person",
            index=GinIndex(
                OpClass(
                    models.Func(
                        models.F("name"), function="name_search_key", output_field=models.TextField()
                    ),
                    name="gin_trgm_ops",
                ),
                name="person_name_search",
            ),
        ),
    ]
