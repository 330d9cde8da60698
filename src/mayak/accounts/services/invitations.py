"""Inviting people: a draft, a letter with a link that works once, an account with a role."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import OPEN_INVITATIONS, InvitationState, Role
from mayak.accounts.models import Invitation, InvitationQuerySet, User, plain_email
from mayak.accounts.permissions import fits
from mayak.accounts.selectors import actor_of
from mayak.accounts.services.letters import send_letter, write_letter
from mayak.accounts.services.roles import grant_role
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.kernel.jobs.services import enqueue_job
from mayak.registry.models import Organisation, Person

SEND_JOB = "accounts.invitations"
VALID_FOR = dt.timedelta(days=7)
"""How long a link works; long enough for a week of leave, short enough for a lost letter."""


class LinkIsDeadError(Exception):
    """The link was used, withdrawn, replaced or has expired; or there never was one."""


@transaction.atomic
def invite(
    email: str,
    full_name: str,
    role: str,
    organisation: Organisation,
    *,
    actor: Actor,
    person: Person | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    basis_text: str = "",
) -> Invitation:
    """Make a draft of an invitation; nothing is sent. Whether the actor may is asked by the page (``may_grant``).

    The answer is the same whether the address has an account already: the letter tells its owner alone.

    Raises:
        ValidationError: the role does not fit the organisation; no last day for an expert; invited already.
    """
    if not fits(role, organisation):
        raise ValidationError({"organisation": _("This role is not held for an organisation of this kind.")})
    if role == Role.EXTERNAL_EXPERT and valid_to is None:
        raise ValidationError({"valid_to": _("An external expert needs a last day.")})
    if valid_to is not None and valid_to < max(valid_from or valid_to, timezone.localdate()):
        raise ValidationError({"valid_to": _("The last day cannot lie before the first one or in the past.")})
    invitation = Invitation(
        email=plain_email(email),
        full_name=" ".join(full_name.split()),
        role=role,
        organisation=organisation,
        person=person,
        valid_from=valid_from,
        valid_to=valid_to,
        basis_text=basis_text.strip(),
        created_by_id=actor.user_id,
    )
    invitation.full_clean()
    invitation.save()
    _record(invitation, actor, "invite", {"role": [None, role], "organisation": [None, organisation.pk]})
    return invitation


def invite_many(
    people: Iterable[tuple[Person, Organisation]], role: str, *, actor: Actor, basis_text: str = ""
) -> list[Invitation]:
    """Make drafts for people of the registry, each for the organisation where the person works.

    Whoever is invited to the same role already is left out: doing it twice does no harm.
    """
    made = []
    for person, organisation in people:
        try:
            made.append(
                invite(
                    person.email, str(person), role, organisation,
                    actor=actor, person=person, basis_text=basis_text,
                )
            )  # fmt: skip
        except ValidationError:
            continue
    return made


@transaction.atomic
def queue_invitations(invitations: Sequence[Invitation], *, site: str, actor: Actor) -> int:
    """Say that the letters go now; a job sends them. A letter sent before loses its link. Return how many.

    Raises:
        ValidationError: one of them is accepted or withdrawn already.
    """
    keys = [invitation.pk for invitation in invitations]
    queued = Invitation.objects.filter(pk__in=keys, state__in=OPEN_INVITATIONS).update(
        state=InvitationState.QUEUED, token_hash="", expires_at=None
    )
    if queued != len(keys):
        raise ValidationError(_("Some of these invitations are accepted or withdrawn already."))
    for invitation in invitations:
        _record(invitation, actor, "send", {"state": [invitation.state, InvitationState.QUEUED]})
    enqueue_job(
        SEND_JOB,
        actor=actor,
        title=_("Letters of invitation: %(count)s") % {"count": len(keys)},
        arguments={"keys": keys, "site": site},
        link=reverse("accounts:invitations"),
    )
    return queued


def send_invitation(key: int, *, site: str) -> bool:
    """Send the letter of a queued invitation, with a fresh link; return whether it was waiting for that.

    The letter goes first and the hash of its link is kept after: whatever stops in between, it is sent again.
    """
    invitation = Invitation.objects.filter(pk=key, state=InvitationState.QUEUED).first()
    if invitation is None:
        return False
    token, now = secrets.token_urlsafe(32), timezone.now()
    link = f"{site}{reverse('accounts:invited', args=[token])}"
    send_letter(invitation.email, "invitation", letter_values(invitation, link))
    Invitation.objects.filter(pk=key, state=InvitationState.QUEUED).update(
        state=InvitationState.SENT, token_hash=_hash(token), sent_at=now, expires_at=now + VALID_FOR
    )
    return True


def letter_values(invitation: Invitation, link: str) -> dict[str, object]:
    """Return what the letter of an invitation needs."""
    return {
        "invitation": invitation,
        "role": invitation.get_role_display(),
        "inviter": invitation.created_by,
        "link": link,
        "days": VALID_FOR.days,
    }


def preview_letter(invitation: Invitation) -> tuple[str, str]:
    """Return subject and text of the letter as it will be, with a link that does not work."""
    subject, text, _page = write_letter("invitation", letter_values(invitation, "https://…"))
    return subject, text


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, actor: Actor) -> Invitation:
    """Take an invitation back; its link works no more.

    Raises:
        ValidationError: it is accepted or withdrawn already.
    """
    before = snapshot(invitation, ["state"])
    taken = Invitation.objects.filter(pk=invitation.pk, state__in=OPEN_INVITATIONS).update(
        state=InvitationState.WITHDRAWN, token_hash="", expires_at=None
    )
    if not taken:
        raise ValidationError(_("This invitation is accepted or withdrawn already."))
    invitation.refresh_from_db()
    _record(invitation, actor, "withdraw", {"state": [before["state"], invitation.state]})
    return invitation


def find_invitation(token: str) -> Invitation:
    """Return the invitation to which a link leads.

    Raises:
        LinkIsDeadError: see there.
    """
    found = _live().filter(token_hash=_hash(token)).select_related("organisation__territory").first()
    if found is None:
        raise LinkIsDeadError
    return found


def account_of(invitation: Invitation) -> User | None:
    """Return the account that the invited address has already."""
    return User.objects.filter(email=plain_email(invitation.email)).first()


@transaction.atomic
def accept_invitation(invitation: Invitation, *, password: str | None, address: str = "") -> User:
    """Make the account with its role; the link is used up. Without a password the person comes in by OIDC.

    Raises:
        LinkIsDeadError: somebody was faster with the same link.
        ValidationError: the address has an account: its owner accepts with ``accept_with_account``.
    """
    _use_up(invitation)
    if account_of(invitation) is not None:
        raise ValidationError(_("This address has an account already: sign in to accept."))
    user = User.objects.create_user(invitation.email, password, full_name=invitation.full_name)
    if invitation.person is not None and not User.objects.filter(person=invitation.person).exists():
        user.person = invitation.person
        user.save(update_fields=["person"])
    return _give(invitation, user, address)


@transaction.atomic
def accept_with_account(invitation: Invitation, user: User, *, address: str = "") -> User:
    """Give the role to the owner of the address, who has signed in.

    Raises:
        LinkIsDeadError: the link was used meanwhile.
        ValidationError: another address was invited; the role is held already.
    """
    if user.email != invitation.email.lower():
        raise ValidationError(_("Another address is invited."))
    _use_up(invitation)
    return _give(invitation, user, address)


def invitation_of_email(email: str) -> Invitation | None:
    """Return the invitation that waits for this address, the newest first; its letter must have been sent."""
    return _live().filter(email__iexact=email).order_by("-sent_at").first()


def _live() -> InvitationQuerySet:
    return Invitation.objects.filter(
        Q(created_by__isnull=True) | Q(created_by__is_active=True),
        state=InvitationState.SENT,
        expires_at__gt=timezone.now(),
    )


def _use_up(invitation: Invitation) -> None:
    """Take the link; of two who use it at once, one changes the row and the other finds nothing to change."""
    now = timezone.now()
    taken = Invitation.objects.filter(
        pk=invitation.pk, state=InvitationState.SENT, expires_at__gt=now, token_hash=invitation.token_hash
    ).update(state=InvitationState.ACCEPTED, token_hash="", accepted_at=now)
    if not taken:
        raise LinkIsDeadError


def _give(invitation: Invitation, user: User, address: str) -> User:
    inviter = invitation.created_by
    grant_role(
        user,
        invitation.role,
        invitation.organisation,
        actor=actor_of(inviter) if inviter is not None and inviter.pk != user.pk else SYSTEM,
        valid_from=invitation.valid_from,
        valid_to=invitation.valid_to,
        basis_text=invitation.basis_text or _("invitation"),
        shared=[invitation.organisation] if invitation.role == Role.EXTERNAL_EXPERT else (),
    )
    Invitation.objects.filter(pk=invitation.pk).update(user=user)
    _record(invitation, actor_of(user, address=address), "accept", {"state": ["sent", "accepted"]})
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _record(invitation: Invitation, actor: Actor, action: str, changes: dict[str, object]) -> None:
    organisation = invitation.organisation
    record(
        invitation,
        actor=actor,
        action=action,
        territory_path=organisation.territory.path or "",
        organisation_id=organisation.pk,
        changes=changes,
    )
