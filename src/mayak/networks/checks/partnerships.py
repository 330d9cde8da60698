"""Automatic checks of partnerships (domain.md A5): CH-01, CH-02, CH-08, CH-24."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.matching.enums import FAR_KM
from mayak.matching.models import MatchPair
from mayak.matching.selectors import coverage_of, load_limit_of
from mayak.networks.models import Partnership
from mayak.networks.selectors import LOAD_LIMIT, lead_loads, mentees_without_lead
from mayak.registry.models import SchoolYear
from mayak.registry.selectors.school_years import current_start_year


@register(
    "CH-01", title=gettext_lazy("A school that needs help has no lead school"), source="S0 (16 : 2); S2"
)
def without_lead(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the schools with a status of need in the present school year and no partnership."""
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    if year is None:
        return
    for school in mentees_without_lead(scope, year):
        yield FindingDraft(
            object_key=f"mentee:{school.pk}:{year.start_year}",
            place=str(school),
            reason=_("The school needs help in %(year)s, and no lead school helps it.") % {"year": year},
            way_out=_("Choose a lead school for it and approve the list of pairs."),
            link=reverse("matching:runs"),
            territory_path=school.territory.path or "",
            organisation_id=school.pk,
            group_key="CH-01",
        )


@register(
    "CH-02", title=gettext_lazy("A lead school helps too many schools"), source="S0 (8 : 1); S1 (3 : 1)"
)
def overload(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the lead schools whose load is above the limit of their pairing."""
    current = Partnership.objects.within(scope).current()
    limits = {
        (row.lead_id, row.school_year_id): load_limit_of(row.run) if row.run else LOAD_LIMIT
        for row in current.select_related("run")
    }
    for row in lead_loads(current):
        limit = limits.get((row["lead_id"], row["school_year_id"]), LOAD_LIMIT)
        if row["load"] <= limit:
            continue
        yield FindingDraft(
            object_key=f"lead:{row['lead_id']}:{row['year']}",
            place=row["name"],
            reason=_(
                "The lead school helps %(load)s schools: the load is %(load)s : 1, the limit %(limit)s : 1."
            )
            % {"load": row["load"], "limit": limit},
            way_out=_("Find another lead school, give some schools to it, or lower the number it can help."),
            link=f"{reverse('networks:list')}?{urlencode({'q': row['name']})}",
            territory_path=row["path"] or "",
            organisation_id=row["lead_id"],
            group_key="CH-02",
        )


@register(
    "CH-08",
    title=gettext_lazy("The lead school is not strong in what the school lacks"),
    source="S2, complaint 8; S3",
)
def not_covered(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the partnerships whose pairing found no strength of the lead for any need of the mentee."""
    for partnership, pair in _with_pairs(scope):
        if coverage_of(pair) == 0:
            yield _about(
                partnership,
                check="CH-08",
                reason=_("None of the subjects in which the school fails is a strength of the lead school."),
                way_out=_("Choose another lead school or state its strengths in its passport."),
            )


@register(
    "CH-24",
    title=gettext_lazy("The pair is far apart and works without remote help"),
    source="S2, complaint 2",
)
def far_apart(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the partnerships further apart than a day's journey whose lead school does not help remotely."""
    for partnership, pair in _with_pairs(scope):
        far = pair.distance_km is not None and pair.distance_km > FAR_KM
        profile = partnership.lead.lead_profiles.all()
        remote = any(
            row.works_remotely for row in profile if row.school_year_id == partnership.school_year_id
        )
        if far and not remote:
            yield _about(
                partnership,
                check="CH-24",
                reason=_("The schools are %(distance)s km apart, and the lead school does not help remotely.")
                % {"distance": round(pair.distance_km or 0)},
                way_out=_("Agree on remote help or choose a nearer lead school."),
            )


def _with_pairs(scope: Scope) -> Iterator[tuple[Partnership, MatchPair]]:
    pairs = MatchPair.objects.filter(run=OuterRef("run"), mentee=OuterRef("mentee"), lead=OuterRef("lead"))
    rows = (
        Partnership.objects.within(scope)
        .current()
        .annotate(pair_id=Subquery(pairs.values("pk")[:1]))
        .filter(pair_id__isnull=False)
        .select_related("mentee__territory", "lead", "school_year")
        .prefetch_related("lead__lead_profiles")
        .order_by("pk")
    )
    found = {row.pk: row for row in rows}
    by_pair = MatchPair.objects.in_bulk([row.pair_id for row in found.values()])  # type: ignore[attr-defined]  # annotated
    for row in found.values():
        yield row, by_pair[row.pair_id]  # type: ignore[attr-defined]  # annotated


def _about(partnership: Partnership, *, check: str, reason: str, way_out: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"partnership:{partnership.pk}",
        place=f"{partnership.mentee} ← {partnership.lead}",
        reason=reason,
        way_out=way_out,
        link=reverse("networks:detail", args=[partnership.pk]),
        territory_path=partnership.mentee.territory.path or "",
        organisation_id=partnership.mentee_id,
        group_key=check,
    )
