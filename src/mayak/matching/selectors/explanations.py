"""Why a pair and why none, in words: the stored numbers become sentences in the language of the reader."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.enums import Criterion
from mayak.matching.models import MatchPair, UnmatchedSchool
from mayak.matching.selectors.criterion_words import contribution_words

LARGEST = 3
Values = Mapping[str, Any]


def reason_texts(pair: MatchPair, *, at_most: int = LARGEST) -> list[str]:
    """Return the largest reasons for the pair, each with the points that it gave («…: +41 %»).

    A criterion that gave nothing is left out, but an unknown distance and a refusal are always said.
    """
    return contribution_texts(pair.contributions, at_most=at_most)


def contribution_texts(contributions: Sequence[Values], *, at_most: int = LARGEST) -> list[str]:
    """Return the largest contributions in words; see ``reason_texts``."""
    giving = [one for one in contributions if one["points"] > 0]
    texts = [
        _("%(words)s: +%(points)s")
        % {
            "points": number_format(round(one["points"] * 100)) + "\u202f%",
            "words": contribution_words(one),
        }
        for one in sorted(giving, key=lambda one: -one["points"])[:at_most]
    ]
    if any(
        one["criterion"] == Criterion.DISTANCE and one.get("distance_km") is None for one in contributions
    ):
        texts.append(_("distance unknown"))
    if any(one.get("refused") for one in contributions):
        texts.append(_("one of the two schools refused"))
    return texts


def coverage_of(pair: MatchPair) -> float | None:
    """Return what the coverage of the needs gave to the score; None where the mentee had no known need."""
    for one in pair.contributions:
        if one["criterion"] == Criterion.NEEDS:
            return float(one["points"]) if one.get("has_needs") else None
    return None


def covered_needs(pair: MatchPair) -> list[dict[str, Any]]:
    """Return the subjects and grades of the mentee in which the lead is strong, the weightiest first."""
    for one in pair.contributions:
        if one["criterion"] == Criterion.NEEDS:
            return [
                {"subject": need["subject"], "name": need["name"], "grade": need["grade"]}
                for need in one.get("covered", [])
            ]
    return []


def unmatched_texts(row: UnmatchedSchool) -> list[str]:
    """Return which limits stopped the school and the cheapest change, in words."""
    return [text for reason in row.reasons if (text := limit_text(reason))]


def limit_text(reason: Values) -> str:
    """Return one limit in words; empty for a code that this version does not know."""
    words = _LIMITS.get(reason["code"])
    return words(reason) if words else ""


def _limit(one: Values) -> str:
    limit = "too_long" if one.get("max_minutes") is not None else one["limit"]
    words = _LIMIT_WORDS.get(limit)
    if words is None:
        return ""
    nearest = None if one.get("refusals") else one.get("nearest")
    text = words(one["count"]) % {
        "count": one["count"],
        "max": "" if one.get("max") is None else _km(one["max"]),
        "minutes": "" if one.get("max_minutes") is None else _km(one["max_minutes"]),
    }
    if nearest and one.get("nearest_km") is not None:
        text += " " + _("The nearest of them is %(lead)s, %(distance)s km away.") % {
            "lead": nearest,
            "distance": _km(one["nearest_km"]),
        }
    for refusal in one.get("refusals", ()):
        text += f" {refusal['lead']}: {refusal['reason']}." if refusal["reason"] else f" {refusal['lead']}."
    return text


def _too_far(count: int) -> str:
    return ngettext(
        "The distance limit of %(max)s km keeps %(count)s lead school away.",
        "The distance limit of %(max)s km keeps %(count)s lead schools away.",
        count,
    )


def _too_long(count: int) -> str:
    return ngettext(
        "The limit of %(minutes)s min on the way keeps %(count)s lead school away.",
        "The limit of %(minutes)s min on the way keeps %(count)s lead schools away.",
        count,
    )


def _territory(count: int) -> str:
    return ngettext(
        "The limit of territory keeps %(count)s lead school away.",
        "The limit of territory keeps %(count)s lead schools away.",
        count,
    )


def _unknown(count: int) -> str:
    return ngettext(
        "The distance to %(count)s lead school is unknown: coordinates are missing.",
        "The distance to %(count)s lead schools is unknown: coordinates are missing.",
        count,
    )


def _no_common_need(count: int) -> str:
    return ngettext(
        "%(count)s lead school is not strong in anything that the school lacks.",
        "%(count)s lead schools are not strong in anything that the school lacks.",
        count,
    )


def _forbidden(count: int) -> str:
    return ngettext("%(count)s pair is forbidden by hand.", "%(count)s pairs are forbidden by hand.", count)


def _refused(count: int) -> str:
    return ngettext(
        "%(count)s pair is forbidden by a refusal.", "%(count)s pairs are forbidden by a refusal.", count
    )


def _unavailable(count: int) -> str:
    return ngettext(
        "%(count)s lead school is not available in this school year.",
        "%(count)s lead schools are not available in this school year.",
        count,
    )


_LIMIT_WORDS: dict[str, Callable[[int], str]] = {
    "too_far": _too_far,
    "too_long": _too_long,
    "territory": _territory,
    "unknown_coordinates": _unknown,
    "no_common_need": _no_common_need,
    "forbidden": _forbidden,
    "refused": _refused,
    "unavailable": _unavailable,
}


def _no_places(one: Values) -> str:
    named = ", ".join(
        _("%(lead)s (%(capacity)s of %(capacity)s)") % {"lead": lead["name"], "capacity": lead["capacity"]}
        for lead in one["leads"]
    )
    if one.get("more"):
        named += " " + ngettext("and %(count)s more", "and %(count)s more", one["more"]) % {
            "count": one["more"]
        }
    return _("Lead schools that would do are full: %(leads)s.") % {"leads": named}


def _too_dear(one: Values) -> str:
    named = ", ".join(str(lead["name"]) for lead in one["leads"])
    if one.get("more"):
        named += " " + ngettext("and %(count)s more", "and %(count)s more", one["more"]) % {
            "count": one["more"]
        }
    return _(
        "These lead schools have places, but by the rule of even load one school more there costs more than the pair "
        "gives: %(leads)s."
    ) % {"leads": named}


def _taken_away(one: Values) -> str:
    return _("The pair with %(lead)s was forbidden by hand; compute again to look for another one.") % {
        "lead": one["lead"]
    }


def _more_distance(one: Values) -> str:
    """Which of the two limits of the way to raise, with its place for the kilometres."""
    if not one.get("minutes"):
        return _("raise the distance limit by %(amount)s km")
    time = _("raise the limit of the time on the way by %(minutes)s min") % {"minutes": _km(one["minutes"])}
    if not one["amount"]:
        return time
    return _("%(time)s and the distance limit by %(amount)s km") % {
        "time": time,
        "amount": _km(one["amount"]),
    }


def _change(one: Values) -> str:
    words = {
        "more_distance": _more_distance(one),
        "more_places": _("give %(lead)s one place more"),
        "other_territory": _("allow a pair with %(lead)s across the border of the territory"),
        "set_coordinates": _("enter the coordinates or allow the pair with %(lead)s"),
        "other_limit": _("allow the pair with %(lead)s in spite of the rules"),
        "allow_pair": _("take back the ban on the pair with %(lead)s"),
    }[one["kind"]] % {"lead": one["lead"], "amount": _km(one["amount"])}
    return _("Smallest change: %(change)s. Then %(given)s will help.") % {
        "change": words,
        "given": one["given"],
    }


def _network_full(one: Values) -> str:
    named = ", ".join(str(lead["name"]) for lead in one["leads"])
    if one.get("more"):
        named += " " + ngettext("and %(count)s more", "and %(count)s more", one["more"]) % {
            "count": one["more"]
        }
    return _(
        "These lead schools would do, but the model, their places or hours leave no room: %(leads)s."
    ) % {"leads": named}


def _network_change(one: Values) -> str:
    words = {
        "smaller_groups": _("make the least size of a group smaller by one school"),
        "longer_chain": _("make the chain longer by one school"),
        "more_places": _("give %(lead)s one place more"),
        "more_hours": _("give %(lead)s %(amount)s hours a month more"),
        "more_centres": _("choose one centre more"),
        "more_distance": _more_distance(one),
        "allow_pair": _("take back the ban on the pair with %(lead)s"),
    }[one["kind"]] % {"lead": one["lead"], "amount": _km(one["amount"])}
    return _("Smallest change: %(change)s. Then %(given)s will help.") % {
        "change": words,
        "given": one["given"],
    }


def _more_places(one: Values) -> str:
    if not one["places"]:
        return _("There are places elsewhere, but no single change of a limit brings the school to them.")
    return ngettext(
        "One place more would go to a school that fits better; %(count)s place more is needed to help everybody.",
        "One place more would go to a school that fits better; %(count)s places more are needed to help everybody.",
        one["places"],
    ) % {"count": one["places"]}


def _km(value: float) -> str:
    """Return kilometres with at most one figure after the comma, never less than they are."""
    rounded = ceil(float(value) * 10 - 1e-6) / 10
    return number_format(rounded, decimal_pos=0 if rounded.is_integer() else 1)


_LIMITS: dict[str, Callable[[Values], str]] = {
    "limit": _limit,
    "no_places": _no_places,
    "too_dear": _too_dear,
    "taken_away": _taken_away,
    "not_in_file": lambda _one: _("The file names no lead school for it. Compute to complete the list."),
    "change": _change,
    "network_full": _network_full,
    "network_change": _network_change,
    "more_places": _more_places,
}
