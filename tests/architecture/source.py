"""The files that the architecture tests read."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "mayak"

FLOW = (
    *("kernel", "registry", "accounts", "surveys", "results", "diagnosis", "matching", "networks", "plans"),
    *("events", "learning", "practices", "monitoring", "documents", "dashboards", "api", "web", "config"),
)
"""All apps, from the first in the flow of the data to the last."""


def python_files(*folders: Path) -> list[Path]:
    """Return our Python files, migrations left out."""
    found = (path for folder in folders for path in folder.rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    """Return all templates of the package."""
    return sorted(PACKAGE.glob("**/templates/**/*.html"))


def committed_files() -> list[Path]:
    """Return what is or would be committed; everything but caches where there is no git."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]
    left_out = {".venv", "var", ".git", "node_modules", "test-output"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not left_out & set(path.parts)]


def app_of(path: Path) -> str:
    """Return the app to which a file of the package belongs."""
    return path.relative_to(PACKAGE).parts[0]


def name_of(path: Path) -> str:
    """Return the path as a failing test shows it."""
    return str(path.relative_to(ROOT))


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name) of everything that a file imports from the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mayak."):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.startswith("mayak."))
