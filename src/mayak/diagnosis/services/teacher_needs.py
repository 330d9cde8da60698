"""Needs of a teacher changed by a person: another weight, taken out, put back; always with a reason."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models import TeacherNeed
from mayak.diagnosis.services.guard import check_open
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot


@transaction.atomic
def change_teacher_need(
    need: TeacherNeed, *, weight: float | None, is_dropped: bool, reason: str, actor: Actor
) -> TeacherNeed:
    """State another weight (None: the computed one counts again), take the need out of the list or put it back.

    Raises:
        ValidationError: no reason is given, the weight lies outside 0..1, the school year is closed.
    """
    check_open(need.school_year)
    text = reason.strip()
    if weight is not None and not 0 <= weight <= 1:
        raise ValidationError({"weight": _("Between 0 and 100 per cent.")})
    if (weight is not None or is_dropped) and not text:
        raise ValidationError({"reason": _("Say why: whoever looks at the list will ask.")})
    before = snapshot(TeacherNeed.objects.select_for_update().get(pk=need.pk))
    need.stated_weight = weight
    need.state = NeedState.DROPPED if is_dropped else NeedState.OPEN
    need.reason = text
    need.full_clean()
    need.save(update_fields=["stated_weight", "state", "reason"])
    changes = difference(before, snapshot(need))
    if changes:
        record(
            need,
            actor=actor,
            action="update",
            changes=changes,
            territory_path=need.person.territory.path or "",
        )
    return need
