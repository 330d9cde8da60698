"""The main job on the demonstration: who needs help, who can give it, the best pairs, the papers."""

import copy
import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from mayak.diagnosis.models import LeadProfile
from mayak.diagnosis.services import build_lead_profiles, update_lead_profile
from mayak.documents.models import GeneratedDocument
from mayak.documents.selectors import order_defaults
from mayak.documents.services import make_partnership_list, make_partnership_order
from mayak.kernel.access import Actor, Scope
from mayak.kernel.findings.services import run_checks
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import settings_of
from mayak.matching.services import approve_run as approve_pairs
from mayak.matching.services import create_run, lock_pair, solve_run, update_run
from mayak.registry.models import Employment, LegalAct, SchoolYear, Territory
from mayak.results.models import IdentificationRun, RuleSet, StatusKind
from mayak.results.services.identification import run_identification
from mayak.results.services.identification_approval import approve_run as approve_list
from mayak.results.services.rule_sets import create_rule_set
from mayak.results.services.statuses import level_of, set_status
from mayak.web.demonstration.plans import REGION_KEY, Level, SupportPlan
from mayak.web.demonstration.procedures import YEARS
from mayak.web.demonstration.territories import BuiltDistrict, BuiltRegion

LOW_RULE, LEAD_RULE, LEAD_KIND = "shnor-2025", "lead-schools", "lead_school"
LOW_YEARS = YEARS[-2:]
"""The rule holds from 2025 on; the year before shows who entered and who left."""
LEAD_PROCEDURES = 3
"""In how many procedures of each year a lead school of the synthetic region is in the upper quarter; invented."""
REGION_WEIGHTS = {"level": 10.0, "kind": 5.0}
"""Criteria that the synthetic region looks at besides the usual ones; invented."""
FOLDER = "papers"
_HEADS = ("председатель", "начальник", "министр", "руководитель")


@dataclass(slots=True)
class MainJob:
    """What the main job found and made in one territory."""

    key: str
    identification: IdentificationRun
    pairing: MatchingRun
    papers: list[Path] = field(default_factory=list)


def run_main_job(regions: dict[str, BuiltRegion], folder: Path, *, actor: Actor) -> Iterator[MainJob]:
    """Do the main job of every district with lead schools of its own and of the synthetic region, one after another.

    Args:
        regions: what was built, by name.
        folder: below it the papers are laid.
        actor: who does it.
    """
    for region in regions.values():
        for district in region.districts:
            if district.plan.support is not None:
                yield _help_district(district, district.plan.support, folder / FOLDER, actor=actor)
        if any(district.plan.key == REGION_KEY for district in region.districts):
            yield _help_region(region.territory, folder / FOLDER, actor=actor)


def _help_district(district: BuiltDistrict, support: SupportPlan, folder: Path, *, actor: Actor) -> MainJob:
    """The lead schools are appointed by a paper; pairs that a paper names are locked."""
    territory = district.territory
    found = _approve_lists(territory, supplied_rule(LOW_RULE), LOW_YEARS, actor=actor)
    _appoint_leads(district, support, actor=actor)
    year = SchoolYear.objects.get(start_year=YEARS[-1])
    build_lead_profiles(territory, year, actor=actor)
    for profile in LeadProfile.objects.filter(school_year=year, organisation__territory=territory):
        update_lead_profile(profile, actor=actor, capacity=support.capacity)
    run = create_run(territory, year, actor=actor)
    for lead, mentees in support.pairs.items():
        for mentee in mentees:
            schools = district.organisations
            lock_pair(run, schools[mentee], schools[lead], actor=actor, reason=support.why)
    run = solve_run(run, actor=actor)
    if support.is_approved:
        run = approve_pairs(run, actor=actor)
    return MainJob(district.plan.key, found, run, _write_papers(run, folder, actor=actor))


