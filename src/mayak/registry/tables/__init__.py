"""Tables of the lists of the registry."""

from mayak.registry.tables.organisations import OrganisationTable, TerritoryTable
from mayak.registry.tables.people import AssociationTable, GroupTable, PersonTable, StaffingTable
from mayak.registry.tables.programmes import (
    ActTable,
    DecisionTable,
    ImportTable,
    ProgrammeTable,
    SchoolYearTable,
    SubjectTable,
)

__all__ = [
    "ActTable",
    "AssociationTable",
    "DecisionTable",
    "GroupTable",
    "ImportTable",
    "OrganisationTable",
    "PersonTable",
    "ProgrammeTable",
    "SchoolYearTable",
    "StaffingTable",
    "SubjectTable",
    "TerritoryTable",
]
