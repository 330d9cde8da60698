"""Stages and roles of programmes come from files too, of one's own programmes only."""

import pytest

from mayak.registry.imports import build_plan, read_upload
from mayak.registry.models import ProgrammeRole, ProgrammeStage, RegistryImport
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.services.import_plan import ImportPlan
from mayak.registry.services.import_trials import keep_upload, record_trial
from mayak.registry.services.imports import apply_import, undo_import
from tests.factories.registry import ProgrammeFactory
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db

STAGES = (
    "programme;name;position;starts_on;ends_on\n"
    "Лига;Подготовительный;1;01.09.2023;31.12.2023\n"
    "Лига;Основной;2;01.01.2024;31.05.2024\n"
)


def plan_of(name: str, text: str, world: World) -> ImportPlan:
    """Check a file."""
    sheet = SHEETS[name]
    key = sheet.key("name")
    return build_plan(read_upload("a.csv", text.encode(), sheet, key), sheet, key, world.scope)


def load(name: str, text: str, world: World) -> object:
    """Check and write a file."""
    upload = keep_upload(
        name,
        actor=ACTOR,
        file_name="a.csv",
        content=text.encode(),
        key="name",
        clears_empty=False,
        territory_path=world.own.path or "",
    )
    record_trial(upload, plan_of(name, text, world))
    return apply_import(upload, plan_of(name, text, world), actor=ACTOR)


def reasons(plan: ImportPlan) -> list[str]:
    return [problem.reason for row in plan.rows for problem in row.problems]


def test_stages_and_roles_are_loaded_and_taken_back(world: World) -> None:
    programme = ProgrammeFactory(territory=world.own, name="Лига", starts_on=None, ends_on=None)
    upload = load("stages", STAGES, world)
    load("roles", "programme;name;description\nЛига;школа-лидер;делится опытом\n", world)
    assert list(programme.stages.values_list("position", "name")) == [
        (1, "Подготовительный"),
        (2, "Основной"),
    ]
    assert ProgrammeRole.objects.get().description == "делится опытом"
    undo_import(upload, ProgrammeStage, (), actor=ACTOR)  # type: ignore[arg-type]  # an import
    assert not ProgrammeStage.objects.exists()


def test_a_stage_outside_the_period_of_its_programme_is_refused(world: World) -> None:
    ProgrammeFactory(territory=world.own, name="Лига", starts_on="2023-10-01", ends_on=None)
    assert reasons(plan_of("stages", STAGES, world)) == ["Этап начинается раньше программы."]


@pytest.mark.parametrize(("name", "text"), [("stages", STAGES), ("roles", "programme;name\nЛига;куратор\n")])
def test_a_regional_programme_is_not_changed_by_a_district(world: World, name: str, text: str) -> None:
    ProgrammeFactory(territory=world.region, name="Лига", starts_on=None, ends_on=None)
    found = reasons(plan_of(name, text, world))
    assert set(found) == {"это выше вашей территории; выбрать нельзя"}


def test_a_basis_that_cannot_be_read_is_a_rejected_row(world: World) -> None:
    text = "territory;name;kind;legal_basis\n" + f"{world.own.name};Лига;zzz;<script>\n"
    upload = load_trial("programmes", text, world)
    assert (upload.created_count, upload.rejected_count) == (0, 1)


def load_trial(name: str, text: str, world: World) -> RegistryImport:
    """Check a file and keep the report."""
    upload = keep_upload(
        name,
        actor=ACTOR,
        file_name="a.csv",
        content=text.encode(),
        key="name",
        clears_empty=False,
        territory_path=world.own.path or "",
    )
    return record_trial(upload, plan_of(name, text, world))
