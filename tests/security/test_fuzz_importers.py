"""Every way in for a file: whatever its bytes, it is read or refused with a reason; nothing else comes out."""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from mayak.documents.services.blank import SUPPLIED_ORDER
from mayak.documents.services.checking import check_template
from mayak.kernel.access import Scope
from mayak.kernel.importing import ImportProblem, find_table, open_upload, parse_number
from mayak.matching.imports import FileFault, read_input, read_mapping, read_rules
from mayak.registry.imports import TableProblem, build_plan, read_upload
from mayak.registry.models import Organisation
from mayak.registry.selectors.sheets import SHEETS
from mayak.results.algorithms.identification.messages import RuleError
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.imports.mapping import Mapping
from mayak.results.imports.reading import open_results, read_batches
from mayak.results.imports.receiving import Incoming, inspect
from mayak.results.imports.status_lists import read_status_list
from tests.security.fuzzing import (
    CSV,
    ENDINGS,
    TABLES,
    archive,
    damaged,
    few,
    may_refuse,
    plain_values,
    texts,
)

files = st.one_of(damaged(*TABLES), st.binary(max_size=300), st.text(max_size=300).map(str.encode))
endings = st.sampled_from(ENDINGS)
tables = st.lists(st.lists(texts, min_size=1, max_size=8), min_size=1, max_size=6)
RULES = [yaml.safe_load(path.read_text()) for path in Path("src/mayak/results/data/rule_sets").glob("*.yaml")]


def as_csv(rows: list[list[str]], *, headings: list[str] | None = None) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([headings, *rows] if headings else rows)
    return out.getvalue().encode(errors="replace")


def read_all(name: str, data: bytes) -> None:
    """Open, find the table, read every cell as a number."""
    for source in open_upload(name, data):
        for sheet in source.sheets:
            find_table(sheet.head())
            for _number, cells in sheet.rows():
                for cell in cells:
                    parse_number(cell, decimal=",")


@given(files, endings)
@few
def test_an_upload_is_opened_or_refused(data: bytes, ending: str) -> None:
    with may_refuse(ImportProblem):
        read_all(f"f{ending}", data)


@given(files, endings)
@few
def test_results_are_guessed_and_read_or_refused(data: bytes, ending: str) -> None:
    with may_refuse(ImportProblem):
        for plan in open_results(f"f{ending}", data):
            for _batch in read_batches(plan):
                pass
        inspect(Incoming(f"f{ending}", data))


@given(tables)
@few
def test_any_table_is_guessed_and_read(rows: list[list[str]]) -> None:
    with may_refuse(ImportProblem):
        for plan in open_results("t.csv", as_csv(rows)):
            for _batch in read_batches(plan):
                pass


@given(st.one_of(plain_values, st.fixed_dictionaries({"columns": plain_values, "defaults": plain_values})))
@few
def test_a_mapping_file_is_read_or_refused(data: Any) -> None:
    with may_refuse(ImportProblem):
        Mapping.from_yaml(json.dumps(data), file="m.yaml")


@pytest.mark.django_db
@given(st.sampled_from(sorted(SHEETS)), tables, st.data())
@few
def test_tables_of_the_registry_are_planned_or_refused_and_nothing_is_written(
    name: str, rows: list[list[str]], more: st.DataObject
) -> None:
    sheet = SHEETS[name]
    headings = [str(column.heading) for column in sheet.all_columns]
    key = more.draw(st.sampled_from(list(sheet.all_keys)))
    before = Organisation.objects.count()
    with may_refuse(TableProblem):
        table = read_upload("t.csv", as_csv(rows, headings=headings), sheet, key)
        build_plan(table, sheet, key, Scope.of_everything(), clears_empty=more.draw(st.booleans()))
    assert Organisation.objects.count() == before


@given(files, endings)
@few
def test_a_file_of_the_registry_is_read_or_refused(data: bytes, ending: str) -> None:
    sheet = SHEETS["organisations"]
    with may_refuse(TableProblem):
        read_upload(f"f{ending}", data, sheet, next(iter(sheet.all_keys)))


