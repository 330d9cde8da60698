"""The demonstration from its seed, and the command that builds it."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from mayak.accounts.models import User
from mayak.web.demonstration.build import build_demonstration
from mayak.web.demonstration.people_names import draw_name
from mayak.web.demonstration.plans import FILES, Level, read_district
from mayak.web.demonstration.procedures import MATHEMATICS_6
from mayak.web.demonstration.randomness import stream
from mayak.web.demonstration.region import plan_region
from mayak.web.demonstration.scores import Part, draw_participants

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SHARE = 0.30


def test_the_same_seed_gives_the_same_region_and_another_seed_another() -> None:
    assert plan_region(3, 40) == plan_region(3, 40)
    assert plan_region(3, 40) != plan_region(4, 40)
    assert sum(len(district.schools) for district in plan_region(3, 40)) == 40


def test_the_same_seed_gives_the_same_people() -> None:
    names = [draw_name(stream(5, "people")) for _ in range(2)]
    assert names[0] == names[1]


def test_the_bad_procedure_of_a_school_with_one_bad_year_is_the_planned_one() -> None:
    schools = [school for school in read_district("S0").schools if school.level == Level.ONE_YEAR]
    drawn = draw_participants(Part(1, "S0", schools, np.zeros(2)), MATHEMATICS_6, 2026)
    assert (np.bincount(drawn.school[drawn.mark == 2]) / np.bincount(drawn.school) > SHARE).all()


@pytest.mark.parametrize("key", FILES)
def test_codes_and_logins_of_a_district_are_all_different(key: str) -> None:
    schools = read_district(key).schools
    assert (
        len({school.code for school in schools}) == len({school.login for school in schools}) == len(schools)
    )


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.csv")
    }


def test_the_same_seed_gives_the_same_files_to_the_byte(tmp_path: Path) -> None:
    found = []
    for name, seed in (("one", 11), ("two", 11), ("other", 12)):
        with transaction.atomic():
            build_demonstration(seed=seed, only=frozenset({"S4"}), folder=tmp_path / name)
            transaction.set_rollback(True)
        found.append(hashes(tmp_path / name))
    assert len(found[0]) == 8 * 4 + 3 + 3 * 2
    assert found[0] == found[1]
    assert found[0] != found[2]


# --- the command ---


def test_the_command_prints_in_russian_what_it_made(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    call_command("demo", only="S4", seed=3)
    printed = capsys.readouterr().out
    assert "Енисейский район (S4): 2 школы, 31 человек, 1 акт, 1 программа, 152 результата школ" in printed
    assert f"Файлы с результатами: {tmp_path / 'demonstration'}" in printed
    assert "yeniseysk@demo.mayak.example" in printed
    assert "mayak-lighthouse" in printed


def test_the_command_refuses_a_database_that_is_not_empty() -> None:
    User.objects.create_user("ivanova@school.example")
    with pytest.raises(CommandError, match="Демонстрация строится только в пустой базе"):
        call_command("demo")


@pytest.mark.parametrize(
    ("options", "message"),
    [({"only": "S0,S9"}, "Неизвестные части: S9"), ({"schools": 0}, "от 1 до 1200 школ")],
)
def test_the_command_explains_wrong_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("demo", **options)
