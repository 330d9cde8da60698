"""What a criterion gave to a pair of schools, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.enums import Criterion
from mayak.matching.selectors.problems import LARGE, SMALL
from mayak.registry.enums import Locality, SchoolType

SUBJECTS_AT_MOST: Final = 3
Values = Mapping[str, Any]


def distance_text(distance_km: float | None, minutes: int | None = None) -> str:
    """Return «12,4 km», with the time on the way where it is estimated, or that the distance is unknown."""
    if distance_km is None:
        return _("distance unknown")
    words = {"distance": number_format(round(distance_km, 1), decimal_pos=1)}
    if minutes is None:
        return _("%(distance)s km") % words
    return _("%(distance)s km, ≈ %(minutes)s min on the way") % {**words, "minutes": number_format(minutes)}


def minutes_of(contributions: Sequence[Values]) -> int | None:
    """Return the estimated time on the way; None where the rules do not ask for it, or the distance is unknown."""
    for one in contributions:
        if one["criterion"] == Criterion.DISTANCE:
            return one.get("minutes")
    return None


def contribution_words(one: Values) -> str:
    """Return what a contribution means, without its points."""
    return _WORDS[one["criterion"]](one)


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
    distance = distance_text(one.get("distance_km"), one.get("minutes"))
    return _("%(distance)s between the schools") % {"distance": distance}


def _municipality(_one: Values) -> str:
    return _("in the same municipality")


def _region(_one: Values) -> str:
    return _("in the same region")


def _level(one: Values) -> str:
    if one.get("mentee") is None or one.get("lead") is None:
        return _("stronger results than the school")
    return _("not below the threshold: %(lead)s of its pupils, %(mentee)s in the school") % {
        name: number_format(round(one[name] * 100)) + "\u202f%" for name in ("lead", "mentee")
    }


def _kind(one: Values) -> str:
    """Which of place, type and size are the same, by their own names."""
    labels: dict[str, dict[str, Any]] = {
        "place": dict(Locality.choices),
        "type": dict(SchoolType.choices),
        "size": {SMALL: _("small school"), LARGE: _("not a small school")},
    }
    parts = (part.split(":", 1) for part in one.get("alike", ()))
    named = ", ".join(str(labels.get(name, {}).get(value, value)) for name, value in parts)
    return _("of the same kind: %(parts)s") % {"parts": named} if named else _("of the same kind")


_WORDS: dict[str, Callable[[Values], str]] = {
    Criterion.NEEDS: _coverage,
    Criterion.DISTANCE: _distance,
    Criterion.MUNICIPALITY: _municipality,
    Criterion.REGION: _region,
    Criterion.LEVEL: _level,
    Criterion.KIND: _kind,
    Criterion.LANGUAGE: lambda _one: _("same language of teaching"),
    Criterion.HISTORY: lambda _one: _("worked well together before"),
    Criterion.WILLING: lambda _one: _("neither of them refused"),
    Criterion.PREFERENCE: lambda _one: _("they wish each other"),
    Criterion.NOVELTY: lambda _one: _("a new lead school for it"),
}
