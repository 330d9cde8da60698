"""Pairs of teachers with mentors in a pairing, what people demanded of them, and the needs left over."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import Competence
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.enums import MatchingState, PairOrigin, PairRuleKind
from mayak.matching.models.runs import MatchingRun
from mayak.registry.models import Organisation, Person, Subject


class TeacherPairQuerySet(ScopedQuerySet["TeacherPair"]):
    """Pairs of teachers in the pairings of a territory; a school sees its own people's, and only approved ones."""

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
            visible |= approved & (Q(mentee_school_id__in=own) | Q(mentor_school_id__in=own))
        return self.filter(visible)


class TeacherPair(models.Model):
    """A mentor for one need of a mentee.

    ``need_key`` tells the needs of a mentee apart («competence:methods-1»); ``contributions`` says what each
    criterion gave to the score (0..1); ``group`` numbers the groups of a mentor who works with three or more.
    """

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="teacher_pairs")
    mentee = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee teacher")
    )
    mentee_school = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school of the mentee")
    )
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentor"))
    mentor_school = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school of the mentor")
    )
    need_key = models.CharField(max_length=120)
    need_title = models.CharField(_("need"), max_length=300)
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competence"),
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    origin = models.CharField(
        _("origin"), max_length=10, choices=PairOrigin.choices, default=PairOrigin.SOLVER
    )
    score = models.FloatField(_("score"))
    distance_km = models.FloatField(_("distance, km"), null=True, blank=True)
    is_remote = models.BooleanField(_("remote"), default=False)
    hours = models.FloatField(_("hours a month"), null=True, blank=True)
    group = models.PositiveSmallIntegerField(_("group"), null=True, blank=True)
    contributions = models.JSONField(_("contributions"), default=list, blank=True)
    is_kept = models.BooleanField(_("kept from last year"), default=False)
    keep_price = models.FloatField(_("price of keeping it"), null=True, blank=True)

    objects = TeacherPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair of a mentor and a mentee")
        verbose_name_plural = _("pairs of mentors and mentees")
        ordering = ["run", "mentor__sort_key", "mentee__sort_key", "pk"]
        indexes = [
            models.Index(fields=["run", "mentor"], name="teacher_pair_mentor"),
            models.Index(fields=["run", "mentee_school"], name="teacher_pair_school"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "need_key"], name="teacher_pair_once"),
            models.CheckConstraint(
                condition=~Q(mentee=F("mentor")),
                name="teacher_pair_of_two",
                violation_error_message=_("A person cannot be the own mentor."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentee} ← {self.mentor}"


class TeacherRuleQuerySet(ScopedQuerySet["TeacherRule"]):
    """Demands within the pairings of a territory."""

    scope_territory = "run__territory__path"


class TeacherRule(models.Model):
    """A person demands or forbids a pair of teachers; a new computation keeps it."""

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="teacher_rules")
    mentee = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee teacher")
    )
    mentor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentor"))
    kind = models.CharField(_("demand"), max_length=10, choices=PairRuleKind.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = TeacherRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("demand on a pair of teachers")
        verbose_name_plural = _("demands on pairs of teachers")
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "mentee", "mentor"], name="teacher_rule_once"),
            models.CheckConstraint(
                condition=~Q(kind="forbid") | ~Q(reason=""),
                name="teacher_rule_forbid_reason",
                violation_error_message=_("Say why this pair must not be."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.mentee} – {self.mentor}"


class UncoveredNeedQuerySet(ScopedQuerySet["UncoveredNeed"]):
    """Needs without a mentor in the pairings of a territory."""

    scope_territory = "run__territory__path"


class UncoveredNeed(models.Model):
    """A need of a teacher without a mentor; ``reasons`` names what stopped it and the cheapest change."""

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="uncovered")
    mentee = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("mentee teacher")
    )
    mentee_school = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school of the mentee")
    )
    need_key = models.CharField(max_length=120)
    need_title = models.CharField(_("need"), max_length=300)
    weight = models.FloatField(_("weight"), default=0)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)

    objects = UncoveredNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need without a mentor")
        verbose_name_plural = _("needs without a mentor")
        ordering = ["run", "-weight", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "mentee", "need_key"], name="uncovered_once")]

    def __str__(self) -> str:
        return f"{self.mentee}: {self.need_title}"
