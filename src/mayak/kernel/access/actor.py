"""Who does something: a value, so that the kernel needs no user model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The person or the program that changes something.

    Attributes:
        user_id: primary key of the user, None for the system and the command line.
        label: how the actor is named in the audit log (an e-mail, «command line»).
        role: the role in which it is done («municipal_coordinator»), empty where there is none.
        address: network address of the request, empty where there is none.
        request_id: number of the request; the audit log knows it of the context where nobody names it.
        job_id: key of the job that does the work, likewise.
    """

    user_id: int | None
    label: str
    address: str = ""
    role: str = ""
    request_id: str = ""
    job_id: str = ""


SYSTEM = Actor(user_id=None, label="system")
