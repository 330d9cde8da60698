"""The main job on the demonstration: 16 of 27, the reason of each, the load 8 : 1, the six pairs beside the optimum."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import override
from docx import Document
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker

from mayak.kernel.access import SYSTEM
from mayak.matching.enums import MatchingLevel, MatchingState, PairOrigin
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import lead_loads, pair_list
from mayak.matching.services import problems_of_approval
from mayak.networks.models import Partnership
from mayak.registry.models import Territory
from mayak.results.models import SchoolDecision, SchoolStatus
from mayak.results.selectors.decisions import decision_view
from mayak.results.services.identification import run_identification
from mayak.web.demonstration.build import Demonstration, build_demonstration
from mayak.web.demonstration.main_job import LOW_RULE, MainJob, supplied_rule
from mayak.web.demonstration.summary import summary_lines

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.once,
    pytest.mark.xdist_group("main_job"),
]
TOSNO, KIROVSK = "Тосненский район", "Кировский муниципальный район"
BELOW, PASSED = ("3", "2"), ("12", "4")
"""Score and mark of a pupil who fails and of one who does not, in mathematics of grades 5 and 6."""


@pytest.fixture(scope="module")
def built(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demonstration]:
    """The four districts, built once for this file and rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        only = frozenset({"S0", "S1", "S3", "S4"})
        with override("ru"):
            yield build_demonstration(only=only, folder=tmp_path_factory.mktemp("demonstration"))
        transaction.set_rollback(True)


def job_of(built: Demonstration, key: str) -> MainJob:
    return next(job for job in built.jobs if job.key == key)


# --- who needs help ---


@pytest.mark.parametrize(
    ("key", "listed", "schools"), [("S0", 16, 27), ("S1", 6, 15), ("S3", 1, 3), ("S4", 1, 2)]
)
def test_the_supplied_rule_finds(built: Demonstration, key: str, listed: int, schools: int) -> None:
    summary = job_of(built, key).identification.summary
    assert (summary["listed"], summary["schools"]) == (listed, schools)


def test_the_list_gives_the_statuses(built: Demonstration) -> None:
    low = SchoolStatus.objects.filter(kind__code="low_results", valid_to=None)
    assert Counter(low.values_list("organisation__territory__name", flat=True)) == {
        TOSNO: 16, KIROVSK: 6, "Сеченовский муниципальный район": 1, "Енисейский район": 1,
    }  # fmt: skip


def test_lead_schools_have_their_status_by_hand_or_by_contest_with_reason_and_act(
    built: Demonstration,
) -> None:
    rows = SchoolStatus.objects.filter(kind__code="lead_school").order_by("organisation__territory__name")
    assert [(row.organisation.territory.name.split()[0], row.source, row.level) for row in rows] == [
        ("Енисейский", "contest", "municipal"),
        *[("Кировский", "manual", "municipal")] * 3,
        ("Сеченовский", "manual", "municipal"),
        *[("Тосненский", "manual", "municipal")] * 2,
    ]
    assert all(row.reason and row.basis for row in rows)


def rewrite(built: Demonstration, folder: Path, name: str, school: str, failing: int) -> None:
    """Load the file of one school anew, in which so many of a hundred pupils fail."""
    original = next(
        path
        for files in built.files
        for path in files.by_year[2026]
        if path.name == name and TOSNO in text(path)
    )
    head, *rows = text(original).splitlines()
    own = [row.split(";") for row in rows if f"«{school}»" in row]
    for number, cells in enumerate(own):
        cells[6:8] = BELOW if number * 100 < failing * len(own) else PASSED
    again = folder / name
    again.write_text("\r\n".join([head, *(";".join(cells) for cells in own)]) + "\r\n", encoding="utf-8-sig")
    call_command(
        "import-results", str(again), territory=Territory.objects.get(name=TOSNO).path, title="again"
    )


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def decided(school: str) -> tuple[int, SchoolDecision]:
    territory = Territory.objects.get(name=TOSNO)
    run = run_identification(supplied_rule(LOW_RULE), territory=territory, year=2026, actor=SYSTEM)
    return run.summary["listed"], run.decisions.get(organisation__short_name__contains=school)


def test_one_procedure_of_one_school_makes_it_17_and_is_named(built: Demonstration, tmp_path: Path) -> None:
    school = "Озерковская СОШ"
    with transaction.atomic():
        rewrite(built, tmp_path, "ВПР 2026 Математика 5 класс.csv", school, failing=45)
        listed, decision = decided(school)
        reasons = " ".join(decision_view(decision).reasons)
        transaction.set_rollback(True)
    assert (listed, decision.is_listed) == (17, True)
    assert "ВПР, математика, 5 класс, 2026: ниже порога 15 из 33" in reasons


