"""Automatic checks before matching: what schools, lead schools and mentors lack (S2, S3)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mayak.diagnosis.models import LeadProfile
from mayak.diagnosis.selectors.school_readiness import Gap, mentor_gaps, school_gaps
from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

LEADS = ("lead-no-profile", "lead-no-capacity", "lead-no-strengths")
NEEDS = ("school-no-risk", "school-no-needs")
MENTORS = ("mentor-no-capacity", "mentor-no-strengths", "mentor-no-consent", "mentor-no-mentoring-consent")


@register(
    "RD-01",
    title=gettext_lazy("A school that needs help has no profile or no needs"),
    source=gettext_lazy("Methodical recommendations of Leningrad region, 2023"),
)
def schools_not_ready(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the schools with a status of need without a risk profile or without needs."""
    yield from _schools(scope, NEEDS, "RD-01")


@register(
    "RD-02",
    title=gettext_lazy("A lead school has no passport, capacity or strengths"),
    source=gettext_lazy(
        "Methodical recommendations of Leningrad region, 2023; mentoring programme of Sechenovo school"
    ),
)
def leads_not_ready(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the lead schools of whose passport something is missing."""
    yield from _schools(scope, LEADS, "RD-02")


@register(
    "RD-03",
    title=gettext_lazy("Mentors of a school are not ready for pairing"),
    source=gettext_lazy("Mentoring programme of Sechenovo school; ст. 351.8 ТК РФ"),
)
def mentors_not_ready(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the schools of whose mentors something is missing: how many, no names."""
    year = _year()
    if year is None:
        return
    for gap in mentor_gaps(scope, year):
        if gap.key not in MENTORS:
            continue
        counts = Counter(one.organisation_id for one in gap.items)
        schools = Organisation.objects.filter(pk__in=counts).select_related("territory")
        for school in schools.order_by("sort_key", "pk"):
            reason = ngettext(
                "%(title)s: %(count)s person.", "%(title)s: %(count)s people.", counts[school.pk]
            )
            words = {"title": gap.title, "count": counts[school.pk]}
            yield _draft(
                school, gap, year, check="RD-03", reason=reason % words, link=reverse("diagnosis:readiness")
            )


def _schools(scope: Scope, keys: tuple[str, ...], check: str) -> Iterator[FindingDraft]:
    year = _year()
    if year is None:
        return
    gaps = [gap for gap in school_gaps(scope, year) if gap.key in keys]
    ids = {_school_id(item) for gap in gaps for item in gap.items}
    schools = Organisation.objects.select_related("territory").in_bulk(ids)
    for gap in gaps:
        for item in gap.items:
            _name, link = gap.labels(item)
            reason = f"{gap.title}. {gap.text}"
            yield _draft(schools[_school_id(item)], gap, year, check=check, reason=reason, link=link)


def _draft(
    school: Organisation, gap: Gap, year: SchoolYear, *, check: str, reason: Any, link: str
) -> FindingDraft:
    return FindingDraft(
        object_key=f"{gap.key}:{school.pk}:{year.start_year}",
        place=str(school),
        reason=str(reason),
        way_out=_("Open the page of readiness: each line leads to where it is mended."),
        link=link,
        territory_path=school.territory.path or "",
        organisation_id=school.pk,
        group_key=check,
    )


def _school_id(item: Any) -> int:
    return item.organisation_id if isinstance(item, LeadProfile) else item.pk


def _year() -> SchoolYear | None:
    return SchoolYear.objects.filter(start_year=current_start_year()).first()
