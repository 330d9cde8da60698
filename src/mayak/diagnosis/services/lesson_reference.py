"""The forms of lesson observation that come with the product."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from mayak.diagnosis.algorithms.rubric import BINARY, SCALE
from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import ObservationForm
from mayak.kernel.access import SYSTEM, Actor
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data" / "observation_forms.yaml"


@transaction.atomic
def load_lesson_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load the supplied forms, ready for use; a version by which a lesson was observed stays as it was."""
    used = {
        (row.code, row.version): row
        for row in ObservationForm.objects.filter(is_supplied=True, lessons__isnull=False).distinct()
    }
    rows = [_kept(row, used) for row in supplied_forms()]
    return [load_rows(ObservationForm, rows, key=["code", "version"], actor=actor)]


def supplied_forms() -> Iterator[dict[str, Any]]:
    """Yield the columns of each supplied form; scales are written out."""
    data = read_data(DATA)
    for raw in data["forms"]:
        yield {
            **{name: raw[name] for name in ("code", "version", "title", "note", "source", "year")},
            "is_assumption": True,
            "is_supplied": True,
            "state": ObservationFormState.IN_USE.value,
            "definition": {
                "max": raw["max"],
                "levels": data["levels"],
                "sections": [_part(one, data["scales"]) for one in raw["sections"]],
            },
        }


def _part(raw: Mapping[str, Any], scales: Mapping[str, Any]) -> dict[str, Any]:
    part = {name: raw[name] for name in ("code", "title", "max", "competence", "advice") if name in raw}
    if "parts" in raw:
        part["parts"] = [_part(one, scales) for one in raw["parts"]]
    if "items" in raw:
        part["items"] = [_item(one, scales) for one in raw["items"]]
    return part


def _item(raw: Mapping[str, Any], scales: Mapping[str, Any]) -> dict[str, Any]:
    named = raw["levels"] if isinstance(raw["levels"], str) else ""
    levels = [dict(one) for one in (scales[named] if named else raw["levels"])]
    kind = raw.get("kind") or (BINARY if named == BINARY else SCALE)
    return {
        "code": raw["code"],
        "text": raw["text"],
        "kind": kind,
        "max": max(one["score"] for one in levels),
        "levels": levels,
    }


def _kept(row: dict[str, Any], used: Mapping[tuple[str, int], ObservationForm]) -> dict[str, Any]:
    stored = used.get((row["code"], row["version"]))
    return row if stored is None else {name: getattr(stored, name) for name in row}
