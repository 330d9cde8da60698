"""Audiences of the school world for the survey engine: who is asked, found in the registry and among the accounts."""

from collections.abc import Callable, Iterator
from functools import partial

from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import Role
from mayak.diagnosis.models import MentorProfile
from mayak.diagnosis.selectors.survey_people import (
    DEPUTIES,
    HEADS,
    NOT_TEACHERS,
    SERVICE_HEADS,
    TEACHERS,
    Found,
    by_position,
    by_role,
    columns_of,
    each_once,
    found_people,
    one_for_each,
    organisations_of,
    schools_of,
)
from mayak.registry.enums import OrganisationKind
from mayak.registry.models import SubjectAssociation
from mayak.results.enums import StatusRole
from mayak.surveys.models import Campaign
from mayak.surveys.selectors.audiences import AudienceProvider, Invited, register_audience

METHODICAL = "methodical-services"
HIGH_SCHOOLS, LOW_SCHOOLS = "high-schools", "low-schools"
SPEAKERS = (Role.SCHOOL_COORDINATOR, Role.HEAD_TEACHER, Role.DEPUTY_HEAD)
"""Who answers for a school: the coordinator, else the head, else the deputy; else the head of the registry."""
SERVICE_SPEAKERS = (Role.METHODIST, Role.MUNICIPAL_COORDINATOR)
SERVICE_KINDS = (OrganisationKind.METHODICAL_SERVICE, OrganisationKind.REGIONAL_INSTITUTE)
_LAST = 9


def methodical_services(campaign: Campaign) -> Iterator[Invited]:
    """One person for each methodical service (S2: the first questionnaire)."""
    services = organisations_of(campaign).filter(kind__in=SERVICE_KINDS)
    found = [*by_role(services, SERVICE_SPEAKERS), *by_position(services, SERVICE_HEADS, rank=_LAST)]
    yield from (one.invited("service") for one in one_for_each(found))


def one_for_each_school(status_role: str, role: str, campaign: Campaign) -> Iterator[Invited]:
    """One person for each school with a status of this role (S2: the second and the third questionnaire)."""
    schools = schools_of(campaign, status_role)
    found = [*by_role(schools, SPEAKERS), *by_position(schools, HEADS, rank=_LAST)]
    yield from (one.invited(role) for one in one_for_each(found))


def teachers(status_role: str, campaign: Campaign) -> Iterator[Invited]:
    """Every teacher: of the registry by position, and whoever holds the role."""
    schools = schools_of(campaign, status_role)
    yield from _people(
        "teacher", by_position(schools, TEACHERS, without=NOT_TEACHERS), by_role(schools, [Role.TEACHER])
    )


def heads(campaign: Campaign) -> Iterator[Invited]:
    """Heads of schools and of branches."""
    schools = schools_of(campaign)
    yield from _people("head", by_position(schools, HEADS), by_role(schools, [Role.HEAD_TEACHER]))


def deputies(campaign: Campaign) -> Iterator[Invited]:
    """Deputy heads."""
    schools = schools_of(campaign)
    yield from _people("deputy", by_position(schools, DEPUTIES), by_role(schools, [Role.DEPUTY_HEAD]))


def administration(status_role: str, campaign: Campaign) -> Iterator[Invited]:
    """Heads and deputy heads together (the risk profile asks the administration)."""
    schools = schools_of(campaign, status_role)
    roles = [Role.HEAD_TEACHER, Role.DEPUTY_HEAD]
    yield from _people("administration", by_position(schools, (*HEADS, *DEPUTIES)), by_role(schools, roles))


def mentors(campaign: Campaign) -> Iterator[Invited]:
    """Whoever holds the role of a mentor, and whose passport of a mentor is accepted for the school year."""
    schools = schools_of(campaign)
    accepted = (
        MentorProfile.objects.accepted()
        .filter(school_year=campaign.school_year, organisation__in=schools.order_by().values("pk"))
        .order_by("pk")
        .values_list("organisation_id", *columns_of("person"))
    )
    yield from _people("mentor", by_role(schools, [Role.MENTOR]), found_people(accepted))


