"""The completeness check: the agreement of S3 gives what S3 lacks, a complete one gives nothing, each fault is found."""

import datetime as dt

import pytest
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import SYSTEM, Scope
from mayak.networks.algorithms.completeness import (
    Act,
    Clause,
    FaultCode,
    Need,
    Paper,
    Party,
    citations_in,
    faults_of,
)
from mayak.networks.algorithms.numbering import numbered
from mayak.networks.checks.agreements import incomplete, without_agreement
from mayak.networks.enums.agreements import AgreementKind
from mayak.networks.models import AgreementClause, AgreementRequirement, AgreementTemplate
from mayak.networks.selectors.agreement_findings import findings_of
from mayak.networks.services.agreement_clauses import add_missing_clauses, renumber_clauses
from mayak.networks.services.agreement_life import agree_without_chain
from mayak.networks.services.agreement_parties import update_party
from mayak.networks.services.agreement_reference import load_agreement_reference
from mayak.networks.services.agreements import update_agreement
from mayak.registry.enums import ActState
from tests.factories.agreements import ACTOR, draft, pair, s3_agreement, signed
from tests.factories.matching import PartnershipFactory
from tests.factories.registry import LegalActFactory

DAY = dt.date(2021, 3, 1)
NEEDS = [Need("subject"), Need("duties", each_side=True)]
LEAD, MENTEE = Party("lead", "А", "Иванов", "Устава", True), Party("mentee", "Б", "Петров", "Устава", True)
WHOLE = [
    Clause("1", "subject", "Предмет"),
    Clause("1.1", "subject", "О помощи"),
    Clause("1.2", "duties", "Учит", "lead"),
    Clause("1.3", "duties", "Учится", "mentee"),
]


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def codes(clauses: list[Clause], **changes: object) -> list[tuple[str, str]]:
    values = {"parties": [LEAD, MENTEE], "needs": NEEDS, "day": DAY} | changes
    return [(one.code.value, one.place) for one in faults_of(Paper(clauses=clauses, **values))]


def test_a_whole_paper_has_no_fault() -> None:
    assert codes(WHOLE) == []


def test_a_missing_section_and_the_duties_of_a_side_are_found() -> None:
    assert codes([WHOLE[0], Clause("1.1", "duties", "Учит", "lead")]) == [
        ("no_section", "subject"),
        ("no_duties", "mentee"),
    ]


def test_duties_of_all_parties_together_are_no_duties_of_one_side() -> None:
    found = codes([*WHOLE[:3], Clause("1.3", "duties", "Стороны встречаются")])
    assert found == [("no_duties", "mentee")]


def test_members_of_one_role_may_share_a_clause() -> None:
    members = [Party("member", name, "Иванов", "Устава", True) for name in "АБ"]
    assert codes([WHOLE[1], Clause("1.2", "duties", "Участники делают")], parties=members) == []


@pytest.mark.parametrize(
    ("numbers", "found"),
    [
        (["1", "1.1", "1.2", "1.4"], [("gap", "1.3")]),
        (["1", "1.1", "3", "3.1"], [("gap", "2")]),
        (["1", "1.2"], [("gap", "1.1")]),
        (["1", "1.1", "1.1"], [("twice", "1.1")]),
        (["1", "1.9", "1.10"], [("gap", f"1.{one}") for one in range(1, 9)]),
        (["1.", "1.1.", "1.2."], []),
    ],
)
def test_gaps_and_doubles_in_the_numbers(numbers: list[str], found: list[tuple[str, str]]) -> None:
    assert codes([Clause(number, "subject", "х") for number in numbers], needs=[]) == found


def test_a_result_without_a_number_cannot_be_measured() -> None:
    results = [Clause("2", "results", "Результаты"), Clause("2.1", "results", "Высокая оценка работы")]
    assert ("no_measure", "2.1") in codes([*WHOLE, *results])
    results[1] = Clause("2.1", "results", "Не ниже 85 процентов")
    assert codes([*WHOLE, *results]) == []


def test_an_expired_term_and_an_ended_programme_are_found() -> None:
    assert codes(WHOLE, ends_on=DAY - dt.timedelta(days=1)) == [("expired", "28.02.2021")]
    assert codes(WHOLE, ends_on=DAY) == []
    assert codes(WHOLE, programme_ends_on=dt.date(2020, 12, 31)) == [("programme_over", "31.12.2020")]


