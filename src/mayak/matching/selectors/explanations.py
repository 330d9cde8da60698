"""Why a pair and why none, in words: the stored numbers become sentences in the language of the reader."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.enums import Criterion
from mayak.matching.models import MatchPair, UnmatchedSchool

LARGEST = 3
SUBJECTS_AT_MOST = 3
Values = Mapping[str, Any]


def distance_text(distance_km: float | None) -> str:
    """Return «12,4 km» or that the distance is unknown."""
    if distance_km is None:
        return _("distance unknown")
    return _("%(distance)s km") % {"distance": number_format(round(distance_km, 1), decimal_pos=1)}


def reason_texts(pair: MatchPair, *, at_most: int = LARGEST) -> list[str]:
    """Return the largest reasons for the pair, each with the points that it gave («…: +41 %»).

    A criterion that gave nothing is left out, but an unknown distance is always said.
    """
    return contribution_texts(pair.contributions, at_most=at_most)


def contribution_texts(contributions: Sequence[Values], *, at_most: int = LARGEST) -> list[str]:
    """Return the largest contributions in words; see ``reason_texts``."""
    giving = [one for one in contributions if one["points"] > 0]
    texts = [
        _("%(words)s: +%(points)s")
        % {
            "points": number_format(one["points"] * 100, decimal_pos=0) + "\u202f%",
            "words": contribution_words(one),
        }
        for one in sorted(giving, key=lambda one: -one["points"])[:at_most]
    ]
    if any(
        one["criterion"] == Criterion.DISTANCE and one.get("distance_km") is None for one in contributions
    ):
        texts.append(_("distance unknown"))
    return texts


def contribution_words(one: Values) -> str:
    """Return what a contribution means, without its points."""
    return _WORDS[one["criterion"]](one)


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


def _coverage(one: Values) -> str:
    needs = one.get("covered", [])
    if not needs:
        return _("strong in what the school lacks")
    named = ", ".join(need_text(need) for need in needs[:SUBJECTS_AT_MOST])
    rest = len(needs) - SUBJECTS_AT_MOST
    if rest > 0:
        named += " " + ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest}
    return _("strong in what the school lacks: %(subjects)s") % {"subjects": named}


def need_text(need: Values) -> str:
    """Return «mathematics, grade 9»."""
    if need.get("grade"):
        return _("%(subject)s, grade %(grade)s") % {"subject": need["name"], "grade": need["grade"]}
    return str(need["name"])


def _distance(one: Values) -> str:
    return _("%(distance)s between the schools") % {"distance": distance_text(one.get("distance_km"))}


def _municipality(_one: Values) -> str:
    return _("in the same municipality")


def _region(_one: Values) -> str:
    return _("in the same region")


_WORDS: dict[str, Callable[[Values], str]] = {
    Criterion.NEEDS: _coverage,
    Criterion.DISTANCE: _distance,
    Criterion.MUNICIPALITY: _municipality,
    Criterion.REGION: _region,
}


def _limit(one: Values) -> str:
    words = _LIMIT_WORDS.get(one["limit"])
    if words is None:
        return ""
    nearest = one.get("nearest")
    text = words(one["count"]) % {
        "count": one["count"],
        "max": "" if one.get("max") is None else _km(one["max"]),
    }
    if nearest and one.get("nearest_km") is not None:
        text += " " + _("The nearest of them is %(lead)s, %(distance)s km away.") % {
            "lead": nearest,
            "distance": _km(one["nearest_km"]),
        }
    return text


def _too_far(count: int) -> str:
    return ngettext(
        "The distance limit of %(max)s km keeps %(count)s lead school away.",
        "The distance limit of %(max)s km keeps %(count)s lead schools away.",
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


_LIMIT_WORDS: dict[str, Callable[[int], str]] = {
    "too_far": _too_far,
    "territory": _territory,
    "unknown_coordinates": _unknown,
    "no_common_need": _no_common_need,
    "forbidden": _forbidden,
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


def _taken_away(one: Values) -> str:
    return _("The pair with %(lead)s was forbidden by hand; compute again to look for another one.") % {
        "lead": one["lead"]
    }


def _change(one: Values) -> str:
    words = {
        "more_distance": _("raise the distance limit by %(amount)s km"),
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
    "taken_away": _taken_away,
    "change": _change,
    "more_places": _more_places,
}
