"""Sides of the pairs of schools for the survey engine: results of both sides can be laid beside each other."""

from collections import defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.networks.models import Partnership
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation
from mayak.surveys.models import Campaign
from mayak.surveys.selectors.audiences import Breakdown, register_breakdown

SIDE, PAIR = "pair_side", "pair"
MENTEE, LEAD = "mentee", "lead"


def side_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the sides."""
    return {MENTEE: gettext("mentee school of a pair"), LEAD: gettext("lead school of a pair")}


def side_of(campaign: Campaign) -> Mapping[int, str]:
    """Return the side of each school that has a partner this year; a school on both sides counts as a mentee."""
    found: dict[int, str] = {}
    for mentee, lead in _pairs(campaign):
        found[mentee] = MENTEE
        found.setdefault(lead, LEAD)
    return found


def pair_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the pairs: the lead school with the schools it helps."""
    helped: dict[int, list[int]] = defaultdict(list)
    for mentee, lead in _first_leads(_pairs(campaign)).items():
        helped[lead].append(mentee)
    keys = {*helped, *(key for group in helped.values() for key in group)}
    names = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "short_name"))
    return {
        str(lead): f"{names[lead]} ← {', '.join(names[one] for one in group)}"
        for lead, group in helped.items()
    }


def pair_of(campaign: Campaign) -> Mapping[int, str]:
    """Return the pair of each school: the key of its lead school, for both sides."""
    first = _first_leads(_pairs(campaign))
    return {lead: str(lead) for lead in first.values()} | {
        mentee: str(lead) for mentee, lead in first.items()
    }


def _first_leads(pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Return one lead school for each mentee school: the pair that was made first."""
    found: dict[int, int] = {}
    for mentee, lead in pairs:
        found.setdefault(mentee, lead)
    return found


def _pairs(campaign: Campaign) -> list[tuple[int, int]]:
    owner = campaign.owner
    own = owner.kind in SCHOOL_KINDS
    scope = (
        Scope(organisation_ids=frozenset({owner.pk}))
        if own
        else Scope(territory_paths=(owner.territory.path or "",))
    )
    rows = Partnership.objects.within(scope).current().filter(school_year=campaign.school_year)
    return list(rows.order_by("pk").values_list("mentee_id", "lead_id"))


def register() -> None:
    """Tell the survey engine of the sides of pairs."""
    register_breakdown(Breakdown(SIDE, _("side of the pair"), side_words, side_of, order=40))
    register_breakdown(Breakdown(PAIR, _("pair of schools"), pair_words, pair_of, order=50))
