"""What the audit log costs: writing an entry, sealing it, verifying the chain.

    MAYAK_DATA=/tmp/audit-cost python benchmarks/audit_cost.py [entries]

An empty folder (SQLite) or MAYAK_DATABASE_URL of an empty database; prints milliseconds and entries per second.
"""

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # Django is set up first
from django.db import connection, transaction  # noqa: E402  # Django is set up first

from mayak.kernel.access import SYSTEM, Actor  # noqa: E402  # Django is set up first
from mayak.kernel.audit.models import AuditEntry  # noqa: E402  # Django is set up first
from mayak.kernel.audit.services import record_bulk  # noqa: E402  # Django is set up first
from mayak.kernel.audit.verifying import verify  # noqa: E402  # Django is set up first
from mayak.kernel.models import Job  # noqa: E402  # Django is set up first

ANNA = Actor(1, "anna@example.org", role="methodist")
CHANGES = {"name": ["МБОУ СОШ № 1", "МБОУ «Лицей № 1»"], "pupils": [512, 640]}


def per_call(name: str, call: Callable[[], object], times: int = 300) -> None:
    """Print how long a call takes on average."""
    call()
    begun = time.perf_counter()
    for _number in range(times):
        call()
    print(f"{name}: {(time.perf_counter() - begun) / times * 1000:.2f} ms")


def bare() -> None:
    """One row without anything else: what any log would cost."""
    AuditEntry.objects.create(actor_label="-", action="x", object_type="kernel.job", changes=CHANGES)


def in_transaction(write: Callable[[], object], *, times: int = 1) -> Callable[[], None]:
    """Return a call that writes so often in one transaction."""

    def call() -> None:
        with transaction.atomic():
            for _number in range(times):
                write()

    return call


def of_system() -> None:
    """An entry of a program."""
    record_bulk(Job, actor=SYSTEM, action="x", row_count=1, changes=CHANGES)


def of_user() -> None:
    """An entry of a user: the label is hidden under the user's key."""
    record_bulk(Job, actor=ANNA, action="x", row_count=1, changes=CHANGES)


def main(count: int) -> None:
    """Measure."""
    call_command("migrate", verbosity=0)
    print(connection.vendor)
    per_call("a transaction with one bare row", in_transaction(bare))
    per_call("a transaction with one entry of a program, with its seal", in_transaction(of_system))
    per_call("a transaction with one entry of a user, with its seal", in_transaction(of_user))
    per_call(
        "a transaction with 100 entries of a user, with their seals", in_transaction(of_user, times=100), 10
    )
    missing = max(count - AuditEntry.objects.count(), 0)
    for _portion in range(missing // 500):
        in_transaction(of_user, times=500)()
    from mayak.kernel.audit.chain import seal_missing

    seal_missing()
    begun = time.perf_counter()
    verdict = verify()
    print(f"verified {verdict.sealed} entries: {verdict.sealed / (time.perf_counter() - begun):.0f} a second")
    assert verdict.is_whole


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
