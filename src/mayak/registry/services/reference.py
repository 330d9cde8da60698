"""Dictionaries that come with the product: YAML files loaded again and again without harm.

What a person edited stays as the person left it, and what a person deleted does not come back: the audit log
knows both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.audit.services import difference, record_bulk, snapshot
from mayak.registry.enums import ActState, TerritoryKind
from mayak.registry.models import LegalAct, SchoolYear, Subject, Territory
from mayak.registry.services.territories import create_territory

DATA = Path(__file__).resolve().parent.parent / "data"
COUNTRY = "Российская Федерация"
ACTION = "load_reference"


@dataclass(frozen=True, slots=True)
class LoadCount:
    """What happened to the rows of one dictionary.

    ``kept`` are rows that differ from the file because a person edited them, ``left_out`` those that a person
    deleted.
    """

    model: type[models.Model]
    created: int
    updated: int
    unchanged: int
    kept: int
    left_out: int


@transaction.atomic
def load_registry_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load subjects, school years and the acts of the country; return what happened to each dictionary."""
    country = ensure_country(actor=actor)
    years = read_data(DATA / "school_years.yaml")
    return [
        load_rows(Subject, read_data(DATA / "subjects.yaml")["subjects"], key=["code"], actor=actor),
        load_rows(
            SchoolYear,
            [{"start_year": year} for year in range(years["first"], years["last"] + 1)],
            key=["start_year"],
            actor=actor,
        ),
        _load_acts(country, actor=actor),
    ]


def ensure_country(*, actor: Actor = SYSTEM) -> Territory:
    """Return the root of the tree under which every region and the acts of the country lie."""
    found = Territory.objects.filter(kind=TerritoryKind.COUNTRY, name=COUNTRY).first()
    if found is not None:
        return found
    return create_territory(actor=actor, name=COUNTRY, kind=TerritoryKind.COUNTRY)


def known_positions() -> dict[str, list[str]]:
    """Return the positions that forms suggest, by group (head, deputy, authority, teacher, specialist)."""
    positions: dict[str, list[str]] = read_data(DATA / "positions.yaml")["positions"]
    return positions


def read_data(path: Path) -> dict[str, Any]:
    """Read a YAML file of the product."""
    with path.open(encoding="utf-8") as stream:
        data: dict[str, Any] = yaml.safe_load(stream)
    return data


def load_rows(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: list[str],
    actor: Actor = SYSTEM,
    territory_path: str = "",
) -> LoadCount:
    """Create the missing rows and refresh those that nobody edited; call it inside a transaction.

    Args:
        model: the dictionary.
        rows: values by field name.
        key: the fields that tell one row from another.
        actor: who loads.
        territory_path: for whom the audit entry is visible.
    """
    present = {_key(row, key): row for row in model._default_manager.all()}
    edited = _Edits(model)
    counts = {"created": 0, "updated": 0, "unchanged": 0, "kept": 0, "left_out": 0}
    created: list[str] = []
    touched: list[int] = []
    for values in map(_exact_numbers, rows):
        name = _key(values, key)
        row = present.get(name)
        gone = row is None and name in edited.loaded_before
        outcome = "left_out" if gone else _write(model, row, values, edited)
        counts[outcome] += 1
        if outcome == "created":
            created.append(name)
        elif outcome == "updated" and row is not None:
            touched.append(row.pk)
    if created or touched:
        record_bulk(
            model,
            actor=actor,
            action=ACTION,
            row_count=len(created) + len(touched),
            territory_path=territory_path,
            changes={"created": created, "updated": touched},
        )
    return LoadCount(model=model, **counts)


def _write(
    model: type[models.Model], row: models.Model | None, values: Mapping[str, Any], edited: "_Edits"
) -> str:
    if row is None:
        model._default_manager.create(**values)
        return "created"
    before = snapshot(row)
    for field, value in values.items():
        setattr(row, field, value)
    _take_column_types(row)
    changed = list(difference(before, snapshot(row)))
    if not changed:
        return "unchanged"
    if row.pk in edited:
        return "kept"
    row.save(update_fields=[model._meta.get_field(name).name for name in changed])
    return "updated"


class _Edits:
    """Which rows somebody changed since they were loaded, and which keys were ever loaded."""

    def __init__(self, model: type[models.Model]) -> None:
        entries = AuditEntry.objects.filter(object_type=model._meta.label_lower)
        self.loaded_before: set[str] = set()
        for changes in entries.filter(action=ACTION).values_list("changes", flat=True):
            self.loaded_before.update(changes.get("created", []))
        others = entries.exclude(action=ACTION)
        self._single = set(others.exclude(object_id="").values_list("object_id", flat=True))
        ranges = others.values_list("row_first", "row_last")
        self._ranges = [(first, last) for first, last in ranges if first is not None and last is not None]

    def __contains__(self, pk: int) -> bool:
        return str(pk) in self._single or any(first <= pk <= last for first, last in self._ranges)


def _key(row: models.Model | Mapping[str, Any], fields: list[str]) -> str:
    parts = []
    for field in fields:
        if isinstance(row, Mapping):
            value = row.get(field)
            value = value.pk if isinstance(value, models.Model) else value
        else:
            value = getattr(row, row._meta.get_field(field).attname)  # type: ignore[union-attr]  # a column
        parts.append("" if value is None else str(value))
    return "|".join(parts)


def _exact_numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value for name, value in values.items()
    }


def _take_column_types(row: models.Model) -> None:
    """Turn the numbers and dates of a file into the exact values that the columns will give back."""
    row.clean_fields(exclude=["replaced_by"])
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        if isinstance(field, models.DecimalField) and value is not None:
            setattr(row, field.attname, round(Decimal(value), field.decimal_places))


def _load_acts(country: Territory, *, actor: Actor) -> LoadCount:
    rows = read_data(DATA / "legal_acts.yaml")["acts"]
    key = ["territory", "issuer", "kind", "number", "date"]
    values = [{"state": ActState.IN_FORCE, **row, "territory": country} for row in rows]
    for value in values:
        value.pop("replaced_by", None)
    count = load_rows(LegalAct, values, key=key, actor=actor, territory_path=country.path or "")
    for row in rows if count.created else []:
        if later := row.get("replaced_by"):
            successor = LegalAct.objects.filter(territory=country, number=later, issuer=row["issuer"]).first()
            LegalAct.objects.filter(
                territory=country, number=row["number"], issuer=row["issuer"], replaced_by__isnull=True
            ).update(replaced_by=successor)
    return count
