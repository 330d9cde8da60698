"""What reading a file has to say, each with its sheet and row; nothing of a file falls away without a remark."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mayak.surveys.algorithms.definition import Definition


class Weight(StrEnum):
    """How much a remark weighs."""

    ERROR = "error"
    LEFT_OUT = "left_out"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark; ``row`` as a spreadsheet program shows it, 0 for the whole sheet."""

    weight: Weight
    sheet: str
    row: int
    text: str


@dataclass(slots=True)
class Remarks:
    """Collects the remarks in their order."""

    rows: list[Remark] = field(default_factory=list)

    def error(self, sheet: str, row: int, text: str) -> None:
        """Something that stops the import."""
        self._add(Weight.ERROR, sheet, row, text)

    def left_out(self, sheet: str, row: int, text: str) -> None:
        """Something that Mayak has no place for: it would be lost."""
        self._add(Weight.LEFT_OUT, sheet, row, text)

    def note(self, sheet: str, row: int, text: str) -> None:
        """Something that was understood in a way that the author should know of."""
        self._add(Weight.NOTE, sheet, row, text)

    def _add(self, weight: Weight, sheet: str, row: int, text: str) -> None:
        remark = Remark(weight, sheet, row, str(text))
        if remark not in self.rows:
            self.rows.append(remark)

    def of(self, weight: Weight) -> list[Remark]:
        """Return the remarks of a weight by sheet and row."""
        return sorted(
            (one for one in self.rows if one.weight == weight), key=lambda one: (one.sheet, one.row)
        )

    def has_errors(self) -> bool:
        """Whether something stops the import."""
        return any(one.weight == Weight.ERROR for one in self.rows)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gives: the content where nothing stops it, and what was said in reading."""

    remarks: Remarks
    definition: Definition | None = None
    title_ru: str = ""
    title_en: str = ""
    kind: str = ""

    @property
    def left_out(self) -> list[Remark]:
        """What would be lost."""
        return self.remarks.of(Weight.LEFT_OUT)

    @property
    def errors(self) -> list[Remark]:
        """What stops the import."""
        return self.remarks.of(Weight.ERROR)

    @property
    def notes(self) -> list[Remark]:
        """What the author should know."""
        return self.remarks.of(Weight.NOTE)


def first_row(rows: Iterable[Any]) -> int:
    """Return the number of the first row, 0 where there is none."""
    return next((row.number for row in rows), 0)
