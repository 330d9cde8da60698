"""Who can be asked: audiences and breakdowns that the apps register, so that the engine knows none of them itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mayak.surveys.models import Campaign


@dataclass(frozen=True, slots=True)
class Invited:
    """One person of an audience.

    Attributes:
        organisation_id: for which organisation the person answers.
        person_id: the person of the registry, if known.
        user_id: the account, if there is one.
        email: where the letter goes; empty sends none (the person sees the survey on the first screen).
        groups: values of the breakdowns by name («category»: «low»); codes, the labels stand in ``labels``.
    """

    organisation_id: int | None
    person_id: int | None = None
    user_id: int | None = None
    email: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AudienceProvider:
    """A kind of audience.

    Attributes:
        code: what an ``Audience`` keeps («low-schools»).
        label: how the interface calls it.
        find: yields the people for a campaign (inside the territory or school of its owner).
        by_link: answered by an open link of each organisation instead (students, parents); ``find`` then yields one
            entry for each organisation.
        order: place in the list of choices.
        of_students: children are asked: only with a questionnaire that is made for them.
    """

    code: str
    label: Any
    find: Callable[[Campaign], Iterable[Invited]]
    by_link: bool = False
    order: int = 100
    of_students: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A way to break results down («school category»); ``labels`` turns the codes of values into words.

    ``values`` is asked once at the start of a campaign and its words are frozen in ``Audience.breakdown_labels``.
    ``of`` returns the code for each organisation of a campaign (organisation key -> code); None where the provider of
    the audience gives the value with each person.
    """

    code: str
    label: Any
    values: Callable[[Campaign], Mapping[str, str]]
    of: Callable[[Campaign], Mapping[int, str]] | None = None
    order: int = 100


_audiences: dict[str, AudienceProvider] = {}
_breakdowns: dict[str, Breakdown] = {}


def register_audience(provider: AudienceProvider) -> None:
    """Add a kind of audience; one of the same code is replaced."""
    _audiences[provider.code] = provider


def register_breakdown(breakdown: Breakdown) -> None:
    """Add a way to break results down; one of the same code is replaced."""
    _breakdowns[breakdown.code] = breakdown


def audiences() -> list[AudienceProvider]:
    """Return the kinds of audiences in their order."""
    return sorted(_audiences.values(), key=lambda one: (one.order, one.code))


def audience(code: str) -> AudienceProvider | None:
    """Return the kind of audience with this code."""
    return _audiences.get(code)


def breakdowns() -> list[Breakdown]:
    """Return the breakdowns in their order."""
    return sorted(_breakdowns.values(), key=lambda one: (one.order, one.code))
