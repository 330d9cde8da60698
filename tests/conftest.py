"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("MAYAK_SHARED_DATA", ROOT.parent / "shared" / "data"))


@pytest.fixture(autouse=True)
def language_of_the_settings() -> Iterator[None]:
    """A request in another language leaves it in the thread; the next test begins with the product's own."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; a test that needs it is skipped, visibly, where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data files are not at {SHARED_DATA}")
    return SHARED_DATA
