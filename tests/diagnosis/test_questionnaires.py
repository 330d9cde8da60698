"""The supplied questionnaires: complete, answerable, short where they are called short, safe for students."""

import re
from pathlib import Path

import pytest
import yaml

from mayak.diagnosis.enums.deficits import HelpForm, RequestMode
from mayak.diagnosis.services.survey_reference import FOLDER, load_survey_reference
from mayak.surveys.algorithms.checking import problems_of
from mayak.surveys.algorithms.definition import Definition, QuestionKind, Words
from mayak.surveys.algorithms.durations import estimated_minutes
from mayak.surveys.algorithms.parsing import definition_from_dict
from mayak.surveys.enums import SHORT_MINUTES, VersionState
from mayak.surveys.models import Questionnaire, QuestionnaireVersion
from tests.factories.survey_content import document, files

NO_TEXTS = "тексты вопросов составлены авторами Маяка; в источнике текстов нет"
DOCUMENTS = (
    "Итоговый отчёт Кировского района Ленинградской области",
    "Методические рекомендации по итогам регионального мониторинга Ленинградской области, 2023",
    "Программа наставничества Сеченовской средней школы, 2021–2022",
    "Проект Высокогорской средней школы № 7, 2018–2020",
    "Рисковый профиль школы",
)
CODES = {
    "network-methodical-services", "network-high-results", "network-low-results", "teacher-deficits",
    "teacher-deficits-short", "request-map", "satisfaction-mentor", "satisfaction-mentee", "satisfaction-head",
    "event-reflection", "student-needs", "mentor-preferences", "risk-students", "risk-teachers",
    "risk-administration", "risk-parents",
}  # fmt: skip
DATA = FOLDER.parent
SHORT = {
    "teacher-deficits-short", "satisfaction-mentor", "satisfaction-mentee", "satisfaction-head", "event-reflection",
    "mentor-preferences",
}  # fmt: skip
FOR_STUDENTS = {"student-needs", "risk-students"}


def definition(code: str) -> Definition:
    return definition_from_dict(document(code))


def meanings(name: str) -> list[dict[str, object]]:
    found = definition(name)
    rows = [row.meaning for question in found.questions() for row in question.rows]
    return [
        dict(meaning) for meaning in [*(question.meaning for question in found.questions()), *rows] if meaning
    ]


def test_all_that_the_sources_name_are_there() -> None:
    assert {path.stem for path in files()} == CODES


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
class TestEach:
    def test_says_what_it_is_and_whose_its_words_are(self, path: Path) -> None:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert row["code"] == path.stem
        assert row["source"].endswith(NO_TEXTS)
        assert row["source"].startswith(DOCUMENTS)
        assert len(row["source"]) <= 300
        assert row["purpose"].strip()

    def test_can_be_answered(self, path: Path) -> None:
        row = document(path.stem)
        limit = SHORT_MINUTES if row.get("is_short") else None
        found = problems_of(
            definition(path.stem), short_minutes=limit, for_students=bool(row.get("for_students"))
        )
        assert found == []

    def test_is_whole_in_english(self, path: Path) -> None:
        row = document(path.stem)
        assert row["title_en"].strip()
        missing = [words.ru for words in all_words(definition(path.stem)) if words.ru and not words.en]
        assert missing == []
        assert [
            words.en for words in all_words(definition(path.stem)) if re.search("[а-яё]", words.en.lower())
        ] == []


def all_words(found: Definition) -> list[Words]:
    words = [one for section in found.sections for one in (section.title, section.text)]
    for question in found.questions():
        words += [question.text, question.help, *(one.text for one in (*question.options, *question.rows))]
        if question.scale:
            words += [question.scale.low_text, question.scale.high_text, *question.scale.labels.values()]
    return words


def test_what_is_called_short_fits_in_two_minutes() -> None:
    assert {path.stem for path in files() if document(path.stem).get("is_short")} == SHORT
    assert all(estimated_minutes(definition(code)) <= SHORT_MINUTES for code in SHORT)


