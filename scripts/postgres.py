"""Finds or starts a PostgreSQL server for the tests.

``start`` prints ``URL FOLDER``: the address for MAYAK_DATABASE_URL and, where a server was started, its folder (for
``stop``). Tried in this order: MAYAK_TEST_PG, a server on this machine, the Debian binaries (as user postgres when
run by root, since the server refuses root). Exit code 1 and a word on stderr: none was found.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")


def usable(url: str) -> bool:
    """Whether the server answers and lets us create databases."""
    try:
        with psycopg.connect(maintenance(url), connect_timeout=3) as connection:
            row = connection.execute(
                "select rolcreatedb or rolsuper from pg_roles where rolname = current_user"
            ).fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def maintenance(url: str) -> str:
    """Return the address of the database that every server has."""
    return url.rpartition("/")[0] + "/postgres"


def local_urls() -> Iterator[str]:
    """Yield the addresses at which a local server is usually found."""
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    users = [os.environ.get("PGUSER", ""), "postgres", os.environ.get("USER", "")]
    for user in dict.fromkeys(name for name in users if name):
        yield f"postgresql://{user}@{host}:{port}/mayak_{os.getpid()}"


def binaries() -> Path | None:
    """Return the folder of the newest Debian server."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


def run(command: list[str], home: Path) -> None:
    """Run a server tool, as user postgres when we are root."""
    as_server = ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command
    done = subprocess.run(as_server, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603  # our own list
    if done.returncode:
        raise RuntimeError(f"{' '.join(as_server)}: {done.stderr or done.stdout}")


def start_own(folder: Path) -> tuple[str, Path]:
    """Start a server of one's own in a temporary folder; return its address and the folder."""
    home = Path(tempfile.mkdtemp(prefix="mayak-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={home} -c fsync=off"
    run(
        [
            str(folder / "initdb"),
            "-D",
            str(home / "data"),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "-N",
        ],
        home,
    )
    log = ["-l", str(home / "server.log"), "-w", "-t", "60", "-o", options]
    run([str(folder / "pg_ctl"), "-D", str(home / "data"), *log, "start"], home)
    return f"postgresql://postgres@127.0.0.1:{port}/mayak_{os.getpid()}", home


def start() -> int:
    """Print the address of a server."""
    given = os.environ.get("MAYAK_TEST_PG", "")
    if given:
        if not usable(given):
            sys.stderr.write(f"MAYAK_TEST_PG: сервер {given} не отвечает или не даёт создавать базы\n")
            return 1
        sys.stdout.write(f"{given} \n")
        return 0
    for url in local_urls():
        if usable(url):
            sys.stdout.write(f"{url} \n")
            return 0
    folder = binaries()
    if folder is None:
        sys.stderr.write("Сервер PostgreSQL не установлен.\n")
        return 1
    try:
        url, home = start_own(folder)
    except (RuntimeError, OSError, LookupError) as error:
        sys.stderr.write(f"Сервер PostgreSQL не запустился: {error}\n")
        return 1
    sys.stdout.write(f"{url} {home}\n")
    return 0


def stop(home: Path) -> int:
    """Stop the server that ``start`` started, and remove its folder."""
    folder = binaries()
    if folder is not None and (home / "data").is_dir():
        run([str(folder / "pg_ctl"), "-D", str(home / "data"), "-m", "immediate", "stop"], home)
    shutil.rmtree(home, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(start() if sys.argv[1] == "start" else stop(Path(sys.argv[2])))
