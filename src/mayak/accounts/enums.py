"""Roles of users and what each of them may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a user does for an organisation, and so for everything below it (domain.md C1)."""

    REGIONAL_COORDINATOR = "regional_coordinator", _("regional coordinator")
    REGIONAL_ANALYST = "regional_analyst", _("regional analyst")
    MUNICIPAL_COORDINATOR = "municipal_coordinator", _("municipal coordinator")
    METHODIST = "methodist", _("methodist")
    DISTRICT_SUBJECT_LEAD = "district_subject_lead", _("head of a district subject association")
    PROGRAM_CURATOR = "program_curator", _("curator of a programme")
    COUNCIL_MEMBER = "council_member", _("member of a coordination council")
    SCHOOL_COORDINATOR = "school_coordinator", _("school coordinator")
    HEAD_TEACHER = "head_teacher", _("head of school")
    DEPUTY_HEAD = "deputy_head", _("deputy head")
    SCHOOL_CURATOR = "school_curator", _("curator of a school")
    SCHOOL_SUBJECT_LEAD = "school_subject_lead", _("head of a school subject association")
    TEACHER = "teacher", _("teacher")
    TUTOR = "tutor_teacher", _("tutor")
    MENTOR = "mentor", _("mentor")
    MENTEE = "mentee", _("mentee")
    SPECIALIST = "specialist", _("psychologist or another specialist")
    EXTERNAL_EXPERT = "external_expert", _("external expert")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("system administrator")


COORDINATORS = frozenset({Role.REGIONAL_COORDINATOR, Role.MUNICIPAL_COORDINATOR, Role.METHODIST})
"""Roles that see the whole territory of their organisation, whatever it is."""

TERRITORY_ROLES = COORDINATORS | {
    Role.REGIONAL_ANALYST,
    Role.DISTRICT_SUBJECT_LEAD,
    Role.PROGRAM_CURATOR,
    Role.COUNCIL_MEMBER,
}
"""Roles that see a territory where they are held for an authority, a service, an institute or a centre."""

REGIONAL_ROLES = frozenset({Role.REGIONAL_COORDINATOR, Role.REGIONAL_ANALYST})
SCHOOL_ROLES = frozenset(
    {
        Role.SCHOOL_COORDINATOR,
        Role.HEAD_TEACHER,
        Role.DEPUTY_HEAD,
        Role.SCHOOL_CURATOR,
        Role.SCHOOL_SUBJECT_LEAD,
        Role.TEACHER,
        Role.TUTOR,
        Role.MENTOR,
        Role.MENTEE,
        Role.SPECIALIST,
    }
)
"""Roles that a school gives to its own people."""

STRONG_SIGN_IN_ROLES = COORDINATORS | {Role.REGIONAL_ANALYST, Role.SYSTEM_ADMINISTRATOR}
"""Roles that need a second factor by default: they see much or let others in."""

MANAGE = "accounts.manage"
COORDINATOR_RIGHTS = frozenset(
    {
        "registry.edit",
        "results.load",
        "results.rules",
        "results.identify",
        "matching.edit",
        "matching.approve",
        "participants.read",
        "findings.waive",
        "audit.read",
        MANAGE,
        "consents.manage",
        "data.anonymised",
        "surveys.manage",
        "surveys.results",
        "diagnosis.catalogue",
        "diagnosis.edit",
        "diagnosis.observe",
        "networks.edit",
    }
)
METHODIST_RIGHTS = frozenset(
    {
        "findings.waive",
        "surveys.manage",
        "surveys.results",
        "diagnosis.catalogue",
        "diagnosis.edit",
        "diagnosis.people",
        "diagnosis.observe",
        "networks.edit",
    }
)
SCHOOL_RIGHTS = frozenset({"participants.read"})
SCHOOL_OBSERVER_RIGHTS = frozenset({"diagnosis.people", "diagnosis.observe"})
SCHOOL_MANAGER_RIGHTS = (
    SCHOOL_RIGHTS
    | SCHOOL_OBSERVER_RIGHTS
    | {
        MANAGE,
        "consents.manage",
        "surveys.manage",
        "surveys.results",
        "diagnosis.own_school",
        "networks.own_school",
    }
)
ROLE_RIGHTS: dict[str, frozenset[str]] = {
    Role.REGIONAL_COORDINATOR: COORDINATOR_RIGHTS,
    Role.REGIONAL_ANALYST: frozenset({"data.anonymised", "surveys.results"}),
    Role.MUNICIPAL_COORDINATOR: COORDINATOR_RIGHTS | {"diagnosis.people"},
    Role.METHODIST: METHODIST_RIGHTS,
    Role.DISTRICT_SUBJECT_LEAD: frozenset({"diagnosis.people", "diagnosis.observe"}),
    Role.PROGRAM_CURATOR: frozenset({"surveys.results"}),
    Role.COUNCIL_MEMBER: frozenset({"surveys.results"}),
    Role.SCHOOL_COORDINATOR: SCHOOL_MANAGER_RIGHTS,
    Role.HEAD_TEACHER: SCHOOL_MANAGER_RIGHTS,
    Role.DEPUTY_HEAD: SCHOOL_RIGHTS | SCHOOL_OBSERVER_RIGHTS,
    Role.SCHOOL_SUBJECT_LEAD: SCHOOL_OBSERVER_RIGHTS,
    Role.TUTOR: frozenset({"diagnosis.observe"}),
    Role.MENTOR: frozenset({"diagnosis.observe"}),
    Role.SYSTEM_ADMINISTRATOR: frozenset({"audit.read", MANAGE, "data.retention"}),
}
"""What a role may do within its scope, beyond reading; a role that is missing here only reads."""

