"""Writing many rows of one table with few queries; what single services derive is derived here too."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import models, transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk, snapshot
from mayak.registry.algorithms.sort_keys import natural_key
from mayak.registry.models import Organisation, OrganisationName, Person, Territory
from mayak.registry.services.organisation_keys import DERIVED, name_key, present_names, set_keys
from mayak.registry.services.organisations import rename
from mayak.registry.services.people import person_key
from mayak.registry.services.territories import move_paths, path_of

BATCH: Final = 500
_UPDATE_BATCH: Final = 100
_DERIVED_FIELDS: Final[Mapping[type[models.Model], tuple[str, ...]]] = {
    Organisation: DERIVED,
    Territory: ("sort_key",),
    Person: ("sort_key",),
    OrganisationName: ("key",),
}


@transaction.atomic
def create_organisations(
    organisations: Sequence[Organisation], *, actor: Actor, territory_path: str = "", source: str = ""
) -> list[Organisation]:
    """Create many organisations that are known to be right; one audit entry for all.

    Branches must come after their saved schools. Constraints of the database still hold.
    """
    created = create_many(Organisation, list(organisations))
    record_bulk(
        Organisation,
        actor=actor,
        action="create",
        row_count=len(created),
        row_first=min((row.pk for row in created), default=None),
        row_last=max((row.pk for row in created), default=None),
        territory_path=territory_path,
        object_text=source,
    )
    return created


def create_many(model: type[models.Model], rows: list[Any]) -> list[Any]:
    """Insert rows of one table with everything that is derived of them."""
    derive(model, rows)
    created = model._default_manager.bulk_create(rows, batch_size=BATCH)
    if model is Organisation:
        names = [name for row in created if isinstance(row, Organisation) for name in present_names(row)]
        OrganisationName.objects.bulk_create(names, batch_size=BATCH)
    if model is Territory:
        for row in created:
            if isinstance(row, Territory):
                row.path = path_of(row)
        Territory.objects.bulk_update([row for row in created if isinstance(row, Territory)], ["path"], BATCH)
    if model is OrganisationName:
        refresh_search_texts({row.organisation_id for row in rows})
    return list(created)


def update_many(model: type[models.Model], rows: list[Any], before: Mapping[int, Mapping[str, Any]]) -> None:
    """Save changed rows of one table; ``before`` holds the former values by key.

    Names of organisations are kept with their dates, paths of moved territories are rewritten.
    """
    if not rows:
        return
    fields = {name for row in rows for name in changed_fields(row, before[row.pk])}
    if model is Organisation:
        rename_many(rows, before)
    derive(model, rows, names=_all_names(rows) if model is Organisation else None)
    fields |= set(_DERIVED_FIELDS.get(model, ()))
    model._default_manager.bulk_update(rows, sorted(fields), batch_size=_UPDATE_BATCH)
    if model is Territory and "parent" in fields:
        for row in rows:
            _move(row)
    if model is OrganisationName:
        refresh_search_texts({row.organisation_id for row in rows})


def changed_fields(row: models.Model, before: Mapping[str, Any]) -> list[str]:
    """Return the names of the columns whose values differ from the former ones."""
    now = snapshot(row)
    return [name for name, value in now.items() if before.get(name) != value and name != "id"]


def derive(
    model: type[models.Model], rows: Iterable[Any], names: Mapping[int, list[str]] | None = None
) -> None:
    """Set the derived columns of unsaved values."""
    setters: dict[type[models.Model], Callable[[Any], None]] = {
        Territory: lambda row: setattr(row, "sort_key", natural_key(row.name)),
        Person: lambda row: setattr(row, "sort_key", person_key(row)),
        OrganisationName: lambda row: setattr(row, "key", name_key(row.name)),
        Organisation: lambda row: set_keys(row, (names or {}).get(row.pk, ())),
    }
    setter = setters.get(model)
    if setter is not None:
        for row in rows:
            setter(row)


def rename_many(rows: Iterable[Organisation], before: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep the old names of those organisations whose name changed."""
    for row in rows:
        rename(row, old_name=str(before[row.pk]["name"]), old_short_name=str(before[row.pk]["short_name"]))


def refresh_search_texts(organisation_ids: Iterable[int]) -> None:
    """Compute the searching texts of organisations anew from all their names."""
    rows = list(Organisation.objects.filter(pk__in=list(organisation_ids)))
    derive(Organisation, rows, names=_all_names(rows))
    Organisation.objects.bulk_update(rows, DERIVED, batch_size=_UPDATE_BATCH)


def _all_names(rows: Iterable[Organisation]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    keys = [row.pk for row in rows]
    for start in range(0, len(keys), BATCH):
        wanted = OrganisationName.objects.filter(organisation_id__in=keys[start : start + BATCH])
        for organisation_id, name in wanted.values_list("organisation_id", "name"):
            found[organisation_id].append(name)
    return found


def _move(territory: Territory) -> None:
    old, new = territory.path or "", path_of(territory)
    if old and old != new:
        move_paths(old, new)
        territory.path = new
