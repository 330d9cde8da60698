"""Building the whole demonstration: plans, registry, people, files, results, the main job, sign-ins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.accounts.services.personal_reference import load_personal_reference
from mayak.diagnosis.services.reference import load_diagnosis_reference
from mayak.kernel.access import Actor
from mayak.networks.services.agreement_reference import load_agreement_reference
from mayak.networks.services.network_reference import load_networks_reference
from mayak.networks.services.pair_reference import load_pair_reference
from mayak.registry.models import Organisation, Territory
from mayak.registry.services.reference import load_registry_reference
from mayak.results.models import ImportBatch
from mayak.results.services.reference import load_results_reference
from mayak.surveys.services.reference import load_surveys_reference
from mayak.web.demonstration.community import build_community
from mayak.web.demonstration.diagnosis import build_diagnosis
from mayak.web.demonstration.loading import load_files
from mayak.web.demonstration.main_job import MainJob, run_main_job
from mayak.web.demonstration.networks import build_networks
from mayak.web.demonstration.plans import FILES, REGION_KEY, DistrictPlan, read_district
from mayak.web.demonstration.region import plan_region
from mayak.web.demonstration.result_files import RegionFiles, write_files
from mayak.web.demonstration.staff import build_staff
from mayak.web.demonstration.surveys import build_surveys
from mayak.web.demonstration.territories import BuiltRegion, build_territories
from mayak.web.demonstration.users import create_users

ACTOR = Actor(user_id=None, label="Демонстрация")
DEFAULT_SEED = 2026
DEFAULT_SCHOOLS = 300

Say = Callable[[str], None]


class NotEmptyError(Exception):
    """The database holds something already: the demonstration never touches it."""


@dataclass(slots=True)
class Demonstration:
    """What was built."""

    regions: dict[str, BuiltRegion]
    users: list[User]
    folder: Path
    files: list[RegionFiles] = field(default_factory=list)
    jobs: list[MainJob] = field(default_factory=list)


def build_demonstration(
    *,
    seed: int = DEFAULT_SEED,
    schools: int = DEFAULT_SCHOOLS,
    only: frozenset[str] = frozenset(),
    folder: Path | None = None,
    say: Say = lambda line: None,
) -> Demonstration:
    """Build the parts into an empty database.

    Args:
        seed: the same seed gives the same people, files and results.
        schools: how many schools the synthetic region has.
        only: names of parts (S0, S1, S3, S4, region); all of them where it is empty.
        folder: where the result files are written; inside the data folder where nothing is said.
        say: receives a line before each step.

    Raises:
        NotEmptyError: there are organisations, imports or users.
    """
    refuse_unless_empty()
    chosen = only or frozenset((*FILES, REGION_KEY))
    place = folder or Path(settings.DATA_DIR) / "demonstration"
    say(_("Dictionaries, scales and rules"))
    load_registry_reference(actor=ACTOR)
    load_personal_reference(actor=ACTOR)
    load_surveys_reference(actor=ACTOR)
    load_results_reference(actor=ACTOR)
    load_diagnosis_reference(actor=ACTOR)
    load_networks_reference(actor=ACTOR)
    load_agreement_reference(actor=ACTOR)
    load_pair_reference(actor=ACTOR)
    say(_("Territories and organisations"))
    regions = build_territories(_plans(chosen, seed, schools), actor=ACTOR)
    say(_("People, posts and staffing"))
    staff = build_staff(regions, seed, actor=ACTOR)
    say(_("Associations, groups, acts and programmes"))
    build_community(regions, staff, actor=ACTOR)
    say(_("Files with results and social passports"))
    files = [write_files(region, seed, place) for region in regions.values()]
    for region_files in files:
        say(_("Import of the results: %(region)s") % {"region": region_files.region.territory.name})
        load_files(region_files)
    say(_("Who needs help, who can give it, pairs and papers"))
    jobs = list(run_main_job(regions, place, actor=ACTOR))
    say(_("Demonstration accounts"))
    users = create_users(regions, actor=ACTOR)
    say(_("Surveys and their answers"))
    build_surveys(regions, users, seed, actor=ACTOR)
    say(_("Diagnosis: risks, passports, lessons, deficits, measures"))
    build_diagnosis(regions, users, staff, seed)
    say(_("Networks: consents, agreements, mentor pairs"))
    build_networks(jobs, actor=ACTOR)
    return Demonstration(regions, users, place, files, jobs)


def refuse_unless_empty() -> None:
    """Stop before anything is touched where somebody has begun to work.

    Raises:
        NotEmptyError: names what was found.
    """
    found = {
        _("organisations"): Organisation.objects.count(),
        _("imports"): ImportBatch.objects.count(),
        _("users"): User.objects.count(),
        _("territories"): Territory.objects.filter(parent__isnull=False).count(),
    }
    present = [f"{name}: {count}" for name, count in found.items() if count]
    if present:
        raise NotEmptyError(
            _("The database is not empty (%(found)s). The demonstration is built only into an empty one.")
            % {"found": ", ".join(present)}
        )


def _plans(chosen: frozenset[str], seed: int, schools: int) -> list[DistrictPlan]:
    plans = [read_district(key) for key in FILES if key in chosen]
    return plans + (plan_region(seed, schools) if REGION_KEY in chosen else [])
