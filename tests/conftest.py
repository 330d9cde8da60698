"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("MAYAK_SHARED_DATA", ROOT.parent / "shared" / "data"))


DATABASE_FIXTURES = {"db", "django_db_setup", "live_server", "transactional_db"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches no database is the same on each: it bears the mark ``once`` and is left out on the second one.

    So are tests of pages (``test_…_pages.py``): what the pages call is tested on each database, and the search for leaks
    opens every page and export on PostgreSQL.
    """
    for item in items:
        touches = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(
            getattr(item, "fixturenames", ())
        )
        if not touches or item.path.stem.endswith("_pages"):
            item.add_marker("once")


@pytest.fixture(autouse=True)
def language_of_the_settings() -> Iterator[None]:
    """A request in another language leaves it in the thread; the next test begins with the product's own."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def emptied_tables() -> Iterator[None]:
    """Tests with transactions of their own empty all tables at the end; the audit log lets nobody else do that."""
    from mayak.kernel.audit import triggers
    from mayak.kernel.readings import triggers as reading_triggers

    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_all(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        triggers.remove(operations.connection)
        reading_triggers.remove(operations.connection)
        flush(operations, statements)
        triggers.install(operations.connection)
        reading_triggers.install(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_all)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; a test that needs it is skipped, visibly, where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real data files are not at {SHARED_DATA}")
    return SHARED_DATA
