"""Tables of programmes, their stages, roles and participants, legal acts and subjects."""

from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import ActKind, ActState
from mayak.registry.models import (
    LegalAct,
    Programme,
    ProgrammeParticipant,
    ProgrammeRole,
    ProgrammeStage,
    Subject,
)
from mayak.registry.selectors.sheets.base import Column, Key, Kind, Sheet
from mayak.registry.selectors.sheets.organisations import PERIOD

PROGRAMMES = Sheet(
    name="programmes",
    title=_("Programmes"),
    model=Programme,
    columns=(
        Column("territory", _("Territory"), Kind.TERRITORY, _("Tosnensky District"), required=True),
        Column("name", _("Designation"), example=_("Network mentoring"), required=True),
        Column("kind", _("Kind"), example=_("municipal project"), required=True),
        Column("purpose", _("Purpose"), example=_("To raise the results of low-performing schools")),
        Column("starts_on", _("Begins"), Kind.DATE, "01.09.2023"),
        Column("ends_on", _("Ends"), Kind.DATE, "31.08.2026"),
        Column(
            "legal_basis",
            _("Legal basis"),
            Kind.ACTS,
            help=_("Numbers or own numbers of registered acts, separated by semicolons."),
        ),
    ),
    keys=(Key("name", _("name inside the territory"), ("territory", "name")),),
    rows=lambda scope: (
        Programme.objects.within(scope).kept().select_related("territory").prefetch_related("legal_basis")
    ),
    owned=lambda scope: (
        Programme.objects.owned(scope).kept().select_related("territory").prefetch_related("legal_basis")
    ),
)

_PROGRAMME = Column("programme", _("Programme"), Kind.PROGRAMME, _("Network mentoring"), required=True)

STAGES = Sheet(
    name="stages",
    title=_("Stages of programmes"),
    model=ProgrammeStage,
    columns=(
        _PROGRAMME,
        Column("name", _("Designation"), example=_("Preparatory stage"), required=True),
        Column(
            "position",
            _("Order"),
            Kind.INTEGER,
            "1",
            _("The place among the stages: 1, 2, 3."),
            required=True,
        ),
        Column("starts_on", _("Begins"), Kind.DATE, "01.09.2023"),
        Column("ends_on", _("Ends"), Kind.DATE, "31.12.2023"),
    ),
    keys=(Key("name", _("programme and name"), ("programme", "name")),),
    rows=lambda scope: (
        ProgrammeStage.objects.within(scope)
        .filter(programme__archived_at__isnull=True)
        .select_related("programme__territory")
        .order_by("programme__name", "programme_id", "position")
    ),
    owned=lambda scope: ProgrammeStage.objects.filter(
        programme__in=Programme.objects.owned(scope).kept()
    ).select_related("programme__territory"),
)

ROLES = Sheet(
    name="roles",
    title=_("Roles in programmes"),
    model=ProgrammeRole,
    columns=(
        _PROGRAMME,
        Column("name", _("Designation"), example=_("lead school"), required=True),
        Column("description", _("What it does"), example=_("Shares its experience with a paired school")),
    ),
    keys=(Key("name", _("programme and name"), ("programme", "name")),),
    rows=lambda scope: (
        ProgrammeRole.objects.within(scope)
        .filter(programme__archived_at__isnull=True)
        .select_related("programme__territory")
        .order_by("programme__name", "programme_id", "name")
    ),
    owned=lambda scope: ProgrammeRole.objects.filter(
        programme__in=Programme.objects.owned(scope).kept()
    ).select_related("programme__territory"),
)

PARTICIPANTS = Sheet(
    name="participants",
    title=_("Participants of programmes"),
    model=ProgrammeParticipant,
    columns=(
        _PROGRAMME,
        Column(
            "organisation", _("Organisation"), Kind.ORGANISATION, _("МБОУ СОШ № 1 [edu203389]"), required=True
        ),
        Column("role", _("Role"), Kind.ROLE, _("lead school"), _("A role that the programme defines.")),
        *PERIOD,
    ),
    keys=(Key("participant", _("programme, organisation and role"), ("programme", "organisation", "role")),),
    rows=lambda scope: (
        ProgrammeParticipant.objects.within(scope)
        .select_related("programme", "organisation__territory", "role")
        .order_by("programme__name", "organisation__sort_key", "pk")
    ),
)

ACTS = Sheet(
    name="acts",
    title=_("Legal acts"),
    model=LegalAct,
    columns=(
        Column("territory", _("Territory"), Kind.TERRITORY, _("Tosnensky District"), required=True),
        Column("issuer", _("Issued by"), example=_("Education committee"), required=True),
        Column("kind", _("Kind"), Kind.CHOICE, _("order"), required=True, choices=ActKind),
        Column("number", _("Number"), example="237"),
        Column("date", _("Date"), Kind.DATE, "08.06.2023", required=True),
        Column("title", _("Title"), example=_("On network mentoring"), required=True),
        Column("state", _("State"), Kind.CHOICE, _("in force"), choices=ActState),
        Column("replaced_by", _("Replaced by"), Kind.ACT, help=_("Number or own number of the newer act.")),
    ),
    keys=(Key("act", _("issuer, kind, number and date"), ("issuer", "kind", "number", "date")),),
    rows=lambda scope: LegalAct.objects.within(scope).kept().select_related("territory", "replaced_by"),
    owned=lambda scope: LegalAct.objects.owned(scope).kept().select_related("territory", "replaced_by"),
)

SUBJECTS = Sheet(
    name="subjects",
    title=_("Subjects"),
    model=Subject,
    columns=(
        Column(
            "code", _("Code"), example="mathematics", help=_("Latin letters, digits, hyphen."), required=True
        ),
        Column("name", _("Designation"), example=_("Mathematics"), required=True),
        Column("name_en", _("Name in English"), example="Mathematics"),
        Column(
            "aliases",
            _("Names in files"),
            Kind.TEXTS,
            _("Maths (basic level); MA"),
            _("Separated by semicolons."),
        ),
        Column("position", _("Order"), Kind.INTEGER, "10"),
    ),
    keys=(Key("code", _("code"), ("code",)), Key("name", _("name"), ("name",))),
    rows=lambda scope: Subject.objects.all(),
)
