"""What the addresses of documents lead to, for the table of addresses and roles."""

from typing import Any

from django.core.files.base import ContentFile

from mayak.accounts.models import User
from mayak.documents.enums import DocumentFormat, TemplateKind
from mayak.documents.models import DocumentTemplate, GeneratedDocument
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from tests.architecture.access_objects import Side, World, provides
from tests.factories.matching import MatchingRunFactory, MatchPairFactory, school_year


def approved_run(world: World, side: Side) -> MatchingRun:
    """Return the approved pairing of the side's municipality, made once."""
    place = world.place(side)
    found = MatchingRun.objects.filter(territory=place.municipality, state=MatchingState.APPROVED).first()
    if found is not None:
        return found
    run = MatchingRunFactory.create(
        territory=place.municipality, school_year=school_year(), state=MatchingState.APPROVED
    )
    MatchPairFactory.create(run=run, mentee=place.school)
    return run


@provides("documents:run", "documents:order", "documents:partnership-list")
def run(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an approved pairing of the side."""
    return {"pk": approved_run(world, side).pk}


@provides("documents:detail", "documents:download", "documents:register")
def paper(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a list of pairs of the side; a school does not see it, for it is no registered order."""
    document = GeneratedDocument(
        territory=world.place(side).municipality,
        run=approved_run(world, side),
        kind=TemplateKind.PARTNERSHIP_LIST,
        format=DocumentFormat.XLSX,
        title="-",
        sha256="0" * 64,
        owner_label="-",
    )
    document.file.save("list.xlsx", ContentFile(b"PK"))
    return {"pk": document.pk}


@provides("documents:template-download")
def template(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a template of the side's municipality."""
    row = DocumentTemplate(
        kind=TemplateKind.PARTNERSHIP_ORDER,
        territory=world.place(side).municipality,
        version=DocumentTemplate.objects.count() + 1,
        name="-",
        standard="-",
        sha256="0" * 64,
    )
    row.file.save("order.docx", ContentFile(b"PK"))
    return {"pk": row.pk}
