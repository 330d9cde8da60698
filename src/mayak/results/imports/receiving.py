"""From uploaded files to a kept import: checked, cleaned of names in memory, stored with the hash of what came."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.importing import (
    DEFAULT_LIMITS,
    ImportProblem,
    Limits,
    ProblemPlace,
    Sheet,
    SourceFile,
    open_upload,
    safe_name,
)
from mayak.kernel.importing.readers import entry_name
from mayak.registry.models import Territory
from mayak.results.models import ImportBatch, ImportFile
from mayak.results.services.batches import create_batch

from .people import without_people
from .personal import depersonalise, holds_names
from .recognise import HEAD_ROWS, UNKNOWN, recognise

_CHUNK = 1 << 20
_NAME_LENGTH = 250
_ARCHIVE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it came: bytes in memory, or a path on the disk of the server (command line only)."""

    name: str
    data: bytes | Path


@dataclass(frozen=True, slots=True)
class Kept:
    """What will be stored of a file; of a file with names only the cleaned copy."""

    name: str
    data: bytes | Path
    sha256: str
    size: int
    format: str
    depersonalised: bool


class UploadRefused(Exception):  # noqa: N818 - a message for a person
    """Files that cannot be read, each with its reason; nothing was stored."""

    def __init__(self, problems: Sequence[ImportProblem]) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = list(problems)

    @property
    def messages(self) -> list[str]:
        """Sentences for a person."""
        return [problem.message for problem in self.problems]


def receive_files(
    files: Sequence[Incoming],
    *,
    actor: Actor,
    territory: Territory,
    title: str = "",
    settings: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> ImportBatch:
    """Check and keep the files as one import.

    Raises:
        UploadRefused: at least one file cannot be read; none was kept.
    """
    files = [Incoming(without_people(file.name), file.data) for file in files]
    kept: list[Kept] = []
    problems: list[ImportProblem] = []
    for file in files:
        try:
            kept += inspect(file, limits)
        except ImportProblem as problem:
            problems.append(problem)
    if problems:
        raise UploadRefused(problems)
    kept = _unique_names(kept)
    written: list[ImportFile] = []
    try:
        with transaction.atomic():
            names = ", ".join(dict.fromkeys(safe_name(file.name) for file in files))
            batch = create_batch(territory=territory, title=title or names, actor=actor, settings=settings)
            written.extend(_store(batch, one) for one in kept)
            together = "".join(sorted(one.sha256 for one in kept))
            batch.content_hash = hashlib.sha256(together.encode()).hexdigest()
            batch.format = kept[0].format if len({one.format for one in kept}) == 1 else ""
            batch.save(update_fields=["content_hash", "format"])
    except BaseException:
        for row in written:
            row.content.storage.delete(row.content.name or "")
        raise
    return batch


def inspect(file: Incoming, limits: Limits = DEFAULT_LIMITS) -> list[Kept]:
    """What would be kept of one upload: an archive gives each of its tables.

    Raises:
        ImportProblem: the file cannot be read.
    """
    sources = open_upload(file.name, file.data, limits)
    if sources and sources[0].archive:
        archive = sources[0].archive[:_ARCHIVE_LIMIT]
        found: list[Kept] = []
        for name, data in _entries(file.data):
            for source in open_upload(without_people(name), data, limits):
                found += _keep(source, data, f"{archive}/{source.name}", limits)
        return found
    return _keep(sources[0], file.data, sources[0].name, limits)


def _refuse_wide(source: SourceFile, limits: Limits) -> None:
    """Nobody can correct the mapping of a table with thousands of columns, and guessing it takes minutes."""
    for sheet in source.sheets:
        width = max((_used_width(cells) for _, cells in sheet.head(HEAD_ROWS)), default=0)
        if width > limits.columns:
            place = ProblemPlace(source.name, sheet.name)
            raise ImportProblem("too_many_columns", place, columns=width, limit=limits.columns)


def _used_width(cells: Sequence[object]) -> int:
    """How far a row reaches; empty cells at its end do not count."""
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1] not in ("", None)), 0)


def _keep(source: SourceFile, data: bytes | Path, name: str, limits: Limits) -> list[Kept]:
    _refuse_wide(source, limits)
    digest, size = _digest(data)
    if not holds_names(source):
        guesses = [guess.format for guess in recognise(source)]
        known = [guess for guess in guesses if guess != UNKNOWN]
        return [Kept(name, data, digest, size, (known or [UNKNOWN])[0], depersonalised=False)]
    cleaned = depersonalise(source)
    several = len(cleaned.sheets) > 1
    kept = []
    for sheet in cleaned.sheets:
        copy = _as_csv(sheet)
        own_name = f"{name} [{without_people(sheet.name)}]" if several else name
        kept.append(Kept(own_name, copy, digest, len(copy), "exam_protocol", depersonalised=True))
    return kept


def _entries(data: bytes | Path) -> Iterator[tuple[str, bytes]]:
    """Tables of an archive that ``open_upload`` found to be all right."""
    stream = io.BytesIO(data) if isinstance(data, bytes) else data.open("rb")
    with stream, zipfile.ZipFile(stream) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename.replace("\\", "/"))
            hidden = "__MACOSX" in path.parts or path.name.lower() in {
                ".ds_store",
                "thumbs.db",
                "desktop.ini",
            }
            if not (entry.is_dir() or hidden or path.name.startswith(("._", "~$"))):
                yield safe_name(entry_name(entry)), archive.read(entry)


def _digest(data: bytes | Path) -> tuple[str, int]:
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest(), len(data)
    digest, size = hashlib.sha256(), 0
    with data.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _as_csv(sheet: Sheet) -> bytes:
    """The cleaned rows; each keeps its number."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    expected = 1
    for number, cells in sheet.rows():
        while expected < number:
            writer.writerow([""])
            expected += 1
        writer.writerow(cells)
        expected += 1
    return ("\ufeff" + stream.getvalue()).encode()


def _unique_names(kept: list[Kept]) -> list[Kept]:
    """Two files of one name in one import get numbers, so that every place names one file."""
    seen: dict[str, int] = {}
    result = []
    for one in kept:
        name = one.name[-_NAME_LENGTH:]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            path = PurePosixPath(name)
            name = str(path.with_name(f"{path.stem} ({seen[name]}){path.suffix}"))
        result.append(Kept(name, one.data, one.sha256, one.size, one.format, one.depersonalised))
    return result


def _store(batch: ImportBatch, kept: Kept) -> ImportFile:
    row = ImportFile(
        batch=batch,
        name=kept.name,
        format=kept.format,
        size=kept.size,
        sha256=kept.sha256,
        depersonalised=kept.depersonalised,
    )
    # The name on the disk says nothing: a name of a file may hold anything.
    stored_as = f"{kept.sha256[:32]}.bin"
    if isinstance(kept.data, bytes):
        row.content.save(stored_as, ContentFile(kept.data), save=False)
    else:
        with kept.data.open("rb") as stream:
            row.content.save(stored_as, File(stream), save=False)
    row.save()
    return row
