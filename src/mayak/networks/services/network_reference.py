"""Models, required documents, questions and items of the self-check that come with the product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.networks.enums.networks import CheckKind
from mayak.networks.models import DocumentRequirement, GuideQuestion, NetworkCheckItem, NetworkModelCard
from mayak.networks.models.network_rules import FIRST_YEAR
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data"
SOURCE_YEAR = 2023


@transaction.atomic
def load_networks_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load the rules of networks; safe to run again, what people edited stays."""
    return [
        load_rows(NetworkModelCard, _cards(), key=["code", "year_from"], actor=actor),
        load_rows(DocumentRequirement, _requirements(), key=["model", "code", "year_from"], actor=actor),
        load_rows(GuideQuestion, _questions(), key=["code", "year_from"], actor=actor),
        load_rows(NetworkCheckItem, _items(), key=["code", "year_from"], actor=actor),
    ]


def _base(data: dict[str, Any]) -> dict[str, Any]:
    return {"year_from": FIRST_YEAR, "source": data["source"], "source_year": SOURCE_YEAR}


def _cards() -> Iterator[dict[str, Any]]:
    data = read_data(DATA / "network_models.yaml")
    for row in data["cards"]:
        yield _base(data) | row


def _requirements() -> Iterator[dict[str, Any]]:
    data = read_data(DATA / "network_models.yaml")
    for row in data["requirements"]:
        values = {name: value for name, value in row.items() if name != "models"}
        for model in row["models"]:
            yield _base(data) | {"model": model} | values


def _questions() -> Iterator[dict[str, Any]]:
    data = read_data(DATA / "network_guide.yaml")
    for number, row in enumerate(data["questions"], start=1):
        yield _base(data) | {"position": number * 10, "is_assumption": True} | row


def _items() -> Iterator[dict[str, Any]]:
    data = read_data(DATA / "network_checks.yaml")
    lists = {CheckKind.CONDITION: data["conditions"], CheckKind.CHARACTERISTIC: data["characteristics"]}
    for kind, rows in lists.items():
        for number, row in enumerate(rows, start=1):
            yield _base(data) | {"kind": kind.value, "position": number * 10} | row
    for level in data["levels"]:
        head = {"kind": CheckKind.ONLINE.value, "level": level["level"], "level_title": level["title"]}
        for number, row in enumerate(level["items"], start=1):
            yield _base(data) | head | {"position": number * 10} | row