def test_students_write_nothing_and_send_nothing() -> None:
    assert {path.stem for path in files() if document(path.stem).get("for_students")} == FOR_STUDENTS
    for code in [*FOR_STUDENTS, "risk-parents"]:
        kinds = {question.kind for question in definition(code).questions()}
        assert not kinds & {QuestionKind.TEXT, QuestionKind.FILE, QuestionKind.DATE, QuestionKind.NUMBER}
    for code in FOR_STUDENTS:
        assert not any(question.required for question in definition(code).questions())


def test_the_long_questionnaire_asks_the_level_and_the_wish_of_each_competence() -> None:
    competences = {
        row["code"] for row in yaml.safe_load((DATA / "competences.yaml").read_text())["competences"]
    }
    found = definition("teacher-deficits")
    asked: dict[str, set[str]] = {"level": set(), "wish": set()}
    for question in found.questions():
        if question.meaning:
            asked[question.meaning["reads"]] |= {row.meaning["competence"] for row in question.rows}
    assert asked["level"] == asked["wish"] <= competences
    assert len(asked["level"]) == 57


def test_competences_of_the_short_one_and_of_the_request_map_are_in_the_catalogue() -> None:
    competences = {
        row["code"] for row in yaml.safe_load((DATA / "competences.yaml").read_text())["competences"]
    }
    short = {
        meaning["competence"] for meaning in meanings("teacher-deficits-short") if "competence" in meaning
    }
    assert len(short) == 7
    assert short <= competences
    requests = [
        one for one in definition("request-map").questions() if one.meaning.get("reads") == "competence"
    ]
    assert {option.code for question in requests for option in question.options} == competences
    forms = [one for one in definition("request-map").questions() if one.meaning.get("reads") == "form"]
    assert all({option.code for option in one.options} == set(HelpForm.values) for one in forms)
    modes = [one for one in definition("request-map").questions() if one.meaning.get("reads") == "mode"]
    assert all({option.code for option in one.options} == set(RequestMode.values) for one in modes)


def test_every_risk_factor_is_asked_by_somebody() -> None:
    factors = {row["code"] for row in yaml.safe_load((DATA / "risk_factors.yaml").read_text())["factors"]}
    asked = {
        code: {meaning["risk"] for meaning in meanings(code) if "risk" in meaning}
        for code in ("risk-students", "risk-teachers", "risk-administration", "risk-parents")
    }
    assert set().union(*asked.values()) == factors
    assert all(found <= factors for found in asked.values())
    assert asked["risk-teachers"] == factors


def test_both_sides_of_a_pair_answer_the_same_questions_on_results_resources_and_satisfaction() -> None:
    for first, second, codes in [
        ("network-high-results", "network-low-results", ("resources", "satisfied", "forms", "initiative")),
        ("satisfaction-mentor", "satisfaction-mentee", ("satisfied",)),
    ]:
        for code in codes:
            one, other = definition(first).question(code), definition(second).question(code)
            assert one is not None
            assert other is not None
            assert one.scale == other.scale
            assert [option.code for option in one.options] == [option.code for option in other.options]
            assert one.meaning == other.meaning


@pytest.mark.django_db
class TestLoading:
    def test_loading_twice_changes_nothing(self) -> None:
        (first,), (second,) = load_survey_reference(), load_survey_reference()
        assert (first.created, first.updated) == (16, 0)
        assert (second.created, second.updated, second.unchanged) == (0, 0, 16)
        assert Questionnaire.objects.filter(is_supplied=True, owner=None).count() == 16

    def test_a_version_in_use_is_not_touched(self) -> None:
        load_survey_reference()
        used = QuestionnaireVersion.objects.get(questionnaire__code="event-reflection")
        used.state, used.document = VersionState.FROZEN, {"sections": []}
        used.save()
        load_survey_reference()
        versions = QuestionnaireVersion.objects.filter(questionnaire__code="event-reflection").order_by(
            "number"
        )
        assert [(one.number, one.state) for one in versions] == [
            (1, VersionState.FROZEN),
            (2, VersionState.DRAFT),
        ]
        assert versions[0].document == {"sections": []}
