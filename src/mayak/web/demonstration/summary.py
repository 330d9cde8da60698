"""What the demonstration prints at its end."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.enums import DEMO_PASSWORD
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import lead_loads, load_limit_of, pair_list
from mayak.registry.models import LegalAct, Person, Programme
from mayak.results.models import ParticipantResult, SchoolResult
from mayak.web.demonstration.build import Demonstration
from mayak.web.demonstration.main_job import MainJob
from mayak.web.demonstration.plans import REGION_KEY
from mayak.web.demonstration.territories import BuiltRegion

UNITS_OF_POINT = 1_000_000
"""The proof counts in millionths of a point."""


def summary_lines(built: Demonstration) -> Iterator[str]:
    """Yield the lines: counts by district, where the files lie, who may sign in."""
    yield _("The demonstration is ready. All people and results are invented.")
    for region in built.regions.values():
        yield from _region_lines(region)
    yield _("What the main job found:")
    for job in built.jobs:
        yield from _job_lines(job)
    yield _("Files with results: %(folder)s") % {"folder": built.folder}
    yield _("Sign-ins (password of each: %(password)s):") % {"password": DEMO_PASSWORD}
    for user in built.users:
        yield f"  {user.email} - {user.full_name}"


def _region_lines(region: BuiltRegion) -> Iterator[str]:
    path = region.territory.path or ""
    yield f"{region.territory.name}: {_counts(path, sum(len(d.plan.schools) for d in region.districts))}"
    for district in region.districts:
        if district.plan.key != REGION_KEY:
            counts = _counts(district.territory.path or "", len(district.plan.schools))
            yield f"  {district.territory.name} ({district.plan.key}): {counts}"


def _job_lines(job: MainJob) -> Iterator[str]:
    listed, schools = (int(job.identification.summary[name]) for name in ("listed", "schools"))
    words = {
        "listed": listed,
        "schools": schools,
        "rule": job.identification.rule_set.name,
        "year": job.identification.year,
    }
    yield f"  {job.pairing.territory.name}"
    yield "    " + _("Help is needed by %(listed)d of %(schools)d schools (%(rule)s, %(year)s)") % words
    yield "    " + _pairs_line(job.pairing)
    yield "    " + _proof_line(job.pairing)
    yield from _load_lines(job.pairing)
    for paper in job.papers:
        yield f"    {paper}"


def _pairs_line(run: MatchingRun) -> str:
    pairs = run.pairs.count()
    state = _("approved") if run.state == MatchingState.APPROVED else _("a draft: the coordinator decides")
    line = ngettext("%(count)d pair", "%(count)d pairs", pairs) % {"count": pairs}
    if without := run.unmatched.count():
        left = ngettext("%(count)d school without a pair", "%(count)d schools without a pair", without)
        line += ", " + left % {"count": without}
    return f"{line} ({state})"


def _proof_line(run: MatchingRun) -> str:
    value, bound = (_decimal(run.proof[name] / UNITS_OF_POINT) for name in ("value", "bound"))
    if not run.proof["is_proven"]:
        return _("The plan has %(value)s points; none can have more than %(bound)s.") % {
            "value": value,
            "bound": bound,
        }
    line = _("Proven: no plan under these rules has more than its %(value)s points (gap 0).") % {
        "value": value
    }
    locked = run.rules.count()
    if locked and run.optimal_score:
        share = _decimal(100 * (run.score or 0) / run.optimal_score)
        line += " " + ngettext(
            "With %(count)d locked pair it reaches %(share)s %% of the best free plan.",
            "With %(count)d locked pairs it reaches %(share)s %% of the best free plan.",
            locked,
        ) % {"count": locked, "share": share}
    return line


def _load_lines(run: MatchingRun) -> Iterator[str]:
    heavy = [load for load in lead_loads(run, pair_list(run)) if load.is_overload]
    if heavy:
        yield "    " + _(
            "Problem: the load of a lead school is %(load)d : 1, above %(limit)d : 1 (%(schools)s)"
        ) % {
            "load": heavy[0].load,
            "limit": load_limit_of(run),
            "schools": ", ".join(load.name for load in heavy),
        }


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _counts(path: str, schools: int) -> str:
    people = Person.objects.filter(territory__path__under=path).count()
    acts = LegalAct.objects.filter(territory__path__under=path).count()
    programmes = Programme.objects.filter(territory__path__under=path).count()
    results = SchoolResult.objects.visible().filter(organisation__territory__path__under=path).count()
    participants = ParticipantResult.objects.filter(result__organisation__territory__path__under=path).count()
    parts = [
        ngettext("%(count)d school", "%(count)d schools", schools) % {"count": schools},
        ngettext("%(count)d person", "%(count)d people", people) % {"count": people},
        ngettext("%(count)d act", "%(count)d acts", acts) % {"count": acts},
        ngettext("%(count)d programme", "%(count)d programmes", programmes) % {"count": programmes},
        ngettext("%(count)d school result", "%(count)d school results", results) % {"count": results},
        ngettext("%(count)d row of a participant", "%(count)d rows of participants", participants)
        % {"count": participants},
    ]
    return ", ".join(parts)
