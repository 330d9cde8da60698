"""Typical deficits of a place and the groups that could work on them; the groups that exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from mayak.diagnosis.algorithms.together import find_together
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.models import Competence, ProblemGroup
from mayak.diagnosis.models.problem_groups import ProblemGroupQuerySet
from mayak.diagnosis.selectors.competences import competence_list
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.selectors.matrix import deficit_table
from mayak.diagnosis.selectors.teachers import main_posts
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Person, Territory


@dataclass(frozen=True, slots=True)
class Proposal:
    """Deficits that occur together and the people who have them.

    Whoever may not read people gets neither them nor their number, only whether it is large: numbers of a district
    and of its schools would tell by subtraction what the matrix hides.
    """

    competences: tuple[Competence, ...]
    people: tuple[int, ...]
    count: int | None
    distance: float
    is_large: bool = False

    @property
    def key(self) -> str:
        """The competences in the address of the form that makes a group of it."""
        return "-".join(str(one.pk) for one in self.competences)

    @property
    def title(self) -> str:
        """How such a group would be called."""
        return ", ".join(one.name for one in self.competences[:3])


def propose_groups(
    territory: Territory, school: Organisation | None, *, names_people: bool
) -> list[Proposal]:
    """Return the proposals for a territory or one school, the biggest first.

    Args:
        territory: where.
        school: one school of it; None for all.
        names_people: whether the viewer may read single teachers; else people and their number are left out.
    """
    values = rule_values()
    competences = tuple(competence_list().kept().order_by("pk"))
    posts = main_posts(organisation=school.pk) if school else main_posts(path=territory.path or "")
    table, people = deficit_table(posts, competences, values)
    found = find_together(
        table,
        limit=values[Rule.TOGETHER],
        share=values[Rule.TOGETHER_SHARE],
        smallest=int(values[Rule.PROBLEM_GROUP]),
    )
    limit = values[Rule.GROUP_LIMIT]
    return [
        Proposal(
            tuple(competences[index] for index in one.competences),
            tuple(people[index] for index in one.people) if names_people else (),
            len(one.people) if names_people else None,
            one.distance,
            is_large=len(one.people) >= limit,
        )
        for one in found
    ]


def people_with(
    territory: Territory, school: Organisation | None, competences: Sequence[Competence]
) -> list[Person]:
    """Return the people of a place who have enough of these deficits, those with the most first."""
    values = rule_values()
    posts = main_posts(organisation=school.pk) if school else main_posts(path=territory.path or "")
    table, people = deficit_table(posts, competences, values)
    needed = max(1.0, values[Rule.TOGETHER_SHARE] * len(competences) - 1e-9)
    has = table.sum(axis=1)
    keys = [people[index] for index in (-has).argsort(kind="stable") if has[index] >= needed]
    known = Person.objects.in_bulk(keys[:_SHOWN])
    return [known[key] for key in keys[:_SHOWN] if key in known]


_SHOWN = 200


def problem_groups(scope: Scope) -> ProblemGroupQuerySet:
    """Return the groups of a scope with what a list shows."""
    return ProblemGroup.objects.within(scope).select_related(
        "territory", "organisation", "school_year", "association"
    )
