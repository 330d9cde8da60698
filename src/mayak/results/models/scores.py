"""Results of a school in an assessment, and of its participants by code."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation
from mayak.results.enums import ResultBasis
from mayak.results.models.assessments import Assessment
from mayak.results.models.staged import StagedQuerySet, StagedRow


class SchoolResultQuerySet(StagedQuerySet["SchoolResult"]):
    """Results of the schools of a scope."""


class SchoolResult(StagedRow):
    """What a school showed in one assessment. Counts are pupils; ``mean`` is in points of ``scale_max``.

    ``marks_2`` … ``marks_5`` are counts; where a file gives only per cents they are kept in ``percents`` as given.
    ``below`` counts participants under the threshold of the assessment; ``below_share`` is 0..1.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="results", verbose_name=_("school")
    )
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="results", verbose_name=_("assessment")
    )
    basis = models.CharField(_("made from"), max_length=12, choices=ResultBasis.choices)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    declared_participants = models.PositiveIntegerField(_("participants declared"), null=True, blank=True)
    marks_2 = models.PositiveIntegerField(_("marks «2»"), null=True, blank=True)
    marks_3 = models.PositiveIntegerField(_("marks «3»"), null=True, blank=True)
    marks_4 = models.PositiveIntegerField(_("marks «4»"), null=True, blank=True)
    marks_5 = models.PositiveIntegerField(_("marks «5»"), null=True, blank=True)
    percents = models.JSONField(_("per cents as given"), default=dict, blank=True)
    mean = models.DecimalField(_("mean score"), max_digits=8, decimal_places=4, null=True, blank=True)
    scale_max = models.DecimalField(_("maximum score"), max_digits=7, decimal_places=2, null=True, blank=True)
    below = models.PositiveIntegerField(_("below the threshold"), null=True, blank=True)
    below_share = models.DecimalField(
        _("share below the threshold"), max_digits=7, decimal_places=6, null=True, blank=True
    )
    distribution = models.JSONField(_("distribution of scores"), default=dict, blank=True)
    journal_lowered = models.PositiveIntegerField(_("below the journal mark"), null=True, blank=True)
    journal_confirmed = models.PositiveIntegerField(_("equal to the journal mark"), null=True, blank=True)
    journal_raised = models.PositiveIntegerField(_("above the journal mark"), null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    objects = SchoolResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a school")
        verbose_name_plural = _("results of schools")
        indexes = [
            models.Index(fields=["assessment", "organisation"], name="school_result_assessment"),
            models.Index(fields=["organisation", "assessment"], name="school_result_school"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "organisation", "assessment", "basis"], name="school_result_once"
            ),
            models.CheckConstraint(
                condition=Q(below_share__isnull=True) | Q(below_share__gte=0, below_share__lte=1),
                name="school_result_share",
            ),
            models.CheckConstraint(
                condition=Q(below__isnull=True)
                | Q(participants__isnull=True)
                | Q(below__lte=F("participants")),
                name="school_result_below",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.assessment}"


class ParticipantResultQuerySet(ScopedQuerySet["ParticipantResult"]):
    """Participants of the schools of a scope. Personal data even under a code: reading is logged (domain.md B8.1)."""

    scope_territory = "result__organisation__territory__path"
    scope_organisation = "result__organisation_id"


class ParticipantResult(models.Model):
    """One participant by code; never a name. Deleted by the retention rule."""

    result = models.ForeignKey(SchoolResult, on_delete=models.CASCADE, related_name="participant_rows")
    code = models.CharField(_("participant code"), max_length=40)
    class_label = models.CharField(_("class"), max_length=40, blank=True)
    variant = models.CharField(_("variant"), max_length=40, blank=True)
    score = models.FloatField(_("score"), null=True, blank=True)
    primary_score = models.FloatField(_("primary score"), null=True, blank=True)
    mark = models.PositiveSmallIntegerField(_("mark"), null=True, blank=True)
    journal_mark = models.PositiveSmallIntegerField(_("journal mark"), null=True, blank=True)
    tasks = models.TextField(_("points by task"), blank=True)
    row = models.PositiveIntegerField(_("row of the file"), null=True, blank=True)

    objects = ParticipantResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a participant")
        verbose_name_plural = _("results of participants")

    def __str__(self) -> str:
        return self.code
