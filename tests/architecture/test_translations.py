"""Translations: everything that the source says is there in Russian, nothing half done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.architecture.source import PACKAGE


def untranslated(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    return message.fuzzy or not all(texts)


@pytest.mark.slow
def test_russian_is_complete(tmp_path: Path) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("xgettext is not installed (apt install gettext)")
    copy = tmp_path / "mayak"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.pyc", "static", "data", "districts"))
    command = [sys.executable, "-m", "django", "makemessages", "-l", "ru", "--no-wrap", "--no-obsolete"]
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, cwd=copy, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with (copy / "locale" / "ru" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file, locale="ru")
    left = [
        f"{message.locations[:1]} {message.id}" for message in catalog if message.id and untranslated(message)
    ]
    assert left == []


def test_placeholders_survive_the_translation() -> None:
    with (PACKAGE / "locale" / "ru" / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalog = read_po(file, locale="ru")
    broken = [(message.id, str(error)) for message, errors in catalog.check() for error in errors]
    assert broken == []
