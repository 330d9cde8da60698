"""The two commands: what they say to a person who has never seen them."""

import socket
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

SCRIPTS = [ROOT / "run", ROOT / "test", ROOT / "scripts" / "environment.sh"]


def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    given = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}
    return subprocess.run(
        command, cwd=ROOT, env=given, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_posix(path: Path) -> None:
    done = run("sh", "-n", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "[[" not in path.read_text()


@pytest.mark.parametrize("name", ["run", "test"])
def test_help(name: str) -> None:
    done = run("sh", name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"./{name} — ")


@pytest.mark.parametrize("port", ["", "abc", "0", "70000"])
def test_a_wrong_port_is_told(port: str) -> None:
    done = run("sh", "run", f"--port={port}")
    assert done.returncode == 1
    assert f"порт — это число от 1 до 65535, а указано «{port}»" in done.stderr


def test_an_old_python_is_told_with_the_way_out(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    old.chmod(0o755)
    for tool in ("dirname", "sh", "cat"):
        (tmp_path / tool).symlink_to(Path("/usr/bin") / tool)
    done = run("/bin/sh", "run", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "нужен Python 3.11 или новее, а здесь Python 3.9.2." in done.stderr
    assert "apt install python3 python3-venv" in done.stderr


def test_no_python_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = run("/bin/sh", "run", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "Python не найден." in done.stderr


def test_a_taken_port_is_found() -> None:
    """The same probe as in ./run: a listener on the port makes it fail."""
    probe = (ROOT / "run").read_text().partition("<<'CODE'\n")[2].partition("\nCODE")[0]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = str(listener.getsockname()[1])
        assert run("python3", "-c", probe, port).returncode == 1
    assert run("python3", "-c", probe, port).returncode == 0
