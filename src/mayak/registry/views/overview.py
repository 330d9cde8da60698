"""The first page of the registry, and the suggestions of its forms."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.charts import MapPicture, MapPoint
from mayak.registry.enums import OrganisationKind
from mayak.registry.models import Organisation, Person, Settlement
from mayak.registry.permissions import can_edit_registry
from mayak.registry.selectors.overview import Place, RegistryOverview, map_places, registry_overview
from mayak.registry.selectors.references import reference_text, search_rows
from mayak.registry.services.settlements import load_gazetteer, locate_organisations

_MODELS: dict[str, type[Any]] = {"organisations": Organisation, "people": Person}
_SHOWN = 10


class OverviewPage(View):
    """«Школы и люди»: how many there are, where they stand, what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the page."""
        scope = request_scope(request)
        overview = registry_overview(scope)
        places = map_places(scope)
        context = {
            "overview": overview,
            "figures": _figures(overview),
            "missing": _missing(overview),
            "tables": _tables(),
            "map": _map(places) if places else None,
            "can_edit": can_edit_registry(scope),
            "breadcrumbs": [(_("Schools and people"), "")],
        }
        return render(request, "registry/overview.html", context)


class OptionsView(View):
    """Suggestions for a field that names an organisation or a person of the scope."""

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Answer with options for the text of the field, whatever its name."""
        if kind not in _MODELS:
            raise Http404
        text = next((str(value) for value in request.GET.values() if value), "")[:200]
        found = search_rows(_MODELS[kind], request_scope(request), text.partition("[")[0], limit=_SHOWN)
        return render(request, "registry/options.html", {"options": [reference_text(row) for row in found]})


class LocatePage(View):
    """Coordinates of schools from the settlements in which they stand."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The work is done by POST."""
        return redirect("registry:overview")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Locate, and show what could not be located and why."""
        scope, actor = request_scope(request), request_actor(request)
        if not can_edit_registry(scope):
            raise PermissionDenied(_("You may look at this, but not change it."))
        if not Settlement.objects.exists():
            load_gazetteer(actor=actor)
        report = locate_organisations(scope, actor=actor)
        context = {
            "report": report,
            "breadcrumbs": [(_("Schools and people"), reverse("registry:overview")), (_("Coordinates"), "")],
        }
        return render(request, "registry/located.html", context)


def _figures(overview: RegistryOverview) -> list[tuple[int, Any, str]]:
    schools = reverse("registry:organisations-list")
    return [
        (overview.schools, _("open schools"), f"{schools}?kind=school&state=open"),
        (overview.branches, _("open branches"), f"{schools}?kind=branch&state=open"),
        (overview.services, _("authorities and services"), schools),
        (overview.people, _("people"), reverse("registry:people-list")),
    ]


def _missing(overview: RegistryOverview) -> list[dict[str, Any]]:
    schools = reverse("registry:organisations-list")
    year = f"{overview.start_year}/{(overview.start_year + 1) % 100:02d}"
    found: list[dict[str, Any]] = [
        {
            "count": overview.without_coordinates,
            "text": ngettext(
                "%(count)s school has no coordinates",
                "%(count)s schools have no coordinates",
                overview.without_coordinates,
            ),
            "url": f"{schools}?missing=coordinates&state=open",
            "kind": "coordinates",
        },
        {
            "count": overview.without_login,
            "text": ngettext(
                "%(count)s school has no ФИС ОКО login",
                "%(count)s schools have no ФИС ОКО login",
                overview.without_login,
            ),
            "url": f"{schools}?missing=login&state=open",
        },
        {
            "count": overview.without_staffing,
            "text": ngettext(
                "%(count)s school has no staffing figures of %(year)s",
                "%(count)s schools have no staffing figures of %(year)s",
                overview.without_staffing,
            ),
            "url": reverse("registry:staffing-list"),
        },
    ]
    return [
        {**one, "text": one["text"] % {"count": one["count"], "year": year}} for one in found if one["count"]
    ]


def _tables() -> list[tuple[Any, str]]:
    return [
        (_("Territories"), reverse("registry:territories-list")),
        (_("Organisations"), reverse("registry:organisations-list")),
        (_("People"), reverse("registry:people-list")),
        (_("Staffing by year"), reverse("registry:staffing-list")),
        (_("Subject associations"), reverse("registry:associations-list")),
        (_("Working groups and councils"), reverse("registry:groups-list")),
        (_("Programmes"), reverse("registry:programmes-list")),
        (_("Legal acts"), reverse("registry:acts-list")),
        (_("Subjects"), reverse("registry:subjects-list")),
        (_("School years"), reverse("registry:school-years-list")),
        (_("Decisions about names"), reverse("registry:decisions")),
        (_("Files: load and download"), reverse("registry:tables")),
    ]


def _map(places: list[Place]) -> MapPicture:
    labels = {**dict(OrganisationKind.choices), "territory": _("schools of a territory")}
    by_territory = places[0].kind == "territory"
    points = [
        MapPoint(
            label=f"{place.label}: {place.count}" if by_territory else place.label,
            latitude=place.latitude,
            longitude=place.longitude,
            group=labels[place.kind],
            value=place.count if by_territory else "",
        )
        for place in places
    ]
    total = sum(place.count for place in places)
    summary = ngettext("%(count)s school with coordinates", "%(count)s schools with coordinates", total)
    return MapPicture(
        points,
        title=_("Where the schools stand"),
        summary=summary % {"count": total},
        value_label=_("Schools"),
    )
