"""Who may change the catalogue of competences, and who may see deficits of whom."""

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Territory

CATALOGUE, PEOPLE = "diagnosis.catalogue", "diagnosis.people"
EDIT, OWN_SCHOOL, SURVEY_RESULTS = "diagnosis.edit", "diagnosis.own_school", "surveys.results"
_REGION_DEPTH = 2


def can_edit_catalogue(scope: Scope) -> bool:
    """Whether competences, their levels and the catalogue of tasks may be changed."""
    return scope.allows(CATALOGUE)


def can_edit_deficit_rules(scope: Scope) -> bool:
    """Whether weights and thresholds may be changed: they hold for everybody, so the region decides."""
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return scope.everything or (can_edit_catalogue(scope) and any(depth <= _REGION_DEPTH for depth in depths))


def can_see_matrix(scope: Scope) -> bool:
    """Whether sums of deficits may be seen at all (of groups that are big enough)."""
    return any(scope.allows(right) for right in (EDIT, PEOPLE, OWN_SCHOOL, SURVEY_RESULTS))


def can_see_territory_matrix(scope: Scope, territory: Territory) -> bool:
    """Whether the sums of this territory may be seen."""
    return can_see_matrix(scope) and scope.covers_territory(territory.path or "")


def can_see_school_matrix(scope: Scope, school: Organisation) -> bool:
    """Whether the sums of this school may be seen."""
    return can_see_matrix(scope) and scope.covers_organisation(school.pk, school.territory.path or "")


def can_read_people(scope: Scope) -> bool:
    """Whether deficits of single teachers may be read; each reading is logged."""
    return scope.allows(PEOPLE)


def can_import_tests(scope: Scope) -> bool:
    """Whether results of tests may be loaded: by whoever may read them of single teachers."""
    return scope.allows(PEOPLE) and (scope.allows(EDIT) or scope.allows(OWN_SCHOOL))


def can_edit_groups(scope: Scope, territory: Territory, school: Organisation | None) -> bool:
    """Whether problem groups of the place may be formed, changed and dissolved: their members are named."""
    if not can_read_people(scope):
        return False
    if school is not None:
        return scope.covers_organisation(school.pk, school.territory.path or "")
    return scope.covers_territory(territory.path or "")
