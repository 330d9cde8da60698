"""The input of a pairing of teachers: people as they stand now, or the snapshot that a run keeps."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from mayak.diagnosis.enums.deficits import MAX_SEVERITY, RequestMode
from mayak.matching.algorithms.problem import Objective, Within
from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.problem import (
    UNKNOWN,
    Employer,
    FactKind,
    Mentees,
    Mentors,
    Needs,
    PairFact,
    Partners,
    Strengths,
    TeacherProblem,
    TeacherSettings,
    TeacherWeights,
    columns,
)
from mayak.matching.enums import PairRuleKind
from mayak.matching.models import MatchingRun, TeacherRule
from mayak.matching.selectors.problems import need_classes
from mayak.matching.selectors.scenario_people import with_people_scenario
from mayak.matching.selectors.teacher_columns import MentorRow, PersonRow, SchoolRow, TeacherRows, read_rows
from mayak.matching.selectors.teacher_facts import facts_of_run, partners_of_run
from mayak.matching.selectors.teacher_settings import (
    GROUP_FROM,
    TeacherMatchingSettings,
    solver_settings,
    teacher_settings_of,
)
from mayak.registry.models import Subject

NEED: Final = "competence:"
_TABLES: Final = {"mentees": Mentees, "needs": Needs, "mentors": Mentors, "strengths": Strengths}
_TEXTS: Final = frozenset({"key"})
_REALS: Final = frozenset({"latitude", "longitude", "weight", "severity", "hours", "level"})
_FLAGS: Final = frozenset({"remote", "in_person"})
_KINDS: Final = {FactKind.FIXED: PairRuleKind.LOCK, FactKind.FORBIDDEN: PairRuleKind.FORBID}


@dataclass(frozen=True)
class TeacherInput:
    """A problem with the words and keys that pages and pairs need.

    Attributes:
        names: key of a person -> name; also of people whom only a demand names.
        schools: key of a school -> name.
        mentee_school, mentor_school: key of a person -> key of the school.
        competences: key of a competence -> (code, name).
        subjects: key of a subject -> name.
        without_consent, without_places, without_strengths: keys of mentors of whom this is missing.
        left_out: keys of mentors who do not take part because the rules ask for their consent.
    """

    problem: TeacherProblem
    rows: TeacherRows
    names: Mapping[str, str]
    subjects: Mapping[int, str]
    mentee_school: Mapping[str, int]
    mentor_school: Mapping[str, int]
    without_consent: tuple[str, ...]
    without_places: tuple[str, ...]
    without_strengths: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def schools(self) -> dict[int, str]:
        """Names of the schools of both sides."""
        used = {*self.mentee_school.values(), *self.mentor_school.values()}
        return {key: self.rows.schools[key].name for key in sorted(used)}

    def need_title(self, need: str) -> str:
        """The name of the competence of a need."""
        return self.rows.competences[competence_of(need)].name

    def snapshot(self) -> dict[str, Any]:
        """Return the whole input as plain data. Names of people stay out: an erasure must reach them."""
        used = sorted(
            {*self.problem.needs.topic.tolist(), *self.problem.strengths.topic.tolist()} - {UNKNOWN}
        )
        competences = {str(key): self.rows.competences[key].name for key in used}
        return {
            "teachers": problem_to_plain(self.problem),
            "competences": competences,
            "subjects": {str(key): name for key, name in sorted(self.subjects.items())},
            "schools": {str(key): name for key, name in self.schools.items()},
        }


def need_key(competence: int) -> str:
    """Return the key by which the needs of a mentee are told apart."""
    return f"{NEED}{competence}"


def competence_of(need: str) -> int:
    """Return the key of the competence of a need."""
    return int(need.removeprefix(NEED))


def teacher_input_of(run: MatchingRun) -> TeacherInput:
    """Read people, needs, passports and demands of the pairing as they are now; a fixed number of queries.

    Mentees have an open need and their main post in an open school of the territory; mentors have an accepted passport
    and work where it says. Somebody may be both, but never the own mentor.
    """
    settings = teacher_settings_of(run)
    rows = read_rows(run)
    mentees = [
        (person, row)
        for person, row in sorted(rows.people.items())
        if person in rows.needs and rows.schools[row.school].is_school
    ]
    asked = [one for one in rows.mentors if settings.require_consent and one.person not in rows.consented]
    left_out = {one.person for one in asked}
    mentors = sorted((one for one in rows.mentors if one.person not in left_out), key=lambda one: one.person)
    kinds: dict[tuple[str, str], int] = {}
    facts, known = facts_of_run(run)
    partners = partners_of_run(run, settings)
    needs = _needs(mentees, rows, settings)
    problem = TeacherProblem(
        mentees=_mentees(mentees, needs, rows, kinds),
        needs=needs,
        mentors=_mentors(mentors, rows, kinds, settings),
        strengths=_strengths(mentors),
        facts=facts,
        partners=partners,
        settings=solver_settings(
            run.objective, settings, known=known | (frozenset({"partner"}) if partners else frozenset())
        ),
    )
    problem = with_people_scenario(run, problem)
    return TeacherInput(
        problem=problem,
        rows=rows,
        names=_names(rows, mentees, mentors, run),
        subjects=_subjects(problem),
        mentee_school={str(person): row.school for person, row in mentees},
        mentor_school={str(one.person): one.school for one in mentors},
        without_consent=tuple(str(one.person) for one in rows.mentors if one.person not in rows.consented),
        without_places=tuple(str(one.person) for one in mentors if one.places == 0),
        without_strengths=tuple(str(one.person) for one in mentors if not one.strengths),
        left_out=tuple(str(person) for person in sorted(left_out)),
    )


def stored_teacher_problem(run: MatchingRun) -> TeacherProblem:
    """Return the sorted problem of the stored snapshot with the demands as they are now."""
    return canonical(with_demands(problem_from_plain(run.snapshot["teachers"]), run.teacher_rules.all()))


def with_demands(problem: TeacherProblem, rules: Iterable[TeacherRule]) -> TeacherProblem:
    """Return the problem with these locks and bans in place of its own."""
    kept = [one for one in problem.facts if one.kind not in _KINDS]
    kinds = {words: kind for kind, words in _KINDS.items()}
    found = [PairFact(str(one.mentee_id), str(one.mentor_id), kinds[PairRuleKind(one.kind)]) for one in rules]
    return replace(problem, facts=tuple(sorted([*kept, *found], key=_order)))


def problem_to_plain(problem: TeacherProblem) -> dict[str, Any]:
    """Return the problem as lists and words; the unknown numbers (NaN) become nulls."""
    settings = asdict(problem.settings)
    return {
        **{
            name: {column: _plain(values) for column, values in columns(getattr(problem, name)).items()}
            for name in _TABLES
        },
        "facts": [
            [one.mentee, one.mentor, one.kind.value, one.value] for one in sorted(problem.facts, key=_order)
        ],
        "partners": sorted([list(pair) for pair in problem.partners]),
        "settings": {name: getattr(value, "value", value) for name, value in settings.items()},
    }


def problem_from_plain(data: Mapping[str, Any]) -> TeacherProblem:
    """Return the problem that ``problem_to_plain`` wrote."""
    settings = dict(data["settings"])
    settings["weights"] = TeacherWeights(**settings["weights"])
    for name, kind in (
        ("objective", Objective),
        ("within", Within),
        ("employer", Employer),
        ("partners", Partners),
    ):
        settings[name] = kind(settings[name])
    tables = {
        name: kind(**{column: _column(column, values) for column, values in data[name].items()})
        for name, kind in _TABLES.items()
    }
    return TeacherProblem(
        **tables,
        facts=tuple(
            PairFact(mentee, mentor, FactKind(kind), value) for mentee, mentor, kind, value in data["facts"]
        ),
        partners=frozenset((int(one), int(other)) for one, other in data["partners"]),
        settings=TeacherSettings(**settings),
    )


def fingerprint_of(problem: TeacherProblem) -> str:
    """Return the same text for the same input, in any order of its rows."""
    plain = json.dumps(problem_to_plain(canonical(problem)), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _order(one: PairFact) -> tuple[str, str, str, float]:
    return one.mentee, one.mentor, one.kind, one.value


def _plain(values: Any) -> list[Any]:
    plain: list[Any] = values.tolist()
    if values.dtype.kind != "f":
        return plain
    return [None if math.isnan(value) else round(value, 6) for value in plain]


def _column(name: str, values: Sequence[Any]) -> Any:
    if name in _TEXTS:
        return np.array(values, dtype=np.str_)
    if name in _REALS:
        return np.array([math.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=np.bool_ if name in _FLAGS else np.int64)


def _places(schools: Iterable[SchoolRow], kinds: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Columns that follow from the schools of the people."""
    found = list(schools)
    codes = [UNKNOWN if not any(one.kind) else kinds.setdefault(one.kind, len(kinds)) for one in found]
    return {
        "municipality": np.array([one.municipality for one in found], dtype=np.int64),
        "region": np.array([one.region for one in found], dtype=np.int64),
        "latitude": np.array([math.nan if one.latitude is None else one.latitude for one in found]),
        "longitude": np.array([math.nan if one.longitude is None else one.longitude for one in found]),
        "kind": np.array(codes, dtype=np.int64),
        "language": np.full(len(found), UNKNOWN, dtype=np.int64),
    }


