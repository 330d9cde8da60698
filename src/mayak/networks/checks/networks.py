"""Automatic checks of networks (domain.md A5): CH-06, CH-29."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.networks.enums.networks import NetworkState
from mayak.networks.models import Network
from mayak.networks.selectors.network_documents import Checklist, checklists
from mayak.networks.selectors.networks import vanished_members
from mayak.registry.selectors.school_years import current_start_year

NAMED = 3
"""Documents that the reason names; the page has all."""


@register(
    "CH-06",
    title=gettext_lazy("The network has not the documents of its model"),
    source="Методические рекомендации по итогам регионального мониторинга Ленинградской области, 2023, раздел 3.1",
)
def without_documents(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the working networks of this year whose model needs a document or an act that is not there."""
    rows = (
        Network.objects.within(scope)
        .filter(state=NetworkState.ACTIVE, school_year__start_year__gte=current_start_year())
        .exclude(model="")
        .select_related("school_year", "territory")
        .order_by("pk")
    )
    networks = list(rows)
    lists = checklists(networks)
    for network in networks:
        found = lists[network.pk]
        if found.lacks_functions:
            yield _about(
                network,
                key="functions",
                reason=_("No act gives the centre management functions, and the model rests on them."),
                way_out=_("Issue the act, or choose another model."),
            )
        if found.lacking:
            yield _about(
                network,
                key="documents",
                reason=_documents_text(found),
                way_out=_("Prepare and sign the documents, or choose the model that fits what is signed."),
            )


def _documents_text(found: Checklist) -> str:
    counts: dict[str, int] = {}
    for line in found.lacking:
        counts[str(line.requirement)] = counts.get(str(line.requirement), 0) + 1
    names = [f"{name} ({count})" if count > 1 else name for name, count in counts.items()]
    text = ngettext(
        "%(count)s required document is missing, not signed or expired: %(names)s",
        "%(count)s required documents are missing, not signed or expired: %(names)s",
        len(found.lacking),
    )
    more = "; …" if len(names) > NAMED else ""
    return text % {"count": len(found.lacking), "names": "; ".join(names[:NAMED]) + more}


def _about(network: Network, *, key: str, reason: str, way_out: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"network:{network.pk}:{key}",
        place=str(network),
        reason=reason,
        way_out=way_out,
        link=reverse("networks:network", args=[network.pk]),
        territory_path=network.territory.path or "",
        group_key="CH-06",
    )


@register(
    "CH-29",
    title=gettext_lazy("A member disappeared from the network without a reason"),
    source="Итоговый отчёт Кировского района, распоряжение от 08.06.2023 № 237",
)
def vanished(scope: Scope) -> Iterator[FindingDraft]:
    """Yield members of an earlier year's networks that are in none of the next year, and nobody wrote why."""
    for one in vanished_members(scope):
        yield FindingDraft(
            object_key=f"vanished:{one.network.pk}:{one.organisation.pk}",
            place=f"{one.organisation}: {one.network.name}",
            reason=_(
                "It took part in %(before)s and is in no network of the programme in %(after)s; "
                "the reason is not written."
            )
            % {"before": one.network.school_year, "after": one.later},
            way_out=_("Write why it left and what remains, or take it into a network of the year."),
            link=reverse("networks:network", args=[one.network.pk]),
            territory_path=one.organisation.territory.path or "",
            organisation_id=one.organisation.pk,
            group_key="CH-29",
        )
