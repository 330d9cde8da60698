"""The queryset of rows about a person: of a territory, or of the people who work in a school today."""

import datetime as dt
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.registry.models import Employment
from mayak.registry.models.people import EmploymentQuerySet

ModelT = TypeVar("ModelT", bound=models.Model)


def posts_on(day: dt.date) -> EmploymentQuerySet:
    """Return the posts that are held on a day."""
    return Employment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


class OfPersonQuerySet(ScopedQuerySet[ModelT]):
    """Rows with a ``person``; a school sees those of its present people only, never of those who left."""

    scope_territory = "person__territory__path"

    def within(self, scope: Scope) -> Self:
        """Return only the rows of people whom the scope shows."""
        if scope.everything:
            return self
        visible = Q(pk__in=[])
        for path in scope.territory_paths:
            visible |= Q(**{f"{self.scope_territory}__under": path})
        if scope.organisation_ids:
            present = posts_on(timezone.localdate()).filter(organisation__in=scope.organisation_ids)
            visible |= Q(person__in=present.values("person"))
        return self.filter(visible)
