"""What the registry's addresses lead to, for the table of addresses and roles."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from mayak.accounts.models import User
from mayak.registry.enums import LinkVerdict, SuccessionKind
from mayak.registry.models import (
    AssociationMembership,
    GroupMembership,
    NameLinkDecision,
    ProgrammeRole,
    ProgrammeStage,
    RegistryImport,
    Succession,
)
from tests.architecture.access_objects import Place, Side, World, provides, shared
from tests.factories import registry as make

Made = tuple[Any, Any]
"""An object, and the part of it that an address with ``part_pk`` names."""


def school_with_name(place: Place) -> Made:
    return place.school, make.OrganisationNameFactory.create(organisation=place.school)


def school_with_succession(place: Place) -> Made:
    before = make.SchoolFactory.create(territory=place.municipality)
    succession = Succession.objects.create(
        predecessor=before, successor=place.school, kind=SuccessionKind.MERGER, happened_on="2020-09-01"
    )
    return place.school, succession


def person_with_post(place: Place) -> Made:
    person = make.PersonFactory.create(territory=place.municipality)
    return person, make.EmploymentFactory.create(person=person, organisation=place.school)


def staffing(place: Place) -> Made:
    year = make.SchoolYearFactory.create(start_year=2000 + place.school.staffing.count())
    return make.StaffingFactory.create(organisation=place.school, school_year=year), None


def association_with_member(place: Place) -> Made:
    association = make.AssociationFactory.create(organisation=place.school)
    person = make.PersonFactory.create(territory=place.municipality)
    return association, AssociationMembership.objects.create(association=association, person=person)


def group_with_member(place: Place) -> Made:
    group = make.WorkingGroupFactory.create(
        organisation=make.AuthorityFactory.create(territory=place.municipality)
    )
    person = make.PersonFactory.create(territory=place.municipality)
    return group, GroupMembership.objects.create(group=group, person=person)


def programme(place: Place) -> Any:
    return make.ProgrammeFactory.create(territory=place.municipality)


def programme_with_stage(place: Place) -> Made:
    row = programme(place)
    return row, ProgrammeStage.objects.create(programme=row, name="Запуск", position=1)


def programme_with_role(place: Place) -> Made:
    row = programme(place)
    return row, ProgrammeRole.objects.create(programme=row, name="школа-лидер")


def programme_with_participant(place: Place) -> Made:
    row = programme(place)
    return row, make.ParticipantFactory.create(programme=row, organisation=place.school)


def act(place: Place) -> Made:
    scan = ContentFile(b"%PDF-1.4", name="order.pdf")
    return make.LegalActFactory.create(territory=place.municipality, scan=scan), None


def territory(place: Place) -> Made:
    return place.municipality, None


def with_parts(noun: str, deed: str, made: Callable[[Place], Made], *parts: str) -> None:
    """Provide for detail, edit, the deed and the parts of a noun."""

    def arguments(name: str) -> Callable[[World, Side, User | None], dict[str, Any]]:
        def provide(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
            row, part = made(world.place(side))
            extra = {"name": deed} if name == "deed" else {}
            return {"pk": row.pk, **extra, **({"part_pk": part.pk} if name.endswith("-remove") else {})}

        return provide

    for name in ("detail", "edit", "deed", *(f"{part}-{act}" for part in parts for act in ("add", "remove"))):
        provides(f"registry:{noun}-{name}")(arguments(name))


with_parts("territories", "close", territory)
with_parts("organisations", "close", school_with_name, "names")
with_parts("people", "archive", person_with_post, "posts")
with_parts("staffing", "remove", staffing)
with_parts("associations", "archive", association_with_member, "members")
with_parts("groups", "archive", group_with_member, "members")
with_parts("programmes", "archive", programme_with_stage, "stages")
with_parts("acts", "archive", act)


@provides("registry:organisations-successions-add", "registry:organisations-successions-remove")
def succession(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a school and what it came from."""
    row, part = school_with_succession(world.place(side))
    return {"pk": row.pk, "part_pk": part.pk}


@provides("registry:programmes-roles-add", "registry:programmes-roles-remove")
def programme_role(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a programme and one of its roles."""
    row, part = programme_with_role(world.place(side))
    return {"pk": row.pk, "part_pk": part.pk}


@provides("registry:programmes-participants-add", "registry:programmes-participants-remove")
def programme_participant(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a programme and one of its participants."""
    row, part = programme_with_participant(world.place(side))
    return {"pk": row.pk, "part_pk": part.pk}


@provides("registry:act-scan")
def scan(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an act with its scan."""
    return {"pk": act(world.place(side))[0].pk}


@provides("registry:decision")
def decision(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a remembered decision about a name."""
    place = world.place(side)
    number = NameLinkDecision.objects.count()
    row = NameLinkDecision.objects.create(
        territory=place.municipality,
        key=f"сош {number}",
        raw_name=f"СОШ {number}",
        verdict=LinkVerdict.JOINED,
        organisation=place.school,
        decided_by_label="-",
    )
    return {"pk": row.pk}


@provides("registry:import", "registry:import-report", "registry:import-deed")
def table_import(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return an import of a table that the visitor has uploaded."""
    row = RegistryImport.objects.create(
        kind="organisations",
        file_name="schools.csv",
        file=ContentFile(b"name\n", name="schools.csv"),
        file_hash="0" * 64,
        key="name",
        territory_path=world.place(side).municipality.path or "",
        plan_hash="0" * 64,
        uploaded_by_id=visitor.pk if visitor and side == "own" else None,
        uploaded_by_label="-",
    )
    return {"pk": row.pk, "deed": "drop"}


@shared("registry:options")
def options(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a list to choose from; its rows are narrowed by the scope."""
    return {"kind": "organisations"}


@shared("registry:table", "registry:table-download", "registry:table-template")
def table(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a table of the registry; its rows are narrowed by the scope."""
    return {"name": "organisations"}


@shared("registry:subjects-detail", "registry:subjects-edit", "registry:subjects-deed")
def subject(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a subject, which all districts share."""
    return {"pk": make.SubjectFactory.create().pk, "name": "archive"}


@shared("registry:school-years-detail", "registry:school-years-edit", "registry:school-years-deed")
def school_year(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a school year, which all districts share."""
    return {"pk": make.SchoolYearFactory.create(start_year=2021).pk, "name": "close"}
