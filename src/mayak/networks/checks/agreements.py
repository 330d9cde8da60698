"""Automatic checks of agreements: CH-04 (no valid one), CH-05 (the text is incomplete)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Max, Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.kernel.bulk import portions
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.networks.enums.agreements import AgreementState
from mayak.networks.models import (
    Agreement,
    AgreementClause,
    AgreementRequirement,
    AgreementVersion,
    Partnership,
)
from mayak.networks.selectors.agreement_findings import checked, known_acts
from mayak.networks.selectors.agreements import unsecured_partnerships

AT_ONCE = 500
_LOOKED_AT = frozenset(AgreementState) - {AgreementState.DRAFT, AgreementState.ENDED}
"""A draft is still being written: its page says what is missing."""


@register(
    "CH-04",
    title=gettext_lazy("A pair works without a signed agreement that holds today"),
    source="S1; S2, complaint 10",
)
def without_agreement(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the pairs that work and have no signed agreement valid on the day."""
    for pair in unsecured_partnerships(scope, timezone.localdate()).iterator(chunk_size=AT_ONCE):
        yield FindingDraft(
            object_key=f"partnership:{pair.pk}",
            place=f"{pair.mentee} ← {pair.lead}",
            reason=_why(pair),
            way_out=_(
                "Prepare an agreement for the pair, have it approved and signed, or prolong the old one."
            ),
            link=f"{reverse('networks:agreement-new')}?partnership={pair.pk}",
            territory_path=pair.mentee.territory.path or "",
            organisation_id=pair.mentee_id,
            group_key="CH-04",
        )


@register(
    "CH-05",
    title=gettext_lazy("An agreement lacks what it must say"),
    source="S3",
)
def incomplete(scope: Scope) -> Iterator[FindingDraft]:
    """Yield every finding of the completeness check in agreements that are sent round, agreed or signed."""
    keys = (
        Agreement.objects.within(scope)
        .filter(state__in=_LOOKED_AT)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    rules: dict[str, list[AgreementRequirement]] = defaultdict(list)
    for rule in AgreementRequirement.objects.all():
        rules[rule.kind].append(rule)
    for portion in portions(list(keys), AT_ONCE):
        yield from _portion(portion, rules, timezone.localdate())


def _portion(
    keys: list[int], rules: dict[str, list[AgreementRequirement]], day: dt.date
) -> Iterator[FindingDraft]:
    last = (
        AgreementVersion.objects.filter(agreement__in=keys)
        .order_by()
        .values("agreement")
        .annotate(last=Max("number"))
        .values_list("agreement", "last")
    )
    wanted = dict(last)
    clauses: dict[int, list[AgreementClause]] = defaultdict(list)
    for clause in AgreementClause.objects.filter(version__agreement__in=keys).select_related("version"):
        if clause.version.number == wanted[clause.version.agreement_id]:
            clauses[clause.version.agreement_id].append(clause)
    acts = known_acts(one for rows in clauses.values() for one in rows)
    rows = Agreement.objects.filter(pk__in=keys).select_related(
        "territory", "programme", "school_year", "network", "partnership__basis", "amends"
    )
    for agreement in rows.prefetch_related(Prefetch("parties")).order_by("pk"):
        found = checked(
            agreement,
            day,
            parties=list(agreement.parties.all()),
            clauses=clauses[agreement.pk],
            rules=rules[agreement.kind],
            acts=acts,
        )
        for one in found:
            yield FindingDraft(
                object_key=f"agreement:{agreement.pk}:{one.key}"[:200],
                place=f"{agreement} ({agreement.party_names}): {one.place}"[:300],
                reason=one.reason,
                way_out=one.remedy,
                link=reverse("networks:agreement", args=[agreement.pk]),
                territory_path=agreement.territory.path or "",
                organisation_id=agreement.partnership.mentee_id if agreement.partnership else None,
                group_key="CH-05",
            )


def _why(pair: Partnership) -> str:
    if pair.is_expired:  # type: ignore[attr-defined]  # annotated
        return _("The term of its agreement does not hold today: a new school year needs a new agreement.")
    if pair.is_prepared:  # type: ignore[attr-defined]  # annotated
        return _("An agreement is being prepared, but it is not signed.")
    return _("The schools work together and have concluded no agreement.")
