"""Needs from the list of diagnosis or from results, strengths from results and offers, dates and hours of passports."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mayak.diagnosis.enums.needs import NeedKind, NeedState
from mayak.diagnosis.models import LeadOffer, LeadProfile, SchoolNeed
from mayak.matching.algorithms.problem import Lead, Mentee, Need, Strength
from mayak.matching.enums import LineKind
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import covered_needs, reason_texts, unmatched_texts
from mayak.matching.selectors.candidates import candidates_for
from mayak.matching.selectors.content_lines import kind_of_line
from mayak.matching.selectors.problems import input_of
from mayak.matching.selectors.readiness import readiness_of
from mayak.matching.selectors.snapshots import problem_from_dict
from mayak.matching.services import solve_run
from mayak.registry.models import Organisation
from tests.factories.matching import lead, mentee, school_year
from tests.factories.people import CompetenceFactory
from tests.factories.schools import RiskFactorFactory, SchoolNeedFactory
from tests.matching.conftest import ACTOR, District


def mentee_of(run: MatchingRun, school: Organisation) -> Mentee:
    return next(one for one in input_of(run).problem.mentees if one.key == str(school.pk))


def lead_of(run: MatchingRun, school: Organisation) -> Lead:
    return next(one for one in input_of(run).problem.leads if one.key == str(school.pk))


def need(school: Organisation, key: str, weight: float, **fields: object) -> SchoolNeed:
    computed = {"title": key, "kind": NeedKind.SUBJECT, "stated_weight": None, "reason": ""}
    return SchoolNeedFactory(
        organisation=school, school_year=school_year(), key=key, weight=weight, **computed | fields
    )


def offer(school: Organisation, **fields: object) -> LeadOffer:
    return LeadOffer.objects.create(profile=LeadProfile.objects.get(organisation=school), **fields)


def test_the_list_of_diagnosis_goes_before_the_results(district: District) -> None:
    risk = RiskFactorFactory(code="motivation", name="Низкая учебная мотивация")
    need(district.north, "subject:russian:5", 0.4, subject=district.russian, grade=5)
    need(district.north, "risk:500+:motivation", 0.5, kind=NeedKind.RISK, risk_factor=risk, title=risk.name)
    found = input_of(district.run)
    assert mentee_of(district.run, district.north).needs == (
        Need("risk:motivation", None, 0.5),
        Need("russian", 5, 0.4),
    )
    assert found.subjects["risk:motivation"] == "Низкая учебная мотивация"
    assert mentee_of(district.run, district.middle).needs == (Need("math", 9, 0.4),)


def test_a_stated_weight_counts_and_a_dropped_need_does_not(district: District) -> None:
    need(
        district.north,
        "subject:math:9",
        0.6,
        subject=district.maths,
        grade=9,
        stated_weight=0.9,
        reason="знаем сами",
    )
    need(
        district.north,
        "subject:russian:9",
        0.7,
        subject=district.russian,
        grade=9,
        state=NeedState.DROPPED,
        reason="учитель сменился",
    )
    assert mentee_of(district.run, district.north).needs == (Need("math", 9, 0.9),)


def test_a_subject_and_its_topics_are_one_line_of_the_heaviest_weight(district: District) -> None:
    for key, weight in (("subject:math:9", 0.4), ("task:math:9:дроби", 0.7), ("task:math:9:углы", 0.5)):
        need(district.north, key, weight, subject=district.maths, grade=9)
    assert mentee_of(district.run, district.north).needs == (Need("math", 9, 0.7),)


def test_needs_in_free_words_alone_leave_the_results_in_charge(district: District) -> None:
    need(district.north, "hand:1", 1.0, kind=NeedKind.HAND, title="Другое", reason="просит школа")
    assert mentee_of(district.run, district.north).needs == (Need("math", 9, 0.6),)


def test_a_passport_offers_more_than_results_show(district: District) -> None:
    risk = RiskFactorFactory(code="motivation")
    offer(district.maths_lead, subject=district.russian, grade_from=5, grade_to=6)
    offer(district.maths_lead, risk_factor=risk, competence="feedback")
    offer(district.maths_lead, note="музейная педагогика")
    assert lead_of(district.run, district.maths_lead).strengths == (
        Strength("math", 9, 1.0),
        Strength("russian", 5, 0.5),
        Strength("russian", 6, 0.5),
        Strength("risk:motivation", None, 1.0),
        Strength("competence:feedback", None, 1.0),
    )


def test_a_risk_and_a_competence_bring_a_pair_together_and_are_named_in_it(district: District) -> None:
    risk = RiskFactorFactory(code="motivation", name="Низкая учебная мотивация")
    CompetenceFactory(code="feedback", name="Обратная связь")
    need(district.north, "risk:500+:motivation", 0.8, kind=NeedKind.RISK, risk_factor=risk, title=risk.name)
    need(
        district.north, "competence:feedback", 0.4, kind=NeedKind.HAND, competence="feedback", reason="просит"
    )
    offer(district.russian_lead, risk_factor=risk, competence="feedback")
    pair = solve_run(district.run, actor=ACTOR).pairs.get(mentee=district.north)
    assert pair.lead == district.russian_lead
    assert reason_texts(pair)[0] == (
        "strong in what the school lacks: Низкая учебная мотивация, Обратная связь: +50\u202f%"
    )
    assert [one["subject"] for one in covered_needs(pair)] == ["risk:motivation", "competence:feedback"]


def test_keys_say_what_they_stand_for() -> None:
    assert [kind_of_line(line) for line in ("math", "risk:motivation", "competence:feedback")] == [
        LineKind.SUBJECT,
        LineKind.RISK,
        LineKind.COMPETENCE,
    ]


def test_hours_of_the_passport_are_in_the_snapshot(district: District) -> None:
    LeadProfile.objects.filter(organisation=district.maths_lead).update(hours_per_month=12)
    run = solve_run(district.run, actor=ACTOR)
    rows = {row["key"]: row for row in run.snapshot["problem"]["leads"]}
    assert rows[str(district.maths_lead.pk)]["hours_per_month"] == 12
    assert "hours_per_month" not in rows[str(district.russian_lead.pk)]
    assert problem_from_dict(run.snapshot["problem"]) == input_of(run).problem


@pytest.mark.parametrize(
    ("begins", "ends", "is_there"),
    [
        (None, None, True),
        (dt.date(2025, 9, 1), None, False),
        (None, dt.date(2024, 8, 31), False),
        (dt.date(2025, 8, 31), None, True),
        (dt.date(2025, 1, 1), dt.date(2025, 2, 1), True),
    ],
)
def test_a_lead_school_helps_only_in_the_time_of_its_passport(
    district: District, begins: dt.date | None, ends: dt.date | None, is_there: bool
) -> None:
    LeadProfile.objects.filter(organisation=district.maths_lead).update(
        available_from=begins, available_to=ends
    )
    assert lead_of(district.run, district.maths_lead).is_available is is_there


def test_who_is_not_there_gets_no_school_and_everybody_is_told(district: District) -> None:
    LeadProfile.objects.filter(organisation=district.maths_lead).update(available_from=dt.date(2030, 1, 1))
    district.russian_lead.lead_profiles.update(capacity=1)
    readiness = readiness_of(district.run)
    assert readiness.places == 1
    assert [line.schools for line in readiness.lines if line.title == "Lead schools that have no time"] == [
        ("Лицей",)
    ]
    run = solve_run(district.run, actor=ACTOR)
    assert [str(pair.lead) for pair in run.pairs.all()] == ["Гимназия"]
    left = run.unmatched.first()
    assert (
        "1 lead school is not available in this school year. The nearest of them is Лицей, 20 km away."
        in (unmatched_texts(left))
    )
    why = {one.name: one.why_not for one in candidates_for(run, left.mentee_id)}
    assert why["Лицей"] == "not available in this school year"


def test_more_schools_cost_no_more_queries(district: District) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        input_of(district.run)
    for number in range(4):
        need(mentee(district.territory, f"Ещё {number}"), "subject:math:9", 0.5, subject=district.maths)
        offer(lead(district.territory, f"Лидер {number}"), subject=district.maths)
    with CaptureQueriesContext(connection) as many:
        input_of(district.run)
    assert len(many) == len(few)
