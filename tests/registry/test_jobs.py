"""Long files are checked and written in the background: once, with the owner's present rights, with a way back."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import Actor
from mayak.kernel.access.sources import scope_of_actor
from mayak.kernel.jobs.models import JobState
from mayak.kernel.jobs.registry import JobError
from mayak.kernel.jobs.services import enqueue_job, run_now
from mayak.kernel.models import AuditEntry, Job
from mayak.registry import jobs
from mayak.registry.enums import ImportState
from mayak.registry.models import Organisation, RegistryImport, RegistryImportChange
from mayak.registry.services.import_trials import drop_import, keep_upload
from mayak.registry.views import tables
from tests.factories.registry import AuthorityFactory
from tests.registry.conftest import World

pytestmark = pytest.mark.django_db

HEAD = "Территория;Вид;Полное название;Краткое название;Логин ФИС ОКО\n"


@pytest.fixture(autouse=True)
def few_rows_are_many(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Three rows are a long file here."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(tables, "MANY_ROWS", 2)


@pytest.fixture
def owner(world: World, coordinator: Client) -> Actor:
    """The coordinator as an actor."""
    user = User.objects.get()
    return Actor(user_id=user.pk, label=user.email)


def schools(count: int) -> str:
    """A file of new schools."""
    return HEAD + "".join(
        f"Тосненский район;школа;Средняя школа № {n};МБОУ СОШ № {n};edu3000{n:02}\n"
        for n in range(10, 10 + count)
    )


def post(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("школы.csv", text.encode())
    return client.post(
        reverse("registry:table", args=["organisations"]), {"file": file, "key": "fis_oko_login"}
    )


def confirm(client: Client, upload: RegistryImport) -> Any:
    return client.post(reverse("registry:import-deed", args=[upload.pk, "confirm"]))


def page(client: Client, upload: RegistryImport) -> str:
    return client.get(reverse("registry:import", args=[upload.pk])).content.decode()


def checked(client: Client, count: int = 3) -> RegistryImport:
    """A long file whose check is done."""
    post(client, schools(count))
    run_now(Job.objects.get())
    return RegistryImport.objects.get()


def new_schools() -> int:
    return Organisation.objects.filter(fis_oko_login__startswith="edu3000").count()


def test_a_short_file_is_checked_in_the_request(coordinator: Client) -> None:
    answer = post(coordinator, schools(2))
    upload = RegistryImport.objects.get()
    assert answer.url == reverse("registry:import", args=[upload.pk])
    assert (upload.state, upload.created_count, upload.job) == (ImportState.CHECKED, 2, None)
    confirm(coordinator, upload)
    assert (new_schools(), Job.objects.count()) == (2, 0)


def test_a_long_file_is_checked_and_written_by_jobs_that_lead_back(coordinator: Client) -> None:
    answer = post(coordinator, schools(3))
    upload, trial = RegistryImport.objects.get(), Job.objects.get()
    assert answer.url == reverse("jobs:detail", args=[trial.pk])
    assert trial.link == reverse("registry:import", args=[upload.pk])
    assert upload.state == ImportState.CHECKING
    assert trial.get_absolute_url() in page(coordinator, upload)
    assert "/confirm/" not in page(coordinator, upload)
    run_now(trial)
    trial.refresh_from_db()
    assert (trial.state, trial.total, trial.result["создано"]) == (JobState.DONE, 3, 3)
    assert new_schools() == 0
    upload.refresh_from_db()
    assert (upload.state, upload.created_count) == (ImportState.CHECKED, 3)
    answer = confirm(coordinator, upload)
    write = Job.objects.exclude(pk=trial.pk).get()
    assert answer.url == reverse("jobs:detail", args=[write.pk])
    assert write.get_absolute_url() in page(coordinator, upload)
    assert "/confirm/" not in page(coordinator, upload)
    run_now(write)
    upload.refresh_from_db()
    assert (upload.state, new_schools()) == (ImportState.APPLIED, 3)
    assert AuditEntry.objects.get(action="import").who == upload.uploaded_by_label


class Handle:
    """A handle of a job whose steps are kept nowhere: every run believes that it is the first."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def progress(self, done: int, total: int | None = None, stage: str = "") -> None:
        """Say nothing."""

    def log(self, text: str) -> None:
        """Say nothing."""

    def once(self, _key: str) -> Any:
        """Always the first."""
        return Always()


