"""Lessons, sheets and forms of observation for tests."""

import datetime as dt
from typing import Any

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import LessonObservation, LessonRound, ObservationForm, ObservationSheet
from mayak.diagnosis.services.lessons import add_observer, plan_lesson
from mayak.diagnosis.services.sheets import ItemChange, finish_sheet, save_answers
from mayak.kernel.access import SYSTEM
from mayak.registry.models import Organisation, Person
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.registry import EmploymentFactory, PersonFactory, SchoolFactory, SubjectFactory

DAY = dt.date(2022, 2, 21)
LEVELS = [
    {"code": "low", "title": "низкий", "from": 0},
    {"code": "medium", "title": "средний", "from": 0.5},
    {"code": "high", "title": "высокий", "from": 0.8},
]


def levels(*scores: int) -> list[dict[str, Any]]:
    return [{"score": score, "text": f"уровень {score}"} for score in scores]


def scale(code: str, highest: int = 3) -> dict[str, Any]:
    return {
        "code": code,
        "text": f"пункт {code}",
        "kind": "scale",
        "max": highest,
        "levels": levels(*range(highest + 1)),
    }


def binary(code: str) -> dict[str, Any]:
    return {"code": code, "text": f"действие {code}", "kind": "binary", "max": 1, "levels": levels(0, 1)}


def definition() -> dict[str, Any]:
    """Two criteria: «goal» (3 + 1, competence lesson-goal) and «talk» (3 + 3, competence dialogue)."""
    return {
        "max": 10,
        "levels": LEVELS,
        "sections": [
            {
                "code": "s1",
                "title": "Методические",
                "max": 10,
                "parts": [
                    {
                        "code": "goal", "title": "Цель урока", "max": 4, "competence": "lesson-goal",
                        "advice": "Составить карту урока.", "items": [scale("i1"), binary("i2")],
                    },
                    {
                        "code": "talk", "title": "Учебный диалог", "max": 6, "competence": "dialogue",
                        "advice": "Считать открытые вопросы.", "items": [scale("i3"), scale("i4")],
                    },
                ],
            }
        ],
    }  # fmt: skip


def observation_form(**fields: Any) -> ObservationForm:
    """Return a form in use for everybody."""
    values = {
        "code": "card",
        "title": "Карта урока",
        "definition": definition(),
        "state": ObservationFormState.IN_USE,
    }
    found = ObservationForm.objects.filter(
        code=fields.get("code", "card"), version=fields.get("version", 1)
    ).first()
    return found or ObservationForm.objects.create(**{**values, **fields})


def teacher_of(school: Organisation, **fields: Any) -> Person:
    person = PersonFactory.create(territory=school.territory, **fields)
    EmploymentFactory.create(person=person, organisation=school)
    return person


def observer(school: Organisation, role: str = Role.DEPUTY_HEAD, **fields: Any) -> User:
    held = RoleAssignmentFactory.create(role=role, organisation=school)
    for name, value in fields.items():
        setattr(held.user, name, value)
    held.user.save()
    return held.user


def lesson(school: Organisation | None = None, **fields: Any) -> LessonObservation:
    """Return a planned lesson without observers."""
    school = school or SchoolFactory.create()
    values: dict[str, Any] = {"held_on": DAY, "topic": "Линейная функция", "grade": 7}
    values |= {
        "subject": SubjectFactory.create(code="algebra", name="Алгебра"),
        "form": observation_form(),
        **fields,
    }
    teacher = values.pop("teacher", None) or teacher_of(school)
    return plan_lesson(actor=SYSTEM, teacher=teacher, organisation=school, **values)


def sheet(found: LessonObservation, user: User | None = None) -> ObservationSheet:
    return add_observer(found, user or observer(found.organisation), actor=SYSTEM)


def score(found: ObservationSheet, **scores: Any) -> ObservationSheet:
    """Give scores (None: not observed)."""
    changes = {code: ItemChange({"score": value}, found.version) for code, value in scores.items()}
    save_answers(found, changes, actor=SYSTEM, device="test")
    return found


def finished(found: LessonObservation, *sheets: tuple[int | None, ...]) -> LessonObservation:
    """Let an observer finish for each tuple of scores (i1, i2, i3, i4)."""
    made = [sheet(found) for _scores in sheets]
    for one, scores in zip(made, sheets, strict=True):
        score(one, **dict(zip(("i1", "i2", "i3", "i4"), scores, strict=True)))
        finish_sheet(ObservationSheet.objects.select_related("lesson__form").get(pk=one.pk), actor=SYSTEM)
    return LessonObservation.objects.get(pk=found.pk)


def festival(school: Organisation, **fields: Any) -> LessonRound:
    values = {
        "territory": school.territory, "title": "На ошибках учатся!", "form": observation_form(),
        "starts_on": dt.date(2022, 2, 21), "ends_on": dt.date(2022, 2, 25), **fields,
    }  # fmt: skip
    return LessonRound.objects.create(**values)
