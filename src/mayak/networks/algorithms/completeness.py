"""Whether an agreement says what it must: sections, duties of each side, numbers, references, term, representatives.

Evidence: an agreement of 2021 whose point 1.3 is missing, whose second school has no duties, which names no
measurable result and no rule for personal data (domain.md A3.2, check CH-05).
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

DUTIES, RESULTS, REQUISITES = "duties", "results", "requisites"
_MONTHS: Final = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_SIGN: Final = r"\s*(?:г\.?|года)?\s*№\s*(?P<number>\d[\w\-/.]*\w|\d)"
_IN_FIGURES: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[.,]\s?(?P<month>\d{{2}})[.,]\s?(?P<year>\d{{4}}){_SIGN}"
)
_IN_WORDS: Final = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(_MONTHS)})\s+(?P<year>\d{{4}}){_SIGN}"
)
_FIGURE: Final = re.compile(r"\d")
_FIELD: Final = re.compile(r"\{([\w\-]+)\}")
_NEAR: Final = 2
"""Parts of a date (day, month, year) that must agree before another date of the same number counts as a slip."""


class FaultCode(StrEnum):
    """What can be wrong."""

    NO_SECTION = "no_section"
    NO_DUTIES = "no_duties"
    NO_MEASURE = "no_measure"
    GAP = "gap"
    TWICE = "twice"
    EXPIRED = "expired"
    PROGRAMME_OVER = "programme_over"
    ACT_OVER = "act_over"
    ACT_DIFFERS = "act_differs"
    NO_REPRESENTATIVE = "no_representative"
    NO_BASIS = "no_basis"
    NO_REQUISITES = "no_requisites"
    FEW_PARTIES = "few_parties"
    EMPTY_FIELD = "empty_field"
    WRONG_KIND = "wrong_kind"


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered clause: «1.2», what it is about, whose duty it is (empty: everybody's)."""

    number: str
    section: str
    text: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A party with what a contract needs of it."""

    role: str
    name: str
    representative: str = ""
    basis: str = ""
    has_requisites: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A section that the kind of agreement must have; ``each_side``: one of every role."""

    section: str
    each_side: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """A legal act of the registry; ``is_over``: cancelled or replaced."""

    number: str
    date: dt.date
    is_over: bool = False
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """All of an agreement that the check reads."""

    parties: Sequence[Party]
    clauses: Sequence[Clause]
    needs: Sequence[Need]
    day: dt.date
    ends_on: dt.date | None = None
    programme_ends_on: dt.date | None = None
    acts: Sequence[Act] = ()
    filled: frozenset[str] = frozenset()
    fewest_parties: int = 2
    needs_network_form: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where; ``values`` are for the words of it."""

    code: FaultCode
    place: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A name of the fault that stays while the fault stays."""
        more = self.values.get("field") or self.values.get("act") or ""
        return f"{self.code}:{self.place}:{more}".rstrip(":")


@dataclass(frozen=True, slots=True)
class Citation:
    """An act as a clause cites it."""

    place: str
    number: str
    date: dt.date


def faults_of(paper: Paper) -> list[Fault]:
    """Return everything that is wrong, the gravest first."""
    return [
        *([Fault(FaultCode.WRONG_KIND, "")] if paper.needs_network_form else []),
        *_missing_sections(paper),
        *_missing_duties(paper),
        *_without_measure(paper.clauses),
        *_numbering(paper.clauses),
        *_term(paper),
        *_acts(paper),
        *_parties(paper),
        *_fields(paper),
    ]


def citations_in(clauses: Iterable[Clause]) -> list[Citation]:
    """Return the acts that the text cites by date and number; an impossible date is passed over."""
    found = []
    for clause in clauses:
        for pattern in (_IN_FIGURES, _IN_WORDS):
            for match in pattern.finditer(clause.text):
                day = _date_of(match)
                if day is not None:
                    found.append(Citation(clause.number, match["number"], day))
    return found


def fields_in(text: str) -> list[str]:
    """Return the names of the fields («{срок_по}») of a text."""
    return _FIELD.findall(text)


def _missing_sections(paper: Paper) -> Iterator[Fault]:
    present = {
        clause.section for clause in paper.clauses if "." in clause.number or clause.section == REQUISITES
    }
    for need in paper.needs:
        if not need.each_side and need.section not in present:
            yield Fault(FaultCode.NO_SECTION, need.section)


