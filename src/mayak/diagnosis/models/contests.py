"""The contest of low and donor schools by expert evaluation (S4, domain.md A4.1)."""

from typing import Any, Self, TypeVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import (
    ApplicationOrigin,
    ApplicationState,
    ContestDecision,
    ContestKind,
    ContestState,
)
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import LegalAct, Organisation, Programme, SchoolYear, Territory
from mayak.registry.models.territories import below_or_above

ModelT = TypeVar("ModelT", bound=models.Model)


class ContestQuerySet(ScopedQuerySet["Contest"]):
    """Contests of a territory and, for reading, of those above it: schools of a district apply to the region's."""

    def within(self, scope: Scope) -> Self:
        """Return the contests of the scope's territories, of everything below and of everything above them."""
        if scope.everything:
            return self
        return self.filter(below_or_above(scope))

    def owned(self, scope: Scope) -> Self:
        """Return the contests that the scope may hold: of its territories and below."""
        return super().within(scope)


class Contest(models.Model):
    """A contest with its dates, criteria, experts and protocol."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    kind = models.CharField(_("who is chosen"), max_length=15, choices=ContestKind.choices)
    title = models.CharField(_("title"), max_length=300)
    purpose = models.TextField(_("purpose and rules"), blank=True)
    applications_from = models.DateField(_("applications from"))
    applications_until = models.DateField(_("applications until"))
    scores_until = models.DateField(_("scores until"))
    experts_at_least = models.PositiveSmallIntegerField(
        _("experts for an application, at least"), default=2, validators=[MinValueValidator(1)]
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ContestState.choices, default=ContestState.DRAFT
    )
    protocol_number = models.CharField(_("number of the protocol"), max_length=50, blank=True)
    protocol_date = models.DateField(_("date of the protocol"), null=True, blank=True)
    commission = models.CharField(_("name of the commission"), max_length=300, blank=True)
    chair = models.CharField(_("chair of the commission: position, name"), max_length=300, blank=True)
    secretary = models.CharField(_("secretary of the commission: position, name"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("contest of schools")
        verbose_name_plural = _("contests of schools")
        ordering = ["-applications_from", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "school_year", "title"],
                name="contest_once",
                violation_error_message=_("There is a contest of this title in this year already."),
            ),
            models.CheckConstraint(
                condition=Q(applications_until__gte=F("applications_from"))
                & Q(scores_until__gte=F("applications_until")),
                name="contest_dates",
                violation_error_message=_(
                    "The dates follow each other: applications from, applications until, scores until."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ContestPartQuerySet(ScopedQuerySet[ModelT]):
    """Parts of a contest: seen with it."""

    def within(self, scope: Scope) -> Self:
        """Return the parts of the contests that the scope shows."""
        return self if scope.everything else self.filter(below_or_above(scope, "contest__territory__path"))


class ContestCriterionQuerySet(ContestPartQuerySet["ContestCriterion"]):
    """Criteria, seen with their contest."""


class ContestExpertQuerySet(ContestPartQuerySet["ContestExpert"]):
    """Experts, seen with their contest."""


class ContestCriterion(SourcedRule):
    """A criterion with its greatest points and its weight; fixed from the first application on."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    name = models.CharField(_("criterion"), max_length=300)
    help_text = models.TextField(_("what is looked at"), blank=True)
    maximum = models.DecimalField(
        _("points at most"), max_digits=5, decimal_places=1, validators=[MinValueValidator(1)]
    )
    weight = models.DecimalField(
        _("weight"), max_digits=5, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )

    objects = ContestCriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of a contest")
        verbose_name_plural = _("criteria of contests")
        ordering = ["contest", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "name"],
                name="contest_criterion_once",
                violation_error_message=_("The contest has this criterion already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def territory(self) -> Territory:
        """Where the audit entry belongs."""
        return self.contest.territory


class ContestApplicationQuerySet(ScopedQuerySet["ContestApplication"]):
    """Applications of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class ContestApplication(models.Model):
    """What a school sends to a contest, and what the commission decides on it."""

    contest = models.ForeignKey(
        Contest, on_delete=models.CASCADE, related_name="applications", verbose_name=_("contest")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    origin = models.CharField(
        _("entered"), max_length=12, choices=ApplicationOrigin.choices, default=ApplicationOrigin.SCHOOL
    )
    reasons = models.TextField(
        _("why the school takes part"),
        blank=True,
        help_text=_("What is hard or what the school can share. No names of pupils."),
    )
    done = models.TextField(_("what has been done already"), blank=True)
    plans = models.TextField(_("what the school is ready to do"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=ContestDecision.choices, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    objects = ContestApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to a contest")
        verbose_name_plural = _("applications to contests")
        ordering = ["contest", "organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "organisation"],
                name="contest_application_once",
                violation_error_message=_("This school has an application already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.contest}"


class ContestFileQuerySet(ScopedQuerySet["ContestFile"]):
    """Files of the applications of a scope."""

    scope_territory = "application__organisation__territory__path"
    scope_organisation = "application__organisation_id"


class ContestFile(models.Model):
    """A paper that comes with an application."""

    application = models.ForeignKey(ContestApplication, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name of the file"), max_length=200)
    file = models.FileField(_("file"), upload_to="contests/%Y/")
    content_hash = models.CharField(max_length=64, editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = ContestFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an application")
        verbose_name_plural = _("files of applications")
        ordering = ["application", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> Organisation:
        """Where the audit entry belongs."""
        return self.application.organisation


class ContestExpert(models.Model):
    """A user whom the coordinator named an expert of a contest."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="experts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("expert"))

    objects = ContestExpertQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert of a contest")
        verbose_name_plural = _("experts of contests")
        ordering = ["contest", "user__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "user"],
                name="contest_expert_once",
                violation_error_message=_("This person is an expert of the contest already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def territory(self) -> Territory:
        """Where the audit entry belongs."""
        return self.contest.territory


class ContestAssignmentQuerySet(ScopedQuerySet["ContestAssignment"]):
    """Assignments for the applications of a scope."""

    scope_territory = "application__organisation__territory__path"
    scope_organisation = "application__organisation_id"

    def of_user(self, user: User) -> Self:
        """Return what this expert has to score, and nothing else."""
        return self.filter(expert__user=user, declined_reason="")


class ContestAssignment(models.Model):
    """An application that an expert reads and scores."""

    application = models.ForeignKey(ContestApplication, on_delete=models.CASCADE, related_name="assignments")
    expert = models.ForeignKey(
        ContestExpert, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("expert")
    )
    finished_at = models.DateTimeField(_("scored"), null=True, blank=True, editable=False)
    conclusion = models.TextField(_("conclusion of the expert"), blank=True)
    declined_reason = models.CharField(_("conflict of interest"), max_length=300, blank=True)

    objects = ContestAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment of an expert")
        verbose_name_plural = _("assignments of experts")
        ordering = ["application", "expert"]
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="contest_assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.application}"

    @property
    def state_word(self) -> Any:
        """Whether the sheet is finished, in words."""
        return _("scored") if self.finished_at is not None else _("to be scored")

    @property
    def organisation(self) -> Organisation:
        """Where the audit entry belongs."""
        return self.application.organisation


class ContestScoreQuerySet(ScopedQuerySet["ContestScore"]):
    """Scores of the applications of a scope."""

    scope_territory = "assignment__application__organisation__territory__path"
    scope_organisation = "assignment__application__organisation_id"


class ContestScore(models.Model):
    """Points of one expert by one criterion."""

    assignment = models.ForeignKey(ContestAssignment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(ContestCriterion, on_delete=models.PROTECT, related_name="scores")
    points = models.DecimalField(
        _("points"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)]
    )
    comment = models.CharField(_("comment"), max_length=500, blank=True)

    objects = ContestScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of an expert")
        verbose_name_plural = _("scores of experts")
        ordering = ["assignment", "criterion"]
        constraints = [models.UniqueConstraint(fields=["assignment", "criterion"], name="contest_score_once")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
