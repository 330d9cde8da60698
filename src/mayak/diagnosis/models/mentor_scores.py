"""Choice of mentors by criteria (S3: 17 criteria in 5 groups): versions of the form and the marks of scorers."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models.mentor_profiles import MentorProfile
from mayak.diagnosis.validators.evidence import refuse_vpr
from mayak.kernel.access import ScopedQuerySet
from mayak.kernel.sourced import SourcedRule


class MentorCriteria(SourcedRule):
    """A version of the form; one that was used is never changed again, a new version is made of it."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    is_current = models.BooleanField(_("in use"), default=False)
    is_supplied = models.BooleanField(_("supplied with the product"), default=False)

    class Meta:
        verbose_name = _("criteria for choosing mentors")
        verbose_name_plural = _("criteria for choosing mentors")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="mentor_criteria_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"


class MentorCriterion(models.Model):
    """One criterion of a version: group, text, most points."""

    criteria = models.ForeignKey(MentorCriteria, on_delete=models.CASCADE, related_name="items")
    code = models.SlugField(_("code"), max_length=60)
    group = models.CharField(_("group"), max_length=120)
    text = models.TextField(_("criterion"))
    max_points = models.PositiveSmallIntegerField(
        _("most points"), default=2, validators=[MinValueValidator(1)]
    )
    hint = models.TextField(_("how points are given"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("criterion for choosing mentors")
        verbose_name_plural = _("criteria of a version")
        ordering = ["criteria", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["criteria", "code"],
                name="mentor_criterion_once",
                violation_error_message=_("This criterion is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class MentorScoringQuerySet(ScopedQuerySet["MentorScoring"]):
    """Sheets about the candidates of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class MentorScoring(models.Model):
    """The sheet of one scorer about one candidate."""

    profile = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="scorings")
    criteria = models.ForeignKey(MentorCriteria, on_delete=models.PROTECT, related_name="scorings")
    scorer_id = models.BigIntegerField()
    scorer_label = models.CharField(_("scorer"), max_length=200)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MentorScoringQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet of a mentor candidate")
        verbose_name_plural = _("sheets of mentor candidates")
        ordering = ["profile", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "criteria", "scorer_id"], name="mentor_scoring_once")
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.scorer_label}"


class MentorScoreQuerySet(ScopedQuerySet["MentorScore"]):
    """Points of the candidates of a scope."""

    scope_territory = "scoring__profile__organisation__territory__path"
    scope_organisation = "scoring__profile__organisation_id"


class MentorScore(models.Model):
    """Points for one criterion, with the reason."""

    scoring = models.ForeignKey(MentorScoring, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(
        MentorCriterion, on_delete=models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    points = models.PositiveSmallIntegerField(_("points"))
    reason = models.TextField(_("reason"), validators=[refuse_vpr])

    objects = MentorScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("points of a mentor candidate")
        verbose_name_plural = _("points of mentor candidates")
        ordering = ["scoring", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["scoring", "criterion"], name="mentor_score_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="mentor_score_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.scoring}: {self.points}"
