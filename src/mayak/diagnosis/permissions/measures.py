"""Who may do what with contests, cards, recommendations and the training of mentors."""

from mayak.diagnosis.models import Contest, ContestApplication, Recommendation
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Person

EDIT, OWN, CATALOGUE, PEOPLE = (
    "diagnosis.edit",
    "diagnosis.own_school",
    "diagnosis.catalogue",
    "diagnosis.people",
)


def may_keep(scope: Scope) -> bool:
    """Whether the person keeps the diagnosis of schools: coordinators and methodists."""
    return scope.allows(EDIT)


def may_tell(scope: Scope) -> bool:
    """Whether the person tells what the own school gives."""
    return scope.allows(OWN)


def may_read_measures(scope: Scope) -> bool:
    """Whether lists of the scope's schools are open: to who keeps them and to the head of a school for the own."""
    return may_keep(scope) or may_tell(scope)


def may_keep_school(scope: Scope, school: Organisation) -> bool:
    """Whether the person keeps the diagnosis of this school."""
    return may_keep(scope) and scope.covers_organisation(school.pk, school.territory.path or "")


def is_own_school(scope: Scope, school: Organisation) -> bool:
    """Whether the person speaks for this school."""
    return may_tell(scope) and school.pk in scope.organisation_ids


def may_fill_school(scope: Scope, school: Organisation) -> bool:
    """Whether the person may fill in what the school tells: the school, or who keeps its diagnosis."""
    return is_own_school(scope, school) or may_keep_school(scope, school)


def may_edit_catalogue(scope: Scope) -> bool:
    """Whether indicators, typical measures, topics, rewards and thresholds may be changed."""
    return scope.allows(CATALOGUE)


def may_read_people(scope: Scope) -> bool:
    """Whether what concerns single teachers may be read."""
    return scope.allows(PEOPLE)


def holds_contest(scope: Scope, contest: Contest) -> bool:
    """Whether the person holds this contest: keeps diagnosis in its whole territory."""
    return may_keep(scope) and scope.covers_territory(contest.territory.path or "")


def may_write_application(scope: Scope, application: ContestApplication) -> bool:
    """Whether the person may write this application."""
    return may_fill_school(scope, application.organisation)


def may_manage_training(scope: Scope, person: Person) -> bool:
    """Whether the person may keep somebody's training; the caller found the person within the scope."""
    if may_keep(scope):
        return scope.covers_territory(person.territory.path or "")
    return may_tell(scope)


def may_read_recommendation(scope: Scope, row: Recommendation, person_id: int | None) -> bool:
    """Whether a recommendation may be read: one that names a teacher only by whom the deficits of people are open."""
    if row.addressee_person_id is not None:
        if row.addressee_person_id == person_id:
            return True
        return may_read_people(scope) and may_fill_school(scope, row.organisation)
    return may_fill_school(scope, row.organisation)
