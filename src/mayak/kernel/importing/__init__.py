"""Reading of uploads: bytes -> source files -> sheets -> rows with their place. Knows nothing of schools.

    sources = open_upload(name, data)            # data: bytes or Path; a zip gives several; raises ImportProblem
    for sheet in sources[0].sheets:
        shape = find_table(sheet.head())         # titles, header rows, columns, first data row; or None
        for number, cells in sheet.rows():       # lazily, any number of times; an empty cell is ""
            ...
    decide_decimal(column), parse_number(cell, decimal=",")   # number, Missing or NumberProblem, never a guess

`ImportProblem` has `code`, `params`, `place` and `message` (translated); it never carries the text of a cell.
Row numbers start at 1 and are the ones a spreadsheet program shows (for JSON: 1 = keys, n + 1 = n-th record).
"""

from .errors import MESSAGES, ImportProblem, ProblemPlace
from .limits import DEFAULT_LIMITS, Limits
from .numbers import DecimalStyle, Missing, NumberProblem, decide_decimal, parse_number
from .readers import open_upload, safe_name
from .sheets import Cell, Row, Sheet, SourceFile, sheet_from_rows
from .tables import Column, TableShape, clean, find_table, is_total_row

__all__ = [
    "DEFAULT_LIMITS",
    "MESSAGES",
    "Cell",
    "Column",
    "DecimalStyle",
    "ImportProblem",
    "Limits",
    "Missing",
    "NumberProblem",
    "ProblemPlace",
    "Row",
    "Sheet",
    "SourceFile",
    "TableShape",
    "clean",
    "decide_decimal",
    "find_table",
    "is_total_row",
    "open_upload",
    "parse_number",
    "safe_name",
    "sheet_from_rows",
]