def test_who_signs_and_on_what_basis() -> None:
    nobody, no_basis = Party("lead", "А", "", "", True), Party("mentee", "Б", "Петров", " ", False)
    assert codes(WHOLE, parties=[nobody, no_basis]) == [
        ("no_representative", "А"),
        ("no_basis", "Б"),
        ("no_requisites", "Б"),
    ]
    assert ("few_parties", "1") in codes(WHOLE, parties=[LEAD])


def test_citations_are_read_in_figures_and_in_words() -> None:
    text = "приказ от 13.01.2021г. №6, от 13.01,2021 № 6; закон от 29 декабря 2012 г. № 273-ФЗ; от 31.02.2020 № 1"
    assert [(one.number, one.date) for one in citations_in([Clause("1.1", "subject", text)])] == [
        ("6", dt.date(2021, 1, 13)),
        ("6", dt.date(2021, 1, 13)),
        ("273-ФЗ", dt.date(2012, 12, 29)),
    ]


def cited(text: str, *acts: Act) -> list[tuple[str, str]]:
    return codes([*WHOLE, Clause("1.4", "subject", text)], acts=acts)


def test_an_act_that_is_over_or_is_cited_in_two_ways() -> None:
    order = Act("145-А", dt.date(2020, 4, 3))
    assert cited("от 03.04.2020 № 145-А", order) == []
    assert cited("от 03.04.2020 № 145-А", Act("145-А", order.date, is_over=True)) == [("act_over", "1.4")]
    assert cited("от 03.04.2021 № 145-А", order) == [("act_differs", "1.4")]
    assert cited("от 03.04.2020 № 145", order) == [("act_differs", "1.4")]
    assert cited("от 11.05.2019 № 145-А", order) == []  # another act of that number
    assert cited("от 13.01.2021 № 6 и от 13.01.2022 № 6") == [("act_differs", "1.4"), ("act_differs", "1.4")]


def test_a_field_that_nothing_fills_is_found() -> None:
    clauses = [*WHOLE, Clause("1.4", "term", "до {срок_по} по {предмет}")]
    assert codes(clauses, filled=frozenset({"предмет"})) == [("empty_field", "1.4")]


def test_numbers_are_made_anew_in_their_order() -> None:
    assert numbered(["1", "1.1", "1.2", "1.4", "3", "3.2"]) == ["1", "1.1", "1.2", "1.3", "2", "2.1"]
    assert numbered(["1.1", "2"]) == ["1", "2"]
    assert numbered([]) == []


@pytest.mark.django_db
def test_the_agreement_of_s3_lacks_exactly_what_s3_lacks() -> None:
    found = findings_of(s3_agreement(), DAY)
    assert [(one.code, one.place) for one in found] == [
        (FaultCode.NO_SECTION, "measurable results"),
        (FaultCode.NO_SECTION, "personal data"),
        (
            FaultCode.NO_DUTIES,
            "Duties of the side «school that gets help» (МБОУ Болтинская основная школа)",
        ),
        (FaultCode.GAP, "Clause 1.3"),
    ]
    assert all(one.reason and one.remedy for one in found)
    assert found[3].reason == "There is no clause 1.3: after 1.2 comes 1.4."


@pytest.mark.django_db
def test_the_branch_of_s3_signs_through_its_parent() -> None:
    party = s3_agreement().parties.get(role="mentee")
    assert (party.name, party.for_branch) == ("МБОУ Болтинская основная школа", "Красновская основная школа")
    assert party.organisation.is_branch
    assert party.legal_person == party.organisation.parent


@pytest.mark.django_db
def test_the_template_mends_s3_in_two_clicks() -> None:
    row = s3_agreement()
    assert add_missing_clauses(row, actor=ACTOR) == 7
    assert renumber_clauses(row, actor=ACTOR) == 0  # adding numbers anew, so the gap is closed too
    row = update_agreement(row, actor=ACTOR, ends_on=dt.date(2021, 8, 31), subjects="русский язык")
    assert findings_of(row, DAY) == []
    numbers = list(
        AgreementClause.objects.filter(version__agreement=row).values_list("number", "section", "side")
    )
    assert ("1.3", "duties", "mentee") in numbers
    assert numbers[-1] == ("6", "requisites", "")


