"""Tables of people, posts, staffing, associations and groups."""

from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import AssociationLevel, GroupKind, QualificationCategory
from mayak.registry.models import Employment, Person, StaffingRecord, SubjectAssociation, WorkingGroup
from mayak.registry.selectors.sheets.base import Column, Key, Kind, Sheet
from mayak.registry.selectors.sheets.organisations import PERIOD

_ORGANISATION = Column(
    "organisation", _("Organisation"), Kind.ORGANISATION, _("МБОУ СОШ № 1 [edu203389]"), required=True
)
_MEMBERS = Column(
    "members",
    _("Members"),
    Kind.PEOPLE,
    _("Ivanova Maria Petrovna; Petrov Pyotr Ivanovich"),
    _("Full names or e-mails, separated by semicolons."),
)

PEOPLE = Sheet(
    name="people",
    title=_("People"),
    model=Person,
    columns=(
        Column("territory", _("Territory"), Kind.TERRITORY, _("Tosnensky District"), required=True),
        Column("family_name", _("Family name"), example=_("Ivanova"), required=True),
        Column("given_name", _("Given name"), example=_("Maria"), required=True),
        Column("patronymic", _("Patronymic"), example=_("Petrovna")),
        Column("email", _("E-mail"), example="ivanova@example.org"),
        Column(
            "category", _("Qualification category"), Kind.CHOICE, _("first"), choices=QualificationCategory
        ),
        Column("category_until", _("Category valid until"), Kind.DATE, "31.08.2027"),
        Column("teaching_since", _("Teaching since (year)"), Kind.INTEGER, "2009"),
        Column("is_early_career", _("Early-career teacher"), Kind.BOOLEAN, _("no")),
    ),
    keys=(
        Key("email", _("e-mail"), ("email",), is_code=True),
        Key(
            "name",
            _("full name inside the territory"),
            ("territory", "family_name", "given_name", "patronymic"),
        ),
    ),
    rows=lambda scope: Person.objects.within(scope).kept().select_related("territory"),
)

POSTS = Sheet(
    name="posts",
    title=_("Posts"),
    model=Employment,
    columns=(
        Column(
            "person",
            _("Person"),
            Kind.PERSON,
            _("Ivanova Maria Petrovna"),
            _("Full name or e-mail."),
            required=True,
        ),
        _ORGANISATION,
        Column("position", _("Position"), example=_("teacher"), required=True),
        Column(
            "subjects", _("Subjects"), Kind.SUBJECTS, _("Mathematics; Physics"), _("Separated by semicolons.")
        ),
        Column("rate", _("Rate"), Kind.DECIMAL, "1"),
        *PERIOD,
    ),
    keys=(
        Key(
            "post",
            _("person, organisation, position and first day"),
            ("person", "organisation", "position", "valid_from"),
        ),
        Key("place", _("person, organisation and position"), ("person", "organisation", "position")),
    ),
    rows=lambda scope: (
        Employment.objects.within(scope)
        .select_related("person", "organisation__territory")
        .prefetch_related("subjects")
        .order_by("person__sort_key", "pk")
    ),
)

STAFFING = Sheet(
    name="staffing",
    title=_("Staffing by year"),
    model=StaffingRecord,
    columns=(
        _ORGANISATION,
        Column("school_year", _("School year"), Kind.SCHOOL_YEAR, "2024/25", required=True),
        Column("teachers", _("Pedagogical workers"), Kind.INTEGER, "38"),
        Column("vacancies", _("Vacancies"), Kind.INTEGER, "2"),
        Column("overloaded_share", _("Load above the norm, %"), Kind.DECIMAL, "21,5"),
        Column("with_category", _("With a category"), Kind.INTEGER, "25"),
        Column("early_career", _("Early-career teachers"), Kind.INTEGER, "3"),
        Column("psychologists", _("Psychologists"), Kind.INTEGER, "1"),
        Column("speech_therapists", _("Speech therapists"), Kind.INTEGER, "1"),
        Column("special_teachers", _("Special-needs teachers"), Kind.INTEGER, "0"),
        Column("social_teachers", _("Social teachers"), Kind.INTEGER, "1"),
        Column("source", _("Source"), example=_("ОО-1")),
    ),
    keys=(Key("year", _("organisation and school year"), ("organisation", "school_year")),),
    rows=lambda scope: (
        StaffingRecord.objects.within(scope)
        .select_related("organisation__territory", "school_year")
        .order_by("organisation__sort_key", "organisation_id", "-school_year__start_year")
    ),
)

ASSOCIATIONS = Sheet(
    name="associations",
    title=_("Subject associations"),
    model=SubjectAssociation,
    columns=(
        _ORGANISATION,
        Column(
            "level",
            _("Level"),
            Kind.CHOICE,
            _("school subject association"),
            required=True,
            choices=AssociationLevel,
        ),
        Column("name", _("Designation"), example=_("Association of teachers of mathematics"), required=True),
        Column("subject", _("Subject"), Kind.SUBJECT, _("Mathematics")),
        Column("head", _("Head"), Kind.PERSON, _("Ivanova Maria Petrovna")),
        _MEMBERS,
    ),
    keys=(Key("name", _("organisation and name"), ("organisation", "name")),),
    rows=lambda scope: (
        SubjectAssociation.objects.within(scope)
        .kept()
        .select_related("organisation__territory", "subject", "head")
        .prefetch_related("members")
        .order_by("organisation__sort_key", "name")
    ),
)

GROUPS = Sheet(
    name="groups",
    title=_("Working groups and councils"),
    model=WorkingGroup,
    columns=(
        _ORGANISATION,
        Column("kind", _("Kind"), Kind.CHOICE, _("working group"), required=True, choices=GroupKind),
        Column("name", _("Designation"), example=_("Working group for network mentoring"), required=True),
        Column(
            "founding_act", _("Founding act"), Kind.ACT, help=_("Number or own number of a registered act.")
        ),
        Column("founded_on", _("Founded"), Kind.DATE, "01.09.2023"),
        Column("dissolved_on", _("Dissolved"), Kind.DATE),
        _MEMBERS,
    ),
    keys=(Key("name", _("organisation and name"), ("organisation", "name")),),
    rows=lambda scope: (
        WorkingGroup.objects.within(scope)
        .kept()
        .select_related("organisation__territory", "founding_act")
        .prefetch_related("members")
        .order_by("organisation__sort_key", "name")
    ),
)
