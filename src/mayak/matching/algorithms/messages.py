"""What can be wrong with the input of a pairing, in words: code -> message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


def gettext_noop(message: str) -> str:
    """Mark a string for translation without Django."""
    return message


MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key_twice": gettext_noop("the school “%(key)s” is listed twice"),
        "number_negative": gettext_noop("%(found)s is less than %(least)s"),
        "number_above": gettext_noop("%(found)s must be above %(least)s"),
        "number_range": gettext_noop("%(found)s lies outside %(low)s … %(high)s"),
        "coordinate_alone": gettext_noop("give both coordinates or none"),
        "weights_zero": gettext_noop("at least one criterion needs a weight above 0"),
        "best_by_distance": gettext_noop(
            "the least total distance of all pairs is no pair at all: choose another aim"
        ),
        "school_unknown": gettext_noop("the school “%(key)s” takes no part in this pairing"),
        "pair_twice": gettext_noop("the pair %(mentee)s – %(lead)s is listed twice"),
        "fixed_forbidden": gettext_noop("the pair %(mentee)s – %(lead)s is both fixed and forbidden"),
        "fixed_capacity": gettext_noop("%(count)s fixed pairs at %(lead)s, which has %(capacity)s places"),
        "fixed_wanted": gettext_noop("%(count)s fixed leads for %(mentee)s, which wants %(wanted)s"),
        "person_unknown": gettext_noop("the person “%(key)s” takes no part in this pairing"),
        "columns_uneven": gettext_noop("columns of different length: %(found)s"),
        "row_unknown": gettext_noop("row %(found)s of %(table)s does not exist"),
        "need_twice": gettext_noop("the need “%(need)s” of %(mentee)s is listed twice"),
        "group_sizes": gettext_noop("the least size of a group, %(low)s, is above the greatest, %(high)s"),
        "employer_partners": gettext_noop(
            "only the own school and only partner schools contradict each other: no pair is left"
        ),
        "fixed_needs": gettext_noop("%(count)s fixed mentors for %(mentee)s, who has %(wanted)s needs"),
        "parts_rest": gettext_noop("%(count)s parts take all the rest of the schools: only one can"),
        "fixed_network": gettext_noop(
            "%(count)s fixed pairs cannot all be kept in a network of this model: this is one of them"
        ),
        "fixed_levels": gettext_noop("the fixed pairs of schools and of teachers cannot be kept together"),
        "fixed_together": gettext_noop(
            "%(count)s fixed pairs cannot all be kept with the hours and groups of their mentors: this is one of them"
        ),
        "fixed_limit": gettext_noop("the fixed pair %(mentee)s – %(lead)s breaks a limit: %(limit)s"),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the input: where (`fixed[2]`), what, with its numbers."""

    place: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {MESSAGES[self.code] % dict(self.params)}"


class ProblemError(ValueError):
    """The input contradicts itself; `faults` names every place. Nothing was computed."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
