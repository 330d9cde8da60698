"""Guess what the columns of a table mean.

A guess has a confidence and notes; a person sees both before anything is written.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from mayak.kernel.importing import Cell, Column, Row, TableShape, decide_decimal, parse_number
from mayak.results.algorithms.records import AssessmentKey

from .mapping import REPEATED_ROLES, VALUE_ROLES, ColumnMapping, Mapping
from .titles import find_grade, find_maximum, find_year, read_titles, subject_maxima
from .vocabulary import (
    BY_RULE,
    RoleMatch,
    find_kind,
    is_personal,
    match_role,
    normalise,
    split_subject,
    subject_name,
)

_TASK = re.compile(r"^\d+(?:[.,]\d+)?(?:\s*[кkКK]\d+)?\s*\(\s*(\d+)\s*б\.?\)$")
_FLAG = re.compile(r"^(1[01]|[1-9]) (\w{2,3})$")
_LOGIN_ONLY = re.compile(r"\s*(?:edu|sch)\d{3,8}\s*$", re.IGNORECASE)
_PERCENT = re.compile(r"%|доля|процент|percent|share", re.IGNORECASE)
_COUNT = re.compile(r"кол-?во|колич|число|чел\b|\bcount", re.IGNORECASE)
_NUMERIC_ROLES = VALUE_ROLES | {"primary_score", "test_score", "indicator", "max_score", "minimum_score"}
_PUPILS = re.compile(r"(кол во|количество|чел|человек|кол во чел|число)")
BY_SUBJECT = 0.7
MARKS = ("mark_2", "mark_3", "mark_4", "mark_5")
PERCENT_SUM_TOLERANCE = 1.0
#: Columns 0, 1, 2 … of percents are a distribution of scores, not marks, from this length on.
MIN_BINS = 7
SAMPLE_ROWS = 400


def guess_mapping(
    shape: TableShape, file_name: str = "", rows: Sequence[Row] = (), *, sheet_name: str = ""
) -> Mapping:
    """Guess roles, subjects, units, decimal signs and defaults. `rows` is the head of the sheet (data rows help)."""
    sample = [cells for number, cells in rows if number >= shape.first_data_row][:SAMPLE_ROWS]
    defaults = read_titles(shape.title_lines, file_name, sheet_name)
    maxima = subject_maxima(shape.title_lines)
    guessed = [_guess_column(column, maxima) for column in shape.columns]
    guessed = _distribution_columns(guessed)
    guessed = _flags(guessed)
    guessed = _settle_repeats(_names_and_logins(guessed, sample))
    guessed = [_with_values(column, sample) for column in guessed]
    guessed = _mark_units(guessed, sample)
    row_kind = _row_kind(guessed)
    guessed = _as_participants(guessed, sample) if row_kind == "participant" else _as_schools(guessed)
    defaults = _settle_defaults(defaults, guessed)
    mapping = Mapping(tuple(guessed), defaults, row_kind, shape.first_data_row)
    return replace(mapping, notes=_notes(mapping, sample))


def _guess_column(column: Column, maxima: dict[str, float]) -> ColumnMapping:
    label = column.label
    key = normalise(label)
    if not key:
        return ColumnMapping(column.index, label, "ignore", confidence=0.5)
    task = next((found for part in reversed(column.parts) if (found := _TASK.match(part.strip()))), None)
    if task:
        return ColumnMapping(column.index, label, "task", max_score=float(task.group(1)), confidence=0.95)
    if key.endswith(" en") or (is_personal(label) and not _is_school_label(key)):
        return ColumnMapping(column.index, label, "ignore", notes=("personal",) if is_personal(label) else ())
    subject, match = _best_match(column)
    if match is None:
        return _by_subject_only(column, subject, maxima)
    chosen = match.subject or subject
    is_value = match.role in VALUE_ROLES or match.role in ("primary_score", "test_score", "mark")
    return ColumnMapping(
        column.index,
        label,
        match.role,
        subject=chosen if is_value else "",
        year=match.year or (find_year(label) if is_value else None),
        grade=find_grade(label) if is_value else None,
        kind=match.kind or (find_kind(label) if is_value else ""),
        max_score=(find_maximum(label) or maxima.get(chosen)) if is_value else None,
        unit=match.unit or _unit(match.role, label),
        indicator=match.indicator,
        confidence=match.confidence,
        notes=(match.note,) if match.note else (),
    )


def _is_school_label(key: str) -> bool:
    found = match_role(key)
    return found is not None and found.role in (
        "school_code",
        "school_name",
        "participant_code",
        "municipality_code",
    )


def _best_match(column: Column) -> tuple[str, RoleMatch | None]:
    """Try the whole label, the label without its subject, then its parts from the lowest up."""
    subject, rest = split_subject(column.label)
    candidates = [column.label] if not subject else [rest, column.label]
    candidates.extend(split_subject(part)[1] if subject else part for part in reversed(column.parts))
    matches = [match for text in dict.fromkeys(candidates) if text and (match := match_role(text))]
    if not matches:
        # «Физика: кол-во, ср. балл»: the number of pupils of this subject.
        return subject, RoleMatch("participants", BY_SUBJECT) if subject and _PUPILS.fullmatch(rest) else None
    return subject, max(matches, key=lambda match: match.confidence)


def _by_subject_only(column: Column, subject: str, maxima: dict[str, float]) -> ColumnMapping:
    """A column headed only «МАТ» is taken for the mean score, with a note."""
    if subject and subject_name(column.label):
        return ColumnMapping(
            column.index, column.label, "mean_score", subject, max_score=maxima.get(subject), confidence=0.6,
            notes=("bare_subject_as_mean",),
        )  # fmt: skip
    return ColumnMapping(column.index, column.label, "ignore", confidence=0.3, notes=("not_recognised",))


def _unit(role: str, label: str) -> str:
    if role in ("below_share", "quality_share", "progress_share"):
        return "percent"
    if role in MARKS or role == "score_bin":
        return "percent" if _PERCENT.search(label) else "count" if _COUNT.search(label) else ""
    return ""


def _distribution_columns(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """Headers 0, 1, 2, … N side by side are the distribution of scores."""
    start = next((at for at, column in enumerate(columns) if column.label.strip() == "0"), None)
    if start is None:
        return columns
    end = start
    while end < len(columns) and columns[end].label.strip() == str(end - start):
        end += 1
    if end - start < MIN_BINS:
        return columns
    bins = [
        replace(
            column, role="score_bin", subject="", indicator=column.label.strip(), confidence=0.9, notes=()
        )
        for column in columns[start:end]
    ]
    return [*columns[:start], *bins, *columns[end:]]


def _flags(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """«4 РУ», «5 МА» are markers of non-objective results by grade and subject."""
    result = []
    for column in columns:
        found = _FLAG.match(normalise(column.label))
        subject = subject_name(found.group(2)) if found else ""
        if found and subject:
            grade = int(found.group(1))
            result.append(
                replace(column, role="flag", subject=subject, grade=grade, confidence=0.9, notes=())
            )
        else:
            result.append(column)
    return result


def _names_and_logins(columns: list[ColumnMapping], sample: Sequence[Sequence[Cell]]) -> list[ColumnMapping]:
    """ФИС ОКО heads the login column «ОО»; a short name serves when there is no full one."""
    has_name = False
    result = []
    for column in columns:
        changed = column
        if column.role in ("school_name", "school_code"):
            values = [
                str(cells[column.index])
                for cells in sample
                if column.index < len(cells) and cells[column.index] != ""
            ]
            logins = sum(bool(_LOGIN_ONLY.match(value)) for value in values)
            if logins * 2 > len(values):
                changed = replace(column, role="login", confidence=0.9)
        has_name = has_name or changed.role == "school_name"
        result.append(changed)
    if has_name:
        return result
    return [
        replace(column, role="school_name") if column.role == "short_school_name" else column
        for column in result
    ]


def _settle_repeats(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """A role of its own (code, name, …) belongs to one column: the surest, then the first."""
    best: dict[str, ColumnMapping] = {}
    for column in columns:
        if column.role not in REPEATED_ROLES:
            known = best.get(column.role)
            if known is None or column.confidence > known.confidence:
                best[column.role] = column
    seen: dict[tuple[object, ...], int] = {}
    result = []
    for column in columns:
        key = (column.role, column.subject, column.year, column.grade, column.unit)
        if column.role not in REPEATED_ROLES and best[column.role] is not column:
            column = replace(column, role="ignore", notes=("repeated_role",))  # noqa: PLW2901 - the loop builds a copy
        elif column.role in VALUE_ROLES and column.role != "score_bin" and key in seen:
            column = replace(column, role="ignore", notes=("repeated_role",))  # noqa: PLW2901 - as above
        seen.setdefault(key, column.index)
        result.append(column)
    return result


def _with_values(column: ColumnMapping, sample: Sequence[Sequence[Cell]]) -> ColumnMapping:
    """Decimal sign from the values; a column of words under a header of numbers loses its confidence."""
    if column.role not in _NUMERIC_ROLES and column.role not in ("mark", "journal_mark"):
        return column
    values = [cells[column.index] for cells in sample if column.index < len(cells)]
    style = decide_decimal(values)
    notes = column.notes if style.certain else (*column.notes, "decimal_uncertain")
    unit = "percent" if style.percent and column.role in (*MARKS, "indicator") else column.unit
    filled = [value for value in values if value != ""]
    good = sum(isinstance(parse_number(value, decimal=style.mark or "."), (int, float)) for value in filled)
    if unit == "percent" and not _is_written_percent(column.label, filled):
        if _are_fractions(filled, style.mark):
            unit, notes = "share", (*notes, "share_as_fraction")
        elif filled and all(str(value) in ("0", "1") for value in filled):
            notes = (*notes, "unit_uncertain")
    confidence = column.confidence
    if filled and good < len(filled) * 0.5:
        confidence, notes = confidence * 0.5, (*notes, "values_not_numbers")
    return replace(column, decimal=style.mark, notes=notes, unit=unit, confidence=confidence)


def _is_written_percent(label: str, values: Sequence[Cell]) -> bool:
    """«Ниже порога, %» over «0,5» in a text table is half a per cent; only a workbook keeps 12 % as 0.12."""
    return "%" in label and any(isinstance(value, str) for value in values)


def _are_fractions(values: Sequence[Cell], mark: str | None) -> bool:
    """A spreadsheet keeps 12.36 % as 0.1236: every value is at most 1, and some are not whole."""
    numbers = [
        number
        for value in values
        if isinstance(number := parse_number(value, decimal=mark or "."), (int, float))
    ]
    return bool(numbers) and max(numbers) <= 1 and any(0 < number < 1 for number in numbers)


def _mark_units(columns: list[ColumnMapping], sample: Sequence[Sequence[Cell]]) -> list[ColumnMapping]:
    """Counts or percents of marks: said by the label, else by their sums (100 or the number of participants)."""
    columns = _one_unit(columns)
    groups: dict[tuple[str, int | None, int | None], list[ColumnMapping]] = {}
    for column in columns:
        if column.role in MARKS or column.role == "score_bin":
            groups.setdefault((column.subject, column.year, column.grade), []).append(column)
    units: dict[int, tuple[str, tuple[str, ...]]] = {}
    for group in groups.values():
        unit = next((column.unit for column in group if column.unit), "")
        notes: tuple[str, ...] = ()
        if not unit:
            unit, sure = _unit_by_sums(group, sample)
            notes = () if sure else ("unit_uncertain",)
        units.update({column.index: (unit, notes) for column in group})
    return [
        replace(column, unit=units[column.index][0], notes=column.notes + units[column.index][1])
        if column.index in units
        else column
        for column in columns
    ]


def _one_unit(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """«Отметка 2: чел., %» says the same twice: the counts are read, the percents beside them are not."""
    counted = {
        (column.role, column.subject, column.year, column.grade)
        for column in columns
        if column.role in MARKS and column.unit == "count"
    }
    return [
        replace(column, role="ignore", notes=("repeated_role",))
        if column.role in MARKS
        and column.unit in ("percent", "share")
        and (column.role, column.subject, column.year, column.grade) in counted
        else column
        for column in columns
    ]


def _unit_by_sums(group: list[ColumnMapping], sample: Sequence[Sequence[Cell]]) -> tuple[str, bool]:
    sums = []
    fraction = False
    for cells in sample:
        values = [
            parse_number(cells[c.index], decimal=c.decimal or ".") for c in group if c.index < len(cells)
        ]
        numbers = [value for value in values if isinstance(value, (int, float))]
        if numbers:
            sums.append(sum(numbers))
            fraction = fraction or any(float(number) != int(number) for number in numbers)
    hundred = sum(abs(total - 100) <= PERCENT_SUM_TOLERANCE for total in sums)
    ones = sum(abs(total - 1) <= PERCENT_SUM_TOLERANCE / 100 for total in sums)
    if fraction and ones * 2 > len(sums):
        return "share", True
    if sums and hundred * 2 > len(sums):
        return "percent", fraction or len(sums) > 1
    return ("percent", False) if fraction else ("count", bool(sums))


def _row_kind(columns: list[ColumnMapping]) -> str:
    roles = {column.role for column in columns}
    if "participant_code" in roles or ("task" in roles and "primary_score" in roles):
        return "participant"
    if roles & {"primary_score", "test_score", "short_answers"} and not roles & {
        "participants",
        "mean_score",
        *MARKS,
    }:
        return "participant"
    if roles & {"mark", "journal_mark"} and not roles & {"participants", "mean_score", *MARKS}:
        return "participant"
    return "school"


def _as_participants(columns: list[ColumnMapping], sample: Sequence[Sequence[Cell]]) -> list[ColumnMapping]:
    """In a table of pupils «Класс» with plain numbers is the grade; sums of schools are ignored."""
    roles = {column.role for column in columns}
    result = []
    for column in columns:
        changed = column
        if column.role in VALUE_ROLES or column.role == "indicator":
            changed = replace(column, role="ignore", notes=(*column.notes, "not_for_participants"))
        elif column.role == "class_label" and "grade" not in roles and _is_plain_grade(column, sample, roles):
            changed = replace(column, role="grade", confidence=min(column.confidence, BY_RULE))
        result.append(changed)
    return result


def _is_plain_grade(column: ColumnMapping, sample: Sequence[Sequence[Cell]], roles: set[str]) -> bool:
    """ФИС ОКО writes the ordinal number of the class there, and says the grade in the title."""
    if "task" in roles or "short_answers" in roles:
        return False
    values = {str(cells[column.index]).strip() for cells in sample if column.index < len(cells)} - {""}
    return bool(values) and all(value.isdigit() and 1 <= int(value) <= 11 for value in values)  # noqa: PLR2004 - grades


def _as_schools(columns: list[ColumnMapping]) -> list[ColumnMapping]:
    """In a table of schools «Класс» is the grade, «Балл» the mean, and there are no pupils."""
    roles = {column.role for column in columns}
    moved = {
        "class_label": "grade",
        "primary_score": "mean_score",
        "test_score": "mean_score",
        "mark": "mean_score",
    }
    result = []
    for column in columns:
        target = moved.get(column.role)
        if (
            target
            and (target not in roles or target == "mean_score")
            and not (target == "mean_score" and "mean_score" in roles)
        ):
            result.append(replace(column, role=target, confidence=min(column.confidence, BY_RULE)))
        elif column.role in ("participant_code", "variant", "journal_mark", "task", *moved):
            result.append(replace(column, role="ignore", notes=(*column.notes, "not_for_schools")))
        else:
            result.append(column)
    return result


def _settle_defaults(defaults: AssessmentKey, columns: list[ColumnMapping]) -> AssessmentKey:
    """A subject of the title does not speak for columns that have their own."""
    own = {column.subject for column in columns if column.role in VALUE_ROLES and column.subject}
    if len(own) > 1:
        defaults = replace(defaults, subject_text="", max_score=None)
    elif own and not defaults.subject_text:
        defaults = replace(defaults, subject_text=own.pop())
    return defaults


def _notes(mapping: Mapping, sample: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    notes = [f"missing_{what}" for what in mapping.missing]
    code = mapping.first("school_code")
    if code:
        raw = [
            str(cells[code.index]).strip()
            for cells in sample
            if code.index < len(cells) and cells[code.index] != ""
        ]
        if any(re.fullmatch(r"\d+(-\d+)+", value) for value in raw):
            notes.append("codes_hyphenated")
        if len({len(value) for value in raw if value.isdigit()}) > 1:
            notes.append("codes_of_different_length")
    values = [
        column for column in mapping.columns if column.role in ("mean_score", "primary_score", "test_score")
    ]
    if values and not all(column.max_score or mapping.defaults.max_score for column in values):
        notes.append("max_score_unknown")
    return tuple(notes)
