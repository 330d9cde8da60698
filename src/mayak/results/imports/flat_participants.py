"""Tables with one participant in a row, a million of them in seconds.

Everything that repeats is looked up in a dictionary by the raw cells: the school and assessment, scores, marks. Only a
row that is odd in any way goes the slow way, where it is explained.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from mayak.kernel.importing import Cell, Missing, NumberProblem, Row, is_total_row, parse_number
from mayak.results.algorithms.records import AssessmentKey, ParticipantRecord, SchoolRecord, SchoolRef

from .batches import Batch
from .cells import KEY_ROLES, BadCell, make_assessment, read_grade
from .codes import declared_count, make_school, text_of, without_count
from .flat_schools import SCHOOL_ROLES
from .mapping import Mapping

MIN_MARK, MAX_MARK = 1, 5
_WORDS_WITHOUT_MARK = (
    "нет отметки",
    "отсутствовал",
    "отсутствовала",
    "не явился",
    "неявка",
    "н",
    "зачет",
    "зачёт",
    "незачет",
    "незачёт",
)


class Bad:
    """A cell that cannot be read."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        self.code = code


class _Known(dict[Any, Any]):
    """A dictionary that computes what it does not know yet."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: Any) -> Any:
        value = self._compute(key)
        if len(self) < 200_000:  # noqa: PLR2004 - a bound for memory; past it values are computed each time
            self[key] = value
        return value


class ParticipantTable:
    """Reads rows by a mapping into a batch."""

    def __init__(self, mapping: Mapping, labels: Sequence[str] = ()) -> None:
        self._mapping = mapping
        self._labels = {label for label in labels if label}
        self._school_columns = [
            (role, column.index) for role in SCHOOL_ROLES if (column := mapping.first(role))
        ]
        self._key_columns = [(role, column.index) for role in KEY_ROLES if (column := mapping.first(role))]
        self._class_gives_grade = self._needs_class_for_grade()
        if self._class_gives_grade:
            self._key_columns.append(("class_label", self._index("class_label")))
        self._width = max((column.index for column in mapping.columns), default=0) + 1
        self._keys = _Known(self._resolve)
        self._texts = _Known(text_of)

    def _index(self, role: str) -> int:
        """The column of a role; a row gets one empty cell behind its end for the roles that have no column."""
        column = self._mapping.first(role)
        return -1 if column is None else column.index

    def _needs_class_for_grade(self) -> bool:
        mapping = self._mapping
        return bool(
            mapping.defaults.grade is None
            and mapping.first("grade") is None
            and mapping.first("class_label") is not None
            and mapping.first("task") is None
        )

    def _resolve(self, raw: tuple[Any, ...]) -> tuple[SchoolRef, AssessmentKey] | tuple[str, str]:
        """School and assessment of the raw cells, or (role, code) of what is wrong with them."""
        schools = len(self._school_columns)
        named = {role: text_of(cell) for (role, _), cell in zip(self._school_columns, raw, strict=False)}
        school = make_school(named)
        if school.is_empty and self._mapping.school_required:
            return ("school", "no_school")
        cells = {role: cell for (role, _), cell in zip(self._key_columns, raw[schools:], strict=False)}
        try:
            label = cells.pop("class_label", None)
            if label is not None and text_of(label):
                cells["grade"] = read_grade(label)
            return (school, make_assessment(self._mapping.defaults, cells))
        except BadCell as bad:
            return (bad.role, bad.code)

    def read(self, rows: Iterable[Row], batch: Batch) -> None:
        """Read rows; each is counted once in the batch."""
        width, keys, texts = self._width, self._keys, self._texts
        key_indexes = [index for _, index in (*self._school_columns, *self._key_columns)]
        raw_key = _getter(key_indexes)
        code_at, class_at, variant_at = (
            self._index(r) for r in ("participant_code", "class_label", "variant")
        )
        primary_at, test_at = self._index("primary_score"), self._index("test_score")
        mark_at, journal_at = self._index("mark"), self._index("journal_mark")
        primaries, tests = _Known(self._score("primary_score")), _Known(self._score("test_score"))
        marks, journals = _Known(_mark), _Known(_mark)
        task_of = _joiner(
            [
                c.index
                for role in ("task", "short_answers", "long_answers", "oral_answers")
                for c in self._mapping.by_role(role)
            ]
        )
        append, record, padding = batch.participants.append, ParticipantRecord._make, _blank(width)
        read = good = 0
        for number, cells in rows:
            read += 1
            if len(cells) < width:
                cells = cells + padding[len(cells) :]  # noqa: PLW2901 - faster than a copy by star
            found = keys[raw_key(cells)]
            code = cells[code_at] if code_at >= 0 else f"R{number}"
            primary = primaries[cells[primary_at]] if primary_at >= 0 else None
            test = tests[cells[test_at]] if test_at >= 0 else None
            mark = marks[cells[mark_at]] if mark_at >= 0 else None
            journal = journals[cells[journal_at]] if journal_at >= 0 else None
            if (
                found[0].__class__ is str
                or code == ""
                or Bad in (primary.__class__, test.__class__, mark.__class__, journal.__class__)
                or (primary is None and mark is None and test is None)
            ) and not self._explain(
                number, cells, batch, found=found, code=code, values=(primary, test, mark, journal)
            ):
                continue
            good += 1
            append(record((
                number, found[0], found[1], texts[code], texts[cells[class_at]] if class_at >= 0 else "",
                texts[cells[variant_at]] if variant_at >= 0 else "", primary, test, mark, journal, task_of(cells),
            )))  # fmt: skip
        batch.rows_read += read
        batch.rows_recorded += good

    def _score(self, role: str) -> Callable[[Any], Any]:
        column = self._mapping.first(role)
        decimal = column.decimal if column else None
        maximum = self._mapping.defaults.max_score if role == "primary_score" else None
        maximum = (column.max_score if column and column.max_score else None) or maximum

        def score(cell: Any) -> float | Bad | None:
            parsed = parse_number(cell, decimal=decimal)
            if isinstance(parsed, Missing):
                return None
            if isinstance(parsed, NumberProblem):
                return Bad(parsed.code)
            if parsed < 0:
                return Bad("number_negative")
            return Bad("above_maximum") if maximum is not None and parsed > maximum else parsed

        return score

    def _explain(
        self,
        number: int,
        cells: list[Cell],
        batch: Batch,
        *,
        found: tuple[Any, Any],
        code: object,
        values: tuple[Any, ...],
    ) -> bool:
        """Why a row is odd. True: it is a record all the same (present, but without any score)."""
        reason = self._why_skipped(cells)
        if reason == "group_row":
            self._group_row(number, cells, batch)
            return False
        if reason:
            batch.skip(reason)
            return False
        if code == "":
            batch.reject(number, self._index("participant_code"), "", "no_participant_code")
        elif found[0].__class__ is str:
            column = self._column_of(found[0])
            batch.reject(number, column, cells[column] if column is not None else "", found[1])
        else:
            self._reject_values(number, cells, batch, values)
            if not any(isinstance(value, Bad) for value in values):
                return True
        batch.rows_rejected += 1
        return False

    def _reject_values(self, number: int, cells: list[Cell], batch: Batch, values: tuple[Any, ...]) -> None:
        for role, value in zip(("primary_score", "test_score", "mark", "journal_mark"), values, strict=True):
            if isinstance(value, Bad):
                index = self._index(role)
                batch.reject(
                    number, index, cells[index], value.code, maximum=self._mapping.defaults.max_score
                )

    def _column_of(self, role: str) -> int | None:
        if role == "school":
            return self._school_columns[0][1] if self._school_columns else None
        if role == "grade" and self._class_gives_grade:
            return self._index("class_label")
        return next((index for name, index in self._key_columns if name == role), None)

    def _why_skipped(self, cells: list[Cell]) -> str:
        texts = [text for cell in cells if (text := text_of(cell))]
        if not texts:
            return "blank_row"
        if is_total_row(cells):
            return "total_row"
        if len(texts) > 2 and set(texts) <= self._labels:  # noqa: PLR2004 - two equal words prove nothing
            return "repeated_header"
        if len(texts) == 1 and declared_count(texts[0]) is not None:
            return "group_row"
        if self._is_prepared(cells):
            return "prepared_empty_row" if "0" in texts or not self._mapping.school_required else "note_row"
        return "note_row" if len(texts) == 1 else ""

    def _is_prepared(self, cells: list[Cell]) -> bool:
        """A form has numbered rows with formulas waiting: nothing is filled in but a zero sum."""
        if self._index("participant_code") >= 0 and text_of(cells[self._index("participant_code")]):
            return False
        own = [
            column
            for column in self._mapping.columns
            if column.role not in ("ignore", *SCHOOL_ROLES, *KEY_ROLES)
        ]
        return all(text_of(cells[column.index]) in ("", "0") for column in own)

    def _group_row(self, number: int, cells: list[Cell], batch: Batch) -> None:
        """«МБОУ СОШ № 1(edu203389) | Кол-во участников: 89»: what the file declares of a school."""
        text = next(text for cell in cells if (text := text_of(cell)))
        school = make_school({"school_name": without_count(text)})
        batch.schools.append(
            SchoolRecord(
                batch.place(number),
                school,
                self._mapping.defaults,
                declared_participants=declared_count(text),
            )
        )
        batch.rows_recorded += 1


def _blank(count: int) -> list[Cell]:
    return [""] * count


def _mark(cell: Any) -> int | Bad | None:
    parsed = parse_number(cell)
    if isinstance(parsed, Missing):
        return None
    if isinstance(parsed, NumberProblem):
        return None if text_of(cell).lower() in _WORDS_WITHOUT_MARK else Bad("mark_bad")
    if parsed != int(parsed) or not MIN_MARK <= parsed <= MAX_MARK:
        return Bad("mark_bad")
    return int(parsed)


def _getter(indexes: list[int]) -> Callable[[list[Cell]], Any]:
    """itemgetter that gives a tuple for any number of columns."""
    if not indexes:
        return lambda cells: ()
    if len(indexes) == 1:
        only = indexes[0]
        return lambda cells: (cells[only],)
    return itemgetter(*indexes)


def _joiner(indexes: list[int]) -> Callable[[list[Cell]], str]:
    if not indexes:
        return lambda cells: ""
    getter = _getter(indexes)
    return lambda cells: ";".join(map(str, getter(cells)))