@pytest.mark.django_db
def test_a_draft_of_the_template_is_complete() -> None:
    assert findings_of(draft(), dt.date(2024, 10, 1)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["network_form", "simple_partnership"])
def test_every_template_of_a_pair_satisfies_the_demands_on_its_kind(kind: str) -> None:
    assert findings_of(draft(kind=kind, pupils_study=kind == "network_form"), dt.date(2024, 10, 1)) == []


@pytest.mark.django_db
def test_the_supplied_templates_have_sources_and_all_kinds() -> None:
    counts = load_agreement_reference(actor=SYSTEM)
    assert [one.created for one in counts] == [
        AgreementTemplate.objects.count(),
        AgreementRequirement.objects.count(),
    ]
    assert [one.created for one in load_agreement_reference(actor=SYSTEM)] == [0, 0]
    assert set(AgreementTemplate.objects.values_list("kind", flat=True)) == set(AgreementKind.values)
    assert not AgreementTemplate.objects.filter(source="").exists()
    ours = AgreementTemplate.objects.get(kind="cooperation", code="results")
    theirs = AgreementTemplate.objects.get(kind="cooperation", code="payment")
    assert (ours.is_assumption, theirs.is_assumption, theirs.source_year) == (True, False, 2021)


@pytest.mark.django_db
def test_pupils_who_study_elsewhere_need_another_contract() -> None:
    row = draft(pupils_study=True)
    assert [one.code for one in findings_of(row, dt.date(2024, 10, 1))] == [FaultCode.WRONG_KIND]


@pytest.mark.django_db
def test_a_cited_act_of_the_registry_that_was_cancelled_is_found() -> None:
    row = draft()
    clause = AgreementClause.objects.get(version__agreement=row, number="1.2")
    clause.text += " Основание: приказ от 08.06.2023 № 237."
    clause.save()
    act = LegalActFactory(number="237", date=dt.date(2023, 6, 8), territory=row.territory)
    assert findings_of(row, dt.date(2024, 10, 1)) == []
    act.state = ActState.CANCELLED
    act.save()
    assert [(one.code, one.place) for one in findings_of(row, dt.date(2024, 10, 1))] == [
        (FaultCode.ACT_OVER, "Clause 1.2")
    ]


@pytest.mark.django_db
def test_ch_05_tells_what_the_page_tells_and_passes_drafts_over() -> None:
    row = s3_agreement()
    scope = Scope(territory_paths=(row.territory.path or "",))
    assert list(incomplete(scope)) == []
    agree_without_chain(row, actor=ACTOR, reason="подписано в 2021 году")
    found = list(incomplete(scope))
    assert len(found) == 4
    assert {one.group_key for one in found} == {"CH-05"}
    assert len({one.object_key for one in found}) == 4
    assert list(incomplete(Scope(territory_paths=("/999/",)))) == []


@pytest.mark.django_db
def test_ch_05_costs_the_same_for_more_agreements(django_assert_max_num_queries, time_machine) -> None:
    time_machine.move_to(dt.datetime(2024, 9, 20, 12, tzinfo=dt.UTC))
    for _number in range(3):
        draft_ = draft(pair())
        party = draft_.parties.first()
        update_party(party, actor=ACTOR, basis="")
        agree_without_chain(draft_, actor=ACTOR, reason="на бумаге")
    with django_assert_max_num_queries(8):
        found = list(incomplete(Scope.of_everything()))
    assert [one.reason.startswith("It is not said on what basis") for one in found] == [True] * 3


@pytest.mark.django_db
def test_ch_04_names_none_prepared_and_expired(time_machine) -> None:
    time_machine.move_to(dt.datetime(2024, 9, 20, 12, tzinfo=dt.UTC))
    bare, prepared, held = PartnershipFactory(), pair(), pair()
    draft(prepared)
    signed(held, day=dt.date(2024, 9, 20))
    found = {one.object_key: one.reason for one in without_agreement(Scope.of_everything())}
    assert found == {
        f"partnership:{bare.pk}": "The schools work together and have concluded no agreement.",
        f"partnership:{prepared.pk}": "An agreement is being prepared, but it is not signed.",
    }
    time_machine.move_to(dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC))
    reasons = {one.object_key: one.reason for one in without_agreement(Scope.of_everything())}
    assert reasons[f"partnership:{held.pk}"].startswith("The term of its agreement does not hold today")
