"""A pairing: its input, settings, scenario and proof; pairs of schools and the schools left over."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.matching.enums import (
    MatchingLevel,
    MatchingState,
    NetworkModel,
    Objective,
    RunPurpose,
)
from mayak.registry.models import SchoolYear, Territory


class MatchingRunQuerySet(ScopedQuerySet["MatchingRun"]):
    """Pairings of a territory."""


class MatchingRun(models.Model):
    """One pairing of a territory and school year. ``snapshot`` is the whole input: the same gives the same result.

    ``settings`` holds weights, limits and the objective; ``proof`` the optimal value, the bound and the gap;
    ``once_key`` what was sent by the form that made it, so that a second click makes no second pairing.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=MatchingState.choices, default=MatchingState.DRAFT
    )
    level = models.CharField(
        _("who is paired"), max_length=10, choices=MatchingLevel.choices, default=MatchingLevel.SCHOOLS
    )
    network_model = models.CharField(
        _("model of the network"), max_length=30, choices=NetworkModel.choices, blank=True
    )
    purpose = models.CharField(
        _("purpose"), max_length=10, choices=RunPurpose.choices, default=RunPurpose.PLAN
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="descendants",
        verbose_name=_("made from"),
    )
    schools_run = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teacher_runs",
        verbose_name=_("pairing of schools it rests on"),
    )
    scenario = models.JSONField(_("changes of the scenario"), default=list, blank=True)
    objective = models.CharField(
        _("objective"), max_length=20, choices=Objective.choices, default=Objective.NOBODY_LEFT
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    snapshot = models.JSONField(_("input"), default=dict, blank=True)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    versions = models.JSONField(_("versions"), default=dict, blank=True)
    proof = models.JSONField(_("proof"), default=dict, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    score = models.FloatField(_("total score"), null=True, blank=True)
    optimal_score = models.FloatField(_("score of the optimum"), null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_label = models.CharField(_("made by"), max_length=200)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    solved_at = models.DateTimeField(_("computed"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by_label = models.CharField(_("approved by"), max_length=200, blank=True)
    input_changed = models.BooleanField(_("rules changed since the computation"), default=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    archive_reason = models.CharField(_("why it was archived"), max_length=300, blank=True)
    once_key = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)

    objects = MatchingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "school_year", "level"],
                condition=Q(state="approved"),
                name="matching_approved_once",
                violation_error_message=_(
                    "A pairing of this territory and year is approved already; archive it first."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.title
