"""An anonymised export: no name, no code, no small group, also not by subtraction; the keys lead nowhere."""

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment
from mayak.kernel.access import SYSTEM, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.runner import attempt_job
from mayak.kernel.models import Job
from mayak.registry.models import Organisation, Territory
from mayak.results.algorithms.anonymising import hidden_parts, large_groups, size_band
from mayak.results.models import ParticipantResult, SchoolResult
from mayak.results.services.anonymised import export_file, make_export
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, RegionFactory, SchoolFactory
from tests.factories.results import AssessmentFactory, SchoolResultFactory

LIMIT = 5

# Rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "already", "hidden"),
    [
        ([10, 20, 30, 40], (), frozenset()),
        ([2, 20, 30, 40], (), frozenset({0, 1, 2})),  # two would say how many the smaller one has at most
        ([0, 20, 30, 40], (), frozenset()),  # nobody is nobody
        ([2, 3, 30, 40], (), frozenset({0, 1, 2})),
        ([10, 20, 30, 40], (3,), frozenset({0, 3})),
        ([1, 1, 1, 1], (), None),
        ([1, 0, 0, 30], (), None),
        ([1, 6, 0, 0], (), None),
    ],
)
def test_what_is_hidden_in_a_row(
    parts: list[int], already: tuple[int, ...], hidden: frozenset[int] | None
) -> None:
    assert hidden_parts(parts, already) == hidden


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.sets(st.integers(0, 3)))
def test_no_hidden_part_can_be_computed(parts: list[int], already: set[int]) -> None:
    hidden = hidden_parts(parts, already)
    if hidden is None:
        return
    assert already <= hidden
    assert all(count == 0 or count >= LIMIT for index, count in enumerate(parts) if index not in hidden)
    counts = [parts[index] for index in hidden]
    assert not hidden or (len(hidden) >= 2 and sum(counts) - max(counts) >= LIMIT)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=60))
def test_a_group_that_is_left_has_five_rows_of_three_schools(rows: list[tuple[int, int]]) -> None:
    kept = large_groups(rows, group=lambda row: row[0], school=lambda row: row[1])
    for group in {row[0] for row in kept}:
        members = [row for row in kept if row[0] == group]
        assert len(members) >= LIMIT
        assert len({school for _group, school in members}) >= 3
        assert len(members) == len([row for row in rows if row[0] == group])


def test_sizes_are_bands() -> None:
    assert [size_band(pupils) for pupils in (None, 1, 100, 101, 1000, 1001)] == [
        "", "1-100", "1-100", "101-300", "601-1000", "1001+",
    ]  # fmt: skip


# Files -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    """The processes of a parallel run share one folder of data, and the exports here one name."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def region(db: None) -> Territory:
    """A region: a district of six schools and a small one of one; each school wrote one work."""
    region = RegionFactory()
    district, small = MunicipalityFactory(parent=region), MunicipalityFactory(parent=region)
    assessment = AssessmentFactory(year=2024)
    marks = [
        (10, 20, 30, 12),
        (2, 20, 30, 12),
        (11, 21, 31, 13),
        (0, 1, 1, 1),
        (15, 25, 35, 9),
        (12, 18, 28, 8),
    ]
    for number, counts in enumerate([*marks, (9, 19, 29, 11)]):
        school = SchoolFactory(territory=district if number < 6 else small, pupils=250, locality="rural")
        _result(school, assessment, counts)
    return region


def _result(school: Organisation, assessment: Any, counts: tuple[int, ...]) -> SchoolResult:
    named = dict(zip(("marks_2", "marks_3", "marks_4", "marks_5"), counts, strict=True))
    made: SchoolResult = SchoolResultFactory.create(
        organisation=school,
        assessment=assessment,
        participants=sum(counts),
        below=counts[0],
        mean=12.3456,
        **named,
    )
    codes = [f"{school.pk:05d}-{number}" for number in range(sum(counts))]
    ParticipantResult.objects.bulk_create(
        ParticipantResult(result=made, code=code, mark=4, score=14, class_label="5А") for code in codes
    )
    return made


def export(region: Territory, *, participants: bool = True) -> dict[str, list[dict[str, str]]]:
    scope = Scope(territory_paths=(region.path or "",))
    make_export("test", scope, actor=SYSTEM, year_from=2024, year_to=2024, participants=participants)
    path = export_file("test")
    assert path is not None
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "ст. 13.1" in texts.pop("README.md")
    return {name: list(csv.DictReader(io.StringIO(text), delimiter=";")) for name, text in texts.items()}


