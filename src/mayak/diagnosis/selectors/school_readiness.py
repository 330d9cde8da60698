"""Is everything there before matching: who has no passport, capacity, strengths, proofs, consent, needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.accounts.enums import ConsentPurpose, Role
from mayak.accounts.models import Consent, RoleAssignment
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import LeadProfile, MentorProfile, RiskLine, SchoolNeed
from mayak.diagnosis.selectors.roles import reference_day, schools_in_role
from mayak.kernel.access import Scope
from mayak.registry.enums import QualificationCategory
from mayak.registry.models import Organisation, SchoolYear
from mayak.results.enums import StatusRole

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, and for whom.

    Attributes:
        key: for machines («lead-no-strengths»).
        title: what is missing.
        text: why it matters.
        items: objects for which it is missing.
        total: of how many.
        labels: how an object is called and where it is mended, made for those that are shown only.
        url: where the rest is mended.
        label: the words of that link.
    """

    key: str
    title: Any
    text: Any
    items: Sequence[Any]
    total: int
    labels: Any
    url: str = ""
    label: Any = ""

    @property
    def count(self) -> int:
        """For how many it is missing."""
        return len(self.items)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Name and address of the first ones."""
        return [self.labels(item) for item in self.items[:SHOWN]]

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(self.count - SHOWN, 0)


def school_gaps(scope: Scope, year: SchoolYear) -> list[Gap]:
    """Return what is missing for schools that need help and for lead schools (a fixed number of queries)."""
    return [*_mentee_gaps(scope, year), *_lead_gaps(scope, year)]


def mentor_gaps(scope: Scope, year: SchoolYear) -> list[Gap]:
    """Return what is missing for mentors (a fixed number of queries)."""
    profiles = list(_mentors(scope, year))
    accepted = [one for one in profiles if one.state == PassportState.ACCEPTED]
    waiting = [one for one in profiles if one.state == PassportState.SUBMITTED]
    mentors = list(_mentor_roles(scope))
    known = {one.person_id for one in profiles}
    without = [role for role in mentors if role.user.person_id not in known]
    total = len(accepted)
    return [
        Gap(
            "mentor-no-profile",
            _("Mentors without a passport"),
            _("They hold the role of a mentor and nothing says what they can give."),
            without,
            len(mentors),
            lambda role: (f"{role.user}, {role.organisation}", reverse("diagnosis:mentor-nominate")),
            reverse("diagnosis:mentor-nominate"),
            _("Nominate a teacher"),
        ),
        Gap(
            "mentor-waiting",
            _("Nominations that wait for a decision"),
            _("The pairing reads confirmed passports only."),
            waiting,
            len(profiles),
            lambda one: (str(one.person), reverse("diagnosis:decide-mentor", args=[one.pk])),
        ),
        Gap(
            "mentor-no-capacity",
            _("Mentors without capacity"),
            _("Say how many mentees and how many hours a month."),
            [one for one in accepted if not one.pairs or not one.hours_per_month],
            total,
            lambda one: (str(one.person), reverse("diagnosis:edit-mentor", args=[one.pk])),
        ),
        Gap(
            "mentor-no-strengths",
            _("Mentors without strengths"),
            _("Nobody can be matched by what is not named."),
            [one for one in accepted if not one.strength_count],  # type: ignore[attr-defined]  # annotated
            total,
            lambda one: (str(one.person), reverse("diagnosis:add-mentor-strength", args=[one.pk])),
        ),
        Gap(
            "mentor-no-proofs",
            _("Mentors without proofs"),
            _(
                "A category of the registry counts; otherwise name a publication, an award, a lesson or a certificate."
            ),
            [one for one in accepted if not one.proof_count and not _has_category(one)],  # type: ignore[attr-defined]  # annotated
            total,
            lambda one: (str(one.person), reverse("diagnosis:add-mentor-proof", args=[one.pk])),
        ),
        *_consent_gaps(accepted),
    ]


def open_gaps(scope: Scope, year: SchoolYear) -> int:
    """Return how many lines of the readiness check have something to mend."""
    return sum(bool(gap.count) for gap in [*school_gaps(scope, year), *mentor_gaps(scope, year)])


def _mentee_gaps(scope: Scope, year: SchoolYear) -> Iterable[Gap]:
    known = RiskLine.objects.filter(profile__organisation=OuterRef("pk"), profile__school_year=year).exclude(
        level=""
    )
    needs = SchoolNeed.objects.filter(organisation=OuterRef("pk"), school_year=year, state=NeedState.OPEN)
    rows = list(
        _in_role(scope, StatusRole.NEEDS_HELP, year).annotate(
            has_risk=Exists(known), has_chosen=Exists(known.filter(is_chosen=True)), has_needs=Exists(needs)
        )
    )
    query = f"?year={year.start_year}"

    def risk(row: Organisation) -> tuple[str, str]:
        return str(row), reverse("diagnosis:risk-school", args=[row.pk]) + query

    def needs_page(row: Organisation) -> tuple[str, str]:
        return str(row), reverse("diagnosis:needs-school", args=[row.pk]) + query

    return [
        Gap(
            "school-no-risk",
            _("Schools that need help without a risk profile"),
            _("Compute it from data, hold the questionnaire, or state it by hand."),
            [row for row in rows if not row.has_risk],
            len(rows),
            risk,
        ),
        Gap(
            "school-nothing-chosen",
            _("Schools that chose no risk factor"),
            _("Only chosen factors become needs."),
            [row for row in rows if row.has_risk and not row.has_chosen],
            len(rows),
            risk,
        ),
        Gap(
            "school-no-needs",
            _("Schools that need help without needs"),
            _("Without needs a pair is chosen by distance and load alone."),
            [row for row in rows if not row.has_needs],
            len(rows),
            needs_page,
            reverse("diagnosis:needs") + query,
            _("Compute the lists of all schools"),
        ),
    ]


def _lead_gaps(scope: Scope, year: SchoolYear) -> Iterable[Gap]:
    schools = list(_in_role(scope, StatusRole.GIVES_HELP, year))
    every = LeadProfile.objects.within(scope).filter(school_year=year)
    counted = every.select_related("organisation").annotate(
        strength_count=Count("strengths", distinct=True), offer_count=Count("offers", distinct=True)
    )
    profiles = list(counted.order_by("organisation__sort_key", "pk"))
    accepted = [one for one in profiles if one.state == PassportState.ACCEPTED]
    known = {one.organisation_id for one in accepted}

    def passport(one: LeadProfile) -> tuple[str, str]:
        return str(one.organisation), reverse("diagnosis:profile", args=[one.pk])

    return [
        Gap(
            "lead-no-profile",
            _("Lead schools without a passport"),
            _("They bear the status of a lead school, and nothing says what they can give."),
            [school for school in schools if school.pk not in known],
            len(schools),
            lambda school: (str(school), reverse("registry:organisations-detail", args=[school.pk])),
            reverse("diagnosis:build"),
            _("Compute strengths from results"),
        ),
        Gap(
            "lead-waiting",
            _("Self-nominations of schools that wait for a decision"),
            _("The pairing reads accepted passports only."),
            [one for one in profiles if one.state == PassportState.SUBMITTED],
            len(profiles),
            lambda one: (str(one.organisation), reverse("diagnosis:decide-profile", args=[one.pk])),
        ),
        Gap(
            "lead-no-capacity",
            _("Lead schools without capacity"),
            _("The passport says that the school helps no school."),
            [one for one in accepted if not one.capacity],
            len(accepted),
            lambda one: (str(one.organisation), reverse("diagnosis:edit", args=[one.pk])),
        ),
        Gap(
            "lead-no-strengths",
            _("Lead schools without strengths"),
            _("Neither results nor people say in what the school is strong."),
            [one for one in accepted if not one.strength_count and not one.offer_count],  # type: ignore[attr-defined]  # annotated
            len(accepted),
            passport,
        ),
    ]


def _consent_gaps(accepted: Sequence[MentorProfile]) -> Iterable[Gap]:
    people = [one.person_id for one in accepted]
    given = set(
        Consent.objects.live()
        .filter(
            Q(person__in=people) | Q(person__isnull=True, user__person__in=people),
            purpose__in=(ConsentPurpose.PROCESSING, ConsentPurpose.MENTORING),
        )
        .values_list("purpose", "person", "user__person")
    )
    holders = {(purpose, person or user) for purpose, person, user in given}
    for purpose, key, title in (
        (
            ConsentPurpose.PROCESSING,
            "mentor-no-consent",
            _("Mentors without a consent to the processing of data"),
        ),
        (
            ConsentPurpose.MENTORING,
            "mentor-no-mentoring-consent",
            _("Mentors without a consent to work as a mentor"),
        ),
    ):
        yield Gap(
            key,
            title,
            _("Without it neither a pair nor an order may name the person."),
            [one for one in accepted if (purpose, one.person_id) not in holders],
            len(accepted),
            lambda one: (str(one.person), reverse("accounts:consents-person", args=[one.person_id])),
        )


def _has_category(profile: MentorProfile) -> bool:
    return profile.person.category not in {"", QualificationCategory.NONE}


def _mentors(scope: Scope, year: SchoolYear) -> QuerySet[MentorProfile]:
    return (
        MentorProfile.objects.within(scope)
        .filter(school_year=year)
        .select_related("person", "organisation")
        .annotate(
            strength_count=Count("strengths", distinct=True), proof_count=Count("proofs", distinct=True)
        )
        .order_by("person__sort_key", "pk")
    )


def _mentor_roles(scope: Scope) -> Iterable[RoleAssignment]:
    held = RoleAssignment.objects.within(scope).current().filter(role=Role.MENTOR)
    return held.select_related("user", "organisation").order_by("user__full_name", "pk")


def _in_role(scope: Scope, role: str, year: SchoolYear) -> QuerySet[Organisation]:
    return schools_in_role("/", role, reference_day(year)).within(scope).order_by("sort_key", "pk")
