"""Closed lists of the registry. Open lists (subjects, programme kinds, positions) are rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TerritoryKind(models.TextChoices):
    """Level of a territory."""

    COUNTRY = "country", _("country")
    REGION = "region", _("region")
    MUNICIPALITY = "municipality", _("municipality")


class OrganisationKind(models.TextChoices):
    """What an organisation is in the network (domain.md C1)."""

    SCHOOL = "school", _("school")
    BRANCH = "branch", _("branch of a school")
    EDUCATION_AUTHORITY_REGIONAL = "regional_authority", _("regional education authority")
    EDUCATION_AUTHORITY_MUNICIPAL = "municipal_authority", _("municipal education authority")
    METHODICAL_SERVICE = "methodical_service", _("methodical service")
    REGIONAL_INSTITUTE = "regional_institute", _("regional institute")
    SUPPLEMENTARY = "supplementary", _("supplementary-education organisation")
    COORDINATION_CENTER = "coordination_center", _("coordination centre")


SCHOOL_KINDS = (OrganisationKind.SCHOOL, OrganisationKind.BRANCH)


class SchoolType(models.TextChoices):
    """Type of a school by its educational level."""

    PRIMARY = "primary", _("primary school")
    BASIC = "basic", _("basic school")
    SECONDARY = "secondary", _("secondary school")
    GYMNASIUM = "gymnasium", _("gymnasium")
    LYCEUM = "lyceum", _("lyceum")
    BOARDING = "boarding", _("boarding school")
    CADET = "cadet", _("cadet school")
    CENTER = "center", _("education centre")
    COLLEGE = "college", _("college with school classes")
    OTHER = "other", _("other")


class Locality(models.TextChoices):
    """Where the school stands."""

    URBAN = "urban", _("urban")
    RURAL = "rural", _("rural")


class NameKind(models.TextChoices):
    """What kind of name a school bore."""

    OFFICIAL = "official", _("official")
    SHORT = "short", _("short")
    ALIAS = "alias", _("seen in files")


class SuccessionKind(models.TextChoices):
    """How one organisation followed another."""

    MERGER = "merger", _("merger")
    JOINING = "joining", _("joining")
    SPLIT = "split", _("split")
    RENAMING = "renaming", _("renaming with a new legal person")


class LinkVerdict(models.TextChoices):
    """What a person decided about a name found in a file."""

    JOINED = "joined", _("it is this organisation")
    NOT_A_SCHOOL = "not_a_school", _("it is not a school of ours")


class QualificationCategory(models.TextChoices):
    """Attestation category of a pedagogical worker."""

    NONE = "none", _("no category")
    FIRST = "first", _("first")
    HIGHEST = "highest", _("highest")
    MENTOR = "mentor", _("teacher-mentor")
    METHODIST = "methodist", _("teacher-methodist")


class AssociationLevel(models.TextChoices):
    """Level of a subject association."""

    SCHOOL = "school", _("school subject association")
    DISTRICT = "district", _("district subject association")


class GroupKind(models.TextChoices):
    """Kinds of groups of people (domain.md C1)."""

    WORKING_GROUP = "working_group", _("working group")
    PROBLEM_GROUP = "problem_group", _("problem group")
    CREATIVE_GROUP = "creative_group", _("creative group")
    PROJECT_TEAM = "project_team", _("project team")
    INTERDISCIPLINARY_TEAM = "interdisciplinary_team", _("interdisciplinary team")
    COORDINATION_COUNCIL = "coordination_council", _("coordination council")
    COUNCIL = "council", _("council")


class ActKind(models.TextChoices):
    """Kind of a legal act."""

    DIRECTIVE = "directive", _("directive")
    ORDER = "order", _("order")
    LETTER = "letter", _("letter")
    REGULATION = "regulation", _("regulation")
    CHARTER = "charter", _("charter")
    LAW = "law", _("law")
    RESOLUTION = "resolution", _("resolution")
    PROTOCOL = "protocol", _("minutes")
    OTHER = "other", _("other")


class ActState(models.TextChoices):
    """State of a legal act."""

    DRAFT = "draft", _("draft")
    IN_FORCE = "in_force", _("in force")
    AMENDED = "amended", _("amended")
    REPLACED = "replaced", _("replaced")
    CANCELLED = "cancelled", _("cancelled")


class ImportState(models.TextChoices):
    """The life of an import of a registry table."""

    CHECKING = "checking", _("is being checked")
    CHECKED = "checked", _("checked, nothing written")
    APPLIED = "applied", _("written")
    UNDONE = "undone", _("undone")
    DROPPED = "dropped", _("dropped")
