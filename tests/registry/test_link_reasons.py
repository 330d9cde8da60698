"""Every reason that linking can give has words."""

import re
from pathlib import Path

from mayak.registry import algorithms
from mayak.registry.algorithms.candidates import Reason
from mayak.registry.link_reasons import LINK_REASONS, reason_text


def test_every_code_of_the_algorithms_has_a_message() -> None:
    sources = Path(algorithms.__path__[0]).glob("*.py")
    used = {
        code for path in sources for code in re.findall(r'Reason\("(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert used | {"kind_differs", "kind_general"} == set(LINK_REASONS)


def test_a_message_holds_the_values() -> None:
    reason = Reason("number_differs", {"asked": "3", "known": "2"})
    assert "3" in reason_text(reason)
    assert "2" in reason_text(reason)
