"""One human being as a user, as a person of the registry, and as subjects of the audit log."""

from typing import Any

from mayak.accounts.models import Invitation, User
from mayak.kernel.personal.holdings import Subjects
from mayak.registry.models import Employment, Person


def holder_of(human: Person | User) -> dict[str, Any]:
    """Return whose a consent is: the person where there is one, else the user."""
    if isinstance(human, Person):
        return {"person": human, "user": None}
    return (
        {"person": human.person, "user": None}
        if human.person is not None
        else {"person": None, "user": human}
    )


def both_of(human: Person | User) -> tuple[Person | None, User | None]:
    """Return the person and the user of a human being."""
    if isinstance(human, User):
        return human.person, human
    return human, User.objects.filter(person=human).first()


def subjects_of(human: Person | User) -> Subjects:
    """Return the keys of a human being: user, person, and invitations that are not tied to a person yet."""
    person, user = both_of(human)
    keys = set()
    if person is not None:
        keys.add(f"registry.person:{person.pk}")
    if user is not None:
        keys.add(f"accounts.user:{user.pk}")
    keys |= {f"accounts.invitation:{row.pk}" for row in invitations_of_human(person, user)}
    return Subjects(user.pk if user else None, person.pk if person else None, frozenset(keys))


def invitations_of_human(person: Person | None, user: User | None) -> list[Invitation]:
    """Return the invitations of this human being, by person, account or address."""
    found: dict[int, Invitation] = {}
    if person is not None:
        found |= {row.pk: row for row in Invitation.objects.filter(person=person)}
    if user is not None:
        found |= {row.pk: row for row in Invitation.objects.filter(user=user)}
    for address in {one.email for one in (person, user) if one is not None and one.email}:
        found |= {row.pk: row for row in Invitation.objects.filter(email__iexact=address)}
    return list(found.values())


def place_of(person: Person | None, user: User | None) -> tuple[str, int | None]:
    """Return the territory path and the organisation in whose audit log a human being stands."""
    if person is not None:
        post = Employment.objects.filter(person=person).order_by("valid_to", "-pk").first()
        return person.territory.path or "", post.organisation_id if post else None
    if user is not None:
        held = user.roles.select_related("organisation__territory").order_by("pk").first()
        if held is not None:
            return held.organisation.territory.path or "", held.organisation_id
    return "", None
