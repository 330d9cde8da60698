"""The filter by territory: a territory and everything in it, offered from the user's scope."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.filters import MayakFilterSet
from mayak.registry.algorithms.sort_keys import search_words
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory

SHOWN_AT_MOST = 200


def visible_territories(request: HttpRequest | None) -> QuerySet[Territory]:
    """Return the territories that the user may choose."""
    return Territory.objects.none() if request is None else Territory.objects.within(request_scope(request))


class ScopedFilterSet(MayakFilterSet):
    """Base of the filters of the registry.

    ``searched`` names columns that hold texts in the form of ``search_words``; every word must occur in one of them.
    ``territory_path`` leads to the path of the territory; a list of one territory does not offer the filter.
    """

    searched: ClassVar[str] = ""
    territory_path: ClassVar[str] = "territory__path"

    territory = django_filters.ModelChoiceFilter(
        queryset=visible_territories, label=_("Territory"), method="in_territory", empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.form.fields.get("territory")
        if field is None:
            return
        choices = _choices(field.queryset, str(self.data.get("territory", "")))
        field.widget.choices = [("", "—"), *choices]
        if len(choices) <= 1:
            del self.form.fields["territory"]
            del self.filters["territory"]

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Search the prepared column where there is one."""
        if not self.searched:
            return super().search(queryset, _name, value)
        for word in search_words(value):
            queryset = queryset.filter(**{f"{self.searched}__holds": word})
        return queryset

    def in_territory(self, queryset: QuerySet[Any], _name: str, value: Territory) -> QuerySet[Any]:
        """Keep what lies in the territory or below it."""
        return queryset.filter(**{f"{self.territory_path}__under": value.path})


class ArchivableFilterSet(ScopedFilterSet):
    """Base of the filters of what may lie in the archive: left out unless the archive is asked for."""

    archive = django_filters.ChoiceFilter(
        choices=[("archived", _("in the archive"))], label=_("Archive"), empty_label="—", method="by_archive"
    )

    def by_archive(self, queryset: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Keep what lies in the archive."""
        return queryset.filter(archived_at__isnull=False)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Leave the archive out where nobody asks for it."""
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("archive") else found.filter(archived_at__isnull=True)


def _choices(territories: QuerySet[Territory], chosen: str) -> list[tuple[Any, str]]:
    """Offer regions only where there are too many municipalities, and always what is chosen."""
    rows = list(territories.order_by("path").values_list("pk", "name", "kind", "path")[: SHOWN_AT_MOST + 1])
    if len(rows) > SHOWN_AT_MOST:
        upper = territories.exclude(kind=TerritoryKind.MUNICIPALITY)
        if chosen.isdigit():
            upper = upper | territories.filter(pk=int(chosen[:18]))
        rows = list(upper.order_by("path").values_list("pk", "name", "kind", "path"))
    top = min((path.count("/") for _pk, _name, _kind, path in rows if path), default=0)
    return [(key, "\u2003" * ((path or "").count("/") - top) + name) for key, name, _kind, path in rows]
