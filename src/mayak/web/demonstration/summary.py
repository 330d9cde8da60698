"""What the demonstration prints at its end."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.enums import DEMO_PASSWORD
from mayak.registry.models import LegalAct, Person, Programme
from mayak.results.models import ParticipantResult, SchoolResult
from mayak.web.demonstration.build import Demonstration
from mayak.web.demonstration.plans import REGION_KEY
from mayak.web.demonstration.territories import BuiltRegion


def summary_lines(built: Demonstration) -> Iterator[str]:
    """Yield the lines: counts by district, where the files lie, who may sign in."""
    yield _("The demonstration is ready. All people and results are invented.")
    for region in built.regions.values():
        yield from _region_lines(region)
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
