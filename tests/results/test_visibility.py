"""What is written becomes visible all at once, once, and one import at a time."""

import threading
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job, JobState
from mayak.registry.models import Territory
from mayak.results.enums import BatchState
from mayak.results.imports.receiving import Incoming, receive_files
from mayak.results.imports.stored import stored_source
from mayak.results.jobs import ask_apply
from mayak.results.models import ImportBatch, ParticipantResult, SchoolResult
from mayak.results.services import applying
from mayak.results.services.applying import apply_batch
from mayak.results.services.batches import BusyError
from mayak.results.services.trial import trial_run
from mayak.results.services.undoing import undo_batch
from tests.factories.registry import MunicipalityFactory, OrganisationFactory
from tests.factories.results import BatchFactory, ResultSubjectFactory, SchoolResultFactory
from tests.results.conftest import ACTOR, Load

pytestmark = pytest.mark.django_db

HEAD = "Логин;Код участника;Класс;Первичный балл;Отметка\n"
VPR = {"kind": "vpr", "year": 2024, "grade": 5, "subject_text": "Математика"}


@pytest.fixture
def district() -> Territory:
    ResultSubjectFactory()
    district = MunicipalityFactory()
    for number in (1, 2):
        OrganisationFactory(territory=district, fis_oko_login=f"edu10000{number}")
    return district


def rows(count: int, mark: int = 3) -> str:
    return HEAD + "".join(
        f"edu10000{1 + number % 2};{40000 + number};5А;{number % 20};{mark}\n" for number in range(count)
    )


def checked(district: Territory, text: str) -> ImportBatch:
    batch = receive_files(
        [Incoming("a.csv", text.encode())], actor=ACTOR, territory=district, settings={"defaults": VPR}
    )
    return trial_run(batch, stored_source(batch), actor=ACTOR)


def test_staged_rows_are_invisible_until_the_one_change_of_state(
    district: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = checked(district, rows(10))
    seen: list[tuple[int, int]] = []
    show = applying._show

    def look(*args: Any, **kwargs: Any) -> ImportBatch:
        seen.append((SchoolResult.objects.count(), SchoolResult.objects.visible().count()))
        return show(*args, **kwargs)

    monkeypatch.setattr(applying, "_show", look)
    apply_batch(batch, stored_source(batch), actor=ACTOR)
    assert seen == [(2, 0)]
    assert SchoolResult.objects.visible().count() == 2


def test_while_a_replacement_is_staged_the_old_rows_stay_visible(
    district: Territory, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(district, {"a.csv": rows(10)}, defaults=VPR)
    old = set(SchoolResult.objects.visible().values_list("pk", flat=True))
    batch = checked(district, rows(10, mark=4))
    seen: list[set[int]] = []
    show = applying._show

    def look(*args: Any, **kwargs: Any) -> ImportBatch:
        seen.append(set(SchoolResult.objects.visible().values_list("pk", flat=True)))
        return show(*args, **kwargs)

    monkeypatch.setattr(applying, "_show", look)
    apply_batch(batch, stored_source(batch), actor=ACTOR)
    assert seen == [old]
    assert not old & set(SchoolResult.objects.visible().values_list("pk", flat=True))


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("place", ["_stage_participants", "_show"])
def test_a_killed_import_is_taken_again_and_its_effect_happens_once(
    district: Territory, load: Load, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    load(district, {"a.csv": rows(10)}, defaults=VPR)
    batch = checked(district, rows(12, mark=5))

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(applying, place, die)
        with pytest.raises(Killed):
            apply_batch(
                batch, stored_source(batch), actor=ACTOR, writer="00000000-0000-0000-0000-000000000001"
            )
    assert SchoolResult.objects.visible().filter(marks_3__gt=0).count() == 2
    batch = ImportBatch.objects.get(pk=batch.pk)
    assert batch.state == BatchState.STAGING
    apply_batch(batch, stored_source(batch), actor=ACTOR, writer="00000000-0000-0000-0000-000000000001")
    assert SchoolResult.objects.filter(batch=batch).count() == 2
    assert ParticipantResult.objects.filter(result__batch=batch).count() == 12
    assert list(SchoolResult.objects.visible().values_list("marks_5", flat=True)) == [6, 6]


def test_only_one_import_is_written_at_a_time(district: Territory) -> None:
    other = BatchFactory(state=BatchState.STAGING)
    batch = checked(district, rows(4))
    with pytest.raises(BusyError, match=str(other.pk)):
        apply_batch(batch, stored_source(batch), actor=ACTOR)
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.CHECKED
    assert not SchoolResult.objects.exists()


def test_an_import_whose_job_is_over_does_not_block_the_others(district: Territory) -> None:
    dead = Job.objects.create(kind="results.apply", title="dead", owner_label="x", state=JobState.FAILED)
    stuck = BatchFactory(state=BatchState.STAGING, settings={"writer": str(dead.pk)})
    batch = checked(district, rows(4))
    apply_batch(batch, stored_source(batch), actor=ACTOR)
    stuck.refresh_from_db()
    assert stuck.state == BatchState.FAILED
    assert batch.state == BatchState.APPLIED


def test_a_second_job_does_not_write_what_another_one_is_writing(district: Territory) -> None:
    alive = Job.objects.create(kind="results.apply", title="alive", owner_label="x", state=JobState.RUNNING)
    batch = checked(district, rows(4))
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.STAGING, settings={**batch.settings, "writer": str(alive.pk)}
    )
    batch.refresh_from_db()
    with pytest.raises(BusyError):
        apply_batch(batch, stored_source(batch), actor=ACTOR, writer="00000000-0000-0000-0000-000000000002")


def test_nothing_is_undone_while_an_import_is_written(district: Territory, load: Load) -> None:
    first = load(district, {"a.csv": rows(4)}, defaults=VPR)
    writing = BatchFactory(state=BatchState.STAGING)
    with pytest.raises(ValidationError, match=f"№ {writing.pk}"):
        undo_batch(first, actor=ACTOR, reason="ошибка")
    assert SchoolResult.objects.visible().count() == 2


def test_the_job_writes_once_however_often_it_runs(district: Territory) -> None:
    batch = checked(district, rows(6))
    assert run_now(ask_apply(batch, actor=ACTOR)).state == JobState.DONE
    assert run_now(ask_apply(batch, actor=ACTOR)).state == JobState.DONE
    assert SchoolResult.objects.count() == 2
    assert Job.objects.filter(kind="results.checks").exists()


def test_visible_rows_cost_one_query(django_assert_num_queries: Any) -> None:
    SchoolResultFactory()
    with django_assert_num_queries(1):
        assert len(SchoolResult.objects.visible()) == 1


@pytest.mark.django_db(transaction=True)
def test_another_writer_waits_only_a_moment(tmp_path: Any) -> None:
    """Writes of somebody else pass between the portions of a staging (target: 2 s; here far less)."""
    ResultSubjectFactory()
    district = MunicipalityFactory()
    for number in (1, 2):
        OrganisationFactory(territory=district, fis_oko_login=f"edu10000{number}")
    batch = checked(district, rows(60_000))
    waits: list[float] = []
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            began = time.monotonic()
            BatchFactory(state=BatchState.UPLOADED, territory=district)
            waits.append(time.monotonic() - began)
            time.sleep(0.01)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    apply_batch(batch, stored_source(batch), actor=ACTOR)
    done.set()
    writer.join()
    assert ParticipantResult.objects.count() == 60_000
    assert max(waits) < 2
    assert len(waits) > 5
