"""Words of the deficits of a teacher: from where one is known, what help is wished, where a request stands."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeficitSource(models.TextChoices):
    """From where a deficit is known. Results of pupils are not among them: they never evaluate a teacher."""

    SELF = "self", _("self-assessment")
    TEST = "test", _("test")
    LESSON = "lesson", _("observation of a lesson")
    REQUEST = "request", _("request of the teacher")


MAX_SEVERITY: Final = 3
"""0 no deficit, 1 small, 2 noticeable, 3 great: the levels of the lesson card (domain.md B6) turned round."""


class Severity(models.IntegerChoices):
    """How great a deficit is, for those who choose it by hand."""

    NONE = 0, _("no difficulty")
    SMALL = 1, _("small difficulty")
    NOTICEABLE = 2, _("noticeable difficulty")
    GREAT = 3, _("great difficulty")


class ValueKind(models.TextChoices):
    """What the numbers of a loaded test are."""

    PERCENT = "percent", _("right answers, per cent")
    LEVEL = "level", _("level of the competence, 0 to 3")
    SEVERITY = "severity", _("severity of the deficit, 0 to 3")


class HelpForm(models.TextChoices):
    """In which form help is wished (the request map of S3 and the forms of work of S0 and S1)."""

    MENTOR = "mentor", _("work with a mentor")
    CONSULTATION = "consultation", _("consultation")
    LESSON_VISIT = "lesson_visit", _("visits of lessons")
    MASTER_CLASS = "master_class", _("master class, open lesson")
    GROUP = "group", _("work in a problem group")
    COURSE = "course", _("courses")
    MATERIALS = "materials", _("materials, tasks, examples")


class RequestMode(models.TextChoices):
    """Whether people meet (form of the plan of a pair, S3)."""

    ANY = "any", _("either way")
    IN_PERSON = "in_person", _("in person")
    REMOTE = "remote", _("remotely")


class HelpRequestState(models.TextChoices):
    """Where a request of a teacher stands."""

    OPEN = "open", _("open")
    TAKEN = "taken", _("taken up")
    DONE = "done", _("help was given")
    WITHDRAWN = "withdrawn", _("withdrawn by the teacher")


OPEN_REQUESTS: Final = frozenset({HelpRequestState.OPEN, HelpRequestState.TAKEN})


class ProblemGroupState(models.TextChoices):
    """Where a problem group stands."""

    ACTIVE = "active", _("at work")
    DISSOLVED = "dissolved", _("dissolved")


class Rule:
    """Codes of the thresholds and weights of the deficits (data: ``DeficitRule``)."""

    WEIGHT: Final = {
        DeficitSource.SELF: "weight-self",
        DeficitSource.TEST: "weight-test",
        DeficitSource.LESSON: "weight-lesson",
        DeficitSource.REQUEST: "weight-request",
    }
    DEFICIT_FROM: Final = "deficit-from"
    GROUP_LIMIT: Final = "group-limit"
    PROBLEM_GROUP: Final = "problem-group"
    TOGETHER: Final = "together-distance"
    TOGETHER_SHARE: Final = "together-share"
    HELP_BONUS: Final = "help-bonus"
    TASK_LIMIT: Final = "task-limit"
    TASK_WEAK: Final = "task-weak"
