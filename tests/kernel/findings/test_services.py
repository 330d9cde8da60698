"""Checks: what they see, what is gone, what stays waived."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.findings import registry
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.findings.registry import FindingDraft
from mayak.kernel.findings.services import reopen_finding, run_checks, waive_finding

pytestmark = pytest.mark.django_db

ANNA = Actor(user_id=7, label="anna@example.org")
ALL = Scope.of_everything()
See = Callable[..., None]


@pytest.fixture
def see(monkeypatch: pytest.MonkeyPatch) -> See:
    """One check, CH-01, that sees what it is told to see."""
    monkeypatch.setattr(registry, "_checks", {})
    seen: list[FindingDraft] = []
    registry.register("CH-01", title="Check", source="Приказ № 1")(lambda scope: list(seen))

    def tell(*drafts: FindingDraft) -> None:
        seen[:] = drafts

    return tell


def draft(key: str, path: str = "/1/", reason: str = "Причина") -> FindingDraft:
    return FindingDraft(key, f"Место {key}", reason, "Выход", territory_path=path)


def states() -> dict[str, str]:
    return dict(Finding.objects.values_list("object_key", "state"))


def test_a_check_keeps_place_reason_way_out_and_source(see: See) -> None:
    see(draft("a"))
    assert run_checks(scope=ALL) == 1
    found = Finding.objects.get()
    assert (found.place, found.reason, found.way_out, found.source) == (
        "Место a",
        "Причина",
        "Выход",
        "Приказ № 1",
    )


def test_a_second_run_updates_and_does_not_double(see: See) -> None:
    see(draft("a"))
    run_checks(scope=ALL)
    see(draft("a", reason="Другая"))
    assert run_checks(scope=ALL) == 1
    assert Finding.objects.get().reason == "Другая"


def test_what_is_not_seen_any_more_is_gone_and_may_come_back(see: See) -> None:
    see(draft("a"), draft("b"))
    run_checks(scope=ALL)
    see(draft("b"))
    assert run_checks(scope=ALL) == 1
    assert states() == {"a": FindingState.RESOLVED, "b": FindingState.OPEN}
    see(draft("a"), draft("b"))
    assert run_checks(scope=ALL) == 2


def test_a_run_over_a_scope_leaves_others_alone(see: See) -> None:
    see(draft("a", "/1/"), draft("b", "/2/"))
    run_checks(scope=ALL)
    see(draft("a", "/1/"))
    run_checks(scope=Scope(territory_paths=("/1/",)))
    assert states() == {"a": FindingState.OPEN, "b": FindingState.OPEN}


def test_a_waiver_survives_the_next_run(see: See) -> None:
    see(draft("a"))
    run_checks(scope=ALL)
    waive_finding(Finding.objects.get(), actor=ANNA, reason="Так и есть.")
    assert run_checks(scope=ALL) == 0
    assert states() == {"a": FindingState.WAIVED}


def test_waiving_and_reopening_are_in_the_audit_log(see: See) -> None:
    see(draft("a"))
    run_checks(scope=ALL)
    finding = waive_finding(Finding.objects.get(), actor=ANNA, reason="Так и есть.")
    reopen_finding(finding, actor=ANNA)
    opened, waived = AuditEntry.objects.all()
    assert (waived.action, waived.actor_id, waived.territory_path) == ("waive", 7, "/1/")
    assert waived.changes["waiver_reason"] == ["", "Так и есть."]
    assert opened.changes["state"] == ["waived", "open"]


def test_only_a_waived_finding_is_opened_again(see: See) -> None:
    see(draft("a"))
    run_checks(scope=ALL)
    with pytest.raises(ValidationError):
        reopen_finding(Finding.objects.get(), actor=ANNA)


def test_the_database_itself_refuses_a_waiver_without_reason() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.create(
            check_id="CH-01",
            object_key="a",
            place="a",
            reason="a",
            seen_at=timezone.now(),
            state=FindingState.WAIVED,
        )


def test_an_id_is_registered_once(see: See) -> None:
    with pytest.raises(ValueError, match="twice"):
        registry.register("CH-01", title="Other", source="")(lambda scope: [])
