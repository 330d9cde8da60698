"""The catalogues of tasks of examinations: which topic and skill each task of a year's paper asks for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.exam_tasks import TaskDifficulty
from mayak.registry.models import Subject
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.results.enums import AssessmentKind


class TaskCatalogue(models.Model):
    """The tasks of one paper: kind x subject x grade x year, with the document that says so.

    ``is_supplied`` falls when somebody loads a version of one's own: the product leaves that one alone from then on.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=AssessmentKind.choices)
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True, validators=GRADE_VALIDATORS)
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=300)
    is_supplied = models.BooleanField(_("comes with the product"), default=False, editable=False)

    class Meta:
        verbose_name = _("catalogue of tasks")
        verbose_name_plural = _("catalogues of tasks")
        ordering = ["-year", "kind", "subject__position", "grade"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "grade", "year"], name="task_catalogue_of_a_grade_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject", "year"],
                condition=Q(grade__isnull=True),
                name="task_catalogue_without_grade_once",
            ),
        ]

    def __str__(self) -> str:
        grade = f", {self.grade}" if self.grade else ""
        return f"{self.get_kind_display()} {self.year}, {self.subject}{grade}"


class ExamTask(models.Model):
    """A task of a paper, or a part of one: «9.1» a point of the scoring, «1К1» a criterion."""

    catalogue = models.ForeignKey(
        TaskCatalogue, on_delete=models.CASCADE, related_name="tasks", verbose_name=_("catalogue of tasks")
    )
    task_code = models.CharField(_("task"), max_length=12)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    max_score = models.FloatField(_("maximum score"))
    section = models.CharField(_("section"), max_length=200, blank=True)
    topic = models.CharField(_("topic"), max_length=200)
    skill = models.TextField(_("skill"), blank=True)
    complexity = models.CharField(
        _("level of difficulty"), max_length=10, choices=TaskDifficulty.choices, blank=True
    )

    class Meta:
        verbose_name = _("task of an examination")
        verbose_name_plural = _("tasks of examinations")
        ordering = ["catalogue", "position"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "task_code"], name="exam_task_once"),
            models.CheckConstraint(condition=Q(max_score__gt=0), name="exam_task_gives_points"),
        ]

    def __str__(self) -> str:
        return f"{self.task_code}: {self.topic}"


class TaskCatalogueLoad(models.Model):
    """One loading of a catalogue from a file: what stood there before (nothing for a new one) and after, for undoing.

    Who loaded it stands in the audit log.
    """

    catalogue = models.ForeignKey(TaskCatalogue, on_delete=models.CASCADE, related_name="loads")
    file_name = models.CharField(_("file"), max_length=200)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField()
    loaded_at = models.DateTimeField(_("when"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("loading of a catalogue of tasks")
        verbose_name_plural = _("loadings of catalogues of tasks")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
