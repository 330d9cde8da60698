"""What answers mean for the school world: pure functions over a questionnaire and its answers.

A question or a line of a matrix says by its ``meaning`` what is read from it:

- ``{competence: <code>, reads: level}`` and ``{..., reads: wish}``: a deficit and the wish for help. The level is the
  value of the chosen option, stretched to 0..3; the wish is an option with a value above 0. A question of several
  choices with ``{reads: wish, of: <matrix>}`` names the lines of that matrix by the codes of its options.
- ``{request: 1, reads: competence|severity|form|mode|text}``: a line of the request map; the number joins the answers.
- ``{risk: <factor>}``, with ``reversed: true`` where agreement speaks against the risk: 0..100,
  the greater the riskier.
- ``{satisfaction: overall}``: whoever chooses the upper quarter of the scale (4 and 5 of five points) is satisfied.
- ``{scale: <code>}``: a scale of the work of a school, 0..100, the greater the better.
- ``{effectiveness: result}`` and ``{effectiveness: resource}``: 0..100 each.
- ``{preference: 1}``: a person named first, second, third.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from mayak.surveys.algorithms.definition import Definition, Option, Question, QuestionKind

GREATEST = 3
"""Severity of the greatest deficit."""
SATISFIED_FROM = 0.75
"""Where on the scale satisfaction begins: 4 of five points, 8 of ten. Assumption: S3 names 85 % and no scale."""
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody says of the own competence; None where nothing is said."""

    severity: float | None = None
    wants_help: bool | None = None


@dataclass(frozen=True, slots=True)
class Wished:
    """One line of the request map."""

    competence: str
    severity: int
    form: str
    mode: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """An answered question or line with its meaning and the options among which was chosen."""

    meaning: Mapping[str, Any]
    answer: Any
    question: Question

    @property
    def option(self) -> Option | None:
        """The chosen option."""
        return self.question.option(str(self.answer))

    @property
    def share(self) -> float | None:
        """Where the answer lies between the lowest and the highest value of its question, 0..1."""
        if self.question.kind == QuestionKind.SCALE and self.question.scale is not None:
            low, high = self.question.scale.low, self.question.scale.high
            return (float(self.answer) - low) / (high - low)
        values = [option.value for option in self.question.options if option.value is not None]
        option = self.option
        if option is None or option.value is None or not values or max(values) == min(values):
            return None
        return (option.value - min(values)) / (max(values) - min(values))


def meanings_in(definition: Definition) -> frozenset[str]:
    """Return what is read from the questionnaire at all («competence», «risk», …)."""
    found: set[str] = set()
    for question in definition.questions():
        for meaning in (question.meaning, *(row.meaning for row in question.rows)):
            found |= set(meaning)
    return frozenset(found)


def readings(definition: Definition, answers: Mapping[str, Any], wanted: str) -> Iterator[Read]:
    """Yield what was answered and means something of this kind; the meaning of a line adds to that of its question."""
    for question in definition.questions():
        given = answers.get(question.code)
        if given in (None, "", [], {}):
            continue
        if question.kind == QuestionKind.MATRIX and isinstance(given, Mapping):
            for row in question.rows:
                meaning = {**question.meaning, **row.meaning}
                if wanted in meaning and row.code in given:
                    yield Read(meaning, given[row.code], question)
        elif wanted in question.meaning:
            yield Read(question.meaning, given, question)


def stated_deficits(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Stated]:
    """Return what somebody states of each competence; an option without a value says nothing."""
    levels: dict[str, float] = {}
    wishes: dict[str, bool] = _wished_rows(definition, answers)
    for read in readings(definition, answers, "competence"):
        code, reads = str(read.meaning["competence"]), read.meaning.get("reads")
        if reads == "level" and read.share is not None:
            levels[code] = round(read.share * GREATEST, 2)
        elif reads == "wish" and read.option is not None:
            wishes[code] = bool(read.option.value)
    return {code: Stated(levels.get(code), wishes.get(code)) for code in {**levels, **wishes}}


