"""What the results' addresses lead to, for the table of addresses and roles."""

from typing import Any

from django.core.files.base import ContentFile

from mayak.accounts.models import User
from mayak.results.enums import AssessmentKind, BatchState, ResultBasis
from mayak.results.models import Assessment, ImportBatch, ImportFile, QualityRule, SchoolResult
from tests.architecture.access_objects import Place, Side, World, provides, shared
from tests.factories.registry import SubjectFactory


def loaded(place: Place, visitor: User | None, state: BatchState = BatchState.APPLIED) -> ImportFile:
    """Return a file of an import of the place."""
    batch = ImportBatch.objects.create(
        territory=place.municipality,
        title="vpr.csv",
        state=state,
        owner_id=visitor.pk if visitor else None,
        owner_label="-",
    )
    content = ContentFile(b"code;mark\n", name="vpr.csv")
    return ImportFile.objects.create(
        batch=batch, name="vpr.csv", size=10, sha256="0" * 64, content=content, format="flat"
    )


def result_of(place: Place, visitor: User | None) -> SchoolResult:
    """Return a loaded result of the school, in an assessment of its own."""
    file = loaded(place, visitor)
    assessment = Assessment.objects.create(
        key=f"key-{file.pk}", kind=AssessmentKind.VPR, subject=SubjectFactory.create(), grade=5, year=2024
    )
    return SchoolResult.objects.create(
        batch=file.batch,
        file=file,
        sheet="Лист1",
        row=2,
        organisation=place.school,
        assessment=assessment,
        basis=ResultBasis.AGGREGATE,
        participants=20,
        marks_2=2,
        marks_3=8,
        marks_4=8,
        marks_5=2,
    )


@provides(
    "results:batch",
    "results:batch-trial",
    "results:batch-apply",
    "results:batch-discard",
    "results:batch-lines",
    "results:batch-report",
    "results:questions",
    "results:create-all",
)
def checked_batch(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return an import that waits for its confirmation."""
    return {"pk": loaded(world.place(side), visitor, BatchState.CHECKED).batch_id}


@provides("results:batch-undo")
def applied_batch(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a loaded import."""
    return {"pk": loaded(world.place(side), visitor).batch_id}


@provides("results:mapping")
def sheet(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the sheet of an import whose columns may be corrected."""
    text = "Логин;Участников;2;3;4;5\nedu100001;40;4;16;15;5\n"
    file = loaded(world.place(side), visitor, BatchState.CHECKED)
    file.name = "впр 5 класс математика 2024.csv"
    file.content.save("vpr.csv", ContentFile(text.encode()), save=False)
    file.save()
    return {"pk": file.batch_id, "number": 1}


@provides("results:result", "results:provenance", "results:participants")
def school_result(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a result of the school."""
    return {"pk": result_of(world.place(side), visitor).pk}


@provides("results:assessment")
def assessment(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return an assessment in which only the school of the side took part."""
    return {"pk": result_of(world.place(side), visitor).assessment_id}


@provides("results:download")
def kept_file(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a kept file."""
    return {"pk": loaded(world.place(side), visitor).pk}


@provides("results:context-school")
def context_of_school(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the school."""
    return {"pk": world.place(side).school.pk}


@shared("results:rule-new", "results:rule", "results:rule-delete")
def rule(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a rule that holds everywhere."""
    number = QualityRule.objects.count()
    row = QualityRule.objects.create(code=f"sign-{number}", name="-", value=1, unit="-", source="-")
    return {"kind": "sign", "pk": row.pk}
