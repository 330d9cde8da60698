"""Pages of findings."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mayak.kernel.access import Scope
from mayak.kernel.findings import registry
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.findings.registry import Check, FindingDraft
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from tests.architecture.access_objects import Place, World
from tests.kernel.conftest import signed_in


def found(at: Place, key: str = "a", **values: object) -> Finding:
    return Finding.objects.create(
        **{
            "check_id": "CH-11",
            "object_key": f"{at.school.pk}:{key}",
            "place": f"{at.school}",
            "reason": "Доли не дают 100 %.",
            "way_out": "Сверьте файл.",
            "source": "Приказ № 1",
            "seen_at": timezone.now(),
            "territory_path": at.municipality.path,
            "organisation_id": at.school.pk,
            **values,
        }
    )


@pytest.fixture
def finding(world: World) -> Finding:
    return found(world.own)


def waive(client: Client, finding: Finding, reason: str) -> int:
    return client.post(reverse("findings:waive", args=[finding.pk]), {"reason": reason}).status_code


def test_the_list_shows_what_lies_within_the_scope(
    coordinator: Client, world: World, finding: Finding
) -> None:
    found(world.foreign, place="Чужая школа")
    page = coordinator.get(reverse("findings:list")).content.decode()
    assert str(world.own.school) in page
    assert "Чужая школа" not in page


def test_what_is_gone_is_shown_only_when_asked_for(coordinator: Client, world: World) -> None:
    found(world.own, "gone", place="Исчезло", state=FindingState.RESOLVED)
    address = reverse("findings:list")
    assert "Исчезло" not in coordinator.get(address).content.decode()
    assert "Исчезло" in coordinator.get(address, {"state": "resolved"}).content.decode()


def test_a_check_is_shown_by_its_title_and_filters(
    coordinator: Client, world: World, finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = {
        name: Check(name, title, "", lambda scope: []) for name, title in [("CH-11", "Суммы"), ("CH-12", "Б")]
    }
    monkeypatch.setattr(registry, "_checks", checks)
    found(world.own, "other", check_id="CH-12", place="Другое")
    page = coordinator.get(reverse("findings:list"), {"check_id": "CH-11"}).content.decode()
    assert "Суммы" in page
    assert "Другое" not in page


def test_the_page_names_place_reason_way_out_and_source(coordinator: Client, finding: Finding) -> None:
    page = coordinator.get(reverse("findings:detail", args=[finding.pk])).content.decode()
    for words in (str(finding.place), "Доли не дают 100 %.", "Сверьте файл.", "Приказ № 1"):
        assert words in page


def test_a_finding_is_waived_with_a_reason_and_opened_again(coordinator: Client, finding: Finding) -> None:
    assert waive(coordinator, finding, "Округление в исходном файле.") == 302
    finding.refresh_from_db()
    assert (finding.state, finding.waiver_reason) == (FindingState.WAIVED, "Округление в исходном файле.")
    assert finding.waived_by_label == "municipal_coordinator@example.org"
    coordinator.post(reverse("findings:reopen", args=[finding.pk]))
    finding.refresh_from_db()
    assert (finding.state, finding.waiver_reason, finding.waived_at) == (FindingState.OPEN, "", None)


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_nothing_changes(coordinator: Client, finding: Finding, reason: str) -> None:
    assert waive(coordinator, finding, reason) == 400
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_a_waived_finding_is_not_waived_twice(coordinator: Client, finding: Finding) -> None:
    waive(coordinator, finding, "первая причина")
    assert waive(coordinator, finding, "вторая причина") == 400
    finding.refresh_from_db()
    assert finding.waiver_reason == "первая причина"


def test_a_school_reads_its_findings_but_does_not_waive(world: World, finding: Finding) -> None:
    school = signed_in(world, "school")
    page = school.get(reverse("findings:detail", args=[finding.pk]))
    assert page.status_code == 200
    assert reverse("findings:waive", args=[finding.pk]) not in page.content.decode()
    assert waive(school, finding, "причина") == 403


def test_the_checks_run_over_what_the_person_sees(
    coordinator: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Scope] = []

    def look(scope: Scope) -> list[FindingDraft]:
        seen.append(scope)
        return [FindingDraft("x", "Школа", "Причина", territory_path=world.own.municipality.path or "")]

    monkeypatch.setattr(registry, "_checks", {"CH-01": Check("CH-01", "Проверка", "", look)})
    answer = coordinator.post(reverse("findings:check"))
    job = Job.objects.get(kind="kernel.check")
    assert answer["Location"] == job.get_absolute_url()
    assert list(run_now(job).result.values()) == [1]
    assert [scope.territory_paths for scope in seen] == [(world.own.municipality.path,)]
    assert not seen[0].everything
