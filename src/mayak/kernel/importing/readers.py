"""An upload becomes source files with sheets: safety first, then content, the name comes last."""

import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

from .content import BROKEN_ZIP, Content, recognise_kind
from .delimited import find_delimiter, read_rows
from .encoding import plan_text
from .errors import ImportProblem, ProblemPlace
from .jsonrows import open_json
from .limits import DEFAULT_LIMITS, MEGABYTE, Limits
from .sheets import Sheet, SourceFile
from .workbook import check_sizes, open_workbook

_UTF8_FLAG = 0x800
_SKIPPED_FOLDERS = ("__MACOSX",)
_SKIPPED_NAMES = (".ds_store", "thumbs.db", "desktop.ini")


def open_upload(name: str, data: bytes | Path, limits: Limits = DEFAULT_LIMITS) -> list[SourceFile]:
    """Open one uploaded file. A zip gives one source file for each table in it (one level only).

    Bytes stay in memory, a Path is read from disk; rows are read lazily. Raises ImportProblem.
    """
    content = Content(safe_name(name), data)
    kind = _refuse(content, limits)
    if kind == "zip":
        return _open_archive(content, limits)
    return [_open_single(content, kind, limits)]


def safe_name(name: str) -> str:
    """The last part of a path, without control signs, at most 200 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name or "file"
    clean = "".join(
        sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign)[0] != "C"
    )
    return clean.strip(". ")[-200:] or "file"


def _refuse(content: Content, limits: Limits) -> str:
    """The kind of the content, or the problem that stops it."""
    place = ProblemPlace(content.name)
    if content.size == 0:
        raise ImportProblem("empty_file", place)
    if content.size > limits.file_bytes:
        limit = limits.file_bytes // MEGABYTE
        raise ImportProblem("too_big", place, size=content.size // MEGABYTE, limit=limit)
    kind, detail = recognise_kind(content)
    if kind == "foreign":
        raise ImportProblem("wrong_type", place, kind=detail)
    if kind in ("encrypted", "macros"):
        raise ImportProblem(kind, place)
    if kind == "broken_zip":
        is_workbook = content.name.lower().endswith((".xlsx", ".ods", ".xlsm"))
        raise ImportProblem("broken_workbook" if is_workbook else "broken_archive", place)
    return kind


def _open_single(content: Content, kind: str, limits: Limits, archive: str = "") -> SourceFile:
    if kind in ("xlsx", "xls", "ods"):
        return SourceFile(content.name, kind, open_workbook(content, kind, limits), archive)
    if kind == "json":
        return SourceFile(content.name, "json", (open_json(content, limits),), archive)
    return _open_text(content, limits, archive)


def _open_text(content: Content, limits: Limits, archive: str) -> SourceFile:
    plan = plan_text(content, limits)
    if content.size <= plan.skip or not content.start().strip(b"\xef\xbb\xbf\xff\xfe \r\n\t\x00"):
        raise ImportProblem("empty_file", ProblemPlace(content.name))
    delimiter, usual = find_delimiter(content, plan)
    sheet = Sheet(content.name, "", lambda: read_rows(content, plan, delimiter, usual))
    return SourceFile(content.name, "csv", (sheet,), archive, encoding=plan.encoding, delimiter=delimiter)


def _open_archive(content: Content, limits: Limits) -> list[SourceFile]:
    place = ProblemPlace(content.name)
    sources: list[SourceFile] = []
    try:
        with content.open() as stream, zipfile.ZipFile(stream) as archive:
            entries = [entry for entry in archive.infolist() if not _is_skipped(entry)]
            check_sizes(entries, content.name, limits, entries=limits.archive_entries)
            sources.extend(_open_entry(archive, entry, content.name, limits) for entry in entries)
    except BROKEN_ZIP:
        raise ImportProblem("broken_archive", place) from None
    if not sources:
        raise ImportProblem("archive_empty", place)
    return sources


def _is_skipped(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.replace("\\", "/").split("/")
    return (
        entry.is_dir()
        or any(part in _SKIPPED_FOLDERS for part in parts)
        or parts[-1].lower() in _SKIPPED_NAMES
        or parts[-1].startswith(("._", "~$"))
    )


def _open_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, archive_name: str, limits: Limits
) -> SourceFile:
    name = safe_name(entry_name(entry))
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) > entry.file_size:
        raise ImportProblem("broken_archive", ProblemPlace(archive_name))
    content = Content(name, data)
    kind = _refuse(content, limits)
    if kind == "zip":
        raise ImportProblem("archive_nested", ProblemPlace(archive_name), entry=name)
    return _open_single(content, kind, limits, archive_name)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as its author saw it: Windows writes Cyrillic names in cp866 without saying so."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", "cp866"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename
