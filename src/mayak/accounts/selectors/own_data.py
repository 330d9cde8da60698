"""What accounts and the registry hold on one human being (the kernel adds the audit log and who looked)."""

from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mayak.accounts.models import Consent, Invitation, MentoringTerms, PersonRequest, RoleAssignment, User
from mayak.accounts.selectors.sessions import device_of
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.registry.models import Employment, Person, SubjectAssociation
from mayak.registry.models.associations import AssociationMembership
from mayak.registry.models.groups import GroupMembership


def held_on_accounts(subjects: Subjects) -> Iterable[Holding]:
    """Yield the account, roles, sessions, invitations, consents, papers and requests."""
    yield from _account(subjects)
    mine = _mine(subjects)
    consents = Consent.objects.filter(mine).select_related("text")
    yield Holding(
        "consents",
        _("Consents"),
        {
            "purpose": _("Purpose"),
            "version": _("Version of the text"),
            "given_on": _("Given"),
            "way": _("Way"),
            "basis": _("Paper"),
            "withdrawn_on": _("Withdrawn"),
        },
        [
            [
                one.get_purpose_display(),
                one.text.version,
                one.given_on,
                one.get_way_display(),
                one.basis,
                one.withdrawn_on,
            ]
            for one in consents
        ],
    )
    yield from _papers(subjects)
    yield Holding(
        "requests",
        _("My requests"),
        {
            "kind": _("What"),
            "text": _("In words"),
            "asked_on": _("Asked"),
            "due_on": _("Answer until"),
            "state": _("State"),
            "answer": _("Answer"),
        },
        [
            [one.get_kind_display(), one.text, one.asked_on, one.due_on, one.get_state_display(), one.answer]
            for one in PersonRequest.objects.filter(mine)
        ],
    )


def held_in_registry(subjects: Subjects) -> Iterable[Holding]:
    """Yield the person of the registry, posts and memberships."""
    person = Person.objects.filter(pk__in=_known(subjects.person_id)).select_related("territory").first()
    if person is None:
        return
    columns = {
        "family_name": _("Family name"),
        "given_name": _("Given name"),
        "patronymic": _("Patronymic"),
        "email": _("E-mail"),
        "territory": _("Territory"),
        "category": _("Qualification category"),
        "category_until": _("Category valid until"),
        "teaching_since": _("Teaching since"),
        "is_early_career": _("Early-career teacher"),
    }
    row: list[Any] = [
        person.family_name,
        person.given_name,
        person.patronymic,
        person.email,
        str(person.territory),
        person.get_category_display(),
        person.category_until,
        person.teaching_since,
        person.is_early_career,
    ]
    yield Holding("person", _("Person of the registry"), columns, [row])
    posts = (
        Employment.objects.filter(person=person).select_related("organisation").prefetch_related("subjects")
    )
    yield Holding(
        "posts",
        _("Posts"),
        {
            "organisation": _("Organisation"),
            "position": _("Position"),
            "subjects": _("Subjects"),
            "rate": _("Rate"),
            "from": _("From"),
            "until": _("Until"),
        },
        [
            [
                str(post.organisation),
                post.position,
                ", ".join(map(str, post.subjects.all())),
                post.rate,
                post.valid_from,
                post.valid_to,
            ]
            for post in posts
        ],
    )
    yield Holding(
        "memberships",
        _("Associations and groups"),
        {"name": _("Name"), "kind": _("Kind")},
        _memberships(person),
    )


def _account(subjects: Subjects) -> Iterable[Holding]:
    user = User.objects.filter(pk__in=_known(subjects.user_id)).first()
    if user is None:
        return
    columns = {
        "full_name": _("Name"),
        "email": _("E-mail"),
        "state": _("Account"),
        "created_at": _("Since"),
        "last_login": _("Last sign-in"),
    }
    yield Holding(
        "account",
        _("Account"),
        columns,
        [[user.full_name, user.email, user.state_word, user.created_at, user.last_login]],
    )
    roles = RoleAssignment.objects.filter(user=user).select_related("organisation", "basis")
    yield Holding(
        "roles",
        _("Roles"),
        {
            "role": _("Role"),
            "organisation": _("Organisation"),
            "from": _("From"),
            "until": _("Until"),
            "basis": _("Basis"),
        },
        [
            [
                capfirst(one.get_role_display()),
                str(one.organisation),
                one.valid_from,
                one.valid_to,
                str(one.basis or one.basis_text),
            ]
            for one in roles
        ],
    )
    yield Holding(
        "sessions",
        _("Sessions"),
        {
            "device": _("Device"),
            "address": _("Network address"),
            "since": _("Since"),
            "seen": _("Last active"),
        },
        [
            [device_of(one.user_agent), one.ip, one.created_at, one.last_seen_at]
            for one in UserSession.objects.filter(user=user)
        ],
    )
    yield Holding(
        "invitations",
        _("Invitations"),
        {
            "email": _("E-mail"),
            "role": _("Role"),
            "organisation": _("Organisation"),
            "sent_at": _("Sent"),
            "state": _("State"),
        },
        [
            [
                one.email,
                capfirst(one.get_role_display()),
                str(one.organisation),
                one.sent_at,
                one.get_state_display(),
            ]
            for one in Invitation.objects.filter(Q(user=user) | Q(email__iexact=user.email)).select_related(
                "organisation"
            )
        ],
    )


def _papers(subjects: Subjects) -> Iterable[Holding]:
    columns = {
        "employer": _("Employer"),
        "number": _("Number"),
        "consented_on": _("Written consent of"),
        "from": _("From"),
        "until": _("Until"),
        "form": _("Form"),
        "content": _("Content"),
        "pay": _("Pay"),
        "last_day": _("Last day"),
    }
    found = MentoringTerms.objects.filter(person__in=_known(subjects.person_id)).select_related(
        "organisation"
    )
    rows = [
        [
            str(one.organisation),
            one.number,
            one.consented_on,
            one.starts_on,
            one.ends_on,
            one.form,
            one.content,
            one.pay or one.pay_amount,
            one.last_day,
        ]
        for one in found
    ]
    yield Holding("mentoring", _("Supplements on mentoring"), columns, rows)


def _memberships(person: Person) -> list[list[Any]]:
    association, group = _("subject association"), _("working group")
    led = SubjectAssociation.objects.filter(head=person)
    member = AssociationMembership.objects.filter(person=person).select_related("association")
    groups = GroupMembership.objects.filter(person=person).select_related("group")
    return [
        *[[str(one), f"{association}, {_('head')}"] for one in led],
        *[[str(one.association), association] for one in member],
        *[[str(one.group), group] for one in groups],
    ]


def _known(key: int | None) -> list[int]:
    return [] if key is None else [key]


def _mine(subjects: Subjects) -> Q:
    mine = Q(pk__in=[])
    if subjects.person_id is not None:
        mine |= Q(person_id=subjects.person_id)
    if subjects.user_id is not None:
        mine |= Q(user_id=subjects.user_id)
    return mine


def register() -> None:
    """Register both sources."""
    register_holdings(held_on_accounts)
    register_holdings(held_in_registry)
