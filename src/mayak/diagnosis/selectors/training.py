"""Who is a mentor, who has valid training, what a person holds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import MentoringTerms, RoleAssignment
from mayak.diagnosis.enums.training import EnrolmentState, NeedState, TrainingState
from mayak.diagnosis.models import Certificate, Enrolment, MentorProfile, MentorReward, TrainingNeed
from mayak.diagnosis.models.of_person import posts_on
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.kernel.access import Scope
from mayak.registry.models import Person
from mayak.registry.selectors.school_years import start_year_of

TRAINING_TONES = {
    TrainingState.VALID: "good",
    TrainingState.ENDING: "warning",
    TrainingState.EXPIRED: "bad",
    TrainingState.NONE: "bad",
}


def mentor_ids(day: dt.date | None = None) -> Q:
    """Return the condition on people who are mentors: by papers, by a role of today, or by a mentor's passport."""
    today = day or timezone.localdate()
    papers = MentoringTerms.objects.filter(ends_on__gte=today).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=today)
    )
    roles = RoleAssignment.objects.current().filter(role=Role.MENTOR, user__person__isnull=False)
    return (
        Q(pk__in=papers.values("person"))
        | Q(pk__in=roles.values("user__person"))
        | Q(pk__in=MentorProfile.objects.values("person"))
    )


def people_of(scope: Scope) -> QuerySet[Person]:
    """Return the people of the scope; a school sees those who work there today, never those who left."""
    rows = Person.objects.kept().select_related("territory")
    if scope.everything:
        return rows
    visible = Q(pk__in=[])
    for path in scope.territory_paths:
        visible |= Q(territory__path__under=path)
    if scope.organisation_ids:
        present = posts_on(timezone.localdate()).filter(organisation__in=scope.organisation_ids)
        visible |= Q(pk__in=present.values("person"))
    return rows.filter(visible)


def mentors(scope: Scope) -> QuerySet[Person]:
    """Return the mentors of the scope with the last day of their training (``trained_until``) and open needs."""
    until = (
        Certificate.objects.filter(person=OuterRef("pk"))
        .order_by()
        .values("person")
        .annotate(last=Max("valid_until"))
        .values("last")
    )
    return people_of(scope).filter(mentor_ids()).annotate(trained_until=Subquery(until))


def training_state(
    trained_until: dt.date | None, *, warn_days: int, day: dt.date | None = None
) -> TrainingState:
    """Return where the training of somebody stands by its last day."""
    today = day or timezone.localdate()
    if trained_until is None:
        return TrainingState.NONE
    if trained_until < today:
        return TrainingState.EXPIRED
    if trained_until <= today + dt.timedelta(days=warn_days):
        return TrainingState.ENDING
    return TrainingState.VALID


def warn_days() -> int:
    """Return so many days before the end one is warned."""
    return int(threshold("certificate-warning"))


def valid_until_of(issued_on: dt.date) -> dt.date:
    """Return the last day of a paper that names none."""
    years = int(threshold("certificate-years", start_year_of(issued_on)))
    try:
        return issued_on.replace(year=issued_on.year + years)
    except ValueError:  # 29 February
        return issued_on.replace(year=issued_on.year + years, day=28)


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """Everything on the training and the rewards of one person."""

    person: Person
    state: TrainingState
    trained_until: dt.date | None
    needs: tuple[TrainingNeed, ...]
    enrolments: tuple[Enrolment, ...]
    certificates: tuple[Certificate, ...]
    rewards: tuple[MentorReward, ...]

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return TRAINING_TONES[self.state]


def training_file(person: Person) -> TrainingFile:
    """Return the training and the rewards of a person; the caller found the person within the scope."""
    certificates = tuple(Certificate.objects.filter(person=person).select_related("course"))
    until = max((row.valid_until for row in certificates), default=None)
    return TrainingFile(
        person=person,
        state=training_state(until, warn_days=warn_days()),
        trained_until=until,
        needs=tuple(TrainingNeed.objects.filter(person=person).select_related("topic", "school_year")),
        enrolments=tuple(Enrolment.objects.filter(person=person).select_related("course")),
        certificates=certificates,
        rewards=tuple(
            MentorReward.objects.filter(person=person).select_related(
                "reward", "reason", "basis", "organisation"
            )
        ),
    )


def open_needs_by_person(people: Iterable[int]) -> dict[int, list[Any]]:
    """Return the open topics of these people; one query."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = TrainingNeed.objects.filter(person__in=list(people), state=NeedState.OPEN).select_related("topic")
    for row in rows.order_by("topic__position"):
        found[row.person_id].append(row.topic)
    return found


def learning_now(scope: Scope) -> int:
    """Return how many people of the scope learn in a course."""
    found = Enrolment.objects.within(scope).filter(state=EnrolmentState.ENROLLED)
    return found.values("person").distinct().count()