def mentees(campaign: Campaign) -> Iterator[Invited]:
    """Whoever holds the role of a mentee."""
    yield from _people("mentee", by_role(schools_of(campaign), [Role.MENTEE]))


def subject_leads(campaign: Campaign) -> Iterator[Invited]:
    """Heads of the subject associations of schools and of districts."""
    organisations = organisations_of(campaign)
    rows = (
        SubjectAssociation.objects.filter(
            head__isnull=False,
            head__archived_at__isnull=True,
            archived_at__isnull=True,
            organisation__in=organisations.order_by().values("pk"),
        )
        .order_by("pk")
        .values_list("organisation_id", *columns_of("head"))
    )
    roles = [Role.SCHOOL_SUBJECT_LEAD, Role.DISTRICT_SUBJECT_LEAD]
    yield from _people("subject_lead", found_people(rows), by_role(organisations, roles))


def by_link(status_role: str, role: str, campaign: Campaign) -> Iterator[Invited]:
    """One entry for each school: its students or parents answer by the school's link; nobody of them is known."""
    keys = schools_of(campaign, status_role).order_by("sort_key", "pk").values_list("pk", flat=True)
    for school in keys.iterator(chunk_size=5000):
        yield Invited(organisation_id=school, groups={"role": role})


def _people(role: str, *found: Iterator[Found]) -> Iterator[Invited]:
    yield from (one.invited(role) for one in each_once(one for part in found for one in part))


LOW, HIGH = StatusRole.NEEDS_HELP, StatusRole.GIVES_HELP
Find = Callable[[Campaign], Iterator[Invited]]
_AUDIENCES: tuple[tuple[str, object, Find, bool], ...] = (
    (METHODICAL, _("methodical services, one answer each"), methodical_services, False),
    (HIGH_SCHOOLS, _("lead schools, one answer each"), partial(one_for_each_school, HIGH, "lead"), False),
    (
        LOW_SCHOOLS,
        _("schools with low results, one answer each"),
        partial(one_for_each_school, LOW, "low"),
        False,
    ),
    ("teachers", _("teachers of all schools"), partial(teachers, ""), False),
    ("teachers-low", _("teachers of schools with low results"), partial(teachers, LOW), False),
    ("mentors", _("mentors"), mentors, False),
    ("mentees", _("mentees"), mentees, False),
    ("heads", _("heads of schools"), heads, False),
    ("deputies", _("deputy heads"), deputies, False),
    (
        "administration-low",
        _("heads and deputy heads of schools with low results"),
        partial(administration, LOW),
        False,
    ),
    ("subject-leads", _("heads of subject associations"), subject_leads, False),
    ("students", _("students of all schools, by link"), partial(by_link, "", "student"), True),
    (
        "students-low",
        _("students of schools with low results, by link"),
        partial(by_link, LOW, "student"),
        True,
    ),
    ("parents", _("parents of all schools, by link"), partial(by_link, "", "parent"), True),
    ("parents-low", _("parents of schools with low results, by link"), partial(by_link, LOW, "parent"), True),
)

OF_STUDENTS = frozenset({"students", "students-low"})
"""Audiences of children: no free text, no file, the parents are asked under 14."""

ROLE_WORDS = {
    "service": _("methodical service"),
    "lead": _("lead school"),
    "low": _("school with low results"),
    "teacher": _("teacher"),
    "mentor": _("mentor"),
    "mentee": _("mentee"),
    "head": _("head of school"),
    "deputy": _("deputy head"),
    "administration": _("administration of the school"),
    "subject_lead": _("head of a subject association"),
    "student": _("student"),
    "parent": _("parent"),
}


def register() -> None:
    """Tell the survey engine of the audiences."""
    for order, (code, label, find, is_link) in enumerate(_AUDIENCES, start=1):
        register_audience(
            AudienceProvider(
                code, label, find, by_link=is_link, order=order * 10, of_students=code in OF_STUDENTS
            )
        )
