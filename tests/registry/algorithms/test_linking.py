"""What joins a name to an organisation by itself, and what leaves it to a person."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.registry.algorithms.candidates import (
    NOT_A_SCHOOL,
    Candidate,
    Codes,
    LinkResult,
    LinkStatus,
    NameQuery,
)
from mayak.registry.algorithms.index import SMALL_TERRITORY, NameIndex
from mayak.registry.algorithms.linking import decision_key, link
from mayak.registry.algorithms.names import normalise_name
from mayak.registry.algorithms.similarity import MIN_SCORE

TOSNO, KIROVSK = "tosno", "kirovsk"
SCHOOLS = [
    Candidate(
        1, TOSNO, ("МБОУ «СОШ № 1 г. Никольское»",), "г. Никольское", Codes("edu100001", "0101", "111", "11")
    ),
    Candidate(2, TOSNO, ("МБОУ «Гимназия № 1 г. Никольское»",), "г. Никольское", Codes("edu100002", "0102")),
    Candidate(3, TOSNO, ("МКОУ «Саблинская ООШ»", "МКОУ «Ульяновская СОШ № 5»"), codes=Codes("edu100003")),
    Candidate(4, KIROVSK, ("МБОУ «Кировская СОШ № 2»",), codes=Codes("edu200001", "0101", "222", "22")),
    Candidate(
        5, KIROVSK, ("Филиал МБОУ «Кировская СОШ № 2»",), codes=Codes(ogrn="222", inn="22"), is_branch=True
    ),
    Candidate(6, KIROVSK, ("МБОУ «СОШ № 7»",), codes=Codes("edu200003", ogrn="777")),
    Candidate(7, KIROVSK, ("МКОУ «Лицей № 9»",)),
    Candidate(8, KIROVSK, ("МБОУ «Лицей № 9»",)),
    Candidate(9, KIROVSK, ("МБОУ «СОШ»",)),
    Candidate(10, KIROVSK, ("МБОУ «Школа № 3»",)),
    Candidate(11, KIROVSK, ("МБОУ «Школа-интернат № 3»",)),
]
INDEX = NameIndex(SCHOOLS)


def ask(
    name: str,
    territory: str | None = KIROVSK,
    *,
    decisions: Mapping[tuple[object, str], object] | None = None,
    settlement: str = "",
    territory_names: tuple[str, ...] = (),
    **codes: str,
) -> LinkResult:
    query = NameQuery(name, territory, territory_names, settlement, Codes(**codes))
    return link(query, INDEX, decisions or {})


def outcome(result: LinkResult) -> tuple[str, object, list[str]]:
    return result.status.value, result.chosen, [reason.code for reason in result.reasons]


# By name --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "territory", "expected"),
    [
        ("сош№1 г.Никольское", TOSNO, 1),
        ("МКОУ СОШ N 1 города Никольское", TOSNO, 1),
        ("Гимназия № 1 г. Никольское", TOSNO, 2),
        ("Саблинская основная школа", TOSNO, 3),
        ("Ульяновская СОШ № 5", TOSNO, 3),
        ("МБОУ Кировской СОШ №2", KIROVSK, 4),
        (
            "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 7»",
            KIROVSK,
            6,
        ),
    ],
)
def test_an_equal_name_unique_in_the_territory_joins(name: str, territory: str, expected: int) -> None:
    assert outcome(ask(name, territory)) == ("name", expected, [])


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("Лицей № 9", ["name_not_unique"]),
        ("СОШ", ["name_weak"]),
        ("Школа № 3", ["same_number"]),
        ("ЧОУ СОШ № 7", ["owner_differs"]),
        ("ФГКОУ СОШ № 7", ["owner_differs"]),
        ("СОШ № 7 Тосненского района", ["territory_in_name"]),
    ],
)
def test_an_equal_name_is_not_enough_when_something_speaks_against(name: str, reasons: list[str]) -> None:
    assert outcome(ask(name, territory_names=("Кировский район",))) == ("ask", None, reasons)


def test_the_territory_in_the_name_may_be_that_of_the_file() -> None:
    assert outcome(ask("СОШ № 7 Кировского района", territory_names=("Кировский район",))) == ("name", 6, [])


@pytest.mark.parametrize(
    ("name", "territory"),
    [
        ("СОШ № 1", TOSNO),
        ("Лицей № 1 г. Никольское", TOSNO),
        ("ООШ № 7", KIROVSK),
        ("Школа № 7", KIROVSK),
        ("СОШ № 7 им. Героя Советского Союза", KIROVSK),
        ("СОШ № 1 г. Никольское", KIROVSK),
        ("СОШ № 7", TOSNO),
        ("СОШ № 7", None),
    ],
)
def test_a_similar_name_or_another_territory_only_asks(name: str, territory: str | None) -> None:
    result = ask(name, territory)
    assert (result.status, result.chosen) in [(LinkStatus.ASK, None), (LinkStatus.NONE, None)]


def test_another_settlement_stops_the_join() -> None:
    result = ask("СОШ № 1 г. Никольское", TOSNO, settlement="пос. Ульяновка")
    assert outcome(result) == ("ask", None, ["settlement_differs"])
    assert outcome(ask("СОШ № 1 г. Никольское", TOSNO, settlement="ГОРОД НИКОЛЬСКОЕ")) == ("name", 1, [])


def test_a_branch_is_not_its_parent() -> None:
    assert ask("Кировская СОШ № 2").chosen == 4
    assert ask("филиал Кировской СОШ № 2").chosen == 5


def test_suggestions_are_ordered_and_say_what_differs() -> None:
    result = ask("Лицей № 1 г. Никольское", TOSNO)
    assert [suggestion.id for suggestion in result.suggestions] == [2, 1]
    assert all(MIN_SCORE <= suggestion.score < 100 for suggestion in result.suggestions)
    assert [reason.code for reason in result.suggestions[0].reasons] == ["kind_differs"]
    assert result.suggestions[0].reasons[0].params == {"asked": "лицей", "known": "гимназия"}


def test_the_same_words_with_another_number_are_shown_low() -> None:
    result = ask("Кировская СОШ № 3")
    found = {suggestion.id: suggestion for suggestion in result.suggestions}
    assert found[4].score == 55
    assert [(reason.code, reason.params) for reason in found[4].reasons] == [
        ("number_differs", {"asked": "3", "known": "2"})
    ]


def test_nothing_alike_gives_nothing() -> None:
    assert outcome(ask("Ясли-сад «Ромашка»")) == ("none", None, [])
    assert outcome(ask("")) == ("none", None, [])


# By code --------------------------------------------------------------------------------------------------


def test_a_login_joins_whatever_the_spelling() -> None:
    assert outcome(ask("Никольская школа", TOSNO, login=" EDU100001 ")) == ("code", 1, ["name_differs"])
    assert outcome(ask("МБОУ Саблинская школа (edu100003)", TOSNO)) == ("code", 3, ["name_differs"])
    assert outcome(ask("СОШ № 7", None, login="edu200003")) == ("code", 6, [])


def test_a_code_against_another_number_is_a_conflict() -> None:
    result = ask("СОШ № 8", login="edu200003")
    assert outcome(result) == ("conflict", None, ["number_differs"])
    assert result.suggestions[0].id == 6


def test_a_former_number_is_no_conflict() -> None:
    assert outcome(ask("Ульяновская школа № 5", TOSNO, login="edu100003")) == ("code", 3, ["name_differs"])


def test_a_code_of_one_and_the_name_of_another_is_a_conflict() -> None:
    result = ask("Гимназия № 1 г. Никольское", TOSNO, login="edu100001")
    assert outcome(result) == ("conflict", None, ["name_of_another"])
    assert {suggestion.id for suggestion in result.suggestions} >= {1, 2}


def test_codes_of_two_organisations_are_a_conflict() -> None:
    assert outcome(ask("СОШ № 7", login="edu200003", ogrn="111")) == ("conflict", None, ["codes_disagree"])


def test_rcoi_codes_repeat_between_territories() -> None:
    assert outcome(ask("СОШ № 1", TOSNO, rcoi="0101")) == ("code", 1, ["name_differs"])
    assert outcome(ask("СОШ № 2", KIROVSK, rcoi="0101")) == ("code", 4, ["name_differs"])
    assert ask("СОШ № 2", None, rcoi="0101").status is LinkStatus.ASK


@pytest.mark.parametrize("code", [{"ogrn": "222"}, {"inn": "22"}, {"ogrn": "222", "inn": "22"}])
def test_a_code_shared_by_branches_is_never_enough_alone(code: dict[str, str]) -> None:
    result = ask("Школа", **code)
    assert (result.status, [reason.code for reason in result.reasons]) == (LinkStatus.ASK, ["code_shared"])
    assert {suggestion.id for suggestion in result.suggestions} >= {4, 5}
    assert outcome(ask("Кировская СОШ № 2", **code)) == ("code", 4, [])
    assert outcome(ask("Филиал Кировской СОШ № 2", **code)) == ("code", 5, [])


def test_a_branch_unknown_to_the_registry_does_not_get_its_parent_by_ogrn() -> None:
    assert outcome(ask("Филиал СОШ № 7", ogrn="777")) == ("conflict", None, ["branch_differs"])


def test_an_equal_name_with_another_code_asks() -> None:
    assert outcome(ask("СОШ № 7", login="edu999999")) == ("ask", None, ["code_differs"])


def test_codes_are_never_padded_or_stripped() -> None:
    candidates = [Candidate(1, "bg", ("ОУ Отец Паисий",), codes=Codes(rcoi="100020"))]
    for code in ("100-02", "10002", "0100020"):
        result = link(NameQuery("ОУ Ран Босилек", "bg", codes=Codes(rcoi=code)), candidates)
        assert (result.chosen, result.status is LinkStatus.CODE) == (None, False)
    assert link(NameQuery("ОУ Ран Босилек", "bg", codes=Codes(rcoi="100\u00a0020")), candidates).chosen == 1


def test_a_weak_likeness_is_shown_to_a_person_and_never_joined() -> None:
    """Codes of two numberings say nothing for or against; the names alone are just alike enough to be shown."""
    candidates = [Candidate(1, "bg", ("ОУ Отец Паисий",), codes=Codes(rcoi="100020"))]
    result = link(NameQuery("ОУ Ран Босилек", "bg", codes=Codes(rcoi="100-02")), candidates)
    assert (result.status, result.chosen) == (LinkStatus.ASK, None)
    assert [(found.id, found.score) for found in result.suggestions] == [(1, MIN_SCORE)]


VILLAGE_SCHOOL = Candidate(
    1, "добричка", ("ОУ Васил Левски",), "С.ХИТОВО", Codes(rcoi="800039"), region_id="добрич"
)


@pytest.mark.parametrize(
    ("name", "settlement", "region", "code", "expected"),
    [
        # Code, whole name, settlement and region are equal: the municipality is only spelled otherwise.
        ("ОУ Васил Левски", "С. ХИТОВО", "добрич", "800039", ("code", 1, ["territory_differs"])),
        # Anything less is asked about, and never made a second school by machine.
        ("ОУ Васил Левски", "", "добрич", "800039", ("ask", None, ["code_elsewhere"])),
        ("ОУ В. Левски", "С. ХИТОВО", "добрич", "800039", ("ask", None, ["code_elsewhere"])),
        # Codes may repeat between municipalities and between regions: another place is another school.
        ("ОУ Васил Левски", "С. БОЖУРОВО", "добрич", "800039", ("none", None, [])),
        ("ОУ Васил Левски", "С. ХИТОВО", "варна", "800039", ("none", None, [])),
        ("ОУ Васил Левски", "С. ХИТОВО", None, "800039", ("ask", None, ["code_without_region"])),
        ("ОУ Васил Левски", "С. ХИТОВО", "добрич", "80039", ("none", None, [])),
    ],
)
def test_a_code_found_in_another_municipality_of_the_region(
    name: str, settlement: str, region: str | None, code: str, expected: tuple[str, object, list[str]]
) -> None:
    query = NameQuery(name, "добрич-селска", (), settlement, Codes(rcoi=code), region)
    result = link(query, [VILLAGE_SCHOOL])
    status = "none" if expected[0] == "none" and not result.is_joined else str(result.status)
    assert (status, result.chosen, [r.code for r in result.reasons if r.code != "words_differ"]) == expected


@pytest.mark.parametrize(
    ("territory", "region", "expected"),
    [
        ("добрич", "добрич", ("code", 1, [])),  # a regional file with codes only
        ("варна", "варна", ("none", None, [])),
        ("болгария", None, ("ask", None, ["code_without_region"])),  # codes repeat between regions
    ],
)
def test_a_row_with_a_code_only(
    territory: str, region: str | None, expected: tuple[str, object, list[str]]
) -> None:
    query = NameQuery("", territory, codes=Codes(rcoi="800039"), region_id=region)
    result = link(query, [VILLAGE_SCHOOL])
    reasons = [reason.code for reason in result.reasons if reason.code != "territory_differs"]
    assert (str(result.status), result.chosen, reasons) == expected


def test_a_code_that_two_municipalities_share_says_nothing_about_a_third() -> None:
    schools = [
        Candidate(place, f"район {place}", ("ОУ Васил Левски",), codes=Codes(rcoi="1"), region_id="край")
        for place in (1, 2)
    ]
    result = link(NameQuery("ОУ Васил Левски", "район 3", codes=Codes(rcoi="1"), region_id="край"), schools)
    assert (result.chosen, [reason.code for reason in result.reasons]) == (None, [])


# By decision ----------------------------------------------------------------------------------------------


def decided(name: str, chosen: object, territory: str = KIROVSK) -> dict[tuple[object, str], object]:
    return {decision_key(NameQuery(name, territory)): chosen}


def test_a_decision_is_remembered_for_every_spelling_in_the_territory() -> None:
    decisions = decided("Школа № 7", 6)
    assert outcome(ask("ШКОЛА №7", decisions=decisions)) == ("decision", 6, [])
    assert ask("Школа № 7", TOSNO, decisions=decisions).chosen is None
    assert ask("Лицей № 9", decisions=decided("Лицей № 9", 8)).chosen == 8


def test_a_row_may_be_no_school() -> None:
    result = ask("Итого по району", decisions=decided("ИТОГО по району", NOT_A_SCHOOL))
    assert (result.status, result.chosen) == (LinkStatus.DECISION, NOT_A_SCHOOL)


def test_a_decision_does_not_win_over_an_exact_code() -> None:
    decisions = decided("Школа Радуга", 7)
    assert outcome(ask("Школа Радуга", login="edu200003", decisions=decisions)) == (
        "code",
        6,
        ["decision_overruled", "name_differs"],
    )
    unknown = ask("СОШ № 7", login="edu999999", decisions=decided("СОШ № 7", 6))
    assert outcome(unknown) == ("conflict", None, ["code_differs"])


def test_a_decision_settles_what_the_code_leaves_open() -> None:
    assert ask("Школа № 2", ogrn="222", decisions=decided("Школа № 2", 5)).chosen == 5
    settled = ask("СОШ № 8", login="edu200003", decisions=decided("СОШ № 8", 6))
    assert (settled.status, settled.chosen) == (LinkStatus.DECISION, 6)


def test_a_decision_about_a_vanished_organisation_is_forgotten() -> None:
    assert outcome(ask("СОШ № 7", decisions=decided("СОШ № 7", 999))) == ("name", 6, [])


# Index ----------------------------------------------------------------------------------------------------


def test_ids_are_unique() -> None:
    with pytest.raises(ValueError, match="two candidates with the id 1"):
        NameIndex([SCHOOLS[0], SCHOOLS[0]])


def test_a_large_territory_offers_shared_numbers_and_words() -> None:
    schools = [
        Candidate(number, "msk", (f"ГБОУ Школа № {number}",)) for number in range(1, 4 * SMALL_TERRITORY)
    ]
    schools.append(Candidate("kurchatov", "msk", ("ГБОУ «Курчатовская школа»",)))
    index = NameIndex(schools)
    assert [found.id for found in link(NameQuery("Гимназия № 57", "msk"), index).suggestions] == [57]
    assert [found.id for found in link(NameQuery("Курчатовкая школа", "msk"), index).suggestions] == [
        "kurchatov"
    ]


NUMBERED = st.builds(
    "{} {} № {}{}".format,
    st.sampled_from(["", "МБОУ", "МКОУ", "ЧОУ"]),
    st.sampled_from(["СОШ", "ООШ", "школа", "гимназия", "лицей", "школа-интернат"]),
    st.integers(1, 4),
    st.sampled_from(["", " г. Никольское", " имени Пушкина", "а"]),
)


@given(st.lists(NUMBERED, min_size=1, max_size=12), NUMBERED)
def test_an_automatic_join_is_always_an_equal_unique_name(registry: list[str], name: str) -> None:
    result = link(
        NameQuery(name, TOSNO), [Candidate(place, TOSNO, (own,)) for place, own in enumerate(registry)]
    )
    equal = [
        place for place, own in enumerate(registry) if normalise_name(own).key == normalise_name(name).key
    ]
    if result.is_joined:
        assert [result.chosen] == equal
    else:
        assert result.chosen is None
