"""The same form sent several times at once, by real threads: one effect, and words for whoever came second."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override
from pytest_django import Settings

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.documents.services import make_partnership_order
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.matching.models import MatchingRun
from mayak.matching.services import solve_run
from mayak.networks.models import Partnership
from mayak.registry.models import LegalAct, Organisation, ProgrammeStage, RegistryImport
from mayak.results.models import ImportBatch, SchoolResult
from tests.documents.conftest import FIELDS, District, approve
from tests.documents.conftest import district as paper_district  # noqa: F401  # a fixture
from tests.factories.accounts import RoleAssignmentFactory, UserFactory, sent_invitation
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, ProgrammeFactory
from tests.matching.conftest import ACTOR
from tests.matching.conftest import District as PairDistrict
from tests.matching.conftest import district as pair_district  # noqa: F401  # a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FOUND = 302
THREADS = 4
STAGES = "programme;name;position;starts_on;ends_on\nЛига;Начало;1;01.09.2023;31.12.2023\n"
RESULTS = "Логин;Школа;Предмет;Класс;Год;Участников;2;3;4;5\nsch1;СОШ № 1;Математика;5;2024;20;2;8;6;4\n"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """Kept files of one test."""
    settings.MEDIA_ROOT = tmp_path / "files"


def member(organisation: Organisation, role: str = Role.MUNICIPAL_COORDINATOR) -> User:
    return RoleAssignmentFactory(organisation=organisation, role=role).user


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def together(user: User | None, send: Callable[[Client], Any]) -> list[Any]:
    """Send from several sessions of the user at the same moment; return the answers."""
    clients = [client_of(user) if user else Client(raise_request_exception=False) for _ in range(THREADS)]
    gate = threading.Barrier(THREADS)
    answers: list[Any] = []

    def one(client: Client) -> None:
        try:
            gate.wait(timeout=30)
            answers.append(send(client))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(answers) == THREADS
    assert [answer.status_code for answer in answers if answer.status_code >= 500] == []
    return answers


def saying(answers: list[Any], source: str) -> int:
    """Count the pages that say this sentence, given as it stands in the source, in Russian."""
    with override("ru"):
        words = gettext(source).partition("%(")[0]
    assert words != source
    return sum(words in answer.content.decode() for answer in answers)


@pytest.fixture
def stages() -> tuple[User, RegistryImport]:
    """A checked table that waits for its confirmation."""
    place = MunicipalityFactory()
    ProgrammeFactory(territory=place, name="Лига", starts_on=None, ends_on=None)
    user = member(AuthorityFactory(territory=place))
    body = {"file": SimpleUploadedFile("a.csv", STAGES.encode()), "key": "name"}
    response = client_of(user).post(reverse("registry:table", args=["stages"]), body)
    assert response.status_code == 302, response.content.decode()
    return user, RegistryImport.objects.get()


def deed(upload: RegistryImport, name: str) -> str:
    return reverse("registry:import-deed", args=[upload.pk, name])


def test_an_import_of_the_registry_is_written_once(stages: tuple[User, RegistryImport]) -> None:
    user, upload = stages
    answers = together(user, lambda client: client.post(deed(upload, "confirm"), follow=True))
    assert ProgrammeStage.objects.count() == 1
    assert AuditEntry.objects.filter(action="import").count() == 1
    assert saying(answers, "The import is written.") == 1
    assert saying(answers, "This import is not waiting for a confirmation.") == THREADS - 1


def test_an_import_of_the_registry_is_undone_once(stages: tuple[User, RegistryImport]) -> None:
    user, upload = stages
    client_of(user).post(deed(upload, "confirm"))
    answers = together(user, lambda client: client.post(deed(upload, "undo"), follow=True))
    assert not ProgrammeStage.objects.exists()
    assert AuditEntry.objects.filter(action="undo import").count() == 1
    assert saying(answers, "Only a written import can be undone.") == THREADS - 1


def test_confirming_and_dropping_at_once_does_one_of_them(stages: tuple[User, RegistryImport]) -> None:
    user, upload = stages
    deeds = iter(["confirm", "drop"] * THREADS)
    lock = threading.Lock()

    def send(client: Client) -> Any:
        with lock:
            chosen = next(deeds)
        return client.post(deed(upload, chosen))

    together(user, send)
    upload.refresh_from_db()
    assert (upload.state == "applied") == ProgrammeStage.objects.exists()


@pytest.fixture
def batch() -> tuple[User, ImportBatch]:
    """A checked import of results."""
    place = MunicipalityFactory()
    user = member(AuthorityFactory(territory=place))
    body = {"territory": place.pk, "title": "", "files": [SimpleUploadedFile("r.csv", RESULTS.encode())]}
    client = client_of(user)
    assert client.post("/results/upload/", body).status_code == 302
    found = ImportBatch.objects.get()
    run_now(Job.objects.get(pk=found.job_id))
    client.post(f"/results/imports/{found.pk}/schools/create/")
    found.refresh_from_db()
    return user, found


def test_writing_results_is_started_once(batch: tuple[User, ImportBatch]) -> None:
    user, found = batch
    before = Job.objects.count()
    together(user, lambda client: client.post(f"/results/imports/{found.pk}/apply/", follow=True))
    started = Job.objects.count() - before
    for job in Job.objects.filter(state="waiting"):
        run_now(job)
    rows = SchoolResult.objects.count()
    assert started <= 1
    assert rows == SchoolResult.objects.values("organisation", "assessment").distinct().count()


def test_an_approved_pairing_makes_its_partnerships_once(pair_district: PairDistrict) -> None:  # noqa: F811  # the fixture
    run = solve_run(pair_district.run, actor=ACTOR)
    user = member(AuthorityFactory(territory=pair_district.territory))
    answers = together(
        user, lambda client: client.post(reverse("matching:approve", args=[run.pk]), follow=True)
    )
    assert Partnership.objects.filter(run=run).count() == run.pairs.count() > 0
    assert AuditEntry.objects.filter(action="approve").count() == 1
    assert {answer.status_code for answer in answers} <= {200, 400, 403, 409}


def test_two_pairings_of_one_year_are_not_both_approved(pair_district: PairDistrict) -> None:  # noqa: F811  # the fixture
    from tests.factories.matching import MatchingRunFactory

    first = solve_run(pair_district.run, actor=ACTOR)
    second = MatchingRunFactory(territory=pair_district.territory, school_year=first.school_year)
    runs = [first, solve_run(second, actor=ACTOR)]
    user = member(AuthorityFactory(territory=pair_district.territory))
    turn = iter(runs * THREADS)
    lock = threading.Lock()

    def send(client: Client) -> Any:
        with lock:
            run = next(turn)
        return client.post(reverse("matching:approve", args=[run.pk]), follow=True)

    together(user, send)
    assert MatchingRun.objects.filter(state="approved").count() == 1


def test_an_order_is_registered_once(paper_district: District) -> None:  # noqa: F811  # the fixture
    approve(paper_district.run)
    order = make_partnership_order(paper_district.run, actor=ACTOR, fields=FIELDS)
    user = member(paper_district.authority)
    body = {"number": "263", "date": "2024-10-12"}
    url = reverse("documents:register", args=[order.pk])
    answers = together(user, lambda client: client.post(url, body, follow=True))
    assert LegalAct.objects.filter(number="263").count() == 1
    assert AuditEntry.objects.filter(action="register").count() == 1
    assert saying(answers, "The order of this pairing is registered already: %(act)s.") == THREADS - 1


def test_an_invitation_is_accepted_once() -> None:
    invitation, token = sent_invitation()
    body = {"password": "длинный пароль 42", "again": "длинный пароль 42"}
    url = reverse("accounts:invited", args=[token])
    answers = together(None, lambda client: client.post(url, body))
    assert User.objects.filter(email=invitation.email).count() == 1
    assert RoleAssignment.objects.filter(organisation=invitation.organisation).count() == 1
    came_in = [answer for answer in answers if answer.status_code == FOUND]
    late = {answer.status_code for answer in answers} - {FOUND}
    assert len(came_in) == 1
    assert late <= {200, 404}  # the link is dead, or: there is an account now, sign in


def test_a_role_is_given_once() -> None:
    authority = AuthorityFactory()
    user = member(authority)
    other = UserFactory()
    RoleAssignmentFactory(user=other, role=Role.METHODIST, organisation=authority)
    body = {"role": Role.PROGRAM_CURATOR, "organisation": authority.pk, "basis_text": "приказ 5"}
    together(user, lambda client: client.post(reverse("accounts:role-grant", args=[other.pk]), body))
    assert RoleAssignment.objects.filter(user=other, role=Role.PROGRAM_CURATOR).count() <= 1


def test_a_double_click_makes_one_act() -> None:
    authority = AuthorityFactory()
    body = {
        "territory": authority.territory_id, "issuer": "Комитет", "kind": "order", "number": "5",
        "date": "2024-09-01", "title": "О школах", "state": "in_force",
    }  # fmt: skip
    answers = together(
        member(authority), lambda client: client.post(reverse("registry:acts-create"), body, follow=True)
    )
    assert LegalAct.objects.count() == 1
    assert saying(answers, "This act is registered already.") == THREADS - 1


def test_the_checks_of_the_registry_are_started_together_without_a_fault() -> None:
    user = member(AuthorityFactory())
    together(user, lambda client: client.post(reverse("findings:check"), follow=True))
    for job in Job.objects.filter(state="waiting"):
        run_now(job)
    assert not Job.objects.filter(state="failed").exists()
