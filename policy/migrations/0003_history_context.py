"""The function by which every row of history finds who acted: pghistory's own, without its exception block.

That block opens a subtransaction for each row written, and outside a request it fails each time. PostgreSQL
then walks all pending constraint checks again, so a statement that writes many rows slows down by their square.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("policy", "0002_initial"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid LANGUAGE plpgsql AS $$
            DECLARE
                context_id uuid := nullif(current_setting('pghistory.context_id', true), '');
                context_metadata jsonb := nullif(current_setting('pghistory.context_metadata', true), '');
            BEGIN
                IF context_id IS NULL OR context_metadata IS NULL THEN
                    RETURN NULL;
                END IF;
                INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
                VALUES (context_id, context_metadata, now(), now())
                ON CONFLICT (id) DO UPDATE
                    SET metadata = EXCLUDED.metadata, updated_at = EXCLUDED.updated_at
                    WHERE pghistory_context.metadata <> EXCLUDED.metadata;
                RETURN context_id;
            END;
            $$;
            """,
            migrations.RunSQL.noop,
        ),
    ]
