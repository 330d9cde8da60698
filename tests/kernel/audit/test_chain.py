"""The chain of seals: whoever touches an entry breaks it at that place."""

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit import chain, triggers
from mayak.kernel.audit.chain import BEGINNING, COLUMNS, head, seal, seal_hash, seal_missing
from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.audit.verifying import Break, Kind, verify
from mayak.kernel.jobs.services import enqueue_job, run_now
from mayak.kernel.models import Job, PersonKey
from mayak.kernel.personal.services import destroy_person_key
from mayak.registry.services.territories import move_paths

pytestmark = pytest.mark.django_db

OLD = timezone.now() - dt.timedelta(hours=2)


def write(action: str, **values: Any) -> AuditEntry:
    return record_bulk(Job, actor=SYSTEM, action=action, row_count=1, **values)


@pytest.fixture
def five(db: None) -> list[AuditEntry]:
    """Five sealed entries."""
    entries = [write(f"deed {number}") for number in range(1, 6)]
    for entry in entries:
        seal([entry.pk])
    return entries


def tamper(statement: str, *params: Any) -> None:
    """Do what only somebody with all rights to the database can do: take the triggers away and write."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            statement.replace("ENTRY", AuditEntry._meta.db_table).replace("SEAL", AuditSeal._meta.db_table),
            params,
        )
    triggers.install(connection)


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code and the output of the command."""
    out = StringIO()
    with pytest.raises(SystemExit) as stopped, override("ru"):
        call_command("verify-audit", *arguments, stdout=out, stderr=out)
    code = stopped.value.code
    assert isinstance(code, int)
    return code, out.getvalue()


def test_an_untouched_log_is_whole(five: list[AuditEntry]) -> None:
    verdict = verify()
    assert (verdict.is_whole, verdict.sealed, verdict.waiting, verdict.position) == (True, 5, 0, 5)
    code, words = run()
    assert code == 0
    assert f"5:{verdict.hash}" in words


def test_an_empty_log_is_whole() -> None:
    assert (verify().is_whole, verify().position, verify().hash) == (True, 0, BEGINNING)


def test_a_seal_is_the_hash_of_the_stored_entry_and_the_seal_before(five: list[AuditEntry]) -> None:
    first, second = AuditSeal.objects.all()[:2]
    stored = AuditEntry.objects.values(*COLUMNS).get(pk=five[1].pk)
    assert second.hash == seal_hash(first.hash, second.at, stored)


def test_a_column_that_is_added_later_changes_no_hash(five: list[AuditEntry]) -> None:
    stored = AuditEntry.objects.values(*COLUMNS).get(pk=five[0].pk)
    now = timezone.now()
    assert seal_hash("", now, {**stored, "new": "", "other": None}) == seal_hash("", now, stored)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("action", "another"),
        ("actor_label", "somebody"),
        ("row_count", 2),
        ("changes", json.dumps({"a": 1})),
        ("at", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        ("territory_path", "/9/"),
        ("request_id", "abc"),
    ],
)
def test_a_changed_entry_is_named(five: list[AuditEntry], change: str, value: Any) -> None:
    tamper(f"UPDATE ENTRY SET {change} = %s WHERE id = %s", value, five[2].pk)  # noqa: S608  # columns of the model
    assert verify().broken == Break(Kind.CHANGED, 3, five[2].pk)
    code, words = run()
    assert code == 1
    assert f"запись № {five[2].pk}" in words


def test_the_first_of_two_changed_entries_is_named(five: list[AuditEntry]) -> None:
    tamper("UPDATE ENTRY SET action = 'x' WHERE id IN (%s, %s)", five[3].pk, five[1].pk)
    verdict = verify()
    assert (verdict.broken, verdict.sealed) == (Break(Kind.CHANGED, 2, five[1].pk), 1)


