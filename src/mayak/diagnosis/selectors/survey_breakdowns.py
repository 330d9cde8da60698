"""Breakdowns of the school world for the survey engine; each asks the database once or twice, whatever the size."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.selectors.roles import reference_day
from mayak.diagnosis.selectors.survey_audiences import ROLE_WORDS
from mayak.diagnosis.selectors.survey_people import organisations_of
from mayak.registry.enums import Locality, TerritoryKind
from mayak.registry.models import Territory
from mayak.registry.models.territories import paths_above
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolStatus
from mayak.surveys.models import Campaign
from mayak.surveys.selectors.audiences import Breakdown, register_breakdown

TERRITORY, CATEGORY, ROLE, LOCALITY = "territory", "category", "role", "locality"
LOW, LEAD, OTHER = "low", "lead", "other"


def territory_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the municipalities of the survey by key, and of what stands directly under the region."""
    return {str(key): name for key, (name, _path) in _municipalities(campaign).items()}


def territory_of(campaign: Campaign) -> Mapping[int, str]:
    """Return the municipality of each organisation, else its territory."""
    known = _municipalities(campaign)
    by_path = {path: str(key) for key, (_name, path) in known.items()}
    found = {}
    for pk, path in organisations_of(campaign).order_by().values_list("pk", "territory__path"):
        place = next((one for one in reversed([*paths_above(path or ""), path]) if one in by_path), "")
        if place:
            found[pk] = by_path[place]
    return found


def _municipalities(campaign: Campaign) -> dict[int, tuple[str, str]]:
    owner = campaign.owner
    rows = Territory.objects.filter(
        Q(kind=TerritoryKind.MUNICIPALITY) | Q(pk=owner.territory_id), path__under=owner.territory.path
    )
    return {pk: (name, path or "") for pk, name, path in rows.values_list("pk", "name", "path")}


def category_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the categories of schools."""
    return {
        LOW: gettext("schools with low results"),
        LEAD: gettext("lead schools"),
        OTHER: gettext("other schools"),
    }


def category_of(campaign: Campaign) -> Mapping[int, str]:
    """Return the category of each school by its statuses on the day of the survey; need goes before strength.

    Other organisations (services, authorities) have none.
    """
    schools = organisations_of(campaign).schools().order_by()
    found = dict.fromkeys(schools.values_list("pk", flat=True), OTHER)
    statuses = SchoolStatus.objects.held_on(reference_day(campaign.school_year)).filter(
        organisation__in=schools.values("pk"), kind__role__in=[StatusRole.NEEDS_HELP, StatusRole.GIVES_HELP]
    )
    for pk, role in statuses.order_by("pk").values_list("organisation_id", "kind__role"):
        if role == StatusRole.NEEDS_HELP:
            found[pk] = LOW
        elif found.get(pk) != LOW:
            found[pk] = LEAD
    return found


def role_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the roles that the audiences give."""
    return {code: str(word) for code, word in ROLE_WORDS.items()}


def locality_words(campaign: Campaign) -> Mapping[str, str]:
    """Names of the kinds of locality."""
    return {code: str(word) for code, word in Locality.choices}


def locality_of(campaign: Campaign) -> Mapping[int, str]:
    """Return the kind of locality of each organisation for which the registry has one."""
    rows = organisations_of(campaign).exclude(locality="").order_by()
    return dict(rows.values_list("pk", "locality"))


def register() -> None:
    """Tell the survey engine of the breakdowns."""
    register_breakdown(Breakdown(TERRITORY, _("municipality"), territory_words, territory_of, order=10))
    register_breakdown(Breakdown(CATEGORY, _("category of schools"), category_words, category_of, order=20))
    register_breakdown(Breakdown(ROLE, _("role"), role_words, order=30))
    register_breakdown(Breakdown(LOCALITY, _("urban or rural"), locality_words, locality_of, order=60))