def _needs(
    mentees: Sequence[tuple[int, PersonRow]], rows: TeacherRows, settings: TeacherMatchingSettings
) -> Needs:
    """The heaviest needs of each mentee; of no subject by themselves they take the first one of the main post."""
    made: list[tuple[int, str, int, int, int, int, float, float]] = []
    for row, (person, post) in enumerate(mentees):
        for weight, competence in rows.needs[person][: settings.needs_per_mentee]:
            one = rows.competences[competence]
            taught = rows.subjects.get(post.post, [UNKNOWN])
            subject = one.subject if one.subject != UNKNOWN else taught[0]
            severity = rows.severities.get((person, competence), weight * MAX_SEVERITY)
            made.append(
                (
                    row,
                    need_key(competence),
                    competence,
                    subject,
                    one.grade_from,
                    one.grade_to,
                    weight,
                    severity,
                )
            )
    found = list(zip(*made, strict=True)) if made else [()] * 8
    whole = [np.array(found[at], dtype=np.int64) for at in (0, 2, 3, 4, 5)]
    return Needs(
        mentee=whole[0],
        key=np.array(found[1], dtype=np.str_),
        topic=whole[1],
        subject=whole[2],
        grade_from=whole[3],
        grade_to=whole[4],
        weight=np.array(found[6], dtype=np.float64),
        severity=np.array(found[7], dtype=np.float64),
        hours=np.full(len(made), float(settings.hours_per_need)),
    )


