"""The passport of a mentor: what a person can give, to how many, when, proved by what."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.algorithms.vpr_words import PLAIN
from mayak.diagnosis.enums.passports import PassportState, PersonProofKind
from mayak.diagnosis.models.offering import Available, Nominated, Offered, Proven
from mayak.diagnosis.validators.evidence import refuse_vpr
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation, Person, SchoolYear

PAIRS_AT_MOST = 20


class MentorProfileQuerySet(ScopedQuerySet["MentorProfile"]):
    """Passports of the mentors of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def accepted(self) -> "MentorProfileQuerySet":
        """Return the passports that somebody confirmed: what matching reads."""
        return self.filter(state=PassportState.ACCEPTED)


class MentorProfile(Nominated, Available):
    """What a person offers as a mentor in a school year; ``pairs`` counts mentees at one time."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mentor_profiles", verbose_name=_("mentor")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mentor_profiles", verbose_name=_("school")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    pairs = models.PositiveSmallIntegerField(
        _("mentees at most"), default=1, validators=[MaxValueValidator(PAIRS_AT_MOST)]
    )
    works_remotely = models.BooleanField(_("can help remotely"), default=True)
    about = models.TextField(_("about the own work"), blank=True, validators=[refuse_vpr])

    objects = MentorProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("passport of a mentor")
        verbose_name_plural = _("passports of mentors")
        ordering = ["person__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "school_year"],
                name="mentor_profile_once",
                violation_error_message=_("This person has a passport of a mentor for this year already."),
            ),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True)
                | Q(available_to__isnull=True)
                | Q(available_to__gte=F("available_from")),
                name="mentor_profile_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.school_year}"


class MentorStrengthQuerySet(ScopedQuerySet["MentorStrength"]):
    """Strengths of the mentors of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class MentorStrength(Offered):
    """What the mentor is strong in: stated by a person, never computed from results of pupils."""

    profile = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="strengths")

    objects = MentorStrengthQuerySet.as_manager()

    class Meta:
        verbose_name = _("strength of a mentor")
        verbose_name_plural = _("strengths of mentors")
        ordering = ["profile", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(subject__isnull=False) | ~Q(competence="") | ~Q(note=""),
                name="mentor_strength_of_something",
                violation_error_message=_("Say in what: a competence, a subject or other words."),
            ),
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="mentor_strength_grades",
                violation_error_message=_("The last grade cannot lie below the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.note or self.subject or self.competence}"


class MentorProofQuerySet(ScopedQuerySet["MentorProof"]):
    """Proofs of the mentors of a scope."""

    scope_territory = "profile__organisation__territory__path"
    scope_organisation = "profile__organisation_id"


class MentorProof(Proven):
    """A proof of mastery. The list of kinds is closed in the database: results of ВПР are not among them."""

    profile = models.ForeignKey(MentorProfile, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(_("kind"), max_length=12, choices=PersonProofKind.choices)
    title = models.CharField(_("what exactly"), max_length=300, validators=[refuse_vpr])

    objects = MentorProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of a mentor")
        verbose_name_plural = _("proofs of mentors")
        ordering = ["profile", "-year", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PersonProofKind.values), name="mentor_proof_kind"),
            models.CheckConstraint(
                condition=~Q(title__contains=PLAIN[0]) & ~Q(title__contains=PLAIN[1]),
                name="mentor_proof_not_vpr",
                violation_error_message=_("Results of ВПР prove nothing here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile}: {self.title}"
