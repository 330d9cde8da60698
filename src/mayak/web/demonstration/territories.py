"""Writing territories and organisations of the plans."""

from dataclasses import dataclass, field
from decimal import Decimal

import yaml
from django.db import transaction

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.registry.enums import NameKind, OrganisationKind, TerritoryKind
from mayak.registry.models import Organisation, OrganisationName, Territory
from mayak.registry.services.organisation_keys import new_name, present_names, set_keys
from mayak.registry.services.organisations import create_organisation
from mayak.registry.services.reference import ensure_country
from mayak.registry.services.territories import create_territory
from mayak.web.demonstration.plans import (
    DISTRICTS,
    Community,
    DistrictPlan,
    OrganisationPlan,
    SchoolPlan,
    opened_on,
)

SOURCE = "демонстрация"
_FULL_FORMS = {
    "МБОУ": "Муниципальное бюджетное общеобразовательное учреждение",
    "МКОУ": "Муниципальное казённое общеобразовательное учреждение",
    "МАОУ": "Муниципальное автономное общеобразовательное учреждение",
}
_FULL_TYPES = {"СОШ": "средняя общеобразовательная школа", "ООШ": "основная общеобразовательная школа"}


@dataclass(slots=True)
class BuiltDistrict:
    """A plan with the rows that were written for it; ``organisations`` by key of the plan or name of the school."""

    plan: DistrictPlan
    territory: Territory
    organisations: dict[str, Organisation] = field(default_factory=dict)

    @property
    def schools(self) -> list[Organisation]:
        """The rows of the planned schools, in the order of the plan."""
        return [self.organisations[school.name] for school in self.plan.schools]


@dataclass(slots=True)
class BuiltRegion:
    """A region with its own organisations and its municipalities."""

    territory: Territory
    organisations: dict[str, Organisation]
    community: Community
    districts: list[BuiltDistrict] = field(default_factory=list)


@transaction.atomic
def build_territories(plans: list[DistrictPlan], *, actor: Actor) -> dict[str, BuiltRegion]:
    """Write regions, municipalities and all organisations; return them by the name of the region."""
    country = ensure_country(actor=actor)
    with (DISTRICTS / "regions.yaml").open(encoding="utf-8") as stream:
        above = yaml.safe_load(stream)
    regions: dict[str, BuiltRegion] = {}
    for plan in plans:
        if plan.region not in regions:
            region = create_territory(
                actor=actor,
                name=plan.region,
                kind=TerritoryKind.REGION,
                parent=country,
                code=plan.region_code,
            )
            given = above[plan.region]
            rows = [OrganisationPlan(**row) for row in given["organisations"]]
            organisations = _create_organisations(rows, region, actor=actor)
            regions[plan.region] = BuiltRegion(region, organisations, Community.of(given))
        regions[plan.region].districts.append(
            _build_district(plan, regions[plan.region].territory, actor=actor)
        )
    return regions


def _build_district(plan: DistrictPlan, region: Territory, *, actor: Actor) -> BuiltDistrict:
    territory = create_territory(
        actor=actor,
        name=plan.municipality,
        kind=TerritoryKind.MUNICIPALITY,
        parent=region,
        code=plan.municipality_code,
    )
    built = BuiltDistrict(plan, territory, _create_organisations(plan.organisations, territory, actor=actor))
    rows = [_school(school, territory, built.organisations) for school in plan.schools if not school.parent]
    built.organisations |= _save_schools(
        rows, [school for school in plan.schools if not school.parent], actor=actor
    )
    branches = [school for school in plan.schools if school.parent]
    rows = [_school(school, territory, built.organisations) for school in branches]
    built.organisations |= _save_schools(rows, branches, actor=actor)
    return built


def _create_organisations(
    plans: list[OrganisationPlan] | tuple[OrganisationPlan, ...], territory: Territory, *, actor: Actor
) -> dict[str, Organisation]:
    return {
        plan.key: create_organisation(
            actor=actor,
            territory=territory,
            kind=plan.kind,
            name=plan.name,
            short_name=plan.short_name,
            legal_form=plan.legal_form,
            settlement=plan.settlement,
            latitude=_degrees(plan.latitude),
            longitude=_degrees(plan.longitude),
            coordinates_source=SOURCE,
        )
        for plan in plans
    }


_INNER_QUOTES = str.maketrans("«»", "„“")
"""A name inside a name in quotes: «Гимназия „Невская“»."""


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.6f}")


def _school(plan: SchoolPlan, territory: Territory, known: dict[str, Organisation]) -> Organisation:
    parent = known[plan.parent] if plan.parent else None
    inner = plan.name.translate(_INNER_QUOTES)
    short = f"{plan.legal_form} «{inner}»"
    full = inner
    for word, words in _FULL_TYPES.items():
        full = full.replace(word, words)
    name = f"{_FULL_FORMS[plan.legal_form]} «{full}»"
    if parent is not None:
        short, name = f"{plan.name} - филиал {parent.short_name}", f"Филиал {parent.short_name} - {plan.name}"
    organisation = Organisation(
        territory=territory,
        kind=OrganisationKind.BRANCH if parent else OrganisationKind.SCHOOL,
        parent=parent,
        name=name,
        short_name=short,
        legal_form="" if parent else plan.legal_form,
        school_type=plan.school_type,
        fis_oko_login=plan.login,
        rcoi_code=plan.code,
        settlement=plan.settlement,
        address=f"{territory.name}, {plan.settlement}",
        locality=plan.locality,
        latitude=_degrees(plan.latitude),
        longitude=_degrees(plan.longitude),
        coordinates_source=SOURCE,
        grade_from=1,
        grade_to=plan.last_grade,
        pupils=plan.pupils,
        teachers=round(plan.pupils / 14) + 4,
        opened_on=opened_on(plan.code),
    )
    set_keys(organisation, plan.aliases)
    return organisation


def _save_schools(
    rows: list[Organisation], plans: list[SchoolPlan], *, actor: Actor
) -> dict[str, Organisation]:
    """Write schools in one go with their names and one audit entry."""
    if not rows:
        return {}
    saved = Organisation.objects.bulk_create(rows)
    names: list[OrganisationName] = []
    for row, plan in zip(saved, plans, strict=True):
        names += present_names(row)
        names += [new_name(row, alias, NameKind.ALIAS) for alias in plan.aliases]
    OrganisationName.objects.bulk_create(names)
    record_bulk(
        Organisation,
        actor=actor,
        action="create",
        row_count=len(saved),
        row_first=saved[0].pk,
        row_last=saved[-1].pk,
        territory_path=saved[0].territory.path or "",
        object_text=saved[0].territory.name,
    )
    return {plan.name: row for plan, row in zip(plans, saved, strict=True)}
