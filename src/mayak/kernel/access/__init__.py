"""Who acts and what they may see: ``Actor``, ``Scope`` and the queryset that every scoped model uses."""

from mayak.kernel.access.actor import SYSTEM, Actor
from mayak.kernel.access.querysets import ScopedQuerySet
from mayak.kernel.access.scope import Scope

__all__ = ["SYSTEM", "Actor", "Scope", "ScopedQuerySet"]
