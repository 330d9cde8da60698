"""The page on security tells the truth: every named test is there, and there are enough of them."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from mayak.config import settings as product
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "operate" / "security.md").read_text()
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ATTACK = re.compile(r"^\| (\d+) \| ([^|]+) \| `(tests/[^`]+)` \|$", re.MULTILINE)
REQUIREMENT = re.compile(r"^\| (\d+\.\d+\.\d+) \| [^|]+ \| [^|]+ \| `(tests/[^`]+)` \|$", re.MULTILINE)


@cache
def named_in(path: str) -> dict[str, int]:
    """The names of the tests of a file with the number of statements in each."""
    tree = ast.parse((ROOT / path).read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name: sum(isinstance(part, ast.Assert | ast.With) for part in ast.walk(node))
        for node in ast.walk(tree)
        if isinstance(node, kinds) and node.name.startswith("test_")
    }


def test_every_named_test_is_there_and_asserts_something() -> None:
    named = set(NODE.findall(PAGE))
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not Path(ROOT / path).is_file() or name not in named_in(path)
    ]
    assert missing == []
    empty = [name for path, name in named if not named_in(path)[name] and "fuzz" not in path]
    assert empty == []


def test_there_are_more_than_sixty_attacks_each_with_a_test_of_its_own() -> None:
    rows = ATTACK.findall(PAGE)
    assert [int(number) for number, _name, _test in rows] == list(range(1, len(rows) + 1))
    assert len({test for _number, _name, test in rows}) == len(rows) >= 60
    assert len({name for _number, name, _test in rows}) == len(rows)


def test_the_table_of_requirements_names_each_once() -> None:
    numbers = [number for number, _test in REQUIREMENT.findall(PAGE)]
    assert len(numbers) == len(set(numbers)) >= 50
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert "Не выполнено" in PAGE


@pytest.mark.filterwarnings("ignore")
def test_passwords_are_hashed_slowly(settings: object) -> None:
    """The tests themselves hash quickly; the product does not."""
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS  # type: ignore[attr-defined]  # pytest-django's
    assert make_password("a long secret").startswith("argon2$argon2id$")
