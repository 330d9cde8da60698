"""Asks the antivirus of the operator about a file: a command that reads the standard input, or clamd.

The content goes through a pipe or a socket: a file with names of pupils never touches the disk for it.
"""

import shlex
import socket
import struct
import subprocess
from collections.abc import Iterable

from django.conf import settings

TIMEOUT = 60
_CHUNK = 1024 * 1024
_FOUND, _CLEAN = 1, 0
"""Exit codes on which clamscan, clamdscan and others agree; any other is a fault of the program."""


class InfectedError(Exception):
    """The antivirus found something; the text names it."""


class ScannerSilentError(Exception):
    """The antivirus is set but gave no verdict; the text says why, for the log."""


def is_set() -> bool:
    """Whether the operator has set an antivirus."""
    return bool(settings.ANTIVIRUS_COMMAND or settings.ANTIVIRUS_ADDRESS)


def scan(content: bytes) -> None:
    """Return where the content is clean or no antivirus is set.

    Raises:
        InfectedError: something was found.
        ScannerSilentError: there is no answer, so nobody knows.
    """
    if settings.ANTIVIRUS_ADDRESS:
        _ask_clamd(settings.ANTIVIRUS_ADDRESS, content)
    if settings.ANTIVIRUS_COMMAND:
        _run(shlex.split(settings.ANTIVIRUS_COMMAND), content)


def _run(command: list[str], content: bytes) -> None:
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603  # the operator's own command, no part of it comes from a request
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerSilentError(str(error)) from error
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode == _FOUND:
        raise InfectedError(said.partition("\n")[0][:200])
    if done.returncode != _CLEAN:
        raise ScannerSilentError(f"exit code {done.returncode}: {done.stderr.decode(errors='replace')[:500]}")


def _ask_clamd(address: str, content: bytes) -> None:
    """Speak INSTREAM of clamd: pieces with their length before them, an empty one at the end."""
    try:
        with _connected(address) as connection:
            for piece in _stream(content):
                connection.sendall(piece)
            answer = _read_all(connection)
    except OSError as error:
        raise ScannerSilentError(str(error)) from error
    if answer.endswith("FOUND"):
        raise InfectedError(answer.removeprefix("stream: ").removesuffix(" FOUND")[:200])
    if not answer.endswith("OK"):
        raise ScannerSilentError(answer[:500] or "no answer")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    try:
        return socket.create_connection((host, int(port)), timeout=TIMEOUT)
    except ValueError as error:
        raise OSError(f"MAYAK_ANTIVIRUS_ADDRESS is not host:port: {address}") from error


def _stream(content: bytes) -> Iterable[bytes]:
    yield b"zINSTREAM\0"
    for start in range(0, len(content), _CHUNK):
        piece = content[start : start + _CHUNK]
        yield struct.pack("!L", len(piece)) + piece
    yield struct.pack("!L", 0)


def _read_all(connection: socket.socket) -> str:
    parts = []
    while part := connection.recv(4096):
        parts.append(part)
    return b"".join(parts).rstrip(b"\0\n").decode(errors="replace")