def _help_region(territory: Territory, folder: Path, *, actor: Actor) -> MainJob:
    """The lead schools are found by a rule of the region, for which the signs of quality are looked for first."""
    found = _approve_lists(territory, supplied_rule(LOW_RULE), LOW_YEARS, actor=actor)
    run_checks(scope=Scope(territory_paths=(territory.path or "",)))
    _approve_lists(territory, _rule_of_region(territory, actor=actor), YEARS[-1:], actor=actor)
    year = SchoolYear.objects.get(start_year=YEARS[-1])
    build_lead_profiles(territory, year, actor=actor)
    run = create_run(territory, year, actor=actor)
    rules = settings_of(run)
    rules = replace(rules, weights={**rules.weights, **REGION_WEIGHTS}, load_points=2.0, travel_time=True)
    run = solve_run(update_run(run, actor=actor, objective=run.objective, settings=rules), actor=actor)
    return MainJob(REGION_KEY, found, run, _write_papers(run, folder, actor=actor))


def supplied_rule(code: str) -> RuleSet:
    """Return the newest version of a rule that comes with the product."""
    return RuleSet.objects.filter(code=code, is_supplied=True).latest("version")


def _rule_of_region(territory: Territory, *, actor: Actor) -> RuleSet:
    """A copy of the supplied rule for lead schools, less strict: in the noise of small schools no one passes it."""
    rule = supplied_rule(LEAD_RULE)
    definition = copy.deepcopy(rule.definition)
    definition["name"] = f"{rule.name}: {territory.name}"
    definition["conditions"][0] |= {
        "count": {"at_least": LEAD_PROCEDURES},
        "title": "В верхней четверти не менее чем в трёх процедурах каждого из трёх лет",
    }
    return create_rule_set(definition, actor=actor, territory=territory, based_on=rule)


def _approve_lists(
    territory: Territory, rule: RuleSet, years: tuple[int, ...], *, actor: Actor
) -> IdentificationRun:
    """Apply the rule to each year and approve its list from 1 September on; return the run of the last year."""
    for year in years:
        found = run_identification(rule, territory=territory, year=year, actor=actor)
        approve_list(found, actor=actor, valid_from=dt.date(year, 9, 1))
    return found


def _appoint_leads(district: BuiltDistrict, support: SupportPlan, *, actor: Actor) -> None:
    act = LegalAct.objects.get(territory=district.territory, number=support.act)
    kind = StatusKind.objects.get(code=LEAD_KIND)
    for plan in district.plan.schools:
        if plan.level == Level.LEAD:
            set_status(
                district.organisations[plan.name],
                kind,
                actor=actor,
                level=level_of(district.territory),
                valid_from=act.date,
                source=support.source,
                reason=support.reason,
                basis=act,
            )


def _write_papers(run: MatchingRun, folder: Path, *, actor: Actor) -> list[Path]:
    """Make the order and the list; lay copies with names that people read beside the other files."""
    fields = order_defaults(run) | _signatory(run)
    order = make_partnership_order(run, actor=actor, fields=fields)
    papers = {"Распоряжение": order, "Список": make_partnership_list(run, actor=actor)}
    return [_copied(paper, folder, f"{word} {run.territory.name}") for word, paper in papers.items()]


def _copied(paper: GeneratedDocument, folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    draft = " (проект)" if paper.is_draft else ""
    path = folder / f"{name}{draft}.{paper.format}"
    with paper.file.open("rb") as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path


def _signatory(run: MatchingRun) -> dict[str, str]:
    """The head of the authority signs."""
    posts = Employment.objects.filter(
        organisation__territory=run.territory, organisation__kind__endswith="_authority"
    ).select_related("person")
    for post in posts:
        if post.position.startswith(_HEADS):
            person = post.person
            initials = f"{person.given_name[:1]}. {person.patronymic[:1]}."
            position = post.position[:1].upper() + post.position[1:]
            return {"signatory_position": position, "signatory_name": f"{initials} {person.family_name}"}
    return {}
