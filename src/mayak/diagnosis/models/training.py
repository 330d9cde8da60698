"""The training of mentors: needs, courses, certificates; reasons and rewards."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.training import EnrolmentState, IncentiveKind, NeedState
from mayak.diagnosis.models.of_person import OfPersonQuerySet
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.kernel.sourced import SourcedRule
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear, Territory
from mayak.registry.models.territories import below_or_above


class TrainingTopic(SourcedRule):
    """What a mentor may learn."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("topic"), max_length=200)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("topic of training")
        verbose_name_plural = _("topics of training")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class TrainingCourseQuerySet(ScopedQuerySet["TrainingCourse"]):
    """Courses of a territory and, for reading, of those above it."""

    def within(self, scope: Scope) -> Self:
        """Return the courses of the scope's territories, of everything below and of everything above them."""
        if scope.everything:
            return self
        return self.filter(below_or_above(scope))

    def owned(self, scope: Scope) -> Self:
        """Return the courses that the scope may change."""
        return super().within(scope)


class TrainingCourse(models.Model):
    """A course for mentors."""

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    title = models.CharField(_("title of the programme"), max_length=300)
    provider = models.CharField(_("who teaches"), max_length=300)
    hours = models.PositiveSmallIntegerField(
        _("hours"), validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    topic = models.ForeignKey(
        TrainingTopic,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
    )
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    is_remote = models.BooleanField(_("at a distance"), default=False)
    note = models.TextField(_("note"), blank=True)

    objects = TrainingCourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course for mentors")
        verbose_name_plural = _("courses for mentors")
        ordering = ["-starts_on", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "title", "provider", "starts_on"],
                name="training_course_once",
                violation_error_message=_("This course is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="training_course_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TrainingNeedQuerySet(OfPersonQuerySet["TrainingNeed"]):
    """Needs of the people of a scope."""


class EnrolmentQuerySet(OfPersonQuerySet["Enrolment"]):
    """Enrolments of the people of a scope."""


class CertificateQuerySet(OfPersonQuerySet["Certificate"]):
    """Certificates of the people of a scope."""


class MentorRewardQuerySet(OfPersonQuerySet["MentorReward"]):
    """Rewards of the people of a scope."""


class TrainingNeed(models.Model):
    """A topic that a mentor has to learn, and why."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    topic = models.ForeignKey(
        TrainingTopic, on_delete=models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    is_own = models.BooleanField(_("stated by the person"), default=False, editable=False)

    objects = TrainingNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of training")
        verbose_name_plural = _("needs of training")
        ordering = ["person__sort_key", "topic__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic", "school_year"],
                name="training_need_once",
                violation_error_message=_("This need is noted already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.topic}"


class Enrolment(models.Model):
    """Somebody learns in a course."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    course = models.ForeignKey(
        TrainingCourse, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("course")
    )
    enrolled_on = models.DateField(_("enrolled"))
    state = models.CharField(
        _("state"), max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ENROLLED
    )
    ended_on = models.DateField(_("completed or left off"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment in a course")
        verbose_name_plural = _("enrolments in courses")
        ordering = ["course", "person__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"],
                name="enrolment_once",
                violation_error_message=_("This person is enrolled already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("enrolled_on")),
                name="enrolment_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.course}"


class Certificate(models.Model):
    """A paper that proves training; without ``valid_until`` it holds for the years of the threshold."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    course = models.ForeignKey(
        TrainingCourse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course"),
    )
    title = models.CharField(_("title of the programme"), max_length=300)
    provider = models.CharField(_("who taught"), max_length=300, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours"), null=True, blank=True)
    number = models.CharField(_("number"), max_length=100)
    issued_on = models.DateField(_("date"))
    valid_until = models.DateField(_("valid until"))
    scan = models.FileField(_("scan"), upload_to="certificates/%Y/", blank=True)
    scan_hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of training")
        verbose_name_plural = _("certificates of training")
        ordering = ["-issued_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number", "issued_on"],
                name="certificate_once",
                violation_error_message=_("This certificate is registered already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")),
                name="certificate_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.number}"


class MentorIncentive(SourcedRule):
    """A reason for which a mentor may be rewarded, or a reward; the list is data."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=IncentiveKind.choices)
    name = models.CharField(_("name"), max_length=300)
    description = models.TextField(_("conditions"), blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason or reward for mentors")
        verbose_name_plural = _("reasons and rewards for mentors")
        ordering = ["kind", "position", "name"]

    def __str__(self) -> str:
        return self.name


class MentorReward(models.Model):
    """A reward that a mentor got: for what, when, by which act."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("person"))
    reward = models.ForeignKey(
        MentorIncentive, on_delete=models.PROTECT, related_name="+", verbose_name=_("reward")
    )
    reason = models.ForeignKey(
        MentorIncentive,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reason"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_on = models.DateField(_("date"))
    basis = models.ForeignKey(
        LegalAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("basis document"),
    )
    basis_text = models.CharField(_("basis in words"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = MentorRewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward of a mentor")
        verbose_name_plural = _("rewards of mentors")
        ordering = ["-given_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__isnull=False) | ~Q(basis_text=""),
                name="mentor_reward_basis",
                violation_error_message=_("Name the basis: an act of the registry or words."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.reward}"
