"""Participants gathered in a stream; natural keys."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from mayak.results.algorithms.collect import ParticipantCollector
from mayak.results.algorithms.keys import assessment_key, canonical, content_hash
from mayak.results.algorithms.records import AssessmentKey, ParticipantRecord, SchoolRef

VPR = AssessmentKey(kind="vpr", subject_text="Математика", grade=5, year=2024)
SCHOOL = SchoolRef(login="edu100001")


def participant(
    code: str, score: float = 10, school: SchoolRef = SCHOOL, key: AssessmentKey = VPR
) -> ParticipantRecord:
    return ParticipantRecord(int(code), school, key, code, "5А", "1", score, None, 3, 4, "1;0")


codes = st.lists(st.integers(1, 999).map(str), unique=True, min_size=1, max_size=30)


@given(codes, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_order_or_files(chosen: list[str], chance: object) -> None:
    shuffled = chosen[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random
    one, other = ParticipantCollector(), ParticipantCollector()
    one.add("a.csv", "", [participant(code) for code in chosen])
    half = len(shuffled) // 2
    other.add("b.csv", "", [participant(code) for code in shuffled[:half]])
    other.add("c.csv", "", [participant(code) for code in shuffled[half:]])
    assert [slot.content for _, slot in one.results()] == [slot.content for _, slot in other.results()]


@given(codes)
def test_another_score_makes_another_digest(chosen: list[str]) -> None:
    one, other = ParticipantCollector(), ParticipantCollector()
    one.add("a.csv", "", [participant(code) for code in chosen])
    other.add("a.csv", "", [participant(code, 11 if code == chosen[0] else 10) for code in chosen])
    assert one.results()[0][1].content != other.results()[0][1].content


def test_equal_schools_of_two_files_are_one() -> None:
    collector = ParticipantCollector()
    collector.add("a.csv", "", [participant("1")])
    collector.add("b.csv", "", [participant("2", school=SchoolRef(login="edu100001"))])
    ((record, slot),) = collector.results()
    assert (record.participants, slot.rows, slot.place.file) == (2, 2, "a.csv")


def test_a_code_twice_comes_back_as_a_double() -> None:
    collector = ParticipantCollector()
    doubles = collector.add("a.csv", "", [participant("1"), participant("2"), participant("1", 5)])
    assert [double.primary_score for double in doubles] == [5]
    assert collector.results()[0][1].rows == 2


def test_the_days_of_a_vpr_are_one_assessment_and_those_of_an_exam_are_not() -> None:
    day, next_day = dt.date(2024, 4, 20), dt.date(2024, 4, 22)
    vpr = [AssessmentKey(kind="vpr", date=one) for one in (day, next_day)]
    ege = [AssessmentKey(kind="ege", date=one) for one in (day, next_day)]
    assert len({canonical(key) for key in vpr}) == 1
    assert len({canonical(key) for key in ege}) == 2


def test_the_key_of_an_assessment() -> None:
    key = assessment_key(
        kind="ege", subject="russian", grade=11, year=2024, held_on=dt.date(2024, 5, 28), wave="основной"
    )
    assert key == "ege|russian|11|2024|2024-05-28|основной||"
    assert assessment_key(
        kind="vpr", subject="russian", grade=4, year=2024, held_on=dt.date(2024, 4, 20)
    ) == ("vpr|russian|4|2024||||")


def test_a_content_hash_sees_values_and_not_their_writing() -> None:
    assert content_hash({"a": 48, "b": None}) == content_hash({"b": None, "a": 48.0})
    assert content_hash({"a": 48}) != content_hash({"a": 49})
    assert content_hash({"a": None}) != content_hash({"a": 0})
