"""Tables of territories, organisations and their names."""

from django.utils.translation import gettext_lazy as _

from mayak.registry.algorithms.table_words import SCHOOL_TYPES
from mayak.registry.enums import (
    Locality,
    NameKind,
    OrganisationKind,
    SchoolType,
    TerritoryKind,
)
from mayak.registry.models import Organisation, OrganisationName, Territory
from mayak.registry.selectors.sheets.base import Column, Key, Kind, Sheet

PERIOD = (
    Column("valid_from", _("Valid from"), Kind.DATE, "01.09.2023"),
    Column("valid_to", _("Valid until"), Kind.DATE, help=_("Empty while it lasts.")),
)

TERRITORIES = Sheet(
    name="territories",
    title=_("Territories"),
    model=Territory,
    columns=(
        Column(
            "parent",
            _("Lies in"),
            Kind.TERRITORY,
            _("Leningrad Oblast"),
            _("Name or code of the territory above; it may stand in the same file."),
        ),
        Column("kind", _("Kind"), Kind.CHOICE, _("municipality"), required=True, choices=TerritoryKind),
        Column("name", _("Designation"), example=_("Tosnensky District"), required=True),
        Column("code", _("Code"), example="41648", help=_("ОКТМО or the code of the region.")),
        Column("closed_on", _("Closed"), Kind.DATE, help=_("Empty for a territory that exists.")),
    ),
    keys=(
        Key("name", _("name inside the territory above"), ("parent", "name")),
        Key("code", _("code"), ("code",), is_code=True),
    ),
    rows=lambda scope: Territory.objects.within(scope).select_related("parent").order_by("path"),
    parent="parent",
)

ORGANISATIONS = Sheet(
    name="organisations",
    title=_("Organisations"),
    model=Organisation,
    columns=(
        Column(
            "territory",
            _("Territory"),
            Kind.TERRITORY,
            _("Tosnensky District"),
            _("Name or code."),
            required=True,
        ),
        Column("kind", _("Kind"), Kind.CHOICE, _("school"), required=True, choices=OrganisationKind),
        Column(
            "parent",
            _("Branch of"),
            Kind.ORGANISATION,
            help=_("For a branch: code or name of its school; it may stand in the same file."),
        ),
        Column(
            "name",
            _("Full name"),
            example=_("Municipal budgetary institution “Secondary school № 1”"),
            required=True,
        ),
        Column("short_name", _("Short name"), example=_("МБОУ СОШ № 1"), required=True),
        Column("legal_form", _("Legal form"), example="МБОУ"),
        Column(
            "school_type",
            _("Type of school"),
            Kind.CHOICE,
            _("secondary school"),
            choices=SchoolType,
            words=SCHOOL_TYPES,
        ),
        Column("fis_oko_login", _("Login of the ФИС ОКО"), example="edu203389"),
        Column("rcoi_code", _("РЦОИ code"), example="1101"),
        Column("ogrn", _("ОГРН"), example="1024701893336"),
        Column("inn", _("ИНН"), example="4716000001"),
        Column("address", _("Address"), example=_("Tosno, Lenina street, 1")),
        Column("settlement", _("Settlement"), example=_("Tosno")),
        Column("locality", _("Urban or rural"), Kind.CHOICE, _("urban"), choices=Locality),
        Column("latitude", _("Latitude"), Kind.DECIMAL, "59,540000"),
        Column("longitude", _("Longitude"), Kind.DECIMAL, "30,877500"),
        Column("coordinates_source", _("Source of the coordinates")),
        Column("grade_from", _("Grades from"), Kind.INTEGER, "1"),
        Column("grade_to", _("Grades to"), Kind.INTEGER, "11"),
        Column("pupils", _("Pupils"), Kind.INTEGER, "640"),
        Column("teachers", _("Pedagogical workers"), Kind.INTEGER, "38"),
        Column("opened_on", _("Opened"), Kind.DATE),
        Column("closed_on", _("Closed"), Kind.DATE),
    ),
    keys=(
        Key("fis_oko_login", _("Login of the ФИС ОКО"), ("fis_oko_login",), is_code=True),
        Key("rcoi_code", _("РЦОИ code inside the territory"), ("territory", "rcoi_code"), is_code=True),
        Key("ogrn", _("ОГРН"), ("ogrn",), is_code=True),
        Key("name", _("short name inside the territory"), ("territory", "short_name")),
    ),
    rows=lambda scope: Organisation.objects.within(scope).select_related("territory", "parent"),
    parent="parent",
)

NAMES = Sheet(
    name="names",
    title=_("Names of organisations"),
    model=OrganisationName,
    columns=(
        Column(
            "organisation", _("Organisation"), Kind.ORGANISATION, _("МБОУ СОШ № 1 [edu203389]"), required=True
        ),
        Column("name", _("Designation"), example=_("МОУ «Secondary school № 1»"), required=True),
        Column("kind", _("Kind"), Kind.CHOICE, _("seen in files"), required=True, choices=NameKind),
        *PERIOD,
    ),
    keys=(Key("name", _("organisation, name and kind"), ("organisation", "name", "kind")),),
    rows=lambda scope: (
        OrganisationName.objects.within(scope)
        .select_related("organisation__territory")
        .order_by("organisation__sort_key", "organisation_id", "pk")
    ),
)
