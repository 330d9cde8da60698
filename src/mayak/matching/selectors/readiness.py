"""Step 1 of the wizard: is everything there that the pairing needs?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.matching.enums import Objective
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import Input, SchoolFacts, input_of
from mayak.matching.selectors.runs import settings_of

NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """One thing that the pairing needs, whether it is there, and where to mend it."""

    tone: str
    word: Any
    title: Any
    text: Any
    schools: tuple[str, ...] = ()
    more: int = 0
    url: str = ""
    label: Any = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What step 1 shows. ``can_run`` is false where a pairing would be empty."""

    mentees: int
    leads: int
    places: int
    lines: tuple[ReadinessLine, ...]

    @property
    def can_run(self) -> bool:
        """Whether there is something to pair."""
        return bool(self.mentees and self.leads and self.places)


def readiness_of(run: MatchingRun) -> Readiness:
    """Return what is there and what is missing; a fixed number of queries."""
    found = input_of(run)
    places = sum(lead.capacity for lead in found.problem.leads if lead.is_available)
    lines = [
        _mentees_line(run, found),
        _leads_line(found),
        _places_line(run, found, places),
        *_missing_lines(run, found),
    ]
    return Readiness(len(found.mentees), len(found.leads), places, tuple(line for line in lines if line))


def _mentees_line(run: MatchingRun, found: Input) -> ReadinessLine:
    count = len(found.mentees)
    if not count:
        return ReadinessLine(
            "bad",
            _("missing"),
            _("Schools that need help"),
            _(
                "No school of the territory has a status of need on this day. "
                "Run an identification and approve its list."
            ),
            url=_url("results:identification", "results:rules", "results:overview"),
            label=_("To the identification"),
        )
    text = ngettext("%(count)s school needs help.", "%(count)s schools need help.", count) % {"count": count}
    if found.both_roles:
        text += " " + _(
            "They have the status of a lead school too and are taken as schools that need help: %(names)s."
        ) % {"names": ", ".join(found.both_roles)}
    return ReadinessLine("good", _("ready"), _("Schools that need help"), text)


def _leads_line(found: Input) -> ReadinessLine:
    count = len(found.leads)
    if not count:
        return ReadinessLine(
            "bad",
            _("missing"),
            _("Lead schools"),
            _("No school of the territory has a status of a lead school on this day."),
            url=_url("results:identification", "results:rules", "results:overview"),
            label=_("To the identification"),
        )
    text = ngettext("%(count)s school can give help.", "%(count)s schools can give help.", count) % {
        "count": count
    }
    return ReadinessLine("good", _("ready"), _("Lead schools"), text)


def _places_line(run: MatchingRun, found: Input, places: int) -> ReadinessLine | None:
    mentees, leads = len(found.mentees), len(found.leads)
    settings = settings_of(run)
    if not mentees or not leads:
        return None
    wanted = mentees * settings.leads_per_school
    ratio = -(-wanted // leads)
    words = {
        "places": places,
        "wanted": wanted,
        "short": wanted - places,
        "ratio": ratio,
        "limit": settings.load_limit,
    }
    title = _("Places at lead schools")
    url, label = reverse("diagnosis:profiles"), _("Change how many schools they can help")
    if places < wanted:
        text = (
            _("%(places)s places for %(wanted)s schools: at least %(short)s will stay without a pair.")
            % words
        )
        if ratio > settings.load_limit:
            text += (
                " "
                + _(
                    "To help all of them a lead school would need %(ratio)s schools on average, the limit is %(limit)s."
                )
                % words
            )
        return ReadinessLine("warning", _("not enough"), title, text, url=url, label=label)
    if ratio > settings.load_limit:
        text = (
            _(
                "%(places)s places for %(wanted)s schools, but a lead school will have %(ratio)s schools on average: "
                "the load %(ratio)s : 1 is above the limit %(limit)s : 1."
            )
            % words
        )
        return ReadinessLine("warning", _("overload"), title, text, url=url, label=label)
    text = _("%(places)s places for %(wanted)s schools.") % words
    return ReadinessLine("good", _("ready"), title, text)


def _missing_lines(run: MatchingRun, found: Input) -> Iterable[ReadinessLine | None]:
    build = f"{reverse('diagnosis:build')}?territory={run.territory_id}&school_year={run.school_year_id}"
    registry = _url("registry:organisations", "registry:schools", "registry:overview")
    yield _line(
        [school for school in found.mentees if not school.has_results],
        title=_("Needs by subject"),
        ready=_("The needs of every school are known from its results."),
        missing=_("No subject of these schools lies below the threshold, or their results are not loaded:"),
        url=_url("results:overview"),
        label=_("To the results"),
    )
    yield _line(
        [lead for lead in found.leads if not lead.has_profile],
        title=_("Passports of lead schools"),
        ready=_("Every lead school has said how many schools it can help."),
        missing=_("Nobody said how many schools they can help; the number of the rules is taken:"),
        url=build,
        label=_("Make the passports"),
    )
    yield _line(
        [lead for lead in found.leads if lead.has_profile and not lead.has_results],
        title=_("Strengths by subject"),
        ready=_("The strengths of every lead school are known."),
        missing=_("The strengths of these lead schools are not known:"),
        url=build,
        label=_("Compute strengths from results"),
    )
    yield from _said_lines(run, found)
    yield _line(
        [school for school in (*found.mentees, *found.leads) if not school.has_coordinates],
        title=_("Coordinates"),
        ready=_("Every school has coordinates, so that distances are known."),
        missing=_("The distance to these schools is unknown:"),
        url=registry,
        label=_("To the schools"),
    )


def _said_lines(run: MatchingRun, found: Input) -> Iterable[ReadinessLine | None]:
    """What lead schools said of themselves, and last year's pairs; nothing where there is nothing to say."""
    if away := [lead for lead in found.leads if not lead.is_available]:
        yield _line(
            away,
            title=_("Lead schools that have no time"),
            ready="",
            missing=_("By their passports these lead schools are not available in this school year:"),
            url=reverse("diagnosis:profiles"),
            label=_("To the passports"),
        )
    if unsaid := [lead for lead in found.leads if not lead.has_consent]:
        yield _line(
            unsaid,
            title=_("Consent of lead schools"),
            ready="",
            missing=_("These lead schools were asked and have not agreed yet:"),
            url="",
            label="",
        )
    count = len(found.problem.last_year)
    if count:
        text = ngettext(
            "%(count)s pair of last year is known; both schools take part again.",
            "%(count)s pairs of last year are known; both schools take part again.",
            count,
        ) % {"count": count}
        yield ReadinessLine("good", _("ready"), _("Pairs of last year"), text)
    elif run.objective == Objective.LEAST_CHANGE:
        text = _("No pair of last year is known, so the aim «as few changes as possible» keeps nothing.")
        yield ReadinessLine("warning", _("missing"), _("Pairs of last year"), text)


def _line(
    schools: list[SchoolFacts], *, title: Any, ready: Any, missing: Any, url: str, label: Any
) -> ReadinessLine | None:
    if not schools:
        return ReadinessLine("good", _("ready"), title, ready)
    names = tuple(school.name for school in schools)
    word = ngettext("missing for %(count)s", "missing for %(count)s", len(names)) % {"count": len(names)}
    more = max(len(names) - NAMES_SHOWN, 0)
    return ReadinessLine(
        "warning", word, title, missing, names[:NAMES_SHOWN], more, url, label if url else ""
    )


def _url(*names: str) -> str:
    """Return the address of the first page that exists; empty where none does."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
