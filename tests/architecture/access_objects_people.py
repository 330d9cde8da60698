"""What the addresses of competences, deficits, the matrix and problem groups lead to, for the table of addresses."""

from typing import Any

from django.utils import timezone

from mayak.accounts.models import User
from mayak.diagnosis.enums.deficits import DeficitSource
from mayak.diagnosis.models import DeficitEvidence
from mayak.registry.models import Person
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.people import (
    CompetenceFactory,
    GroupFactory,
    HelpRequestFactory,
    ProblemGroupFactory,
    RuleFactory,
    TeacherNeedFactory,
    teacher,
)


def _person(world: World, side: Side) -> Person:
    return teacher(world.place(side).school)


@shared("diagnosis:competence", "diagnosis:competence-edit", "diagnosis:competence-archive")
def competence(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a competence; all territories share the catalogue."""
    return {"pk": CompetenceFactory.create().pk}


@shared("diagnosis:competence-group")
def group_of_competences(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a group of competences."""
    return {"pk": GroupFactory.create().pk}


@shared("diagnosis:deficit-rule")
def rule(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a weight."""
    found = RuleFactory._meta.model.objects.filter(code="weight-self").first() or RuleFactory.create()
    return {"pk": found.pk}


@shared("diagnosis:my-self")
def self_assessment(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the group of a competence of methods; the visitors are no persons of the registry and are told so."""
    return {"pk": CompetenceFactory.create().group_id}


@provides("diagnosis:my-request", "diagnosis:my-request-withdraw")
def own_request(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a request of somebody else: nobody opens it here, on either side."""
    return {"pk": HelpRequestFactory.create(person=_person(world, side)).pk}


@provides("diagnosis:my-objection")
def own_evidence(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return evidence on somebody else: nobody opens it here, on either side."""
    evidence = DeficitEvidence.objects.create(
        person=_person(world, side),
        competence=CompetenceFactory.create(),
        source=DeficitSource.TEST,
        severity=2,
        observed_on=timezone.localdate(),
    )
    return {"pk": evidence.pk}


@provides("diagnosis:person")
def person(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher of the side."""
    return {"pk": _person(world, side).pk}


@provides("diagnosis:teacher-need")
def need(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a need of a teacher of the side."""
    return {"pk": TeacherNeedFactory.create(person=_person(world, side)).pk}


@provides("diagnosis:request-answer")
def request_to_answer(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a request of a teacher of the side."""
    return {"pk": HelpRequestFactory.create(person=_person(world, side)).pk}


@provides(
    "diagnosis:matrix-territory", "diagnosis:group-proposals-territory", "diagnosis:group-form-territory"
)
def territory(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the municipality of the side."""
    return {"pk": world.place(side).municipality.pk}


@provides(
    "diagnosis:matrix-school",
    "diagnosis:school-tasks",
    "diagnosis:group-proposals-school",
    "diagnosis:group-form-school",
)
def school(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the school of the side."""
    return {"pk": world.place(side).school.pk}


@provides("diagnosis:problem-group", "diagnosis:problem-group-edit", "diagnosis:problem-group-dissolve")
def problem_group(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a problem group of the school of the side."""
    return {"pk": ProblemGroupFactory.create(organisation=world.place(side).school).pk}
