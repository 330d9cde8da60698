"""Approving a list: statuses given, kept, ended; years compared; a past year replayed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.results.enums import DecisionChange, RunState, StatusLevel, StatusSource
from mayak.results.models import SchoolStatus
from mayak.results.services.identification import run_identification
from mayak.results.services.identification_approval import approve_run, plan_approval
from mayak.results.services.statuses import set_status
from tests.factories.registry import LegalActFactory, SchoolFactory
from tests.results.identification.world import SHNOR, YEAR, District, kind, listed, make_rule

AUTUMN = dt.date(2025, 9, 1)
NEXT_AUTUMN = dt.date(2026, 9, 1)
ANY_YEAR = {**SHNOR, "code": "any-year", "year_from": 2020, "conditions": SHNOR["conditions"][:1]}


def move(district: District, name: str, subject: str, below: int) -> None:
    """Write the result of the next year."""
    district.result(next(s for s in district.schools if str(s) == name), subject, YEAR + 1, below)


def next_year(district: District) -> None:
    """«А» gets better, «Б» and «Г» are weak in two procedures, «В» has no results, «Д» stays well."""
    for name, below in (("А", 0), ("Б", 9), ("Г", 9), ("Д", 0)):
        for subject in ("russian", "mathematics"):
            move(district, name, subject, below)


def test_the_schools_on_the_list_get_the_status_of_the_rule(district: District) -> None:
    act = LegalActFactory.create(territory=district.territory)
    plan = approve_run(district.run(), actor=SYSTEM, valid_from=AUTUMN, basis=act)
    assert (len(plan.given), len(plan.kept), len(plan.ended)) == (2, 0, 0)
    rows = SchoolStatus.objects.order_by("organisation__short_name")
    assert [
        (str(r.organisation), r.kind.code, r.level, r.source, r.valid_from, r.valid_to) for r in rows
    ] == [
        ("А", "low_results", "municipal", "rule", AUTUMN, None),
        ("Б", "low_results", "municipal", "rule", AUTUMN, None),
    ]
    assert {r.basis for r in rows} == {act}
    assert {r.kind.role for r in rows} == {"needs_help"}


@pytest.mark.parametrize(("above", "level"), [(0, "municipal"), (1, "regional"), (2, "federal")])
def test_the_level_is_that_of_the_territory(district: District, above: int, level: str) -> None:
    territory = district.territory
    for _step in range(above):
        assert territory.parent is not None
        territory = territory.parent
    run = run_identification(district.rule, territory=territory, year=YEAR, actor=SYSTEM)
    approve_run(run, actor=SYSTEM)
    assert {row.level for row in SchoolStatus.objects.all()} == {level}


def test_a_plan_writes_nothing(district: District) -> None:
    run = district.run()
    plan_approval(run)
    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    assert SchoolStatus.objects.count() == 0


def test_next_year_statuses_go_on_end_with_a_reason_and_stay_where_results_are_missing(
    district: District,
) -> None:
    rule = make_rule(ANY_YEAR)
    for subject in ("russian", "mathematics"):
        district.schools[2].results.filter(assessment__year=YEAR, assessment__subject__code=subject).update(
            below=10
        )
        district.schools[1].results.filter(assessment__year=YEAR, assessment__subject__code=subject).update(
            below=10
        )
    approve_run(district.run(rule=rule), actor=SYSTEM, valid_from=AUTUMN)
    next_year(district)
    plan = approve_run(district.run(year=YEAR + 1, rule=rule), actor=SYSTEM, valid_from=NEXT_AUTUMN)
    names = {school.pk: str(school) for school in district.schools}
    assert [names[key] for key in plan.given] == ["Г"]
    assert [names[key] for key in plan.kept] == ["Б"]
    assert [str(row.organisation) for row in plan.ended] == ["А"]
    assert [names[key] for key in plan.without_data] == ["В"]
    ended = SchoolStatus.objects.get(organisation=district.schools[0])
    assert ended.valid_to == dt.date(2026, 8, 31)
    assert "2026" in ended.end_reason
    assert SchoolStatus.objects.get(organisation=district.schools[2]).valid_to is None


def test_a_status_by_hand_is_not_ended_by_a_run(district: District) -> None:
    school = district.schools[4]
    set_status(
        school, kind(), actor=SYSTEM, level=StatusLevel.MUNICIPAL, valid_from=AUTUMN, reason="по письму"
    )
    approve_run(district.run(), actor=SYSTEM, valid_from=AUTUMN)
    status = SchoolStatus.objects.get(organisation=school)
    assert (status.valid_to, status.source) == (None, StatusSource.MANUAL)


def test_a_school_that_bears_the_status_already_gets_no_second_one(district: District) -> None:
    school = district.schools[0]
    set_status(
        school, kind(), actor=SYSTEM, level=StatusLevel.MUNICIPAL, valid_from=AUTUMN, reason="по письму"
    )
    plan = approve_run(district.run(), actor=SYSTEM, valid_from=AUTUMN)
    assert plan.kept == (school.pk,)
    assert SchoolStatus.objects.filter(organisation=school).count() == 1


def test_several_levels_hold_at_once(district: District) -> None:
    school = district.schools[0]
    set_status(school, kind(), actor=SYSTEM, level=StatusLevel.FEDERAL, valid_from=AUTUMN, reason="список")
    approve_run(district.run(), actor=SYSTEM, valid_from=AUTUMN)
    assert {row.level for row in SchoolStatus.objects.filter(organisation=school)} == {"federal", "municipal"}


def test_approving_again_replaces_the_run_of_the_year(district: District) -> None:
    first = district.run()
    approve_run(first, actor=SYSTEM, valid_from=AUTUMN)
    second = district.run()
    approve_run(second, actor=SYSTEM, valid_from=AUTUMN)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (RunState.ARCHIVED, RunState.APPROVED)
    assert SchoolStatus.objects.count() == 2


def test_only_a_draft_is_approved(district: District) -> None:
    run = district.run()
    approve_run(run, actor=SYSTEM)
    with pytest.raises(ValidationError):
        approve_run(run, actor=SYSTEM)


def test_a_past_year_replays_by_its_rule_and_changes_no_status(district: District) -> None:
    rule = make_rule(ANY_YEAR)
    approve_run(district.run(rule=rule), actor=SYSTEM, valid_from=AUTUMN)
    before = list(SchoolStatus.objects.values_list("organisation", "valid_from", "valid_to"))
    replay = district.run(year=YEAR - 1, rule=rule)
    assert listed(replay) == []
    with pytest.raises(ValidationError, match="2025"):
        approve_run(replay, actor=SYSTEM)
    assert list(SchoolStatus.objects.values_list("organisation", "valid_from", "valid_to")) == before


def test_entered_stayed_left_and_relapsed(district: District) -> None:
    """«А» is listed in the first and the third year: it came back."""
    rule = make_rule(ANY_YEAR)
    district.run(rule=rule)
    next_year(district)
    second = district.run(year=YEAR + 1, rule=rule)
    words = {str(row.organisation): row.change for row in second.decisions.select_related("organisation")}
    assert words == {"А": DecisionChange.LEFT, "Б": "entered", "В": "", "Г": "entered", "Д": ""}
    assert second.previous is not None
    assert second.previous.year == YEAR
    for name, below in (("А", 9), ("Б", 9), ("Г", 0), ("Д", 0)):
        for subject in ("russian", "mathematics"):
            district.result(next(s for s in district.schools if str(s) == name), subject, YEAR + 2, below)
    third = district.run(year=YEAR + 2, rule=rule)
    words = {str(row.organisation): row.change for row in third.decisions.select_related("organisation")}
    assert words == {"А": "relapsed", "Б": "stayed", "В": "", "Г": "left", "Д": ""}


def test_without_an_earlier_run_nothing_is_compared(district: District) -> None:
    run = district.run()
    assert run.previous is None
    assert set(run.decisions.values_list("change", flat=True)) == {""}


def test_the_run_of_the_region_serves_a_district_for_comparison(district: District) -> None:
    rule = make_rule(ANY_YEAR)
    run_identification(rule, territory=district.territory.parent, year=YEAR, actor=SYSTEM)
    next_year(district)
    run = district.run(year=YEAR + 1, rule=rule)
    assert run.decisions.get(organisation=district.schools[0]).change == DecisionChange.LEFT


def test_approval_writes_the_log(district: District) -> None:
    approve_run(district.run(), actor=SYSTEM)
    actions = list(AuditEntry.objects.order_by("pk").values_list("object_type", "action", "row_count"))
    assert ("results.identificationrun", "approved", None) in actions
    assert ("results.schoolstatus", "create", 2) in actions


def test_a_new_school_without_results_keeps_nobody_from_approving(district: District) -> None:
    SchoolFactory.create(territory=district.territory)
    assert len(approve_run(district.run(), actor=SYSTEM).given) == 2
