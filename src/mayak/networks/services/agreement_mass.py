"""Agreements for all partnerships of a school year, made in the background."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.bulk import portions
from mayak.kernel.jobs.models import FINISHED
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job
from mayak.networks.enums.agreements import AgreementKind
from mayak.networks.models import AgreementTemplate, Network, Partnership
from mayak.networks.selectors.agreements import partnerships_without_agreement
from mayak.networks.services.agreement_guard import check_year
from mayak.networks.services.agreements import create_for_partnership
from mayak.registry.models import SchoolYear

MASS_JOB = "networks.create_agreements"
AT_ONCE = 50
"""Agreements of one portion, which is a transaction of its own."""


@transaction.atomic
def ask_for_agreements(
    school_year: SchoolYear,
    *,
    actor: Actor,
    network: Network | None = None,
    kind: str = AgreementKind.COOPERATION,
) -> Job:
    """Return the job that makes the missing agreements; one that is not finished is not asked twice.

    Raises:
        ValidationError: the school year is closed.
    """
    held = SchoolYear.objects.select_for_update(no_key=True).get(pk=school_year.pk)
    check_year(held)
    arguments = {"school_year": held.pk, "network": network.pk if network else None, "kind": str(kind)}
    waiting = Job.objects.filter(kind=MASS_JOB, owner_id=actor.user_id, arguments=arguments)
    return waiting.exclude(state__in=FINISHED).first() or enqueue_job(
        MASS_JOB,
        actor=actor,
        title=_("Agreements of the pairs, %(year)s") % {"year": held},
        arguments=arguments,
        link=reverse("networks:agreements") + f"?school_year={held.pk}&state=draft",
    )


def create_missing_agreements(
    scope: Scope,
    school_year: SchoolYear,
    *,
    actor: Actor,
    network: Network | None = None,
    kind: str = AgreementKind.COOPERATION,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Mapping[str, Any]:
    """Make a draft for each partnership of the year that has none; a second run makes none.

    Returns:
        ``made`` and ``refused``: how many drafts, and the pairs that were refused with the words.
    """
    rows = partnerships_without_agreement(scope, school_year, network)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    templates = list(AgreementTemplate.objects.filter(kind=kind))
    made, refused = 0, []
    for portion in portions(keys, AT_ONCE):
        with transaction.atomic():
            for pair in rows.filter(pk__in=list(portion)).select_related(*_NEEDED).order_by("pk"):
                try:
                    _create(pair, actor=actor, kind=kind, templates=templates)
                    made += 1
                except ValidationError as error:
                    refused.append(f"{pair}: {' '.join(error.messages)}")
        progress(made + len(refused), len(keys))
    return {"made": made, "refused": refused}


_NEEDED = (
    "mentee__territory",
    "mentee__parent",
    "lead__parent",
    "lead__territory",
    "school_year",
    "network__programme",
)


@transaction.atomic
def _create(pair: Partnership, **values: Any) -> None:
    create_for_partnership(pair, **values)