def _missing_duties(paper: Paper) -> Iterator[Fault]:
    roles = list(dict.fromkeys(party.role for party in paper.parties))
    for need in paper.needs:
        if not need.each_side:
            continue
        said = {clause.side for clause in paper.clauses if clause.section == need.section}
        for role in roles:
            if role not in said and not (len(roles) == 1 and "" in said):
                names = ", ".join(party.name for party in paper.parties if party.role == role)
                yield Fault(FaultCode.NO_DUTIES, role, {"names": names})


def _without_measure(clauses: Sequence[Clause]) -> Iterator[Fault]:
    results = [clause for clause in clauses if clause.section == RESULTS and "." in clause.number]
    if results and not any(_FIGURE.search(clause.text) for clause in results):
        yield Fault(FaultCode.NO_MEASURE, results[0].number)


def _numbering(clauses: Sequence[Clause]) -> Iterator[Fault]:
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for clause in clauses:
        parts = _parts(clause.number)
        if parts:
            groups[parts[:-1]].append(parts[-1])
    for parent, numbers in sorted(groups.items()):
        for missing in sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
            after = [one for one in sorted(numbers) if one < missing]
            yield Fault(
                FaultCode.GAP,
                _number(parent, missing),
                {
                    "before": _number(parent, after[-1]) if after else "",
                    "after": _number(parent, min(one for one in numbers if one > missing)),
                },
            )
        for twice in sorted({one for one in numbers if numbers.count(one) > 1}):
            yield Fault(FaultCode.TWICE, _number(parent, twice))


def _term(paper: Paper) -> Iterator[Fault]:
    if paper.ends_on is not None and paper.ends_on < paper.day:
        yield Fault(FaultCode.EXPIRED, _day(paper.ends_on))
    if paper.ends_on is None and paper.programme_ends_on is not None and paper.programme_ends_on < paper.day:
        yield Fault(FaultCode.PROGRAMME_OVER, _day(paper.programme_ends_on))


def _acts(paper: Paper) -> Iterator[Fault]:
    cited = citations_in(paper.clauses)
    known = {(_plain(act.number), act.date): act for act in paper.acts}
    told: set[tuple[str, str]] = set()
    for one in cited:
        act = known.get((_plain(one.number), one.date))
        if act is not None:
            if act.is_over and (one.place, act.number) not in told:
                told.add((one.place, act.number))
                yield Fault(FaultCode.ACT_OVER, one.place, {"act": _act(one), "instead": act.replaced_by})
            continue
        other = _slip(one, [Citation("", act.number, act.date) for act in paper.acts]) or _slip(one, cited)
        if other is not None and (one.place, _act(one)) not in told:
            told.add((one.place, _act(one)))
            yield Fault(FaultCode.ACT_DIFFERS, one.place, {"act": _act(one), "other": _act(other)})


def _slip(one: Citation, others: Iterable[Citation]) -> Citation | None:
    """Return the act that was probably meant: the same number and nearly the same date, or the reverse."""
    for other in others:
        same_number, same_date = _plain(one.number) == _plain(other.number), one.date == other.date
        equal = sum(getattr(one.date, part) == getattr(other.date, part) for part in ("day", "month", "year"))
        if same_number and not same_date and equal == _NEAR:
            return other
        if same_date and not same_number and _digits(one.number) == _digits(other.number):
            return other
    return None


def _parties(paper: Paper) -> Iterator[Fault]:
    if len(paper.parties) < paper.fewest_parties:
        yield Fault(FaultCode.FEW_PARTIES, str(len(paper.parties)))
    for party in paper.parties:
        if not party.representative.strip():
            yield Fault(FaultCode.NO_REPRESENTATIVE, party.name)
        elif not party.basis.strip():
            yield Fault(FaultCode.NO_BASIS, party.name, {"representative": party.representative})
        if not party.has_requisites:
            yield Fault(FaultCode.NO_REQUISITES, party.name)


def _fields(paper: Paper) -> Iterator[Fault]:
    for clause in paper.clauses:
        for name in dict.fromkeys(fields_in(clause.text)):
            if name not in paper.filled:
                yield Fault(FaultCode.EMPTY_FIELD, clause.number, {"field": name})


def _parts(number: str) -> tuple[int, ...]:
    parts = number.strip().rstrip(".").split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _number(parent: tuple[int, ...], last: int) -> str:
    return ".".join(str(part) for part in (*parent, last))


def _date_of(match: re.Match[str]) -> dt.date | None:
    month = match["month"]
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    try:
        return dt.date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None


def _plain(number: str) -> str:
    return re.sub(r"\s", "", number).strip(".").upper()


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _act(one: Citation) -> str:
    return f"{_day(one.date)} № {one.number}"


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"
