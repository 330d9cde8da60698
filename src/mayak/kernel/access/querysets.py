"""The queryset of everything that belongs to a territory or an organisation."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from mayak.kernel.access.scope import Scope

ModelT = TypeVar("ModelT", bound=models.Model)


class ScopedQuerySet(models.QuerySet[ModelT]):
    """Rows that can be narrowed to a scope.

    A subclass names the lookups that lead to the territory's path and to the organisation; an empty name means
    that the rows have no such link.
    """

    scope_territory: ClassVar[str] = "territory__path"
    scope_organisation: ClassVar[str] = ""

    def within(self, scope: Scope) -> Self:
        """Return only the rows that the scope shows; nothing for an empty scope."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        if self.scope_territory:
            for path in scope.territory_paths:
                visible |= Q(**{f"{self.scope_territory}__under": path})
        if self.scope_organisation and scope.organisation_ids:
            visible |= Q(**{f"{self.scope_organisation}__in": scope.organisation_ids})
        return self.filter(visible)
