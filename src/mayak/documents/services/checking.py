"""The check of an uploaded template: what is wrong, and in which line of the Word file."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from lxml import etree

from mayak.documents.selectors.template_fields import BY_NAME, FIELDS, TemplateField, example_context
from mayak.documents.services.rendering import environment, foreign_nodes, render_docx
from mayak.kernel.importing.content import BROKEN_ZIP

LIMIT_MB: Final = 5
_UNPACKED_LIMIT: Final = 60 * 1024 * 1024
_ENTRIES_LIMIT: Final = 2000
_MAIN: Final = "word/document.xml"
_TYPES: Final = "[Content_Types].xml"
_WORD_TYPE: Final = b"wordprocessingml.document.main+xml"
_PARTS: Final = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG: Final = re.compile(r"\{\{(?P<field>.*?)\}\}|\{%(?P<kind>tr|tc|p|r)?(?P<steer>[ \-].*?)%\}|\{#.*?#\}")
_FOR: Final = re.compile(r"for\s+(\w+)\s+in\s+(\w+)")
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_SHOWN: Final = 60
_FIELD_MARKS: Final = (f"{_W}fldChar", f"{_W}instrText", f"{_W}fldSimple", f"{_W}altChunk")
_FIELD_WORDS: Final = frozenset(
    {
        "DATE", "HYPERLINK", "NUMPAGES", "PAGE", "PAGEREF", "REF", "SECTION", "SECTIONPAGES", "SEQ", "STYLEREF",
        "TIME", "TOC",
    }
)  # fmt: skip
"""Fields that Word computes from the paper itself; others start programs (DDEAUTO) or fetch files (INCLUDEPICTURE)."""
_EMBEDDED: Final = ("word/embeddings/", "word/activex/", "word/afchunk")
_PROPERTIES: Final = ("author", "comments", "identifier", "language", "subject", "title")
"""Properties of a Word file that docxtpl fills too."""


_UNREADABLE: Final = (*BROKEN_ZIP, LookupError, AttributeError, TypeError, OpcError, etree.LxmlError)
"""What python-docx raises over parts that are whole as files, but not what they claim to be."""


@dataclass
class _Reading:
    """What was found so far while the paragraphs are read in their order."""

    faults: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    used_parts: dict[str, set[str]] = field(default_factory=dict)
    open: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Blocks that are open: (word, name of the row, name of the list, place)."""

    def add(self, place: str, text: str) -> None:
        self.faults.append(_("%(place)s: %(fault)s") % {"place": place, "fault": text})

    @property
    def rows(self) -> dict[str, TemplateField]:
        """The names of rows that are known here, with their repeated fields."""
        return {
            row: BY_NAME[name] for word, row, name, _place in self.open if word == "for" and name in BY_NAME
        }


def check_template(content: bytes, name: str) -> None:
    """Check a template of the order.

    Raises:
        ValidationError: every fault in words with its place; nothing is kept of the file.
    """
    check_file(content, name)
    reading = _Reading()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in sorted(found for found in archive.namelist() if _PARTS.fullmatch(found)):
            root = _xml(archive, part)
            reading.faults += [
                _("The field of Word “%(code)s” is not allowed: it may start programs or fetch files.")
                % {"code": code}
                for code in _foreign_fields(root)
            ]
            for place, text in paragraphs(root, part):
                _read_paragraph(reading, place, text)
            _close_all(reading)
    reading.faults += _missing(reading)
    if not reading.faults:
        reading.faults += _tried(content)
    if reading.faults:
        raise ValidationError(list(dict.fromkeys(reading.faults)), code="template")


def check_file(content: bytes, name: str) -> None:
    """Check that the file is a Word file without macros and of a decent size.

    Raises:
        ValidationError: what it is instead.
    """
    ending = name.rpartition(".")[2].lower()
    if ending in ("docm", "dotm"):
        raise ValidationError(_("“%(name)s” may hold macros. Save it as .docx.") % {"name": name})
    if ending != "docx":
        raise ValidationError(_("A template is a .docx file; “%(name)s” is not.") % {"name": name})
    if len(content) > LIMIT_MB * 1024 * 1024:
        raise ValidationError(_("The template is larger than %(limit)s MB.") % {"limit": LIMIT_MB})
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive, name)
    except BROKEN_ZIP as error:
        raise ValidationError(_("“%(name)s” is not a Word file.") % {"name": name}) from error


