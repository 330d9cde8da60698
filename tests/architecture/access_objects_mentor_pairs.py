"""What the addresses of mentor pairs lead to, for the table of addresses and roles."""

from typing import Any

from django.utils import timezone

from mayak.accounts.models import User
from mayak.networks.models import MentorPair, PairMaterial, PairMeeting, PairPlanItem, PairRule, SchoolHoliday
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.mentor_pairs import mentor_pair
from tests.factories.registry import SchoolFactory


def pair_of(world: World, side: Side) -> MentorPair:
    """Return a pair at work of the side's school with a lead school of the same municipality."""
    place = world.place(side)
    lead = SchoolFactory.create(territory=place.municipality)
    return mentor_pair(school=place.school, mentor_school=lead)


@provides(
    "networks:pair",
    "networks:pair-edit",
    "networks:pair-consent",
    "networks:pair-refuse",
    "networks:pair-plan-propose",
    "networks:pair-plan-approve",
)
def a_pair(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a pair of the side."""
    return {"pk": pair_of(world, side).pk}


@provides("networks:pair-step")
def pair_step(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a pair of the side and the step that pauses it."""
    return {"pk": pair_of(world, side).pk, "step": "pause", "body": {"reason": "каникулы"}}


@provides("networks:pair-add")
def pair_add(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a pair of the side and the form of a past meeting."""
    body = {"held_on": f"{timezone.localdate()}", "mode": "remote", "summary": "разбор урока"}
    return {"pk": pair_of(world, side).pk, "what": "meeting", "body": body}


@provides("networks:pair-line")
def pair_line(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a planned line of a pair of the side."""
    pair = pair_of(world, side)
    item = PairPlanItem.objects.create(pair=pair, content="урок", due_on=timezone.localdate())
    return {"pk": pair.pk, "item_pk": item.pk, "act": "missed", "body": {"reason": "карантин"}}


@provides("networks:pair-meeting")
def pair_meeting(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a proposed date of a pair of the side."""
    pair = pair_of(world, side)
    meeting = PairMeeting.objects.create(pair=pair, day=timezone.localdate(), proposed_by="mentee")
    return {"pk": pair.pk, "meeting_pk": meeting.pk, "act": "confirm"}


@provides("networks:pair-words")
def pair_words(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a material of a pair of the side."""
    pair = pair_of(world, side)
    row = PairMaterial.objects.create(
        pair=pair, title="карта", url="https://school.example/", added_on=timezone.localdate()
    )
    return {"pk": pair.pk, "kind": "material", "entry_pk": row.pk, "act": "drop"}


@shared("networks:pair-rule")
def pair_rule(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a number of pairs; all territories share them."""
    row, _made = PairRule.objects.get_or_create(
        code="silent-pair", defaults={"name": "Молчание", "value": 30, "source": "test"}
    )
    return {"pk": row.pk, "body": {"value": 31, "source": "test"}}


@provides("networks:pair-holiday")
def holiday(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return holidays of the side's municipality."""
    day = timezone.localdate()
    row, _made = SchoolHoliday.objects.get_or_create(
        territory=world.place(side).municipality,
        starts_on=day,
        defaults={"name": "Карантин", "ends_on": day, "source": "test"},
    )
    return {"pk": row.pk}
