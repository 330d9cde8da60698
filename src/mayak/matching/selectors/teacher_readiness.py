"""Step 1 for teachers: who has no needs, no accepted passport, no places, no consent; and where to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import MentorProfile
from mayak.matching.enums import Coupling
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.readiness import NAMES_SHOWN, ReadinessLine
from mayak.matching.selectors.teacher_facts import schools_run_of
from mayak.matching.selectors.teacher_problems import TeacherInput, teacher_input_of
from mayak.matching.selectors.teacher_runs import names_of
from mayak.matching.selectors.teacher_settings import teacher_settings_of


@dataclass(frozen=True, slots=True)
class TeacherReadiness:
    """What step 1 shows. ``can_run`` is false where a pairing would be empty."""

    mentees: int
    needs: int
    mentors: int
    places: int
    lines: tuple[ReadinessLine, ...]

    @property
    def can_run(self) -> bool:
        """Whether there is somebody to pair."""
        return bool(self.mentees and self.mentors and self.places)


def teacher_readiness_of(run: MatchingRun) -> TeacherReadiness:
    """Return what is there and what is missing; a fixed number of queries."""
    found = teacher_input_of(run)
    places = int(found.problem.mentors.places.sum())
    gone = names_of([*found.rows.not_employed, *found.rows.not_available])
    lines = [
        _needs_line(run, found),
        _mentors_line(run, found),
        _places_line(found, places),
        *_missing_lines(run, found, gone),
        _partners_line(run, found),
        _wishes_line(found),
    ]
    return TeacherReadiness(
        len(found.problem.mentees.key),
        len(found.problem.needs.key),
        len(found.problem.mentors.key),
        places,
        tuple(line for line in lines if line),
    )


def _needs_line(run: MatchingRun, found: TeacherInput) -> ReadinessLine:
    title, url = _("Needs of teachers"), reverse("diagnosis:matrix-territory", args=[run.territory_id])
    label = _("To the deficits and needs")
    mentees, needs = len(found.problem.mentees.key), len(found.problem.needs.key)
    if not mentees:
        text = _(
            "No teacher who works in the territory has an open need in this school year. Needs come from "
            "self-assessment, tests, observed lessons and requests."
        )
        return ReadinessLine("bad", _("missing"), title, text, url=url, label=label)
    text = ngettext("%(count)s teacher needs help", "%(count)s teachers need help", mentees) % {
        "count": mentees
    }
    text += "; " + ngettext("%(count)s need takes part.", "%(count)s needs take part.", needs) % {
        "count": needs
    }
    return ReadinessLine("good", _("ready"), title, text, url=url, label=label)


def _mentors_line(run: MatchingRun, found: TeacherInput) -> ReadinessLine:
    title, url = _("Accepted passports of mentors"), reverse("diagnosis:mentors")
    label = _("To the passports of mentors")
    count = len(found.problem.mentors.key)
    waiting = MentorProfile.objects.filter(
        school_year=run.school_year_id,
        organisation__territory__path__under=run.territory.path or "",
        state=PassportState.SUBMITTED,
    ).count()
    more = ""
    if waiting:
        more = " " + ngettext(
            "%(count)s passport waits for a decision.", "%(count)s passports wait for a decision.", waiting
        ) % {"count": waiting}
    if not count:
        text = _("No mentor with an accepted passport works in the territory.") + more
        return ReadinessLine("bad", _("missing"), title, text, url=url, label=label)
    text = ngettext("%(count)s mentor can help.", "%(count)s mentors can help.", count) % {"count": count}
    if waiting:
        return ReadinessLine("warning", _("waiting"), title, text + more, url=url, label=label)
    return ReadinessLine("good", _("ready"), title, text)


def _places_line(found: TeacherInput, places: int) -> ReadinessLine | None:
    needs = len(found.problem.needs.key)
    if not needs or not len(found.problem.mentors.key):
        return None
    words = {"places": places, "needs": needs, "short": needs - places}
    title = _("Places of mentors")
    if places < needs:
        text = (
            _("%(places)s places for %(needs)s needs: at least %(short)s will stay without a mentor.") % words
        )
        url, label = reverse("diagnosis:mentors"), _("To the passports of mentors")
        return ReadinessLine("warning", _("not enough"), title, text, url=url, label=label)
    return ReadinessLine("good", _("ready"), title, _("%(places)s places for %(needs)s needs.") % words)


def _missing_lines(
    run: MatchingRun, found: TeacherInput, gone: dict[int, str]
) -> Iterable[ReadinessLine | None]:
    mentors, label = reverse("diagnosis:mentors"), _("To the passports of mentors")
    settings = teacher_settings_of(run)
    yield _line(
        [found.names[key] for key in found.without_consent],
        title=_("Consent to mentoring"),
        ready=_("The consent of every mentor is in the register."),
        missing=_("Without their consent these mentors take no part, because the rules ask for it:")
        if settings.require_consent
        else _("The pairs can be computed, but not approved without the consent of:"),
        url=reverse("accounts:consents"),
        label=_("To the register of consents"),
    )
    yield _line(
        [found.names[key] for key in found.without_strengths],
        title=_("Strengths of mentors"),
        ready=_("Every passport says in what the mentor is strong."),
        missing=_("These passports name no competence and no subject, so nobody can be given:"),
        url=mentors,
        label=label,
    )
    yield _line(
        [found.names[key] for key in found.without_places],
        title=_("Mentors without places"),
        ready=_("Every mentor takes at least one teacher."),
        missing=_("The passports of these mentors name no place:"),
        url=mentors,
        label=label,
    )
    if gone:
        left = [gone.get(key, "—") for key in found.rows.not_employed]
        away = [gone.get(key, "—") for key in found.rows.not_available]
        yield (
            _line(
                left,
                title=_("Mentors who left"),
                ready="",
                missing=_("Their passport is accepted, but they do not work in that school on this day:"),
                url=mentors,
                label=label,
            )
            if left
            else None
        )
        yield (
            _line(
                away,
                title=_("Mentors without time"),
                ready="",
                missing=_("The time that the passport names lies outside this school year:"),
                url=mentors,
                label=label,
            )
            if away
            else None
        )
    yield _line(
        _without_coordinates(found),
        title=_("Coordinates"),
        ready=_("Every school has coordinates, so that distances are known."),
        missing=_("The distance to these schools is unknown:"),
        url=reverse("registry:organisations-list"),
        label=_("To the schools"),
    )


def _without_coordinates(found: TeacherInput) -> list[str]:
    return [name for key, name in found.schools.items() if found.rows.schools[key].latitude is None]


def _partners_line(run: MatchingRun, found: TeacherInput) -> ReadinessLine | None:
    coupling = teacher_settings_of(run).coupling
    if coupling == Coupling.NONE:
        return None
    title, rests_on = _("Partner schools"), schools_run_of(run)
    if rests_on is None or not found.problem.partners:
        text = _(
            "No pairing of schools is approved for this territory and year, so partner schools count for nothing."
        )
        tone = "bad" if coupling == Coupling.REQUIRE else "neutral"
        return ReadinessLine(
            tone, _("missing"), title, text, url=reverse("matching:runs"), label=_("To the pairings")
        )
    words = {"title": rests_on, "count": len(found.problem.partners)}
    text = _("Pairs of schools are taken from «%(title)s»: %(count)s.") % words
    return ReadinessLine("good", _("ready"), title, text)


def _wishes_line(found: TeacherInput) -> ReadinessLine:
    wishes = sum(one.kind == "preference" for one in found.problem.facts)
    title = _("Wishes after the first meeting")
    if wishes:
        text = ngettext(
            "%(count)s pair was wished by one side or both.",
            "%(count)s pairs were wished by one side or both.",
            wishes,
        )
        return ReadinessLine("good", _("ready"), title, text % {"count": wishes})
    text = _(
        "Nobody named whom they want to work with; this criterion is left out. A questionnaire asks for it."
    )
    return ReadinessLine(
        "neutral",
        _("not asked"),
        title,
        text,
        url=reverse("diagnosis:survey-rounds"),
        label=_("To the surveys"),
    )


def _line(
    people: Sequence[str], *, title: Any, ready: Any, missing: Any, url: str, label: Any
) -> ReadinessLine:
    if not people:
        return ReadinessLine("good", _("ready"), title, ready)
    word = ngettext("missing for %(count)s", "missing for %(count)s", len(people)) % {"count": len(people)}
    more = max(len(people) - NAMES_SHOWN, 0)
    shown = tuple(sorted(people)[:NAMES_SHOWN])
    return ReadinessLine("warning", word, title, missing, shown, more, url, label)
