"""Approval and archive: transitions, refusals in words, and what follows."""

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.models import AuditEntry
from mayak.matching.enums import MATCHING_TRANSITIONS, MatchingState
from mayak.matching.services import approve_run, archive_run, problems_of_approval, solve_run, update_run
from mayak.matching.validators import MatchingSettings
from mayak.networks.enums import PartnershipState
from mayak.networks.models import Partnership
from mayak.results.models import SchoolStatus
from tests.factories.matching import MatchingRunFactory
from tests.matching.conftest import ACTOR, District


def test_the_table_of_transitions() -> None:
    assert {
        MatchingState.DRAFT: {MatchingState.APPROVED, MatchingState.ARCHIVED},
        MatchingState.APPROVED: {MatchingState.ARCHIVED},
        MatchingState.ARCHIVED: set(),
    } == MATCHING_TRANSITIONS


def test_an_approval_makes_partnerships_in_the_same_transaction(district: District) -> None:
    run = approve_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)
    assert (run.state, run.approved_by_label) == (MatchingState.APPROVED, "anna@example.org")
    found = Partnership.objects.filter(run=run)
    assert {(row.mentee_id, row.lead_id, row.state) for row in found} == {
        (pair.mentee_id, pair.lead_id, PartnershipState.PROPOSED) for pair in run.pairs.all()
    }
    assert found.get(mentee=district.south).content == [
        {"subject": "russian", "name": "Русский язык", "grade": 9}
    ]
    assert AuditEntry.objects.get(action="approve").changes["state"] == ["draft", "approved"]


def test_what_was_never_computed_is_not_approved(district: District) -> None:
    with pytest.raises(ValidationError) as caught:
        approve_run(district.run, actor=ACTOR)
    assert caught.value.messages == ["The pairs have not been computed yet."]
    assert Partnership.objects.count() == 0


def test_changed_rules_need_a_new_computation(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    changed = MatchingSettings.from_json({"weights": {"distance": 1}})
    run = update_run(run, actor=ACTOR, objective=run.objective, settings=changed)
    assert problems_of_approval(run) == [
        "The rules were changed after the computation. Compute the pairs again."
    ]


def test_a_missing_status_is_named(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    SchoolStatus.objects.filter(organisation__in=[district.north, district.russian_lead]).delete()
    assert sorted(problems_of_approval(run)) == [
        "Гимназия has no status of a lead school.",
        "Северная СОШ has no status of a school that needs help.",
    ]
    with pytest.raises(ValidationError):
        approve_run(run, actor=ACTOR)
    run.refresh_from_db()
    assert run.state == MatchingState.DRAFT


def test_a_capacity_lowered_since_is_a_broken_limit(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    district.maths_lead.lead_profiles.update(capacity=1)
    assert problems_of_approval(run) == ["2 fixed pairs at Лицей, which has 1 places."]


def test_one_approved_pairing_for_a_territory_and_year(district: District) -> None:
    MatchingRunFactory(
        territory=district.territory,
        school_year=district.run.school_year,
        title="Прежний",
        state=MatchingState.APPROVED,
    )
    run = solve_run(district.run, actor=ACTOR)
    assert problems_of_approval(run) == [
        "«Прежний» is approved for this territory and year; archive it first."
    ]


def test_a_closed_year_is_read_only(district: District) -> None:
    run = solve_run(district.run, actor=ACTOR)
    run.school_year.is_closed = True
    run.school_year.save()
    with pytest.raises(ValidationError, match=r"The school year 2024/25 is closed for changes\."):
        approve_run(run, actor=ACTOR)


def test_an_archived_approval_ends_its_partnerships_with_the_reason(district: District) -> None:
    run = approve_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        archive_run(run, actor=ACTOR)
    assert caught.value.message_dict == {"reason": ["Say why the approved pairs end."]}
    archive_run(run, actor=ACTOR, reason="Новый учебный год")
    assert set(Partnership.objects.values_list("state", "end_reason")) == {("ended", "Новый учебный год")}


def test_a_draft_is_archived_without_a_reason_and_for_ever(district: District) -> None:
    run = archive_run(district.run, actor=ACTOR)
    with pytest.raises(ValidationError) as caught:
        approve_run(run, actor=ACTOR)
    assert caught.value.messages == ["A pairing in the state «archived» cannot become «approved»."]
