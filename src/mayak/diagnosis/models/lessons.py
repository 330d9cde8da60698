"""Lesson observation: forms with versions, rounds (festivals), lessons, sheets of observers."""

from functools import cached_property
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.algorithms.rubric import Rubric, read_rubric
from mayak.diagnosis.algorithms.rubric_scores import Scores
from mayak.diagnosis.enums.lessons import LessonKind, LessonState, ObservationFormState, SheetState
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.models import Organisation, Person, Subject, Territory
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.registry.models.territories import below_or_above

MIN_OBSERVERS = 2
"""Observers without whom a result is no rating. The sources name no number: an assumption (domain.md B6)."""
ADVICE = "advice"
"""The key of the recommendations among the answers; no item may be called so."""
MIN_GROUP = 5
"""People of a group below which its result is hidden."""


class ObservationFormQuerySet(ScopedQuerySet["ObservationForm"]):
    """Forms of a territory, of everything above it, and the supplied ones, which belong to nobody."""

    def within(self, scope: Scope) -> Self:
        """Return the forms that may be read and used in the scope."""
        if scope.everything:
            return self
        if scope.is_empty:
            return self.filter(pk__in=[])
        return self.filter(Q(territory__isnull=True) | below_or_above(scope))

    def owned(self, scope: Scope) -> Self:
        """Return the forms that the scope may change."""
        return super().within(scope)

    def in_use(self) -> Self:
        """Return the versions by which lessons may be observed."""
        return self.filter(state=ObservationFormState.IN_USE)


class ObservationForm(models.Model):
    """One version of a form («карта анализа и оценки урока»); frozen as soon as a lesson is observed by it."""

    code = models.SlugField(_("code"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("how to use it"), blank=True)
    source = models.TextField(_("source"), blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    is_assumption = models.BooleanField(
        _("assumption"), default=True, help_text=_("No official document states this form.")
    )
    is_supplied = models.BooleanField(_("comes with the product"), default=False, editable=False)
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("whose form"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ObservationFormState.choices, default=ObservationFormState.DRAFT
    )
    definition = models.JSONField(_("definition"), default=dict)

    objects = ObservationFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("form of lesson observation")
        verbose_name_plural = _("forms of lesson observation")
        ordering = ["title", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="observation_form_version_once",
                violation_error_message=_("This version of the form exists already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} (v. {self.version})" if self.version > 1 else self.title

    @cached_property
    def rubric(self) -> Rubric:
        """The definition as a value."""
        return read_rubric(self.definition)


class LessonRoundQuerySet(ScopedQuerySet["LessonRound"]):
    """Rounds of a territory, of those above it in which its schools take part, and of single schools."""

    scope_organisation = "organisation_id"

    def within(self, scope: Scope) -> Self:
        """Return the rounds that may be seen in the scope; a round of one school is seen by it and from above."""
        if scope.everything:
            return self
        shared = Q(organisation__isnull=True) & below_or_above(scope)
        own = Q(organisation__in=scope.organisation_ids)
        for path in scope.territory_paths:
            own |= Q(territory__path__under=path)
        return self.filter(shared | own)

    def owned(self, scope: Scope) -> Self:
        """Return the rounds that the scope may change."""
        return super().within(scope)


class LessonRound(models.Model):
    """A festival or another round of lessons that are observed by one form."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the school"),
    )
    title = models.CharField(_("title"), max_length=200)
    form = models.ForeignKey(
        ObservationForm, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("form")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    min_observers = models.PositiveSmallIntegerField(
        _("observers at least"),
        default=MIN_OBSERVERS,
        validators=[MinValueValidator(MIN_OBSERVERS), MaxValueValidator(10)],
        help_text=_(
            "A lesson with fewer finished sheets gives no rating. Assumption: the documents name no number."
        ),
    )
    min_group = models.PositiveSmallIntegerField(
        _("hide groups of fewer teachers than"),
        default=MIN_GROUP,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    is_closed = models.BooleanField(_("closed"), default=False, editable=False)

    objects = LessonRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("festival of lessons")
        verbose_name_plural = _("festivals of lessons")
        ordering = ["-starts_on", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="lesson_round_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class LessonObservationQuerySet(ScopedQuerySet["LessonObservation"]):
    """Lessons of the schools of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class LessonObservation(models.Model):
    """A lesson of a teacher that observers score, each on an own sheet."""

    teacher = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="observed_lessons", verbose_name=_("teacher")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    topic = models.CharField(_("topic of the lesson"), max_length=300, blank=True)
    held_on = models.DateField(_("date of the lesson"))
    kind = models.CharField(
        _("kind of visit"), max_length=15, choices=LessonKind.choices, default=LessonKind.VISIT
    )
    video_url = models.CharField(
        _("link to the video"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])]
    )
    form = models.ForeignKey(
        ObservationForm, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("form")
    )
    round = models.ForeignKey(
        LessonRound,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("festival of lessons"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=LessonState.choices, default=LessonState.DRAFT, editable=False
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    reflection = models.TextField(_("words of the teacher"), blank=True)
    planned_by_id = models.BigIntegerField(null=True, blank=True, editable=False)
    planned_by_label = models.CharField(_("planned by"), max_length=254, blank=True, editable=False)

    objects = LessonObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("observed lesson")
        verbose_name_plural = _("observed lessons")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["teacher", "held_on"], name="lesson_teacher_day")]

    def __str__(self) -> str:
        return f"{self.teacher}, {self.subject}, {self.held_on:%d.%m.%Y}"

    @property
    def is_finished(self) -> bool:
        """Whether every observer has finished."""
        return self.state == LessonState.FINISHED


class ObservationSheetQuerySet(ScopedQuerySet["ObservationSheet"]):
    """Sheets of the lessons of a scope."""

    scope_territory = "lesson__organisation__territory__path"
    scope_organisation = "lesson__organisation_id"

    def finished(self) -> "ObservationSheetQuerySet":
        """Return the finished ones."""
        return self.filter(state=SheetState.FINISHED)


class ObservationSheet(models.Model):
    """The sheet of one observer.

    ``answers`` holds for each item ``{"score": 2, "evidence": "…", "v": 7, "d": "…"}``: a score of ``null`` is «not
    observed», ``v`` the version of the sheet in which the item changed last and ``d`` the device, by which two devices
    of one observer find out who was first. ``ADVICE`` holds the recommendations.
    """

    lesson = models.ForeignKey(
        LessonObservation, on_delete=models.CASCADE, related_name="sheets", verbose_name=_("lesson")
    )
    observer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("observer")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=SheetState.choices, default=SheetState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=0, editable=False)
    answers = models.JSONField(_("scores and examples"), default=dict, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    objects = ObservationSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet of an observer")
        verbose_name_plural = _("sheets of observers")
        ordering = ["lesson", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "observer"],
                name="observation_sheet_once",
                violation_error_message=_("This observer has a sheet for the lesson already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.observer}"

    @property
    def is_finished(self) -> bool:
        """Whether the observer has finished."""
        return self.state == SheetState.FINISHED

    @property
    def advice(self) -> str:
        """What the observer recommends."""
        return self.evidence(ADVICE)

    @property
    def scores(self) -> Scores:
        """The scores of the items that have an answer; an item with an example alone has none."""
        return {code: one["score"] for code, one in self.answers.items() if "score" in one}

    def evidence(self, code: str) -> str:
        """The example from the lesson of an item."""
        return str(self.answers.get(code, {}).get("evidence", ""))
