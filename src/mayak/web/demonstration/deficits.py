"""Deficits of teachers in the demonstration: self-assessment, tests, requests, and a problem group."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from mayak.diagnosis.enums.deficits import MAX_SEVERITY, DeficitSource, HelpRequestState
from mayak.diagnosis.models import Competence
from mayak.diagnosis.selectors.problem_groups import people_with, propose_groups
from mayak.diagnosis.services.deficit_summaries import refresh_people
from mayak.diagnosis.services.deficits import DeficitRow, record_deficits, severity_of_share
from mayak.diagnosis.services.help_requests import answer_request, state_request
from mayak.diagnosis.services.problem_groups import form_group
from mayak.diagnosis.services.test_lists import NEW, PlannedResult, apply_results
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation, Person, SubjectAssociation
from mayak.web.demonstration.occasion import LEADS_MOST, Occasion, Place, words

ANSWERED = 0.85
"""So many teachers of a school have answered; of the school of the account all."""
HAS, NOISE, SUBJECT, WISHES = 0.85, 0.06, 0.22, 0.6
"""How often a deficit of the own cluster is there, another one, one of the subject, the wish for help. All invented."""
GROUP_AT_MOST, OF_SCHOOL = 9, 4
_FURTHER = {"mathematics": ("algebra", "geometry"), "english": ("foreign-language",)}
_TESTED = {
    "russian": ("ru-grammar", "ru-text", "formative-assessment"),
    "mathematics": ("math-numbers", "math-word-problems", "formative-assessment"),
}


@dataclass(frozen=True, slots=True)
class _Teacher:
    person: Person
    school: Organisation
    subjects: frozenset[str]
    is_head: bool


def build_deficits(place: Place, occasion: Occasion) -> None:
    """Let the teachers of a district assess themselves, load a test, take requests."""
    known = {one.code: one for one in Competence.objects.kept().select_related("subject", "group")}
    people = list(_people(place, occasion))
    random = occasion.random("deficits", place.name)
    actor = occasion.actor(place.coordinator)
    for one in people:
        record_deficits(
            one.person,
            _self_assessment(one, known, random),
            source=DeficitSource.SELF,
            actor=actor,
            observed_on=occasion.day(-int(random.integers(12, 45))),
            instrument=f"{words()['self_instrument']}, {occasion.year}",
            refresh=False,
        )
    _test(place, people, known, occasion, actor)
    _ask(place, people, known, occasion)
    refresh_people([one.person.pk for one in people], school_year=occasion.year)


def build_groups(place: Place, occasion: Occasion) -> None:
    """Make a group of what occurs together in the district; in the main district the account's school has its own."""
    territory = place.district.territory
    wanted: list[str] = words()["clusters"][0]
    proposals = [
        one for one in propose_groups(territory, None, names_people=True) if len(one.competences) > 1
    ]
    same = [one for one in proposals if any(row.code in wanted for row in one.competences)]
    service = place.district.organisations.get("service")
    associations = SubjectAssociation.objects.filter(organisation=service).order_by("pk")
    for chosen in (same or proposals)[:1]:
        form_group(
            actor=occasion.actor("methodist" if place.is_main else place.coordinator),
            competences=chosen.competences,
            members=people_with(territory, None, chosen.competences)[:GROUP_AT_MOST],
            territory=territory,
            school_year=occasion.year,
            association=associations.first() if service else None,
            **words()["groups"][0],
        )
    for school in place.low:
        if occasion.is_of("school", school):
            form_group(
                actor=occasion.actor("school"),
                competences=Competence.objects.kept().filter(code__in=wanted[:2]),
                members=occasion.teachers(school)[:OF_SCHOOL],
                territory=territory,
                organisation=school,
                school_year=occasion.year,
                **words()["groups"][1],
            )


