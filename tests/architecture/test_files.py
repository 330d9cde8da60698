"""Files: their size, their place, what may be written in them."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture.source import FLOW, PACKAGE, ROOT, app_of, committed_files, name_of, python_files

SOURCE = python_files(PACKAGE)
ALL_PYTHON = python_files(PACKAGE, ROOT / "tests", ROOT / "scripts", ROOT / "benchmarks")
LINES = 500

NAMES = {
    *("__init__", "apps", "urls", "views", "jobs", "receivers", "checks"),
    *("forms", "tables", "filters", "imports", "exports", "services", "selectors", "permissions"),
    *("models", "enums", "validators", "signals", "algorithms"),
    *("migrations", "templates", "templatetags", "static", "management"),
}
"""What may stand in an app's folder (docs/architecture.md)."""

NAMES_OF_ITS_OWN = {
    "accounts": {"adapters", "data", "middleware"},
    "registry": {"link_reasons", "data"},
    "results": {"data"},
    "surveys": {"data"},
    "diagnosis": {"data"},
    "networks": {"data"},
    "documents": {"data"},
    "web": {"context", "errors", "demonstration", "middleware"},
}
"""Further names with a reason: what a middleware, allauth or the shell needs, data files, codes of an algorithm in words."""

FREE = {"kernel", "config", "locale", "__init__.py"}
"""Folders whose parts are cut by their own subjects."""

PRESENTATION = re.compile(
    r"(apps|urls|views|jobs|receivers|checks|forms|tables|filters|exports|permissions|models|enums|validators)"
)
SMALL_CYRILLIC = re.compile(r"[а-яё]")


def shows_words(path: Path) -> bool:
    """Whether the file is one of those whose strings a user reads."""
    inside = path.relative_to(PACKAGE).parts[1:]
    return bool(inside and PRESENTATION.fullmatch(inside[0].removesuffix(".py")))


@pytest.mark.parametrize("path", ALL_PYTHON, ids=name_of)
def test_no_file_is_longer_than_500_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES


def test_every_app_is_known() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"} - FREE <= set(FLOW)


def test_inside_an_app_there_are_only_the_names_of_the_plan() -> None:
    strange = []
    for app in (
        folder
        for folder in PACKAGE.iterdir()
        if folder.is_dir() and folder.name not in {*FREE, "__pycache__"}
    ):
        allowed = NAMES | NAMES_OF_ITS_OWN.get(app.name, set())
        strange += [name_of(path) for path in app.iterdir() if path.stem not in {*allowed, "__pycache__"}]
    assert strange == []


@pytest.mark.parametrize("path", ALL_PYTHON, ids=name_of)
def test_a_silenced_rule_has_its_reason(path: Path) -> None:
    silenced = re.compile(r"#\s*(noqa\b(:\s*[A-Z0-9, ]+)?|type:\s*ignore(\[[\w\-, ]*\])?)(?P<rest>.*)")
    bare = []
    for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
        match = silenced.search(token.string) if token.type == tokenize.COMMENT else None
        if match and not re.search(r"\w{2,}", match["rest"]):
            bare.append(f"line {token.start[0]}: {token.string}")
    assert bare == []


def quoted(tree: ast.Module) -> set[int]:
    """Return the strings that nobody translates: docstrings, and the titles of documents that a rule comes from."""
    kept: set[int] = set()
    for node in ast.walk(tree):
        is_source = isinstance(node, ast.keyword) and node.arg == "source"
        is_source |= isinstance(node, ast.Assign) and any(
            "SOURCE" in ast.unparse(name) for name in node.targets
        )
        if is_source or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            kept |= {id(inner) for inner in ast.walk(node)}
    return kept


@pytest.mark.parametrize("path", [path for path in SOURCE if shows_words(path)], ids=name_of)
def test_source_strings_are_english(path: Path) -> None:
    """Words of the field in capitals (ФИС ОКО) may stand in a message; data and recognised headers stand elsewhere."""
    tree = ast.parse(path.read_text())
    left_out = quoted(tree)
    russian = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in left_out
        and SMALL_CYRILLIC.search(node.value)
    ]
    assert russian == []


def test_no_package_registry_is_named() -> None:
    """Whoever installs uses the registry, or the mirror, of their own settings."""
    hosts = re.compile(
        "|".join(
            ["pypi" r"\.org", "pythonhosted" r"\.org", "registry" r"\.npmjs", "--index-url", "--extra-index"]
        )
    )
    named = []
    for path in committed_files():
        if path.suffix in {".po", ".woff2", ".png", ".xlsx", ".sqlite3"} or path == Path(__file__).resolve():
            continue
        named += [
            name_of(path) for line in path.read_text(errors="ignore").splitlines() if hosts.search(line)
        ]
    assert named == []


def test_lock_files_hold_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.txt"))
    assert [path.name for path in locks] == ["requirements-dev.txt", "requirements.txt"]
    assert [path.name for path in locks if re.search(r"https?://", path.read_text())] == []
    assert all("--hash=sha256:" in path.read_text() for path in locks)


def test_app_of_a_file() -> None:
    assert app_of(PACKAGE / "registry" / "models" / "people.py") == "registry"
