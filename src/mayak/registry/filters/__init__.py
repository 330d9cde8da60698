"""Filters of the lists of the registry."""

from mayak.registry.filters.organisations import OrganisationFilter, TerritoryFilter
from mayak.registry.filters.others import (
    ActFilter,
    AssociationFilter,
    DecisionFilter,
    GroupFilter,
    PersonFilter,
    ProgrammeFilter,
    StaffingFilter,
    SubjectFilter,
)

__all__ = [
    "ActFilter",
    "AssociationFilter",
    "DecisionFilter",
    "GroupFilter",
    "OrganisationFilter",
    "PersonFilter",
    "ProgrammeFilter",
    "StaffingFilter",
    "SubjectFilter",
    "TerritoryFilter",
]
