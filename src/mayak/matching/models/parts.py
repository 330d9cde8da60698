"""The work of one territory in a pairing that is divided, while it lasts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.matching.models.runs import MatchingRun


class MatchingPartQuerySet(ScopedQuerySet["MatchingPart"]):
    """Pieces of work in the pairings of a territory."""

    scope_territory = "run__territory__path"


class MatchingPart(models.Model):
    """One piece of work for any worker on any machine: bytes in, bytes out, the same whoever does it.

    ``fingerprint`` names the work by its content, so that an answer is found again after a crash; ``base`` is the
    piece whose answer this one goes on from; ``taken_by`` the job that has it, or the coordinator itself. Rows live
    until the pairs are kept.
    """

    run = models.ForeignKey(MatchingRun, on_delete=models.CASCADE, related_name="parts")
    base = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    step = models.CharField(_("step"), max_length=10)
    number = models.PositiveIntegerField(_("number"))
    fingerprint = models.CharField(max_length=64)
    input = models.BinaryField(_("input"))
    output = models.BinaryField(_("answer"), null=True, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    taken_by = models.CharField(max_length=40, blank=True)
    taken_at = models.DateTimeField(_("taken"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = MatchingPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a computation")
        verbose_name_plural = _("parts of computations")
        ordering = ["run", "pk"]
        constraints = [models.UniqueConstraint(fields=["run", "fingerprint"], name="matching_part_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.number}"
