"""A piece of background work, its finished steps, and the worker that runs it."""

import uuid
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Actor, Scope


class JobState(models.TextChoices):
    """The life of a job."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


FINISHED = (JobState.DONE, JobState.FAILED)
TONES: dict[str, str] = {
    JobState.WAITING: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
}


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs belong to a person, not to a territory: a job may name more than another person may see."""

    def visible_to(self, actor: Actor, scope: Scope) -> Self:
        """Return the person's own jobs; all of them to whoever sees everything."""
        if scope.everything:
            return self
        return self.filter(owner_id=actor.user_id) if actor.user_id is not None else self.none()


class Job(models.Model):
    """Background work with its owner, progress, log and result.

    The queue itself is django-tasks (``task_id``); this row is what a person sees. A job may run more than
    once (a worker was killed), so its function must bring about its effect once however often it is called:
    see ``JobHandle.once``. ``attempts`` is also the fence: a worker that was taken for dead and comes back
    writes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    title = models.CharField(_("what"), max_length=300)
    arguments = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    task_id = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    owner_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    owner_label = models.CharField(_("owner"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.WAITING)
    stage = models.CharField(_("stage"), max_length=200, blank=True)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True, blank=True)
    log = models.TextField(_("log"), blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    error = models.TextField(_("error"), blank=True)
    link = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True, db_index=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="job_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the page that shows how far it is."""
        return reverse("jobs:detail", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED

    @property
    def tone(self) -> str:
        """The tone of the state, for its badge."""
        return TONES[self.state]


class JobStep(models.Model):
    """A step whose effect stands: written in the same transaction as the effect, so both or neither."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps", verbose_name=_("job"))
    key = models.CharField(max_length=200)
    done_at = models.DateTimeField(_("done"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of a job")
        verbose_name_plural = _("steps of jobs")
        constraints = [models.UniqueConstraint(fields=["job", "key"], name="job_step_once")]

    def __str__(self) -> str:
        return self.key


class ScheduleSlot(models.Model):
    """One due time of a periodic job; the unique pair lets any number of workers ask for it exactly once."""

    name = models.CharField(max_length=80)
    slot = models.BigIntegerField()
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("due time of a periodic job")
        verbose_name_plural = _("due times of periodic jobs")
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="schedule_slot_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"


class WorkerBeat(models.Model):
    """The sign of life of a worker process; without a fresh one its jobs are taken again."""

    worker_id = models.CharField(max_length=64, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.worker_id
