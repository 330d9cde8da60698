"""What is known of the deficits of a teacher, each source kept apart; their combination, made again at any time."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import MAX_SEVERITY, DeficitSource
from mayak.diagnosis.models.competences import Competence
from mayak.diagnosis.models.of_person import OfPersonQuerySet
from mayak.registry.models import Person


class EvidenceQuerySet(OfPersonQuerySet["DeficitEvidence"]):
    """Evidence on the people of a scope."""


class DeficitEvidence(models.Model):
    """What one source says of one competence of one person on a day.

    ``severity`` is 0 (no deficit) .. 3. ``is_newest`` marks the last statement of a source, the only one that counts.
    Results of pupils, ВПР above all, are no source: the list of sources is a constraint, and so is the name of the
    instrument (the service refuses more spellings than the database can).
    """

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="deficit_evidence", verbose_name=_("person")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="+", verbose_name=_("competence")
    )
    source = models.CharField(_("source"), max_length=10, choices=DeficitSource.choices)
    severity = models.FloatField(
        _("severity"), validators=[MinValueValidator(0), MaxValueValidator(MAX_SEVERITY)]
    )
    wants_help = models.BooleanField(_("wishes help"), null=True, blank=True)
    observed_on = models.DateField(_("date"))
    instrument = models.CharField(_("by what"), max_length=200, blank=True)
    reference = models.CharField(_("where from"), max_length=120, blank=True, editable=False)
    note = models.TextField(_("note"), blank=True)
    objection = models.TextField(_("objection of the teacher"), blank=True)
    is_newest = models.BooleanField(default=True, editable=False)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence of a deficit")
        verbose_name_plural = _("evidence of deficits")
        ordering = ["-observed_on", "-pk"]
        indexes = [models.Index(fields=["person", "competence"], name="evidence_person")]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=DeficitSource.values), name="evidence_source"),
            models.CheckConstraint(
                condition=Q(severity__gte=0, severity__lte=MAX_SEVERITY), name="evidence_severity"
            ),
            models.CheckConstraint(
                condition=~Q(instrument__contains="ВПР") & ~Q(instrument__contains="ВПР".lower()),
                name="evidence_never_vpr",
            ),
            models.UniqueConstraint(
                fields=["person", "competence", "source"],
                condition=Q(is_newest=True),
                name="evidence_newest_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.competence}: {self.get_source_display()}"


class SummaryQuerySet(OfPersonQuerySet["DeficitSummary"]):
    """Summaries of the people of a scope."""


class DeficitSummary(models.Model):
    """The combined severities of a person in one row: a copy that the evidence makes again at any time.

    ``packed`` is what ``algorithms.packing`` writes (competence, severity, wish for help): a region of 20,000 teachers
    is read and added up from it in a fraction of a second.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="deficit_summary", verbose_name=_("person")
    )
    packed = models.BinaryField(_("combined severities"))
    computed_at = models.DateTimeField(_("computed"), auto_now=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("summary of deficits")
        verbose_name_plural = _("summaries of deficits")

    def __str__(self) -> str:
        return str(self.person)
