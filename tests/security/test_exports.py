"""No cell of any table that leaves the site begins a formula, whatever people have called things."""

import csv
import io
import re
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import Error, models, transaction
from django.test import Client
from django.urls import resolve, reverse
from openpyxl import load_workbook

from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.exporting.tables import guarded, unguarded, write_csv, write_xlsx
from mayak.kernel.ui.lists import ListPage
from mayak.matching.exports import _text
from mayak.registry.selectors.sheets import SHEETS
from mayak.results.models import ImportBatch, ImportFile
from tests.architecture.access_objects import World, arguments_of, make_world
from tests.architecture.test_access_table import ADDRESSES, EXPECTED
from tests.security.test_requests import client_of

pytestmark = pytest.mark.django_db
PAYLOAD = '=HYPERLINK("http://evil.example","a;b,c")'
EVIL = [
    PAYLOAD,
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "%0A=1",
    "|calc",
    "＝1+1",
    "＠SUM(1)",
]
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
KEPT = (models.ForeignKey, models.FileField, models.EmailField)


def poison() -> int:
    """Write the payload into every text of every table where the database lets us; return how many columns took it."""
    taken = 0
    for model in apps.get_models():
        if not model.__module__.startswith("mayak.") or model._meta.app_label == "kernel":
            continue
        for field in model._meta.concrete_fields:
            taken += _poison_field(model, field)
    return taken


def _poison_field(model: Any, field: Any) -> int:
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, KEPT)
    if (
        not is_text
        or field.choices
        or (field.max_length or 1000) < len(PAYLOAD)
        or field.name in {"path", "password"}
    ):
        return 0
    try:
        with transaction.atomic():
            return int(model._base_manager.update(**{field.name: PAYLOAD}) > 0)
    except Error:
        return 0


def cells_of(response: Any) -> list[str]:
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        return xlsx_cells(content)
    return csv_cells(content)


def csv_cells(content: bytes) -> list[str]:
    """The cells as programs see them that cut at semicolons, at commas or at tabs."""
    text = content.decode("utf-8-sig")
    found = []
    for delimiter in (";", ",", "\t"):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        found += [cell for row in rows for cell in row]
    return found


def xlsx_cells(content: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    return ["text" for _cell in cells]


def begins_formula(cell: str) -> bool:
    return len(cell) > 1 and cell.startswith(STARTS) and not NUMBER.fullmatch(cell)


@pytest.fixture
def world() -> World:
    world = make_world()
    for name, method in EXPECTED:
        if method == "GET" and ADDRESSES.get(name):
            arguments_of(name, world, "own", world.visitors["regional"])
    assert poison() > 60
    return world


def exports() -> dict[str, str]:
    """Every list of the site and every table of the registry."""
    found = {}
    for name, arguments in ADDRESSES.items():
        if arguments or (name, "GET") not in EXPECTED:
            continue
        url = reverse(name)
        view = getattr(resolve(url).func, "view_class", None)
        if view and issubclass(view, ListPage):
            found |= {f"{name} {kind}": f"{url}?_export={kind}" for kind in ("csv", "xlsx")}
    for sheet in SHEETS:
        url = reverse("registry:table-download", args=[sheet])
        found |= {f"{sheet} {kind}": f"{url}?format={kind}" for kind in ("csv", "xlsx")}
    return found


@pytest.mark.slow
def test_no_export_of_the_site_holds_a_formula(world: World) -> None:
    client = client_of(world)
    wrong = {}
    checked = poisoned = 0
    for name, url in exports().items():
        response = client.get(url)
        if response.status_code != 200 or "Content-Disposition" not in response.headers:
            continue
        cells = cells_of(response)
        checked += 1
        poisoned += any("HYPERLINK" in cell for cell in cells)
        if bad := [cell for cell in cells if begins_formula(cell)]:
            wrong[name] = bad[:2]
    assert wrong == {}
    assert checked >= 50
    assert poisoned >= 10


@pytest.mark.parametrize("evil", EVIL)
def test_the_one_place_that_guards_cells(evil: str) -> None:
    assert guarded(evil).startswith("'")
    assert [unguarded(guarded(text)) for text in (evil, f"a;{evil}", f"b\n{evil}")] == [
        evil,
        f"a;{evil}",
        f"b\n{evil}",
    ]
    assert not [cell for cell in csv_cells(write_csv(["a"], [[evil], [f"x,{evil}"]])) if begins_formula(cell)]
    xlsx_cells(write_xlsx([evil], [[evil]], title=evil))
    assert not [cell for cell in csv_cells(_text([["a", evil, 1.5]]).encode()) if begins_formula(cell)]


def test_numbers_stay_numbers() -> None:
    assert write_csv(["x"], [[-5], [-1.5]]).decode("utf-8-sig") == "x\r\n-5\r\n-1,5\r\n"


def test_nothing_else_writes_tables() -> None:
    """A new writer of csv or xlsx has to come through kernel.exporting, or stand here with its reason."""
    from tests.architecture.source import PACKAGE, python_files

    writers = {
        path.relative_to(PACKAGE).as_posix()
        for path in python_files(PACKAGE)
        if re.search(r"csv\.writer|csv\.DictWriter|xlsxwriter\.Workbook|openpyxl", path.read_text())
    }
    assert writers == {
        "kernel/exporting/tables.py",
        "registry/exports/workbooks.py",  # write_string for every text, links and formulas off
        "documents/services/lists.py",  # likewise
        "surveys/exports/workbooks.py",  # likewise
        "registry/management/commands/build_gazetteer.py",  # made once from public data for the package
        "results/imports/receiving.py",  # the kept copy, which is read again by us and guarded on its way out
        "results/imports/personal.py",  # likewise
    }


def test_the_kept_copy_of_a_protocol_is_guarded_on_its_way_out(
    world: World, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = ImportFile(
        batch=_batch(world), name="p.xlsx", size=1, sha256="0" * 64, depersonalised=True, format="xlsx"
    )
    file.content.save(
        "p.csv", ContentFile("\ufeffКод;Ответы;Балл\n1;++-+;-5\n2;=cmd|'/c calc'!A1;\"a;=b\"\n".encode())
    )
    response = client_of(world).get(reverse("results:download", args=[file.pk]))
    text = b"".join(response).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text), delimiter=";")) == [
        ["Код", "Ответы", "Балл"],
        ["1", "'++-+", "-5"],
        ["2", "'=cmd|'/c calc'!A1", "a;'=b"],
    ]
    assert AuditEntry.objects.filter(action="download").exists()


def _batch(world: World) -> ImportBatch:
    given = arguments_of("results:batch", world, "own", world.visitors["regional"])
    return ImportBatch.objects.get(pk=given["pk"])


def test_every_list_offers_both_formats_to_nobody_from_outside() -> None:
    found = exports()
    assert len({name.rpartition(" ")[0] for name in found}) >= 25
    assert {Client().get(url).status_code for url in list(found.values())[::10]} == {302}
