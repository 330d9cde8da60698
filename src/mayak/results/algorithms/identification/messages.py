"""What can be wrong with a rule or its data, in words: code -> message.

Messages are English source strings; the pages translate them: `gettext(MESSAGES[code]) % params`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


def gettext_noop(message: str) -> str:
    """Mark a string for translation without Django."""
    return message


MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "field_unknown": gettext_noop("unknown field; known are: %(known)s"),
        "field_missing": gettext_noop("a field is missing: %(field)s"),
        "type_wrong": gettext_noop("%(expected)s is expected, found: %(found)s"),
        "choice_unknown": gettext_noop("“%(found)s” is not one of: %(known)s"),
        "number_range": gettext_noop("%(found)s lies outside %(low)s … %(high)s"),
        "comparison_one": gettext_noop("give exactly one of: %(known)s"),
        "field_foreign": gettext_noop("this field means nothing for the measure “%(measure)s”"),
        "conditions_empty": gettext_noop("a rule needs at least one condition"),
        "code_twice": gettext_noop("the code “%(code)s” stands in two conditions"),
        "years_empty": gettext_noop("no year is listed"),
        "years_mixed": gettext_noop("write either calendar years or years back (0, -1 …), not both"),
        "years_future": gettext_noop("a rule cannot look at a later year: %(found)s"),
        "years_twice": gettext_noop("a year is listed twice: %(found)s"),
        "period_reversed": gettext_noop("the rule ends (%(end)s) before it begins (%(begin)s)"),
        "joint_too_many": gettext_noop("%(count)s conditions are asked for, the rule has %(total)s"),
        "count_too_many": gettext_noop(
            "%(count)s procedures are asked for, the filter lets through at most %(total)s"
        ),
        "never_holds": gettext_noop("this can never hold: %(measure)s %(comparison)s %(limit)s"),
        "always_holds": gettext_noop("this always holds: %(measure)s %(comparison)s %(limit)s"),
        "contradiction": gettext_noop("contradicts the condition “%(other)s”: both can never hold together"),
        "condition_twice": gettext_noop("says the same as the condition “%(other)s”"),
        "rule_not_in_force": gettext_noop(
            "the rule holds for the years %(begin)s … %(end)s, not for %(year)s"
        ),
        "no_results_year": gettext_noop("there are no results of %(year)s for this condition"),
        "no_results_of": gettext_noop("there are no results for %(field)s = %(value)s"),
        "no_values": gettext_noop("the results of %(year)s have no values for the measure “%(measure)s”"),
        "count_over_data": gettext_noop("%(count)s procedures are asked for, the data have %(total)s"),
        "no_context": gettext_noop("no context of schools is loaded"),
        "no_indicator": gettext_noop("the context has no indicator “%(indicator)s”"),
        "no_context_year": gettext_noop("there is no context of %(year)s"),
        "no_signs": gettext_noop("no quality signs were computed, so “no quality signs” cannot be checked"),
        "no_territory": gettext_noop("schools have no territory of the level “%(level)s”"),
        "length_wrong": gettext_noop("%(found)s values for %(expected)s rows"),
        "row_range": gettext_noop("row %(row)s: %(found)s is not a valid number of a %(what)s"),
        "row_twice": gettext_noop("rows %(first)s and %(second)s hold the same school, procedure and year"),
        "row_below": gettext_noop("row %(row)s: %(below)s below the threshold of %(n)s participants"),
        "row_share": gettext_noop("row %(row)s: the share %(found)s lies outside 0 … 1"),
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it stands (`conditions[1].years`), what it is, with its numbers."""

    place: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place or 'rule'}: {MESSAGES[self.code] % dict(self.params)}"


class RuleError(ValueError):
    """The rule itself is wrong; `problems` names every place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(RuleError):
    """The rule is sound, but the data cannot answer it or are broken."""
