"""What the addresses of contests, cards, recommendations and training lead to, for the table of addresses and roles."""

from typing import Any

from django.core.files.base import ContentFile

from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import ApplicationState, ContestState
from mayak.diagnosis.enums.measures import RecommendationState
from mayak.diagnosis.models import (
    Contest,
    ContestApplication,
    ContestAssignment,
    ContestFile,
    DynamicsCard,
    Enrolment,
    MeasureThreshold,
    MentorReward,
    TrainingNeed,
)
from mayak.registry.models import Person
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.measures import (
    ApplicationFactory,
    CardFactory,
    CertificateFactory,
    ContestExpertFactory,
    ContestFactory,
    CourseFactory,
    CriterionFactory,
    IndicatorFactory,
    RecommendationFactory,
    RewardKindFactory,
    TemplateFactory,
    TopicFactory,
)
from tests.factories.registry import EmploymentFactory, PersonFactory, SchoolYearFactory

PAPER = b"%PDF-1.4"


def contest_of(world: World, side: Side, state: str = ContestState.OPEN) -> Contest:
    """Return a contest of the side's municipality with a criterion."""
    contest: Contest = ContestFactory.create(territory=world.place(side).municipality, state=state)
    CriterionFactory.create(contest=contest)
    return contest


def application_of(world: World, side: Side, state: str = ContestState.OPEN) -> ContestApplication:
    """Return the application of the side's school."""
    application: ContestApplication = ApplicationFactory.create(
        contest=contest_of(world, side, state), organisation=world.place(side).school
    )
    return application


def person_of(world: World, side: Side) -> Person:
    """Return a teacher of the side's school."""
    place = world.place(side)
    person: Person = PersonFactory.create(territory=place.municipality)
    EmploymentFactory.create(person=person, organisation=place.school)
    return person


