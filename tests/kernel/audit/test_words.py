"""Every action that a service writes into the log has its word: nobody reads «lock_pair»."""

import ast
from pathlib import Path

import mayak
from mayak.kernel.audit.words import ACTIONS

PACKAGE = Path(mayak.__file__).parent


def actions_of(path: Path) -> set[str]:
    """Return the constants given as ``action`` in the file, those of the command line left out."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") == "add_argument":
            continue
        found |= {
            str(given.value.value)
            for given in node.keywords
            if given.arg == "action" and isinstance(given.value, ast.Constant)
        }
    return found


def test_every_action_of_the_services_has_a_word() -> None:
    written = {action for path in PACKAGE.glob("**/*.py") for action in actions_of(path)}
    assert {"create", "lock_pair", "identify"} <= written
    assert written - set(ACTIONS) == set()
