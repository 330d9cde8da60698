"""Words of the passports of lead schools and mentors."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PassportState(models.TextChoices):
    """How far a passport is; matching reads accepted ones only."""

    DRAFT = "draft", _("draft of a self-nomination")
    SUBMITTED = "submitted", _("submitted, waits for a decision")
    ACCEPTED = "accepted", _("accepted")
    RETURNED = "returned", _("returned with a reason")


STATE_TONES = {
    PassportState.DRAFT: "neutral",
    PassportState.SUBMITTED: "warning",
    PassportState.ACCEPTED: "good",
    PassportState.RETURNED: "bad",
}
OWN_STATES = frozenset({PassportState.DRAFT, PassportState.RETURNED})
"""States in which whoever nominates itself may change the passport."""


class MentoringForm(models.TextChoices):
    """Kinds of mentoring (letter АЗ-1128/08; domain.md B4.1)."""

    TRADITIONAL = "traditional", _("traditional mentoring, one to one")
    GROUP = "group", _("group mentoring")
    VIRTUAL = "virtual", _("virtual mentoring, at a distance")
    SHORT_TERM = "short_term", _("short-term mentoring for one aim")
    REVERSE = "reverse", _("reverse mentoring")
    SITUATIONAL = "situational", _("situational mentoring")
    SPEED = "speed", _("speed mentoring")


class WorkFormat(models.TextChoices):
    """Where the work goes on."""

    IN_PERSON = "in_person", _("in person")
    REMOTE = "remote", _("remotely")
    MIXED = "mixed", _("in person and remotely")


class Weekday(models.IntegerChoices):
    """Days of the school week."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")


class SchoolProofKind(models.TextChoices):
    """With what a school proves that it can give help, besides its results."""

    DOCUMENT = "document", _("order, status or agreement")
    PRACTICE = "practice", _("described practice")
    AWARD = "award", _("award or won contest")
    EVENT = "event", _("seminar, master class, festival")


class PersonProofKind(models.TextChoices):
    """With what a person proves mastery. Results of ВПР are no kind: the law forbids to evaluate teachers by them."""

    CATEGORY = "category", _("qualification category")
    PUBLICATION = "publication", _("publication")
    AWARD = "award", _("award or won contest")
    LESSON = "lesson", _("open lesson or master class")
    CERTIFICATE = "certificate", _("certificate of training")
