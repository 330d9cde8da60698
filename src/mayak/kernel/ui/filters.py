"""Filters of lists: they live in the address, so a filtered list can be sent to a colleague."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

SEARCH = "q"
WORDS_AT_MOST = 8


class MayakFilterSet(django_filters.FilterSet):
    """Base of every filter.

    A subclass that sets ``search_fields`` has a text search ``q``: every word must occur in one of the fields.
    """

    search_fields: ClassVar[tuple[str, ...]] = ()
    search_label: ClassVar[Any] = _("Search")

    q = django_filters.CharFilter(
        method="search", label=_("Search"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.search_fields:
            self.filters[SEARCH].label = self.search_label
        else:
            del self.filters[SEARCH]

    def search(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Return the rows in which every word of the query occurs somewhere."""
        for word in value.split()[:WORDS_AT_MOST]:
            found = Q()
            for field in self.search_fields:
                found |= Q(**{f"{field}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    @property
    def active_count(self) -> int:
        """How many filters are set, the search not counted."""
        if not self.form.is_bound:
            return 0
        return sum(1 for name in self.filters if name != SEARCH and self.data.get(name) not in {None, ""})
