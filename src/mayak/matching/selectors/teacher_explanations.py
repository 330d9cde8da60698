"""Why a pair of teachers and why none, in words: stored numbers become sentences in the language of the reader."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.models import TeacherPair, UncoveredNeed
from mayak.matching.selectors.criterion_words import distance_text

LARGEST = 4
Values = Mapping[str, Any]


def pair_reasons(pair: TeacherPair, subjects: Mapping[str, str], *, at_most: int = LARGEST) -> list[str]:
    """Return the largest reasons for a pair, each with the points that it gave («…: +30 %»)."""
    words = _Words(pair.need_title, subjects, pair.distance_km, is_remote=pair.is_remote)
    return reason_lines(pair.contributions, words, at_most=at_most)


class _Words:
    """What the words of a pair need besides the points."""

    def __init__(
        self, need: str, subjects: Mapping[str, str], distance_km: float | None, *, is_remote: bool
    ) -> None:
        self.need = need
        self.subjects = subjects
        self.distance_km = distance_km
        self.is_remote = is_remote


def words_for(
    need: str, subjects: Mapping[str, str], distance_km: float | None, *, is_remote: bool
) -> _Words:
    """Return what the words of a candidate need."""
    return _Words(need, subjects, distance_km, is_remote=is_remote)


def reason_lines(contributions: Sequence[Values], words: _Words, *, at_most: int = LARGEST) -> list[str]:
    """Return the largest contributions in words; whether the pair is remote and an unknown distance are always said."""
    giving = sorted((one for one in contributions if one["points"] > 0), key=lambda one: -one["points"])
    texts = [
        _("%(words)s: +%(points)s")
        % {
            "points": number_format(round(one["points"] * 100)) + "\u202f%",
            "words": _CRITERIA[one["criterion"]](one, words),
        }
        for one in giving[:at_most]
    ]
    if words.distance_km is None and not words.is_remote:
        texts.append(_("distance unknown"))
    return texts


def place_words(pair: TeacherPair) -> str:
    """Return whether the two meet, and how far apart they work."""
    if pair.is_remote:
        return _("remote")
    if pair.distance_km is None:
        return _("in person, distance unknown")
    return _("in person, %(distance)s") % {"distance": distance_text(pair.distance_km)}


def _coverage(one: Values, words: _Words) -> str:
    if one.get("exact", True):
        return _("strong in what is needed: %(need)s") % {"need": words.need}
    return _("strong in the subject as a whole; the need is: %(need)s") % {"need": words.need}


def _grades(one: Values, _words: _Words) -> str:
    if "grades" not in one:
        return _("helps in all grades")
    first, last = one["grades"]
    if first == last:
        return _("helps in grade %(grade)s") % {"grade": first}
    return _("helps in grades %(first)s–%(last)s") % {"first": first, "last": last}


def _subject(one: Values, words: _Words) -> str:
    name = words.subjects.get(str(one.get("subject", "")))
    return _("same subject: %(subject)s") % {"subject": name} if name else _("the need is of no subject")


def _near(_one: Values, words: _Words) -> str:
    return _("%(distance)s between the schools") % {"distance": distance_text(words.distance_km)}


_CRITERIA: dict[str, Callable[[Values, _Words], str]] = {
    "coverage": _coverage,
    "level": lambda _one, _words: _("stands well above in this"),
    "subject": _subject,
    "grades": _grades,
    "kind": lambda _one, _words: _("schools of the same kind"),
    "language": lambda _one, _words: _("same language of teaching"),
    "distance": _near,
    "municipality": lambda _one, _words: _("in the same municipality"),
    "region": lambda _one, _words: _("in the same region"),
    "partner": lambda _one, _words: _("their schools are partners"),
    "history": lambda _one, _words: _("worked well together before"),
    "preference": lambda _one, _words: _("they wish each other"),
    "novelty": lambda _one, _words: _("a new pair"),
}


def uncovered_texts(row: UncoveredNeed, names: Mapping[int, str]) -> list[str]:
    """Return what stopped a need and the cheapest change, in words; ``names`` of the mentors by key."""
    return [text for reason in row.reasons if (text := reason_text(reason, names))]


def mentors_named(rows: Iterable[UncoveredNeed]) -> set[int]:
    """Return the keys of the mentors whom the reasons name."""
    found: set[int] = set()
    for row in rows:
        for reason in row.reasons:
            found |= {one["mentor"] for one in reason.get("mentors", [])}
            if reason.get("mentor") is not None:
                found.add(reason["mentor"])
    return found


def reason_text(reason: Values, names: Mapping[int, str]) -> str:
    """Return one reason in words; empty for a code that this version does not know."""
    words = _REASONS.get(reason["code"])
    return words(reason, names) if words else ""


def _limit(one: Values, _names: Mapping[int, str]) -> str:
    words = _LIMITS.get(one["limit"])
    return words(one["count"]) % {"count": one["count"]} if words else ""


def _full(one: Values, names: Mapping[int, str]) -> str:
    named = ", ".join(
        _("%(mentor)s (%(places)s of %(places)s)")
        % {"mentor": names.get(full["mentor"], "—"), "places": full["places"]}
        for full in one["mentors"]
    )
    if one.get("more"):
        named += " " + ngettext("and %(count)s more", "and %(count)s more", one["more"]) % {
            "count": one["more"]
        }
    return _("Mentors who would do have no free place: %(mentors)s.") % {"mentors": named}


def _taken_away(one: Values, names: Mapping[int, str]) -> str:
    return _("The pair with %(mentor)s was forbidden by hand; compute again to look for another one.") % {
        "mentor": names.get(one["mentor"], "—")
    }


def _change(one: Values, names: Mapping[int, str]) -> str:
    words = _CHANGES.get(one["kind"])
    if words is None:
        return ""
    amount = number_format(one["amount"], decimal_pos=0 if float(one["amount"]).is_integer() else 1)
    text = words(one) % {"mentor": names.get(one.get("mentor") or 0, "—"), "amount": amount}
    served = one.get("served") or 0
    return ngettext(
        "Smallest change: %(change)s. Then %(served)s need has a mentor.",
        "Smallest change: %(change)s. Then %(served)s needs have a mentor.",
        served,
    ) % {"change": text, "served": served}


def _places(one: Values) -> str:
    if one.get("mentor"):
        return _("give %(mentor)s one place more")
    return _("one place more at a mentor who fits")


_CHANGES: dict[str, Callable[[Values], str]] = {
    "more_places": _places,
    "more_distance": lambda _one: _("allow meetings %(amount)s km farther"),
    "allow_remote": lambda _one: _("allow remote work with %(mentor)s"),
    "other_subject": lambda _one: _("allow a mentor of another subject: %(mentor)s"),
    "other_school": lambda _one: _("allow %(mentor)s in spite of the rule on schools"),
    "other_territory": lambda _one: _("allow %(mentor)s across the border of the territory"),
    "more_mentors": lambda _one: _("find one more mentor who is strong in this"),
}


_LIMITS: dict[str, Callable[[int], str]] = {
    "too_far": lambda count: ngettext(
        "%(count)s mentor is too far to meet, and remote work does not suit both.",
        "%(count)s mentors are too far to meet, and remote work does not suit both.",
        count,
    ),
    "territory": lambda count: ngettext(
        "The limit of territory keeps %(count)s mentor away.",
        "The limit of territory keeps %(count)s mentors away.",
        count,
    ),
    "employer": lambda count: ngettext(
        "The rule on the same or another school keeps %(count)s mentor away.",
        "The rule on the same or another school keeps %(count)s mentors away.",
        count,
    ),
    "not_partners": lambda count: ngettext(
        "%(count)s mentor is not from a partner school.",
        "%(count)s mentors are not from partner schools.",
        count,
    ),
    "does_not_fit": lambda count: ngettext(
        "%(count)s mentor is not strong in this need, or of another subject, role or grade.",
        "%(count)s mentors are not strong in this need, or of another subject, role or grade.",
        count,
    ),
    "low_score": lambda count: ngettext(
        "With %(count)s mentor the score would be below the least one.",
        "With %(count)s mentors the score would be below the least one.",
        count,
    ),
    "never": lambda count: ngettext(
        "%(count)s pair is forbidden by hand or refused.",
        "%(count)s pairs are forbidden by hand or refused.",
        count,
    ),
}

_REASONS: dict[str, Callable[[Values, Mapping[int, str]], str]] = {
    "limit": _limit,
    "full": _full,
    "taken_away": _taken_away,
    "change": _change,
    "nobody": lambda _one, _names: _("No mentor of the territory is strong in this."),
    "not_in_file": lambda _one, _names: _("The file names no mentor for it. Compute to complete the list."),
    "not_looked_at": lambda _one, _names: _(
        "Open the page of the teacher to see every mentor and what keeps each away."
    ),
}
