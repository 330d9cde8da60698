"""The antivirus of the operator is asked about every upload; without its word nothing gets in."""

import logging
import shutil
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from mayak.kernel.uploads import antivirus
from mayak.results.models import ImportBatch
from tests.architecture.access_objects import World, arguments_of, make_world
from tests.security.test_requests import addresses, client_of, close

pytestmark = pytest.mark.django_db
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CLEAN = "Школа;Балл\nСОШ № 1;5\n"
SCANNER = """
import sys, time
found = b"EICAR" in sys.stdin.buffer.read()
print("stream: Eicar-Signature FOUND" if found else "stream: OK")
sys.exit(1 if found else 0)
"""


@pytest.fixture
def scanner(settings: Settings, tmp_path: Path) -> Settings:
    """A program like clamscan that reads the file from its standard input."""
    script = tmp_path / "scanner.py"
    script.write_text(SCANNER)
    settings.ANTIVIRUS_COMMAND = f"{sys.executable} {script}"
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings


@pytest.fixture
def world() -> World:
    return make_world()


def upload(world: World, text: str) -> Any:
    file = SimpleUploadedFile("итоги.csv", text.encode())
    body = {"territory": world.own.municipality.pk, "title": "", "files": [file]}
    return client_of(world).post("/results/upload/", body)


def test_an_infected_file_is_refused_in_words_and_a_line_of_the_log(
    scanner: Settings, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    response = upload(world, CLEAN + EICAR)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Антивирус нашёл угрозу в файле итоги.csv" in page
    assert "Eicar-Signature" in page
    assert not ImportBatch.objects.exists()
    assert any("upload refused" in record.getMessage() for record in caplog.records)


def test_a_clean_file_goes_on(scanner: Settings, world: World) -> None:
    assert upload(world, CLEAN).status_code == 302
    assert ImportBatch.objects.count() == 1


def test_one_infected_file_of_many_stops_all(scanner: Settings, world: World) -> None:
    files = [SimpleUploadedFile("a.csv", CLEAN.encode()), SimpleUploadedFile("b.csv", EICAR.encode())]
    body = {"territory": world.own.municipality.pk, "title": "", "files": files}
    assert client_of(world).post("/results/upload/", body).status_code == 400
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "command",
    ["/no/such/scanner -", f"{shutil.which('false') or '/bin/false'}2", "sh -c 'exit 2'", "sh -c 'kill $$'"],
)
def test_a_scanner_that_gives_no_verdict_lets_nothing_in(
    settings: Settings, world: World, command: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ANTIVIRUS_COMMAND = command
    response = upload(world, CLEAN)
    assert response.status_code == 503
    assert "Антивирус не отвечает" in response.content.decode()
    assert not ImportBatch.objects.exists()
    assert any(record.levelno == logging.ERROR for record in caplog.records)


def test_a_scanner_that_hangs_is_not_waited_for(
    settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(antivirus, "TIMEOUT", 0.2)
    settings.ANTIVIRUS_COMMAND = "sleep 30"
    assert upload(world, CLEAN).status_code == 503


def test_no_form_of_the_site_takes_an_infected_file(scanner: Settings, world: World) -> None:
    """Whatever the page: the answer comes before the page is asked."""
    client = client_of(world)
    for url in (
        reverse("registry:table", args=["schools"]), reverse("registry:acts-create"), "/results/upload/",
        reverse("documents:template-upload"), reverse("identification:status-import"),
        reverse("accounts:consent-record", args=[arguments_of("accounts:consent-record", world, "own", None)["pk"]]),
    ):  # fmt: skip
        for field in ("file", "files", "scan", "any"):
            response = close(client.post(url, {field: SimpleUploadedFile("x.pdf", EICAR.encode())}))
            assert response.status_code == 400, url
            assert "Eicar-Signature" in response.content.decode(), url


def test_the_name_of_a_file_is_no_part_of_the_command(
    scanner: Settings, world: World, tmp_path: Path
) -> None:
    name = f"$(touch {tmp_path}/owned);`touch {tmp_path}/owned`.csv"
    file = SimpleUploadedFile(name, CLEAN.encode())
    client_of(world).post("/results/upload/", {"territory": world.own.municipality.pk, "files": [file]})
    assert not (tmp_path / "owned").exists()


class Clamd:
    """Speaks as much of clamd as is needed: INSTREAM, one answer."""

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer = answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    content += stream.read(size)
                verdict = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if b"EICAR" in content else b"stream: OK\0"
                connection.sendall(verdict if self.answer is None else self.answer)


@pytest.fixture
def clamd(settings: Settings, tmp_path: Path) -> Iterator[Clamd]:
    daemon = Clamd()
    settings.ANTIVIRUS_ADDRESS = daemon.address
    settings.MEDIA_ROOT = tmp_path / "files"
    yield daemon
    daemon.socket.close()


def test_clamd_is_asked_over_its_socket(clamd: Clamd, world: World) -> None:
    refused = upload(world, CLEAN + EICAR)
    assert refused.status_code == 400
    assert "Win.Test.EICAR_HDB-1" in refused.content.decode()
    assert upload(world, CLEAN).status_code == 302


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"FOUND it? no\0"])
def test_clamd_that_does_not_say_ok_lets_nothing_in(clamd: Clamd, world: World, answer: bytes) -> None:
    clamd.answer = answer
    assert upload(world, CLEAN).status_code == 503
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/no/such/socket", "nonsense"])
def test_clamd_that_is_not_there_lets_nothing_in(settings: Settings, world: World, address: str) -> None:
    settings.ANTIVIRUS_ADDRESS = address
    assert upload(world, CLEAN).status_code == 503


def test_a_page_without_a_file_needs_no_antivirus(settings: Settings, world: World) -> None:
    settings.ANTIVIRUS_ADDRESS = "127.0.0.1:1"
    client = client_of(world)
    broken = [
        url
        for url, body in list(addresses(world, "POST"))[::12]
        if close(client.post(url, body)).status_code == 503
    ]
    assert broken == []
