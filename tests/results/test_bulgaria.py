"""All seven files of the Bulgarian national exam as they are, through the command line, into an empty database.

The files are read here a second time, by hand and in another way, and the numbers must agree exactly.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mayak.registry.models import Organisation
from mayak.results.enums import BatchState
from mayak.results.models import ImportBatch, ImportIssue, SchoolLink, SchoolResult
from mayak.results.services.undoing import undo_batch
from tests.results.conftest import ACTOR, RESULT_TABLES, table_state

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.heavy]

#: Codes of the subjects in the dictionary of the product.
BEL, MAT = "bulgarian", "mathematics"
OPTIONS = ("--create-schools", "--create-territories", "--create-subjects")
#: file -> (delimiter, rows before the data, columns of code, name, participants and means of both subjects).
LAYOUT = {
    "nvo-7-2018.csv": (";", 1, 3, 4, (5, 6), (7, 8)),
    "nvo-7-2019.csv": (";", 1, 3, 4, (5, 6), (7, 8)),
    "nvo-7-2020.csv": (";", 1, 3, 4, (5, 6), (7, 8)),
    "nvo-7-2021.csv": (",", 2, 4, 3, (5, 6), (7, 8)),
    "nvo-7-2022.csv": (";", 1, 4, 3, (5, 6), (7, 8)),
    "nvo-7-2022-sofia.csv": (";", 1, 4, 3, (5, 6), (7, 8)),
    "nvo-7-2023.csv": (",", 6, 4, 3, (5, 6), (7, 8)),
}


@dataclass(frozen=True)
class Expected:
    """One subject of one row, read by hand."""

    row: int
    code: str
    subject: str
    participants: int | None
    mean: Decimal | None


def read_by_hand(path: Path) -> list[Expected]:
    """What the file says, with nothing of the product."""
    delimiter, head, code_at, _name_at, bel, mat = LAYOUT[path.name]
    text = path.read_bytes().decode("utf-8").replace("\ufeff", "")
    found: list[Expected] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
        if number <= head or not any(cell.strip() for cell in cells):
            continue
        for subject, (count_at, mean_at) in ((BEL, bel), (MAT, mat)):
            count, mean = _number(cells[count_at]), _number(cells[mean_at])
            if count is None and mean is None:
                continue
            if not count and mean is None:
                continue
            whole = None if count is None else int(count)
            found.append(Expected(number, cells[code_at].replace(" ", "").strip(), subject, whole, mean))
    return found


def _number(text: str) -> Decimal | None:
    text = text.strip().replace("\u00a0", "").replace(",", ".")
    return Decimal(text).quantize(Decimal("0.0001"), ROUND_HALF_UP) if text and text[0].isdigit() else None


def load_file(path: Path, *options: str) -> ImportBatch:
    """Through the command; code 1 says that some rows wait for a person."""
    try:
        call_command("import-results", str(path), *(options or OPTIONS), stdout=io.StringIO())
    except SystemExit as end:
        if end.code != 1:
            raise
    return ImportBatch.objects.order_by("-pk")[0]


def stored(batch: ImportBatch) -> Iterator[SchoolResult]:
    return SchoolResult.objects.filter(batch=batch).select_related("assessment__subject").iterator()


@pytest.mark.parametrize("name", LAYOUT)
def test_every_row_is_stored_exactly_as_the_file_says_it(shared_data: Path, name: str) -> None:
    path = shared_data / "bulgaria_nvo7" / name
    expected = {(one.row, one.subject): one for one in read_by_hand(path)}
    batch = load_file(path)
    found = {(row.row, row.assessment.subject.code): row for row in stored(batch)}
    rejected = {line.row for line in ImportIssue.objects.filter(batch=batch, kind="rejected")}
    assert batch.state == BatchState.APPLIED
    assert {row for row, _subject in expected} == {row for row, _subject in found} | rejected
    for key, row in found.items():
        assert (row.participants, row.mean) == (expected[key].participants, expected[key].mean), key
    assert {key for key in expected if key[0] not in rejected} == set(found)
    assert {row.assessment.year for row in found.values()} == {int(name[6:10])}
    assert {(row.assessment.kind, row.assessment.grade) for row in found.values()} == {("national_exam", 7)}


@pytest.mark.parametrize("name", LAYOUT)
def test_each_file_alone_leaves_no_row_without_a_place(shared_data: Path, name: str) -> None:
    batch = load_file(shared_data / "bulgaria_nvo7" / name)
    rows = batch.report["rows"]
    assert rows["read"] == rows["taken"] + rows["rejected"] + sum(rows["skipped"].values())


def test_the_maximum_of_2018_is_65_points(shared_data: Path) -> None:
    batch = load_file(shared_data / "bulgaria_nvo7" / "nvo-7-2018.csv")
    assert {row.scale_max for row in stored(batch)} == {Decimal(65)}


def test_sofia_after_the_whole_country_is_unchanged(shared_data: Path) -> None:
    load_file(shared_data / "bulgaria_nvo7" / "nvo-7-2022.csv")
    before = table_state(*RESULT_TABLES)
    sofia = load_file(shared_data / "bulgaria_nvo7" / "nvo-7-2022-sofia.csv")
    expected = len(read_by_hand(shared_data / "bulgaria_nvo7" / "nvo-7-2022-sofia.csv"))
    assert sofia.report["results"] == {"created": 0, "updated": 0, "unchanged": expected}
    assert sofia.report["rows"]["rejected"] == 0
    assert table_state(*RESULT_TABLES) == before


def test_a_second_import_is_all_unchanged(shared_data: Path) -> None:
    path = shared_data / "bulgaria_nvo7" / "nvo-7-2018.csv"
    load_file(path)
    before = table_state(*RESULT_TABLES)
    again = load_file(path)
    assert again.report["results"] == {"created": 0, "updated": 0, "unchanged": len(read_by_hand(path))}
    assert again.report["created"] == {"schools": 0, "territories": 0, "subjects": 0, "indicators": 0}
    assert table_state(*RESULT_TABLES) == before


def test_the_trial_run_writes_nothing_and_promises_what_the_import_does(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "bulgaria_nvo7" / "nvo-7-2021.csv"
    before = table_state(*RESULT_TABLES, "results_importbatch", "results_importfile", "results_importissue")
    report = tmp_path / "report.json"
    options = (*OPTIONS, "--trial-run", "--report", str(report))
    call_command("import-results", str(path), *options, stdout=io.StringIO())
    assert (
        table_state(*RESULT_TABLES, "results_importbatch", "results_importfile", "results_importissue")
        == before
    )
    trial = json.loads(report.read_text(encoding="utf-8"))
    written = load_file(path)
    assert written.report["results"] == trial["results"]
    assert written.report["rows"] == trial["rows"]


def test_codes_of_2018_are_another_numbering_and_are_never_padded(shared_data: Path) -> None:
    folder = shared_data / "bulgaria_nvo7"
    load_file(folder / "nvo-7-2019.csv")
    codes = dict(Organisation.objects.exclude(rcoi_code="").values_list("rcoi_code", "pk"))
    assert "100020" in codes
    old = load_file(folder / "nvo-7-2018.csv")
    rows = SchoolResult.objects.filter(batch=old, assessment__subject__code=BEL).select_related(
        "organisation"
    )
    hyphenated = {
        link.text.split(" ")[0]: link for link in SchoolLink.objects.filter(text__regex=r"^\d+-\d+ ")
    }
    by_name = [row for row in rows if row.organisation.rcoi_code.isdigit()]
    own = [row for row in rows if "-" in row.organisation.rcoi_code]
    # Each row is either a school of its own with its own code, or was found by the exact name in its municipality.
    assert len(by_name) + len(own) == rows.count()
    assert own
    padded = {code: codes[code.replace("-", "")] for code in hyphenated if code.replace("-", "") in codes}
    assert padded
    for code, link in hyphenated.items():
        assert link.organisation is not None
        if code in padded and link.organisation.rcoi_code == code:
            assert link.organisation_id != padded[code]
        assert link.organisation.rcoi_code == code or "exact name" in link.reason or "точн" in link.reason


def test_undo_brings_back_what_the_import_replaced(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "bulgaria_nvo7" / "nvo-7-2022-sofia.csv"
    load_file(path)
    values = list(SchoolResult.objects.visible().order_by("pk").values_list("pk", "participants", "mean"))
    changed = tmp_path / path.name
    changed.write_bytes(path.read_bytes().replace(b";159;91,02;", b";158;90,02;", 1))
    second = load_file(changed)
    assert second.report["results"]["updated"] == 1
    assert (
        list(SchoolResult.objects.visible().order_by("pk").values_list("pk", "participants", "mean"))
        != values
    )
    undo_batch(second, actor=ACTOR, reason="проверка")
    assert (
        list(SchoolResult.objects.visible().order_by("pk").values_list("pk", "participants", "mean"))
        == values
    )


def test_the_years_of_a_school_come_together_by_its_code(shared_data: Path) -> None:
    for name in ("nvo-7-2021.csv", "nvo-7-2022.csv", "nvo-7-2023.csv"):
        load_file(shared_data / "bulgaria_nvo7" / name)
    years: Any = SchoolResult.objects.visible().filter(
        organisation__rcoi_code="105201", assessment__subject__code=MAT
    )
    found = sorted(years.values_list("assessment__year", "participants", "mean"))
    assert found == [
        (2021, 84, Decimal("47.4600")),
        (2022, 85, Decimal("30.5700")),
        (2023, 77, Decimal("30.3700")),
    ]


def test_a_municipality_spelled_otherwise_makes_no_second_school(shared_data: Path) -> None:
    """2019 writes ДОБРИЧ or ГР.ДОБРИЧ, 2020 ДОБРИЧ or ДОБРИЧКА: the codes stay, and no code is borne twice."""
    for year in (2019, 2020, 2021):
        load_file(shared_data / "bulgaria_nvo7" / f"nvo-7-{year}.csv")
    codes = Organisation.objects.filter(rcoi_code__startswith="800").values_list("rcoi_code", flat=True)
    assert (len(codes), len(set(codes))) == (len(set(codes)), len(codes))
    village = Organisation.objects.get(rcoi_code="800039")
    years = SchoolResult.objects.filter(organisation=village).values_list("assessment__year", flat=True)
    assert (village.settlement, sorted(set(years))) == ("С. ХИТОВО", [2019, 2020, 2021])


def test_files_of_one_import_make_no_school_twice(shared_data: Path) -> None:
    """As above, all years at once; a name that also differs waits for a person instead of becoming a second school."""
    names = [str(shared_data / "bulgaria_nvo7" / f"nvo-7-{year}.csv") for year in (2019, 2020, 2021)]
    with pytest.raises(SystemExit) as ended:
        call_command("import-results", *names, *OPTIONS, stdout=io.StringIO())
    assert ended.value.code == 1
    found = Organisation.objects.filter(rcoi_code__startswith="8000", settlement__icontains="ДОБРИЧ")
    codes = sorted(found.values_list("rcoi_code", flat=True))
    assert codes == sorted(set(codes))
    waiting = ImportIssue.objects.filter(kind="rejected").values_list("row", flat=True)
    assert set(waiting) == {469}
