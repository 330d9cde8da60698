"""Mentor pairs and groups: who helps whom, in what, by which order, and what became of it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import EndedBy
from mayak.accounts.models import MentoringTerms
from mayak.diagnosis.models import Competence
from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.models import MatchingRun
from mayak.networks.enums.mentor_pairs import PAIR_OVER, PairForm, PairKind, PairLoop, PairSide, PairState
from mayak.networks.models.partnerships import Partnership
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear, Subject


def _sides(scope: Scope) -> Q:
    """Return the condition that a side of the pair lies in the scope.

    The schools of a territory are looked for first and once: a join of three tables over a region's pairs takes ten
    times as long.
    """
    visible = Q(pk__in=[])
    for path in scope.territory_paths:
        schools = Organisation.objects.filter(territory__path__under=path).order_by().values("pk")
        visible |= Q(first_school__in=schools) | Q(mentor_school__in=schools)
    if own := scope.organisation_ids:
        visible |= Q(first_school_id__in=own) | Q(mentor_school_id__in=own)
    return visible


class MentorPairQuerySet(ScopedQuerySet["MentorPair"]):
    """Pairs of which the scope shows a side; a mentee of a group whose school is another one counts too."""

    def within(self, scope: Scope) -> Self:
        """Return the pairs with a side in the scope; nothing for an empty scope."""
        return self if scope.everything else self.filter(self.inside(scope))

    @staticmethod
    def inside(scope: Scope) -> Q:
        """Return the condition of ``within`` for a scope that has limits."""
        others = PairMentee.objects.within(scope).filter(is_elsewhere=True).order_by().values("pair")
        return _sides(scope) | Q(pk__in=others)

    def current(self) -> Self:
        """Return the pairs that are not over."""
        return self.exclude(state__in=PAIR_OVER)


class MentorPair(models.Model):
    """A mentor with a mentee, or with a group of them, in a school year.

    ``first_school`` repeats the school of the first mentee, ``last_meeting_on`` and ``last_deed_on`` repeat the newest
    dates of what the pair did: lists and checks of a region read one table.
    """

    kind = models.CharField(_("kind"), max_length=15, choices=PairKind.choices, default=PairKind.TRADITIONAL)
    form = models.CharField(
        _("who helps whom"), max_length=25, choices=PairForm.choices, default=PairForm.TEACHER_TEACHER
    )
    loop = models.CharField(_("loop"), max_length=10, choices=PairLoop.choices, default=PairLoop.EXTERNAL)
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    mentor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mentor_pairs", verbose_name=_("mentor")
    )
    mentor_school = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school of the mentor")
    )
    first_school = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("school of the mentee"),
    )
    competences = models.ManyToManyField(
        Competence, blank=True, related_name="+", verbose_name=_("competences")
    )
    subject = models.ForeignKey(
        Subject, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("subject")
    )
    goal = models.TextField(_("goal of the pair"), blank=True, max_length=1000)
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mentor_pairs",
        verbose_name=_("network pair of the schools"),
    )
    run = models.ForeignKey(
        MatchingRun,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mentor_pairs",
        verbose_name=_("pairing"),
    )
    order = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("order")
    )
    terms = models.ForeignKey(
        MentoringTerms,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("supplement on mentoring"),
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PairState.choices, default=PairState.PROPOSED)
    proposed_on = models.DateField(_("proposed"))
    consent_until = models.DateField(_("consents are awaited until"), null=True, blank=True)
    mentor_consented_on = models.DateField(_("consent of the mentor"), null=True, blank=True)
    mentor_consent_paper = models.CharField(_("paper of the consent"), max_length=200, blank=True)
    refused_by = models.CharField(_("refused by"), max_length=10, choices=PairSide.choices, blank=True)
    refused_on = models.DateField(_("refused"), null=True, blank=True)
    refusal_reason = models.CharField(_("why refused"), max_length=500, blank=True)
    pause_reason = models.CharField(_("why paused"), max_length=500, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=10, choices=EndedBy.choices, blank=True)
    notice_on = models.DateField(_("notice of"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=500, blank=True)
    remains = models.CharField(
        _("what remains"),
        max_length=500,
        blank=True,
        help_text=_("What goes on without the pair: materials, habits, an unfinished task."),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("takes the place of"),
    )
    last_meeting_on = models.DateField(_("last meeting"), null=True, blank=True, editable=False)
    last_deed_on = models.DateField(_("last deed"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = MentorPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentor pair")
        verbose_name_plural = _("mentor pairs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school_year", "state"], name="mentor_pair_year_state"),
            models.Index(fields=["mentor", "state"], name="mentor_pair_mentor"),
            models.Index(fields=["state", "consent_until"], name="mentor_pair_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="mentor_pair_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ended", "changed"])
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="mentor_pair_end_reason",
                violation_error_message=_("Say why the pair ends."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["formed", "active", "paused"]) | Q(order__isnull=False),
                name="mentor_pair_order",
                violation_error_message=_("A pair is formed by an order."),
            ),
        ]

    def __str__(self) -> str:
        return str(_("pair of %(mentor)s, %(year)s")) % {"mentor": self.mentor, "year": self.school_year}

    @property
    def is_over(self) -> bool:
        """Whether the pair does not work any more."""
        return self.state in PAIR_OVER

    @property
    def is_working(self) -> bool:
        """Whether meetings are expected of the pair now."""
        return self.state == PairState.ACTIVE


class PairMenteeQuerySet(ScopedQuerySet["PairMentee"]):
    """Mentees of the schools of a scope."""

    scope_territory = "school__territory__path"
    scope_organisation = "school_id"


class PairMentee(models.Model):
    """A mentee of a pair or group, with the need for which the pairing chose the mentor, and the own consent."""

    pair = models.ForeignKey(MentorPair, on_delete=models.CASCADE, related_name="mentees")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="mentee_pairs", verbose_name=_("mentee")
    )
    school = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("school of the mentee")
    )
    is_elsewhere = models.BooleanField(
        default=False, editable=False, help_text=_("Works in another school than the first mentee.")
    )
    need = models.CharField(_("need"), max_length=500, blank=True)
    consented_on = models.DateField(_("consent of the mentee"), null=True, blank=True)
    consent_paper = models.CharField(_("paper of the consent"), max_length=200, blank=True)

    objects = PairMenteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentee of a pair")
        verbose_name_plural = _("mentees of pairs")
        ordering = ["pair", "person__sort_key", "pk"]
        indexes = [
            models.Index(fields=["school"], condition=Q(is_elsewhere=True), name="pair_mentee_elsewhere"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "person"],
                name="pair_mentee_once",
                violation_error_message=_("This person is a mentee of the pair already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.person)
