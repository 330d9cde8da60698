"""A table as the answer to a request."""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias
from urllib.parse import quote

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from mayak.kernel.exporting.tables import Row, stream_csv, write_xlsx

TableFormat: TypeAlias = Literal["csv", "xlsx"]
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def table_response(
    columns: Sequence[object], rows: Iterable[Row], *, file_format: TableFormat, name: str
) -> HttpResponseBase:
    """Return the table as a download; csv is streamed.

    Args:
        columns: titles of the columns.
        rows: values; dates, numbers and lazy texts as they are.
        file_format: «csv» or «xlsx».
        name: name of the file without its ending; any letters.
    """
    response: HttpResponseBase
    if file_format == "csv":
        response = StreamingHttpResponse(stream_csv(columns, rows), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(write_xlsx(columns, rows, title=name), content_type=XLSX_TYPE)
    response["Content-Disposition"] = attachment(f"{name}.{file_format}")
    return response


def attachment(file_name: str) -> str:
    """Return the header that names a download, with Cyrillic letters as browsers read them."""
    plain = "".join(
        letter if letter.isascii() and letter.isalnum() else "_" for letter in file_name.rpartition(".")[0]
    )
    ending = file_name.rpartition(".")[2]
    fallback = f"{plain.strip('_') or 'mayak'}.{ending}"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name)}"
