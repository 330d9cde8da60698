"""People and needs that a list of ready pairs names, found among those who take part."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from mayak.matching.algorithms.teachers.canonical import canonical
from mayak.matching.algorithms.teachers.matching import match_teachers
from mayak.matching.algorithms.teachers.plan import TeacherPlan
from mayak.matching.algorithms.teachers.problem import TeacherProblem
from mayak.matching.enums import MatchingLevel, Objective, RunPurpose
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_problems import TeacherInput, need_key, teacher_input_of
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.matching.services.pair_rows import NEW, REJECTED, GivenPair, PlannedPair, plain
from mayak.registry.models import SchoolYear, Subject, Territory


@dataclass(frozen=True)
class PeopleMaterial:
    """The input as it is now, sorted; rows by key; the best plan."""

    found: TeacherInput
    problem: TeacherProblem
    need_at: Mapping[tuple[str, str], int]
    mentor_at: Mapping[str, int]
    optimum: TeacherPlan | None


class PeopleReader:
    """Finds people and needs among those who take part; a name that fits several people is never guessed."""

    def __init__(self, material: PeopleMaterial, schools: Mapping[str, int | None]) -> None:
        self.material, self.schools = material, schools
        found = material.found
        self.sides = {"mentee": found.mentee_school, "lead": found.mentor_school}
        self.by_name = {side: _by_name(members, found.names) for side, members in self.sides.items()}
        self.why_not = {
            "mentee": _("no teacher of this name has an open need in this year"),
            "lead": _("no mentor of this name has an accepted passport for this year"),
        }
        self.competences = {
            plain(text): key for key, one in found.rows.competences.items() for text in (one.code, one.name)
        }
        self.subjects = {
            plain(text): row.pk
            for row in Subject.objects.all()
            for text in (row.code, row.name, *row.aliases)
        }

    def planned(self, row: GivenPair) -> PlannedPair:
        """Say whom and what the row names, or which cell refuses it."""
        one = PlannedPair(
            row.row,
            NEW,
            who=f"{row.text('mentee') or '—'} ← {row.text('lead') or '—'}",
            reason=(row.text("reason") or row.text("notes"))[:300],
        )
        keys: dict[str, str] = {}
        for side in ("mentee", "lead"):
            key, problem = self._person(row, side)
            if problem:
                return replace(one, outcome=REJECTED, column=row.header(side), problem=problem)
            keys[side] = key
        need, problem = self._need(keys["mentee"], row.text("need"))
        if problem:
            return replace(one, outcome=REJECTED, column=row.header("need"), problem=problem)
        title = self.material.found.need_title(need)
        return replace(
            one, mentee=int(keys["mentee"]), lead=int(keys["lead"]), need=need, who=f"{one.who} ({title})"
        )

    def _person(self, row: GivenPair, side: str) -> tuple[str, str]:
        text, school = row.text(side), row.text(f"{side}_school")
        if not text:
            return "", _("the cell is empty")
        found = self.by_name[side].get(plain(text), [])
        if school:
            place = self.schools.get(school)
            if place is None:
                return "", _("the school “%(name)s” is not known in this territory") % {"name": school}
            found = [key for key in found if self.sides[side][key] == place]
        if not found:
            return "", self.why_not[side]
        if len(found) > 1:
            return "", _("several people have this name: write the school too")
        return found[0], ""

    def _need(self, mentee: str, text: str) -> tuple[str, str]:
        """The need that a cell names: a competence, the heaviest one of a subject, or the only one."""
        problem = self.material.problem
        row = {str(key): at for at, key in enumerate(problem.mentees.key.tolist())}[mentee]
        own = np.flatnonzero(problem.needs.mentee == row)
        own = own[np.argsort(-problem.needs.weight[own], kind="stable")]
        if not text:
            if len(own) == 1:
                return str(problem.needs.key[own[0]]), ""
            return "", _("the teacher has several needs: write which")
        competence, subject = self.competences.get(plain(text)), self.subjects.get(plain(text))
        for at in own.tolist():
            is_named = competence is not None and problem.needs.key[at] == need_key(competence)
            if is_named or (subject is not None and problem.needs.subject[at] == subject):
                return str(problem.needs.key[at]), ""
        if competence is None and subject is None:
            return "", _("no competence and no subject is called “%(name)s”") % {"name": text}
        return "", _("the teacher has no open need in “%(name)s”") % {"name": text}


def _by_name(members: Mapping[str, int], names: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in members:
        found.setdefault(plain(names[key]), []).append(key)
    return found


def blank_people_run(territory: Territory, school_year: SchoolYear) -> MatchingRun:
    """A pairing that is not stored: key 0 has neither demands nor pairs."""
    return MatchingRun(
        pk=0,
        territory=territory,
        school_year=school_year,
        level=MatchingLevel.TEACHERS,
        purpose=RunPurpose.IMPORT,
        objective=Objective.NOBODY_LEFT,
        settings=TeacherMatchingSettings().to_json(),
    )


def people_material(run: MatchingRun) -> PeopleMaterial:
    """Read the people as they are now and find the best plan."""
    found = teacher_input_of(run)
    problem = canonical(found.problem)
    mentees = problem.mentees.key[problem.needs.mentee].tolist() if len(problem.needs.key) else []
    needs = problem.needs.key.tolist()
    is_empty = not len(problem.needs.key) or not len(problem.mentors.key)
    return PeopleMaterial(
        found,
        problem,
        need_at={
            (str(mentee), str(need)): at for at, (mentee, need) in enumerate(zip(mentees, needs, strict=True))
        },
        mentor_at={str(key): at for at, key in enumerate(problem.mentors.key.tolist())},
        optimum=None if is_empty else match_teachers(problem),
    )
