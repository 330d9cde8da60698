"""What the registry finds wrong in itself: REG-01 … REG-08, each with its source and the way out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.registry.enums import ActState, OrganisationKind
from mayak.registry.models import (
    LegalAct,
    NameLinkDecision,
    Organisation,
    Programme,
    SchoolYear,
    Succession,
    WorkingGroup,
)
from mayak.registry.selectors.school_years import current_start_year

_DEAD = (ActState.CANCELLED, ActState.REPLACED)


def _draft(row: Organisation, reason: str, way_out: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"organisation:{row.pk}",
        place=str(row),
        reason=reason,
        way_out=way_out,
        link=reverse("registry:organisations-detail", args=[row.pk]),
        territory_path=row.territory.path or "",
        organisation_id=row.pk,
    )


def _schools(scope: Scope) -> Any:
    return Organisation.objects.within(scope).schools().open().select_related("territory")


@register(
    "REG-01",
    title=gettext_lazy("School without coordinates"),
    source=gettext_lazy("The distance of a pair needs the places of both schools"),
)
def without_coordinates(scope: Scope) -> Iterator[FindingDraft]:
    """Find open schools whose place is unknown: distances of pairs cannot be counted."""
    for row in _schools(scope).filter(latitude__isnull=True).iterator():
        yield _draft(
            row,
            _("The school has no coordinates, so that distances to other schools are unknown."),
            _("Enter the settlement and take its coordinates, or enter them by hand."),
        )


@register(
    "REG-02",
    title=gettext_lazy("Branch without an open school"),
    source=gettext_lazy("A branch has no signature of its own: its school signs"),
)
def orphaned_branches(scope: Scope) -> Iterator[FindingDraft]:
    """Find open branches whose school is closed: nobody can sign for them."""
    rows = (
        _schools(scope)
        .filter(kind=OrganisationKind.BRANCH, parent__closed_on__isnull=False)
        .select_related("parent")
    )
    for row in rows:
        yield _draft(
            row,
            _(
                "The school “%(school)s”, to which this branch belongs, is closed; nobody signs for the branch."
            )
            % {"school": row.parent},
            _("Give the branch to another school, close it, or record who follows the closed school."),
        )


@register(
    "REG-03",
    title=gettext_lazy("Two open schools of one name"),
    source=gettext_lazy("A name must name one school"),
)
def equal_names(scope: Scope) -> Iterator[FindingDraft]:
    """Find open schools of one territory whose names have the same order key, and so the same kind and number."""
    open_schools = _schools(scope)
    repeated = (
        open_schools.order_by()
        .values("territory_id", "sort_key")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
        .values_list("territory_id", "sort_key")
    )
    wanted = Q(pk__in=[])
    for territory_id, sort_key in repeated[:200]:
        wanted |= Q(territory_id=territory_id, sort_key=sort_key)
    for row in open_schools.filter(wanted):
        yield _draft(
            row,
            _("Another open school of the same territory has the same name “%(name)s”.")
            % {"name": row.short_name},
            _("Correct the names, or close the one that is a duplicate and record its successor."),
        )


@register(
    "REG-04",
    title=gettext_lazy("No staffing figures of the year"),
    source=gettext_lazy("Staffing is a part of an adverse context"),
)
def without_staffing(scope: Scope) -> Iterator[FindingDraft]:
    """Find open schools without staffing figures of the last school year that is registered and has begun."""
    year = SchoolYear.objects.filter(start_year__lte=current_start_year()).first()
    if year is None:
        return
    for row in _schools(scope).exclude(staffing__school_year=year).iterator():
        yield _draft(
            row,
            _("There are no staffing figures of %(year)s.") % {"year": year},
            _("Load the table of staffing or enter the figures on the page of the school."),
        )


@register(
    "REG-05",
    title=gettext_lazy("A basis that is no longer in force"),
    source=gettext_lazy("What is cited must be in the registry and in force"),
)
def dead_bases(scope: Scope) -> Iterator[FindingDraft]:
    """Find programmes and groups that cite a cancelled or replaced act."""
    acts = LegalAct.objects.filter(state__in=_DEAD)
    for programme in Programme.objects.owned(scope).kept().filter(legal_basis__in=acts).distinct():
        cited = ", ".join(str(act) for act in programme.legal_basis.filter(state__in=_DEAD))
        yield FindingDraft(
            object_key=f"programme:{programme.pk}",
            place=str(programme),
            reason=_("The programme cites an act that is cancelled or replaced: %(act)s.") % {"act": cited},
            way_out=_("Cite the act that is in force now, or end the programme."),
            link=reverse("registry:programmes-detail", args=[programme.pk]),
            territory_path=programme.territory.path or "",
        )
    groups = (
        WorkingGroup.objects.within(scope).kept().filter(founding_act__in=acts, dissolved_on__isnull=True)
    )
    for group in groups.select_related("founding_act", "organisation__territory"):
        yield FindingDraft(
            object_key=f"group:{group.pk}",
            place=str(group),
            reason=_("The founding act is cancelled or replaced: %(act)s.") % {"act": group.founding_act},
            way_out=_("Name the act that is in force now, or dissolve the group."),
            link=reverse("registry:groups-detail", args=[group.pk]),
            territory_path=group.organisation.territory.path or "",
            organisation_id=group.organisation_id,
        )


@register(
    "REG-06",
    title=gettext_lazy("Succession without a basis"),
    source=gettext_lazy("What is declared needs the document it rests on"),
)
def successions_without_basis(scope: Scope) -> Iterator[FindingDraft]:
    """Find mergers and joinings that name no act."""
    rows = Succession.objects.within(scope).filter(basis__isnull=True)
    for row in rows.select_related("predecessor", "successor__territory"):
        yield FindingDraft(
            object_key=f"succession:{row.pk}",
            place=str(row),
            reason=_("No legal act is named for this succession."),
            way_out=_("Register the act and record the succession with it."),
            link=reverse("registry:organisations-detail", args=[row.successor_id]),
            territory_path=row.successor.territory.path or "",
            organisation_id=row.successor_id,
        )


@register(
    "REG-07",
    title=gettext_lazy("Legal form in the name differs from the card"),
    source=gettext_lazy("МКОУ and МБОУ are confused in documents"),
)
def legal_form_differs(scope: Scope) -> Iterator[FindingDraft]:
    """Find schools whose short name begins with another legal form than the one on their card."""
    forms = ("МБОУ", "МКОУ", "МАОУ", "МОУ", "ГБОУ", "ГКОУ", "ГАОУ", "ЧОУ")
    for row in _schools(scope).exclude(legal_form="").iterator():
        first = row.short_name.split(" ", 1)[0].strip('«»"').upper()
        if first in forms and first != row.legal_form.upper():
            yield _draft(
                row,
                _("The name says %(name)s, the card says %(form)s.")
                % {"name": first, "form": row.legal_form},
                _("Correct the legal form or rename the school with the date of the change."),
            )


@register(
    "REG-08",
    title=gettext_lazy("A name in files means a closed school"),
    source=gettext_lazy("A name must name a school that exists"),
)
def decisions_for_closed(scope: Scope) -> Iterator[FindingDraft]:
    """Find remembered decisions that lead to a closed organisation: new files would be joined to it."""
    rows = NameLinkDecision.objects.within(scope).filter(organisation__closed_on__isnull=False)
    for row in rows.select_related("organisation", "territory"):
        yield FindingDraft(
            object_key=f"decision:{row.pk}",
            place=row.raw_name,
            reason=_("The name is joined to “%(school)s”, which is closed.") % {"school": row.organisation},
            way_out=_("Forget the decision if new files mean another school."),
            link=reverse("registry:decision", args=[row.pk]),
            territory_path=row.territory.path or "",
        )
