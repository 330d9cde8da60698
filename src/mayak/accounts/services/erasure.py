"""Erasing a person: the name becomes a pseudonym, the account closes, the audit log can no longer be read."""

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.accounts.models import User
from mayak.accounts.selectors.holders import both_of, invitations_of_human, place_of, subjects_of
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.kernel.personal.erasing import Erasure, Target, erase
from mayak.kernel.personal.services import destroy_person_keys
from mayak.kernel.personal.traces import replaced
from mayak.registry.models import Person

PSEUDONYM = "Педагог"
FEWEST_LETTERS = 6
"""A shorter word, or a single one, names too many others to be replaced everywhere."""


def try_erasure(human: Person | User, *, actor: Actor) -> Erasure:
    """Return what an erasure would do: it is done and undone at once, so the answer is exact."""
    with transaction.atomic():
        found = _erase(human, actor=actor, reason="")
        transaction.set_rollback(True)
    return found


@transaction.atomic
def erase_person(human: Person | User, *, actor: Actor, reason: str) -> Erasure:
    """Erase a human being, known as a person of the registry, as a user or as both.

    Names give way to a stable pseudonym, addresses go, the account closes, roles and sessions end, the keys of the
    audit log are destroyed. Numbers, posts and issued documents stay true; consents stay without the name as the proof
    that the processing was lawful (an assumption, see docs/operate/personal-data.md). It cannot be undone.

    Raises:
        ValidationError: no reason; the own data; a demonstration account; erased already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the log keeps it.")})
    return _erase(human, actor=actor, reason=reason.strip())


def _erase(human: Person | User, *, actor: Actor, reason: str) -> Erasure:
    human = type(human)._base_manager.get(pk=human.pk)  # a trial must leave the caller's object as it is
    person, user = both_of(human)
    _refuse(person, user, actor)
    pseudonym = pseudonym_of(person, user)
    words = dict.fromkeys(names_of(person, user), pseudonym)
    loose = (person.family_name,) if person is not None else ()
    target = Target(subjects_of(human), pseudonym, words, loose, actor)
    erased = erase(target)
    path, organisation = place_of(person, user)
    subject = person if person is not None else user
    assert subject is not None  # noqa: S101  # one of the two is the human being itself
    subject.refresh_from_db()
    destroy_person_keys(target.subjects.keys, actor=actor)
    record(
        subject,
        actor=actor,
        action="erase",
        territory_path=path,
        organisation_id=organisation,
        changes={
            "reason": replaced(reason, words)[:300],
            "pseudonym": target.pseudonym,
            "left": len(erased.left),
        },
    )
    return erased


def _refuse(person: Person | None, user: User | None, actor: Actor) -> None:
    if user is not None and user.pk == actor.user_id:
        raise ValidationError(_("Nobody erases the own data: ask another coordinator."))
    if user is not None and user.is_demo:
        raise ValidationError(
            _("A demonstration account is shared by everybody: nothing of it is a person's.")
        )
    if is_erased(person if person is not None else user):
        raise ValidationError(_("This person is erased already."))


def is_erased(human: Person | User | None) -> bool:
    """Whether the name is gone already."""
    if isinstance(human, Person):
        return human.family_name == PSEUDONYM
    return human is not None and human.full_name.startswith(f"{PSEUDONYM} ")


def pseudonym_of(person: Person | None, user: User | None) -> str:
    """Return «Педагог 7F3A»: the same each time, not to be guessed from the number, longer where it is taken."""
    subject = f"person:{person.pk}" if person is not None else f"user:{user.pk if user else ''}"
    digest = hmac.new(settings.SECRET_KEY.encode(), f"pseudonym {subject}".encode(), hashlib.sha256)
    code = digest.hexdigest().upper()
    for length in range(4, len(code)):
        taken = Person.objects.filter(family_name=PSEUDONYM, given_name=code[:length])
        name = f"{PSEUDONYM} {code[:length]}"
        if not taken.exists() and not User.objects.filter(full_name=name).exists():
            return name
    return f"{PSEUDONYM} {code}"


def names_of(person: Person | None, user: User | None) -> list[str]:
    """Return the ways in which a human being is named in texts, the longest first: full names, initials, addresses."""
    found: set[str] = set()
    if person is not None:
        found |= set(_orders(person.family_name, person.given_name, person.patronymic)) | {person.email}
    if user is not None:
        found |= {user.full_name, user.email}
    for invitation in invitations_of_human(person, user):
        found |= {invitation.full_name, invitation.email}
    kept = {word for word in found if len(word) >= FEWEST_LETTERS and (" " in word or "@" in word)}
    return sorted(kept, key=lambda word: (-len(word), word))


def _orders(family: str, given: str, patronymic: str) -> Iterator[str]:
    first, second = given[:1], patronymic[:1]
    yield f"{family} {given}"
    yield f"{given} {family}"
    yield f"{family} {first}."
    yield f"{first}. {family}"
    if patronymic:
        yield f"{family} {given} {patronymic}"
        yield f"{given} {patronymic} {family}"
        for dots in (f"{first}.{second}.", f"{first}. {second}."):
            yield f"{family} {dots}"
            yield f"{dots} {family}"
            yield f"{dots}{family}"
