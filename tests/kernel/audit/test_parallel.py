"""Many writers at once: the chain stays whole, and nobody waits for a long transaction because of it."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.models import AuditEntry, AuditSeal
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.audit.verifying import verify
from mayak.kernel.models import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WRITER = Path(__file__).with_name("parallel_writer.py")
ROOT = Path(__file__).resolve().parents[3]


def start(name: str, count: int) -> "subprocess.Popen[bytes]":
    database = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.Popen(
        [sys.executable, str(WRITER), database, name, str(count)], cwd=ROOT, env=environment
    )


def test_four_processes_make_one_chain() -> None:
    writers = [start(f"writer {number}", 60) for number in range(4)]
    assert [writer.wait(timeout=240) for writer in writers] == [0] * 4
    verdict = verify()
    kept = sum(1 for number in range(60) if number % 7 != 3) * 4
    assert (verdict.broken, verdict.sealed, verdict.waiting) == (None, kept, 0)


def test_threads_of_one_process_make_one_chain() -> None:
    def write() -> None:
        try:
            for number in range(20):
                record_bulk(Job, actor=SYSTEM, action="x", row_count=number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify()
    assert (verdict.broken, verdict.sealed, verdict.waiting) == (None, 120, 0)


def test_a_killed_writer_leaves_entries_that_are_sealed_later() -> None:
    from mayak.kernel.audit.chain import seal_missing

    writer = start("killed", 100_000)
    deadline = time.monotonic() + 60
    while AuditEntry.objects.count() < 20 and time.monotonic() < deadline:
        time.sleep(0.05)
    writer.kill()
    writer.wait()
    seal_missing()
    verdict = verify()
    assert verdict.broken is None
    assert verdict.sealed == AuditEntry.objects.count() == AuditSeal.objects.count() >= 20


def test_an_open_transaction_stops_no_other_writer() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, with or without a chain (docs/adr/0003)")
    actor = Actor(5, "anna@example.org")
    record_bulk(Job, actor=actor, action="before", row_count=0)
    waited: list[float] = []

    def write() -> None:
        begun = time.monotonic()
        record_bulk(Job, actor=actor, action="other", row_count=1)
        waited.append(time.monotonic() - begun)
        connections.close_all()

    with transaction.atomic():
        record_bulk(Job, actor=actor, action="long import", row_count=1_000_000)
        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=10)
    assert waited
    assert waited[0] < 1
    assert (verify().broken, verify().sealed) == (None, 3)
