"""XLSForm as a questionnaire. What Mayak has no place for is named with its sheet and row, and so is every guess."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mayak.kernel.importing import Sheet
from mayak.surveys.algorithms.definition import Definition, DefinitionError
from mayak.surveys.algorithms.parsing import definition_from_dict, definition_to_dict
from mayak.surveys.imports.cells import TextRow, text_rows
from mayak.surveys.imports.remarks import Imported, Remarks
from mayak.surveys.imports.xlsform_check import check_with_pyxform
from mayak.surveys.imports.xlsform_choices import read_choices
from mayak.surveys.imports.xlsform_columns import canonical, name_foreign_languages
from mayak.surveys.imports.xlsform_survey import SurveyReader
from mayak.surveys.selectors.fault_words import fault_words

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
MOST_ROWS = 4000
_SETTINGS_READ = frozenset({"form_title", "form_id", "version", "default_language"})


def is_xlsform(sheets: Sequence[Sheet]) -> bool:
    """Whether the workbook is meant as XLSForm."""
    return any(sheet.name.strip().lower() == SURVEY for sheet in sheets)


def read_xlsform(sheets: Sequence[Sheet]) -> Imported:
    """Read the workbook; call it only where ``is_xlsform``."""
    remarks = Remarks()
    rows: dict[str, list[TextRow]] = {SURVEY: [], CHOICES: [], SETTINGS: []}
    names: dict[str, str] = {}
    for sheet in sheets:
        key = sheet.name.strip().lower()
        if key not in rows or key in names:
            remarks.left_out(sheet.name, 0, _("The sheet «%(sheet)s» is not read.") % {"sheet": sheet.name})
            continue
        names[key] = sheet.name
        number, headers, below = text_rows(sheet)
        name_foreign_languages(headers, sheet.name, number, remarks)
        rows[key] = [
            TextRow(row.number, _canonical_cells(row))
            for row, _limit in zip(below, range(MOST_ROWS + 1), strict=False)
        ]
        if len(rows[key]) > MOST_ROWS:
            text = _("The sheet has more than %(most)s rows: this is no questionnaire.") % {"most": MOST_ROWS}
            remarks.error(sheet.name, 0, text)
    if remarks.has_errors():
        return Imported(remarks, kind="xlsform")
    settings = rows[SETTINGS][0] if rows[SETTINGS] else TextRow(0, {})
    _name_settings(rows[SETTINGS], names.get(SETTINGS, SETTINGS), remarks)
    default = "en" if settings.get("default_language").lower().startswith(("en", "английский")) else "ru"
    choices = read_choices(rows[CHOICES], names.get(CHOICES, CHOICES), default, remarks)
    reader = SurveyReader(names[SURVEY], choices, default, remarks)
    definition = reader.read(rows[SURVEY])
    check_with_pyxform(sheets, names, remarks)
    return Imported(
        remarks,
        definition=_checked(definition, reader, remarks),
        title_ru=settings.get("form_title")[:200],
        kind="xlsform",
    )


def _canonical_cells(row: TextRow) -> dict[str, str]:
    found: dict[str, str] = {}
    for header, text in row.cells.items():
        found.setdefault(canonical(header), text)
    return found


def _name_settings(rows: Sequence[TextRow], sheet: str, remarks: Remarks) -> None:
    for position, row in enumerate(rows):
        for name in row.cells:
            if name not in _SETTINGS_READ or position:
                text = _("The setting «%(name)s» is not supported.") % {"name": name}
                remarks.left_out(sheet, row.number, text)


def _checked(definition: Definition, reader: SurveyReader, remarks: Remarks) -> Definition | None:
    try:
        found = definition_from_dict(definition_to_dict(definition))
    except DefinitionError as error:
        for fault in error.faults:
            remarks.error(reader.sheet, reader.row_of(fault.place), fault_words(fault))
        return None
    return None if remarks.has_errors() else found
