"""Competences, their levels, the rules of deficits and the catalogues of tasks that come with the product."""

from pathlib import Path
from typing import Any

from mayak.diagnosis.models import (
    Competence,
    CompetenceGroup,
    CompetenceLevel,
    DeficitRule,
    ExamTask,
    TaskCatalogue,
)
from mayak.diagnosis.selectors.deficit_rules import supplied_rules
from mayak.kernel.access import SYSTEM, Actor
from mayak.registry.models import Subject
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data"


def load_competence_reference(*, actor: Actor = SYSTEM) -> list[LoadCount]:
    """Load the catalogue; call it inside a transaction, the subjects of the registry must be there."""
    data = read_data(DATA / "competences.yaml")
    groups = [{name: value for name, value in row.items() if name != "levels"} for row in data["groups"]]
    counts = [load_rows(CompetenceGroup, groups, key=["code"], actor=actor)]
    known = {group.code: group for group in CompetenceGroup.objects.all()}
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    counts += [
        load_rows(
            CompetenceLevel,
            [
                {"group": known[row["code"]], "level": level, "description": text}
                for row in data["groups"]
                for level, text in enumerate(row["levels"])
            ],
            key=["group", "level"],
            actor=actor,
        ),
        load_rows(
            Competence,
            [
                _competence(row, known, subjects, data["source"])
                for row in data["competences"]
                if row.get("subject") is None or row["subject"] in subjects
            ],
            key=["code"],
            actor=actor,
        ),
        load_rows(DeficitRule, supplied_rules(), key=["code"], actor=actor),
        *_load_tasks(subjects, actor=actor),
    ]
    return counts


def _competence(
    row: dict[str, Any], groups: dict[str, CompetenceGroup], subjects: dict[str, Subject], source: str
) -> dict[str, Any]:
    grades = row.get("grades") or [None, None]
    return {
        "code": row["code"],
        "group": groups[row["group"]],
        "name": row["name"],
        "description": row["description"],
        "subject": subjects.get(row.get("subject", "")),
        "grade_from": grades[0],
        "grade_to": grades[1],
        "source": source,
        "is_supplied": True,
    }


def _load_tasks(subjects: dict[str, Subject], *, actor: Actor) -> list[LoadCount]:
    """Load the catalogues of tasks; one that somebody replaced by a file keeps its tasks."""
    papers = [
        {**paper, "subject": subjects[paper["subject"]], "is_supplied": True}
        for paper in read_data(DATA / "exam_tasks.yaml")["catalogues"]
        if paper["subject"] in subjects
    ]
    catalogues = [{name: value for name, value in paper.items() if name != "tasks"} for paper in papers]
    count = load_rows(TaskCatalogue, catalogues, key=["kind", "subject", "grade", "year"], actor=actor)
    present = {
        (one.kind, one.subject_id, one.grade, one.year): one
        for one in TaskCatalogue.objects.filter(is_supplied=True)
    }
    rows = [
        _task(found, position, task)
        for paper in papers
        if (found := present.get((paper["kind"], paper["subject"].pk, paper["grade"], paper["year"])))
        for position, task in enumerate(paper["tasks"], start=1)
    ]
    return [count, load_rows(ExamTask, rows, key=["catalogue", "task_code"], actor=actor)]


def _task(catalogue: TaskCatalogue, position: int, task: dict[str, Any]) -> dict[str, Any]:
    return {
        "catalogue": catalogue,
        "task_code": task["task"],
        "position": position,
        "max_score": float(task["max"]),
        **{name: task[name] for name in ("section", "topic", "skill", "complexity")},
    }
