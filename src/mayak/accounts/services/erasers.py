"""What accounts and the registry do when a human being is erased."""

from collections.abc import Iterable
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.enums import OPEN_INVITATIONS, InvitationState
from mayak.accounts.models import Consent, PersonRequest, User
from mayak.accounts.selectors.holders import invitations_of_human
from mayak.accounts.services.mailbox import letters
from mayak.accounts.services.roles import end_role
from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser, register_kept_text
from mayak.registry.models import Person, RegistryImport
from mayak.registry.models.imports import RegistryImportChange

NAME_FIELDS = ("family_name", "given_name", "patronymic", "email", "sort_key")


def erase_account(target: Target) -> Iterable[Effect | Left]:
    """Close the account, end roles and sessions, take factors, identities, invitations and letters away."""
    user = User.objects.filter(pk__in=_known(target.subjects.user_id)).first()
    person = Person.objects.filter(pk__in=_known(target.subjects.person_id)).first()
    yield from _invitations(target, person, user)
    yield from _letters({word for word in target.words if "@" in word})
    if user is None:
        return
    yield Effect(_("roles that end"), _end_roles(user, target))
    yield Effect(_("sessions that end"), _end_sessions(user))
    for model, what in (
        (Authenticator, _("second factors")),
        (EmailAddress, _("confirmed addresses")),
        (SocialAccount, _("outside identities")),
    ):
        yield Effect(what, model.objects.filter(user=user).delete()[0])
    user.email, user.full_name = f"erased-{user.pk}@erased.invalid", target.pseudonym
    user.is_active = user.is_superuser = False
    user.set_unusable_password()
    user.save(update_fields=["email", "full_name", "is_active", "is_superuser", "password"])
    yield Effect(_("account that is closed and loses its name"), 1)


def erase_registry(target: Target) -> Iterable[Effect | Left]:
    """Replace the name of the person of the registry, also where an import keeps the old values."""
    person = Person.objects.filter(pk__in=_known(target.subjects.person_id)).first()
    if person is None:
        return
    family, _gap, given = target.pseudonym.partition(" ")
    new = {"family_name": family, "given_name": given, "patronymic": "", "email": ""}
    for name, value in new.items():
        setattr(person, name, value)
    person.sort_key = target.pseudonym.lower()
    person.archived_at = person.archived_at or timezone.now()
    person.save(update_fields=[*NAME_FIELDS, "archived_at"])
    yield Effect(_("person of the registry who loses the name and the address"), 1)
    changes = RegistryImportChange.objects.filter(object_id=person.pk, registry_import__kind="people")
    for change in changes.select_related("registry_import"):
        change.before = _without_names(change.before, new)
        change.after = _without_names(change.after, new)
        change.save(update_fields=["before", "after"])
        yield from _import_file(change.registry_import)
    yield Effect(_("rows of imports that held the name"), len(changes))


def erase_consents(target: Target) -> Iterable[Effect | Left]:
    """Keep consents as a proof without the name; scans are deleted, for they show it."""
    mine = Q(person_id=target.subjects.person_id, person__isnull=False) | Q(
        user_id=target.subjects.user_id, user__isnull=False
    )
    consents = list(Consent.objects.filter(mine))
    for consent in consents:
        if consent.scan:
            _delete_on_commit(consent.scan)
            consent.scan = ""
            consent.save(update_fields=["scan"])
    yield Effect(_("consents that stay without the name, their scans deleted"), len(consents))
    asked = PersonRequest.objects.filter(
        Q(user_id=target.subjects.user_id) | Q(person_id=target.subjects.person_id, person__isnull=False)
    )
    yield Effect(_("requests whose words are deleted"), asked.exclude(text="").update(text=""))


def _known(key: int | None) -> list[int]:
    return [] if key is None else [key]


def _delete_on_commit(file: Any) -> None:
    storage, name = file.storage, file.name
    transaction.on_commit(lambda: storage.delete(name))


def _invitations(target: Target, person: Person | None, user: User | None) -> Iterable[Effect]:
    found = invitations_of_human(person, user)
    for invitation in found:
        invitation.email = f"erased-invitation-{invitation.pk}@erased.invalid"
        invitation.full_name = target.pseudonym
        invitation.token_hash = ""
        if invitation.state in OPEN_INVITATIONS:
            invitation.state = InvitationState.WITHDRAWN
        invitation.save(update_fields=["email", "full_name", "token_hash", "state"])
    yield Effect(_("invitations that lose the name and the address"), len(found))


def _letters(addresses: set[str]) -> Iterable[Effect]:
    """Letters of the folder that were written to the person."""
    known = {address.lower() for address in addresses}
    mine = [one.name for one in letters() if parseaddr(one.to)[1].lower() in known]
    folder = Path(settings.LETTERS_DIR)
    transaction.on_commit(lambda: _unlink(folder / name for name in mine))
    yield Effect(_("letters of the folder that are deleted"), len(mine))


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _end_roles(user: User, target: Target) -> int:
    today = timezone.localdate()
    open_roles = user.roles.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    rows = list(open_roles.select_related("organisation__territory"))
    for held in rows:
        end_role(held, actor=target.actor, reason=_("the person is erased"))
    return len(rows)


def _end_sessions(user: User) -> int:
    keys = list(UserSession.objects.filter(user=user).values_list("session_key", flat=True))
    mine = [one.session_key for one in Session.objects.all() if _owner(one) == str(user.pk)]
    Session.objects.filter(session_key__in=[*keys, *mine]).delete()
    UserSession.objects.filter(user=user).delete()
    return len({*keys, *mine})


def _owner(session: Session) -> str:
    return str(session.get_decoded().get("_auth_user_id", ""))


def _import_file(found: RegistryImport) -> Iterable[Left]:
    if found.file:
        yield Left(
            "registry.registryimport",
            str(found.pk),
            found.file_name,
            gettext_lazy("The uploaded file holds many people; it goes when its term of storage is over."),
        )


def _without_names(values: dict[str, Any] | None, new: dict[str, str]) -> dict[str, Any] | None:
    if values is None:
        return None
    changed = {name: value for name, value in values.items() if name != "sort_key"}
    return {**changed, **{name: value for name, value in new.items() if name in values}}


def register() -> None:
    """Register the erasers and what keeps its text."""
    register_eraser(erase_account, order=10)
    register_eraser(erase_registry, order=20)
    register_eraser(erase_consents, order=30)
    register_kept_text(
        "registry.legalact",
        reason=gettext_lazy("An official act keeps the text with which it was issued."),
    )
    register_kept_text(
        "kernel.auditentry",
        reason=gettext_lazy(
            "The audit log is append-only: somebody wrote the name into the words of a reason."
        ),
    )
