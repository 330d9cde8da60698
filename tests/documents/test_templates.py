"""Templates: what is refused, with which words, and which one a paper is made from."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from mayak.documents.enums import TemplateKind
from mayak.documents.models import DocumentTemplate
from mayak.documents.services import make_partnership_order, supplied_template, template_for, upload_template
from mayak.documents.services import templates as template_services
from mayak.documents.services.blank import SUPPLIED_ORDER
from mayak.documents.services.checking import check_template
from mayak.kernel.access import Scope
from mayak.registry.models import Territory
from tests.documents.conftest import ACTOR, FIELDS, District, bytes_of, opened, texts
from tests.factories.registry import MunicipalityFactory, RegionFactory

ORDER = TemplateKind.PARTNERSHIP_ORDER


def changed(change: Callable[[Any], None]) -> bytes:
    """Return the supplied template after a change in «Word»."""
    paper = opened(SUPPLIED_ORDER.read_bytes())
    change(paper)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def added(text: str) -> bytes:
    return changed(lambda paper: paper.add_paragraph(text))


def without(text: str) -> bytes:
    """Return the supplied template without a piece of text, wherever it stands."""

    def drop(paper: Any) -> None:
        inside = [
            one
            for table in paper.tables
            for row in table.rows
            for cell in row.cells
            for one in cell.paragraphs
        ]
        for paragraph in [*paper.paragraphs, *inside]:
            for run in paragraph.runs:
                run.text = run.text.replace(text, "")

    return changed(drop)


def packed(change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the supplied template after a change of its parts."""
    with zipfile.ZipFile(SUPPLIED_ORDER) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return out.getvalue()


def faults(content: bytes, name: str = "order.docx") -> list[str]:
    with pytest.raises(ValidationError) as caught:
        check_template(content, name)
    return list(caught.value.messages)


def last() -> int:
    """Number of the paragraph that ``added`` adds."""
    paper = opened(added("x"))
    return len(
        list(paper.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"))
    )


def test_the_supplied_template_passes() -> None:
    check_template(SUPPLIED_ORDER.read_bytes(), "order.docx")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ nummer }}", "there is no field “nummer”"),
        ("{{ number }", "a tag is not closed: its brackets have to open and close in one paragraph"),
        ("{{ number. }}", "“number.” cannot be read (expected name or number)"),
        ("{{ place|upper }}", "“place|upper”: only names of fields are allowed"),
        ("{{ place.__class__ }}", "“place.__class__”: only names of fields are allowed"),
        ("{{ cycler() }}", "“cycler()”: only names of fields are allowed"),
        ("{{ 9 ** 9 }}", "“9 ** 9”: only names of fields are allowed"),
        ("{{ pairs }}", "“pairs” has to be read by “for”, row by row"),
        ("{% endif %}", "“endif” closes nothing"),
        ("{% else %}", "“else” stands outside of “if”"),
        ("{% if basis %}", "“if” is never closed by “endif”"),
        ("{% for row in schools %}{% endfor %}", "“schools” is not a list; lists are authority, pairs"),
        ("{% for row in pairs %}{{ row.school }}{% endfor %}",
         "there is no “row.school”; there are row.number, row.lead, row.mentee, row.content, row.ground"),
        ("{% for a in pairs %}{% for b in pairs %}{% endfor %}{% endfor %}",
         "a repetition inside another one is not allowed"),
        ("{% for row in range(9) %}{% endfor %}", "write “for row in pairs”"),
        ("{% set x = 1 %}", "“set” is not allowed; there are if, else, endif, for, endfor"),
        ("{% include 'x' %}", "“include” is not allowed; there are if, else, endif, for, endfor"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(text: str, fault: str) -> None:
    shown = text if len(text) <= 60 else text[:60] + "…"
    assert faults(added(text)) == [f"paragraph {last()} “{shown}”: {fault}"]


def test_a_field_outside_of_its_repetition_is_unknown() -> None:
    assert faults(added("{{ row.lead }}")) == [
        f"paragraph {last()} “{{{{ row.lead }}}}”: there is no field “row”"
    ]


def test_all_faults_are_told_at_once() -> None:
    def spoil(paper: Any) -> None:
        paper.add_paragraph("{{ one }}")
        paper.add_paragraph("{{ two }}")

    assert [text.rpartition(": ")[2] for text in faults(changed(spoil))] == [
        "there is no field “one”",
        "there is no field “two”",
    ]


def test_a_fault_in_the_header_is_placed_there() -> None:
    def spoil(paper: Any) -> None:
        paper.sections[0].header.add_paragraph("{{ page }}")

    assert faults(changed(spoil)) == ["header, paragraph 3 “{{ page }}”: there is no field “page”"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "{{ signatory_name }}",
            "The field “{{ signatory_name }}” (Initials and name of whoever signs) is missing; "
            "it belongs in: the signature.",
        ),
        (
            "{{ row.mentee }}",
            "The field “{{ row.mentee }}” (school that gets help) is missing; it belongs in: the table of the annex.",
        ),
        (
            "{{ number }}",
            "The field “{{ number }}” (Number of the order; an empty line until it is signed) is missing; "
            "it belongs in: the line of date and number.",
        ),
    ],
)
def test_an_obligatory_field_that_is_missing_is_named_with_its_place(text: str, fault: str) -> None:
    assert faults(without(text)) == [fault]


