"""The act by which partnerships hold."""

from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.matching.models import MatchingRun
from mayak.networks.models import Partnership
from mayak.registry.models import LegalAct


@transaction.atomic
def set_basis_of_run(run: MatchingRun, *, actor: Actor, act: LegalAct) -> int:
    """Make the act the basis of the partnerships that the pairs of a pairing stand for; return how many.

    A pair that was a partnership of the year before the approval is named by the order too and gets the basis.
    """
    pairs = set(run.pairs.values_list("mentee_id", "lead_id"))
    named = [
        key
        for key, mentee, lead in Partnership.objects.current()
        .filter(school_year=run.school_year)
        .order_by("pk")
        .values_list("pk", "mentee_id", "lead_id")
        if (mentee, lead) in pairs
    ]
    Partnership.objects.filter(pk__in=named).update(basis=act)
    record_bulk(
        Partnership,
        actor=actor,
        action="basis",
        row_count=len(named),
        row_first=named[0] if named else None,
        row_last=named[-1] if named else None,
        territory_path=run.territory.path or "",
        cause=run,
        changes={"basis": act.pk},
    )
    return len(named)
