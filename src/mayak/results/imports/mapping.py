"""What each column of a flat table means: guessed, shown, corrected by hand, saved and used again.

The YAML form is documented in docs/formats/mapping.md; `to_yaml` and `from_yaml` keep everything.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import yaml

from mayak.kernel.importing import Column, ImportProblem, ProblemPlace, TableShape
from mayak.results.algorithms.records import AssessmentKey

from .vocabulary import normalise, role_names

VERSION = 1
#: What one row of the table is about.
ROW_KINDS = ("school", "participant")
#: "share" is 0..1: a spreadsheet keeps 12 % as 0.12.
UNITS = ("", "count", "percent", "share", "value")
#: Roles whose column may stand in a table several times (one for each subject or year).
VALUE_ROLES = frozenset({
    "participants", "mean_score", "mark_2", "mark_3", "mark_4", "mark_5", "below_count", "below_share", "quality_share",
    "progress_share", "score_bin",
})  # fmt: skip
REPEATED_ROLES = VALUE_ROLES | {"indicator", "flag", "ignore", "task"}


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column. `subject`, `year`, `max_score` override the defaults of the table for this column only.

    `unit` tells counts from percents, `decimal` is "," or "." or None, `indicator` names a context indicator or the
    score of a distribution column. `confidence` (0..1) and `notes` (codes) are for the preview.
    """

    index: int
    label: str
    role: str
    subject: str = ""
    year: int | None = None
    grade: int | None = None
    kind: str = ""
    max_score: float | None = None
    unit: str = ""
    decimal: str | None = None
    indicator: str = ""
    confidence: float = 1.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of a table and what its titles say for all rows (`defaults`)."""

    columns: tuple[ColumnMapping, ...]
    defaults: AssessmentKey = field(default_factory=AssessmentKey)
    row_kind: str = "school"
    first_data_row: int = 2
    school_required: bool = True
    name: str = ""
    notes: tuple[str, ...] = ()

    def by_role(self, role: str) -> tuple[ColumnMapping, ...]:
        """The columns of a role, in the order of the table."""
        return tuple(column for column in self.columns if column.role == role)

    def first(self, role: str) -> ColumnMapping | None:
        """The first column of a role."""
        return next(iter(self.by_role(role)), None)

    @property
    def confidence(self) -> float:
        """The weakest guess among the columns that are used."""
        return min((column.confidence for column in self.columns if column.role != "ignore"), default=0.0)

    @property
    def is_context_only(self) -> bool:
        """Indicators and perhaps a number of pupils to relate them to, but no result."""
        roles = {column.role for column in self.columns}
        return (
            self.row_kind == "school"
            and bool(roles & {"indicator", "flag"})
            and roles & VALUE_ROLES <= {"participants"}
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """What a person must still say before anything can be written: "kind", "year", "subject", "grade", "school"."""
        roles = {column.role for column in self.columns}
        lacks = []
        has_results = not self.is_context_only and (
            bool(roles & VALUE_ROLES) or self.row_kind == "participant"
        )
        values = [column for column in self.columns if column.role in VALUE_ROLES - {"participants"}]
        values = (
            values
            or [column for column in self.columns if column.role == "participants"]
            or list(self.columns[:1])
        )
        if has_results and not self.defaults.kind and "kind" not in roles and not all(c.kind for c in values):
            lacks.append("kind")
        if self.defaults.year is None and not roles & {"year", "date"} and not all(c.year for c in values):
            lacks.append("year")
        if (
            has_results
            and not self.defaults.subject_text
            and "subject" not in roles
            and not all(c.subject for c in values)
        ):
            lacks.append("subject")
        if self._needs_grade and not roles & {"grade", "class_label"} and not all(c.grade for c in values):
            lacks.append("grade")
        if self.school_required and not roles & {"school_code", "school_name", "login", "ogrn", "inn"}:
            lacks.append("school")
        return tuple(lacks)

    @property
    def _needs_grade(self) -> bool:
        """ВПР of two classes are two assessments: without the class one would overwrite the other."""
        return self.defaults.kind == "vpr" and self.defaults.grade is None and not self.is_context_only

    def with_defaults(self, **changes: Any) -> "Mapping":
        """The same mapping with defaults given by hand or by the command line (year=2024, …)."""
        return replace(self, defaults=replace(self.defaults, **changes))

    def bind(self, shape: TableShape, *, file: str = "") -> "Mapping":
        """This mapping for another file of the same kind: columns are found by label, then by place.

        Raises ImportProblem("mapping_column_missing") when a used column is not there.
        """
        by_label: dict[str, list[Column]] = {}
        for column in shape.columns:
            by_label.setdefault(normalise(column.label), []).append(column)
        bound = []
        for wanted in self.columns:
            here = by_label.get(normalise(wanted.label), [])
            at = next((column for column in here if column.index == wanted.index), here[0] if here else None)
            if at is None and not wanted.label and wanted.index < shape.width:
                at = shape.columns[wanted.index]
            if at is None and wanted.role == "ignore":
                continue
            if at is None:
                raise ImportProblem("mapping_column_missing", ProblemPlace(file), label=wanted.label)
            bound.append(replace(wanted, index=at.index))
        return replace(self, columns=tuple(bound), first_data_row=shape.first_data_row)

    def to_yaml(self) -> str:
        """The documented file; fields with their default value are left out."""
        data: dict[str, Any] = {
            "version": VERSION,
            "row_kind": self.row_kind,
            "first_data_row": self.first_data_row,
        }
        if self.name:
            data["name"] = self.name
        if not self.school_required:
            data["school_required"] = False
        data["defaults"] = {
            key: value for key, value in asdict(self.defaults).items() if value not in (None, "")
        }
        data["columns"] = [_column_data(column) for column in self.columns]
        return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120)

    @classmethod
    def from_yaml(cls, text: str, *, file: str = "") -> "Mapping":
        """Read the documented file. Raises ImportProblem("mapping_invalid") that names the wrong place."""
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError:
            raise _invalid(file, "YAML") from None
        if not isinstance(data, dict) or data.get("version") != VERSION:
            raise _invalid(file, "version")
        if data.get("row_kind", "school") not in ROW_KINDS:
            raise _invalid(file, "row_kind")
        raw = data.get("columns")
        if not isinstance(raw, list) or not raw:
            raise _invalid(file, "columns")
        return cls(
            columns=tuple(_read_column(item, number, file) for number, item in enumerate(raw, 1)),
            defaults=_read_defaults(data.get("defaults") or {}, file),
            row_kind=data.get("row_kind", "school"),
            first_data_row=_positive(data.get("first_data_row", 2), "first_data_row", file),
            school_required=bool(data.get("school_required", True)),
            name=str(data.get("name", "")),
        )


def _invalid(file: str, where: str) -> ImportProblem:
    return ImportProblem("mapping_invalid", ProblemPlace(file), where=where)


def _column_data(column: ColumnMapping) -> dict[str, Any]:
    empty = ColumnMapping(0, "", "")
    data: dict[str, Any] = {"column": column.index + 1, "label": column.label, "role": column.role}
    for item in fields(column)[3:]:
        value = getattr(column, item.name)
        if value != getattr(empty, item.name):
            data[item.name] = list(value) if isinstance(value, tuple) else value
    return data


def _read_column(item: Any, number: int, file: str) -> ColumnMapping:
    where = f"columns[{number}]"
    if not isinstance(item, dict) or item.get("role") not in role_names():
        raise _invalid(file, f"{where}.role")
    known = {entry.name for entry in fields(ColumnMapping)} - {"index"} | {"column"}
    unknown = set(item) - known
    if unknown:
        raise _invalid(file, f"{where}.{min(map(str, unknown))}")
    if item.get("unit", "") not in UNITS or item.get("decimal") not in (None, ",", "."):
        raise _invalid(file, f"{where}.unit")
    index = _positive(item.get("column", number), f"{where}.column", file) - 1
    rest = {key: value for key, value in item.items() if key not in ("column", "notes", "label")}
    return ColumnMapping(
        index=index, label=str(item.get("label", "")), notes=tuple(map(str, item.get("notes", ()))), **rest
    )


def _read_defaults(data: Any, file: str) -> AssessmentKey:
    known = {entry.name for entry in fields(AssessmentKey)}
    if not isinstance(data, dict) or set(data) - known:
        raise _invalid(file, "defaults")
    for name in ("grade", "year", "quarter"):
        if data.get(name) is not None:
            _positive(data[name], f"defaults.{name}", file)
    return AssessmentKey(**data)


def _positive(value: Any, where: str, file: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _invalid(file, where)
    return value


def task_columns(mapping: Mapping) -> Sequence[ColumnMapping]:
    """Columns with points of tasks, in the order of the header."""
    return mapping.by_role("task")
