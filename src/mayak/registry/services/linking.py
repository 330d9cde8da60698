"""What a person decides about a name found in a file; the decision is remembered for the territory.

``build_index`` and ``link_names`` come from the selectors, so that a caller finds everything of linking here.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import snapshot
from mayak.registry.enums import LinkVerdict
from mayak.registry.models import NameLinkDecision, Organisation, Territory
from mayak.registry.selectors.linking import LinkIndex, build_index, link_names
from mayak.registry.services.organisation_keys import name_key
from mayak.registry.services.rows import delete_row, log

__all__ = ["LinkIndex", "build_index", "decide_name", "forget_decision", "link_names"]


@transaction.atomic
def decide_name(
    territory: Territory, raw_name: str, *, actor: Actor, organisation: Organisation | None
) -> NameLinkDecision:
    """Remember that in this territory the name means the organisation, or no school at all (None).

    Raises:
        ValidationError: the name has no letters or digits, or the organisation is of another region.
    """
    key = name_key(raw_name)
    if not key:
        raise ValidationError(_("The name “%(name)s” has neither letters nor digits.") % {"name": raw_name})
    if organisation is not None and _region(organisation.territory) != _region(territory):
        raise ValidationError(_("The organisation lies in another region."))
    present = NameLinkDecision.objects.filter(territory=territory, key=key).first()
    before = snapshot(present) if present else {}
    decision, _created = NameLinkDecision.objects.update_or_create(
        territory=territory,
        key=key,
        defaults={
            "raw_name": raw_name[:500],
            "verdict": LinkVerdict.JOINED if organisation else LinkVerdict.NOT_A_SCHOOL,
            "organisation": organisation,
            "decided_by_id": actor.user_id,
            "decided_by_label": actor.label,
        },
    )
    changes = {
        name: [before.get(name), getattr(decision, attribute)]
        for name, attribute in (
            ("verdict", "verdict"),
            ("organisation", "organisation_id"),
            ("raw_name", "raw_name"),
        )
    }
    log(decision, actor=actor, action="decide", changes=changes)
    return decision


def forget_decision(decision: NameLinkDecision, *, actor: Actor) -> None:
    """Forget a decision: the next file with this name asks again. Rows that were linked by it stay linked."""
    delete_row(decision, actor=actor)


def _region(territory: Territory) -> str:
    """The path down to the region: country and region."""
    return "/".join((territory.path or "").split("/")[:3])
