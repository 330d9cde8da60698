"""What a teacher needs, as matching takes it: the counterpart of the needs of a school."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models.competences import Competence
from mayak.diagnosis.models.of_person import OfPersonQuerySet
from mayak.registry.models import Person, SchoolYear

_SHARE = [MinValueValidator(0), MaxValueValidator(1)]


class TeacherNeedQuerySet(OfPersonQuerySet["TeacherNeed"]):
    """Needs of the people of a scope."""

    def ranked(self) -> "TeacherNeedQuerySet":
        """Return the open needs, the heaviest first; a stated weight goes before the computed one."""
        weighed = self.filter(state=NeedState.OPEN, competence__archived_at__isnull=True)
        weighed = weighed.annotate(rank_weight=Coalesce("stated_weight", "weight"))
        return weighed.order_by("person", F("rank_weight").desc(), "competence__name", "pk")


class TeacherNeed(models.Model):
    """A competence in which a person needs help in a school year.

    ``weight`` (0..1) is computed from the deficits; ``stated_weight`` is what a person put in its place, with the
    ``reason``, and stays when the weight is computed again. ``evidence`` are the sentences on which the weight rests.
    """

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="needs", verbose_name=_("person")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="+", verbose_name=_("competence")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    weight = models.FloatField(_("computed weight"), default=0, validators=_SHARE)
    stated_weight = models.FloatField(_("weight stated by hand"), null=True, blank=True, validators=_SHARE)
    reason = models.TextField(_("reason"), blank=True)
    wants_help = models.BooleanField(_("wishes help"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    evidence = models.JSONField(_("evidence"), default=list, blank=True)

    objects = TeacherNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need of a teacher")
        verbose_name_plural = _("needs of teachers")
        ordering = ["person", "-weight", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "competence", "school_year"], name="teacher_need_once"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="teacher_need_weight"),
            models.CheckConstraint(
                condition=Q(stated_weight__isnull=True, state=NeedState.OPEN)
                | (
                    (Q(stated_weight__isnull=True) | Q(stated_weight__gte=0, stated_weight__lte=1))
                    & ~Q(reason="")
                ),
                name="teacher_need_reason",
                violation_error_message=_(
                    "A weight that is stated by hand, and a need taken out, have a reason."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.competence}"

    @property
    def title(self) -> str:
        """What is missing, in words."""
        return str(self.competence)

    @property
    def counted_weight(self) -> float:
        """The weight that counts: the stated one before the computed one."""
        return self.weight if self.stated_weight is None else self.stated_weight
