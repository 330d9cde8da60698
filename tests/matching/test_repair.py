"""Repair of an approved pairing: the least change, and the exchange of partnerships in one transaction."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse

from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import AuditEntry
from mayak.matching.enums import MatchingState, Objective, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.side_by_side import change_of
from mayak.matching.services import approve_run, archive_run, problems_of_approval, solve_run
from mayak.matching.services.repair import create_repair
from mayak.matching.services.scenarios import create_scenario
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.services import end_partnership
from mayak.registry.models import Organisation
from tests.factories.matching import lead
from tests.factories.registry import AuthorityFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of

REASON = "Гимназия закрыта на ремонт"


@pytest.fixture
def approved(district: District) -> MatchingRun:
    return approve_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)


def leaves(side: str, school: Organisation) -> dict[str, object]:
    return {"kind": "leaves", "side": side, "key": str(school.pk)}


def repaired(approved: MatchingRun, district: District) -> MatchingRun:
    run = create_repair(approved, [leaves("lead", district.russian_lead)], actor=ACTOR, reason=REASON)
    run = solve_run(run, actor=ACTOR)
    Job.objects.all().delete()
    return run


def computed(run: MatchingRun) -> MatchingRun:
    found = solve_run(run, actor=ACTOR)
    Job.objects.all().delete()
    return found


def names(run: MatchingRun) -> set[tuple[str, str]]:
    return {(str(pair.mentee), str(pair.lead)) for pair in run.pairs.select_related("mentee", "lead")}


def test_only_whoever_lost_the_pair_gets_another(approved: MatchingRun, district: District) -> None:
    lead(district.territory, "Новый лицей", capacity=3, latitude="60.000000", longitude="30.000000")
    before = names(approved)
    run = repaired(approved, district)
    assert (run.purpose, run.objective, run.based_on) == (RunPurpose.REPAIR, Objective.LEAST_CHANGE, approved)
    lost = {pair for pair in before if pair[1] == "Гимназия"}
    assert before - names(run) == lost
    assert names(run) - before == {(mentee, "Новый лицей") for mentee, _lead in lost}
    change = change_of(run)
    assert change is not None
    assert (change.changed, change.kept, change.gone, change.new) == (1, 2, 1, 1)


def test_a_mentee_school_that_leaves_changes_nothing_else(approved: MatchingRun, district: District) -> None:
    run = create_repair(approved, [leaves("mentee", district.south)], actor=ACTOR, reason="статус снят")
    run = solve_run(run, actor=ACTOR)
    assert names(run) == {pair for pair in names(approved) if pair[0] != "Южная СОШ"}
    assert run.unmatched.count() == 0


def test_who_left_and_why_must_be_said_of_an_approved_pairing(
    approved: MatchingRun, district: District
) -> None:
    with pytest.raises(ValidationError, match=r"Say who left\."):
        create_repair(approved, [], actor=ACTOR, reason=REASON)
    with pytest.raises(ValidationError) as caught:
        create_repair(approved, [leaves("lead", district.russian_lead)], actor=ACTOR, reason=" ")
    assert caught.value.message_dict == {"reason": ["Say why."]}
    MatchingRun.objects.update(state=MatchingState.DRAFT)
    approved.refresh_from_db()
    with pytest.raises(ValidationError, match="Only an approved pairing is repaired"):
        create_repair(approved, [leaves("lead", district.russian_lead)], actor=ACTOR, reason=REASON)


def test_the_approval_exchanges_the_pairs_and_leaves_the_kept_partnerships_alone(
    approved: MatchingRun, district: District
) -> None:
    other = lead(district.territory, "Новый лицей", capacity=3, latitude="60.000000", longitude="30.000000")
    rows = {row.pk: (row.mentee_id, row.lead_id, row.created_at) for row in Partnership.objects.all()}
    run = approve_run(repaired(approved, district), actor=ACTOR)
    approved.refresh_from_db()
    assert (run.state, approved.state, approved.archive_reason) == (
        MatchingState.APPROVED,
        MatchingState.ARCHIVED,
        REASON,
    )
    ended = Partnership.objects.get(state=PartnershipState.ENDED)
    assert (ended.lead, ended.end_reason, ended.run) == (district.russian_lead, REASON, approved)
    kept = Partnership.objects.filter(pk__in=rows, state=PartnershipState.PROPOSED)
    assert {row.pk: (row.mentee_id, row.lead_id, row.created_at) for row in kept} == {
        pk: row for pk, row in rows.items() if pk != ended.pk
    }
    assert {row.run_id for row in kept} == {run.pk}
    opened = Partnership.objects.exclude(pk__in=rows)
    assert [(row.mentee, row.lead, row.run) for row in opened] == [(district.south, other, run)]
    assert AuditEntry.objects.filter(action="archive").count() == 1


def test_a_partnership_that_a_person_ended_is_not_opened_again(
    approved: MatchingRun, district: District
) -> None:
    gone = Partnership.objects.get(mentee=district.north)
    end_partnership(gone, actor=ACTOR, reason="по просьбе школы")
    approve_run(repaired(approved, district), actor=ACTOR)
    assert set(Partnership.objects.filter(mentee=district.north).values_list("state", flat=True)) == {"ended"}


def test_a_repair_of_what_is_approved_no_more_is_refused(approved: MatchingRun, district: District) -> None:
    run = repaired(approved, district)
    archive_run(approved, actor=ACTOR, reason="Новый подбор")
    run = MatchingRun.objects.get(pk=run.pk)
    assert problems_of_approval(run) == [
        f"«{approved.title}», which this pairing repairs, is approved no more."
    ]


def test_two_repairs_of_one_pairing_cannot_both_be_approved(
    approved: MatchingRun, district: District
) -> None:
    first, second = repaired(approved, district), repaired(approved, district)
    approve_run(first, actor=ACTOR)
    with pytest.raises(ValidationError):
        approve_run(second, actor=ACTOR)
    assert MatchingRun.objects.filter(state=MatchingState.APPROVED).count() == 1


def test_a_repaired_pairing_can_be_repaired_again(approved: MatchingRun, district: District) -> None:
    first = approve_run(repaired(approved, district), actor=ACTOR)
    run = create_repair(first, [leaves("mentee", district.north)], actor=ACTOR, reason="закрыта")
    run = solve_run(run, actor=ACTOR)
    assert "Гимназия" not in {one for pair in names(run) for one in pair}
    assert "Северная СОШ" not in {one for pair in names(run) for one in pair}


def test_the_pages_of_a_repair(approved: MatchingRun, district: District) -> None:
    with override_settings(LANGUAGE_CODE="en"):
        coordinator: Client = client_of(AuthorityFactory(territory=district.territory))
        url = reverse("matching:repair", args=[approved.pk])
        assert url in coordinator.get(reverse("matching:review", args=[approved.pk])).text
        assert coordinator.post(url, {"reason": REASON}).status_code == 400
        coordinator.post(url, {"leads_leave": [str(district.russian_lead.pk)], "reason": REASON})
        run = MatchingRun.objects.get(purpose=RunPurpose.REPAIR)
        run_now(Job.objects.get())
        for page in ("review", "approve"):
            text = coordinator.get(reverse(f"matching:{page}", args=[run.pk])).text
            assert f"Гимназия leaves: {REASON}" in text
            assert "Pairs that change: 1." in text
        coordinator.post(reverse("matching:approve", args=[run.pk]))
        run.refresh_from_db()
        assert run.state == MatchingState.APPROVED
        assert coordinator.get(reverse("matching:repair", args=[approved.pk])).status_code == 403


def test_the_repair_of_an_approved_scenario_keeps_its_pairs(district: District) -> None:
    new = lead(district.territory, "Новый лицей", capacity=3, latitude="60.000000", longitude="30.000000")
    base = solve_run(district.run, actor=ACTOR)
    made = create_scenario(base, [leaves("lead", district.maths_lead)], actor=ACTOR)
    scenario = approve_run(computed(made), actor=ACTOR)
    before = names(scenario)
    assert ("Северная СОШ", "Лицей") not in before
    run = create_repair(scenario, [leaves("mentee", district.south)], actor=ACTOR, reason="статус снят")
    run = solve_run(run, actor=ACTOR)
    assert names(run) == {pair for pair in before if pair[0] != "Южная СОШ"}
    assert new.pk in set(run.pairs.values_list("lead_id", flat=True))


def test_a_scenario_of_a_repair_keeps_the_approved_pairs_too(
    approved: MatchingRun, district: District
) -> None:
    lead(district.territory, "Новый лицей", capacity=3, latitude="60.150000", longitude="30.000000")
    repair = repaired(approved, district)
    made = create_scenario(repair, [leaves("mentee", district.south)], actor=ACTOR)
    run = solve_run(made, actor=ACTOR)
    assert run.objective == Objective.LEAST_CHANGE
    assert names(run) == {pair for pair in names(approved) if pair[0] != "Южная СОШ"}
    assert {pair.is_kept for pair in run.pairs.all()} == {True}


def test_the_approved_scenario_of_a_repair_takes_the_place_of_what_the_repair_mends(
    approved: MatchingRun, district: District
) -> None:
    lead(district.territory, "Новый лицей", capacity=3, latitude="60.000000", longitude="30.000000")
    repair = repaired(approved, district)
    changes = [
        leaves("mentee", district.north),
        {"kind": "places", "key": str(district.maths_lead.pk), "amount": 1},
    ]
    made = create_scenario(repair, changes, actor=ACTOR)
    run = approve_run(computed(made), actor=ACTOR)
    approved.refresh_from_db()
    assert (approved.state, approved.archive_reason) == (MatchingState.ARCHIVED, REASON)
    assert (run.purpose, run.based_on) == (RunPurpose.REPAIR, approved)
    assert [one["kind"] for one in run.scenario] == ["leaves", "leaves"], "a supposed place is no real one"
    standing = Partnership.objects.filter(state=PartnershipState.PROPOSED)
    assert {(str(row.mentee), str(row.lead)) for row in standing} == names(run)
    with pytest.raises(ValidationError, match="is approved no more"):
        approve_run(repair, actor=ACTOR)


def test_a_scenario_of_an_approved_repair_keeps_the_pairs_that_hold_now(
    approved: MatchingRun, district: District
) -> None:
    lead(district.territory, "Новый лицей", capacity=3, latitude="60.000000", longitude="30.000000")
    repair = approve_run(repaired(approved, district), actor=ACTOR)
    run = computed(create_scenario(repair, [leaves("mentee", district.north)], actor=ACTOR))
    assert names(run) == {pair for pair in names(repair) if pair[0] != "Северная СОШ"}
    assert problems_of_approval(run) == [
        f"«{repair.title}» is approved for this territory and year; archive it first."
    ]