def test_a_field_that_may_be_left_out_may_be_left_out() -> None:
    check_template(without("Разослано: {{ copies }}."), "order.docx")


def test_a_tag_split_by_the_spelling_of_word_is_read() -> None:
    def split(paper: Any) -> None:
        paragraph = paper.add_paragraph("{{ pl")
        paragraph.add_run("ace }}")

    check_template(changed(split), "order.docx")


def macros(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"macro"


def macro_type(parts: dict[str, bytes]) -> None:
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def outside(parts: dict[str, bytes]) -> None:
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="file:///c:/other.dotm" TargetMode="External"/></Relationships>'
    )
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", relation)


def doctype(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["word/document.xml"]


def broken(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = parts["word/document.xml"][:-20]


def far_doctype(parts: dict[str, bytes]) -> None:
    parts["word/styles.xml"] = b"<!--" + b" " * 5000 + b"-->" + b"<!DOCTYPE x>" + parts["word/styles.xml"]


def outside_in_capitals(parts: dict[str, bytes]) -> None:
    outside(parts)
    name = "word/_rels/document.xml.rels"
    parts[name.upper()] = parts.pop(name)


def inside(parts: dict[str, bytes]) -> None:
    parts["word/embeddings/oleObject1.bin"] = b"object"


def twice(parts: dict[str, bytes]) -> None:
    parts["WORD/document.xml"] = b"<other/>"


def field(body: bytes) -> bytes:
    """Return the supplied template with this in a new paragraph."""
    opening = b"<w:body><w:p><w:r>" + body + b"</w:r></w:p>"

    def put(parts: dict[str, bytes]) -> None:
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", opening, 1)

    return packed(put)


BEGIN, SPLIT, END = (b'<w:fldChar w:fldCharType="%s"/>' % kind for kind in (b"begin", b"separate", b"end"))


def code(*texts: bytes) -> bytes:
    return b"".join(b'<w:instrText xml:space="preserve">' + text + b"</w:instrText>" for text in texts)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (BEGIN + code(b" DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe ") + END, [r"DDEAUTO c:\\windows\\system32\\cmd.exe"]),
        (BEGIN + code(b"INCLUDE", b"PICTURE http://evil.example/x.png") + SPLIT + END, ["INCLUDEPICTURE http://evil.example/x.png"]),
        (BEGIN + BEGIN + code(b"QUOTE 68 68 69") + SPLIT + END + code(b" cmd") + END, ["QUOTE 68 68 69", "cmd"]),
        (BEGIN + BEGIN + code(b"SEQ a") + END + END, [""]),
        (BEGIN + code(b"LINK Excel.Sheet.8"), ["LINK Excel.Sheet.8"]),
        (code(b"DDE cmd"), ["DDE cmd"]),
        (b'</w:r><w:fldSimple w:instr="INCLUDETEXT http://evil.example"/><w:r>', ["INCLUDETEXT http://evil.example"]),
        (b'</w:r></w:p><w:altChunk/><w:p><w:r>', ["altChunk"]),
    ],
)  # fmt: skip
def test_a_field_of_word_that_fetches_or_starts_something_is_refused(body: bytes, shown: list[str]) -> None:
    words = "The field of Word “{}” is not allowed: it may start programs or fetch files."
    assert faults(field(body)) == [words.format(one) for one in shown]


def test_fields_of_word_that_count_pages_stay() -> None:
    check_template(field(BEGIN + code(b" PAGE ") + SPLIT + b"<w:t>1</w:t>" + END), "order.docx")