def test_a_deleted_entry_is_named(five: list[AuditEntry]) -> None:
    tamper("DELETE FROM ENTRY WHERE id = %s", five[1].pk)
    assert verify().broken == Break(Kind.DELETED, 2, five[1].pk)


def test_an_entry_deleted_with_its_seal_leaves_a_gap(five: list[AuditEntry]) -> None:
    tamper("DELETE FROM ENTRY WHERE id = %s", five[1].pk)
    tamper("DELETE FROM SEAL WHERE entry_id = %s", five[1].pk)
    assert verify().broken == Break(Kind.UNSEATED, 2)


def test_even_when_the_positions_are_closed_up(five: list[AuditEntry]) -> None:
    tamper("DELETE FROM ENTRY WHERE id = %s", five[1].pk)
    tamper("DELETE FROM SEAL WHERE entry_id = %s", five[1].pk)
    for position in (3, 4, 5):
        tamper("UPDATE SEAL SET position = %s WHERE position = %s", position - 1, position)
    assert verify().broken == Break(Kind.CHANGED, 2, five[2].pk)  # «or the one sealed before it was deleted»


@pytest.mark.parametrize("forged", [True, False])
def test_an_entry_that_was_put_in_is_named(five: list[AuditEntry], forged: bool) -> None:
    stranger = write("never happened")
    for position in (5, 4, 3):
        tamper("UPDATE SEAL SET position = %s WHERE position = %s", position + 1, position)
    before = AuditSeal.objects.get(position=2).hash
    now = timezone.now()
    stored = AuditEntry.objects.values(*COLUMNS).get(pk=stranger.pk)
    digest = seal_hash(before, now, stored) if forged else "f" * 64
    tamper("INSERT INTO SEAL (position, entry_id, hash, at) VALUES (3, %s, %s, %s)", stranger.pk, digest, now)
    assert verify().broken == Break(Kind.INSERTED, 3, stranger.pk)


def test_entries_that_changed_places_are_named(five: list[AuditEntry]) -> None:
    tamper("UPDATE SEAL SET entry_id = -1 WHERE position = 2")
    tamper("UPDATE SEAL SET entry_id = %s WHERE position = 4", five[1].pk)
    tamper("UPDATE SEAL SET entry_id = %s WHERE position = 2", five[3].pk)
    assert verify().broken == Break(Kind.REORDERED, 2, five[3].pk)


def test_whole_seals_that_changed_places_are_named(five: list[AuditEntry]) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        tamper("UPDATE SEAL SET position = %s WHERE position = %s", new, old)
    assert verify().broken == Break(Kind.REORDERED, 2, five[3].pk)


def test_without_a_kept_head_a_cut_tail_is_not_seen_with_it_it_is(five: list[AuditEntry]) -> None:
    kept = head()
    tamper("DELETE FROM ENTRY WHERE id = %s", five[4].pk)
    tamper("DELETE FROM SEAL WHERE entry_id = %s", five[4].pk)
    assert verify().is_whole
    assert verify(kept=kept).broken == Break(Kind.CUT, 5)
    code, words = run("--head", f"{kept[0]}:{kept[1]}")
    assert code == 1
    assert "обрезан" in words


def test_a_log_that_was_computed_anew_does_not_fit_the_kept_head(five: list[AuditEntry]) -> None:
    kept = head()
    tamper("UPDATE ENTRY SET action = 'x' WHERE id = %s", five[0].pk)
    tamper("DELETE FROM SEAL")
    seal_missing()
    assert verify().is_whole
    assert verify(kept=kept).broken == Break(Kind.REWRITTEN, 5, five[4].pk)


def test_a_kept_head_fits_when_the_log_has_grown(five: list[AuditEntry]) -> None:
    kept = head()
    seal([write("later").pk])
    assert verify(kept=kept).is_whole
    assert verify(kept=(0, BEGINNING)).is_whole


