import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policy', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('attended', 'Attended'), ('missed', 'Missed'), ('cancelled', 'Cancelled'), ('superseded', 'Rescheduled')], default='scheduled', max_length=12, verbose_name='Status')),
                ('status_changed_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Status since')),
                ('scheduled_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), help_text='When the appointment was made, not when it takes place.', verbose_name='Appointment made on')),
                ('biometrics_code', models.PositiveSmallIntegerField(choices=[(1, 'Fingerprints'), (2, 'Photo, signature, and index fingerprint'), (3, 'Fingerprints, photo, and signature')], default=3, verbose_name='Biometrics')),
                ('is_staff_only', models.BooleanField(default=False, help_text='Only staff can reschedule it. The reason is never shown to the public.', verbose_name='Staff only')),
                ('scheduler_reference', models.CharField(blank=True, max_length=40, null=True, verbose_name='Scheduler’s number')),
            ],
            options={
                'verbose_name': 'appointment',
                'verbose_name_plural': 'appointments',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('as_of', models.DateTimeField(help_text="The instant of the scheduler's state that it delivers.")),
                ('digest', models.CharField(help_text='SHA-256 over its files.', max_length=64, unique=True)),
                ('loaded_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('counts', models.JSONField(default=dict, help_text='Number of rows by result.')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'ordering': ['-as_of', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('beat_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='RescheduleDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('explanation', models.TextField(blank=True)),
                ('note', models.TextField(blank=True, help_text='The staff note about a call. Empty for the public.')),
                ('updated_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RescheduleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='Number in the series')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('contact_center', 'Contact Center'), ('nbc_adoptions', 'NBC Adoptions Unit'), ('agency', 'Agency')], max_length=20, verbose_name='Channel')),
                ('counts', models.BooleanField(verbose_name='counts toward the limit')),
                ('overridden_limits', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Codes of the public limits that staff overrode for this reschedule.', size=None, verbose_name='Limits overridden')),
                ('note', models.TextField(blank=True, help_text='The staff note about the call. Never shown to the public.', verbose_name='Staff note')),
                ('confirmation_number', models.CharField(max_length=20, verbose_name='Confirmation number')),
                ('rescheduled_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Rescheduled on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('held', 'Held'), ('confirmed', 'Confirmed'), ('released', 'Released'), ('expired', 'Expired')], default='held', max_length=10)),
                ('made_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('expires_at', models.DateTimeField()),
                ('ceiling_at', models.DateTimeField(help_text='The latest instant to which it can be extended.')),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReservedSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('held_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='Code')),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('street', models.CharField(max_length=200, verbose_name='Street')),
                ('city', models.CharField(max_length=100, verbose_name='City')),
                ('state', models.CharField(max_length=2, verbose_name='State or territory')),
                ('postal_code', models.CharField(max_length=10, verbose_name='ZIP Code')),
                ('tz', models.CharField(max_length=60, verbose_name='Time zone')),
            ],
            options={
                'verbose_name': 'site',
                'verbose_name_plural': 'sites',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SiteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('code', models.CharField(max_length=10, verbose_name='Code')),
                ('name', models.CharField(max_length=120, verbose_name='Name')),
                ('street', models.CharField(max_length=200, verbose_name='Street')),
                ('city', models.CharField(max_length=100, verbose_name='City')),
                ('state', models.CharField(max_length=2, verbose_name='State or territory')),
                ('postal_code', models.CharField(max_length=10, verbose_name='ZIP Code')),
                ('tz', models.CharField(max_length=60, verbose_name='Time zone')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SiteHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(help_text='1 is Monday, 7 is Sunday.')),
                ('opens_at', models.TimeField()),
                ('closes_at', models.TimeField()),
            ],
            options={
                'verbose_name_plural': 'site hours',
                'ordering': ['site_id', 'weekday'],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(verbose_name='Begins')),
                ('ends_at', models.DateTimeField(verbose_name='Ends')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='Seats')),
                ('taken', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Closed on')),
            ],
            options={
                'verbose_name': 'slot',
                'verbose_name_plural': 'slots',
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SlotEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('starts_at', models.DateTimeField(verbose_name='Begins')),
                ('ends_at', models.DateTimeField(verbose_name='Ends')),
                ('capacity', models.PositiveSmallIntegerField(verbose_name='Seats')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Closed on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AppointmentSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('earlier_counted_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), blank=True, default=list, help_text='Counted reschedules from before this portal, as the scheduler delivered them.', size=None)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='accounts.person')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AppointmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('status', models.CharField(choices=[('scheduled', 'Scheduled'), ('attended', 'Attended'), ('missed', 'Missed'), ('cancelled', 'Cancelled'), ('superseded', 'Rescheduled')], default='scheduled', max_length=12, verbose_name='Status')),
                ('status_changed_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Status since')),
                ('scheduled_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), help_text='When the appointment was made, not when it takes place.', verbose_name='Appointment made on')),
                ('biometrics_code', models.PositiveSmallIntegerField(choices=[(1, 'Fingerprints'), (2, 'Photo, signature, and index fingerprint'), (3, 'Fingerprints, photo, and signature')], default=3, verbose_name='Biometrics')),
                ('is_staff_only', models.BooleanField(default=False, help_text='Only staff can reschedule it. The reason is never shown to the public.', verbose_name='Staff only')),
                ('scheduler_reference', models.CharField(blank=True, max_length=40, null=True, verbose_name='Scheduler’s number')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='appointments.appointment')),
                ('series', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.appointmentseries', verbose_name='Appointment series')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.appointmentseries', verbose_name='Appointment series'),
        ),
        migrations.CreateModel(
            name='BulkReschedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('started_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bulk_reschedules', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='BulkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(blank=True, choices=[('', 'Open'), ('rescheduled', 'Rescheduled'), ('refused', 'Refused'), ('no_time', 'No Time'), ('hold_ended', 'Hold Ended'), ('seat_refused', 'Seat Refused'), ('no_reason', 'No Reason'), ('not_yours', 'Not Yours'), ('busy', 'Busy')], default='', max_length=12)),
                ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='appointments.appointment')),
                ('bulk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='appointments.bulkreschedule')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CaseloadExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_count', models.PositiveIntegerField()),
                ('exported_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='caseload_exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'caseload export',
                'verbose_name_plural': 'caseload exports',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('behind', 'The scheduler does not have our reschedule yet'), ('rescheduled_apart', 'The scheduler and this portal rescheduled it to different times'), ('ended_apart', 'The scheduler ended an appointment that was rescheduled here since')], max_length=20)),
                ('line', models.PositiveIntegerField(help_text="In the delivery's appointments.csv.")),
                ('scheduler_reference', models.CharField(max_length=40)),
                ('delivered_status', models.CharField(max_length=12)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
                ('appointment', models.ForeignKey(help_text='The appointment as the portal has it.', on_delete=django.db.models.deletion.PROTECT, related_name='delivery_conflicts', to='appointments.appointment')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflicts', to='appointments.delivery')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_conflicts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'conflict with the scheduler',
                'verbose_name_plural': 'conflicts with the scheduler',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('rescheduled', 'Appointment rescheduled'), ('agency_rescheduled', 'Appointment rescheduled by the agency'), ('hold_expired', 'Hold expired'), ('representation', 'Change of representative')], max_length=20)),
                ('facts', models.JSONField()),
                ('verification_code', models.CharField(blank=True, max_length=20, null=True, unique=True)),
                ('created_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('addressee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('appointment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='appointments.appointment')),
                ('case', models.ForeignKey(blank=True, help_text='Only for a notice about a representative. Other notices have an appointment.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='accounts.case')),
                ('email', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notice', to='accounts.message')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Reschedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.PositiveSmallIntegerField(verbose_name='Number in the series')),
                ('channel', models.CharField(choices=[('online', 'Online'), ('contact_center', 'Contact Center'), ('nbc_adoptions', 'NBC Adoptions Unit'), ('agency', 'Agency')], max_length=20, verbose_name='Channel')),
                ('counts', models.BooleanField(verbose_name='counts toward the limit')),
                ('overridden_limits', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='Codes of the public limits that staff overrode for this reschedule.', size=None, verbose_name='Limits overridden')),
                ('note', models.TextField(blank=True, help_text='The staff note about the call. Never shown to the public.', verbose_name='Staff note')),
                ('confirmation_number', models.CharField(max_length=20, unique=True, verbose_name='Confirmation number')),
                ('rescheduled_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Rescheduled on')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reschedules_made', to=settings.AUTH_USER_MODEL, verbose_name='Rescheduled by')),
            ],
            options={
                'verbose_name': 'reschedule',
                'verbose_name_plural': 'reschedules',
                'ordering': ['series_id', 'number'],
            },
        ),
        migrations.AddField(
            model_name='reschedule',
            name='form_type_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reschedules', to='policy.formtypeversion', verbose_name='form-type version'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='from_appointment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reschedule_away', to='appointments.appointment', verbose_name='Earlier appointment'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='policy_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reschedules', to='policy.policyversion', verbose_name='policy version'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='representation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reschedules_made', to='accounts.representation', verbose_name='representation'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reschedules', to='appointments.appointmentseries', verbose_name='Appointment series'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='statement',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reschedule', to='policy.goodcausestatement', verbose_name='Good-cause statement'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='to_appointment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reschedule_here', to='appointments.appointment', verbose_name='New appointment'),
        ),
        migrations.AddField(
            model_name='notice',
            name='reschedule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='appointments.reschedule'),
        ),
        migrations.AddField(
            model_name='rescheduledraft',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reschedule_drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rescheduledraft',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='appointments.appointment'),
        ),
        migrations.AddField(
            model_name='rescheduledraft',
            name='reason',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policy.goodcausereason'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='actor',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Rescheduled by'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='form_type_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policy.formtypeversion', verbose_name='form-type version'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='from_appointment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.appointment', verbose_name='Earlier appointment'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='appointments.reschedule'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='policy_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policy.policyversion', verbose_name='policy version'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='representation',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.representation', verbose_name='representation'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='series',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.appointmentseries', verbose_name='Appointment series'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='statement',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policy.goodcausestatement', verbose_name='Good-cause statement'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='to_appointment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.appointment', verbose_name='New appointment'),
        ),
        migrations.AddField(
            model_name='reservation',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reservedseat',
            name='appointment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reserved_seats', to='appointments.appointment'),
        ),
        migrations.AddField(
            model_name='reservedseat',
            name='reservation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='appointments.reservation'),
        ),
        migrations.AddField(
            model_name='rescheduleevent',
            name='reserved_seat',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.reservedseat', verbose_name='Reserved seat'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='reserved_seat',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reschedule', to='appointments.reservedseat', verbose_name='Reserved seat'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='site',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "appointments_siteevent" ("city", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_code", "public_id", "state", "street", "tz") VALUES (NEW."city", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postal_code", NEW."public_id", NEW."state", NEW."street", NEW."tz"); RETURN NULL;', hash='1344ce68f7714b11b3b627657d739bc5051772d7', operation='INSERT', pgid='pgtrigger_insert_insert_b3459', table='appointments_site', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='site',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "appointments_siteevent" ("city", "code", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postal_code", "public_id", "state", "street", "tz") VALUES (NEW."city", NEW."code", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postal_code", NEW."public_id", NEW."state", NEW."street", NEW."tz"); RETURN NULL;', hash='2d3bb3408fc4ddbdb3b63dd04c6615af0c24ffa2', operation='UPDATE', pgid='pgtrigger_update_update_ffc46', table='appointments_site', when='AFTER')),
        ),
        migrations.AddField(
            model_name='siteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='siteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='appointments.site'),
        ),
        migrations.AddField(
            model_name='sitehours',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='appointments.site'),
        ),
        migrations.AddField(
            model_name='slot',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='appointments.site', verbose_name='Site'),
        ),
        migrations.AddField(
            model_name='reservedseat',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reserved_seats', to='appointments.slot'),
        ),
        migrations.AddField(
            model_name='deliveryconflict',
            name='delivered_slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='appointments.slot'),
        ),
        migrations.AddField(
            model_name='appointmentevent',
            name='slot',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.slot', verbose_name='slot'),
        ),
        migrations.AddField(
            model_name='appointment',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='appointments.slot', verbose_name='slot'),
        ),
        migrations.AddField(
            model_name='slotevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='slotevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='appointments.slot'),
        ),
        migrations.AddField(
            model_name='slotevent',
            name='site',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='appointments.site', verbose_name='Site'),
        ),
        migrations.AddConstraint(
            model_name='bulkreschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('account',), name='bulk_one_open_per_account'),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.UniqueConstraint(fields=('bulk', 'appointment'), name='bulk_item_one_per_appointment'),
        ),
        migrations.AddConstraint(
            model_name='bulkitem',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'rescheduled', 'refused', 'no_time', 'hold_ended', 'seat_refused', 'no_reason', 'not_yours', 'busy'])), name='bulk_item_outcome_known'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['addressee', '-id'], name='notice_inbox'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('kind', 'agency_rescheduled'), ('read_at', None)), fields=['-id'], name='notice_agency_unread'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('reschedule', 'addressee'), name='notice_one_per_reschedule_and_addressee'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['rescheduled', 'agency_rescheduled']), ('reschedule__isnull', False), ('verification_code__isnull', False)), models.Q(('kind__in', ['hold_expired', 'representation']), ('reschedule', None), ('verification_code', None)), _connector='OR'), name='notice_of_a_reschedule_can_be_verified'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment', None), ('case__isnull', False), ('kind', 'representation')), models.Q(models.Q(('kind', 'representation'), _negated=True), ('appointment__isnull', False), ('case', None)), _connector='OR'), name='notice_has_an_appointment_or_a_case'),
        ),
        migrations.AddConstraint(
            model_name='rescheduledraft',
            constraint=models.UniqueConstraint(fields=('appointment', 'account'), name='draft_one_per_appointment_and_account'),
        ),
        migrations.AddConstraint(
            model_name='rescheduledraft',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(django.db.models.functions.text.Length('explanation'), 2000), name='draft_explanation_length'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(fields=['account', 'made_at'], name='reservation_by_account'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'held')), models.Q(('ended_at__isnull', False), ('state__in', ['confirmed', 'released', 'expired'])), _connector='OR'), name='reservation_ended_at_with_state'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gte', models.F('made_at')), ('expires_at__lte', models.F('ceiling_at'))), name='reservation_expires_before_its_ceiling'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.UniqueConstraint(fields=('series', 'number'), name='reschedule_numbered_within_series'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='reschedule_number_from_one'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('from_appointment', models.F('to_appointment')), _negated=True), name='reschedule_to_another_appointment'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('counts', True), ('statement__isnull', False)), models.Q(('counts', False), ('statement', None)), _connector='OR'), name='reschedule_counts_with_one_statement'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('channel', 'agency'), ('counts', True), _negated=True), name='reschedule_by_agency_never_counts'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['online', 'contact_center', 'nbc_adoptions', 'agency'])), name='reschedule_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'online'), _negated=True), models.Q(('actor__isnull', False), ('reserved_seat__isnull', False)), _connector='OR'), name='reschedule_online_used_a_reserved_seat'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('overridden_limits', []), models.Q(('note', ''), _negated=True), _connector='OR'), name='reschedule_override_has_a_note'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'online'), _negated=True), models.Q(('note', ''), ('overridden_limits', [])), _connector='OR'), name='reschedule_online_overrides_nothing'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reschedule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "appointments_rescheduleevent" ("actor_id", "channel", "confirmation_number", "counts", "form_type_version_id", "from_appointment_id", "id", "note", "number", "overridden_limits", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_version_id", "public_id", "representation_id", "rescheduled_at", "reserved_seat_id", "series_id", "statement_id", "to_appointment_id") VALUES (NEW."actor_id", NEW."channel", NEW."confirmation_number", NEW."counts", NEW."form_type_version_id", NEW."from_appointment_id", NEW."id", NEW."note", NEW."number", NEW."overridden_limits", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."policy_version_id", NEW."public_id", NEW."representation_id", NEW."rescheduled_at", NEW."reserved_seat_id", NEW."series_id", NEW."statement_id", NEW."to_appointment_id"); RETURN NULL;', hash='9ff20ff6c75a66cd59b6a1c3d7137de6a57296e7', operation='INSERT', pgid='pgtrigger_insert_insert_d7940', table='appointments_reschedule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reschedule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "appointments_rescheduleevent" ("actor_id", "channel", "confirmation_number", "counts", "form_type_version_id", "from_appointment_id", "id", "note", "number", "overridden_limits", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy_version_id", "public_id", "representation_id", "rescheduled_at", "reserved_seat_id", "series_id", "statement_id", "to_appointment_id") VALUES (NEW."actor_id", NEW."channel", NEW."confirmation_number", NEW."counts", NEW."form_type_version_id", NEW."from_appointment_id", NEW."id", NEW."note", NEW."number", NEW."overridden_limits", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."policy_version_id", NEW."public_id", NEW."representation_id", NEW."rescheduled_at", NEW."reserved_seat_id", NEW."series_id", NEW."statement_id", NEW."to_appointment_id"); RETURN NULL;', hash='97dcbce6e4d4753ce2848683de164418f84522f8', operation='UPDATE', pgid='pgtrigger_update_update_6195c', table='appointments_reschedule', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='sitehours',
            constraint=models.UniqueConstraint(fields=('site', 'weekday'), name='site_hours_one_per_weekday'),
        ),
        migrations.AddConstraint(
            model_name='sitehours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (1, 7))), name='site_hours_weekday_known'),
        ),
        migrations.AddConstraint(
            model_name='sitehours',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='site_hours_close_after_they_open'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('taken__gte', 0), ('taken__lte', models.F('capacity'))), name='slot_taken_within_capacity'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='slot_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='slot',
            constraint=models.UniqueConstraint(fields=('site', 'starts_at'), name='slot_one_per_site_and_start'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "appointments_slotevent" ("capacity", "closed_at", "ends_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "site_id", "starts_at") VALUES (NEW."capacity", NEW."closed_at", NEW."ends_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."site_id", NEW."starts_at"); RETURN NULL;', hash='5671b0b0d59b5f241fbc6e9d8aaa411358316bf3', operation='INSERT', pgid='pgtrigger_insert_insert_9aa37', table='appointments_slot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='slot',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."ends_at" IS DISTINCT FROM (NEW."ends_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."site_id" IS DISTINCT FROM (NEW."site_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at"))', func='INSERT INTO "appointments_slotevent" ("capacity", "closed_at", "ends_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "site_id", "starts_at") VALUES (NEW."capacity", NEW."closed_at", NEW."ends_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."site_id", NEW."starts_at"); RETURN NULL;', hash='31a1a1ac213c8adf0b46bf9d2e73d86bc0630581', operation='UPDATE', pgid='pgtrigger_update_update_f6073', table='appointments_slot', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='reservedseat',
            index=models.Index(condition=models.Q(('held_until__isnull', False)), fields=['slot', 'held_until'], name='reserved_seat_held_by_slot'),
        ),
        migrations.AddIndex(
            model_name='reservedseat',
            index=models.Index(condition=models.Q(('held_until__isnull', False)), fields=['held_until'], name='reserved_seat_held_by_expiry'),
        ),
        migrations.AddConstraint(
            model_name='reservedseat',
            constraint=models.UniqueConstraint(condition=models.Q(('held_until__isnull', False)), fields=('appointment',), name='reserved_seat_one_held_per_appointment'),
        ),
        migrations.AddConstraint(
            model_name='reservedseat',
            constraint=models.UniqueConstraint(fields=('reservation', 'appointment'), name='reserved_seat_once_per_reservation'),
        ),
        migrations.AddIndex(
            model_name='deliveryconflict',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['-id'], name='conflict_unsettled'),
        ),
        migrations.AddConstraint(
            model_name='deliveryconflict',
            constraint=models.UniqueConstraint(fields=('delivery', 'scheduler_reference'), name='conflict_one_per_delivery_and_reference'),
        ),
        migrations.AddConstraint(
            model_name='deliveryconflict',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['behind', 'rescheduled_apart', 'ended_apart'])), name='conflict_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='deliveryconflict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), ('settled_at__isnull', False), _connector='OR'), name='conflict_settled_by_with_instant'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'scheduled')), fields=('series',), name='appointment_one_scheduled_per_series'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'superseded'), _negated=True), fields=('scheduler_reference',), name='appointment_one_per_scheduler_reference'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['scheduled', 'attended', 'missed', 'cancelled', 'superseded'])), name='appointment_status_known'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('biometrics_code__in', [1, 2, 3])), name='appointment_biometrics_code_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "appointments_appointmentevent" ("biometrics_code", "id", "is_staff_only", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "scheduled_at", "scheduler_reference", "series_id", "slot_id", "status", "status_changed_at") VALUES (NEW."biometrics_code", NEW."id", NEW."is_staff_only", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."scheduled_at", NEW."scheduler_reference", NEW."series_id", NEW."slot_id", NEW."status", NEW."status_changed_at"); RETURN NULL;', hash='565ea90a152ffa871ea61f90cf511b7875108b32', operation='INSERT', pgid='pgtrigger_insert_insert_30113', table='appointments_appointment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appointment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "appointments_appointmentevent" ("biometrics_code", "id", "is_staff_only", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "scheduled_at", "scheduler_reference", "series_id", "slot_id", "status", "status_changed_at") VALUES (NEW."biometrics_code", NEW."id", NEW."is_staff_only", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."scheduled_at", NEW."scheduler_reference", NEW."series_id", NEW."slot_id", NEW."status", NEW."status_changed_at"); RETURN NULL;', hash='5028d994ae1e3b1fd1d36089816a8d57bb7745da', operation='UPDATE', pgid='pgtrigger_update_update_34af4', table='appointments_appointment', when='AFTER')),
        ),
    ]
