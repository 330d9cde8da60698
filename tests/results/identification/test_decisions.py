"""A decision in words: the exact numbers, the way out, the certainty, the context."""

import re
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from mayak.kernel.access import SYSTEM
from mayak.kernel.findings.models import Finding
from mayak.results.models import ContextIndicator, SchoolDecision
from mayak.results.selectors.decisions import against_note, decision_view, interval_words
from mayak.results.services.identification import run_identification
from tests.factories.registry import SchoolFactory, SchoolYearFactory
from tests.factories.results import ContextFactory, IndicatorFactory
from tests.results.identification.world import YEAR, District, listed, make_rule

LEAD: dict[str, Any] = {
    "code": "lead", "name": "лидеры", "status": "lead_school", "few_participants": 10,
    "conditions": [{"code": "H", "title": "почти нет двоек", "measure": "below_share", "at_most": 0.2, "count": "all",
                    "missing": "skip"}],
    "veto": {"signs": ["results.journal"], "years": "current"},
}  # fmt: skip


def decision(district: District, name: str, **more: Any) -> SchoolDecision:
    """The decision about a school of a fresh run."""
    run = district.run(**more)
    return SchoolDecision.objects.select_related("run__rule_set").get(run=run, organisation__short_name=name)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_the_largest_reason_stands_first_with_count_share_interval_and_limit(district: District) -> None:
    with translation.override("en"):
        view = decision_view(decision(district, "А"))
    assert [plain(text) for text in view.reasons] == [
        "ВПР, mathematics, grade 5, 2025: 10 of 25 below the threshold (40 %; 23–59 %), limit 30 %",
        "ВПР, russian, grade 5, 2025: 8 of 25 below the threshold (32 %; 17–52 %), limit 30 %",
    ]


def test_the_way_out_says_how_many_pupils_in_which_procedure(district: District) -> None:
    with translation.override("en"):
        view = decision_view(decision(district, "А"))
    assert [plain(text) for text in view.way_out] == [
        "ВПР, russian, grade 5: 1 more participant must reach the threshold (now 32 %, the limit is 30 %)"
    ]
    assert view.way_out_note == "This alone is enough. No smaller change would do; this is proven."


def test_each_condition_says_what_it_asked_and_what_it_saw(district: District) -> None:
    with translation.override("en"):
        first, second = decision_view(decision(district, "Б")).conditions
    assert (first.answer, second.answer) == ("does not hold", "holds")
    assert second.sentence == (
        "1 of 3 procedures hold; asked for: in at least one procedure; 2 years running, in one and the same procedure."
    )
    assert [(line.year, line.below, line.fired) for line in second.lines if line.below and line.below > 1] == [
        (2025, 8, True), (2024, 9, True),
    ]  # fmt: skip


def test_a_school_off_the_list_is_explained_too(district: District) -> None:
    with translation.override("en"):
        view = decision_view(decision(district, "Д"))
    assert (view.verdict, view.reasons, view.way_out) == ("not on the list", (), ())
    assert [condition.answer for condition in view.conditions] == ["does not hold", "does not hold"]


def test_stability_is_a_word_and_a_number(district: District) -> None:
    row = decision(district, "А")
    assert row.stability is not None
    with translation.override("en"):
        view = decision_view(row)
    assert view.stability_word == "not stable"
    assert f"{round(row.stability * 100)} of 100" in view.stability


@pytest.mark.parametrize(("below", "n", "text"), [(0, 10, "0–28"), (3, 10, "11–60"), (10, 10, "72–100")])
def test_the_interval_is_that_of_wilson(below: int, n: int, text: str) -> None:
    assert interval_words(below, n) == f"{text}\u202f%"


