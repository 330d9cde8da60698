"""The tables of the registry, one noun a file."""

from mayak.registry.models.acts import LegalAct
from mayak.registry.models.associations import AssociationMembership, SubjectAssociation
from mayak.registry.models.dictionaries import SchoolYear, Subject
from mayak.registry.models.groups import GroupMembership, WorkingGroup
from mayak.registry.models.imports import RegistryImport, RegistryImportChange
from mayak.registry.models.linking import NameLinkDecision
from mayak.registry.models.organisations import Organisation, OrganisationName, Succession
from mayak.registry.models.people import Employment, Person
from mayak.registry.models.programmes import Programme, ProgrammeParticipant, ProgrammeRole, ProgrammeStage
from mayak.registry.models.settlements import Settlement
from mayak.registry.models.staffing import StaffingRecord
from mayak.registry.models.territories import Territory

__all__ = [
    "AssociationMembership",
    "Employment",
    "GroupMembership",
    "LegalAct",
    "NameLinkDecision",
    "Organisation",
    "OrganisationName",
    "Person",
    "Programme",
    "ProgrammeParticipant",
    "ProgrammeRole",
    "ProgrammeStage",
    "RegistryImport",
    "RegistryImportChange",
    "SchoolYear",
    "Settlement",
    "StaffingRecord",
    "Subject",
    "SubjectAssociation",
    "Succession",
    "Territory",
    "WorkingGroup",
]
