"""What the tests of the results share: a place for files, a loader, people."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from mayak.accounts.enums import Role
from mayak.kernel.access import Actor
from mayak.registry.models import Territory
from mayak.results.imports.receiving import Incoming, receive_files
from mayak.results.imports.stored import stored_source
from mayak.results.models import ImportBatch
from mayak.results.services.applying import apply_batch
from mayak.results.services.trial import trial_run
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import AuthorityFactory, CountryFactory

ACTOR = Actor(user_id=None, label="tests")
CREATE = {"create_schools": "coded", "create_territories": True, "create_subjects": True}

Load = Callable[..., ImportBatch]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """Kept files of one test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    root: Path = settings.MEDIA_ROOT
    return root


@pytest.fixture
def country(db: None) -> Territory:
    """A country without regions."""
    return CountryFactory(name="Страна")


@pytest.fixture
def load() -> Load:
    """Receive, try and write: ``load(territory, {"a.csv": "…"}, options=…, defaults=…, trial=True)``."""

    def loader(
        territory: Territory,
        files: dict[str, str | bytes | Path],
        *,
        options: dict[str, Any] | None = None,
        defaults: dict[str, Any] | None = None,
        only_trial: bool = False,
    ) -> ImportBatch:
        incoming = [
            Incoming(name, data.encode() if isinstance(data, str) else data) for name, data in files.items()
        ]
        settings = {"options": options or {}, "defaults": defaults or {}}
        batch = receive_files(incoming, actor=ACTOR, territory=territory, settings=settings)
        trial_run(batch, stored_source(batch), actor=ACTOR)
        if not only_trial:
            apply_batch(batch, stored_source(batch), actor=ACTOR)
        return batch

    return loader


@pytest.fixture
def coordinator_client(client: Client) -> Callable[[Territory], Client]:
    """A signed-in coordinator of a territory."""

    def sign_in(territory: Territory, role: str = Role.MUNICIPAL_COORDINATOR) -> Client:
        user = UserFactory()
        RoleAssignmentFactory(user=user, role=role, organisation=AuthorityFactory(territory=territory))
        client.force_login(user)
        return client

    return sign_in


def table_state(*names: str) -> dict[str, tuple[int, str]]:
    """Rows and a hash of the content of tables: to prove that nothing was written."""
    found: dict[str, tuple[int, str]] = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"SELECT * FROM {name} ORDER BY id")  # noqa: S608 - names of the tests
            rows = cursor.fetchall()
            found[name] = (len(rows), hashlib.sha256(repr(rows).encode()).hexdigest())
    return found


RESULT_TABLES = (
    "results_schoolresult",
    "results_participantresult",
    "results_contextvalue",
    "results_nonobjectivitymarker",
    "results_assessment",
    "results_contextindicator",
    "results_schoollink",
    "registry_organisation",
    "registry_organisationname",
    "registry_territory",
    "registry_subject",
    "registry_schoolyear",
    "registry_namelinkdecision",
)