def test_an_open_quality_sign_holds_a_lead_school_back(district: District) -> None:
    """«Д» and «Г» are below 20 %... only «Д»; a waived sign would not count."""
    school = district.schools[4]
    finding = Finding.objects.create(
        check_id="results.journal", object_key="1", place="Д", reason="расходится", seen_at="2025-06-01T00:00Z",
        territory_path=district.territory.path or "", organisation_id=school.pk, group_key=f"results:{YEAR}",
    )  # fmt: skip
    rule = make_rule(LEAD)
    row = decision(district, "Д", rule=rule)
    assert (row.is_listed, row.is_vetoed) == (False, True)
    assert row.evidence["signs"] == [["results.journal", YEAR]]
    finding.state, finding.waiver_reason = "waived", "проверено"
    finding.save()
    assert listed(district.run(rule=rule)) == ["Д"]


def test_without_any_check_ever_run_signs_are_not_taken_for_absent(district: District) -> None:
    with pytest.raises(Exception, match="signs"), translation.override("en"):
        district.run(rule=make_rule(LEAD))


def test_a_context_condition_reads_the_social_passports(district: District) -> None:
    indicator = IndicatorFactory.create(code="low_income", name="Малообеспеченные")
    year = SchoolYearFactory.create(start_year=YEAR - 1)
    for school, count in zip(district.schools, (60, 10, 10, 10, 10), strict=True):
        ContextFactory.create(
            batch=district.batch, organisation=school, indicator=indicator, school_year=year, count=count, total=100,
            share=None, value=None,
        )  # fmt: skip
    rule = make_rule({
        "code": "context", "name": "условия", "status": "adverse_context",
        "conditions": [{"code": "C", "title": "выше медианы", "measure": "context_share", "indicators": ["low_income"],
                        "above": {"territory": "municipality", "value": "median", "times": 1.5}}],
    })  # fmt: skip
    assert listed(district.run(rule=rule)) == ["А"]


def test_the_comparison_with_the_context_is_hidden_where_schools_are_few(district: District) -> None:
    indicator = IndicatorFactory.create(code="low_income")
    for school in district.schools:
        ContextFactory.create(
            batch=district.batch, organisation=school, indicator=indicator, share="0.2", count=None, total=None,
            value=None, school_year=SchoolYearFactory.create(start_year=YEAR - 1),
        )  # fmt: skip
    row = decision(district, "А")
    assert (row.residual, decision_view(row).against) == (None, "")
    assert row.run.summary["against"]["reason"] == "few_schools"
    with translation.override("en"):
        assert "too few schools" in against_note(row.run.summary)


def test_the_comparison_with_the_context_says_result_expected_and_quality(district: District) -> None:
    """60 schools whose share below is half of their low income, plus a little noise; one school does much worse."""
    indicator = IndicatorFactory.create(code="low_income")
    year = SchoolYearFactory.create(start_year=YEAR - 1)
    random = np.random.default_rng(3)
    shares = random.uniform(0.1, 0.6, 60)
    last = None
    for number, share in enumerate(shares):
        last = SchoolFactory.create(territory=district.territory, short_name=f"Школа {number:02}")
        district.result(last, "russian", YEAR, round(share * 50) + (40 if number == 59 else 0), n=100)
        ContextFactory.create(
            batch=district.batch, organisation=last, indicator=indicator, share=f"{share:.6f}", count=None, total=None,
            value=None, school_year=year,
        )  # fmt: skip
    run = run_identification(make_rule({
        "code": "one", "name": "одно", "status": "low_results",
        "conditions": [{"code": "A", "title": "одна", "measure": "below_share", "at_least": 0.3}],
    }), territory=district.territory, year=YEAR, actor=SYSTEM)  # fmt: skip
    row = SchoolDecision.objects.select_related("run__rule_set").get(run=run, organisation=last)
    model = run.summary["against"]
    assert model["reason"] is None
    assert model["schools"] == 60
    assert row.residual == pytest.approx(0.4, abs=0.03)
    with translation.override("en"):
        text = plain(decision_view(row).against)
    assert re.search(r"Below the threshold are [\d.]+ % .* have [\d.]+ %\. The passport explains \d+ %", text)


def test_indicators_that_nobody_gives_do_not_stand_in_the_way(district: District) -> None:
    ContextIndicator.objects.create(code="never", name="никто", source="тест")
    assert district.run().summary["against"] is None
