"""Tables with one school in a row: one record for each subject (or year) of the row, and its context indicators."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mayak.kernel.importing import Cell, Missing, NumberProblem, Row, is_total_row, parse_number
from mayak.results.algorithms.records import AssessmentKey, ContextRecord, Marks, SchoolRecord, SchoolRef

from .batches import Batch
from .cells import KEY_ROLES, BadCell, make_assessment
from .codes import make_school, text_of
from .mapping import VALUE_ROLES, ColumnMapping, Mapping

SCHOOL_ROLES = (
    "login",
    "school_code",
    "ogrn",
    "inn",
    "school_name",
    "short_school_name",
    "municipality",
    "region",
    "settlement",
)
MARK_FIELDS = {"mark_2": "two", "mark_3": "three", "mark_4": "four", "mark_5": "five"}
_TERRITORY = re.compile(
    r"(?:[а-яё]+(?:ый|ий|ой|ая|ское|ской)[ -])*(?:муниципальн\w+ |городской )?"
    r"(?:район|округ|область|край|регион|образование)"
    r"|(?:в среднем )?по (?:региону|району|области|краю|республике|городу|округу|муниципалитету)|республика [а-яё -]+"
    r"|россия|российская федерация|рф|вся выборка",
    re.IGNORECASE,
)
_COUNTS = frozenset({"participants", "below_count"})
_SHARES = frozenset({"below_share", "quality_share", "progress_share"})
MAX_PUPILS = 100_000_000
#: Percents may pass 100 by rounding only.
MAX_PERCENT = 100.05


@dataclass(slots=True)
class _Group:
    """The columns of one record: of one subject, year and grade."""

    subject: str
    year: int | None
    grade: int | None
    kind: str
    max_score: float | None
    columns: list[ColumnMapping] = field(default_factory=list)


class SchoolTable:
    """Reads rows by a mapping into a batch."""

    def __init__(self, mapping: Mapping, labels: Sequence[str] = ()) -> None:
        self._mapping = mapping
        self._labels = [label for label in labels if label]
        self._school_columns = [
            (role, column.index) for role in SCHOOL_ROLES if (column := mapping.first(role))
        ]
        self._key_columns = [(role, column) for role in KEY_ROLES if (column := mapping.first(role))]
        self._groups = _groups(mapping)
        self._context_only = mapping.is_context_only
        self._indicators = (*mapping.by_role("indicator"), *mapping.by_role("flag"))
        self._width = max((column.index for column in mapping.columns), default=0) + 1
        self._schools: dict[tuple[str, ...], SchoolRef] = {}

    def read(self, rows: Iterable[Row], batch: Batch) -> None:
        """Read rows; each is counted once in the batch."""
        for number, cells in rows:
            batch.rows_read += 1
            reason = self.why_skipped(cells)
            if reason:
                batch.skip(reason)
            else:
                self.read_row(number, cells, batch)

    def why_skipped(self, cells: Sequence[Cell]) -> str:
        """The reason to leave a row alone: blank, a total, a note under the table, the header printed again."""
        texts = [text for cell in cells if (text := text_of(cell))]
        if not texts:
            return "blank_row"
        if is_total_row(cells):
            return "total_row"
        if self._names_a_territory(cells):
            return "aggregate_row"
        if len(texts) == 1 and self._width > 2:  # noqa: PLR2004 - a table of two columns has rows of one cell
            return "note_row"
        if len(texts) > 2 and set(texts) <= set(self._labels):  # noqa: PLR2004 - two equal words prove nothing
            return "repeated_header"
        return ""

    def _names_a_territory(self, cells: Sequence[Cell]) -> bool:
        """«Лужский район», «Ленинградская область» in the place of the school, without a code: a line of comparison."""
        raw = {role: text_of(cells[index]) for role, index in self._school_columns if index < len(cells)}
        name = raw.get("school_name", "")
        codes = (raw.get(role) for role in ("login", "school_code", "ogrn", "inn"))
        return bool(name) and not any(codes) and _TERRITORY.fullmatch(name) is not None

    def read_row(self, number: int, cells: list[Cell], batch: Batch, school: SchoolRef | None = None) -> None:
        """Read one row of data."""
        cells = cells if len(cells) >= self._width else [*cells, *[""] * (self._width - len(cells))]
        before = len(batch.rejected)
        school = school or self._school(cells)
        if school.is_empty and self._mapping.school_required:
            column = self._school_columns[0][1] if self._school_columns else None
            batch.reject(number, column, "", "no_school")
            batch.rows_rejected += 1
            return
        key = self._key(number, cells, batch)
        made = key is not None and self._records(number, cells, batch, school, key)
        failed = len(batch.rejected) > before
        if made:
            batch.rows_recorded += 1
            batch.rows_partial += failed
        elif failed:
            batch.rows_rejected += 1
        else:
            batch.skip("no_values")

    def _school(self, cells: Sequence[Cell]) -> SchoolRef:
        raw = tuple(text_of(cells[index]) for _, index in self._school_columns)
        school = self._schools.get(raw)
        if school is None:
            names = (role for role, _ in self._school_columns)
            school = self._schools[raw] = make_school(dict(zip(names, raw, strict=True)))
        return school

    def _key(self, number: int, cells: Sequence[Cell], batch: Batch) -> AssessmentKey | None:
        if not self._key_columns:
            return self._mapping.defaults
        try:
            return make_assessment(
                self._mapping.defaults, {role: cells[c.index] for role, c in self._key_columns}
            )
        except BadCell as bad:
            column = next(c.index for role, c in self._key_columns if role == bad.role)
            batch.reject(number, column, cells[column], bad.code)
            return None

    def _records(
        self, number: int, cells: Sequence[Cell], batch: Batch, school: SchoolRef, key: AssessmentKey
    ) -> bool:
        made = False
        participants: int | None = None
        for group in self._groups:
            record = self._group_record(number, cells, batch, school=school, key=key, group=group)
            if record is not None:
                participants = participants or record.participants
                if not self._context_only:
                    batch.schools.append(record)
                    made = True
        for column in self._indicators:
            context = self._context(
                number, cells, batch, school=school, year=key.year, column=column, total=participants
            )
            if context is not None:
                batch.contexts.append(context)
                made = True
        return made

    def _group_record(
        self,
        number: int,
        cells: Sequence[Cell],
        batch: Batch,
        *,
        school: SchoolRef,
        key: AssessmentKey,
        group: _Group,
    ) -> SchoolRecord | None:
        """One record, or None when all its cells are empty or one of them is bad."""
        own = _own_key(key, group)
        values: dict[str, Any] = {}
        bins: dict[int, float] = {}
        is_good = True
        for column in group.columns:
            value = self._value(number, cells, batch, column, own.max_score)
            if value is _BAD:
                is_good = False
            elif value is not None and column.role == "score_bin":
                bins[int(column.indicator)] = value
            elif value is not None:
                values[column.role] = value
        if not is_good or not (values or bins):
            return None
        if values.keys() == {"participants"} and not values["participants"] and len(group.columns) > 1:
            return None
        return _make_record(
            place=batch.place(number), school=school, key=own, values=values, bins=bins, group=group
        )

    def _value(
        self, number: int, cells: Sequence[Cell], batch: Batch, column: ColumnMapping, maximum: float | None
    ) -> float | int | None:
        raw = cells[column.index]
        parsed = parse_number(raw, decimal=column.decimal)
        if isinstance(parsed, Missing):
            return None
        code = parsed.code if isinstance(parsed, NumberProblem) else _wrong(parsed, column, maximum)
        if code:
            batch.reject(number, column.index, raw, code, label=column.label, maximum=maximum)
            return _BAD
        if isinstance(parsed, NumberProblem):  # pragma: no cover - has a code, returned above
            return _BAD
        return parsed

    def _context(
        self,
        number: int,
        cells: Sequence[Cell],
        batch: Batch,
        *,
        school: SchoolRef,
        year: int | None,
        column: ColumnMapping,
        total: int | None,
    ) -> ContextRecord | None:
        if column.role == "flag":
            flag = text_of(cells[column.index])
            if not flag:
                return None
            value = 0.0 if flag.lower() in ("0", "-", "нет", "false") else 1.0
            name = f"bias:{column.grade}:{column.subject}"
            return ContextRecord(batch.place(number), school, column.year or year, name, value=value)
        value_ = self._value(number, cells, batch, column, None)
        if value_ is None or value_ is _BAD:
            return None
        base = ContextRecord(batch.place(number), school, column.year or year, column.indicator)
        if column.unit == "count":
            return replace(
                base, count=int(value_), total=total if total is not None and total >= value_ else None
            )
        if column.unit in ("percent", "share"):
            return replace(base, share=value_ / 100 if column.unit == "percent" else value_)
        return replace(base, value=float(value_))


#: Marks a bad cell; compared by identity only.
_BAD: float = float("nan")


def _groups(mapping: Mapping) -> list[_Group]:
    """Group value columns by subject, year and grade. Columns without their own serve all groups: «Кол-во участников»
    before the means of several subjects. For years they serve the newest one only."""
    groups: dict[tuple[str, int | None, int | None], _Group] = {}
    for column in mapping.columns:
        if column.role in VALUE_ROLES:
            key = (column.subject, column.year, column.grade)
            group = groups.setdefault(
                key, _Group(column.subject, column.year, column.grade, column.kind, None)
            )
            group.columns.append(column)
            group.kind = group.kind or column.kind
            group.max_score = group.max_score or column.max_score
    shared = groups.get(("", None, None))
    named = [group for key, group in groups.items() if key != ("", None, None)]
    if shared is None or not named or any(column.role != "participants" for column in shared.columns):
        return list(groups.values())
    newest = max((group.year or 0 for group in named), default=0)
    for group in named:
        if (group.year or 0) == newest and all(column.role != "participants" for column in group.columns):
            group.columns.extend(shared.columns)
    return named


def _own_key(key: AssessmentKey, group: _Group) -> AssessmentKey:
    if not (group.subject or group.year or group.grade or group.kind or group.max_score):
        return key
    return replace(
        key,
        subject_text=group.subject or key.subject_text,
        year=group.year or key.year,
        grade=group.grade or key.grade,
        kind=group.kind or key.kind,
        max_score=group.max_score or key.max_score,
    )


def _wrong(value: float, column: ColumnMapping, maximum: float | None) -> str:
    """The code of what is wrong with a number in its role, or ""."""
    is_count = column.role in _COUNTS or column.unit == "count"
    top = {"percent": MAX_PERCENT, "share": 1.0}.get(column.unit)
    rules = (
        (value < 0 and column.unit != "value", "number_negative"),
        (is_count and value != int(value), "count_not_whole"),
        (is_count and value > MAX_PUPILS, "count_too_big"),
        (top is not None and value > top, "percent_above_100"),
        (column.role == "mean_score" and maximum is not None and value > maximum, "above_maximum"),
    )
    return next((code for broken, code in rules if broken), "")


def _make_record(
    *,
    place: Any,
    school: SchoolRef,
    key: AssessmentKey,
    values: dict[str, Any],
    bins: dict[int, float],
    group: _Group,
) -> SchoolRecord:
    units = {column.role: column.unit for column in group.columns}
    shares = {role: _share(values.get(role), units.get(role, "")) for role in _SHARES}
    below = shares["below_share"]
    if below is None and shares["progress_share"] is not None:
        below = round(1 - shares["progress_share"], 6)
    marks = {name: values[role] for role, name in MARK_FIELDS.items() if role in values}
    mark_unit = next((units[role] for role in MARK_FIELDS if role in units), "")
    if mark_unit == "share":
        marks = {name: value * 100 for name, value in marks.items()}
    bin_unit = next((column.unit for column in group.columns if column.role == "score_bin"), "")
    return SchoolRecord(
        place=place,
        school=school,
        assessment=key,
        participants=_whole(values.get("participants")),
        marks=Marks(**marks, is_percent=mark_unit in ("percent", "share")) if marks else None,
        mean=None if values.get("mean_score") is None else float(values["mean_score"]),
        below_count=_whole(values.get("below_count")),
        below_share=below,
        quality_share=shares["quality_share"],
        distribution={score: value * (100 if bin_unit == "share" else 1) for score, value in bins.items()}
        or None,
        distribution_is_percent=bin_unit in ("percent", "share"),
    )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _share(value: float | None, unit: str) -> float | None:
    if value is None:
        return None
    return round(value if unit == "share" else min(value, 100) / 100, 6)