def _check_archive(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if len(entries) > _ENTRIES_LIMIT or sum(entry.file_size for entry in entries) > _UNPACKED_LIMIT:
        raise ValidationError(_("“%(name)s” grows too large when it is unpacked.") % {"name": name})
    names = {entry.filename for entry in entries}
    if len({name.lower() for name in names}) != len(names):
        raise zipfile.BadZipFile
    if archive.testzip() is not None or len(names) != len(entries):
        raise zipfile.BadZipFile
    if _MAIN not in names or _TYPES not in names:
        raise ValidationError(_("“%(name)s” is not a Word file.") % {"name": name})
    if any(entry.lower().endswith(("vbaproject.bin", "vbadata.xml")) for entry in names):
        raise ValidationError(_("“%(name)s” holds macros. Save it as .docx without them.") % {"name": name})
    if _WORD_TYPE not in archive.read(_TYPES):
        raise ValidationError(_("“%(name)s” is not a Word file.") % {"name": name})
    if any(entry.lower().startswith(_EMBEDDED) for entry in names):
        raise ValidationError(_("“%(name)s” holds another file inside. Save it without.") % {"name": name})
    _check_parts(archive, names, name)


def _check_parts(archive: zipfile.ZipFile, parts: Iterable[str], name: str) -> None:
    for part in parts:
        if part.lower().endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part):
            raise ValidationError(_("“%(name)s” is not a Word file.") % {"name": name})
        if part.lower().endswith(".rels") and (target := _outside(archive.read(part))):
            raise ValidationError(
                _("The template refers to something outside: %(target)s") % {"target": target}
            )


def _outside(rels: bytes) -> str:
    """Return the first relation that leads out of the file; links that a reader clicks are allowed."""
    try:
        relations = list(etree.fromstring(rels, _PARSER))
    except etree.XMLSyntaxError as error:
        raise zipfile.BadZipFile from error
    for relation in relations:
        if relation.get("TargetMode") == "External" and not str(relation.get("Type")).endswith("/hyperlink"):
            return str(relation.get("Target"))
    return ""


def _foreign_fields(root: Any) -> Iterator[str]:
    """Yield the field codes of Word that are not allowed; one that is made by another field has no word of its own."""
    open_codes: list[str | None] = []  # None: the code has ended, its result stands here
    for mark in root.iter(*_FIELD_MARKS):
        kind = mark.get(f"{_W}fldCharType")
        if mark.tag == f"{_W}altChunk":
            yield "altChunk"
        elif mark.tag == f"{_W}fldSimple":
            yield from _foreign_code(mark.get(f"{_W}instr"))
        elif mark.tag == f"{_W}instrText":
            if open_codes and open_codes[-1] is not None:
                open_codes[-1] += mark.text or ""
            else:
                yield from _foreign_code(mark.text)
        elif kind == "begin":
            open_codes.append("")
        elif open_codes:
            yield from () if open_codes[-1] is None else _foreign_code(open_codes[-1])
            open_codes[-1] = None
            if kind == "end":
                open_codes.pop()
    for code in open_codes:
        yield from () if code is None else _foreign_code(code)


def _foreign_code(code: str | None) -> Iterator[str]:
    if (code or "").split()[:1] not in ([word] for word in _FIELD_WORDS):
        yield (code or "").strip()[:_SHOWN]


