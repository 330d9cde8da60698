"""Bad files: 4xx, a Russian sentence that names the file and the way out, and nothing changed."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from mayak.registry.models import Territory
from mayak.results.models import ImportBatch, ImportFile
from tests.factories.registry import MunicipalityFactory
from tests.results.conftest import RESULT_TABLES, table_state

pytestmark = pytest.mark.django_db

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def packed(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


BAD_FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("empty.csv", b""),
    "picture": ("results.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
    "program": ("results.csv", b"MZ" + b"\0" * 300),
    "pdf": ("results.pdf", b"%PDF-1.7 something"),
    "cut workbook": ("cut.xlsx", packed(xl__workbook=b"<x/>")[:-20]),
    "not a workbook": ("fake.xlsx", packed(**{"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x"})),
    "encrypted": ("secret.xlsx", OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600),
    "macros": ("macro.xlsm", packed(**{"xl__workbook.xml": b"<x/>", "xl__vbaProject.bin": b"code"})),
    "bomb": ("bomb.zip", packed(**{"a.csv": b"0;" * 30_000_000})),
    "nested": ("nested.zip", packed(**{"inner.zip": packed(**{"a.csv": b"a;b\n1;2\n"})})),
    "binary": ("binary.csv", bytes(range(256)) * 50),
    "zero bytes": ("zeros.csv", b"a;b\n1;\0\n"),
    "thousands of columns": (
        "wide.csv",
        b";".join(b"c%d" % number for number in range(5000)) + b"\n" + b"1;" * 5000,
    ),
    "broken utf-8": ("mixed.csv", ("Школа;Балл\n" * 50).encode() + b"\xff\xfe;1\n"),
}


@pytest.fixture
def district(db: None) -> Territory:
    return MunicipalityFactory()


@pytest.fixture
def client_of(coordinator_client: Callable[..., Client], district: Territory) -> Client:
    return coordinator_client(district)


def send(client: Client, territory: Territory, *files: tuple[str, bytes]) -> Any:
    data = {
        "territory": territory.pk,
        "title": "",
        "files": [SimpleUploadedFile(name, body) for name, body in files],
    }
    return client.post("/results/upload/", data)


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_in_russian_with_its_name(
    case: str, client_of: Client, district: Territory
) -> None:
    name, body = BAD_FILES[case]
    before = table_state(*RESULT_TABLES, "results_importbatch", "results_importfile")
    with override("ru"):
        response = send(client_of, district, (name, body))
    page = response.content.decode()
    assert response.status_code == 400
    assert name in page
    assert any("а" <= letter <= "я" for letter in page.split(name, 1)[1][:200].lower())
    assert table_state(*RESULT_TABLES, "results_importbatch", "results_importfile") == before


def test_one_bad_file_stops_the_whole_upload(client_of: Client, district: Territory) -> None:
    response = send(client_of, district, ("good.csv", b"a;b\n1;2\n"), BAD_FILES["picture"])
    assert response.status_code == 400
    assert not ImportBatch.objects.exists()


def test_too_many_bytes_are_refused_with_413(client_of: Client, district: Territory, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    response = send(client_of, district, ("big.csv", b"x" * 5000))
    assert response.status_code == 413
    assert "import-results" in response.content.decode()
    assert not ImportFile.objects.exists()


def test_an_upload_without_a_file_says_what_to_do(client_of: Client, district: Territory) -> None:
    response = client_of.post("/results/upload/", {"territory": district.pk})
    assert response.status_code == 400


def test_a_foreign_territory_is_refused(client_of: Client) -> None:
    response = send(client_of, MunicipalityFactory(), ("good.csv", b"a;b\n1;2\n"))
    assert response.status_code == 400
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "query", ["year=x", "subject=999999", "batch=99999999999999999999", "sort=nothing", "page=-1"]
)
def test_nonsense_in_the_address_is_no_error_of_the_server(client_of: Client, query: str) -> None:
    assert client_of.get(f"/results/schools/?{query}").status_code in (200, 400)


def test_an_absurd_mapping_is_refused(client_of: Client, district: Territory) -> None:
    response = send(client_of, district, ("t.csv", "Школа;Балл\nСОШ № 1;5\n".encode()))
    assert response.status_code == 302
    address = response.headers["Location"]
    bad = client_of.post(
        f"{address}sheets/1/", {"row_kind": "nobody", "first_data_row": "-3", "year": "99999"}
    )
    assert bad.status_code == 400
    assert client_of.get(f"{address}sheets/99/").status_code == 404
