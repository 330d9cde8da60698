"""Bytes of an upload and what they really are: recognised by content, never by the name."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

#: What the standard library raises over a damaged zip: its own error is only one of them.
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    ValueError,
    KeyError,
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: First bytes of what people upload by mistake. The words are shown to a person.
FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"{\\rtf", "RTF"),
    (b"<!DOCTYPE", "HTML"),
    (b"<!doctype", "HTML"),
    (b"<html", "HTML"),
    (b"<HTML", "HTML"),
    (b"<?xml", "XML"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
)


_OFFICE = ("foreign", "Office")
#: A part that only one kind of package has.
_PARTS = (
    ("xl/workbook.xml", ("xlsx", "")),
    ("xl/workbook.bin", ("foreign", "XLSB")),
    ("word/document.xml", ("foreign", "DOCX")),
    ("ppt/presentation.xml", ("foreign", "PPTX")),
    ("[Content_Types].xml", _OFFICE),
)


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes in memory or a file on disk. A protocol with names stays in memory: nothing here writes to disk."""

    name: str
    data: bytes | Path

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    def open(self) -> BinaryIO:
        """A stream from the first byte."""
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    def start(self, count: int = 4096) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(count)


def recognise_kind(content: Content) -> tuple[str, str]:
    """(kind, detail): text | json | zip | xlsx | xlsb | ods | xls | encrypted | macros | foreign.

    `detail` names the foreign type. A zip that cannot be listed is reported as ("broken_zip", "").
    """
    start = content.start()
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"PK"):
        return _recognise_zip(content)
    if start.startswith(OLE2):
        return _recognise_ole(content)
    for magic, word in FOREIGN:
        if start.startswith(magic) or (magic[:1] == b"<" and head.startswith(magic)):
            return "foreign", word
    if (
        head[:1] == b"{"
        or head[:2] in (b"[{", b"[[")
        or (head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b"["))
    ):
        return "json", ""
    return "text", ""


def _recognise_zip(content: Content) -> tuple[str, str]:
    try:
        with content.open() as stream, zipfile.ZipFile(stream) as archive:
            names = {info.filename for info in archive.infolist()[:5000]}
            mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
    except BROKEN_ZIP:
        return "broken_zip", ""
    return _package_kind(names, mimetype)


def _package_kind(names: set[str], mimetype: bytes) -> tuple[str, str]:
    lowered = [f"/{name.lower()}" for name in names]
    if any(name.endswith("vbaproject.bin") or "/xl/macrosheets/" in name for name in lowered):
        return "macros", ""
    if b"opendocument" in mimetype:
        return ("ods", "") if b"spreadsheet" in mimetype else ("foreign", "OpenDocument")
    found = next((kind for marker, kind in _PARTS if marker in names), ("zip", ""))
    return ("xlsx", "") if found == _OFFICE and any(name.startswith("xl/") for name in names) else found


def _recognise_ole(content: Content) -> tuple[str, str]:
    """OLE2 holds old .xls, old .doc and encrypted new workbooks; stream names stand there in UTF-16."""
    with content.open() as stream:
        data = stream.read(64 * 1024 * 1024)

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return "encrypted", ""
    if holds("_VBA_PROJECT"):
        return "macros", ""
    if holds("Workbook") or holds("Book"):
        return "xls", ""
    return "foreign", "DOC" if holds("WordDocument") else "OLE2"
