import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('policy', '0001_initial'),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('receipt_number', models.CharField(max_length=13, unique=True, verbose_name='Receipt number')),
                ('filing_channel', models.CharField(choices=[('online', 'Filed online'), ('paper', 'Filed by mail')], max_length=10, verbose_name='Filed')),
                ('filed_by_email', models.EmailField(blank=True, help_text='For cases filed online: the address of the account that filed it.', max_length=254, verbose_name='Email address given when filing')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn')], default='open', max_length=10, verbose_name='Status')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Closed on')),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'ordering': ['receipt_number'],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('receipt_number', models.CharField(max_length=13, verbose_name='Receipt number')),
                ('filing_channel', models.CharField(choices=[('online', 'Filed online'), ('paper', 'Filed by mail')], max_length=10, verbose_name='Filed')),
                ('filed_by_email', models.EmailField(blank=True, help_text='For cases filed online: the address of the account that filed it.', max_length=254, verbose_name='Email address given when filing')),
                ('status', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed'), ('withdrawn', 'Withdrawn')], default='open', max_length=10, verbose_name='Status')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='Closed on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DemoPersona',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title_en', models.CharField(max_length=120)),
                ('title_es', models.CharField(max_length=120)),
                ('about_en', models.CharField(max_length=300)),
                ('about_es', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FailedAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipt_hash', models.CharField(max_length=64)),
                ('failed_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('channel', models.CharField(choices=[('email', 'Email'), ('text', 'Text')], default='email', max_length=5)),
                ('to_address', models.EmailField(blank=True, help_text="If empty, the account's address is used.", max_length=254)),
                ('to_phone', models.CharField(blank=True, help_text="Only for text messages. If empty, the account's confirmed number is used.", max_length=16)),
                ('language', models.CharField(default='en', max_length=2)),
                ('template', models.CharField(blank=True, max_length=60)),
                ('context', models.JSONField(default=dict)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('due', 'Due'), ('sent', 'Sent'), ('failed', 'Failed')], default='due', max_length=10)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('not_after', models.DateTimeField(blank=True, help_text='When the code in this text message expires.', null=True)),
                ('text_failed_at', models.DateTimeField(blank=True, help_text='When this email replaced a text message that failed.', null=True)),
                ('last_error', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='Full name')),
                ('role', models.CharField(choices=[('applicant', 'Applicant'), ('petitioner', 'Petitioner'), ('spouse', 'Spouse'), ('household_member', 'Adult household member'), ('beneficiary', 'Beneficiary')], max_length=20, verbose_name='Role on the case')),
                ('scheduler_reference', models.CharField(blank=True, max_length=40, null=True, unique=True, verbose_name='Scheduler’s number')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'ordering': ['case_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PersonEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=200, verbose_name='Full name')),
                ('role', models.CharField(choices=[('applicant', 'Applicant'), ('petitioner', 'Petitioner'), ('spouse', 'Spouse'), ('household_member', 'Adult household member'), ('beneficiary', 'Beneficiary')], max_length=20, verbose_name='Role on the case')),
                ('scheduler_reference', models.CharField(blank=True, max_length=40, null=True, verbose_name='Scheduler’s number')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PhoneCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(max_length=16)),
                ('code_hash', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('expires_at', models.DateTimeField()),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('requested', 'Requested'), ('in_force', 'In force'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('revoked', 'Revoked by the client'), ('superseded', 'Replaced by another representative'), ('expired', 'License or accreditation ended'), ('closed', 'Case closed')], default='requested', max_length=10, verbose_name='Status')),
                ('origin', models.CharField(choices=[('passcode', 'Requested with a passcode'), ('invitation', 'Invited by the client'), ('paper', 'Paper Form G-28')], default='paper', max_length=10, verbose_name='How it started')),
                ('requested_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Requested on')),
                ('in_force_from', models.DateTimeField(blank=True, null=True, verbose_name='In force from')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Ended on')),
                ('ended_channel', models.CharField(blank=True, choices=[('phone', 'by phone'), ('paper', 'on paper'), ('in_person', 'in person')], db_default='', help_text='How a side asked staff to end it. Empty if staff did not end it.', max_length=10, verbose_name='How the end was requested')),
            ],
            options={
                'verbose_name': 'representation',
                'verbose_name_plural': 'representations',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RepresentationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('status', models.CharField(choices=[('requested', 'Requested'), ('in_force', 'In force'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('revoked', 'Revoked by the client'), ('superseded', 'Replaced by another representative'), ('expired', 'License or accreditation ended'), ('closed', 'Case closed')], default='requested', max_length=10, verbose_name='Status')),
                ('origin', models.CharField(choices=[('passcode', 'Requested with a passcode'), ('invitation', 'Invited by the client'), ('paper', 'Paper Form G-28')], default='paper', max_length=10, verbose_name='How it started')),
                ('requested_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Requested on')),
                ('in_force_from', models.DateTimeField(blank=True, null=True, verbose_name='In force from')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='Ended on')),
                ('ended_channel', models.CharField(blank=True, choices=[('phone', 'by phone'), ('paper', 'on paper'), ('in_person', 'in person')], db_default='', help_text='How a side asked staff to end it. Empty if staff did not end it.', max_length=10, verbose_name='How the end was requested')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RepresentativeInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('invited_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Invited on')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='Canceled on')),
                ('cancellation_channel', models.CharField(blank=True, choices=[('phone', 'by phone'), ('paper', 'on paper'), ('in_person', 'in person')], db_default='', help_text='How the client asked staff.', max_length=10, verbose_name='How the cancellation was requested')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RepresentativeInvitationEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('invited_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()), verbose_name='Invited on')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='Canceled on')),
                ('cancellation_channel', models.CharField(blank=True, choices=[('phone', 'by phone'), ('paper', 'on paper'), ('in_person', 'in person')], db_default='', help_text='How the client asked staff.', max_length=10, verbose_name='How the cancellation was requested')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RepresentativePasscode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RepresentativeProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('attorney', 'Attorney'), ('accredited', 'Accredited representative')], max_length=12, verbose_name='Type of representative')),
                ('bar_state', models.CharField(blank=True, help_text='State or territory that licensed the attorney.', max_length=2, verbose_name='State of license')),
                ('bar_number', models.CharField(blank=True, max_length=40, verbose_name='Bar or license number')),
                ('organization', models.CharField(blank=True, max_length=200, verbose_name='Recognized organization')),
                ('accreditation', models.CharField(blank=True, choices=[('partial', 'Partial: before the Department of Homeland Security only'), ('full', 'Full: before the Department of Homeland Security and the immigration courts')], max_length=10, verbose_name='Accreditation')),
                ('accreditation_expires_on', models.DateField(blank=True, help_text="Last day on which the accreditation is valid, in the agency's time zone.", null=True, verbose_name='Last day of accreditation')),
                ('submitted_at', models.DateTimeField(blank=True, help_text='When the details were last submitted. Empty if they were entered without an application.', null=True, verbose_name='Submitted on')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='Verified on')),
                ('refused_at', models.DateTimeField(blank=True, null=True, verbose_name='Rejected on')),
                ('refusal', models.CharField(blank=True, choices=[('not_found', 'We couldn’t find this license or accreditation'), ('not_active', 'The license or accreditation is not active'), ('not_recognized', 'The organization is not recognized'), ('unclear', 'The details don’t clearly identify the person')], max_length=20, verbose_name='Reason for rejection')),
                ('verification_ended_at', models.DateTimeField(blank=True, help_text='When staff ended the verification. Kept until the account is verified again.', null=True, verbose_name='Verification ended on')),
            ],
            options={
                'verbose_name': 'representative',
                'verbose_name_plural': 'representatives',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RepresentativeProfileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('attorney', 'Attorney'), ('accredited', 'Accredited representative')], max_length=12, verbose_name='Type of representative')),
                ('bar_state', models.CharField(blank=True, help_text='State or territory that licensed the attorney.', max_length=2, verbose_name='State of license')),
                ('bar_number', models.CharField(blank=True, max_length=40, verbose_name='Bar or license number')),
                ('organization', models.CharField(blank=True, max_length=200, verbose_name='Recognized organization')),
                ('accreditation', models.CharField(blank=True, choices=[('partial', 'Partial: before the Department of Homeland Security only'), ('full', 'Full: before the Department of Homeland Security and the immigration courts')], max_length=10, verbose_name='Accreditation')),
                ('accreditation_expires_on', models.DateField(blank=True, help_text="Last day on which the accreditation is valid, in the agency's time zone.", null=True, verbose_name='Last day of accreditation')),
                ('submitted_at', models.DateTimeField(blank=True, help_text='When the details were last submitted. Empty if they were entered without an application.', null=True, verbose_name='Submitted on')),
                ('verified_at', models.DateTimeField(blank=True, null=True, verbose_name='Verified on')),
                ('refused_at', models.DateTimeField(blank=True, null=True, verbose_name='Rejected on')),
                ('refusal', models.CharField(blank=True, choices=[('not_found', 'We couldn’t find this license or accreditation'), ('not_active', 'The license or accreditation is not active'), ('not_recognized', 'The organization is not recognized'), ('unclear', 'The details don’t clearly identify the person')], max_length=20, verbose_name='Reason for rejection')),
                ('verification_ended_at', models.DateTimeField(blank=True, help_text='When staff ended the verification. Kept until the account is verified again.', null=True, verbose_name='Verification ended on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='Email address')),
                ('name', models.CharField(max_length=200, verbose_name='Full name')),
                ('kind', models.CharField(choices=[('requestor', 'Applicant or petitioner'), ('representative', 'Attorney or accredited representative'), ('staff', 'Staff')], default='requestor', max_length=20)),
                ('language', models.CharField(choices=[('en', 'English'), ('es', 'Español')], default='en', max_length=2)),
                ('phone', models.CharField(blank=True, help_text='In E.164, like +14155550132.', max_length=16)),
                ('phone_confirmed_at', models.DateTimeField(blank=True, help_text='When the code that was texted to this number was entered.', null=True)),
                ('notification_channel', models.CharField(choices=[('email', 'Email'), ('text', 'Text message'), ('both', 'Email and text message')], default='email', max_length=5)),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('joined_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('deleted_at', models.DateTimeField(blank=True, help_text='When the account was deleted. The row stays for rows that point at it.', null=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='AccessCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('issued_by', models.ForeignKey(blank=True, help_text='The staff member who issued or entered it. Empty if it came with the case.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issued_access_codes', to=settings.AUTH_USER_MODEL)),
                ('used_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='used_access_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='form_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='policy.formtype', verbose_name='Form'),
        ),
        migrations.AddField(
            model_name='case',
            name='requestor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='Account'),
        ),
        migrations.AddField(
            model_name='accesscode',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='access_codes', to='accounts.case'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='form_type',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='policy.formtype', verbose_name='Form'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.case'),
        ),
        migrations.AddField(
            model_name='caseevent',
            name='requestor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Account'),
        ),
        migrations.AddField(
            model_name='demopersona',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='demo_persona', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='failedattempt',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='failed_attempts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='paired_email',
            field=models.OneToOneField(help_text='The email with the same content, if the account chose email and text messages.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='text', to='accounts.message'),
        ),
        migrations.AddField(
            model_name='person',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='personevent',
            name='case',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='personevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='personevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.person'),
        ),
        migrations.AddField(
            model_name='phonecode',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phone_codes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='representation',
            name='accepted_by',
            field=models.ForeignKey(blank=True, help_text='Who accepted it in the portal. Empty if accepted on paper.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='representations_accepted', to=settings.AUTH_USER_MODEL, verbose_name='Accepted by'),
        ),
        migrations.AddField(
            model_name='representation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='representation',
            name='ended_by',
            field=models.ForeignKey(blank=True, help_text='Empty if the verification ended, or if not recorded.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='representations_ended', to=settings.AUTH_USER_MODEL, verbose_name='Ended by'),
        ),
        migrations.AddField(
            model_name='representation',
            name='representative',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to=settings.AUTH_USER_MODEL, verbose_name='representative'),
        ),
        migrations.AddField(
            model_name='representation',
            name='requested_by',
            field=models.ForeignKey(blank=True, help_text='The representative, the client, or the staff member who entered the paper form.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='representations_requested', to=settings.AUTH_USER_MODEL, verbose_name='Requested by'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='accepted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Who accepted it in the portal. Empty if accepted on paper.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Accepted by'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='case',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='ended_by',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Empty if the verification ended, or if not recorded.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Ended by'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.representation'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='representative',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='representative'),
        ),
        migrations.AddField(
            model_name='representationevent',
            name='requested_by',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The representative, the client, or the staff member who entered the paper form.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Requested by'),
        ),
        migrations.AddField(
            model_name='representativeinvitation',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, help_text='The staff member who canceled it for the client. Otherwise empty.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invitations_cancelled', to=settings.AUTH_USER_MODEL, verbose_name='Canceled by'),
        ),
        migrations.AddField(
            model_name='representativeinvitation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='representativeinvitation',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations_sent', to=settings.AUTH_USER_MODEL, verbose_name='Invited by'),
        ),
        migrations.AddField(
            model_name='representativeinvitation',
            name='representation',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitation', to='accounts.representation', verbose_name='representation'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='cancelled_by',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The staff member who canceled it for the client. Otherwise empty.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Canceled by'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='case',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.case', verbose_name='Case'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='invited_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Invited by'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.representativeinvitation'),
        ),
        migrations.AddField(
            model_name='representativeinvitationevent',
            name='representation',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.representation', verbose_name='representation'),
        ),
        migrations.AddField(
            model_name='representativepasscode',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='representative_passcodes', to='accounts.case'),
        ),
        migrations.AddField(
            model_name='representativepasscode',
            name='issued_by',
            field=models.ForeignKey(help_text='The client, or the staff member who had the paper Form G-28.', on_delete=django.db.models.deletion.PROTECT, related_name='issued_passcodes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='representativepasscode',
            name='representation',
            field=models.OneToOneField(blank=True, help_text='The representation that was created with it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='passcode', to='accounts.representation'),
        ),
        migrations.AddField(
            model_name='representativeprofile',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decided_applications', to=settings.AUTH_USER_MODEL, verbose_name='Decided by'),
        ),
        migrations.AddField(
            model_name='representativeprofile',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='representative_profile', to=settings.AUTH_USER_MODEL, verbose_name='Account'),
        ),
        migrations.AddField(
            model_name='representativeprofileevent',
            name='decided_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Decided by'),
        ),
        migrations.AddField(
            model_name='representativeprofileevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='representativeprofileevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.representativeprofile'),
        ),
        migrations.AddField(
            model_name='representativeprofileevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Account'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('kind', 'staff')), fields=['email'], name='user_staff_by_email'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), name='gin_trgm_ops'), condition=models.Q(('kind', 'representative')), name='user_representative_trigrams'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_in_lower_case'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['requestor', 'representative', 'staff'])), name='user_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('is_staff', False), ('kind', 'staff'), _connector='OR'), name='user_only_staff_enter_the_admin'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('language__in', ['en', 'es'])), name='user_language_known'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__regex', '^\\+[1-9][0-9]{6,14}$'), _connector='OR'), name='user_phone_in_e164'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('notification_channel', 'email'), models.Q(('notification_channel__in', ['text', 'both']), models.Q(('phone', ''), _negated=True)), _connector='OR'), name='user_notification_channel_text_has_a_phone'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('phone_confirmed_at', None), models.Q(('phone', ''), _negated=True), _connector='OR'), name='user_confirmed_phone_is_there'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('deleted_at', None), models.Q(('is_active', False), ('last_login', None), ('phone', '')), _connector='OR'), name='user_deleted_is_blank'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('requestor', None), models.Q(('filed_by_email', ''), _negated=True)), fields=['filed_by_email'], name='case_waiting_for_account'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('receipt_number__regex', '^[A-Z]{3}[0-9]{10}$')), name='case_receipt_number_shape'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status', 'open')), models.Q(('closed_at__isnull', False), ('status__in', ['closed', 'withdrawn'])), _connector='OR'), name='case_closed_at_with_status'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('filing_channel__in', ['online', 'paper'])), name='case_filing_channel_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_caseevent" ("closed_at", "filed_by_email", "filing_channel", "form_type_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "receipt_number", "requestor_id", "status") VALUES (NEW."closed_at", NEW."filed_by_email", NEW."filing_channel", NEW."form_type_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."receipt_number", NEW."requestor_id", NEW."status"); RETURN NULL;', hash='b621d40aa8e98e4aa57771cc5de7e335bc56695b', operation='INSERT', pgid='pgtrigger_insert_insert_7c6ca', table='accounts_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_caseevent" ("closed_at", "filed_by_email", "filing_channel", "form_type_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "receipt_number", "requestor_id", "status") VALUES (NEW."closed_at", NEW."filed_by_email", NEW."filing_channel", NEW."form_type_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."receipt_number", NEW."requestor_id", NEW."status"); RETURN NULL;', hash='82569f25b7701817d8b01fbaeeff52bfba5e2916', operation='UPDATE', pgid='pgtrigger_update_update_3d7bf', table='accounts_case', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='accesscode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_by', None)), models.Q(('used_at__isnull', False), ('used_by__isnull', False)), _connector='OR'), name='access_code_used_by_someone'),
        ),
        migrations.AddConstraint(
            model_name='accesscode',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='access_code_expires_after_issue'),
        ),
        migrations.AddIndex(
            model_name='failedattempt',
            index=models.Index(fields=['account', 'failed_at'], name='failed_attempt_by_account'),
        ),
        migrations.AddIndex(
            model_name='failedattempt',
            index=models.Index(fields=['receipt_hash', 'failed_at'], name='failed_attempt_by_case'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['channel', 'next_attempt_at'], name='message_due_by_channel'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['-id'], name='message_failed'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('sent_at', None), ('state__in', ['due', 'failed'])), _connector='OR'), name='message_sent_at_with_state'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('account', None), ('to_address', ''), _negated=True), name='message_has_an_addressee'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'email'), ('not_after', None), ('paired_email', None), ('to_phone', '')), models.Q(('account__isnull', False), ('channel', 'text'), ('text_failed_at', None), ('to_address', '')), _connector='OR'), name='message_fits_its_channel'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='person_name_trigrams'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['applicant', 'petitioner', 'spouse', 'household_member', 'beneficiary'])), name='person_role_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_personevent" ("case_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "role", "scheduler_reference") VALUES (NEW."case_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."role", NEW."scheduler_reference"); RETURN NULL;', hash='13eb72462d73a1a59258cdf5cb0d749000564057', operation='INSERT', pgid='pgtrigger_insert_insert_6b541', table='accounts_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_personevent" ("case_id", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "role", "scheduler_reference") VALUES (NEW."case_id", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."role", NEW."scheduler_reference"); RETURN NULL;', hash='0dd3b38b8d929a5881c575766e8cadccde8eb757', operation='UPDATE', pgid='pgtrigger_update_update_70819', table='accounts_person', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='phonecode',
            index=models.Index(fields=['account', 'made_at'], name='phone_code_by_account'),
        ),
        migrations.AddIndex(
            model_name='phonecode',
            index=models.Index(fields=['phone', 'made_at'], name='phone_code_by_phone'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('phone__regex', '^\\+[1-9][0-9]{6,14}$')), name='phone_code_in_e164'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='phone_code_expires_after_it_is_made'),
        ),
        migrations.AddConstraint(
            model_name='phonecode',
            constraint=models.CheckConstraint(condition=models.Q(('failures__lte', 5)), name='phone_code_tries_end'),
        ),
        migrations.AddIndex(
            model_name='representation',
            index=models.Index(condition=models.Q(('status__in', ['in_force', 'requested'])), fields=['representative', '-status', '-id'], name='representation_clients'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'in_force')), fields=('case',), name='representation_one_in_force_per_case'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'requested')), fields=('case', 'representative'), name='representation_asked_for_once'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('in_force_from', None), ('status', 'requested')), models.Q(('ended_at', None), ('in_force_from__isnull', False), ('status', 'in_force')), models.Q(('ended_at__isnull', False), ('in_force_from__isnull', False), ('status__in', ['revoked'])), models.Q(('ended_at__isnull', False), ('in_force_from', None), ('status__in', ['declined'])), models.Q(('ended_at__isnull', False), ('status__in', ['closed', 'expired', 'superseded', 'withdrawn'])), _connector='OR'), name='representation_instants_with_status'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('in_force_from', None), ('ended_at__gte', models.F('in_force_from')), _connector='OR'), name='representation_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(('origin__in', ['passcode', 'invitation', 'paper'])), name='representation_known_origin'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(('in_force_from__isnull', False), ('accepted_by', None), _connector='OR'), name='representation_accepted_when_in_force'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', False), ('ended_by', None), _connector='OR'), name='representation_ended_by_when_ended'),
        ),
        migrations.AddConstraint(
            model_name='representation',
            constraint=models.CheckConstraint(condition=models.Q(('ended_channel', ''), models.Q(('ended_by__isnull', False), ('ended_channel__in', ['phone', 'paper', 'in_person']), ('status__in', ['declined', 'revoked', 'withdrawn'])), _connector='OR'), name='representation_asked_to_end'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_representationevent" ("accepted_by_id", "case_id", "ended_at", "ended_by_id", "ended_channel", "id", "in_force_from", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "representative_id", "requested_at", "requested_by_id", "status") VALUES (NEW."accepted_by_id", NEW."case_id", NEW."ended_at", NEW."ended_by_id", NEW."ended_channel", NEW."id", NEW."in_force_from", NEW."origin", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."representative_id", NEW."requested_at", NEW."requested_by_id", NEW."status"); RETURN NULL;', hash='dff64f96a11a8ca96dcb89e663d9057964d86f6d', operation='INSERT', pgid='pgtrigger_insert_insert_8fa96', table='accounts_representation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_representationevent" ("accepted_by_id", "case_id", "ended_at", "ended_by_id", "ended_channel", "id", "in_force_from", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "representative_id", "requested_at", "requested_by_id", "status") VALUES (NEW."accepted_by_id", NEW."case_id", NEW."ended_at", NEW."ended_by_id", NEW."ended_channel", NEW."id", NEW."in_force_from", NEW."origin", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."representative_id", NEW."requested_at", NEW."requested_by_id", NEW."status"); RETURN NULL;', hash='6a5c7c3835e799ddf2a8de12b1cfad0ebf0f2390', operation='UPDATE', pgid='pgtrigger_update_update_60735', table='accounts_representation', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='representativeinvitation',
            index=models.Index(fields=['case', 'invited_at'], name='invitation_by_case'),
        ),
        migrations.AddConstraint(
            model_name='representativeinvitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancellation_channel', ''), ('cancelled_by', None)), models.Q(('cancellation_channel__in', ['phone', 'paper', 'in_person']), ('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='invitation_asked_to_take_back'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representativeinvitation',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_representativeinvitationevent" ("cancellation_channel", "cancelled_at", "cancelled_by_id", "case_id", "id", "invited_at", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "representation_id") VALUES (NEW."cancellation_channel", NEW."cancelled_at", NEW."cancelled_by_id", NEW."case_id", NEW."id", NEW."invited_at", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."public_id", NEW."representation_id"); RETURN NULL;', hash='2e9a34d6af2071a06cc6c3c0d79fbeb8a73a616d', operation='INSERT', pgid='pgtrigger_insert_insert_66913', table='accounts_representativeinvitation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representativeinvitation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."cancellation_channel" IS DISTINCT FROM (NEW."cancellation_channel") OR OLD."cancelled_at" IS DISTINCT FROM (NEW."cancelled_at") OR OLD."cancelled_by_id" IS DISTINCT FROM (NEW."cancelled_by_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invited_at" IS DISTINCT FROM (NEW."invited_at") OR OLD."invited_by_id" IS DISTINCT FROM (NEW."invited_by_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."representation_id" IS DISTINCT FROM (NEW."representation_id"))', func='INSERT INTO "accounts_representativeinvitationevent" ("cancellation_channel", "cancelled_at", "cancelled_by_id", "case_id", "id", "invited_at", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "representation_id") VALUES (NEW."cancellation_channel", NEW."cancelled_at", NEW."cancelled_by_id", NEW."case_id", NEW."id", NEW."invited_at", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."public_id", NEW."representation_id"); RETURN NULL;', hash='420c2c9db335b7d77b56f23ac88fa4abdf3d79c4', operation='UPDATE', pgid='pgtrigger_update_update_78c65', table='accounts_representativeinvitation', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='representativepasscode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('representation', None), ('used_at', None)), models.Q(('representation__isnull', False), ('used_at__isnull', False)), _connector='OR'), name='passcode_used_for_a_representation'),
        ),
        migrations.AddConstraint(
            model_name='representativepasscode',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='passcode_expires_after_issue'),
        ),
        migrations.AddIndex(
            model_name='representativeprofile',
            index=models.Index(condition=models.Q(('verified_at', None)), fields=['id'], name='representative_not_verified'),
        ),
        migrations.AddIndex(
            model_name='representativeprofile',
            index=models.Index(condition=models.Q(('accreditation_expires_on__isnull', False)), fields=['accreditation_expires_on'], name='representative_accreditation'),
        ),
        migrations.AddIndex(
            model_name='representativeprofile',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('bar_number'), name='gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('organization'), name='gin_trgm_ops'), name='representative_papers_trigrams'),
        ),
        migrations.AddConstraint(
            model_name='representativeprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accreditation_expires_on', None), ('kind', 'attorney')), models.Q(('accreditation_expires_on__isnull', False), ('kind', 'accredited')), _connector='OR'), name='representative_accreditation_with_kind'),
        ),
        migrations.AddConstraint(
            model_name='representativeprofile',
            constraint=models.CheckConstraint(condition=models.Q(('submitted_at', None), models.Q(('accreditation', ''), ('kind', 'attorney'), models.Q(('bar_state', ''), _negated=True), models.Q(('bar_number', ''), _negated=True)), models.Q(('accreditation__in', ['partial', 'full']), ('kind', 'accredited'), models.Q(('organization', ''), _negated=True)), _connector='OR'), name='representative_papers_with_kind'),
        ),
        migrations.AddConstraint(
            model_name='representativeprofile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', ''), ('refused_at', None)), models.Q(('refused_at__isnull', False), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='representative_refused_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='representativeprofile',
            constraint=models.CheckConstraint(condition=models.Q(('verified_at', None), ('refused_at', None), _connector='OR'), name='representative_decided_once'),
        ),
        migrations.AddConstraint(
            model_name='representativeprofile',
            constraint=models.CheckConstraint(condition=models.Q(('verified_at', None), ('verification_ended_at', None), _connector='OR'), name='representative_ended_is_not_verified'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representativeprofile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_representativeprofileevent" ("accreditation", "accreditation_expires_on", "bar_number", "bar_state", "decided_by_id", "id", "kind", "organization", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "refusal", "refused_at", "submitted_at", "user_id", "verification_ended_at", "verified_at") VALUES (NEW."accreditation", NEW."accreditation_expires_on", NEW."bar_number", NEW."bar_state", NEW."decided_by_id", NEW."id", NEW."kind", NEW."organization", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."refusal", NEW."refused_at", NEW."submitted_at", NEW."user_id", NEW."verification_ended_at", NEW."verified_at"); RETURN NULL;', hash='cca639616e601fa8a7682139245a92833b03d5c5', operation='INSERT', pgid='pgtrigger_insert_insert_8323f', table='accounts_representativeprofile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='representativeprofile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_representativeprofileevent" ("accreditation", "accreditation_expires_on", "bar_number", "bar_state", "decided_by_id", "id", "kind", "organization", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "refusal", "refused_at", "submitted_at", "user_id", "verification_ended_at", "verified_at") VALUES (NEW."accreditation", NEW."accreditation_expires_on", NEW."bar_number", NEW."bar_state", NEW."decided_by_id", NEW."id", NEW."kind", NEW."organization", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."refusal", NEW."refused_at", NEW."submitted_at", NEW."user_id", NEW."verification_ended_at", NEW."verified_at"); RETURN NULL;', hash='68acaa654bef1ba3f1c02b9616e1027b68995e3c', operation='UPDATE', pgid='pgtrigger_update_update_707b6', table='accounts_representativeprofile', when='AFTER')),
        ),
    ]
