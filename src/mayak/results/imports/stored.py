"""Kept files opened again: their sheets with the mapping that a person chose, ready for the pipeline."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from mayak.kernel.access import Actor
from mayak.kernel.importing import Limits, TableShape, open_upload
from mayak.results.algorithms.records import AssessmentKey
from mayak.results.models import ImportBatch, ImportFile, SavedMapping
from mayak.results.services.batches import save_settings
from mayak.results.services.source import RecordBatch, SheetSource

from .mapping import Mapping
from .reading import SheetPlan, plan_source, read_batches
from .recognise import UNKNOWN
from .vocabulary import normalise

#: Files that are kept already were checked when they came; the command line takes bigger ones than the browser.
STORED_LIMITS = Limits(file_bytes=4 << 30, unpacked_bytes=8 << 30, sheet_cells=100_000_000)


@dataclass(frozen=True, slots=True)
class StoredSheet:
    """A sheet of a kept file and how it will be read."""

    file: ImportFile
    plan: SheetPlan
    is_skipped: bool
    has_own_mapping: bool

    @property
    def key(self) -> str:
        """Under what the person's answers about the sheet are kept."""
        return f"{self.file.pk}:{self.plan.sheet.name}"

    @property
    def missing(self) -> tuple[str, ...]:
        """What a person must still say."""
        mapping = self.plan.guess.mapping
        return () if mapping is None or self.plan.guess.format == UNKNOWN else mapping.missing


def stored_sheets(batch: ImportBatch) -> list[StoredSheet]:
    """Every sheet of every kept file, guessed and corrected by the answers in ``batch.settings``."""
    answers = batch.settings.get("sheets", {})
    defaults = clean_defaults(batch.settings.get("defaults", {}))
    common = batch.settings.get("mapping")
    found: list[StoredSheet] = []
    for file in batch.files.all():
        for plan in open_stored(file):
            own = answers.get(f"{file.pk}:{plan.sheet.name}", {})
            changed = _with_answers(plan, own.get("mapping"), common)
            if defaults:
                changed = changed.with_defaults(**defaults)
            found.append(StoredSheet(file, changed, bool(own.get("skip")), bool(own.get("mapping"))))
    return found


def _with_answers(plan: SheetPlan, own: str | None, common: str | None) -> SheetPlan:
    """The sheet with the mapping that was chosen for it, else with the one for all sheets it fits."""
    if plan.guess.shape is None or not (own or common):
        return plan
    if own:
        return plan.with_mapping(Mapping.from_yaml(own))
    return plan.with_mapping(fitted(Mapping.from_yaml(str(common)), plan))


def open_stored(file: ImportFile) -> list[SheetPlan]:
    """The sheets of one kept file as they were guessed."""
    path = PurePosixPath(file.name)
    archive = str(path.parent) if str(path.parent) != "." else ""
    plans: list[SheetPlan] = []
    for source in open_upload(path.name, Path(file.content.path), STORED_LIMITS):
        named = replace(source, name=path.name, archive=archive, depersonalised=file.depersonalised)
        plans += plan_source(named)
    return plans


def stored_source(batch: ImportBatch) -> list[SheetSource]:
    """The sheets for the pipeline."""
    return [
        SheetSource(
            file_id=sheet.file.pk,
            file=sheet.file.name,
            sheet=sheet.plan.sheet.name,
            format=sheet.plan.guess.format,
            is_skipped=sheet.is_skipped,
            missing=sheet.missing,
            batches=_opener(sheet.plan),
        )
        for sheet in stored_sheets(batch)
    ]


def _opener(plan: SheetPlan) -> Any:
    def batches() -> Iterator[RecordBatch]:
        yield from read_batches(plan)

    return batches


def fitted(mapping: Mapping, plan: SheetPlan) -> Mapping:
    """A saved mapping for this very file: what the file says of year, grade and date wins over the old file's."""
    guess = plan.guess.mapping
    if guess is None:
        return mapping
    own = {
        name: value
        for name in ("year", "grade", "date", "wave", "quarter")
        if (value := getattr(guess.defaults, name))
    }
    return mapping.with_defaults(**own) if own else mapping


def clean_defaults(given: dict[str, Any]) -> dict[str, Any]:
    """Only the parts of an assessment that a person gave."""
    names = {field.name for field in fields(AssessmentKey)}
    return {name: value for name, value in given.items() if name in names and value not in (None, "")}


def header_signature(shape: TableShape) -> str:
    """Equal for tables with the same header, whatever the file is called."""
    text = "\x1f".join(normalise(column.label) for column in shape.columns)
    return hashlib.sha256(text.encode()).hexdigest()


def reuse_saved_mappings(batch: ImportBatch, *, actor: Actor) -> int:
    """Give sheets whose header was mapped by hand before that mapping; return how many."""
    parts = (batch.territory.path or "").strip("/").split("/")
    paths = ["/" + "/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]
    rows = SavedMapping.objects.filter(territory__path__in=paths).order_by("territory__path", "updated_at")
    saved = {row.signature: row for row in rows}
    if not saved:
        return 0
    answers = dict(batch.settings.get("sheets", {}))
    used = 0
    for sheet in stored_sheets(batch):
        shape = sheet.plan.guess.shape
        row = saved.get(header_signature(shape)) if shape is not None and not sheet.has_own_mapping else None
        if row is not None:
            mapping = fitted(Mapping.from_yaml(row.mapping["yaml"]), sheet.plan)
            answers[sheet.key] = {"mapping": mapping.to_yaml(), "saved": row.name}
            used += 1
    if used:
        save_settings(batch, actor=actor, sheets=answers)
    return used