def _xml(archive: zipfile.ZipFile, part: str) -> Any:
    try:
        return etree.fromstring(archive.read(part), _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValidationError(_("The part %(part)s of the Word file is damaged.") % {"part": part}) from error


def paragraphs(root: Any, part: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every paragraph, in the order in which Word shows them."""
    for number, paragraph in enumerate(root.iter(f"{_W}p"), start=1):
        own = (node for node in paragraph.iter(f"{_W}t") if next(node.iterancestors(f"{_W}p")) is paragraph)
        text = "".join(node.text or "" for node in own)
        if "{" in text or "}" in text:
            yield _place(part, number, text), text


def _place(part: str, number: int, text: str) -> str:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    if part == _MAIN:
        return _("paragraph %(number)s “%(text)s”") % {"number": number, "text": shown}
    where = {"h": _("header"), "f": _("footer")}[part.partition("/")[2][0]]
    return _("%(where)s, paragraph %(number)s “%(text)s”") % {"where": where, "number": number, "text": shown}


def _read_paragraph(reading: _Reading, place: str, text: str) -> None:
    for found in _TAG.finditer(text):
        if found["field"] is not None:
            _read_field(reading, place, found["field"])
        elif found["steer"] is not None:
            _read_steering(reading, place, found["steer"].strip(" -"))
    rest = _TAG.sub("", text)
    if any(mark in rest for mark in ("{{", "}}", "{%", "%}")):
        reading.add(place, _("a tag is not closed: its brackets have to open and close in one paragraph"))


def _read_field(reading: _Reading, place: str, inner: str) -> None:
    _read_expression(reading, place, "{{" + inner + "}}", inner.strip())


def _read_steering(reading: _Reading, place: str, inner: str) -> None:
    word = inner.split(None, 1)[0] if inner else ""
    if word in ("endif", "endfor"):
        if reading.open and reading.open[-1][0] == word[3:]:
            reading.open.pop()
        else:
            reading.add(place, _("“%(word)s” closes nothing") % {"word": word})
    elif word == "for":
        _read_for(reading, place, inner)
    elif word == "if":
        _read_expression(reading, place, "{% " + inner + " %}{% endif %}", inner)
        reading.open.append(("if", "", "", place))
    elif word in ("else", "elif"):
        if not reading.open or reading.open[-1][0] != "if":
            reading.add(place, _("“%(word)s” stands outside of “if”") % {"word": word})
        elif word == "elif":
            _read_expression(reading, place, "{% " + inner[2:] + " %}{% endif %}", inner)
    else:
        reading.add(
            place, _("“%(word)s” is not allowed; there are if, else, endif, for, endfor") % {"word": word}
        )


def _read_for(reading: _Reading, place: str, inner: str) -> None:
    found = _FOR.fullmatch(inner)
    row, name = found.groups() if found else ("", "")
    if found is None:
        reading.add(place, _("write “for row in pairs”"))
    elif name not in BY_NAME or not BY_NAME[name].is_repeated:
        known = ", ".join(one.name for one in FIELDS if one.is_repeated)
        reading.add(
            place, _("“%(name)s” is not a list; lists are %(known)s") % {"name": name, "known": known}
        )
    elif any(word == "for" for word, *_rest in reading.open):
        reading.add(place, _("a repetition inside another one is not allowed"))
    reading.used.add(name)
    reading.open.append(("for", row, name, place))


def _read_expression(reading: _Reading, place: str, source: str, shown: str) -> None:
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as error:
        text = _("“%(tag)s” cannot be read (%(error)s)")
        reading.add(place, text % {"tag": shown, "error": error.message})
        return
    if any(foreign_nodes(tree)):
        reading.add(place, _("“%(tag)s”: only names of fields are allowed") % {"tag": shown})
        return
    rows = reading.rows
    parents = {id(node.node): node for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all(nodes.Name):
        part = parents.get(id(node))
        if node.name in rows:
            _read_part(reading, place, rows[node.name], node.name, part)
        elif node.name not in BY_NAME:
            reading.add(place, _("there is no field “%(name)s”") % {"name": node.name})
        elif part is not None or (BY_NAME[node.name].is_repeated and source.startswith("{{")):
            reading.add(place, _("“%(tag)s” has to be read by “for”, row by row") % {"tag": shown})
        else:
            reading.used.add(node.name)


def _read_part(
    reading: _Reading, place: str, one: TemplateField, row: str, part: nodes.Getattr | None
) -> None:
    if not one.parts and part is None:
        return
    if part is None or part.attr not in one.parts:
        known = ", ".join(f"{row}.{name}" for name in one.parts) or row
        tag = row if part is None else f"{row}.{part.attr}"
        reading.add(place, _("there is no “%(tag)s”; there are %(known)s") % {"tag": tag, "known": known})
        return
    reading.used_parts.setdefault(one.name, set()).add(part.attr)


def _close_all(reading: _Reading) -> None:
    for word, _row, _name, place in reading.open:
        reading.add(place, _("“%(word)s” is never closed by “%(end)s”") % {"word": word, "end": f"end{word}"})
    reading.open.clear()


def _missing(reading: _Reading) -> list[str]:
    found = [
        _("The field “%(tag)s” (%(meaning)s) is missing; it belongs in: %(place)s.")
        % {"tag": one.tag, "meaning": one.meaning, "place": one.place}
        for one in FIELDS
        if one.is_obligatory and one.name not in reading.used
    ]
    for one in FIELDS:
        parts: Mapping[str, Any] = one.parts
        found += [
            _("The field “%(tag)s” (%(meaning)s) is missing; it belongs in: %(place)s.")
            % {"tag": f"{{{{ row.{part} }}}}", "meaning": parts[part], "place": one.place}
            for part in one.required_parts
            if one.name in reading.used and part not in reading.used_parts.get(one.name, set())
        ]
    return found


def _tried(content: bytes) -> list[str]:
    """Fill the template with the examples: what the paragraphs do not show, shows here."""
    try:
        if _has_foreign_parts(content):
            return [
                _("The template holds something besides fields where no text is (a drawing, a property).")
            ]
        render_docx(content, example_context())
    except TemplateError as error:
        return [
            _("The template cannot be filled: %(error)s") % {"error": error.message or type(error).__name__}
        ]
    except _UNREADABLE as error:
        return [_("The template cannot be filled: %(error)s") % {"error": type(error).__name__}]
    return []


def _has_foreign_parts(content: bytes) -> bool:
    """Whether the parts as they are filled, with their attributes, and the properties hold more than fields."""
    paper = DocxTemplate(io.BytesIO(content))
    paper.init_docx()
    properties = paper.docx.core_properties
    sources = [str(getattr(properties, name) or "") for name in _PROPERTIES]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
        sources += [paper.patch_xml(archive.read(name).decode("utf-8")) for name in parts]
    env = environment()
    return any(True for source in sources for _node in foreign_nodes(env.parse(source)))
