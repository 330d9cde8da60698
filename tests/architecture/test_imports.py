"""Imports: the contracts of import-linter, and the public modules of an app, which it cannot see."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, app_of, imported_modules, name_of, python_files

PUBLIC = {"enums", "models", "permissions", "selectors", "services", "signals"}
"""What other apps may import from an app; the kernel is public as a whole."""

PUBLIC_PARTS = {"forms.fields", "algorithms.definition", "algorithms.answering"}
"""Fields that name an organisation or a person: every form needs them, and they only read (ADR 0012); the typed document
of a questionnaire and the cleaning of answers to it: plain values, which apps of the school world read."""

OPEN_APPS = {"kernel", "config"}


@pytest.mark.parametrize("path", python_files(PACKAGE), ids=name_of)
def test_other_apps_are_entered_by_their_public_modules(path: Path) -> None:
    own = app_of(path)
    hidden = []
    for line, dotted in imported_modules(path):
        app, _dot, inner = dotted.removeprefix("mayak.").partition(".")
        public = PUBLIC | {"urls"} if own == "config" else PUBLIC  # the site mounts every app's addresses
        if app not in {own, *OPEN_APPS} and not (
            inner.partition(".")[0] in public or ".".join(inner.split(".")[:2]) in PUBLIC_PARTS
        ):
            hidden.append(f"line {line}: {dotted}")
    assert hidden == []


def test_apps_import_only_along_the_flow() -> None:
    """The contracts themselves stand in pyproject.toml."""
    program = str(Path(sys.executable).with_name("lint-imports"))
    done = subprocess.run([program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_app_has_the_contract_of_its_inside() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(contract for contract in contracts if contract["name"].startswith("Inside an app"))
    apps = {f"mayak.{path.parent.name}" for path in PACKAGE.glob("*/apps.py")}
    assert apps - set(inside["containers"]) <= {"mayak.kernel", "mayak.web"}