@given(
    st.one_of(files, st.builds(as_csv, tables, headings=st.just(["Логин", "Школа", "Статус", "С", "По"]))),
    endings,
)
@few
def test_a_list_of_statuses_is_read_or_refused(data: bytes, ending: str) -> None:
    with may_refuse(ImportProblem):
        read_status_list(f"f{ending}", data)


def changed(value: Any, key: str, new: Any) -> Any:
    if isinstance(value, dict):
        return {name: new if name == key else changed(inner, key, new) for name, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner, key, new) for inner in value]
    return value


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*map(keys_of, value.values()))
    return set().union(*map(keys_of, value)) if isinstance(value, list) else set()


@given(st.sampled_from(RULES), st.data(), plain_values)
@few
def test_a_rule_is_read_or_every_fault_is_named(rule: Any, more: st.DataObject, value: Any) -> None:
    key = more.draw(st.sampled_from(sorted(keys_of(rule))))
    for data in (changed(rule, key, value), value):
        with may_refuse(RuleError):
            rule_from_dict(data)


ORDER = Path(SUPPLIED_ORDER).read_bytes()


def with_text(text: str) -> bytes:
    """A Word file with one paragraph."""
    safe = "".join(letter for letter in text if letter.isprintable()).replace("&", "").replace("<", "")
    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{safe}</w:t></w:r></w:p></w:body></w:document>'
    kinds = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    return archive(**{"[Content_Types].xml": kinds.encode(), "word/document.xml": body.encode()})


tags = st.lists(
    st.one_of(texts, st.sampled_from(["{{ pairs }}", "{% for row in pairs %}", "{% endfor %}", "{% if", "{{", "}}", "{{ 9**9**9 }}",
                                      "{{ ''.__class__ }}", "{% import os %}", "{{ row.x }}", "{# x #}", "{%tr for row in pairs %}"])),
    max_size=5,
).map("".join)  # fmt: skip


@given(st.one_of(damaged(ORDER), st.builds(with_text, tags), files))
@few
def test_a_template_is_taken_or_every_fault_is_named(content: bytes) -> None:
    with may_refuse(ValidationError):
        check_template(content, "t.docx")


@given(
    files,
    files,
    files,
    st.one_of(plain_values.map(lambda value: yaml.safe_dump(value).encode()), files),
    endings,
)
@few
def test_files_of_the_pairing_are_read_or_refused(
    needs: bytes, leads: bytes, places: bytes, rules: bytes, ending: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{name}{ending or '.csv'}" for name in ("needs", "leads", "places")]
        for path, data in zip(paths, (needs, leads, places), strict=True):
            path.write_bytes(data)
        settings = Path(folder) / "rules.yaml"
        settings.write_bytes(rules)
        for read in (read_mapping, read_rules):
            with may_refuse(FileFault):
                read(settings)
        with may_refuse(FileFault):
            read_input(paths[:1], paths[1:2], paths[2:], mapping=read_mapping(None), rules=read_rules(None))


@given(st.lists(st.tuples(texts, texts, texts, texts), max_size=5))
@few
def test_schools_of_the_pairing_are_read_or_refused(rows: list[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(
            as_csv([list(row) for row in rows], headings=["key", "name", "latitude", "longitude"])
        )
        with may_refuse(FileFault):
            read_input([path], [path], [path], mapping=read_mapping(None), rules=read_rules(None))


def test_the_seeds_of_the_fuzzing_are_good_files() -> None:
    """Else the damaged ones would only try the first lines of the readers."""
    for data, ending in zip(TABLES, (".csv", ".csv", ".csv", ".json", ".xlsx", ".zip"), strict=True):
        read_all(f"f{ending}", data)
    [plan] = open_results("f.csv", CSV)
    assert sum(len(batch.schools) for batch in read_batches(plan)) >= 1
    check_template(ORDER, "t.docx")
    assert len(RULES) >= 5
