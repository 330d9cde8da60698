import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_consents"),
        ("diagnosis", "0002_needs_and_evidence"),
        ("matching", "0004_parts_of_computations"),
        ("networks", "0001_initial"),
        ("registry", "0002_import_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Network",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="networks",
                        to="registry.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "school_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.schoolyear",
                        verbose_name="school year",
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.territory",
                        verbose_name="territory",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("goal", models.TextField(blank=True, verbose_name="goal")),
                (
                    "model",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("concentrated_coordination", "concentrated, coordinating centre"),
                            ("concentrated_resource", "concentrated, resource centre"),
                            ("concentrated_both", "concentrated, coordination and resources together"),
                            ("distributed_instrumental", "distributed, instrumental"),
                            ("distributed_identical", "distributed, identical"),
                            ("chain", "chain"),
                            ("mixed", "mixed"),
                        ],
                        max_length=30,
                        verbose_name="model",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="networks.network",
                        verbose_name="part of the network",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "works"), ("closed", "closed")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalact",
                        verbose_name="basis",
                    ),
                ),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers of the guide")),
                (
                    "proposal",
                    models.JSONField(blank=True, default=list, verbose_name="proposal of the guide"),
                ),
                ("rejected", models.JSONField(blank=True, default=list, verbose_name="rejected models")),
                ("choice_reason", models.TextField(blank=True, verbose_name="why this model")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed")),
                ("close_reason", models.TextField(blank=True, verbose_name="why it was closed")),
                ("remains", models.TextField(blank=True, verbose_name="what remains")),
            ],
            options={
                "verbose_name": "network",
                "verbose_name_plural": "networks",
                "ordering": ["-school_year__start_year", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("territory", "school_year", "name"),
                        name="network_once",
                        violation_error_message="There is a network of this name in this year already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("model", "mixed"), _negated=True),
                            _connector="OR",
                        ),
                        name="network_part_not_mixed",
                        violation_error_message="A part of a mixed network has a model of its own, not a mixed one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(
                                ("closed_on__isnull", False), models.Q(("close_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="network_closed_with_reason",
                        violation_error_message="Say why the network is closed.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.RemoveConstraint(
            model_name="partnership",
            name="partnership_once",
        ),
        migrations.AddField(
            model_name="partnership",
            name="asked_on",
            field=models.DateField(
                blank=True, editable=False, null=True, verbose_name="schools were written to"
            ),
        ),
        migrations.AddField(
            model_name="partnership",
            name="began_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="work began"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="begin_note",
            field=models.CharField(
                blank=True, max_length=500, verbose_name="why it began without an agreement"
            ),
        ),
        migrations.AddField(
            model_name="partnership",
            name="consent_due",
            field=models.DateField(blank=True, null=True, verbose_name="consent until"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="term to"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="instead_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="next_proposals",
                to="networks.partnership",
                verbose_name="proposed after the refusal of",
            ),
        ),
        migrations.AddField(
            model_name="partnership",
            name="not_renewed",
            field=models.BooleanField(default=False, editable=False, verbose_name="does not go on next year"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="pause_reason",
            field=models.CharField(blank=True, max_length=500, verbose_name="why it is paused"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="paused_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="paused"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="remains",
            field=models.TextField(blank=True, verbose_name="what remains"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="renewal_note",
            field=models.TextField(blank=True, verbose_name="what changes and why"),
        ),
        migrations.AddField(
            model_name="partnership",
            name="renewed_from",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renewal",
                to="networks.partnership",
                verbose_name="partnership of the year before",
            ),
        ),
        migrations.AddField(
            model_name="partnership",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="term from"),
        ),
        migrations.AlterField(
            model_name="partnership",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "proposed"),
                    ("refused", "refused"),
                    ("consented", "both consent"),
                    ("agreed", "agreement signed"),
                    ("active", "active"),
                    ("paused", "paused"),
                    ("ended", "ended"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="partnership",
            name="network",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="partnerships",
                to="networks.network",
                verbose_name="network",
            ),
        ),
        migrations.AddIndex(
            model_name="partnership",
            index=models.Index(fields=["school_year", "state"], name="partnership_year_state"),
        ),
        migrations.AddIndex(
            model_name="partnership",
            index=models.Index(fields=["state", "consent_due"], name="partnership_consent_due"),
        ),
        migrations.AddConstraint(
            model_name="partnership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["ended", "refused"]), _negated=True),
                fields=("school_year", "mentee", "lead"),
                name="partnership_once",
                violation_error_message="These schools are partners in this year already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="partnership_term",
                violation_error_message="The end of a period cannot lie before its beginning.",
            ),
        ),
        migrations.CreateModel(
            name="AgreementRequirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cooperation", "cooperation agreement"),
                            ("network_form", "contract on the network form of a programme for pupils"),
                            ("simple_partnership", "contract of a simple partnership"),
                            ("network_rules", "rules of a network"),
                            ("centre_rules", "rules of a coordination centre"),
                            ("amendment", "amendment"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("subject", "subject of the agreement"),
                            ("duties", "duties of a party"),
                            ("results", "measurable results"),
                            ("term", "term"),
                            ("payment", "payment"),
                            ("personal_data", "personal data"),
                            ("communication", "communication and control"),
                            ("liability", "liability"),
                            ("changes", "changes and ending"),
                            ("disputes", "disputes"),
                            ("copies", "copies and other rules"),
                            ("study", "programme, its resources and the pupils"),
                            ("contributions", "contributions and common property"),
                            ("management", "management and functions"),
                            ("membership", "members, joining and leaving"),
                            ("requisites", "requisites and signatures"),
                        ],
                        max_length=15,
                        verbose_name="section",
                    ),
                ),
                ("each_side", models.BooleanField(default=False, verbose_name="for each side")),
                ("reason", models.CharField(max_length=500, verbose_name="why it is needed")),
                ("remedy", models.CharField(max_length=500, verbose_name="how to mend it")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
            ],
            options={
                "verbose_name": "demand on agreements",
                "verbose_name_plural": "demands on agreements",
                "ordering": ["kind", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "section"), name="agreement_requirement_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cooperation", "cooperation agreement"),
                            ("network_form", "contract on the network form of a programme for pupils"),
                            ("simple_partnership", "contract of a simple partnership"),
                            ("network_rules", "rules of a network"),
                            ("centre_rules", "rules of a coordination centre"),
                            ("amendment", "amendment"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("subject", "subject of the agreement"),
                            ("duties", "duties of a party"),
                            ("results", "measurable results"),
                            ("term", "term"),
                            ("payment", "payment"),
                            ("personal_data", "personal data"),
                            ("communication", "communication and control"),
                            ("liability", "liability"),
                            ("changes", "changes and ending"),
                            ("disputes", "disputes"),
                            ("copies", "copies and other rules"),
                            ("study", "programme, its resources and the pupils"),
                            ("contributions", "contributions and common property"),
                            ("management", "management and functions"),
                            ("membership", "members, joining and leaving"),
                            ("requisites", "requisites and signatures"),
                        ],
                        max_length=15,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lead", "lead school"),
                            ("mentee", "school that gets help"),
                            ("member", "member of the network"),
                            ("centre", "coordination centre"),
                            ("authority", "education authority"),
                        ],
                        max_length=10,
                        verbose_name="whose duty",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
            ],
            options={
                "verbose_name": "template of a clause",
                "verbose_name_plural": "templates of clauses",
                "ordering": ["kind", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "code"), name="agreement_template_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="DocumentRequirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "year_from",
                    models.PositiveSmallIntegerField(
                        default=2000,
                        validators=[django.core.validators.MinValueValidator(2000)],
                        verbose_name="holds from the school year that begins in",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                (
                    "model",
                    models.CharField(
                        choices=[
                            ("concentrated_coordination", "concentrated, coordinating centre"),
                            ("concentrated_resource", "concentrated, resource centre"),
                            ("concentrated_both", "concentrated, coordination and resources together"),
                            ("distributed_instrumental", "distributed, instrumental"),
                            ("distributed_identical", "distributed, identical"),
                            ("chain", "chain"),
                            ("mixed", "mixed"),
                        ],
                        max_length=30,
                        verbose_name="model",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("network", "one for the network"),
                            ("member", "one for each member"),
                            ("centre", "one for the coordination centre"),
                        ],
                        max_length=10,
                        verbose_name="for whom",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="document")),
                (
                    "gives_functions",
                    models.BooleanField(default=False, verbose_name="gives management functions"),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "centre_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("school", "leading school (internship site or resource centre)"),
                            ("authority", "body at an education authority (coordination council)"),
                            ("special", "specially created structure"),
                        ],
                        max_length=10,
                        verbose_name="only for this kind of centre",
                    ),
                ),
                (
                    "roles",
                    models.JSONField(
                        blank=True, default=list, verbose_name="roles of the members that need it"
                    ),
                ),
                (
                    "covers",
                    models.SlugField(
                        blank=True,
                        max_length=60,
                        verbose_name="code of the document that it takes the place of",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "required document of a network",
                "verbose_name_plural": "required documents of networks",
                "ordering": ["model", "position", "code", "-year_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "code", "year_from"),
                        name="network_requirement_once",
                        violation_error_message="There is a row of this year already.",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="GuideQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "year_from",
                    models.PositiveSmallIntegerField(
                        default=2000,
                        validators=[django.core.validators.MinValueValidator(2000)],
                        verbose_name="holds from the school year that begins in",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("help_text", models.CharField(blank=True, max_length=500, verbose_name="explanation")),
                ("options", models.JSONField(default=list, verbose_name="options")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "question of the guide to a network model",
                "verbose_name_plural": "questions of the guide to a network model",
                "ordering": ["position", "code", "-year_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "year_from"),
                        name="network_question_once",
                        violation_error_message="There is a row of this year already.",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="MentorPair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("traditional", "traditional (a pair)"),
                            ("group", "group"),
                            ("virtual", "virtual"),
                            ("short_term", "short-term"),
                            ("reverse", "reverse"),
                            ("situational", "situational"),
                            ("speed", "speed"),
                        ],
                        default="traditional",
                        max_length=15,
                        verbose_name="kind",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("teacher_teacher", "teacher – teacher"),
                            ("head_teacher", "head – teacher"),
                            ("head_head", "head – head"),
                            ("deputy_deputy", "deputy head – deputy head"),
                            ("specialist_teacher", "specialist – teacher"),
                            ("specialist_specialist", "specialist – specialist"),
                            ("university_teacher", "university teacher – young teacher"),
                            ("partner_teacher", "social partner – teacher"),
                        ],
                        default="teacher_teacher",
                        max_length=25,
                        verbose_name="who helps whom",
                    ),
                ),
                (
                    "loop",
                    models.CharField(
                        choices=[("internal", "internal"), ("external", "external")],
                        default="external",
                        max_length=10,
                        verbose_name="loop",
                    ),
                ),
                (
                    "school_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.schoolyear",
                        verbose_name="school year",
                    ),
                ),
                (
                    "mentor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentor_pairs",
                        to="registry.person",
                        verbose_name="mentor",
                    ),
                ),
                (
                    "mentor_school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="school of the mentor",
                    ),
                ),
                (
                    "first_school",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="school of the mentee",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.subject",
                        verbose_name="subject",
                    ),
                ),
                ("goal", models.TextField(blank=True, max_length=1000, verbose_name="goal of the pair")),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mentor_pairs",
                        to="networks.partnership",
                        verbose_name="network pair of the schools",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentor_pairs",
                        to="matching.matchingrun",
                        verbose_name="pairing",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalact",
                        verbose_name="order",
                    ),
                ),
                (
                    "terms",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.mentoringterms",
                        verbose_name="supplement on mentoring",
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "waits for consents"),
                            ("returned", "refused, with the coordinator"),
                            ("consented", "all consent"),
                            ("formed", "formed by an order"),
                            ("active", "at work"),
                            ("paused", "paused"),
                            ("ended", "ended"),
                            ("changed", "replaced by another pair"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("proposed_on", models.DateField(verbose_name="proposed")),
                (
                    "consent_until",
                    models.DateField(blank=True, null=True, verbose_name="consents are awaited until"),
                ),
                (
                    "mentor_consented_on",
                    models.DateField(blank=True, null=True, verbose_name="consent of the mentor"),
                ),
                (
                    "mentor_consent_paper",
                    models.CharField(blank=True, max_length=200, verbose_name="paper of the consent"),
                ),
                (
                    "refused_by",
                    models.CharField(
                        blank=True,
                        choices=[("mentor", "mentor"), ("mentee", "mentee")],
                        max_length=10,
                        verbose_name="refused by",
                    ),
                ),
                ("refused_on", models.DateField(blank=True, null=True, verbose_name="refused")),
                ("refusal_reason", models.CharField(blank=True, max_length=500, verbose_name="why refused")),
                ("pause_reason", models.CharField(blank=True, max_length=500, verbose_name="why paused")),
                (
                    "ended_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mentor", "the mentor"),
                            ("employer", "the employer"),
                            ("agreement", "both by agreement"),
                        ],
                        max_length=10,
                        verbose_name="ended by",
                    ),
                ),
                ("notice_on", models.DateField(blank=True, null=True, verbose_name="notice of")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended")),
                ("end_reason", models.CharField(blank=True, max_length=500, verbose_name="why it ended")),
                (
                    "remains",
                    models.CharField(
                        blank=True,
                        help_text="What goes on without the pair: materials, habits, an unfinished task.",
                        max_length=500,
                        verbose_name="what remains",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="networks.mentorpair",
                        verbose_name="takes the place of",
                    ),
                ),
                (
                    "last_meeting_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="last meeting"),
                ),
                (
                    "last_deed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="last deed"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "competences",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="diagnosis.competence", verbose_name="competences"
                    ),
                ),
            ],
            options={
                "verbose_name": "mentor pair",
                "verbose_name_plural": "mentor pairs",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["school_year", "state"], name="mentor_pair_year_state"),
                    models.Index(fields=["mentor", "state"], name="mentor_pair_mentor"),
                    models.Index(fields=["state", "consent_until"], name="mentor_pair_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="mentor_pair_period",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ended", "changed"]), _negated=True),
                            models.Q(
                                ("ended_on__isnull", False), models.Q(("end_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="mentor_pair_end_reason",
                        violation_error_message="Say why the pair ends.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["formed", "active", "paused"]), _negated=True),
                            ("order__isnull", False),
                            _connector="OR",
                        ),
                        name="mentor_pair_order",
                        violation_error_message="A pair is formed by an order.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NetworkCheckItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "year_from",
                    models.PositiveSmallIntegerField(
                        default=2000,
                        validators=[django.core.validators.MinValueValidator(2000)],
                        verbose_name="holds from the school year that begins in",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("condition", "conditions of a network"),
                            ("characteristic", "characteristics of a network"),
                            ("online", "levels of online mentoring"),
                        ],
                        max_length=20,
                        verbose_name="list",
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="level of online mentoring",
                    ),
                ),
                (
                    "level_title",
                    models.CharField(blank=True, max_length=200, verbose_name="name of the level"),
                ),
                ("title", models.CharField(max_length=300, verbose_name="item")),
                ("text", models.TextField(blank=True, verbose_name="explanation")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "item of the self-check of a network",
                "verbose_name_plural": "items of the self-check of a network",
                "ordering": ["kind", "level", "position", "code", "-year_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "year_from"),
                        name="network_check_item_once",
                        violation_error_message="There is a row of this year already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "online"), ("level__isnull", False)),
                            models.Q(models.Q(("kind", "online"), _negated=True), ("level__isnull", True)),
                            _connector="OR",
                        ),
                        name="network_check_item_level",
                        violation_error_message="Items of online mentoring have a level, others have none.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="NetworkModelCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "year_from",
                    models.PositiveSmallIntegerField(
                        default=2000,
                        validators=[django.core.validators.MinValueValidator(2000)],
                        verbose_name="holds from the school year that begins in",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("concentrated_coordination", "concentrated, coordinating centre"),
                            ("concentrated_resource", "concentrated, resource centre"),
                            ("concentrated_both", "concentrated, coordination and resources together"),
                            ("distributed_instrumental", "distributed, instrumental"),
                            ("distributed_identical", "distributed, identical"),
                            ("chain", "chain"),
                            ("mixed", "mixed"),
                        ],
                        max_length=30,
                        verbose_name="model",
                    ),
                ),
                ("gist", models.TextField(verbose_name="gist")),
                (
                    "structure",
                    models.CharField(
                        choices=[
                            ("centre", "a centre directs: many links lead to it, few away from it"),
                            ("flat", "equal members: links run between all of them"),
                            ("chain", "one after another: each link passes the task on"),
                            ("parts", "parts with their own models"),
                        ],
                        max_length=10,
                        verbose_name="links",
                    ),
                ),
                ("features", models.JSONField(blank=True, default=list, verbose_name="what it is known by")),
                ("conditions", models.JSONField(blank=True, default=list, verbose_name="what it needs")),
                ("fits_when", models.JSONField(blank=True, default=list, verbose_name="when it fits")),
                (
                    "went_wrong",
                    models.JSONField(blank=True, default=list, verbose_name="what went wrong elsewhere"),
                ),
                (
                    "incoming_ratio",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="incoming links of the centre for one outgoing, at least",
                    ),
                ),
            ],
            options={
                "verbose_name": "card of a network model",
                "verbose_name_plural": "cards of network models",
                "ordering": ["position", "code", "-year_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "year_from"),
                        name="network_model_card_once",
                        violation_error_message="There is a row of this year already.",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PairRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("value", models.PositiveSmallIntegerField(verbose_name="value")),
                ("unit", models.CharField(blank=True, max_length=60, verbose_name="unit")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="order")),
            ],
            options={
                "verbose_name": "rule of pairs",
                "verbose_name_plural": "rules of pairs",
                "ordering": ["position", "code"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="PartnershipConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="networks.partnership",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("mentee", "school that gets help"), ("lead", "lead school")],
                        max_length=6,
                        verbose_name="side",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="school",
                    ),
                ),
                ("is_consent", models.BooleanField(verbose_name="consents")),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("by_label", models.CharField(blank=True, max_length=300, verbose_name="who decided")),
                (
                    "on_paper",
                    models.BooleanField(
                        default=False,
                        help_text="A coordinator wrote down what the school said.",
                        verbose_name="given on paper",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent of a school",
                "verbose_name_plural": "consents of schools",
                "ordering": ["partnership", "side"],
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "side"), name="partnership_consent_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_consent", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="partnership_refusal_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolHoliday",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("source_page", models.CharField(blank=True, max_length=40, verbose_name="page")),
                (
                    "source_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="year of the source"
                    ),
                ),
                (
                    "is_assumption",
                    models.BooleanField(
                        default=False,
                        help_text="No document says so; change it to what holds in your region.",
                        verbose_name="assumption",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        help_text="Left empty, they hold everywhere.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.territory",
                        verbose_name="territory",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
            ],
            options={
                "verbose_name": "school holidays",
                "verbose_name_plural": "school holidays",
                "ordering": ["-starts_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("territory", "starts_on"),
                        name="school_holiday_once",
                        violation_error_message="Holidays that begin on this day are entered already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("territory__isnull", True)),
                        fields=("starts_on",),
                        name="school_holiday_everywhere_once",
                        violation_error_message="Holidays that begin on this day are entered already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="school_holiday_period",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.territory",
                        verbose_name="territory",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cooperation", "cooperation agreement"),
                            ("network_form", "contract on the network form of a programme for pupils"),
                            ("simple_partnership", "contract of a simple partnership"),
                            ("network_rules", "rules of a network"),
                            ("centre_rules", "rules of a coordination centre"),
                            ("amendment", "amendment"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "school_year",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.schoolyear",
                        verbose_name="school year",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="networks.partnership",
                        verbose_name="network pair",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="networks.network",
                        verbose_name="network",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "amends",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="networks.agreement",
                        verbose_name="changes the agreement",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("number", models.CharField(blank=True, max_length=50, verbose_name="number")),
                ("place", models.CharField(blank=True, max_length=150, verbose_name="place")),
                ("party_names", models.CharField(blank=True, editable=False, max_length=500)),
                ("search_text", models.TextField(blank=True, default="", editable=False)),
                (
                    "subjects",
                    models.CharField(blank=True, max_length=500, verbose_name="what the help is about"),
                ),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "payment",
                    models.CharField(
                        choices=[("free", "free of charge"), ("paid", "paid")],
                        default="free",
                        max_length=5,
                        verbose_name="payment",
                    ),
                ),
                (
                    "pupils_study",
                    models.BooleanField(
                        default=False, verbose_name="pupils study in another school under this agreement"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_approval", "is being approved"),
                            ("agreed", "agreed, not signed"),
                            ("signed", "signed, not in force yet"),
                            ("in_force", "in force"),
                            ("amended", "in force with amendments"),
                            ("ended", "ended"),
                        ],
                        default="draft",
                        max_length=15,
                        verbose_name="state",
                    ),
                ),
                (
                    "agreed_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="agreed on"),
                ),
                (
                    "agreed_note",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="why without the chain"
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                (
                    "end_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("term", "its term is over"),
                            ("consent", "by consent of the parties"),
                            ("withdrawal", "one party withdrew"),
                            ("replaced", "another agreement replaced it"),
                            ("dropped", "it was never signed"),
                        ],
                        max_length=12,
                        verbose_name="how it ended",
                    ),
                ),
                ("end_reason", models.TextField(blank=True, verbose_name="why it ended")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
            ],
            options={
                "verbose_name": "agreement",
                "verbose_name_plural": "agreements",
                "ordering": ["-school_year__start_year", "title", "pk"],
                "indexes": [
                    models.Index(fields=["state", "ends_on"], name="agreement_state_end"),
                    models.Index(fields=["school_year", "state"], name="agreement_year_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="agreement_term",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "network_form"), _negated=True),
                            ("pupils_study", True),
                            _connector="OR",
                        ),
                        name="agreement_network_form_for_pupils",
                        violation_error_message="A contract on the network form is made only where pupils study in another school.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["agreed", "draft", "ended", "in_approval"]),
                            models.Q(
                                ("signed_on__isnull", False), models.Q(("content_hash", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="agreement_signed_is_frozen",
                        violation_error_message="A signed agreement has its date and the hash of its text.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True),
                            ("ended_on__isnull", False),
                            _connector="OR",
                        ),
                        name="agreement_ended_on",
                        violation_error_message="Say when the agreement ended.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "amendment"), _negated=True),
                            ("amends__isnull", False),
                            _connector="OR",
                        ),
                        name="agreement_amendment_of",
                        violation_error_message="An amendment changes an agreement.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("amends__isnull", True), ("state__in", ["agreed", "draft", "in_approval"])
                        ),
                        fields=("partnership",),
                        name="agreement_one_draft_of_pair",
                        violation_error_message="The pair has an agreement in preparation already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CoordinationCentre",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="centres",
                        to="networks.network",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("school", "leading school (internship site or resource centre)"),
                            ("authority", "body at an education authority (coordination council)"),
                            ("special", "specially created structure"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.workinggroup",
                        verbose_name="council or working group",
                    ),
                ),
                ("functions", models.TextField(blank=True, verbose_name="management functions")),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalact",
                        verbose_name="act that gives the functions",
                    ),
                ),
            ],
            options={
                "verbose_name": "coordination centre of a network",
                "verbose_name_plural": "coordination centres of networks",
                "ordering": ["network", "kind"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("network", "kind"),
                        name="network_centre_once",
                        violation_error_message="The network has a centre of this kind already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False), ("group__isnull", False), _connector="OR"
                        ),
                        name="network_centre_named",
                        violation_error_message="Name the organisation or the council that is the centre.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="DiaryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="diary",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.person",
                        verbose_name="mentee",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="what I managed")),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared")),
                ("written_on", models.DateField(verbose_name="written")),
            ],
            options={
                "verbose_name": "entry of a success diary",
                "verbose_name_plural": "entries of success diaries",
                "ordering": ["pair", "-written_on", "-pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="NetworkCheckAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_answers",
                        to="networks.network",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="networks.networkcheckitem",
                        verbose_name="item",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("yes", "yes"), ("partly", "partly"), ("no", "no")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
            ],
            options={
                "verbose_name": "answer of the self-check",
                "verbose_name_plural": "answers of the self-check",
                "ordering": ["network", "item__kind", "item__level", "item__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("network", "item"), name="network_check_answer_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="NetworkMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="networks.network",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="network_memberships",
                        to="registry.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "lead school"),
                            ("mentee", "school that gets help"),
                            ("coordination", "coordination centre"),
                            ("resource", "resource centre"),
                            ("service", "methodical service"),
                            ("authority", "education authority"),
                            ("partner", "partner"),
                        ],
                        max_length=15,
                        verbose_name="role",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="place in the chain"
                    ),
                ),
                ("task", models.CharField(blank=True, max_length=500, verbose_name="task")),
                ("joined_on", models.DateField(blank=True, null=True, verbose_name="joined")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="left")),
                ("leave_reason", models.TextField(blank=True, verbose_name="why it left")),
                ("remains", models.TextField(blank=True, verbose_name="what remains")),
            ],
            options={
                "verbose_name": "member of a network",
                "verbose_name_plural": "members of networks",
                "ordering": ["network", "position", "role", "organisation__sort_key"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=("network", "organisation", "role"),
                        name="network_member_once",
                        violation_error_message="This organisation has this role in the network already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            models.Q(("leave_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="network_member_leaves_with_reason",
                        violation_error_message="Say why the member leaves the network.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            ("joined_on__isnull", True),
                            ("left_on__gte", models.F("joined_on")),
                            _connector="OR",
                        ),
                        name="network_member_period",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PairLevel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="levels",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.person",
                        verbose_name="mentee",
                    ),
                ),
                (
                    "competence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="diagnosis.competence",
                        verbose_name="competence",
                    ),
                ),
                (
                    "entry",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="at the entry",
                    ),
                ),
                ("entry_on", models.DateField(verbose_name="date of the entry")),
                (
                    "entry_source",
                    models.CharField(
                        choices=[("deficits", "diagnosis of deficits"), ("entered", "entered by the pair")],
                        max_length=10,
                        verbose_name="known from",
                    ),
                ),
                (
                    "exit",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(3),
                        ],
                        verbose_name="at the exit",
                    ),
                ),
                ("exit_on", models.DateField(blank=True, null=True, verbose_name="date of the exit")),
                (
                    "exit_source",
                    models.CharField(
                        blank=True,
                        choices=[("deficits", "diagnosis of deficits"), ("entered", "entered by the pair")],
                        max_length=10,
                        verbose_name="known from",
                    ),
                ),
            ],
            options={
                "verbose_name": "level of a competence in a pair",
                "verbose_name_plural": "levels of competences in pairs",
                "ordering": ["pair", "person", "competence__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("pair", "person", "competence"), name="pair_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entry__gte", 0),
                            ("entry__lte", 3),
                            models.Q(
                                ("exit__isnull", True),
                                models.Q(("exit__gte", 0), ("exit__lte", 3)),
                                _connector="OR",
                            ),
                        ),
                        name="pair_level_range",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PairMaterial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="materials",
                        to="networks.mentorpair",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("url", models.URLField(verbose_name="link")),
                ("added_on", models.DateField(verbose_name="added")),
            ],
            options={
                "verbose_name": "material of a pair",
                "verbose_name_plural": "materials of pairs",
                "ordering": ["pair", "-added_on", "-pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="PairMeeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="meetings",
                        to="networks.mentorpair",
                    ),
                ),
                ("day", models.DateField(verbose_name="date")),
                ("at", models.TimeField(blank=True, null=True, verbose_name="time")),
                (
                    "mode",
                    models.CharField(
                        choices=[("in_person", "in person"), ("remote", "remote")],
                        default="remote",
                        max_length=10,
                        verbose_name="format",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                ("summary", models.CharField(blank=True, max_length=300, verbose_name="what was done")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "date proposed"),
                            ("agreed", "date agreed"),
                            ("held", "held"),
                            ("cancelled", "cancelled"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "proposed_by",
                    models.CharField(
                        blank=True,
                        choices=[("mentor", "mentor"), ("mentee", "mentee")],
                        max_length=10,
                        verbose_name="proposed by",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded")),
            ],
            options={
                "verbose_name": "meeting of a pair",
                "verbose_name_plural": "meetings of pairs",
                "ordering": ["pair", "-day", "-pk"],
                "indexes": [models.Index(fields=["pair", "state", "day"], name="pair_meeting_state_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "agreed"])),
                        fields=("pair",),
                        name="pair_meeting_next_once",
                        violation_error_message="The pair has a next meeting already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(("summary", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pair_meeting_summary",
                        violation_error_message="Say in one line what was done.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PairMentee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentees",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentee_pairs",
                        to="registry.person",
                        verbose_name="mentee",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="school of the mentee",
                    ),
                ),
                (
                    "is_elsewhere",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Works in another school than the first mentee.",
                    ),
                ),
                ("need", models.CharField(blank=True, max_length=500, verbose_name="need")),
                (
                    "consented_on",
                    models.DateField(blank=True, null=True, verbose_name="consent of the mentee"),
                ),
                (
                    "consent_paper",
                    models.CharField(blank=True, max_length=200, verbose_name="paper of the consent"),
                ),
            ],
            options={
                "verbose_name": "mentee of a pair",
                "verbose_name_plural": "mentees of pairs",
                "ordering": ["pair", "person__sort_key", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_elsewhere", True)),
                        fields=["school"],
                        name="pair_mentee_elsewhere",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pair", "person"),
                        name="pair_mentee_once",
                        violation_error_message="This person is a mentee of the pair already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PairMiss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="misses",
                        to="networks.mentorpair",
                    ),
                ),
                ("month", models.DateField(help_text="Its first day.", verbose_name="month")),
                ("reason", models.CharField(max_length=300, verbose_name="why there was no meeting")),
            ],
            options={
                "verbose_name": "month without a meeting",
                "verbose_name_plural": "months without a meeting",
                "ordering": ["pair", "-month"],
                "constraints": [
                    models.UniqueConstraint(fields=("pair", "month"), name="pair_miss_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="pair_miss_reason"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PairNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.person",
                        verbose_name="author",
                    ),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="text")),
                ("is_private", models.BooleanField(default=True, verbose_name="only for the pair")),
                ("written_on", models.DateField(verbose_name="written")),
            ],
            options={
                "verbose_name": "note of a pair",
                "verbose_name_plural": "notes of pairs",
                "ordering": ["pair", "-written_on", "-pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="PairPlanItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "competence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="diagnosis.competence",
                        verbose_name="competence to be formed",
                    ),
                ),
                ("content", models.TextField(max_length=1000, verbose_name="content of the work")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="from")),
                ("due_on", models.DateField(verbose_name="until")),
                (
                    "mode",
                    models.CharField(
                        choices=[("in_person", "in person"), ("remote", "remote")],
                        default="in_person",
                        max_length=10,
                        verbose_name="format",
                    ),
                ),
                ("result", models.CharField(blank=True, max_length=500, verbose_name="result")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("planned", "planned"),
                            ("done", "done"),
                            ("missed", "missed"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done")),
                ("evidence", models.CharField(blank=True, max_length=500, verbose_name="what proves it")),
                ("evidence_url", models.URLField(blank=True, verbose_name="link")),
                ("miss_reason", models.CharField(blank=True, max_length=300, verbose_name="why not done")),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="diagnosis.measuretemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a pair's plan",
                "verbose_name_plural": "lines of pairs' plans",
                "ordering": ["pair", "due_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("due_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="pair_plan_period",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            ("done_on__isnull", False),
                            _connector="OR",
                        ),
                        name="pair_plan_done_on",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "missed"), _negated=True),
                            models.Q(("miss_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pair_plan_miss_reason",
                        violation_error_message="Say why it was not done.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PairRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pair",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="networks.mentorpair",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.person",
                        verbose_name="who",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("mentor", "mentor"), ("mentee", "mentee")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="from 1 to 10",
                    ),
                ),
                ("word", models.CharField(blank=True, max_length=200, verbose_name="in a word")),
                ("rated_on", models.DateField(verbose_name="date")),
            ],
            options={
                "verbose_name": "satisfaction with a pair",
                "verbose_name_plural": "satisfaction with pairs",
                "ordering": ["pair", "-rated_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pair", "person", "rated_on"), name="pair_rating_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 1), ("score__lte", 10)), name="pair_rating_range"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ResourceDirection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="directions",
                        to="networks.network",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("educational", "educational work"),
                            ("methodical", "methodical work"),
                            ("innovative", "innovative work"),
                            ("remote", "remote work"),
                        ],
                        max_length=15,
                        verbose_name="direction",
                    ),
                ),
                ("planned", models.TextField(blank=True, verbose_name="planned")),
                ("done", models.TextField(blank=True, verbose_name="really done")),
            ],
            options={
                "verbose_name": "direction of the work of a resource centre",
                "verbose_name_plural": "directions of the work of resource centres",
                "ordering": ["network", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("network", "kind"), name="network_direction_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="networks.agreement",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "lead school"),
                            ("mentee", "school that gets help"),
                            ("member", "member of the network"),
                            ("centre", "coordination centre"),
                            ("authority", "education authority"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement_parties",
                        to="registry.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "legal_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.organisation",
                        verbose_name="legal person that signs",
                    ),
                ),
                ("name", models.CharField(max_length=500, verbose_name="full name of the legal person")),
                ("called", models.CharField(max_length=100, verbose_name="called in the text")),
                (
                    "for_branch",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="in the interest of the branch"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "representative",
                    models.CharField(
                        blank=True,
                        help_text="Family name, given name, patronymic.",
                        max_length=200,
                        verbose_name="representative",
                    ),
                ),
                (
                    "representative_post",
                    models.CharField(blank=True, max_length=200, verbose_name="post of the representative"),
                ),
                (
                    "represented_by",
                    models.CharField(
                        blank=True,
                        help_text="As it stands in the text, in the genitive. Proposed by rules: check it.",
                        max_length=400,
                        verbose_name="in the person of (genitive)",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        help_text="In the genitive.",
                        max_length=300,
                        verbose_name="acts on the basis of",
                    ),
                ),
                ("inn", models.CharField(blank=True, max_length=12, verbose_name="ИНН")),
                ("kpp", models.CharField(blank=True, max_length=9, verbose_name="КПП")),
                ("ogrn", models.CharField(blank=True, max_length=15, verbose_name="ОГРН")),
                ("address", models.CharField(blank=True, max_length=400, verbose_name="address")),
                (
                    "contacts",
                    models.CharField(blank=True, max_length=300, verbose_name="telephone and e-mail"),
                ),
                ("bank", models.TextField(blank=True, verbose_name="bank details")),
            ],
            options={
                "verbose_name": "party of an agreement",
                "verbose_name_plural": "parties of agreements",
                "ordering": ["agreement", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "organisation"),
                        name="agreement_party_once",
                        violation_error_message="This organisation is a party already.",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="networks.agreement",
                    ),
                ),
                ("ends_on", models.DateField(verbose_name="valid until")),
                ("days_before", models.PositiveSmallIntegerField(verbose_name="days before the end")),
                ("recipients", models.PositiveSmallIntegerField(default=0, verbose_name="letters sent")),
                ("sent_at", models.DateTimeField(auto_now_add=True, verbose_name="sent")),
            ],
            options={
                "verbose_name": "reminder of an agreement",
                "verbose_name_plural": "reminders of agreements",
                "ordering": ["-sent_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agreement", "ends_on", "days_before"), name="agreement_reminder_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="networks.agreement",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what it is about")),
                ("author_label", models.CharField(blank=True, max_length=200, verbose_name="who began it")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="begun")),
                ("frozen_at", models.DateTimeField(blank=True, null=True, verbose_name="frozen")),
                ("paper", models.JSONField(blank=True, default=dict, editable=False)),
            ],
            options={
                "verbose_name": "version of an agreement",
                "verbose_name_plural": "versions of agreements",
                "ordering": ["agreement", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("agreement", "number"), name="agreement_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("frozen_at__isnull", True)),
                        fields=("agreement",),
                        name="agreement_version_one_open",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="NetworkDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="networks.network",
                    ),
                ),
                (
                    "requirement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="networks.documentrequirement",
                        verbose_name="document",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="networks.networkmember",
                        verbose_name="member",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("signed", "signed")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.legalact",
                        verbose_name="act",
                    ),
                ),
                ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "document of a network",
                "verbose_name_plural": "documents of networks",
                "ordering": ["network", "requirement__position", "member"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("network", "requirement", "member"), name="network_document_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("member__isnull", True)),
                        fields=("network", "requirement"),
                        name="network_document_common_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "signed"), _negated=True),
                            ("signed_on__isnull", False),
                            _connector="OR",
                        ),
                        name="network_document_signed_on",
                        violation_error_message="Say when the document was signed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True),
                            ("signed_on__isnull", True),
                            ("valid_until__gte", models.F("signed_on")),
                            _connector="OR",
                        ),
                        name="network_document_period",
                        violation_error_message="The end of a period cannot lie before its beginning.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="networks.agreement",
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(default=1, verbose_name="step")),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="networks.agreementparty",
                        verbose_name="for the party",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        help_text="The post: head, lawyer …", max_length=200, verbose_name="who approves"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("agreed", "agreed"),
                            ("returned", "returned with remarks"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="decision",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="remarks")),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="networks.agreementversion",
                        verbose_name="version",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("decided_by_label", models.CharField(blank=True, max_length=200, verbose_name="decided by")),
            ],
            options={
                "verbose_name": "approval of an agreement",
                "verbose_name_plural": "approvals of agreements",
                "ordering": ["agreement", "step", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision", "waiting"),
                            models.Q(("decided_at__isnull", False), ("version__isnull", False)),
                            _connector="OR",
                        ),
                        name="agreement_approval_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "returned"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="agreement_approval_remarks",
                        violation_error_message="Say what must be changed.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementClause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clauses",
                        to="networks.agreementversion",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=32)),
                ("position", models.PositiveSmallIntegerField(verbose_name="order")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("subject", "subject of the agreement"),
                            ("duties", "duties of a party"),
                            ("results", "measurable results"),
                            ("term", "term"),
                            ("payment", "payment"),
                            ("personal_data", "personal data"),
                            ("communication", "communication and control"),
                            ("liability", "liability"),
                            ("changes", "changes and ending"),
                            ("disputes", "disputes"),
                            ("copies", "copies and other rules"),
                            ("study", "programme, its resources and the pupils"),
                            ("contributions", "contributions and common property"),
                            ("management", "management and functions"),
                            ("membership", "members, joining and leaving"),
                            ("requisites", "requisites and signatures"),
                        ],
                        max_length=15,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("lead", "lead school"),
                            ("mentee", "school that gets help"),
                            ("member", "member of the network"),
                            ("centre", "coordination centre"),
                            ("authority", "education authority"),
                        ],
                        max_length=10,
                        verbose_name="whose duty",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "clause of an agreement",
                "verbose_name_plural": "clauses of agreements",
                "ordering": ["version", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "key"), name="agreement_clause_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgreementFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="networks.agreement",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="networks.agreementparty",
                        verbose_name="of the party",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("scan", "scan of the signed paper"),
                            ("signature", "detached signature file"),
                            ("remarks", "remarks or another paper"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("file", models.FileField(upload_to="agreements/%Y/")),
                ("file_hash", models.CharField(editable=False, max_length=64)),
                (
                    "content_hash",
                    models.CharField(
                        editable=False, max_length=64, verbose_name="hash of the text to which it belongs"
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                ("added_by_label", models.CharField(blank=True, max_length=200, verbose_name="added by")),
            ],
            options={
                "verbose_name": "file of an agreement",
                "verbose_name_plural": "files of agreements",
                "ordering": ["agreement", "pk"],
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
