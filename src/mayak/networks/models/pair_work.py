"""What a pair does: plan, meetings, notes, success diary, materials, satisfaction, levels, months without a meeting."""

from typing import Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import Competence, MeasureTemplate
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.networks.enums.mentor_pairs import (
    LevelSource,
    MeetingMode,
    MeetingState,
    PairSide,
    PlanItemState,
)
from mayak.networks.models.mentor_pairs import MentorPair
from mayak.registry.models import Person

ModelT = TypeVar("ModelT", bound=models.Model)
MINUTES_AT_MOST = 600


class OfPairQuerySet(ScopedQuerySet[ModelT]):
    """Rows below a pair: seen with it."""

    def within(self, scope: Scope) -> Self:
        """Return the rows of the pairs of the scope."""
        if scope.everything:
            return self
        return self.filter(pair__in=MentorPair.objects.within(scope).order_by().values("pk"))


class PlanItemQuerySet(OfPairQuerySet["PairPlanItem"]):
    """Lines of plans."""


class PairPlanItem(models.Model):
    """A line of the plan: competence, content, dates, format, result (the form of the Sechenovo programme)."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="plan")
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competence to be formed"),
    )
    content = models.TextField(_("content of the work"), max_length=1000)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    due_on = models.DateField(_("until"))
    mode = models.CharField(
        _("format"), max_length=10, choices=MeetingMode.choices, default=MeetingMode.IN_PERSON
    )
    result = models.CharField(_("result"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PlanItemState.choices, default=PlanItemState.PLANNED
    )
    done_on = models.DateField(_("done"), null=True, blank=True)
    evidence = models.CharField(_("what proves it"), max_length=500, blank=True)
    evidence_url = models.URLField(_("link"), blank=True)
    miss_reason = models.CharField(_("why not done"), max_length=300, blank=True)
    template = models.ForeignKey(
        MeasureTemplate, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a pair's plan")
        verbose_name_plural = _("lines of pairs' plans")
        ordering = ["pair", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(due_on__gte=F("starts_on")),
                name="pair_plan_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="pair_plan_done_on"
            ),
            models.CheckConstraint(
                condition=~Q(state="missed") | ~Q(miss_reason=""),
                name="pair_plan_miss_reason",
                violation_error_message=_("Say why it was not done."),
            ),
        ]

    def __str__(self) -> str:
        return self.content[:80]


class MeetingQuerySet(OfPairQuerySet["PairMeeting"]):
    """Meetings of pairs."""


class PairMeeting(models.Model):
    """A meeting: a date that one side proposed and the other agreed to, or one that was held."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="meetings")
    day = models.DateField(_("date"))
    at = models.TimeField(_("time"), null=True, blank=True)
    mode = models.CharField(
        _("format"), max_length=10, choices=MeetingMode.choices, default=MeetingMode.REMOTE
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MINUTES_AT_MOST)],
    )
    summary = models.CharField(_("what was done"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PROPOSED
    )
    proposed_by = models.CharField(_("proposed by"), max_length=10, choices=PairSide.choices, blank=True)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting of a pair")
        verbose_name_plural = _("meetings of pairs")
        ordering = ["pair", "-day", "-pk"]
        indexes = [models.Index(fields=["pair", "state", "day"], name="pair_meeting_state_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["pair"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="pair_meeting_next_once",
                violation_error_message=_("The pair has a next meeting already."),
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(summary=""),
                name="pair_meeting_summary",
                violation_error_message=_("Say in one line what was done."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("meeting of %(day)s")) % {"day": f"{self.day:%d.%m.%Y}"}


class NoteQuerySet(OfPairQuerySet["PairNote"]):
    """Notes of pairs; private ones are narrowed by the selector of the page."""


class PairNote(models.Model):
    """A note; a private one is read by the pair alone."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("author"))
    text = models.TextField(_("text"), max_length=2000)
    is_private = models.BooleanField(_("only for the pair"), default=True)
    written_on = models.DateField(_("written"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note of a pair")
        verbose_name_plural = _("notes of pairs")
        ordering = ["pair", "-written_on", "-pk"]

    def __str__(self) -> str:
        return str(_("note of %(day)s")) % {"day": f"{self.written_on:%d.%m.%Y}"}


class DiaryQuerySet(OfPairQuerySet["DiaryEntry"]):
    """Entries of success diaries; private ones are narrowed by the selector of the page."""


class DiaryEntry(models.Model):
    """An entry of the mentee's success diary; nobody else reads it until the mentee shares it."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="diary")
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("mentee"))
    text = models.TextField(_("what I managed"), max_length=2000)
    is_shared = models.BooleanField(_("shared"), default=False)
    written_on = models.DateField(_("written"))

    objects = DiaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of a success diary")
        verbose_name_plural = _("entries of success diaries")
        ordering = ["pair", "-written_on", "-pk"]

    def __str__(self) -> str:
        return str(_("diary of %(day)s")) % {"day": f"{self.written_on:%d.%m.%Y}"}


class MaterialQuerySet(OfPairQuerySet["PairMaterial"]):
    """Materials of pairs."""


class PairMaterial(models.Model):
    """A link that the pair works with."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"))
    added_on = models.DateField(_("added"))

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material of a pair")
        verbose_name_plural = _("materials of pairs")
        ordering = ["pair", "-added_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class RatingQuerySet(OfPairQuerySet["PairRating"]):
    """Satisfaction of mentors and mentees."""


class PairRating(models.Model):
    """How satisfied somebody is with the work of the pair: 1 to 10, with a word if wished; the last one counts."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="ratings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("who"))
    side = models.CharField(_("side"), max_length=10, choices=PairSide.choices)
    score = models.PositiveSmallIntegerField(
        _("from 1 to 10"), validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    word = models.CharField(_("in a word"), max_length=200, blank=True)
    rated_on = models.DateField(_("date"))

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("satisfaction with a pair")
        verbose_name_plural = _("satisfaction with pairs")
        ordering = ["pair", "-rated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "person", "rated_on"], name="pair_rating_once_a_day"),
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=10), name="pair_rating_range"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}, {self.rated_on:%d.%m.%Y}"


class LevelQuerySet(OfPairQuerySet["PairLevel"]):
    """Levels of competences at the entry and the exit."""


class PairLevel(models.Model):
    """How difficult a competence is for a mentee at the entry and at the exit: 0 not at all .. 3 greatly."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="levels")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("mentee"))
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="+", verbose_name=_("competence")
    )
    entry = models.FloatField(_("at the entry"), validators=[MinValueValidator(0), MaxValueValidator(3)])
    entry_on = models.DateField(_("date of the entry"))
    entry_source = models.CharField(_("known from"), max_length=10, choices=LevelSource.choices)
    exit = models.FloatField(
        _("at the exit"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(3)]
    )
    exit_on = models.DateField(_("date of the exit"), null=True, blank=True)
    exit_source = models.CharField(_("known from"), max_length=10, choices=LevelSource.choices, blank=True)

    objects = LevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("level of a competence in a pair")
        verbose_name_plural = _("levels of competences in pairs")
        ordering = ["pair", "person", "competence__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "person", "competence"], name="pair_level_once"),
            models.CheckConstraint(
                condition=Q(entry__gte=0, entry__lte=3)
                & (Q(exit__isnull=True) | Q(exit__gte=0, exit__lte=3)),
                name="pair_level_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.competence)


class MissQuerySet(OfPairQuerySet["PairMiss"]):
    """Reasons of months without a meeting."""


class PairMiss(models.Model):
    """Why a pair did not meet in a month («не реже одного раза в месяц»)."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="misses")
    month = models.DateField(_("month"), help_text=_("Its first day."))
    reason = models.CharField(_("why there was no meeting"), max_length=300)

    objects = MissQuerySet.as_manager()

    class Meta:
        verbose_name = _("month without a meeting")
        verbose_name_plural = _("months without a meeting")
        ordering = ["pair", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["pair", "month"], name="pair_miss_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="pair_miss_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m.%Y}"
