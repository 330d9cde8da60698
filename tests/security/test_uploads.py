"""What comes in as a file: judged by content, kept under a random name, given back as a download only."""

import re
import stat
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mayak.accounts.forms.consents import ScanField
from mayak.kernel.importing import safe_name
from mayak.registry.models import LegalAct, RegistryImport
from mayak.results.models import ImportFile
from mayak.web.middleware.headers import FILE_POLICY
from tests.architecture.access_objects import World, make_world
from tests.security.test_requests import client_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"0" * 200
HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
CSV = "name;position\nЛига;1\n".encode()
POLYGLOT = b"GIF89a/*" + HTML


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path / "files"
    return make_world()


def send_act(world: World, name: str, content: bytes) -> Any:
    body = {
        "territory": world.own.municipality.pk, "issuer": "Комитет", "kind": "order", "number": "5",
        "date": "2024-09-01", "title": "О школах", "state": "in_force", "scan": SimpleUploadedFile(name, content),
    }  # fmt: skip
    return client_of(world).post(reverse("registry:acts-create"), body)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.html", HTML), ("scan.svg", SVG), ("scan.pdf", HTML), ("scan.png", SVG), ("scan.jpg", POLYGLOT),
        ("scan.pdf.exe", PDF), ("scan", PDF), ("scan.pdf", b""), ("scan.pdf\u202efdp.exe", PDF), ("scan.php", PDF),
    ],
)  # fmt: skip
def test_a_scan_that_is_none_is_refused_and_nothing_is_kept(
    world: World, tmp_path: Path, name: str, content: bytes
) -> None:
    assert send_act(world, name, content).status_code == 400
    assert not LegalAct.objects.exists()
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("content", [HTML, SVG, POLYGLOT, b"PK\x03\x04", b""])
def test_a_scan_of_a_consent_is_judged_by_its_content(content: bytes) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        ScanField().clean(SimpleUploadedFile("consent.pdf", content, content_type="application/pdf"))
    with pytest.raises(ValidationError):
        ScanField().clean(SimpleUploadedFile("consent.html", PDF))
    assert ScanField().clean(SimpleUploadedFile("consent.pdf", PDF)) == ("consent.pdf", PDF)


def test_a_scan_is_kept_under_a_random_name_and_comes_back_as_a_download(
    world: World, tmp_path: Path
) -> None:
    assert send_act(world, "../../../etc/cron.d/evil.PDF", PDF).status_code == 302
    act = LegalAct.objects.get()
    assert re.fullmatch(r"acts/\d{4}/[0-9a-f]{32}\.pdf", act.scan.name)
    [kept] = files_in(tmp_path)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    response = client_of(world).get(reverse("registry:act-scan", args=[act.pk]))
    assert b"".join(response) == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == FILE_POLICY


def test_kept_files_have_no_address_and_lie_outside_of_what_is_served(
    world: World, settings: Settings
) -> None:
    send_act(world, "scan.pdf", PDF)
    act = LegalAct.objects.get()
    with pytest.raises(ValueError, match="no address"):
        _ = act.scan.url
    assert Path(settings.STATIC_ROOT) not in Path(settings.MEDIA_ROOT).parents
    assert client_of(world).get(f"/{act.scan.name}").status_code == 404
    for path in (f"/static/../files/{act.scan.name}", f"/static/%2e%2e/files/{act.scan.name}"):
        assert client_of(world).get(path).status_code == 404


@pytest.mark.parametrize("ending", [".html", ".svg", ".php", ".py", ".exe", ".htaccess", ".js", ""])
def test_no_ending_that_somebody_could_run_gets_onto_the_disk(world: World, ending: str) -> None:
    name = default_storage.save(default_storage.generate_filename(f"x/evil{ending}"), ContentFile(b"1"))
    assert re.fullmatch(r"x/[0-9a-f]{32}\.bin", name)


def test_a_path_in_a_name_cannot_leave_the_folder(world: World) -> None:
    from django.core.exceptions import SuspiciousFileOperation

    for name in ("../../evil.pdf", "x/../../evil.pdf", "/etc/passwd"):
        try:
            path = default_storage.generate_filename(name)
        except SuspiciousFileOperation:
            continue
        assert ".." not in path
        assert "evil" not in path


NAMES = {
    "../../../etc/passwd": "passwd",
    "..\\..\\windows\\system32\\evil.csv": "evil.csv",
    "C:\\Users\\Анна\\итоги.csv": "итоги.csv",
    "итоги\u202evsc.exe": "итогиvsc.exe",
    "a\x00b\r\nSet-Cookie: x=1.csv": "abSet-Cookie: x=1.csv",
    "\u2066x\u2069.csv": "x.csv",
    "...": "file",
    "": "file",
}


@pytest.mark.parametrize(("given", "kept"), NAMES.items())
def test_names_lose_paths_and_unseen_signs(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_very_long_name_is_cut_from_the_left() -> None:
    assert len(safe_name("ы" * 5000 + ".csv")) == 200
    assert safe_name("ы" * 5000 + ".csv").endswith(".csv")


@pytest.mark.parametrize(
    "name", ["x" * 4000 + ".csv", "a\r\nX: y.csv", "\u202ecsv.exe", "<img src=x>.csv", "=1+1.csv"]
)
def test_a_strange_name_reaches_the_pages_harmless(world: World, name: str) -> None:
    body = {"territory": world.own.municipality.pk, "files": SimpleUploadedFile(name, b"\xd0\xa8;1\n;2\n")}
    response = client_of(world).post("/results/upload/", body, follow=True)
    assert response.status_code in {200, 400}
    page = response.content.decode()
    assert "<img src=x>" not in page
    for kept in ImportFile.objects.all():
        assert len(kept.name) <= 255
        assert "\r" not in kept.name
        assert "\u202e" not in kept.name
        assert re.fullmatch(r"imports/\d{4}/\d\d/[0-9a-f]{32}\.\w+", kept.content.name)


def test_a_table_of_the_registry_is_kept_under_a_random_name(world: World) -> None:
    body = {"file": SimpleUploadedFile("..\\..\\Лига.csv", CSV), "key": "name", "clears_empty": ""}
    response = client_of(world).post(reverse("registry:table", args=["stages"]), body)
    assert response.status_code in {302, 400}
    for kept in RegistryImport.objects.all():
        assert re.fullmatch(r"registry-imports/\d{4}/[0-9a-f]{32}\.csv", kept.file.name)
        assert kept.file_name == "Лига.csv"


def bomb(name: str = "word/document.xml") -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(name, b"0" * 80_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.docx", bomb()),
        ("t.docx", HTML),
        ("t.docm", b"PK"),
        ("t.html", HTML),
        ("t.docx", PDF),
        ("t.docx", b"PK\x03\x04"),
    ],
    ids=["bomb", "html", "macros", "ending", "pdf", "cut"],
)
def test_a_template_that_is_no_word_file_is_refused(
    world: World, tmp_path: Path, name: str, content: bytes
) -> None:
    body = {"territory": world.own.municipality.pk, "file": SimpleUploadedFile(name, content)}
    response = client_of(world).post(reverse("documents:template-upload"), body)
    assert response.status_code == 400
    assert files_in(tmp_path) == []


def test_a_form_without_a_right_does_not_even_keep_the_file(world: World, tmp_path: Path) -> None:
    body = {"territory": world.own.municipality.pk, "files": SimpleUploadedFile("a.csv", CSV)}
    assert client_of(world, "mentee").post("/results/upload/", body).status_code == 403
    assert Client().post("/results/upload/", body).status_code == 302
    assert files_in(tmp_path) == []
