"""Earlier runs for the same status: what a list is compared with."""

from django.db.models import Case, IntegerField, Value, When

from mayak.registry.models import Territory
from mayak.registry.models.territories import paths_above
from mayak.results.algorithms.identification.evaluation import Decision
from mayak.results.enums import RunState
from mayak.results.models import IdentificationRun, SchoolDecision
from mayak.results.models.identification import IdentificationRunQuerySet


def earlier_runs(status_kind_id: int, territory: Territory, year: int) -> IdentificationRunQuerySet:
    """Return the runs of earlier years for the territory or one above it, the best of each year first.

    An approved run goes before a draft, the territory's own before a wider one, a later run before an earlier one.
    """
    path = territory.path or ""
    approved = Case(
        When(state=RunState.APPROVED, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = IdentificationRun.objects.filter(
        rule_set__status_kind=status_kind_id, year__lt=year, territory__path__in=[path, *paths_above(path)]
    ).exclude(state=RunState.ARCHIVED)
    return rows.order_by("-year", approved, "-territory__path", "-created_at", "-pk")


def previous_run(status_kind_id: int, territory: Territory, year: int) -> IdentificationRun | None:
    """Return the run of the nearest earlier year."""
    return earlier_runs(status_kind_id, territory, year).first()


def decided_before(status_kind_id: int, territory: Territory, year: int) -> dict[int, dict[int, int]]:
    """Return the decisions of the earlier years: year -> school -> ``Decision``."""
    best: dict[int, int] = {}
    for run_id, of_year in earlier_runs(status_kind_id, territory, year).values_list("pk", "year"):
        best.setdefault(of_year, run_id)
    return {of_year: decisions_of(run_id, territory) for of_year, run_id in best.items()}


def decisions_of(run_id: int, territory: Territory) -> dict[int, int]:
    """Return school -> ``Decision`` of a run within a territory."""
    rows = SchoolDecision.objects.filter(
        run=run_id, organisation__territory__path__under=territory.path or "/"
    )
    fields = ("organisation_id", "is_listed", "has_data", "is_vetoed")
    found: dict[int, int] = {}
    for school, is_listed, has_data, is_vetoed in rows.order_by().values_list(*fields):
        if is_listed:
            found[school] = Decision.LISTED
        elif is_vetoed:
            found[school] = Decision.VETOED
        else:
            found[school] = Decision.NOT_LISTED if has_data else Decision.NO_DATA
    return found
