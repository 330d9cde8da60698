"""Rows of a list of ready mentor pairs: what each would do; nothing is written here."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from mayak.diagnosis.models import Competence
from mayak.diagnosis.selectors.teachers import readable_people
from mayak.kernel.access import Scope
from mayak.networks.enums.mentor_pairs import PairForm, PairKind
from mayak.networks.models import MentorPair, PairMentee
from mayak.networks.selectors.pair_rules import GROUP_MENTEES, pair_rules
from mayak.registry.models import Employment, SchoolYear, Subject

NEW, KNOWN, REJECTED = "new", "known", "rejected"
KIND_WORDS: Mapping[str, str] = {
    "традиционн": PairKind.TRADITIONAL, "парн": PairKind.TRADITIONAL, "группов": PairKind.GROUP,
    "виртуальн": PairKind.VIRTUAL, "дистанционн": PairKind.VIRTUAL, "краткосрочн": PairKind.SHORT_TERM,
    "целеполагающ": PairKind.SHORT_TERM, "реверсивн": PairKind.REVERSE, "ситуационн": PairKind.SITUATIONAL,
    "скоростн": PairKind.SPEED,
}  # fmt: skip
"""Beginnings of the words by which lists name the kinds."""
FORM_WORDS: Mapping[str, str] = {
    "учитель - учитель": PairForm.TEACHER_TEACHER, "педагог - педагог": PairForm.TEACHER_TEACHER,
    "руководитель - учитель": PairForm.HEAD_TEACHER, "директор - учитель": PairForm.HEAD_TEACHER,
    "руководитель - руководитель": PairForm.HEAD_HEAD, "директор - директор": PairForm.HEAD_HEAD,
    "директор - заведующая филиалом": PairForm.HEAD_HEAD, "завуч - завуч": PairForm.DEPUTY_DEPUTY,
    "специалист - учитель": PairForm.SPECIALIST_TEACHER, "специалист - специалист": PairForm.SPECIALIST_SPECIALIST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListedPair:
    """One row of the file: its number, texts and days by column."""

    row: int
    texts: Mapping[str, str]
    days: Mapping[str, dt.date | None] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a column, empty where there is none."""
        return self.texts.get(name, "")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What becomes of a row: keys of what was found; ``column`` and ``problem`` say where and why it is refused.

    ``who`` is for the report; the browser sends keys back, no names.
    """

    row: int
    outcome: str
    who: str = ""
    mentor: int = 0
    mentor_school: int = 0
    mentee: int = 0
    mentee_school: int = 0
    kind: str = PairKind.TRADITIONAL
    form: str = PairForm.TEACHER_TEACHER
    subject: int | None = None
    competence: int | None = None
    goal: str = ""
    starts_on: str = ""
    ends_on: str = ""
    column: str = ""
    problem: str = ""


def plan_pairs(rows: Sequence[ListedPair], *, school_year: SchoolYear, scope: Scope) -> list[PlannedRow]:
    """Say what each row would do; reads only. Nobody is guessed: two people of one name need the school."""
    book = _Book(scope, school_year)
    planned, seen = [], set()
    for row in rows:
        one = book.planned(row)
        if one.outcome == NEW and (one.mentor, one.mentee) in seen:
            one = replace(one, outcome=REJECTED, column="mentee", problem=_("the file names this pair twice"))
        seen.add((one.mentor, one.mentee))
        planned.append(one)
    return _fit_groups(planned)


def group_key(row: PlannedRow) -> tuple[Any, ...]:
    """Return what tells one pair or group of the file from another."""
    return (row.mentor, row.kind, row.subject) if row.kind == PairKind.GROUP else (row.mentor, row.mentee)


def _fit_groups(rows: list[PlannedRow]) -> list[PlannedRow]:
    """Refuse the rows of a group that is too small: the group is one pair."""
    least = pair_rules()[GROUP_MENTEES]
    sizes: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        if row.outcome == NEW and row.kind == PairKind.GROUP:
            sizes[group_key(row)] += 1
    return [
        replace(
            row,
            outcome=REJECTED,
            column="kind",
            problem=_("a group needs %(count)s mentees in the file") % {"count": least},
        )
        if row.outcome == NEW and row.kind == PairKind.GROUP and sizes[group_key(row)] < least
        else row
        for row in rows
    ]


class _Book:
    """People, schools, subjects and competences by the names that lists use."""

    def __init__(self, scope: Scope, school_year: SchoolYear) -> None:
        self._people: dict[str, list[int]] = defaultdict(list)
        rows = readable_people(scope).values_list("pk", "family_name", "given_name", "patronymic")
        for pk, *names in rows:
            self._people[plain(" ".join(name for name in names if name))].append(pk)
        self._posts: dict[int, dict[int, set[str]]] = defaultdict(dict)
        known = {pk for keys in self._people.values() for pk in keys}
        posts = Employment.objects.within(scope) if not scope.everything else Employment.objects.all()
        for person, school, *names in posts.values_list(
            "person_id", "organisation_id", "organisation__short_name", "organisation__name"
        ):
            if person in known:
                self._posts[person].setdefault(school, set()).update(plain(name) for name in names)
        self._subjects = {plain(one.name): one.pk for one in Subject.objects.all()}
        self._competences = {plain(one.name): one.pk for one in Competence.objects.kept()}
        present = PairMentee.objects.filter(
            pair__in=MentorPair.objects.current().filter(school_year=school_year)
        )
        self._present = set(present.values_list("pair__mentor", "person"))

    def planned(self, row: ListedPair) -> PlannedRow:
        """Return what becomes of a row."""
        found = PlannedRow(
            row.row, NEW, f"{row.text('mentee')} ← {row.text('mentor')}", goal=row.text("goal")[:1000]
        )
        for side in ("mentor", "mentee"):
            person, school, problem = self._found(row.text(side), row.text(f"{side}_school"))
            if problem:
                return replace(found, outcome=REJECTED, column=side, problem=problem)
            found = (
                replace(found, mentor=person, mentor_school=school)
                if side == "mentor"
                else replace(found, mentee=person, mentee_school=school)
            )
        if found.mentor == found.mentee:
            return replace(
                found, outcome=REJECTED, column="mentee", problem=_("a person cannot be the own mentor")
            )
        if (found.mentor, found.mentee) in self._present:
            return replace(found, outcome=KNOWN, problem=_("a pair of this year already"))
        return self._with_words(found, row)

    def _with_words(self, found: PlannedRow, row: ListedPair) -> PlannedRow:
        kind, form = _kind_of(row.text("kind")), _form_of(row.text("form"))
        subject = self._subjects.get(plain(row.text("subject")))
        competence = self._competences.get(plain(row.text("competence")))
        first, last = row.days.get("starts_on"), row.days.get("ends_on")
        problems = (
            ("kind", kind is None, _("an unknown kind of mentoring")),
            ("form", form is None, _("an unknown form of mentoring")),
            ("subject", bool(row.text("subject")) and subject is None, _("an unknown subject")),
            ("competence", bool(row.text("competence")) and competence is None, _("an unknown competence")),
            ("starts_on", bool(row.text("starts_on")) and first is None, _("this is no date")),
            ("ends_on", bool(row.text("ends_on")) and last is None, _("this is no date")),
            (
                "ends_on",
                first is not None and last is not None and last < first,
                _("the end lies before the beginning"),
            ),
        )
        for column, is_wrong, problem in problems:
            if is_wrong:
                return replace(found, outcome=REJECTED, column=column, problem=problem)
        return replace(
            found,
            kind=kind or PairKind.TRADITIONAL,
            form=form or PairForm.TEACHER_TEACHER,
            subject=subject,
            competence=competence,
            starts_on=first.isoformat() if first else "",
            ends_on=last.isoformat() if last else "",
        )

    def _found(self, name: str, school: str) -> tuple[int, int, str]:
        same = self._people.get(plain(name), [])
        if school:
            same = [pk for pk in same if any(plain(school) in names for names in self._posts[pk].values())]
        if not same:
            return 0, 0, _("nobody of your territory has this full name and works in this school")
        if len(same) > 1:
            return 0, 0, _("several people have this name: write the school")
        posts = self._posts[same[0]]
        places = [key for key, names in posts.items() if not school or plain(school) in names]
        if len(places) != 1:
            return 0, 0, _("works in several schools or in none: write the school")
        return same[0], places[0], ""


def _kind_of(text: str) -> str | None:
    word = plain(text)
    if not word:
        return PairKind.TRADITIONAL
    return next((kind for begin, kind in KIND_WORDS.items() if word.startswith(begin)), None)


def _form_of(text: str) -> str | None:
    word = re.sub(r"\s*[-–—]\s*", " - ", plain(text))
    return FORM_WORDS.get(word, None if word else PairForm.TEACHER_TEACHER)


def plain(text: str) -> str:
    """Return a name without case, «ё», quotes and double spaces."""
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).split())


def rows_to_plain(rows: Iterable[PlannedRow]) -> list[dict[str, Any]]:
    """Return the rows that would be written as plain data without names, to be signed and sent back."""
    return [
        {
            name: value
            for name, value in asdict(row).items()
            if name not in {"who", "column", "problem", "outcome"}
        }
        for row in rows
        if row.outcome == NEW
    ]


def rows_from_plain(data: Iterable[Mapping[str, Any]]) -> list[PlannedRow]:
    """Read what ``rows_to_plain`` wrote."""
    return [PlannedRow(outcome=NEW, **row) for row in data]
