import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        # The clock that decides everything that depends on time. The test database alone replaces it.
        migrations.RunSQL(
            """
            CREATE FUNCTION portal_clock() RETURNS timestamptz
            LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT clock_timestamp()';
            """,
            "DROP FUNCTION portal_clock();",
        ),
        # pghistory's own function without its exception block. That block opens a subtransaction for each row
        # written, and outside a request it fails each time; PostgreSQL then walks all pending constraint checks
        # again, so a statement that writes many rows slows down by their square.
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
        BtreeGistExtension(),
        migrations.CreateModel(
            name='ContactRoute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name_en', models.CharField(max_length=120)),
                ('name_es', models.CharField(max_length=120)),
                ('phone', models.CharField(max_length=40)),
                ('phone_abroad', models.CharField(blank=True, max_length=40)),
                ('phone_tty', models.CharField(blank=True, max_length=40)),
                ('hours_en', models.CharField(blank=True, max_length=200)),
                ('hours_es', models.CharField(blank=True, max_length=200)),
                ('takes_untimely_requests', models.BooleanField(default=False)),
                ('source', models.CharField(max_length=300)),
                ('is_verified', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='GoodCauseReasonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('text_en', models.CharField(max_length=300, verbose_name='Text in English')),
                ('text_es', models.CharField(max_length=300, verbose_name='Text in Spanish')),
                ('requires_explanation', models.BooleanField(default=False, verbose_name='Requires an explanation')),
                ('position', models.PositiveSmallIntegerField(verbose_name='Position in the list')),
                ('effective_at', models.DateTimeField(verbose_name='Applies from')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GoodCauseStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('explanation', models.TextField(blank=True)),
                ('stated_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
            ],
            options={
                'ordering': ['stated_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_at', models.DateTimeField(unique=True, verbose_name='Applies from')),
                ('online_cutoff', models.DurationField(default=datetime.timedelta(seconds=43200), verbose_name='Online deadline')),
                ('reschedule_cap', models.PositiveSmallIntegerField(default=2, verbose_name='Reschedules allowed per person')),
                ('horizon', models.DurationField(default=datetime.timedelta(days=60), verbose_name='How far in advance people can book')),
                ('hold_length', models.DurationField(default=datetime.timedelta(seconds=600), verbose_name='Length of a hold')),
                ('hold_ceiling', models.DurationField(default=datetime.timedelta(seconds=1800), verbose_name='Longest hold after extensions')),
                ('requestor_live_holds', models.PositiveSmallIntegerField(default=5, verbose_name='Seats an applicant can hold at once')),
                ('requestor_holds_per_hour', models.PositiveSmallIntegerField(default=30, verbose_name='Holds an applicant can make in an hour')),
                ('representative_live_holds', models.PositiveSmallIntegerField(default=50, verbose_name='Seats a representative can hold at once')),
                ('representative_holds_per_hour', models.PositiveSmallIntegerField(default=300, verbose_name='Holds a representative can make in an hour')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
            ],
            options={
                'verbose_name': 'policy version',
                'verbose_name_plural': 'policy versions',
                'ordering': ['-effective_at'],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('effective_at', models.DateTimeField(verbose_name='Applies from')),
                ('online_cutoff', models.DurationField(default=datetime.timedelta(seconds=43200), verbose_name='Online deadline')),
                ('reschedule_cap', models.PositiveSmallIntegerField(default=2, verbose_name='Reschedules allowed per person')),
                ('horizon', models.DurationField(default=datetime.timedelta(days=60), verbose_name='How far in advance people can book')),
                ('hold_length', models.DurationField(default=datetime.timedelta(seconds=600), verbose_name='Length of a hold')),
                ('hold_ceiling', models.DurationField(default=datetime.timedelta(seconds=1800), verbose_name='Longest hold after extensions')),
                ('requestor_live_holds', models.PositiveSmallIntegerField(default=5, verbose_name='Seats an applicant can hold at once')),
                ('requestor_holds_per_hour', models.PositiveSmallIntegerField(default=30, verbose_name='Holds an applicant can make in an hour')),
                ('representative_live_holds', models.PositiveSmallIntegerField(default=50, verbose_name='Seats a representative can hold at once')),
                ('representative_holds_per_hour', models.PositiveSmallIntegerField(default=300, verbose_name='Holds a representative can make in an hour')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FormType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('title_en', models.CharField(max_length=200)),
                ('title_es', models.CharField(max_length=200)),
                ('is_adoption', models.BooleanField(default=False)),
                ('contact_route', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='form_types', to='policy.contactroute')),
            ],
            options={
                'verbose_name': 'form type',
                'verbose_name_plural': 'form types',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='FormTypeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_at', models.DateTimeField(verbose_name='Applies from')),
                ('online_from', models.DateTimeField(blank=True, help_text='If empty, appointments for this form can’t be rescheduled online.', null=True, verbose_name='Online rescheduling begins')),
                ('scheduled_from', models.DateTimeField(blank=True, help_text='Appointments made before this time can’t be rescheduled online.', null=True, verbose_name='Only appointments made on or after')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
                ('is_verified', models.BooleanField(default=False, verbose_name='Verified')),
                ('form_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='policy.formtype', verbose_name='Form')),
            ],
            options={
                'verbose_name': 'form-type version',
                'verbose_name_plural': 'form-type versions',
                'ordering': ['form_type_id', '-effective_at'],
            },
        ),
        migrations.CreateModel(
            name='FormTypeVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('effective_at', models.DateTimeField(verbose_name='Applies from')),
                ('online_from', models.DateTimeField(blank=True, help_text='If empty, appointments for this form can’t be rescheduled online.', null=True, verbose_name='Online rescheduling begins')),
                ('scheduled_from', models.DateTimeField(blank=True, help_text='Appointments made before this time can’t be rescheduled online.', null=True, verbose_name='Only appointments made on or after')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
                ('is_verified', models.BooleanField(default=False, verbose_name='Verified')),
                ('form_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policy.formtype', verbose_name='Form')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='policy.formtypeversion')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='GoodCauseReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='Code')),
                ('text_en', models.CharField(max_length=300, verbose_name='Text in English')),
                ('text_es', models.CharField(max_length=300, verbose_name='Text in Spanish')),
                ('requires_explanation', models.BooleanField(default=False, verbose_name='Requires an explanation')),
                ('position', models.PositiveSmallIntegerField(verbose_name='Position in the list')),
                ('effective_at', models.DateTimeField(verbose_name='Applies from')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Ends')),
                ('source', models.CharField(max_length=300, verbose_name='Source')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('code', 'effective_at'), name='reason_one_per_instant'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gt', models.F('effective_at')), _connector='OR'), name='reason_ends_after_it_begins'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), (models.Func('effective_at', 'ended_at', function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='reason_one_of_a_code_at_a_time', violation_error_message='Another reason with this code is in force during that time.')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goodcausereason',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policy_goodcausereasonevent" ("code", "effective_at", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requires_explanation", "source", "text_en", "text_es") VALUES (NEW."code", NEW."effective_at", NEW."ended_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."requires_explanation", NEW."source", NEW."text_en", NEW."text_es"); RETURN NULL;', hash='4dee031aa69eca18ebe3b000c033e908c9c2c203', operation='INSERT', pgid='pgtrigger_insert_insert_a8cba', table='policy_goodcausereason', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='goodcausereason',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policy_goodcausereasonevent" ("code", "effective_at", "ended_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "requires_explanation", "source", "text_en", "text_es") VALUES (NEW."code", NEW."effective_at", NEW."ended_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."requires_explanation", NEW."source", NEW."text_en", NEW."text_es"); RETURN NULL;', hash='b89edf7e252a49ccdfe3d7a7ff5e8d8d5666e868', operation='UPDATE', pgid='pgtrigger_update_update_62348', table='policy_goodcausereason', when='AFTER')),
        ),
        migrations.AddField(
            model_name='goodcausereasonevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='goodcausereasonevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='policy.goodcausereason'),
        ),
        migrations.AddField(
            model_name='goodcausestatement',
            name='corrects',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='policy.goodcausestatement'),
        ),
        migrations.AddField(
            model_name='goodcausestatement',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='policy.goodcausereason'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('horizon__gt', models.F('online_cutoff')), ('online_cutoff__gte', datetime.timedelta(0))), name='policy_horizon_beyond_cutoff'),
        ),
        migrations.AddConstraint(
            model_name='policyversion',
            constraint=models.CheckConstraint(condition=models.Q(('hold_ceiling__gte', models.F('hold_length')), ('hold_length__gt', datetime.timedelta(0))), name='policy_ceiling_at_least_hold_length'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policy_policyversionevent" ("effective_at", "hold_ceiling", "hold_length", "horizon", "id", "online_cutoff", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "representative_holds_per_hour", "representative_live_holds", "requestor_holds_per_hour", "requestor_live_holds", "reschedule_cap", "source") VALUES (NEW."effective_at", NEW."hold_ceiling", NEW."hold_length", NEW."horizon", NEW."id", NEW."online_cutoff", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."representative_holds_per_hour", NEW."representative_live_holds", NEW."requestor_holds_per_hour", NEW."requestor_live_holds", NEW."reschedule_cap", NEW."source"); RETURN NULL;', hash='61e76ea2d1d017744917f1dab6bc61228e7d677c', operation='INSERT', pgid='pgtrigger_insert_insert_577eb', table='policy_policyversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='policyversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policy_policyversionevent" ("effective_at", "hold_ceiling", "hold_length", "horizon", "id", "online_cutoff", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "representative_holds_per_hour", "representative_live_holds", "requestor_holds_per_hour", "requestor_live_holds", "reschedule_cap", "source") VALUES (NEW."effective_at", NEW."hold_ceiling", NEW."hold_length", NEW."horizon", NEW."id", NEW."online_cutoff", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."representative_holds_per_hour", NEW."representative_live_holds", NEW."requestor_holds_per_hour", NEW."requestor_live_holds", NEW."reschedule_cap", NEW."source"); RETURN NULL;', hash='86e2eca877bd40265faa82345bf467324d15785a', operation='UPDATE', pgid='pgtrigger_update_update_78d7d', table='policy_policyversion', when='AFTER')),
        ),
        migrations.AddField(
            model_name='policyversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='policyversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='policy.policyversion'),
        ),
        migrations.AddConstraint(
            model_name='formtypeversion',
            constraint=models.UniqueConstraint(fields=('form_type', 'effective_at'), name='form_type_version_one_per_instant'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formtypeversion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "policy_formtypeversionevent" ("effective_at", "form_type_id", "id", "is_verified", "online_from", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheduled_from", "source") VALUES (NEW."effective_at", NEW."form_type_id", NEW."id", NEW."is_verified", NEW."online_from", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."scheduled_from", NEW."source"); RETURN NULL;', hash='f5b34a4031d37a11bcf2c0bff7ebfccbbd6522c1', operation='INSERT', pgid='pgtrigger_insert_insert_6d13a', table='policy_formtypeversion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formtypeversion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "policy_formtypeversionevent" ("effective_at", "form_type_id", "id", "is_verified", "online_from", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "scheduled_from", "source") VALUES (NEW."effective_at", NEW."form_type_id", NEW."id", NEW."is_verified", NEW."online_from", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."scheduled_from", NEW."source"); RETURN NULL;', hash='b7c3bd5658cc7626177d755053573463e4422140', operation='UPDATE', pgid='pgtrigger_update_update_e79a8', table='policy_formtypeversion', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='goodcausestatement',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('explanation'), 2000), name='statement_explanation_length'),
        ),
    ]