@provides(
    "diagnosis:contest",
    "diagnosis:contest-edit",
    "diagnosis:contest-protocol-data",
    "diagnosis:contest-protocol",
    "diagnosis:contest-export",
    "diagnosis:contest-criterion-create",
    "diagnosis:contest-statuses",
    "diagnosis:contest-expert-add",
    "diagnosis:contest-assign-all",
    "diagnosis:contest-apply",
    "diagnosis:contest-import",
    "diagnosis:contest-import-confirm",
    "diagnosis:contest-template",
)
def contest(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a contest that takes applications."""
    return {"pk": contest_of(world, side).pk}


@provides("diagnosis:contest-reopen")
def scored_contest(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a contest that experts score."""
    return {"pk": contest_of(world, side, ContestState.SCORING).pk, "body": {"reason": "ошибка"}}


@provides("diagnosis:contest-step")
def step(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft with its next step."""
    return {"pk": contest_of(world, side, ContestState.DRAFT).pk, "name": "open"}


@provides("diagnosis:contest-criterion", "diagnosis:contest-criterion-drop")
def criterion(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a criterion that may be changed."""
    found = contest_of(world, side)
    return {"pk": found.pk, "criterion_pk": found.criteria.get().pk}


@provides("diagnosis:contest-expert-drop")
def expert(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an expert who has scored nothing."""
    found = contest_of(world, side)
    return {"pk": found.pk, "expert_pk": ContestExpertFactory.create(contest=found).pk}


@provides("diagnosis:contest-assign")
def assign(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an application and an expert."""
    row = application_of(world, side)
    found = ContestExpertFactory.create(contest=row.contest)
    return {"pk": row.contest_id, "application_pk": row.pk, "expert_pk": found.pk}


@provides("diagnosis:contest-unassign")
def unassign(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an assignment without points."""
    row = application_of(world, side)
    found = ContestAssignment.objects.create(
        application=row, expert=ContestExpertFactory.create(contest=row.contest)
    )
    return {"pk": row.contest_id, "assignment_pk": found.pk}


@provides(
    "diagnosis:contest-application",
    "diagnosis:contest-application-edit",
    "diagnosis:contest-application-withdraw",
    "diagnosis:contest-decide",
    "diagnosis:contest-file-add",
)
def application(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the application of the side's school."""
    return {"pk": application_of(world, side).pk, "body": {"reason": "передумали"}}


@provides("diagnosis:contest-application-submit")
def draft_application(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft of an application."""
    row = application_of(world, side)
    row.state = ApplicationState.DRAFT
    row.save()
    return {"pk": row.pk}


@provides("diagnosis:contest-file", "diagnosis:contest-file-drop")
def paper(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a paper of an application."""
    row = application_of(world, side)
    return {"pk": row.pk, "file_pk": paper_of(row).pk}


def paper_of(row: ContestApplication) -> ContestFile:
    """Return a kept paper of the application."""
    return ContestFile.objects.create(
        application=row, name="plan.pdf", file=ContentFile(PAPER, "plan.pdf"), content_hash="0" * 64
    )


@provides("diagnosis:contest-sheet", "diagnosis:contest-decline", "diagnosis:contest-sheet-file")
def sheet(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return what is assigned to the visitor; on the other side what is assigned to a stranger."""
    row = application_of(world, side, ContestState.SCORING)
    mine = {"user": visitor} if side == "own" and visitor is not None else {}
    found = ContestAssignment.objects.create(
        application=row, expert=ContestExpertFactory.create(contest=row.contest, **mine)
    )
    return {"pk": found.pk, "file_pk": paper_of(row).pk, "body": {"reason": "родственник"}}


@provides(
    "diagnosis:dynamics-card",
    "diagnosis:dynamics-print",
    "diagnosis:dynamics-fill",
    "diagnosis:dynamics-note",
)
def card(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the card of the side's school."""
    year = 1990 + 2 * DynamicsCard.objects.count()
    return {
        "pk": CardFactory.create(
            organisation=world.place(side).school,
            entry_year=SchoolYearFactory.create(start_year=year),
            exit_year=SchoolYearFactory.create(start_year=year + 1),
        ).pk
    }


@provides("diagnosis:dynamics-value")
def card_value(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a card and an indicator."""
    return {
        **card(world, side, visitor),
        "indicator_pk": IndicatorFactory.create().pk,
        "body": {"moment": "exit", "value": "10"},
    }


@shared("diagnosis:dynamics-indicator")
def indicator(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an indicator; the list belongs to everybody."""
    return {"pk": IndicatorFactory.create().pk}


@shared("diagnosis:measure-threshold")
def measure_threshold(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a threshold; the list belongs to everybody."""
    return {
        "pk": MeasureThreshold.objects.get_or_create(code="x", defaults={"value": 1, "source": "-"})[0].pk
    }


@shared("diagnosis:measure-template")
def template(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a typical measure; the library belongs to everybody."""
    return {"pk": TemplateFactory.create().pk}


@shared("diagnosis:training-topic")
def topic(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a topic; the list belongs to everybody."""
    return {"pk": TopicFactory.create().pk}


@shared("diagnosis:training-incentive")
def incentive(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a reward; the list belongs to everybody."""
    return {"pk": RewardKindFactory.create().pk}


@provides("diagnosis:measure-proposals")
def proposals(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the side's school and a year."""
    return {"school_pk": world.place(side).school.pk, "year_pk": SchoolYearFactory.create().pk}


@provides("diagnosis:recommendation-create")
def new_recommendation(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the side's school."""
    return {"school_pk": world.place(side).school.pk}


@provides(
    "diagnosis:recommendation",
    "diagnosis:recommendation-edit",
    "diagnosis:recommendation-done",
    "diagnosis:recommendation-cancel",
)
def recommendation(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an issued recommendation to the side's school."""
    row = RecommendationFactory.create(
        organisation=world.place(side).school, state=RecommendationState.ISSUED
    )
    return {"pk": row.pk, "body": {"reason": "ошибка", "note": "сделано"}}


@provides("diagnosis:recommendation-issue", "diagnosis:recommendation-drop")
def draft_recommendation(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a draft."""
    return {"pk": RecommendationFactory.create(organisation=world.place(side).school).pk}


@provides("diagnosis:recommendation-return", "diagnosis:recommendation-evidence")
def done_recommendation(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a reported recommendation with its evidence."""
    row = RecommendationFactory.create(
        organisation=world.place(side).school,
        state=RecommendationState.DONE,
        evidence=ContentFile(PAPER, "plan.pdf"),
    )
    return {"pk": row.pk, "body": {"reason": "нет решения"}}


@provides("diagnosis:training-course", "diagnosis:training-course-edit")
def course(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a course of the side's municipality."""
    return {"pk": CourseFactory.create(territory=world.place(side).municipality).pk}


@provides(
    "diagnosis:training-person",
    "diagnosis:training-need-add",
    "diagnosis:training-enrol",
    "diagnosis:training-certificate-add",
    "diagnosis:training-reward-add",
)
def person(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher of the side's school."""
    return {"pk": person_of(world, side).pk}


@provides("diagnosis:training-need-state")
def need(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return an open need."""
    found = person_of(world, side)
    row = TrainingNeed.objects.create(
        person=found, topic=TopicFactory.create(), school_year=SchoolYearFactory.create()
    )
    return {"pk": found.pk, "need_pk": row.pk, "state": "dropped"}


@provides("diagnosis:training-enrolment-end")
def enrolment(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return somebody who learns."""
    found = person_of(world, side)
    row = Enrolment.objects.create(
        person=found,
        course=CourseFactory.create(territory=world.place(side).municipality),
        enrolled_on="2025-01-10",
    )
    return {"pk": found.pk, "enrolment_pk": row.pk}


@provides("diagnosis:training-certificate-drop", "diagnosis:training-certificate-scan")
def certificate(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a certificate with its scan."""
    found = person_of(world, side)
    row = CertificateFactory.create(person=found, scan=ContentFile(PAPER, "scan.pdf"))
    return {"pk": found.pk, "certificate_pk": row.pk}


@provides("diagnosis:training-reward-drop")
def reward(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a reward."""
    found = person_of(world, side)
    row = MentorReward.objects.create(
        person=found, reward=RewardKindFactory.create(), given_on="2025-05-01", basis_text="Приказ"
    )
    return {"pk": found.pk, "reward_pk": row.pk}
