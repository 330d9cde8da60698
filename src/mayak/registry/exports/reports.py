"""The report of a trial run as a workbook: every line of the file with its outcome and reasons."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from mayak.kernel.exporting.tables import write_xlsx
from mayak.registry.exports.workbooks import XLSX, TableFile
from mayak.registry.models import RegistryImport
from mayak.registry.selectors.imports import action_label


def report_file(upload: RegistryImport) -> TableFile:
    """Return the report; a line with several reasons takes several rows."""
    columns = [_("Row"), _("Outcome"), _("What"), _("Column"), _("Value"), _("Reason")]
    content = write_xlsx(columns, _rows(upload), title=_("Report"))
    return TableFile(_("Report, %(file)s") % {"file": f"{upload.file_name}.xlsx"}, content, XLSX)


def _rows(upload: RegistryImport) -> Iterator[list[Any]]:
    for row, action, label, _changed, problems in upload.report:
        for problem in problems or [["", "", ""]]:
            yield [row, action_label(action), label, *problem]