def _mentees(
    mentees: Sequence[tuple[int, PersonRow]],
    needs: Needs,
    rows: TeacherRows,
    kinds: dict[tuple[str, str], int],
) -> Mentees:
    """Whoever asked for one format only (the request on the heaviest need) takes part in this format only."""
    modes = [rows.modes.get((person, rows.needs[person][0][1])) for person, _row in mentees]
    worst = np.zeros(len(mentees))
    np.maximum.at(worst, needs.mentee, needs.severity)
    classes = need_classes(dict(enumerate(worst.tolist())))
    return Mentees(
        key=np.array([str(person) for person, _row in mentees], dtype=np.str_),
        school=np.array([row.school for _person, row in mentees], dtype=np.int64),
        role=np.array([row.role for _person, row in mentees], dtype=np.int64),
        need_class=np.array([classes[row] for row in range(len(mentees))], dtype=np.int64),
        remote=np.array([mode != RequestMode.IN_PERSON for mode in modes], dtype=np.bool_),
        in_person=np.array([mode != RequestMode.REMOTE for mode in modes], dtype=np.bool_),
        **_places((rows.schools[row.school] for _person, row in mentees), kinds),
    )


def _mentors(
    mentors: Sequence[MentorRow],
    rows: TeacherRows,
    kinds: dict[tuple[str, str], int],
    settings: TeacherMatchingSettings,
) -> Mentors:
    groups = [settings.groups and one.takes_groups and one.places >= GROUP_FROM for one in mentors]
    hours = [math.nan if one.hours is None else float(one.hours) for one in mentors]
    return Mentors(
        key=np.array([str(one.person) for one in mentors], dtype=np.str_),
        school=np.array([one.school for one in mentors], dtype=np.int64),
        role=np.array([rows.people[one.person].role for one in mentors], dtype=np.int64),
        places=np.array([one.places for one in mentors], dtype=np.int64),
        hours=np.array(hours, dtype=np.float64),
        remote=np.array([one.remote for one in mentors], dtype=np.bool_),
        in_person=np.array([one.in_person for one in mentors], dtype=np.bool_),
        group_min=np.array([GROUP_FROM if group else 0 for group in groups], dtype=np.int64),
        group_max=np.array(
            [one.places if group else 0 for one, group in zip(mentors, groups, strict=True)], dtype=np.int64
        ),
        **_places((rows.schools[one.school] for one in mentors), kinds),
    )


def _strengths(mentors: Sequence[MentorRow]) -> Strengths:
    """Rows of the passports; a person states a strength without a degree, so each counts in full."""
    made = [(row, *strength) for row, one in enumerate(mentors) for strength in one.strengths]
    found = list(zip(*made, strict=True)) if made else [()] * 5
    whole = [np.array(column, dtype=np.int64) for column in found]
    return Strengths(
        mentor=whole[0],
        topic=whole[1],
        subject=whole[2],
        grade_from=whole[3],
        grade_to=whole[4],
        level=np.ones(len(made)),
    )


def _names(
    rows: TeacherRows,
    mentees: Sequence[tuple[int, PersonRow]],
    mentors: Sequence[MentorRow],
    run: MatchingRun,
) -> dict[str, str]:
    named = {
        str(person.pk): str(person)
        for rule in run.teacher_rules.select_related("mentee", "mentor")
        for person in (rule.mentee, rule.mentor)
    }
    people = {*(person for person, _row in mentees), *(one.person for one in rows.mentors)}
    return named | {str(person): rows.people[person].name for person in sorted(people)}


def _subjects(problem: TeacherProblem) -> dict[int, str]:
    used = {*problem.needs.subject.tolist(), *problem.strengths.subject.tolist()} - {UNKNOWN}
    return {pk: name for pk, name in Subject.objects.values_list("pk", "name") if pk in used}
