import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_remove_person_name_trigrams'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseAccountConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('line', models.PositiveIntegerField(blank=True, help_text='In the cases.csv of the delivery that found it.', null=True)),
                ('found_at', models.DateTimeField(db_default=models.Func(function='portal_clock', output_field=models.DateTimeField()))),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'The account keeps the case'), ('detached', 'The case was removed from the account')], max_length=10, verbose_name='Decision')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, verbose_name='Reason')),
                ('account', models.ForeignKey(help_text='The account that had the case.', on_delete=django.db.models.deletion.PROTECT, related_name='case_conflicts', to=settings.AUTH_USER_MODEL, verbose_name='Account')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='account_conflicts', to='accounts.case', verbose_name='Case')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_case_conflicts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'conflict about the account of a case',
                'verbose_name_plural': 'conflicts about the accounts of cases',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('case',), name='account_conflict_one_open_per_case'), models.CheckConstraint(condition=models.Q(models.Q(('note', ''), ('outcome', ''), ('settled_at', None), ('settled_by', None)), models.Q(('outcome__in', ['kept', 'detached']), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='account_conflict_settled_with_reason')],
            },
        ),
    ]
