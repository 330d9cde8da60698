

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('diagnosis', '0002_needs_and_evidence'),
        ('matching', '0001_initial'),
        ('registry', '0002_import_jobs'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='matchingrun',
            name='matching_approved_once',
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='descendants', to='matching.matchingrun', verbose_name='made from'),
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='level',
            field=models.CharField(choices=[('schools', 'schools with lead schools'), ('teachers', 'teachers with mentors')], default='schools', max_length=10, verbose_name='who is paired'),
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='network_model',
            field=models.CharField(blank=True, choices=[('concentrated_coordination', 'concentrated, coordinating centre'), ('concentrated_resource', 'concentrated, resource centre'), ('concentrated_both', 'concentrated, coordination and resources together'), ('distributed_instrumental', 'distributed, instrumental'), ('distributed_identical', 'distributed, identical'), ('chain', 'chain'), ('mixed', 'mixed')], max_length=30, verbose_name='model of the network'),
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='purpose',
            field=models.CharField(choices=[('plan', 'plan of the year'), ('scenario', 'scenario: what if'), ('repair', 'repair after somebody left'), ('import', 'ready pairs from a file')], default='plan', max_length=10, verbose_name='purpose'),
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='scenario',
            field=models.JSONField(blank=True, default=list, verbose_name='changes of the scenario'),
        ),
        migrations.AddField(
            model_name='matchingrun',
            name='schools_run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teacher_runs', to='matching.matchingrun', verbose_name='pairing of schools it rests on'),
        ),
        migrations.AddField(
            model_name='matchpair',
            name='group',
            field=models.CharField(blank=True, max_length=200, verbose_name='group or place in the chain'),
        ),
        migrations.AddField(
            model_name='matchpair',
            name='is_kept',
            field=models.BooleanField(default=False, verbose_name='kept from last year'),
        ),
        migrations.AddField(
            model_name='matchpair',
            name='keep_price',
            field=models.FloatField(blank=True, null=True, verbose_name='price of keeping it'),
        ),
        migrations.AddField(
            model_name='matchpair',
            name='lines',
            field=models.JSONField(blank=True, default=list, verbose_name='content lines'),
        ),
        migrations.AlterField(
            model_name='matchingrun',
            name='objective',
            field=models.CharField(choices=[('best_pairs', 'the best pairs'), ('nobody_left', 'nobody without a pair'), ('neediest_first', 'the neediest first'), ('worst_first', 'the worst served first'), ('least_change', 'as few changes as possible')], default='nobody_left', max_length=20, verbose_name='objective'),
        ),
        migrations.AlterField(
            model_name='matchpair',
            name='origin',
            field=models.CharField(choices=[('solver', 'found by the computation'), ('locked', 'locked by hand'), ('hand', 'moved by hand'), ('imported', 'from a file')], default='solver', max_length=10, verbose_name='origin'),
        ),
        migrations.AddConstraint(
            model_name='matchingrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('territory', 'school_year', 'level'), name='matching_approved_once', violation_error_message='A pairing of this territory and year is approved already; archive it first.'),
        ),
        migrations.CreateModel(
            name='TeacherPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teacher_pairs', to='matching.matchingrun')),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='mentee teacher')),
                ('mentee_school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisation', verbose_name='school of the mentee')),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='mentor')),
                ('mentor_school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisation', verbose_name='school of the mentor')),
                ('need_key', models.CharField(max_length=120)),
                ('need_title', models.CharField(max_length=300, verbose_name='need')),
                ('competence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='diagnosis.competence', verbose_name='competence')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.subject', verbose_name='subject')),
                ('origin', models.CharField(choices=[('solver', 'found by the computation'), ('locked', 'locked by hand'), ('hand', 'moved by hand'), ('imported', 'from a file')], default='solver', max_length=10, verbose_name='origin')),
                ('score', models.FloatField(verbose_name='score')),
                ('distance_km', models.FloatField(blank=True, null=True, verbose_name='distance, km')),
                ('is_remote', models.BooleanField(default=False, verbose_name='remote')),
                ('hours', models.FloatField(blank=True, null=True, verbose_name='hours a month')),
                ('group', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='group')),
                ('contributions', models.JSONField(blank=True, default=list, verbose_name='contributions')),
                ('is_kept', models.BooleanField(default=False, verbose_name='kept from last year')),
                ('keep_price', models.FloatField(blank=True, null=True, verbose_name='price of keeping it')),
            ],
            options={
                'verbose_name': 'pair of a mentor and a mentee',
                'verbose_name_plural': 'pairs of mentors and mentees',
                'ordering': ['run', 'mentor__sort_key', 'mentee__sort_key', 'pk'],
                'indexes': [models.Index(fields=['run', 'mentor'], name='teacher_pair_mentor'), models.Index(fields=['run', 'mentee_school'], name='teacher_pair_school')],
                'constraints': [models.UniqueConstraint(fields=('run', 'mentee', 'need_key'), name='teacher_pair_once'), models.CheckConstraint(condition=models.Q(('mentee', models.F('mentor')), _negated=True), name='teacher_pair_of_two', violation_error_message='A person cannot be the own mentor.')],
            },
        ),
        migrations.CreateModel(
            name='TeacherRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teacher_rules', to='matching.matchingrun')),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='mentee teacher')),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='mentor')),
                ('kind', models.CharField(choices=[('lock', 'must be together'), ('forbid', 'must not be together')], max_length=10, verbose_name='demand')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
            ],
            options={
                'verbose_name': 'demand on a pair of teachers',
                'verbose_name_plural': 'demands on pairs of teachers',
                'ordering': ['run', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('run', 'mentee', 'mentor'), name='teacher_rule_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'forbid'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='teacher_rule_forbid_reason', violation_error_message='Say why this pair must not be.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='UncoveredNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uncovered', to='matching.matchingrun')),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.person', verbose_name='mentee teacher')),
                ('mentee_school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.organisation', verbose_name='school of the mentee')),
                ('need_key', models.CharField(max_length=120)),
                ('need_title', models.CharField(max_length=300, verbose_name='need')),
                ('weight', models.FloatField(default=0, verbose_name='weight')),
                ('reasons', models.JSONField(blank=True, default=list, verbose_name='reasons')),
            ],
            options={
                'verbose_name': 'need without a mentor',
                'verbose_name_plural': 'needs without a mentor',
                'ordering': ['run', '-weight', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('run', 'mentee', 'need_key'), name='uncovered_once')],
                'indexes': [],
            },
        ),
    ]