RIGHT_LABELS = {
    "registry.edit": _("change schools, people and the other lists of the registry"),
    "results.load": _("load results and undo an import"),
    "results.rules": _("change scales and rules"),
    "results.identify": _("find the schools that need help, approve the list, set statuses"),
    "matching.edit": _("prepare the matching of schools"),
    "matching.approve": _("approve the matching of schools"),
    "participants.read": _("read the results of participants by code; each reading is logged"),
    "findings.waive": _("waive a remark with a reason"),
    "audit.read": _("read the audit log"),
    MANAGE: _("invite people and give them roles"),
    "consents.manage": _("keep the register of consents"),
    "data.anonymised": _("take anonymised data"),
    "surveys.manage": _("make questionnaires and hold surveys"),
    "surveys.results": _("read the results of surveys, without small groups"),
    "diagnosis.catalogue": _(
        "change the catalogues of competences and tasks, the sheets of lessons and the library of measures"
    ),
    "diagnosis.edit": _("keep risk profiles, needs, passports, contests and recommendations of schools"),
    "diagnosis.own_school": _("fill in what the own school tells of itself"),
    "networks.edit": _("keep networks, partnerships, agreements and mentor pairs of the territory"),
    "networks.own_school": _("consent, sign and keep pairs for the own school"),
    "diagnosis.people": _(
        "read the deficits of single teachers; each reading is logged and shown to the teacher"
    ),
    "diagnosis.observe": _("observe lessons and fill in the sheet"),
    "data.retention": _("see what is older than its term and delete it"),
}
"""What a right means, in words of a person."""

_MUNICIPAL_GRANTS = frozenset(Role) - REGIONAL_ROLES - {Role.SYSTEM_ADMINISTRATOR}
GRANTS: dict[str, frozenset[Role]] = {
    Role.SYSTEM_ADMINISTRATOR: frozenset(Role),
    Role.REGIONAL_COORDINATOR: frozenset(Role) - {Role.SYSTEM_ADMINISTRATOR},
    Role.MUNICIPAL_COORDINATOR: _MUNICIPAL_GRANTS,
    Role.SCHOOL_COORDINATOR: SCHOOL_ROLES,
    Role.HEAD_TEACHER: SCHOOL_ROLES,
}
"""Which roles each role may give: nobody gives more than is held at the own level, and nobody to oneself."""

DEMO_PASSWORD = "mayak-lighthouse"  # noqa: S105  # published on purpose: the accounts are closed without MAYAK_DEMO
"""Password of the demonstration accounts, which open only where the demonstration is switched on."""


class Guess:
    """What may be guessed, and so is counted; «from» counts what comes from one network address."""

    PASSWORD = "password"  # noqa: S105  # the name of a count
    PASSWORD_FROM = "password-from"  # noqa: S105  # the name of a count
    CODE = "code"
    PASSKEY_FROM = "passkey-from"  # the name of a count
    RESET = "reset"
    RESET_FROM = "reset-from"
    LINK_FROM = "link-from"


class InvitationState(models.TextChoices):
    """Where an invitation stands; a draft is sent only when somebody says so."""

    DRAFT = "draft", _("draft")
    QUEUED = "queued", _("being sent")
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_INVITATIONS = frozenset({InvitationState.DRAFT, InvitationState.QUEUED, InvitationState.SENT})
"""Invitations that may still become an account."""


class ConsentPurpose(models.TextChoices):
    """What somebody consents to; a separate paper for each (domain.md B8.1: from 01.09.2025)."""

    PROCESSING = "processing", _("processing of personal data in the network")
    PUBLICATION = "publication", _("publication of materials with the name")
    PHOTO_VIDEO = "photo_video", _("photographs and video")
    MENTORING = "mentoring", _("work as a mentor (art. 351.8 of the Labour Code)")
    SURVEY = "survey", _("questionnaires")


class ConsentWay(models.TextChoices):
    """How a consent was given or withdrawn."""

    PAPER = "paper", _("on paper")
    ELECTRONIC = "electronic", _("in the own account")


class EndedBy(models.TextChoices):
    """Which side ends mentoring before its term."""

    MENTOR = "mentor", _("the mentor")
    EMPLOYER = "employer", _("the employer")
    AGREEMENT = "agreement", _("both by agreement")


class RequestKind(models.TextChoices):
    """What a person asks for about the own data."""

    CORRECT = "correct", _("correct my data")
    ERASE = "erase", _("erase my data")


class RequestState(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", _("waits")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")


class TermsState(models.TextChoices):
    """Where the mentoring of one supplement stands; it follows from the dates."""

    DRAFT = "draft", _("waits for the consent")
    PLANNED = "planned", _("begins later")
    ACTIVE = "active", _("lasts")
    NOTICE = "notice", _("ends by notice")
    ENDED = "ended", _("has ended")


CONSENTS = "consents.manage"
ANONYMISED = "data.anonymised"
RETENTION = "data.retention"
