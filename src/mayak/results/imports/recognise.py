"""Which format a file has, and why we think so."""

from dataclasses import dataclass, replace

from mayak.kernel.importing import Row, Sheet, SourceFile, TableShape, find_table

from .guess import guess_mapping
from .mapping import Mapping
from .vpr_groups import is_groups_table, is_journal_table

#: Stable names of the formats, in the order they are tried.
VPR_F1, VPR_F3, VPR_JOURNAL = "vpr_f1", "vpr_f3", "vpr_journal"
VPR_COLLECTION, EXAM_PROTOCOL = "vpr_collection_form", "exam_protocol"
FLAT_SCHOOLS, FLAT_PARTICIPANTS, CONTEXT, UNKNOWN = "flat_schools", "flat_participants", "context", "unknown"
FORMATS = (
    VPR_F1,
    VPR_F3,
    VPR_JOURNAL,
    VPR_COLLECTION,
    EXAM_PROTOCOL,
    FLAT_SCHOOLS,
    FLAT_PARTICIPANTS,
    CONTEXT,
    UNKNOWN,
)
HEAD_ROWS = 400
SHAPE_ROWS = 80


@dataclass(frozen=True, slots=True)
class FormatGuess:
    """The format of one sheet. `why` is a code: the sign that decided. `mapping` is None only for unknown sheets."""

    sheet: str
    format: str
    confidence: float
    why: str
    shape: TableShape | None = None
    mapping: Mapping | None = None


def recognise(source: SourceFile) -> tuple[FormatGuess, ...]:
    """Guess each sheet of a file. A file with names must be depersonalised first (imports.open_results does it)."""
    return tuple(recognise_sheet(sheet, source) for sheet in source.sheets)


def recognise_sheet(sheet: Sheet, source: SourceFile) -> FormatGuess:
    """Guess one sheet."""
    head = sheet.head(HEAD_ROWS)
    shape = find_table(head[:SHAPE_ROWS])
    if shape is None:
        return FormatGuess(sheet.name, UNKNOWN, 0.9, "no_table")
    mapping = guess_mapping(shape, source.name, head, sheet_name=sheet.name)
    found, confidence, why = _decide(source, shape, mapping, head)
    if found in (VPR_F1, VPR_F3, VPR_JOURNAL, VPR_COLLECTION) and not mapping.defaults.kind:
        mapping = mapping.with_defaults(kind="vpr")
    if found in (VPR_F3, VPR_JOURNAL, VPR_COLLECTION):
        mapping = replace(mapping, school_required=False)
    mapping = replace(
        mapping, notes=(*(n for n in mapping.notes if not n.startswith("missing_")), *_missing(mapping))
    )
    return FormatGuess(sheet.name, found, confidence, why, shape, mapping)


def _missing(mapping: Mapping) -> tuple[str, ...]:
    return tuple(f"missing_{what}" for what in mapping.missing)


def _decide(
    source: SourceFile, shape: TableShape, mapping: Mapping, head: list[Row]
) -> tuple[str, float, str]:
    roles = {column.role for column in mapping.columns}
    body = [row for row in head if row[0] >= shape.first_data_row]
    if is_groups_table(shape):
        if is_journal_table(shape, body):
            return VPR_JOURNAL, 0.98, "groups_and_journal"
        return (
            (VPR_F3, 0.98, "groups_and_marks")
            if "mark_2" in roles
            else (UNKNOWN, 0.6, "groups_without_marks")
        )
    if source.depersonalised and mapping.row_kind == "participant":
        return EXAM_PROTOCOL, 0.95, "names_removed"
    if {"participant_code", "task", "primary_score"} <= roles:
        if roles & {"login", "school_name", "school_code"}:
            return VPR_F1, 0.97, "codes_tasks_and_schools"
        return VPR_COLLECTION, 0.95, "codes_and_tasks"
    return _decide_flat(mapping, roles)


def _decide_flat(mapping: Mapping, roles: set[str]) -> tuple[str, float, str]:
    schools = roles & {"login", "school_name", "school_code", "ogrn", "inn"}
    if mapping.row_kind == "participant" and schools:
        return FLAT_PARTICIPANTS, mapping.confidence, "school_and_scores_of_participants"
    results = roles & {
        "participants",
        "mean_score",
        "mark_2",
        "mark_5",
        "below_count",
        "below_share",
        "score_bin",
        "quality_share",
    }
    if mapping.is_context_only and schools:
        return CONTEXT, mapping.confidence, "school_and_indicators"
    if results and schools:
        return FLAT_SCHOOLS, mapping.confidence, "school_and_results"
    return UNKNOWN, 0.8, "no_result_columns" if schools or not results else "no_school_column"
