"""The real files; tests that need them are skipped with a reason where the folder is missing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mayak.results.algorithms.records import ContextRecord, ParticipantRecord, Rejected, SchoolRecord
from mayak.results.imports import SheetPlan, Tally, open_results, read_batches

SHARED = Path(__file__).parents[4] / "shared" / "data"


@dataclass
class Result:
    """Everything one sheet gave."""

    plan: SheetPlan
    tally: Tally = field(default_factory=Tally)
    schools: list[SchoolRecord] = field(default_factory=list)
    participants: list[ParticipantRecord] = field(default_factory=list)
    contexts: list[ContextRecord] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read_plan(plan: SheetPlan, batch_rows: int = 10_000) -> Result:
    result = Result(plan)
    for batch in read_batches(plan, batch_rows=batch_rows):
        result.tally.add(batch)
        result.schools += batch.schools
        result.participants += batch.participants
        result.contexts += batch.contexts
        result.rejected += batch.rejected
    assert result.tally.is_conserved
    return result


def read_text(text: str, name: str = "ВПР 2024 Русский язык 5 класс.csv") -> Result:
    return read_plan(open_results(name, text.encode())[0])


@pytest.fixture
def shared_folder() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the real files are not here: {SHARED}")
    return SHARED


@pytest.fixture
def read_shared(shared_folder: Path) -> Callable[[str], Result]:
    """Read the first sheet of a real file by its path in the folder."""
    return lambda path: read_plan(open_results(Path(path).name, shared_folder / path)[0])
