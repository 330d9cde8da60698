"""Invitations of a scope, and whom of the registry one may invite."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import OPEN_INVITATIONS, InvitationState
from mayak.accounts.models import Invitation, InvitationQuerySet, User
from mayak.accounts.permissions import fits
from mayak.kernel.access import Scope
from mayak.registry.models import Employment, Organisation, Person, Territory

MayGrant = Callable[[str, Organisation], bool]


@dataclass
class Candidates:
    """People who can be invited with the organisation where they work, and those who cannot with the reason."""

    ready: list[tuple[Person, Organisation]] = field(default_factory=list)
    left_out: list[tuple[Person, str]] = field(default_factory=list)


def invitations_of(scope: Scope) -> InvitationQuerySet:
    """Return the invitations to the organisations of the scope."""
    return Invitation.objects.within(scope).select_related("organisation__territory", "created_by", "user")


def drafts_of(scope: Scope, may_grant: MayGrant) -> list[Invitation]:
    """Return the drafts whose letters this person may send."""
    drafts = invitations_of(scope).filter(state=InvitationState.DRAFT)
    return [draft for draft in drafts if may_grant(draft.role, draft.organisation)]


def find_candidates(
    scope: Scope,
    role: str,
    may_grant: MayGrant,
    *,
    territory: Territory | None = None,
    organisation: Organisation | None = None,
    position: str = "",
) -> Candidates:
    """Return the people who work there now and could get the role, each once.

    Args:
        scope: whose people may be invited.
        role: for which role.
        may_grant: whether the role may be given for an organisation.
        territory: only those who work in it or below it.
        organisation: only those who work there or in its branches.
        position: only those in whose position the words occur («заместитель»).
    """
    found, seen = Candidates(), set[int]()
    known = _Known(
        invited=_invited_emails(scope, role),
        taken=set(User.objects.filter(person__isnull=False).values_list("person_id", flat=True)),
    )
    for post in _posts(scope, territory, organisation, position):
        person = post.person
        if person.pk in seen:
            continue
        seen.add(person.pk)
        fits_there = fits(role, post.organisation) and may_grant(role, post.organisation)
        if reason := known.reason(post, fits_there=fits_there):
            found.left_out.append((person, reason))
        else:
            found.ready.append((person, post.organisation))
    return found


@dataclass
class _Known:
    """Who has been invited or has an account, and which addresses were met."""

    invited: set[tuple[str, int]]
    taken: set[int]
    met: set[str] = field(default_factory=set)

    def reason(self, post: Employment, *, fits_there: bool) -> str:
        """Return why the person is left out; empty where there is no reason."""
        email = post.person.email.strip().lower()
        checks = (
            (not email, _("no e-mail in the registry")),
            (post.person_id in self.taken, _("has an account already")),
            ((email, post.organisation_id) in self.invited, _("is invited already")),
            (email in self.met, _("the same e-mail as another person")),
            (not fits_there, _("this role is not given there")),
        )
        found = next((reason for is_so, reason in checks if is_so), "")
        if not found:
            self.met.add(email)
        return found


def _invited_emails(scope: Scope, role: str) -> set[tuple[str, int]]:
    waiting = Invitation.objects.within(scope).filter(role=role, state__in=sorted(OPEN_INVITATIONS))
    return {(email.lower(), key) for email, key in waiting.values_list("email", "organisation_id")}


def _posts(
    scope: Scope, territory: Territory | None, organisation: Organisation | None, position: str
) -> list[Employment]:
    today = timezone.localdate()
    posts = Employment.objects.within(scope).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        person__archived_at__isnull=True,
    )
    if organisation is not None:
        posts = posts.filter(Q(organisation=organisation) | Q(organisation__parent=organisation))
    if territory is not None:
        posts = posts.filter(organisation__territory__path__under=territory.path)
    if position:
        posts = posts.filter(position__icontains=position)
    return list(posts.select_related("person", "organisation__territory").order_by("person__sort_key", "pk"))