def _wished_rows(definition: Definition, answers: Mapping[str, Any]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for question in definition.questions():
        matrix = definition.question(str(question.meaning.get("of", "")))
        if question.meaning.get("reads") != "wish" or matrix is None or not answers.get(matrix.code):
            continue
        chosen = answers.get(question.code) or []
        for row in matrix.rows:
            if "competence" in row.meaning:
                found[str(row.meaning["competence"])] = row.code in chosen
    return found


def stated_requests(definition: Definition, answers: Mapping[str, Any]) -> list[Wished]:
    """Return the lines of the request map with competence, severity and form; the last of a competence counts."""
    lines: dict[int, dict[str, Any]] = {}
    for read in readings(definition, answers, "request"):
        lines.setdefault(int(read.meaning["request"]), {})[str(read.meaning.get("reads"))] = read
    found: dict[str, Wished] = {}
    for _number, parts in sorted(lines.items()):
        if not {"competence", "severity", "form"} <= set(parts):
            continue
        option = parts["severity"].option
        competence = str(parts["competence"].answer)
        found[competence] = Wished(
            competence=competence,
            severity=int(option.value if option is not None and option.value is not None else 0),
            form=str(parts["form"].answer),
            mode=str(parts["mode"].answer) if "mode" in parts else "",
            text=str(parts["text"].answer) if "text" in parts else "",
        )
    return list(found.values())


def risk_points(definition: Definition, answers: Mapping[str, Any]) -> dict[str, float]:
    """Return what one answer says of each risk factor, 0..100: the mean of its statements."""
    points: dict[str, list[float]] = {}
    for read in readings(definition, answers, "risk"):
        if read.share is not None:
            share = 1 - read.share if read.meaning.get("reversed") else read.share
            points.setdefault(str(read.meaning["risk"]), []).append(share * HUNDRED)
    return {factor: fmean(values) for factor, values in points.items()}


def scale_points(definition: Definition, answers: Mapping[str, Any]) -> dict[str, float]:
    """Return what one answer says on each scale, 0..100: the mean of its questions."""
    points: dict[str, list[float]] = {}
    for read in readings(definition, answers, "scale"):
        if read.share is not None:
            points.setdefault(str(read.meaning["scale"]), []).append(read.share * HUNDRED)
    return {code: fmean(values) for code, values in points.items()}


def is_satisfied(definition: Definition, answers: Mapping[str, Any]) -> bool | None:
    """Whether the answer to the question of satisfaction lies in the upper quarter; None where it was not answered."""
    for read in readings(definition, answers, "satisfaction"):
        if read.meaning["satisfaction"] == "overall" and read.share is not None:
            return read.share >= SATISFIED_FROM
    return None


def effectiveness_points(
    definition: Definition, answers: Mapping[str, Any]
) -> tuple[float | None, float | None]:
    """Return the results reached and the resources spent, 0..100 each."""
    points: dict[str, list[float]] = {"result": [], "resource": []}
    for read in readings(definition, answers, "effectiveness"):
        if read.share is not None:
            points[str(read.meaning["effectiveness"])].append(read.share * HUNDRED)
    result, resource = (fmean(values) if values else None for values in points.values())
    return result, resource


def named_preferences(definition: Definition, answers: Mapping[str, Any]) -> list[str]:
    """Return whom somebody names, in the order of preference."""
    found = {
        int(read.meaning["preference"]): str(read.answer)
        for read in readings(definition, answers, "preference")
    }
    return [name for _place, name in sorted(found.items())]


def safe_schools(
    counts: Mapping[int, int], groups: Mapping[int, Iterable[Any]], limit: int
) -> frozenset[int]:
    """Return the schools whose own number may be shown: with enough answers, and nobody else's follows by subtraction.

    A group (a district, a category, a district's category, all schools together) may be shown elsewhere. So the
    answers of its schools that are not shown here are none or at least ``limit`` together; where they are not, the
    smallest shown school of the group is hidden besides.
    """
    members: dict[Any, list[int]] = {}
    for school, own in groups.items():
        for group in own:
            members.setdefault(group, []).append(school)
    shown = {school for school, count in counts.items() if count >= limit}
    is_settled = False
    while not is_settled:
        is_settled = True
        for schools in members.values():
            own = [school for school in schools if school in shown]
            rest = sum(counts[school] for school in schools if school not in shown)
            if own and 0 < rest < limit:
                shown.discard(min(own, key=lambda school: (counts[school], school)))
                is_settled = False
    return frozenset(shown)


def mean_of_audiences(values: Sequence[Sequence[float]]) -> float:
    """Return the mean of the means: every audience counts alike, however many of it answered."""
    return fmean(fmean(one) for one in values)
