"""Filters of organisations and territories."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import Locality, OrganisationKind, SchoolType, TerritoryKind
from mayak.registry.filters.base import ScopedFilterSet
from mayak.registry.models import Organisation, Territory


class OrganisationFilter(ScopedFilterSet):
    """Search by any name or code; territory, kind, type, locality, open or closed, what is missing."""

    search_fields = ("search_text",)
    searched = "search_text"
    search_label = _("Name, code or settlement")

    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label=_("Kind"), empty_label="—")
    school_type = django_filters.ChoiceFilter(
        choices=SchoolType.choices, label=_("Type of school"), empty_label="—"
    )
    locality = django_filters.ChoiceFilter(
        choices=Locality.choices, label=_("Urban or rural"), empty_label="—"
    )
    state = django_filters.ChoiceFilter(
        choices=[("open", _("in operation")), ("closed", _("no longer in operation"))],
        label=_("State"),
        empty_label="—",
        method="by_state",
    )
    missing = django_filters.ChoiceFilter(
        choices=[
            ("coordinates", _("coordinates")),
            ("login", _("Login of the ФИС ОКО")),
            ("settlement", _("settlement")),
            ("pupils", _("number of pupils")),
        ],
        label=_("What is missing"),
        empty_label="—",
        method="by_missing",
    )

    class Meta:
        model = Organisation
        fields = ("territory", "kind", "school_type", "locality", "state", "missing")

    def by_state(self, queryset: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        """Keep open or closed ones."""
        return queryset.filter(closed_on__isnull=value == "open")

    def by_missing(self, queryset: QuerySet[Organisation], _name: str, value: str) -> QuerySet[Organisation]:
        """Keep those that lack something."""
        lacking: dict[str, dict[str, Any]] = {
            "coordinates": {"latitude__isnull": True},
            "login": {"fis_oko_login": ""},
            "settlement": {"settlement": ""},
            "pupils": {"pupils__isnull": True},
        }
        return queryset.filter(**lacking[value])


class TerritoryFilter(ScopedFilterSet):
    """Search by name or code; kind."""

    search_fields = ("name", "code")
    search_label = _("Name or code")
    territory_path = "path"

    kind = django_filters.ChoiceFilter(choices=TerritoryKind.choices, label=_("Kind"), empty_label="—")

    class Meta:
        model = Territory
        fields = ("kind", "territory")
