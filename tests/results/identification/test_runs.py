"""Running a rule: who is on the list and why, what is kept, what is refused."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.registry.models import Subject
from mayak.results.enums import BatchState, ResultBasis, RunState
from mayak.results.models import IdentificationRun, SchoolDecision
from mayak.results.selectors.identification import results_changed_since
from mayak.results.services.identification import archive_run, run_identification
from mayak.results.services.identification_approval import approve_run
from tests.factories.registry import MunicipalityFactory, SchoolFactory
from tests.factories.results import AssessmentFactory, BatchFactory, SchoolResultFactory
from tests.results.identification.world import SHNOR, YEAR, District, listed, make_rule


def test_the_rule_names_two_procedures_or_one_procedure_two_years_running(district: District) -> None:
    assert listed(district.run()) == ["А", "Б"]


def test_the_limit_itself_counts(district: District) -> None:
    """30 % of 20 participants are 6 pupils: exactly the limit."""
    school = SchoolFactory.create(territory=district.territory, short_name="Е")
    for subject in ("russian", "mathematics"):
        district.result(school, subject, YEAR, 6, n=20)
    assert "Е" in listed(district.run())


def test_moving_one_procedure_across_the_threshold_changes_the_list(district: District) -> None:
    school = district.schools[2]
    row = school.results.get(assessment__subject__code="russian", assessment__year=YEAR)
    row.below, row.below_share = 8, "0.32"
    row.save()
    assert listed(district.run()) == ["А", "Б", "В"]


def test_the_reasons_name_the_procedures_with_their_numbers(district: District) -> None:
    decision = district.run().decisions.get(organisation__short_name="А")
    assert [reason["code"] for reason in decision.reasons] == ["A"]
    assert decision.reasons[0]["procedures"] == [
        {"kind": "vpr", "subject": "mathematics", "grade": 5, "label": "", "year": 2025, "n": 25, "below": 10,
         "value": 0.4, "limit": 0.3},
        {"kind": "vpr", "subject": "russian", "grade": 5, "label": "", "year": 2025, "n": 25, "below": 8,
         "value": 0.32, "limit": 0.3},
    ]  # fmt: skip


def test_the_way_out_is_the_fewest_pupils(district: District) -> None:
    """Russian: 8 of 25 are 32 %; with 7 it is 28 %, so one more pupil who passes is enough."""
    decision = district.run().decisions.get(organisation__short_name="А")
    assert [(step["subject"], step["pupils"]) for step in decision.way_out] == [("russian", 1)]
    assert decision.evidence["least"] is True


def test_the_distance_is_the_sum_over_the_procedures_that_hold(district: District) -> None:
    run = district.run()
    assert run.decisions.get(organisation__short_name="А").severity == pytest.approx(0.12)
    assert run.decisions.get(organisation__short_name="Б").severity == pytest.approx(0.02)
    assert run.decisions.get(organisation__short_name="Д").severity is None


def test_few_participants_are_marked_where_the_decision_rests_on_them(district: District) -> None:
    school = SchoolFactory.create(territory=district.territory, short_name="Малая")
    for subject in ("russian", "mathematics"):
        district.result(school, subject, YEAR, 4, n=10)
    run = district.run()
    marked = run.decisions.filter(few_participants=True)
    assert [str(row.organisation) for row in marked] == ["Малая"]
    assert run.summary["few"] == 1


def test_a_school_without_results_is_not_judged(district: District) -> None:
    SchoolFactory.create(territory=district.territory, short_name="Новая")
    run = district.run()
    row = run.decisions.get(organisation__short_name="Новая")
    assert (row.is_listed, row.has_data) == (False, False)
    assert run.summary["no_data"] == 1


def test_a_school_closed_before_the_year_is_left_out(district: District) -> None:
    school = district.schools[0]
    school.closed_on = dt.date(YEAR - 1, 8, 31)
    school.save()
    run = district.run()
    assert run.summary["schools"] == 4
    assert listed(run) == ["Б"]


def test_the_summary_counts_and_names_its_versions(district: District) -> None:
    summary = district.run().summary
    assert (summary["schools"], summary["listed"], summary["no_data"], summary["vetoed"]) == (5, 2, 0, 0)
    assert summary["stability"]["method"] == "exact"
    assert set(summary["versions"]) == {"mayak", "algorithm", "rule", "numpy"}


def test_the_best_basis_of_a_school_and_assessment_counts(district: District) -> None:
    """Results of participants go before the statistics of the school."""
    district.result(district.schools[4], "russian", YEAR, 25, basis=ResultBasis.INDIVIDUAL)
    district.result(district.schools[4], "mathematics", YEAR, 25, basis=ResultBasis.JOURNAL)
    run = district.run()
    row = run.decisions.get(organisation=district.schools[4])
    shares = {line[0]: line[4] for line in row.evidence["conditions"][0]["l"]}
    named = {item[1]: shares[place] for place, item in enumerate(run.summary["items"])}
    assert named == {"russian": 1.0, "mathematics": 0.0, "physics": 0.0}


def test_results_of_an_undone_import_do_not_count(district: District) -> None:
    district.batch.state = BatchState.UNDONE
    district.batch.save()
    with pytest.raises(ValidationError) as refused:
        district.run()
    assert len(refused.value.messages) == 3


def test_one_procedure_on_two_days_is_one_result(district: District) -> None:
    """10 + 15 participants with 2 + 7 below: 9 of 25."""
    school = SchoolFactory.create(territory=district.territory, short_name="Ж")
    for day, n, below in ((3, 10, 2), (5, 15, 7)):
        exam = AssessmentFactory.create(
            key=f"oge-{day}", kind="oge", grade=9, year=YEAR, held_on=dt.date(YEAR, 6, day),
            subject=Subject.objects.get(code="russian"),
        )  # fmt: skip
        SchoolResultFactory.create(
            batch=district.batch, organisation=school, assessment=exam, participants=n, below=below,
            below_share=f"{below / n:.6f}",
        )  # fmt: skip
    row = district.run().decisions.get(organisation=school)
    lines = row.evidence["conditions"][0]["l"]
    assert [(line[2], line[3]) for line in lines] == [(25, 9)]


def test_marks_of_the_school_itself_count_only_where_the_rule_names_them(district: District) -> None:
    school = district.schools[4]
    for code in ("russian", "mathematics"):
        exam = AssessmentFactory.create(
            key=f"quarter-{code}", kind="quarter_mark", grade=5, year=YEAR,
            subject=Subject.objects.get(code=code),
        )  # fmt: skip
        SchoolResultFactory.create(
            batch=district.batch,
            organisation=school,
            assessment=exam,
            participants=25,
            below=25,
            below_share="1",
        )
    assert listed(district.run()) == ["А", "Б"]
    named = {**SHNOR, "code": "quarters", "conditions": [
        {**SHNOR["conditions"][0], "procedures": {"kinds": ["quarter_mark"]}}
    ]}  # fmt: skip
    assert listed(district.run(rule=make_rule(named))) == ["Д"]


def test_the_same_input_gives_the_same_hash_and_decisions(district: District) -> None:
    first, second = district.run(), district.run()
    assert first.input_hash == second.input_hash
    pairs = [
        list(
            run.decisions.order_by("organisation").values_list(
                "organisation", "is_listed", "stability", "evidence"
            )
        )
        for run in (first, second)
    ]
    assert pairs[0] == pairs[1]


def test_another_result_gives_another_hash(district: District) -> None:
    before = district.run().input_hash
    district.schools[4].results.filter(assessment__year=YEAR).update(below=1)
    assert district.run().input_hash != before


def test_a_run_freezes_its_rule_and_writes_the_log(district: District) -> None:
    run = district.run()
    district.rule.refresh_from_db()
    assert district.rule.is_frozen
    entry = AuditEntry.objects.get(object_type="results.identificationrun", action="identify")
    assert (entry.object_id, entry.changes["listed"], entry.territory_path) == (
        str(run.pk),
        2,
        district.territory.path,
    )


def test_a_year_without_results_is_refused_with_the_place_and_nothing_is_kept(district: District) -> None:
    with pytest.raises(ValidationError) as refused:
        district.run(year=2026)
    messages = refused.value.messages
    assert len(messages) == 2
    assert all("2026" in message for message in messages)
    assert "A" in messages[0]
    assert IdentificationRun.objects.count() == 0
    district.rule.refresh_from_db()
    assert not district.rule.is_frozen


def test_a_rule_outside_its_years_is_refused(district: District) -> None:
    with pytest.raises(ValidationError, match="2024"):
        district.run(year=2024)


def test_a_district_is_not_mixed_with_its_neighbour(district: District) -> None:
    neighbour = SchoolFactory.create(territory=MunicipalityFactory.create(parent=district.territory.parent))
    district.result(neighbour, "russian", YEAR, 25)
    district.result(neighbour, "mathematics", YEAR, 25)
    run = district.run()
    assert run.summary["schools"] == 5
    assert not run.decisions.filter(organisation=neighbour).exists()


def test_a_region_sees_all_its_districts(district: District) -> None:
    neighbour = SchoolFactory.create(
        territory=MunicipalityFactory.create(parent=district.territory.parent), short_name="Соседняя"
    )
    district.result(neighbour, "russian", YEAR, 25)
    district.result(neighbour, "mathematics", YEAR, 25)
    run = run_identification(district.rule, territory=district.territory.parent, year=YEAR, actor=SYSTEM)
    assert listed(run) == ["А", "Б", "Соседняя"]


def test_a_rule_that_compares_with_the_region_reads_the_region(district: District) -> None:
    """A neighbour with weak results moves the limit of the region above every school of the district."""
    definition = {
        "code": "above-region", "name": "выше региона", "status": "low_results",
        "conditions": [{"code": "R", "title": "выше региона", "measure": "below_share",
                        "above": {"territory": "region", "value": "pooled"}, "count": {"at_least": 2}}],
    }  # fmt: skip
    rule = make_rule(definition)
    assert listed(district.run(rule=rule)) == ["А", "Г"]
    neighbour = SchoolFactory.create(territory=MunicipalityFactory.create(parent=district.territory.parent))
    for subject in ("russian", "mathematics", "physics"):
        district.result(neighbour, subject, YEAR, 25)
    run = district.run(rule=rule)
    assert run.summary["schools"] == 5
    assert listed(run) == []


def test_a_draft_is_put_away_and_an_approved_run_is_not(district: District) -> None:
    run = district.run()
    assert archive_run(run, actor=SYSTEM).state == RunState.ARCHIVED
    other = district.run()
    approve_run(other, actor=SYSTEM, valid_from=dt.date(2025, 9, 1))
    with pytest.raises(ValidationError):
        archive_run(other, actor=SYSTEM)


def test_settings_must_be_known(district: District) -> None:
    with pytest.raises(ValidationError):
        district.run(settings={"luck": 1})


def test_progress_is_told_stage_by_stage(district: District) -> None:
    told: list[str] = []
    district.run(progress=lambda done, stage: told.append(stage))
    assert list(dict.fromkeys(told)) == ["results", "context", "deciding", "decisions"]


def test_a_stale_run_is_told_from_a_fresh_one(district: District) -> None:
    run = district.run()
    assert not results_changed_since(run)
    BatchFactory.create(territory=district.territory, applied_at=timezone.now())
    assert results_changed_since(run)


def test_every_school_has_one_decision(district: District) -> None:
    run = district.run()
    assert SchoolDecision.objects.filter(run=run).count() == 5
