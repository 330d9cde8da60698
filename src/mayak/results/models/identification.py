"""Rule sets, runs of them and what a run decided for each school."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import Organisation, Territory
from mayak.results.enums import DecisionChange, RunState
from mayak.results.models.statuses import StatusKind


class RuleSetQuerySet(ScopedQuerySet["RuleSet"]):
    """Rule sets: those supplied with the product (no territory) are seen by everybody."""

    def usable(self, scope):  # type: ignore[no-untyped-def]  # the argument is a Scope; the result this queryset
        """Return the supplied rule sets and those of the scope."""
        return self.filter(Q(territory__isnull=True) | Q(pk__in=self.within(scope).values("pk")))


class RuleSet(SourcedRule):
    """A versioned rule by which schools get a status; ``definition`` is the document that the algorithm reads.

    A version that a run has used is frozen: editing it makes the next version, so that a past year replays.
    """

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year of the rule"))
    status_kind = models.ForeignKey(
        StatusKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("status that it gives")
    )
    territory = models.ForeignKey(
        Territory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
    )
    definition = models.JSONField(_("conditions"))
    is_supplied = models.BooleanField(_("supplied with the product"), default=False)
    is_frozen = models.BooleanField(_("used by a run"), default=False)
    is_archived = models.BooleanField(_("archived"), default=False)
    owner_label = models.CharField(_("made by"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("identification rule")
        verbose_name_plural = _("identification rules")
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="rule_set_version_once")]

    def __str__(self) -> str:
        return gettext("%(name)s, version %(version)s") % {"name": self.name, "version": self.version}


class IdentificationRunQuerySet(ScopedQuerySet["IdentificationRun"]):
    """Runs of a territory."""


class IdentificationRun(models.Model):
    """One application of a rule set to the results of a territory and year, kept with its input's hash."""

    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="runs", verbose_name=_("rule")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.DRAFT)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    summary = models.JSONField(_("summary"), default=dict, blank=True)
    input_hash = models.CharField(max_length=64, blank=True)
    previous = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    owner_id = models.BigIntegerField(null=True, blank=True)
    owner_label = models.CharField(_("run by"), max_length=200)
    created_at = models.DateTimeField(_("run"), auto_now_add=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    objects = IdentificationRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("identification")
        verbose_name_plural = _("identifications")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.rule_set.name}, {self.year}"


class SchoolDecisionQuerySet(ScopedQuerySet["SchoolDecision"]):
    """Decisions about the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class SchoolDecision(models.Model):
    """What a run decided for one school and why. A signal for support, not an evaluation.

    ``reasons`` names the conditions that held with procedures and numbers, ``way_out`` the steps that would take the
    school off the list, ``stability`` how often (0..1) it would be on the list if its pupils were drawn again,
    ``severity`` the sum of the distances from the limits (for the order of pairing, never shown as a place),
    ``residual`` the result minus what the context predicts. ``evidence`` keeps every number that was looked at, in the
    short form of services.identification_rows; its procedures stand once in ``run.summary["items"]``.
    """

    run = models.ForeignKey(IdentificationRun, on_delete=models.CASCADE, related_name="decisions")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("school")
    )
    is_listed = models.BooleanField(_("on the list"))
    has_data = models.BooleanField(_("enough data"), default=True)
    is_vetoed = models.BooleanField(_("a quality sign stands against it"), default=False)
    few_participants = models.BooleanField(_("few participants"), default=False)
    stability = models.FloatField(_("stability"), null=True, blank=True)
    severity = models.FloatField(_("how far beyond the threshold"), null=True, blank=True)
    residual = models.FloatField(_("against what the context predicts"), null=True, blank=True)
    change = models.CharField(_("change"), max_length=10, choices=DecisionChange.choices, blank=True)
    reasons = models.JSONField(_("why on the list"), default=list, blank=True)
    way_out = models.JSONField(_("what will take it off the list"), default=list, blank=True)
    evidence = models.JSONField(_("numbers"), default=dict, blank=True)

    objects = SchoolDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a school")
        verbose_name_plural = _("decisions about schools")
        ordering = ["run", "-is_listed", "organisation__sort_key"]
        constraints = [models.UniqueConstraint(fields=["run", "organisation"], name="school_decision_once")]
        indexes = [
            # Wide enough to count a run and to filter its list without reading the rows, which carry all their numbers.
            models.Index(
                fields=[
                    "run", "is_listed", "has_data", "is_vetoed", "few_participants", "change", "stability",
                    "organisation",
                ],
                name="school_decision_counts",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.organisation}: {self.run}"
