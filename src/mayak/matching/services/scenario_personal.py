"""Why a person left a pairing, or has more places in it: free words of others, shown to the person and erased."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.matching.enums import MatchingLevel
from mayak.matching.models import MatchingRun


def held_reasons(subjects: Subjects) -> Iterable[Holding]:
    """Yield the reasons that approved pairings name for the person. Drafts are shown to nobody but coordinators."""
    if subjects.person_id is None:
        return
    runs = _runs().filter(approved_at__isnull=False).select_related("school_year")
    rows = [
        [str(run.school_year), change["reason"]]
        for run in runs.order_by("school_year__start_year", "pk")
        for change in _about(run, subjects.person_id)
    ]
    columns = {"year": _("School year"), "reason": _("Reason")}
    yield Holding(
        "pairing-reasons", _("Why a pairing of teachers counted with me in another way"), columns, rows
    )


def erase_reasons(target: Target) -> Iterable[Effect | Left]:
    """Take away why the person left or got places, wherever these words were kept; that it happened stays by key.

    Several people may have been given the same words at once: they go with the first of them.
    """
    person = target.subjects.person_id
    if person is None:
        return
    gone: set[str] = set()
    changed = 0
    for run in _runs():
        texts = {change["reason"] for change in _about(run, person)}
        if not texts:
            continue
        gone |= texts
        run.scenario = [_wordless(one) if one.get("reason") in texts else one for one in run.scenario]
        run.save(update_fields=["scenario"])
        changed += 1
    yield Effect(_("pairings whose words on the person are deleted"), changed)
    archived = MatchingRun.objects.filter(
        level=MatchingLevel.TEACHERS, archive_reason__in=[text[:300] for text in gone]
    )
    yield Effect(_("archived pairings whose reason is deleted"), archived.update(archive_reason=""))


def register() -> None:
    """Tell the kernel of both."""
    register_holdings(held_reasons)
    register_eraser(erase_reasons, order=66)


def _runs() -> Any:
    """Pairings of people that hold changes; a scenario is rare beside ordinary pairings."""
    return MatchingRun.objects.filter(level=MatchingLevel.TEACHERS).exclude(scenario=[])


def _about(run: MatchingRun, person: int) -> Iterator[dict[str, Any]]:
    for change in run.scenario:
        if str(person) == change.get("key") and change.get("reason"):
            yield change


def _wordless(change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in change.items() if name != "reason"}
