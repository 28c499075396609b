"""The database's clock. Only the test database replaces this function, to shift it."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION portal_clock() RETURNS timestamptz
            LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT clock_timestamp()';
            """,
            "DROP FUNCTION portal_clock();",
        ),
    ]