def test_small_numbers_are_hidden_with_a_neighbour(region: Territory) -> None:
    rows = {row["participants"]: row for row in export(region)["results.csv"]}
    assert rows["*"]["marks_2"] == rows["*"]["mean"] == "*"  # three participants
    hidden = [name for name, value in rows["64"].items() if value == "*"]
    assert hidden == ["marks_2", "marks_3", "marks_5", "below"]
    column = [row["marks_2"] for row in rows.values()]
    assert column.count("*") >= 3  # the two small ones, and one more that keeps them from being computed


def test_nothing_names_a_school_or_a_participant(region: Territory) -> None:
    content = str(export(region))
    for school in Organisation.objects.all():
        assert school.short_name not in content
        assert str(school.territory) not in content
    assert "5А" not in content
    assert not any(code in content for code in ParticipantResult.objects.values_list("code", flat=True)[:50])


def test_a_small_district_has_no_key_of_its_own(region: Territory) -> None:
    districts = [row["district"] for row in export(region)["schools.csv"]]
    assert districts.count("other") == 1
    assert len(set(districts)) == 2


def test_participants_have_no_key_of_a_school(region: Territory) -> None:
    rows = export(region)["participants.csv"]
    assert list(rows[0]) == [
        "participant",
        "kind",
        "subject",
        "grade",
        "year",
        "locality",
        "size",
        "score",
        "mark",
    ]
    assert len(rows) == ParticipantResult.objects.count()
    assert len({row["participant"] for row in rows}) == len(rows)


def test_a_group_of_two_schools_is_left_out(region: Territory) -> None:
    other = AssessmentFactory(year=2024, grade=8)
    for school in list(Organisation.objects.filter(pupils=250))[:2]:
        _result(school, other, (10, 10, 10, 10))
    assert {row["grade"] for row in export(region)["participants.csv"]} == {"5"}


def test_two_exports_share_no_key(region: Territory) -> None:
    first, second = export(region), export(region)
    assert not {row["school"] for row in first["schools.csv"]} & {
        row["school"] for row in second["schools.csv"]
    }


def test_the_neighbour_region_is_not_in_it(region: Territory) -> None:
    assert export(RegionFactory())["results.csv"] == []


def test_taking_the_data_is_recorded(region: Territory) -> None:
    export(region)
    entry = AuditEntry.objects.get(action="anonymised-export")
    assert (entry.changes["schools.csv"], entry.changes["years"], len(entry.content_hash)) == (
        7,
        "2024-2024",
        64,
    )


# Pages -----------------------------------------------------------------------------------------------------


def analyst(region: Territory, role: Role = Role.REGIONAL_ANALYST) -> tuple[RoleAssignment, Client]:
    held = RoleAssignmentFactory.create(role=role, organisation=AuthorityFactory(territory=region))
    client = Client()
    client.force_login(held.user)
    return held, client


def test_an_analyst_asks_and_takes_the_own_file_only(region: Territory) -> None:
    _held, client = analyst(region)
    sent = {"year_from": 2024, "year_to": 2024, "participants": "on", "promised": "on"}
    assert client.post("/results/anonymised/", {**sent, "promised": ""}).status_code == 400
    assert client.post("/results/anonymised/", sent).status_code == 302
    job = Job.objects.get(kind="results.anonymised")
    url = f"/results/anonymised/{job.pk}/"
    assert client.get(url).status_code == 404  # not made yet
    attempt_job(str(job.pk), attempt=1, may_retry=False)
    answer = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert b"".join(answer)[:2] == b"PK"
    assert analyst(region)[1].get(url).status_code == 404


def test_without_the_right_nothing_is_made(region: Territory) -> None:
    held, client = analyst(region)
    client.post("/results/anonymised/", {"year_from": 2024, "year_to": 2024, "promised": "on"})
    RoleAssignment.objects.filter(pk=held.pk).update(role=Role.METHODIST)
    assert client.get("/results/anonymised/").status_code == 403
    job = Job.objects.get(kind="results.anonymised")
    attempt_job(str(job.pk), attempt=1, may_retry=False)
    job.refresh_from_db()
    assert job.state == "failed"
    assert export_file(str(job.pk)) is None
