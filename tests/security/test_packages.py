"""``mayak audit-packages``: clean, found, or an honest «nobody knows»."""

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from mayak.kernel.advisories import find_hits, locked_packages, plain_name
from tests.architecture.source import ROOT

LOCK = "# locked\ndjango-example==5.2.1 \\\n    --hash=sha256:00\nOther_Package[extra]==1.0 ; python_version > '3'\n"


def advisory(
    name: str, *, events: list[dict[str, str]], versions: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    return {
        "id": "PYSEC-2099-1", "aliases": ["CVE-2099-0001"], "summary": "Stored script",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": name}, "versions": list(versions),
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
        **more,
    }  # fmt: skip


BAD = advisory("Django.Example", events=[{"introduced": "5.0"}, {"fixed": "5.2.4"}])
OLD = advisory("django-example", events=[{"introduced": "0"}, {"fixed": "5.2.1"}])


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(LOCK)
    return path


def run(*words: object) -> tuple[int, str]:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("audit-packages", *map(str, words), stdout=out, stderr=err)
    return int(stopped.value.code or 0), out.getvalue() + err.getvalue()


def dump(folder: Path, *advisories: dict[str, Any]) -> Path:
    path = folder / "advisories.json"
    path.write_text(json.dumps(list(advisories)))
    return path


def test_a_known_weakness_is_named_with_its_way_out(lock: Path, tmp_path: Path) -> None:
    code, said = run("--lock", lock, "--advisories", dump(tmp_path, BAD, OLD))
    assert code == 1
    assert "django-example 5.2.1: PYSEC-2099-1 CVE-2099-0001 — Stored script (исправлено в 5.2.4)" in said
    assert "Сравнено 2 пакета. Найдена 1 известная уязвимость." in said


def test_nothing_known_is_said_so(lock: Path, tmp_path: Path, settings: Settings) -> None:
    settings.ADVISORIES = str(dump(tmp_path, OLD, {**BAD, "withdrawn": "2099-02-01T00:00:00Z"}))
    assert run("--lock", lock) == (0, "Сравнено 2 пакета. Известных уязвимостей нет.\n")


@pytest.mark.parametrize("content", [None, "", "{", "[]", "[1, 2]"])
def test_without_data_the_answer_is_no_all_clear(lock: Path, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "a.json"
    if content is not None:
        path.write_text(content)
    code, said = run("--lock", lock, "--advisories", path)
    assert code == 2
    assert "Не с чем сравнить" in said
    assert "MAYAK_ADVISORIES" in said


def test_a_missing_or_empty_lock_is_no_all_clear(tmp_path: Path) -> None:
    given = dump(tmp_path, OLD)
    assert run("--lock", tmp_path / "none.txt", "--advisories", given)[0] == 2
    (tmp_path / "empty.txt").write_text("# nothing\n")
    assert run("--lock", tmp_path / "empty.txt", "--advisories", given)[0] == 2


def test_a_zip_and_a_folder_are_read_too(lock: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "PYSEC-2099-1.json").write_text(json.dumps(BAD))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("PYSEC-2099-1.json", json.dumps(BAD))
    assert run("--lock", lock, "--advisories", tmp_path / "folder")[0] == 1
    assert run("--lock", lock, "--advisories", tmp_path / "all.zip")[0] == 1


@pytest.mark.parametrize(
    ("events", "versions", "hit"),
    [
        ([{"introduced": "0"}], (), True),
        ([{"introduced": "0"}, {"fixed": "5.2.1"}], (), False),
        ([{"introduced": "0"}, {"last_affected": "5.2.1"}], (), True),
        ([{"introduced": "0"}, {"last_affected": "5.2.0"}], (), False),
        ([{"introduced": "6.0"}], (), False),
        ([{"introduced": "5.2.0"}, {"fixed": "5.2.10"}], (), True),
        ([{"introduced": "0"}, {"fixed": "4.2"}, {"introduced": "5.0"}, {"fixed": "5.2.9"}], (), True),
        ([{"introduced": "6.0"}], ("5.2.1",), True),
        ([{"introduced": "what?"}], (), True),
    ],
)
def test_versions_are_compared_as_versions(
    events: list[dict[str, str]], versions: tuple[str, ...], hit: bool
) -> None:
    found = find_hits(
        {("django-example", "5.2.1")}, [advisory("django-example", events=events, versions=versions)]
    )
    assert bool(found) is hit


def test_other_ecosystems_are_not_ours() -> None:
    foreign = advisory("django-example", events=[{"introduced": "0"}])
    foreign["affected"][0]["package"]["ecosystem"] = "npm"
    assert find_hits({("django-example", "5.2.1")}, [foreign]) == []


class Service(BaseHTTPRequestHandler):
    """As much of api.osv.dev as is asked."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = [
            {"vulns": [{"id": BAD["id"]}]} if one["package"]["name"] == "django-example" else {}
            for one in asked
        ]
        self._answer({"results": results})

    def do_GET(self) -> None:
        self._answer(BAD)

    def _answer(self, data: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_service_is_asked_where_no_dump_is_given(lock: Path, service: str) -> None:
    code, said = run("--lock", lock, "--service", service)
    assert (code, "PYSEC-2099-1" in said) == (1, True)


def test_a_service_that_does_not_answer_is_no_all_clear(lock: Path) -> None:
    assert run("--lock", lock, "--service", "http://127.0.0.1:1")[0] == 2


def test_our_own_lock_is_read_whole() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = {line.partition("==")[0] for line in lines if line[:1].isalnum()}
    locked = locked_packages(ROOT / "requirements.txt")
    assert {plain_name(name) for name in names} == {name for name, _version in locked}
    assert len(locked) == sum("==" in line for line in lines if line[:1].isalnum())
    assert {"django", "argon2-cffi", "cryptography", "lxml"} <= names
