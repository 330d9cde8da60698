"""What the addresses of lesson observation lead to, for the table of addresses and roles."""

from typing import Any

from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import LessonObservation, ObservationForm, ObservationSheet
from tests.architecture.access_objects import Side, World, provides
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.lessons import definition, festival, lesson, score

DAY = timezone.localdate().isoformat()


def held(world: World, side: Side) -> LessonObservation:
    """Return a planned lesson in the side's school."""
    return lesson(world.place(side).school)


def sheet_of(world: World, side: Side, user: User | None = None) -> ObservationSheet:
    """Return a sheet of this user, else of a deputy head of the side's school."""
    found = held(world, side)
    if user is None:
        user = RoleAssignmentFactory.create(role=Role.DEPUTY_HEAD, organisation=found.organisation).user
    return ObservationSheet.objects.create(lesson=found, observer=user)


def form_of(world: World, side: Side) -> ObservationForm:
    """Return a draft of the side's municipality."""
    return ObservationForm.objects.create(
        code=f"form-{side}-{ObservationForm.objects.count()}",
        title="Карта",
        territory=world.place(side).municipality,
        state=ObservationFormState.DRAFT,
        definition=definition(),
    )


@provides("diagnosis:lesson", "diagnosis:lesson-edit", "diagnosis:lesson-delete", "diagnosis:lesson-note")
def planned(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a planned lesson of the side."""
    found = held(world, side)
    return {"pk": found.pk, "body": {"subject": found.subject_id, "held_on": DAY, "kind": "visit"}}


@provides("diagnosis:lesson-reflection")
def taught(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a lesson that the visitor taught; on the other side one of a stranger."""
    found = held(world, side)
    if side == "own" and visitor is not None:
        mine = (
            LessonObservation.objects.filter(teacher=visitor.person_id).first() if visitor.person_id else None
        )
        if mine is not None:
            return {"pk": mine.pk, "body": {"text": "-"}}
        User.objects.filter(pk=visitor.pk).update(person=found.teacher)
    return {"pk": found.pk, "body": {"text": "-"}}


@provides("diagnosis:lesson-observer-add", "diagnosis:lesson-observer-remove")
def observed(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a lesson with one observer, and another who can be asked."""
    one = sheet_of(world, side)
    other = RoleAssignmentFactory.create(role=Role.DEPUTY_HEAD, organisation=world.place(side).school).user
    return {"pk": one.lesson_id, "sheet_pk": one.pk, "body": {"email": other.email}}


@provides("diagnosis:lesson-sheet", "diagnosis:lesson-sheet-save")
def own_sheet(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the sheet of the visitor; on the other side that of a stranger."""
    mine = visitor if side == "own" else None
    return {"pk": sheet_of(world, side, mine).pk, "body": {"version": 0}}


@provides("diagnosis:lesson-sheet-reopen")
def done_sheet(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a finished sheet of the side's school."""
    one = score(sheet_of(world, side), i1=1, i2=1, i3=1, i4=1)
    ObservationSheet.objects.filter(pk=one.pk).update(state="finished")
    return {"pk": one.pk, "body": {"reason": "ошибка"}}


@provides(
    "diagnosis:lesson-form",
    "diagnosis:lesson-form-edit",
    "diagnosis:lesson-form-copy",
    "diagnosis:lesson-form-version",
    "diagnosis:lesson-form-sums",
    "diagnosis:lesson-form-delete",
)
def own_form(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a form of the side's municipality."""
    return {
        "pk": form_of(world, side).pk,
        "body": {"title": "Карта", "max": 10, "low_to": 50, "high_from": 80},
    }


@provides("diagnosis:lesson-form-deed")
def form_deed(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the same with what is done to it."""
    return {"pk": form_of(world, side).pk, "deed": "use"}


@provides("diagnosis:lesson-part-add", "diagnosis:lesson-part-edit", "diagnosis:lesson-part-deed")
def part(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a criterion of the same."""
    body = {"title": "Критерий", "max": 4}
    return {"pk": form_of(world, side).pk, "kind": "part", "code": "goal", "deed": "down", "body": body}


@provides(
    "diagnosis:lesson-round",
    "diagnosis:lesson-round-edit",
    "diagnosis:lesson-round-close",
    "diagnosis:lesson-round-import",
    "diagnosis:lesson-round-apply",
)
def own_round(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a festival of the side's municipality."""
    return {"pk": festival(world.place(side).school).pk, "body": {"title": "Фестиваль"}}