def test_one_procedure_of_one_school_makes_it_15_and_its_way_out_was_this_procedure(
    built: Demonstration, tmp_path: Path
) -> None:
    school = "Кирпичная СОШ"
    _listed, before = decided(school)
    with transaction.atomic():
        rewrite(built, tmp_path, "ВПР 2026 Математика 6 класс.csv", school, failing=10)
        listed, decision = decided(school)
        transaction.set_rollback(True)
    assert (listed, decision.is_listed) == (15, False)
    assert [(step["subject"], step["grade"]) for step in before.way_out] == [("mathematics", 6)]


# --- pairs ---


def test_in_tosno_the_load_eight_to_one_is_shown_as_a_problem(built: Demonstration) -> None:
    run = job_of(built, "S0").pairing
    loads = lead_loads(run, pair_list(run))
    assert [(load.load, load.is_overload) for load in loads] == [(8, True), (8, True)]
    assert run.proof["is_proven"]
    assert run.state == MatchingState.DRAFT
    assert "нагрузка школы-лидера 8 : 1" in " ".join(summary_lines(built))


def test_the_six_pairs_of_kirovsk_are_locked_compared_with_the_optimum_and_approved(
    built: Demonstration,
) -> None:
    run = job_of(built, "S1").pairing
    pairs = {(word(pair.mentee), word(pair.lead)) for pair in run.pairs.select_related("mentee", "lead")}
    assert pairs == {
        ("Путиловская ООШ", "Приладожская СОШ"),
        ("Назиевская СОШ", "Приладожская СОШ"),
        ("Суховская ООШ", "Приладожская СОШ"),
        ("Синявинская СОШ", "Шлиссельбургская СОШ № 1"),
        ("Шумская СОШ", "Шлиссельбургская СОШ № 1"),
        ("Отрадненская СОШ № 3", "Отрадненская СОШ № 2"),
    }
    assert set(run.pairs.values_list("origin", flat=True)) == {PairOrigin.LOCKED}
    assert run.proof["is_proven"]
    assert 0.9 * (run.optimal_score or 0) < (run.score or 0) <= (run.optimal_score or 0)
    assert run.state == MatchingState.APPROVED
    assert Partnership.objects.filter(run=run).count() == 6


def word(school: object) -> str:
    """The name without its form and without what the school teaches deeper."""
    return str(school).partition("«")[2].rstrip("»").partition(" с углублённым")[0]


# --- papers ---


def test_the_order_and_the_list_lie_beside_the_files_and_open(built: Demonstration) -> None:
    order, pairs = job_of(built, "S1").papers
    assert (order.name, pairs.name) == (f"Распоряжение {KIROVSK}.docx", f"Список {KIROVSK}.xlsx")
    paper = Document(str(order))
    assert any("списка сетевого партнёрства" in paragraph.text for paragraph in paper.paragraphs)
    sheet = load_workbook(pairs).active
    assert sheet is not None
    assert sheet.max_row == 1 + 6


def test_a_draft_says_so_in_the_name_of_its_papers(built: Demonstration) -> None:
    assert [path.name for path in job_of(built, "S0").papers] == [
        f"Распоряжение {TOSNO} (проект).docx",
        f"Список {TOSNO} (проект).xlsx",
    ]


def test_the_summary_says_in_russian_what_was_found_and_where_the_papers_lie(built: Demonstration) -> None:
    lines = "\n".join(summary_lines(built))
    assert "Помощь нужна: 16 из 27 школ" in lines
    assert "16 пар" in lines
    assert "6 пар (утверждено)" in lines
    assert "Доказано" in lines
    assert str(job_of(built, "S1").papers[0]) in lines
    assert MatchingRun.objects.filter(level=MatchingLevel.SCHOOLS).count() == 4


def test_mentors_of_kirovsk_are_paired_with_teachers_and_wait_for_one_consent(built: Demonstration) -> None:
    run = MatchingRun.objects.get(level=MatchingLevel.TEACHERS)
    assert run.territory == job_of(built, "S1").pairing.territory
    assert (run.state, run.summary["served"]) == (MatchingState.DRAFT, run.summary["places"])
    assert run.proof["is_proven"] is True
    [against] = problems_of_approval(run)
    assert against.count(",") == 0, "one mentor has still to sign"
