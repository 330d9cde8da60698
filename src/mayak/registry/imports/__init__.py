"""Reading files of registry tables: upload -> cells with their place -> checked rows -> plan.

``read_upload`` opens the file, ``build_plan`` says what would be written; ``services.imports`` writes it.
"""

from mayak.registry.imports.planning import build_plan
from mayak.registry.imports.reading import ROW_LIMIT, SIZE_LIMIT_MB, Table, TableProblem, read_upload

__all__ = ["ROW_LIMIT", "SIZE_LIMIT_MB", "Table", "TableProblem", "build_plan", "read_upload"]
