"""What a person decides about the schools of a file; remembered for this and the next files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.services import record_bulk
from mayak.registry.models import Organisation, Territory
from mayak.registry.services.linking import decide_name
from mayak.results.algorithms.keys import school_ref_key
from mayak.results.algorithms.records import SchoolRef
from mayak.results.models import ImportBatch, ImportIssue, SchoolLink
from mayak.results.services.new_schools import FORCED, create_schools
from mayak.results.services.places import Places
from mayak.results.services.schools import SchoolAnswer, Schools, remember, save_links

NOT_OURS, CREATE = "none", "create"


@dataclass(frozen=True, slots=True)
class Decision:
    """One answer: «none» (not our school), «create», or the key of an organisation."""

    issue: ImportIssue
    choice: str


@transaction.atomic
def decide_schools(
    batch: ImportBatch, decisions: Iterable[Decision], *, actor: Actor, scope: Scope
) -> dict[str, int]:
    """Keep the answers; return how many were joined, refused and created. The trial must be repeated afterwards.

    Raises:
        ValidationError: a chosen school lies outside the scope or the territory of the import.
    """
    places = Places(batch.territory, actor=actor)
    links: list[SchoolLink] = []
    to_create: list[SchoolRef] = []
    counts = {"joined": 0, "refused": 0, "created": 0}
    for decision in decisions:
        school = SchoolRef(**decision.issue.params["ref"])
        if decision.choice == CREATE:
            to_create.append(school)
            continue
        answer = SchoolAnswer(school, school_ref_key(school), places.find(school))
        organisation = None if decision.choice == NOT_OURS else _chosen(decision.choice, batch, scope)
        counts["joined" if organisation else "refused"] += 1
        links += remember(
            answer,
            territory=batch.territory,
            organisation_id=organisation.pk if organisation else None,
            reason=_("decided by a person"),
            label=actor.label,
        )
        _remember_name(answer, organisation, actor=actor, batch=batch)
    save_links(links)
    counts["created"] = _create(batch, to_create, actor=actor)
    if links:
        _log(batch, links, actor=actor, counts=counts)
    return counts


def _chosen(choice: str, batch: ImportBatch, scope: Scope) -> Organisation:
    inside = Organisation.objects.within(scope).filter(territory__path__under=batch.territory.path)
    found = inside.filter(pk=choice).first() if choice.isdigit() else None
    if found is None:
        raise ValidationError(
            _("The chosen school is not among the schools of this territory. Choose another one.")
        )
    return found


def _remember_name(
    answer: SchoolAnswer, organisation: Organisation | None, *, actor: Actor, batch: ImportBatch
) -> None:
    """Tell the registry too, where the name alone means the school: no code of its own beside it."""
    school = answer.school
    territory: Territory = answer.territory or batch.territory
    if school.name and not (school.code or school.login or school.settlement):
        decide_name(territory, school.name, actor=actor, organisation=organisation)


def _create(batch: ImportBatch, schools: list[SchoolRef], *, actor: Actor) -> int:
    if not schools:
        return 0
    places = Places(batch.territory, actor=actor, create=True, is_trial=False)
    resolver = Schools(batch.territory, places)
    resolver.resolve(schools)
    return len(create_schools(resolver, FORCED, territory=batch.territory, actor=actor, source=batch.title))


def _log(batch: ImportBatch, links: list[SchoolLink], *, actor: Actor, counts: Mapping[str, Any]) -> None:
    record_bulk(
        SchoolLink,
        actor=actor,
        action="decide",
        row_count=len(links),
        territory_path=batch.territory.path or "",
        cause=batch,
        object_text=batch.title,
        changes={"counts": dict(counts)},
    )
