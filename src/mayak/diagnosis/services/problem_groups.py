"""Problem groups: formed of a proposal or by hand, changed, dissolved with a reason."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.deficits import ProblemGroupState, Rule
from mayak.diagnosis.models import Competence, ProblemGroup
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.services.guard import check_open
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot
from mayak.registry.models import Person


@transaction.atomic
def form_group(
    *, actor: Actor, competences: Iterable[Competence], members: Iterable[Person], **values: Any
) -> ProblemGroup:
    """Form a group.

    Raises:
        ValidationError: fewer than three members, no competence, a closed school year, a field says no.
    """
    chosen, people = list(competences), list(members)
    check_open(values["school_year"])
    group = ProblemGroup(formed_on=timezone.localdate(), **values)
    _check(group, chosen, people)
    group.full_clean()
    group.save()
    group.competences.set(chosen)
    group.members.set(people)
    _log(group, actor, "create", {"members": len(people), "competences": [one.code for one in chosen]})
    return group


@transaction.atomic
def update_group_members(
    group: ProblemGroup,
    *,
    actor: Actor,
    competences: Iterable[Competence],
    members: Iterable[Person],
    **values: Any,
) -> ProblemGroup:
    """Change title, competences, members and the association.

    Raises:
        ValidationError: the group is dissolved, has too few members, or a field says no.
    """
    chosen, people = list(competences), list(members)
    _refuse_dissolved(group)
    before = snapshot(ProblemGroup.objects.select_for_update().get(pk=group.pk))
    old: dict[str, Any] = {
        "members": group.members.count(),
        "competences": sorted(group.competences.values_list("code", flat=True)),
    }
    for name, value in values.items():
        setattr(group, name, value)
    _check(group, chosen, people)
    group.full_clean()
    group.save()
    group.competences.set(chosen)
    group.members.set(people)
    new: dict[str, Any] = {"members": len(people), "competences": sorted(one.code for one in chosen)}
    _log(group, actor, "update", {**difference(before, snapshot(group)), **difference(old, new)})
    return group


@transaction.atomic
def dissolve_group(group: ProblemGroup, *, reason: str, actor: Actor) -> ProblemGroup:
    """End a group.

    Raises:
        ValidationError: it is dissolved already, or no reason is given.
    """
    _refuse_dissolved(group)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the group ends.")})
    group.state, group.dissolve_reason = ProblemGroupState.DISSOLVED, reason.strip()
    group.dissolved_on = timezone.localdate()
    group.save(update_fields=["state", "dissolve_reason", "dissolved_on"])
    _log(group, actor, "dissolve", {"reason": group.dissolve_reason})
    return group


def _check(group: ProblemGroup, competences: list[Competence], members: list[Person]) -> None:
    smallest = int(rule_values()[Rule.PROBLEM_GROUP])
    if len({one.pk for one in members}) < smallest:
        raise ValidationError(
            {"members": _("A problem group has at least %(count)s members.") % {"count": smallest}}
        )
    if not competences:
        raise ValidationError({"competences": _("Name at least one competence.")})


def _refuse_dissolved(group: ProblemGroup) -> None:
    if group.state == ProblemGroupState.DISSOLVED:
        raise ValidationError(_("The group is dissolved."))


def _log(group: ProblemGroup, actor: Actor, action: str, changes: dict[str, Any]) -> None:
    if changes:
        record(
            group,
            actor=actor,
            action=action,
            changes=changes,
            territory_path=group.territory.path or "",
            organisation_id=group.organisation_id,
        )
