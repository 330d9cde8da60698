"""Who does something: a value, so that the kernel needs no user model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or the program that changes something.

    Attributes:
        user_id: primary key of the user, None for the system and the command line.
        label: how the actor is named in the audit log (an e-mail, «command line»).
        address: network address of the request, empty where there is none.
    """

    user_id: int | None
    label: str
    address: str = ""


SYSTEM = Actor(user_id=None, label="system")