def attribute(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"<w:body>", b"<w:body><!-- {{ place.__class__ }} -->"
    )


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (b"", "order.docm", "“order.docm” may hold macros. Save it as .docx."),
        (b"", "order.pdf", "A template is a .docx file; “order.pdf” is not."),
        (b"", "order", "A template is a .docx file; “order” is not."),
        (b"PK", "order.docx", "“order.docx” is not a Word file."),
        (b"x" * (5 * 1024 * 1024 + 1), "order.docx", "The template is larger than 5 MB."),
        (packed(macros), "order.docx", "“order.docx” holds macros. Save it as .docx without them."),
        (packed(macro_type), "order.docx", "“order.docx” is not a Word file."),
        (packed(lambda parts: parts.pop("word/document.xml")), "order.docx", "“order.docx” is not a Word file."),
        (packed(doctype), "order.docx", "“order.docx” is not a Word file."),
        (packed(broken), "order.docx", "The part word/document.xml of the Word file is damaged."),
        (packed(outside), "order.docx", "The template refers to something outside: file:///c:/other.dotm"),
        (packed(outside_in_capitals), "order.docx",
         "The template refers to something outside: file:///c:/other.dotm"),
        (packed(far_doctype), "order.docx", "“order.docx” is not a Word file."),
        (packed(twice), "order.docx", "“order.docx” is not a Word file."),
        (packed(inside), "order.docx", "“order.docx” holds another file inside. Save it without."),
        (packed(attribute), "order.docx",
         "The template holds something besides fields where no text is (a drawing, a property)."),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # a packed file holds the second of its making
)  # fmt: skip
def test_a_wrong_file_is_refused(content: bytes, name: str, fault: str) -> None:
    assert faults(content, name) == [fault]


def test_a_file_that_grows_too_large_is_refused() -> None:
    def grow(parts: dict[str, bytes]) -> None:
        parts["word/media/image1.png"] = b"\0" * (61 * 1024 * 1024)

    with zipfile.ZipFile(io.BytesIO(packed(grow))) as source:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(name, source.read(name))
    assert faults(out.getvalue()) == ["“order.docx” grows too large when it is unpacked."]


def uploaded(territory: Territory, text: str = "Дополнение") -> DocumentTemplate:
    return upload_template(ContentFile(added(text), name="наш.docx"), actor=ACTOR, territory=territory)


def test_an_upload_is_the_next_version_and_the_next_paper_is_made_from_it(approved: District) -> None:
    before = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    first, second = uploaded(approved.territory), uploaded(approved.territory, "Место: {{ place }}")
    assert [(one.version, one.name) for one in (first, second)] == [(1, "наш.docx"), (2, "наш.docx")]
    after = make_partnership_order(approved.run, actor=ACTOR, fields=FIELDS)
    assert (before.template.is_supplied, after.template) == (True, second)
    assert texts(bytes_of(after))[-1] == "Место: Тестовск"


def test_a_refused_template_is_not_kept(db: None) -> None:
    with pytest.raises(ValidationError):
        uploaded(MunicipalityFactory(), "{{ nobody }}")
    assert DocumentTemplate.objects.count() == 0


def test_the_nearest_template_above_is_taken(db: None) -> None:
    region = RegionFactory()
    district, other = MunicipalityFactory(parent=region), MunicipalityFactory(parent=region)
    common, own = uploaded(region), uploaded(district)
    assert template_for(ORDER, district) == own
    assert template_for(ORDER, other) == common
    assert template_for(ORDER, MunicipalityFactory()).is_supplied


def test_a_new_supplied_file_is_a_new_version(db: None, tmp_path: Any, monkeypatch: Any) -> None:
    first = supplied_template(ORDER)
    assert supplied_template(ORDER) == first
    newer = tmp_path / "order.docx"
    newer.write_bytes(added("Новая редакция"))
    monkeypatch.setitem(template_services.SUPPLIED, ORDER, newer)
    assert (supplied_template(ORDER).version, DocumentTemplate.objects.count()) == (2, 2)


def test_a_supplied_version_stands_once(db: None) -> None:
    first = supplied_template(ORDER)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentTemplate.objects.create(kind=ORDER, version=first.version, name="again", file="x", sha256="")


def test_who_sees_which_template(db: None) -> None:
    region = RegionFactory()
    district = MunicipalityFactory(parent=region)
    common, own, foreign = uploaded(region), uploaded(district), uploaded(MunicipalityFactory())
    supplied = supplied_template(ORDER)
    scope = Scope(territory_paths=(district.path or "",))
    assert set(DocumentTemplate.objects.within(scope)) == {common, own, supplied}
    assert set(DocumentTemplate.objects.owned(scope)) == {own}
    assert set(DocumentTemplate.objects.within(Scope())) == set()
    assert foreign in DocumentTemplate.objects.within(Scope.of_everything())
