"""Associations, groups, acts and programmes of the districts."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.registry.enums import ActState, AssociationLevel
from mayak.registry.models import (
    AssociationMembership,
    LegalAct,
    Organisation,
    Person,
    Subject,
    SubjectAssociation,
    Territory,
)
from mayak.registry.services.acts import register_act, replace_act
from mayak.registry.services.groups import create_group
from mayak.registry.services.programmes import add_participant, add_role, add_stage, create_programme
from mayak.web.demonstration.plans import Community, Level
from mayak.web.demonstration.staff import Staff
from mayak.web.demonstration.territories import BuiltDistrict, BuiltRegion

_TEACHERS_OF = {
    "russian": "учителей русского языка и литературы",
    "mathematics": "учителей математики",
    "primary-classes": "учителей начальных классов",
    "english": "учителей иностранных языков",
    "physics": "учителей физики и информатики",
    "history": "учителей истории и обществознания",
    "informatics": "учителей информатики",
}
_AT_SCHOOL = ("russian", "mathematics", "primary-classes")
_LOWEST = (Level.LOW, Level.LOW_TWICE)
LEADS, MENTEES = "lead", "low"
"""Words of the district files for all planned lead schools and all schools that get help."""


@transaction.atomic
def build_community(regions: dict[str, BuiltRegion], staff: Staff, *, actor: Actor) -> None:
    """Write what people and schools belong to."""
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    for region in regions.values():
        _write(Owner.of_region(region), staff, actor=actor)
        for district in region.districts:
            _write_associations(district, staff, subjects, actor=actor)
            _write(Owner.of_district(district), staff, actor=actor)


@dataclass(frozen=True, slots=True)
class Owner:
    """A region or a district whose groups, acts and programmes are written."""

    territory: Territory
    organisations: Mapping[str, Organisation]
    community: Community
    planned: Mapping[str, list[str]]
    """Names of the planned lead schools and of all schools that get help."""

    @classmethod
    def of_region(cls, region: BuiltRegion) -> "Owner":
        """Take the organisations of the region itself."""
        return cls(region.territory, region.organisations, region.community, {})

    @classmethod
    def of_district(cls, district: BuiltDistrict) -> "Owner":
        """Take the organisations and schools of the district."""
        schools = district.plan.schools
        planned = {
            LEADS: [school.name for school in schools if school.level == Level.LEAD],
            MENTEES: [school.name for school in schools if school.level in _LOWEST],
        }
        return cls(district.territory, district.organisations, district.plan.community, planned)


def _write(owner: Owner, staff: Staff, *, actor: Actor) -> None:
    acts = _register_acts(owner, actor=actor)
    _create_groups(owner, staff, acts, actor=actor)
    _create_programmes(owner, acts, actor=actor)


def _write_associations(
    district: BuiltDistrict, staff: Staff, subjects: dict[str, Subject], *, actor: Actor
) -> None:
    owner = district.organisations.get("service") or district.organisations["authority"]
    rows: list[SubjectAssociation] = []
    members: list[list[Person]] = []
    for code in district.plan.associations:
        people = [person for school in district.schools for person in staff.teachers[school.pk, code]]
        if people:
            rows.append(
                _association(
                    owner, AssociationLevel.DISTRICT, f"РМО {_TEACHERS_OF[code]}", subjects[code], people
                )
            )
            members.append(people)
    for school in district.schools:
        for code in _AT_SCHOOL:
            people = staff.teachers[school.pk, code]
            if len(people) > 1:
                rows.append(
                    _association(
                        school, AssociationLevel.SCHOOL, f"ШМО {_TEACHERS_OF[code]}", subjects[code], people
                    )
                )
                members.append(people)
    if not rows:
        return
    saved = SubjectAssociation.objects.bulk_create(rows)
    AssociationMembership.objects.bulk_create(
        AssociationMembership(association=association, person=person)
        for association, people in zip(saved, members, strict=True)
        for person in people
    )
    record_bulk(
        SubjectAssociation,
        actor=actor,
        action="create",
        row_count=len(saved),
        row_first=saved[0].pk,
        row_last=saved[-1].pk,
        territory_path=district.territory.path or "",
        object_text=district.territory.name,
    )


def _association(
    owner: Organisation, level: str, name: str, subject: Subject, people: list[Person]
) -> SubjectAssociation:
    head = min(people, key=lambda person: (person.teaching_since or 0, person.pk))
    return SubjectAssociation(level=level, organisation=owner, subject=subject, name=name, head=head)


def _register_acts(owner: Owner, *, actor: Actor) -> dict[str, LegalAct]:
    acts: dict[str, LegalAct] = {}
    replaced: dict[str, str] = {}
    for row in owner.community.acts:
        values = {key: value for key, value in row.items() if key not in ("state", "replaced_by")}
        acts[row["number"]] = register_act(
            actor=actor, territory=owner.territory, state=ActState.IN_FORCE, **values
        )
        if "replaced_by" in row:
            replaced[row["number"]] = row["replaced_by"]
    for old, new in replaced.items():
        replace_act(acts[old], actor=actor, replaced_by=acts[new])
    return acts


def _create_groups(owner: Owner, staff: Staff, acts: dict[str, LegalAct], *, actor: Actor) -> None:
    """People of the founder come first, then one of each other organisation."""
    for row in owner.community.groups:
        founder = owner.organisations[row["owner"]]
        others = [
            staff.by_organisation[other.pk][0]
            for other in owner.organisations.values()
            if other.pk != founder.pk and staff.by_organisation[other.pk]
        ]
        create_group(
            actor=actor,
            organisation=founder,
            kind=row["kind"],
            name=row["name"],
            members=[*staff.by_organisation[founder.pk][:4], *others][: row["size"]],
            founding_act=acts.get(row.get("act", "")),
            founded_on=row["founded_on"],
        )


def _create_programmes(owner: Owner, acts: dict[str, LegalAct], *, actor: Actor) -> None:
    for row in owner.community.programmes:
        programme = create_programme(
            actor=actor,
            territory=owner.territory,
            name=row["name"],
            kind=row["kind"],
            legal_basis=[acts[number] for number in row["basis"]],
            purpose=row["purpose"],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
        )
        for stage in row["stages"]:
            add_stage(programme, actor=actor, **stage)
        roles = {role["name"]: add_role(programme, actor=actor, **role) for role in row["roles"]}
        for name, keys in row["participants"].items():
            for key in [key for given in keys for key in owner.planned.get(given, [given])]:
                add_participant(
                    programme,
                    actor=actor,
                    organisation=owner.organisations[key],
                    role=roles[name],
                    valid_from=row["starts_on"],
                )