def _people(place: Place, occasion: Occasion) -> Iterator[_Teacher]:
    """Yield who has answered: of schools that get help or give it, in the main district of all."""
    random = occasion.random("answered", place.name)
    own = {one.pk for one in (occasion.person("mentee"), occasion.person("mentor")) if one is not None}
    chosen = [*place.shown, *place.leads[:LEADS_MOST]]
    schools = place.district.schools if place.is_main else chosen
    for school in schools:
        taught: dict[int, set[str]] = {}
        for (key, code), found in occasion.staff.teachers.items():
            if key == school.pk:
                for person in found:
                    taught.setdefault(person.pk, set()).add(code)
        colleagues = occasion.staff.by_organisation[school.pk]
        is_own = any(one.pk in own for one in colleagues)
        for at, person in enumerate(colleagues):
            is_head = at == 0
            if (person.pk in taught or is_head) and (is_own or random.random() < ANSWERED):
                yield _Teacher(person, school, frozenset(taught.get(person.pk, ())), is_head)


def _self_assessment(
    one: _Teacher, known: dict[str, Competence], random: np.random.Generator
) -> list[DeficitRow]:
    """Draw the answers: those of one cluster go together, of the rest a few are difficult too."""
    clusters: list[list[str]] = words()["clusters"]
    own = set(clusters[int(random.integers(len(clusters)))]) if random.random() < 0.75 else set()  # noqa: PLR2004  # invented
    hard = {code: HAS if code in own else NOISE for cluster in clusters for code in cluster}
    hard |= {code: SUBJECT for code, row in known.items() if _fits(row, one.subjects)}
    hard |= dict.fromkeys(words()["managing"] if one.is_head else (), SUBJECT)
    return [_answer(known[code], chance, random) for code, chance in hard.items() if code in known]


def _fits(row: Competence, subjects: frozenset[str]) -> bool:
    wanted = {code for subject in subjects for code in (subject, *_FURTHER.get(subject, ()))}
    return row.subject is not None and row.subject.code in wanted


def _answer(row: Competence, chance: float, random: np.random.Generator) -> DeficitRow:
    is_hard = random.random() < chance
    severity = int(random.integers(2, MAX_SEVERITY + 1)) if is_hard else int(random.integers(0, 2))
    return DeficitRow(row, float(severity), wants_help=bool(is_hard and random.random() < WISHES))


def _test(
    place: Place, people: Iterable[_Teacher], known: dict[str, Competence], occasion: Occasion, actor: Actor
) -> None:
    """Load the results of a test of teachers of Russian and mathematics in the schools that get help."""
    random = occasion.random("test", place.name)
    low = {school.pk for school in place.shown}
    day = occasion.day(-18)
    planned = [
        PlannedResult(
            row=number,
            outcome=NEW,
            who=str(one.person),
            competence=known[code].name,
            person_id=one.person.pk,
            competence_id=known[code].pk,
            severity=round(severity_of_share(float(np.clip(random.normal(0.62, 0.18), 0.1, 1))), 4),
            day=day,
        )
        for number, one in enumerate(people, start=2)
        if one.school.pk in low
        for subject, codes in _TESTED.items()
        if subject in one.subjects
        for code in codes
        if code in known
    ]
    if planned:
        scope = Scope(territory_paths=(place.district.territory.path or "",))
        apply_results(planned, scope=scope, instrument=words()["test_instrument"], actor=actor)


def _ask(place: Place, people: list[_Teacher], known: dict[str, Competence], occasion: Occasion) -> None:
    """Some write a line of the request map; the first one is answered."""
    actor = occasion.actor(place.coordinator)
    own = occasion.person("mentee") if place.is_main else None
    low = {school.pk for school in place.low}
    others = [one.person for one in people if one.school.pk in low and not one.is_head]
    asking = [own, own, *others[1::7][:5]] if own is not None else others[::9][:3]
    lines = words()["requests"]
    for at, person in enumerate(asking):
        if at > 1 and own is not None and person.pk == own.pk:
            continue
        values = dict(lines[at % len(lines)])
        request = state_request(
            person, occasion.year, actor=actor, **{**values, "competence": known[values["competence"]]}
        )
        if at == 0:
            answer_request(
                request, state=HelpRequestState.TAKEN, answer=words()["request_answer"], actor=actor
            )