class Always:
    """Enters with True."""

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_error: object) -> None:
        return None


def test_a_second_run_of_the_jobs_changes_nothing(coordinator: Client) -> None:
    upload = checked(coordinator)
    handle = Handle(Job.objects.get())
    before = (upload.plan_hash, upload.report)
    first = jobs.trial(handle, upload_id=upload.pk)
    upload.refresh_from_db()
    assert ((upload.plan_hash, upload.report), first["создано"]) == (before, 3)
    again = [jobs.write(handle, upload_id=upload.pk) for _run in range(2)]
    assert again[0] == again[1]
    assert (new_schools(), RegistryImportChange.objects.count()) == (3, 3)
    assert AuditEntry.objects.filter(action="import").count() == 1


def test_a_writing_that_is_killed_half_way_is_done_by_the_next_attempt(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = checked(coordinator)
    confirm(coordinator, upload)
    write = Job.objects.get(kind="registry.write")
    real = jobs.apply_import

    def killed(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise RuntimeError

    monkeypatch.setattr(jobs, "apply_import", killed)
    with pytest.raises(RuntimeError):
        run_now(write)
    upload.refresh_from_db()
    assert (new_schools(), upload.state) == (0, ImportState.CHECKED)
    monkeypatch.setattr(jobs, "apply_import", real)
    jobs.write(Handle(write), upload_id=upload.pk)
    jobs.write(Handle(write), upload_id=upload.pk)
    assert (new_schools(), AuditEntry.objects.filter(action="import").count()) == (3, 1)


def test_only_one_job_is_at_a_file(coordinator: Client, owner: Actor) -> None:
    upload = checked(coordinator)
    confirm(coordinator, upload)
    confirm(coordinator, upload)
    assert Job.objects.filter(kind="registry.write").count() == 1
    with pytest.raises(ValidationError) as refused:
        jobs.ask_write(upload, actor=owner)
    assert refused.value.messages == [gettext("A background job is at this file already.")]


def test_a_file_that_was_dropped_is_neither_checked_nor_written(coordinator: Client, owner: Actor) -> None:
    post(coordinator, schools(3))
    upload = RegistryImport.objects.get()
    drop_import(upload, actor=owner)
    assert run_now(Job.objects.get()).state == JobState.DONE
    upload.refresh_from_db()
    assert (upload.state, upload.report) == (ImportState.DROPPED, [])
    late = enqueue_job("registry.write", actor=owner, arguments={"upload_id": upload.pk})
    run_now(late)
    late.refresh_from_db()
    assert (late.state, late.error) == (JobState.FAILED, "Эта загрузка не ждёт подтверждения.")


def test_a_change_of_the_registry_since_the_check_stops_the_writing(
    world: World, coordinator: Client
) -> None:
    upload = checked(coordinator)
    confirm(coordinator, upload)
    Organisation.objects.filter(pk=world.school.pk).update(fis_oko_login="edu300010")
    run_now(Job.objects.get(kind="registry.write"))
    assert "После проверки реестр изменился. Проверьте файл ещё раз." in page(coordinator, upload)
    assert new_schools() == 1


def test_a_job_works_with_the_rights_that_its_owner_has_now(coordinator: Client, owner: Actor) -> None:
    upload = checked(coordinator)
    confirm(coordinator, upload)
    RoleAssignment.objects.all().delete()
    write = Job.objects.get(kind="registry.write")
    run_now(write)
    write.refresh_from_db()
    assert (write.state, write.error) == (
        JobState.FAILED,
        "Вам можно это смотреть, но не изменять.",
    )
    assert new_schools() == 0
    User.objects.update(is_active=False)
    assert scope_of_actor(owner, "registry.edit").is_empty


def test_a_job_does_not_carry_the_right_of_one_role_into_the_territory_of_another(
    world: World, coordinator: Client
) -> None:
    methodist = RoleAssignment.objects.create(
        user=User.objects.get(), role="methodist", organisation=AuthorityFactory(territory=world.other)
    )
    foreign = f"Кировский район;школа;Чужая школа;Чужая школа;{world.foreign.fis_oko_login}\n"
    post(coordinator, schools(3) + foreign)
    run_now(Job.objects.get())
    upload = RegistryImport.objects.get()
    assert (upload.updated_count, upload.rejected_count, upload.created_count) == (0, 1, 3)
    owner = Actor(user_id=methodist.user_id, label="")
    assert scope_of_actor(owner, "registry.edit") == world.scope
    assert scope_of_actor(owner, "findings.waive").territory_paths == (world.own.path, world.other.path)


def test_a_kept_file_that_cannot_be_read_says_why(world: World, owner: Actor) -> None:
    upload = keep_upload(
        "organisations",
        actor=owner,
        file_name="a.csv",
        content=b"a;b\n1;2\n",
        key="name",
        clears_empty=False,
        territory_path=world.own.path or "",
    )
    with pytest.raises(JobError, match="В файле нет строки с заголовками"):
        jobs.trial(Handle(jobs.ask_trial(upload, actor=owner)), upload_id=upload.pk)


def undo(client: Client, upload: RegistryImport) -> Any:
    return client.post(reverse("registry:import-deed", args=[upload.pk, "undo"]))


def written(client: Client) -> RegistryImport:
    """A long file that is written."""
    upload = checked(client)
    confirm(client, upload)
    run_now(Job.objects.get(kind="registry.write"))
    return upload


def test_a_long_file_is_undone_by_a_job(coordinator: Client) -> None:
    upload = written(coordinator)
    answer = undo(coordinator, upload)
    job = Job.objects.get(kind="registry.undo")
    assert answer.url == reverse("jobs:detail", args=[job.pk])
    assert "Файл большой: загрузка отменяется в фоне." in page(coordinator, upload)
    assert "/undo/" not in page(coordinator, upload)
    assert new_schools() == 3
    run_now(job)
    upload.refresh_from_db()
    assert (upload.state, new_schools()) == (ImportState.UNDONE, 0)
    jobs.undo(Handle(job), upload_id=upload.pk)
    assert AuditEntry.objects.filter(action="undo import").count() == 1


def test_undoing_what_changed_since_fails_with_the_names(world: World, coordinator: Client) -> None:
    upload = written(coordinator)
    Organisation.objects.filter(fis_oko_login="edu300010").update(short_name="Другое имя")
    undo(coordinator, upload)
    job = Job.objects.get(kind="registry.undo")
    run_now(job)
    job.refresh_from_db()
    assert (job.state, job.error) == (
        JobState.FAILED,
        "Загрузку нельзя отменить: после неё изменены строки (1): Другое имя.",
    )
    assert new_schools() == 3


def test_a_refused_deed_is_409_with_the_reason(coordinator: Client) -> None:
    upload = written(coordinator)
    answer = confirm(coordinator, upload)
    assert (answer.status_code, "Эта загрузка не ждёт подтверждения." in answer.content.decode()) == (
        409,
        True,
    )
    undo(coordinator, upload)
    run_now(Job.objects.get(kind="registry.undo"))
    answer = undo(coordinator, upload)
    assert answer.status_code == 409
    assert "Отменить можно только записанную загрузку." in answer.content.decode()
    assert (confirm(coordinator, upload).status_code, new_schools()) == (409, 0)
