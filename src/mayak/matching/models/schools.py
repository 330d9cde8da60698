"""Pairs of schools in a pairing, what people demanded of them, and the schools left without one."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.enums import MatchingState, PairOrigin, PairRuleKind
from mayak.matching.models.runs import MatchingRun
from mayak.registry.models import Organisation


class PairRuleQuerySet(ScopedQuerySet["PairRule"]):
    """Demands within the pairings of a territory."""

    scope_territory = "run__territory__path"


class UnmatchedSchoolQuerySet(ScopedQuerySet["UnmatchedSchool"]):
    """Schools without a pair in the pairings of a territory."""

    scope_territory = "run__territory__path"


class MatchPairQuerySet(ScopedQuerySet["MatchPair"]):
    """Pairs of the pairings of a territory; a school sees its own, and only approved ones (ux.md 11)."""

    scope_territory = "run__territory__path"

    def within(self, scope: Scope) -> Self:
        """Return the pairs of the visible pairings and the approved pairs of the visible schools."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        for path in scope.territory_paths:
            visible |= Q(run__territory__path__under=path)
        if own := scope.organisation_ids:
            approved = Q(run__state=MatchingState.APPROVED)
            visible |= approved & (Q(mentee_id__in=own) | Q(lead_id__in=own))
        return self.filter(visible)


class MatchPair(models.Model):
    """A mentee school with a lead school; ``contributions`` says what each criterion gave to the score (0..1)."""

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="pairs")
    mentee = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee school")
    )
    lead = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead school")
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=PairOrigin.choices, default=PairOrigin.SOLVER
    )
    score = models.FloatField(_("score"))
    distance_km = models.FloatField(_("distance, km"), null=True, blank=True)
    contributions = models.JSONField(_("contributions"), default=list, blank=True)
    lines = models.JSONField(_("content lines"), default=list, blank=True)
    group = models.CharField(_("group or place in the chain"), max_length=200, blank=True)
    is_kept = models.BooleanField(_("kept from last year"), default=False)
    keep_price = models.FloatField(_("price of keeping it"), null=True, blank=True)

    objects = MatchPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair")
        verbose_name_plural = _("pairs")
        ordering = ["run", "lead__sort_key", "mentee__sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "lead"], name="match_pair_once"),
            models.CheckConstraint(
                condition=~Q(mentee=F("lead")),
                name="match_pair_of_two",
                violation_error_message=_("A school cannot help itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} ← {self.lead}"


class PairRule(models.Model):
    """A person demands or forbids a pair; a new computation keeps it."""

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="rules")
    mentee = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee school")
    )
    lead = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("lead school")
    )
    kind = models.CharField(_("demand"), max_length=10, choices=PairRuleKind.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PairRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand on a pair")
        verbose_name_plural = _("demands on pairs")
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "lead"], name="pair_rule_once"),
            models.CheckConstraint(
                condition=~Q(kind="forbid") | ~Q(reason=""),
                name="pair_rule_forbid_reason",
                violation_error_message=_("Say why this pair must not be."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.mentee} – {self.lead}"


class UnmatchedSchool(models.Model):
    """A mentee school without a pair; ``reasons`` names the limits that stopped it and the cheapest change."""

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="unmatched")
    mentee = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee school")
    )
    reasons = models.JSONField(_("reasons"), default=list, blank=True)

    objects = UnmatchedSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school without a pair")
        verbose_name_plural = _("schools without a pair")
        ordering = ["run", "mentee__sort_key"]
        constraints = [models.UniqueConstraint(fields=["run", "mentee"], name="unmatched_once")]

    def __str__(self) -> str:
        return str(self.mentee)
