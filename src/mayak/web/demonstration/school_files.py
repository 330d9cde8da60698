"""What schools themselves count: quarter marks, entry and final diagnostics (S4, calendar plan). Marks by school."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from mayak.web.demonstration.files import SchoolLabel, save_table
from mayak.web.demonstration.plans import Level
from mayak.web.demonstration.scores import Part

SCHOOL_YEARS = (2025, 2026)
"""Calendar years in which the school years end."""
_QUARTERS = (1, 2, 3, 4)
_QUARTER_SUBJECTS = (("Математика", 9), ("Русский язык", 9), ("Химия", 9), ("История", 9))
_DIAGNOSED = (("Математика", 9), ("Математика", 11), ("Читательская грамотность", 5))
_COUNTS = ("Количество участников", "Отметка 2", "Отметка 3", "Отметка 4", "Отметка 5")
_HEADERS = ("Логин ОО", "Название ОО", "Предмет", "Параллель")
_WEAK, _STRONG = (0.26, 0.44, 0.24, 0.06), (0.06, 0.34, 0.42, 0.18)
_LEARNED = 0.09
"""How much of the «2» of the entry diagnostics is gone in the final one; invented."""


def write_school_files(folder: Path, part: Part, labels: Sequence[SchoolLabel], year: int) -> list[Path]:
    """Write quarter marks and the pair of diagnostics of one school year; return the files."""
    words = f"{year - 1}-{year}"
    quarters = (
        f"{head};{quarter};{counts}"
        for quarter in _QUARTERS
        for head, counts in _rows(part, labels, _QUARTER_SUBJECTS, f"{year}-{quarter}", gain=0.01 * quarter)
    )
    path = folder / f"Отметки по четвертям {words}.csv"
    files = [save_table(path, (*_HEADERS, "Четверть", *_COUNTS), quarters)]
    for title, gain in (("Входная", 0.0), ("Итоговая", _LEARNED)):
        drawn = _rows(part, labels, _DIAGNOSED, f"{year}-{title}", gain=gain)
        path = folder / f"{title} школьная диагностика {words}.csv"
        files.append(save_table(path, (*_HEADERS, *_COUNTS), (f"{head};{counts}" for head, counts in drawn)))
    return files


def _rows(
    part: Part,
    labels: Sequence[SchoolLabel],
    subjects: Sequence[tuple[str, int]],
    purpose: str,
    *,
    gain: float,
) -> Iterator[tuple[str, str]]:
    random = part.stream("school", purpose)
    for school, label in zip(part.schools, labels, strict=True):
        shares = np.array(_WEAK if school.level in (Level.LOW, Level.LOW_TWICE) else _STRONG)
        moved = min(gain, shares[0] - 0.02)
        shares = shares + np.array([-moved, 0.0, moved, 0.0])
        for subject, grade in subjects:
            if school.last_grade >= grade:
                counts = random.multinomial(
                    max(4, school.cohort - int(random.integers(0, 3))), shares / shares.sum()
                )
                numbers = ";".join(str(count) for count in (counts.sum(), *counts))
                yield f"{label.login};{label.cell};{subject};{grade}", numbers
