"""A file with a questionnaire of any format: opened under limits, recognised by its sheets, nothing is written."""

from django.utils.translation import gettext as _

from mayak.kernel.importing import ImportProblem, Limits, open_upload
from mayak.kernel.importing.limits import MEGABYTE
from mayak.surveys.imports.plain_table import find_plain_sheet, read_plain_table
from mayak.surveys.imports.remarks import Imported, Remarks
from mayak.surveys.imports.xlsform import is_xlsform, read_xlsform

LIMITS = Limits(
    file_bytes=5 * MEGABYTE,
    unpacked_bytes=60 * MEGABYTE,
    archive_entries=1,
    ratio_free_bytes=5 * MEGABYTE,
    json_bytes=MEGABYTE,
    sheet_cells=600_000,
)
"""A questionnaire is small; anything larger was chosen by mistake or in bad faith."""


def read_questionnaire_file(name: str, data: bytes) -> Imported:
    """Read the file; every fault is a remark, nothing is raised and nothing is written."""
    try:
        sources = open_upload(name, data, LIMITS)
        if len(sources) != 1 or sources[0].kind not in {"xlsx", "xls", "ods"}:
            return _refused(_("A questionnaire is read from a workbook: .xlsx, .xls or .ods."))
        sheets = sources[0].sheets
        if is_xlsform(sheets):
            return read_xlsform(sheets)
        found = find_plain_sheet(sheets)
        if found is None:
            return _refused(
                _(
                    "The workbook is neither XLSForm (there is no sheet «survey») nor the table of a questionnaire (no "
                    "sheet has the column of questions). Take the template and fill it in."
                )
            )
        return read_plain_table(found, [sheet for sheet in sheets if sheet is not found])
    except ImportProblem as problem:
        return _refused(str(problem.message))


def _refused(text: str) -> Imported:
    remarks = Remarks()
    remarks.error("", 0, text)
    return Imported(remarks)
