"""Files of registry tables: the rows, the empty template, the report of a trial run."""

from mayak.registry.exports.reports import report_file
from mayak.registry.exports.workbooks import TableFile, export_file, template_file

__all__ = ["TableFile", "export_file", "report_file", "template_file"]