def test_a_new_entry_may_wait_for_its_seal_an_old_one_not(five: list[AuditEntry]) -> None:
    entry = write("just now")
    assert (verify().is_whole, verify().waiting) == (True, 1)
    tamper("UPDATE ENTRY SET at = %s WHERE id = %s", OLD, entry.pk)
    assert verify().broken == Break(Kind.UNSEALED, None, entry.pk)


def test_missing_triggers_are_told(five: list[AuditEntry]) -> None:
    triggers.remove(connection)
    code, words = run()
    assert code == 1
    assert "больше не отказывает" in words


def test_the_verdict_for_programs(five: list[AuditEntry]) -> None:
    code, text = run("--json")
    told = json.loads(text)
    assert (code, told["whole"], told["sealed"], told["broken"]) == (0, True, 5, None)
    assert told["head"] == {"position": 5, "hash": head()[1]}
    tamper("UPDATE ENTRY SET action = 'x' WHERE id = %s", five[2].pk)
    code, text = run("--json")
    assert (code, json.loads(text)["broken"]) == (1, {"kind": "changed", "position": 3, "entry": five[2].pk})


@pytest.mark.parametrize("text", ["", "5", "5:", "x:" + "0" * 64, "5:" + "G" * 64, "-1:" + "0" * 64])
def test_a_head_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError):
        call_command("verify-audit", "--head", text)


def test_a_database_that_cannot_be_read_is_another_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def broken(**_kept: Any) -> None:
        raise OperationalError("no such host")

    command: Any = __import__("mayak.kernel.management.commands.verify-audit", fromlist=["verify"])
    monkeypatch.setattr(command, "verify", broken)
    assert run()[0] == 2


def test_a_moved_territory_and_an_erased_person_break_nothing(five: list[AuditEntry]) -> None:
    actor = Actor(5, "anna@example.org")
    entries = [
        write("a", territory_path="/1/7/"),
        record_bulk(Job, actor=actor, action="b", row_count=1),
    ]
    seal([entry.pk for entry in entries])
    move_paths("/1/", "/2/")
    destroy_person_key("accounts.user:5", actor=SYSTEM)
    assert PersonKey.objects.get(subject="accounts.user:5").is_destroyed
    assert verify().is_whole


def test_a_long_chain_is_read_in_portions(five: list[AuditEntry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mayak.kernel.audit.verifying.PORTION", 2)
    assert verify().sealed == 5
    tamper("UPDATE ENTRY SET action = 'x' WHERE id = %s", five[4].pk)
    assert verify().broken == Break(Kind.CHANGED, 5, five[4].pk)


def test_entries_are_sealed_when_their_transaction_stands(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        write("a")
        write("b")
        assert head()[0] == 0
    assert (head()[0], verify().waiting) == (2, 0)


def test_what_was_rolled_back_is_not_sealed(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    from django.db import transaction

    def fail() -> None:
        with transaction.atomic():
            write("never happened")
            raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True):
        write("a")
        with pytest.raises(RuntimeError):
            fail()
        write("b")
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["a", "b"]
    assert AuditSeal.objects.count() == 2


def test_an_entry_is_sealed_once(five: list[AuditEntry]) -> None:
    assert seal([entry.pk for entry in five]) == 0
    assert seal([]) == 0


def test_the_job_seals_what_was_left_and_tells_the_head() -> None:
    for number in range(3):
        write(str(number))
    job = run_now(enqueue_job("kernel.seal", actor=SYSTEM))
    assert AuditSeal.objects.count() == AuditEntry.objects.count() == 3
    assert f"3:{head()[1]}" in job.result.values()


def test_the_rest_is_sealed_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "PORTION", 2)
    for number in range(5):
        write(str(number))
    assert seal_missing() == 5
    assert verify().is_whole


def test_sealing_costs_a_fixed_number_of_queries(django_assert_max_num_queries: Callable[[int], Any]) -> None:
    for count in (1, 30):
        keys = [write(str(number)).pk for number in range(count)]
        with django_assert_max_num_queries(6):
            seal(keys)
