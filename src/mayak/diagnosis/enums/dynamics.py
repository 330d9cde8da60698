"""Closed lists of the card of a school's dynamics."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasureMoment(models.TextChoices):
    """When a value was measured; the forecast is what the school expects at the exit (S4)."""

    ENTRY = "entry", pgettext_lazy("measurement", "entry")
    INTERIM = "interim", pgettext_lazy("measurement", "in between")
    EXIT = "exit", pgettext_lazy("measurement", "exit")
    FORECAST = "forecast", pgettext_lazy("measurement", "forecast")


class Direction(models.TextChoices):
    """Which change is wanted."""

    UP = "up", _("more is better")
    DOWN = "down", _("less is better")
    NEUTRAL = "neutral", _("only watched")


class IndicatorUnit(models.TextChoices):
    """In what an indicator is measured; a share is kept as 0..1 and shown in per cent."""

    SHARE = "share", _("per cent")
    NUMBER = "number", _("number")
    POINTS = "points", _("points")
    MARK = "mark", _("mean mark")


class IndicatorGroup(models.TextChoices):
    """Part of the card."""

    RESULTS = "results", _("Educational results")
    OBJECTIVITY = "objectivity", _("Objectivity of assessment")
    CONTEXT = "context", _("Context of the school")
    STAFF = "staff", _("Staff")
    WORK = "work", _("Methodical work and the joint work of the network")


class IndicatorSource(models.TextChoices):
    """From which data a value is taken."""

    BELOW = "below", _("results: share below the threshold")
    QUALITY = "quality", _("results: share of marks «4» and «5»")
    MEAN = "mean", _("results: mean score")
    MARK = "mark", _("results: mean mark")
    JOURNAL = "journal", _("results: share that confirmed the journal mark")
    CONTEXT = "context", _("social passport")
    STAFFING = "staffing", _("staffing")
    SCHOOL = "school", _("the school itself")


RESULT_SOURCES = frozenset(
    {
        IndicatorSource.BELOW,
        IndicatorSource.QUALITY,
        IndicatorSource.MEAN,
        IndicatorSource.MARK,
        IndicatorSource.JOURNAL,
    }
)


class StaffingField(models.TextChoices):
    """Which figure of the staffing; those of people are shares of the pedagogical workers."""

    VACANCIES = "vacancies", _("vacancies")
    OVERLOADED = "overloaded_share", _("share with a load above the norm")
    WITH_CATEGORY = "with_category", _("share with a category")
    EARLY_CAREER = "early_career", _("share of early-career teachers")
    TEACHERS = "teachers", _("pedagogical workers")
    PSYCHOLOGISTS = "psychologists", _("psychologists")


class ValueOrigin(models.TextChoices):
    """Who gave a value."""

    DATA = "data", _("from data")
    SCHOOL = "school", pgettext_lazy("value", "by the school")
