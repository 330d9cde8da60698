"""Results for the identification straight from files: other years, grades and countries, without a database of them.

The files are read by the same formats and mappings as an import (docs/formats/mapping.md, docs/formats/identify.md).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from mayak.kernel.importing import ImportProblem, Limits
from mayak.registry.selectors.names import place_key
from mayak.registry.services.reference import DATA, read_data
from mayak.results.algorithms.collect import ParticipantCollector
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.data import (
    Context,
    Dataset,
    Ints,
    Procedure,
    QualitySigns,
    Results,
)
from mayak.results.algorithms.keys import canonical
from mayak.results.algorithms.records import AssessmentKey, ContextRecord, SchoolRecord, SchoolRef
from mayak.results.selectors.identification_data import MARKER, LoadedData
from mayak.results.services.values import find_below

from .mapping import Mapping as FileMapping
from .reading import SheetPlan, open_results, read_batches

LIMITS = Limits(file_bytes=4 << 30, unpacked_bytes=8 << 30, sheet_cells=100_000_000)
FLAG = "bias:"


class FilesRefused(Exception):  # noqa: N818 - a message for a person, not a programming error
    """The files do not say enough; ``messages`` name each place."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = list(messages)


@dataclass(slots=True)
class FileData:
    """What the files hold: the data, how each school is called, and what was not taken."""

    loaded: LoadedData
    labels: dict[str, SchoolRef]
    rejected: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Gathered:
    """Rows before they become columns."""

    results: dict[tuple[str, Procedure, int], tuple[Any, ...]] = field(default_factory=dict)
    labels: dict[str, tuple[int, SchoolRef]] = field(default_factory=dict)
    contexts: dict[tuple[str, str, int], tuple[float, int]] = field(default_factory=dict)
    signs: set[tuple[str, int]] = field(default_factory=set)
    has_flags: bool = False
    rejected: list[str] = field(default_factory=list)


def read_files(
    paths: Iterable[Path], mappings: Sequence[FileMapping], defaults: Mapping[str, Any], rule: r.RuleSet
) -> FileData:
    """Read all files into the columns that the identification takes.

    Args:
        paths: files of results, social passports and marks, in any order.
        mappings: for each sheet the first whose columns are all there is used; none: the headers are recognised.
        defaults: kind, year, subject_text, grade for whatever neither the file nor the mapping says.
        rule: decides whether marks of non-objectivity are looked at.

    Raises:
        ImportProblem: a file cannot be read.
        FilesRefused: no mapping fits a sheet, or kind, year, subject or school are said nowhere.
    """
    found = _Gathered()
    subjects = _subjects()
    for path in paths:
        for plan in open_results(path.name, path, LIMITS):
            ready = _mapped(plan, mappings, defaults)
            if ready is not None:
                _gather(ready, found, subjects)
    if not found.results and not found.contexts:
        raise FilesRefused([_("The files hold no results.")])
    return _columns(found, rule)


def known_subjects(rule: r.RuleSet) -> r.RuleSet:
    """The rule with subjects named in any language turned into the codes that the data use."""
    subjects = _subjects()
    conditions = [
        replace(
            condition,
            items=replace(
                condition.items,
                subjects=tuple(_subject(subject, subjects) for subject in condition.items.subjects),
            ),
        )
        for condition in rule.conditions
    ]
    return replace(rule, conditions=tuple(conditions))


def school_key(school: SchoolRef) -> str:
    """The key of a school in the files: login, code, ОГРН or ИНН, else its name with its place.

    Codes written with hyphens are another numbering and never equal to plain digits.
    """
    if school.login:
        return school.login
    if school.code:
        return school.code if school.code_system == "digits" else f"{school.code_system}:{school.code}"
    if school.ogrn or school.inn:
        return str(school.ogrn or school.inn)
    return "|".join(place_key(part or "") for part in (school.region, school.municipality, school.name))


def _mapped(
    plan: SheetPlan, mappings: Sequence[FileMapping], defaults: Mapping[str, Any]
) -> SheetPlan | None:
    """The sheet with its meaning; None for a sheet without a table."""
    if plan.guess.shape is None:
        return None
    guessed = plan.guess.mapping
    if mappings:
        plan = _bound(plan, mappings)
        plan = plan.with_defaults(**_left_over(plan, guessed))
    plan = plan.with_defaults(**{name: value for name, value in defaults.items() if value is not None})
    mapping = plan.guess.mapping
    missing = () if mapping is None else mapping.missing
    if missing:
        words = {
            "kind": _("the kind of the assessment"),
            "year": _("the year"),
            "subject": _("the subject"),
            "school": _("a column with the school"),
        }
        said = ", ".join(words[what] for what in missing)
        raise FilesRefused(
            [_("%(file)s, %(sheet)s: not known: %(what)s.") % {
                "file": plan.source.label, "sheet": plan.sheet.name, "what": said
            }]
        )  # fmt: skip
    return plan if mapping is not None else None


def _bound(plan: SheetPlan, mappings: Sequence[FileMapping]) -> SheetPlan:
    problems = []
    for mapping in mappings:
        try:
            return plan.with_mapping(mapping)
        except ImportProblem as problem:
            problems.append(problem.message)
    raise FilesRefused(problems)


def _left_over(plan: SheetPlan, guessed: FileMapping | None) -> dict[str, Any]:
    """What the titles or the name of the file say and the mapping does not."""
    mapping = plan.guess.mapping
    if guessed is None or mapping is None:
        return {}
    own = mapping.defaults
    names = ("kind", "subject_text", "grade", "year", "max_score")
    given = {name: getattr(guessed.defaults, name) for name in names if getattr(own, name) in (None, "")}
    return {name: value for name, value in given.items() if value not in (None, "")}


def _gather(plan: SheetPlan, found: _Gathered, subjects: Mapping[str, str]) -> None:
    collector = ParticipantCollector()
    for batch in read_batches(plan):
        for record in batch.schools:
            _add(record, found, subjects)
        if batch.participants:
            collector.add(batch.file, batch.sheet, batch.participants)
        for context in batch.contexts:
            _add_context(context, found)
        for one in batch.rejected:
            place = f"{one.place.file}, {one.place.sheet}, {one.place.row}"
            found.rejected.append(f"{place}: {one.value} ({one.code})")
    for summed, _slot in collector.results():
        _add(summed, found, subjects)


def _add(record: SchoolRecord, found: _Gathered, subjects: Mapping[str, str]) -> None:
    key = record.assessment
    if key.year is None or record.school.is_empty:
        return
    school, procedure = school_key(record.school), _procedure(key, subjects)
    below = find_below(record, None)
    n = record.participants
    values = (
        -1 if n is None else n,
        _number(below.count),
        _number(below.share),
        _number(record.mean),
        _spread(record.distribution),
    )
    old = found.results.setdefault((school, procedure, key.year), values)
    if not _equal(old, values):
        place = f"{record.place.file}, {record.place.row}"
        text = _("%(place)s: %(school)s has other numbers for %(procedure)s of %(year)s already")
        found.rejected.append(
            text % {"place": place, "school": school, "procedure": procedure, "year": key.year}
        )
    if school not in found.labels or found.labels[school][0] <= key.year:
        found.labels[school] = (key.year, record.school)


def _add_context(record: ContextRecord, found: _Gathered) -> None:
    if record.year is None or record.school.is_empty:
        return
    school = school_key(record.school)
    found.labels.setdefault(school, (0, record.school))
    if record.indicator.startswith(FLAG):
        found.has_flags = True
        if record.value:
            found.signs.add((school, record.year))
        return
    share = record.share
    if share is None and record.count is not None and record.total:
        share = record.count / record.total
    if share is not None:
        found.contexts[school, record.indicator, record.year] = (share, record.total or -1)


def _procedure(key: AssessmentKey, subjects: Mapping[str, str]) -> Procedure:
    plain = canonical(key)
    label = " ".join(
        part for part in (plain.wave, f"Q{plain.quarter}" if plain.quarter else "", plain.moment) if part
    )
    return Procedure(plain.kind, _subject(plain.subject_text, subjects), plain.grade, label)


def _columns(found: _Gathered, rule: r.RuleSet) -> FileData:
    schools = tuple(sorted(found.labels))
    place = {school: number for number, school in enumerate(schools)}
    procedures = tuple(sorted({procedure for _school, procedure, _year in found.results}, key=str))
    number = {procedure: at for at, procedure in enumerate(procedures)}
    keys = sorted(found.results, key=lambda row: (row[0], str(row[1]), row[2]))
    rows = [found.results[key] for key in keys]
    n, below, share, mean, sd = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else _nothing()
    )
    labels = {school: label for school, (_year, label) in found.labels.items()}
    results = Results(
        schools,
        procedures,
        np.array([place[school] for school, _procedure, _year in keys], dtype=np.int64),
        np.array([number[procedure] for _school, procedure, _year in keys], dtype=np.int64),
        np.array([year for _school, _procedure, year in keys], dtype=np.int64),
        n.astype(np.int64), below.astype(np.float64), mean.astype(np.float64), share.astype(np.float64),
        sd.astype(np.float64), _levels(schools, labels),
    )  # fmt: skip
    data = Dataset(results, _context(found, place), _signs(found, place, rule))
    digest = hashlib.sha256(repr((rule, keys, rows, sorted(found.contexts.items()))).encode()).hexdigest()
    loaded = LoadedData(data, np.ones(len(schools), dtype=np.bool_), digest)
    return FileData(loaded, labels, found.rejected)


def _nothing() -> Iterator[Any]:
    return iter([np.zeros(0)] * 5)


def _levels(schools: Sequence[str], labels: Mapping[str, SchoolRef]) -> dict[str, Ints]:
    """Region and municipality by their names; a level that no row names is not there."""
    levels: dict[str, Ints] = {"country": np.zeros(len(schools), dtype=np.int64)}
    regions = [place_key(labels[school].region or "") for school in schools]
    own = [place_key(labels[school].municipality or "") for school in schools]
    districts = [f"{region}|{name}" if name else "" for region, name in zip(regions, own, strict=True)]
    for level, names in (("region", regions), ("municipality", districts)):
        at = {name: number for number, name in enumerate(sorted(set(names) - {""}))}
        if at:
            levels[level] = np.array([at.get(name, -1) for name in names], dtype=np.int64)
    return levels


def _context(found: _Gathered, place: Mapping[str, int]) -> Context | None:
    if not found.contexts:
        return None
    codes = tuple(sorted({indicator for _school, indicator, _year in found.contexts}))
    rows = sorted(found.contexts.items())
    return Context(
        codes,
        np.array([place[school] for (school, _code, _year), _value in rows], dtype=np.int64),
        np.array([codes.index(code) for (_school, code, _year), _value in rows], dtype=np.int64),
        np.array([year for (_school, _code, year), _value in rows], dtype=np.int64),
        np.array([share for _key, (share, _total) in rows], dtype=np.float64),
        np.array([total for _key, (_share, total) in rows], dtype=np.int64),
    )


def _signs(found: _Gathered, place: Mapping[str, int], rule: r.RuleSet) -> QualitySigns | None:
    if rule.veto is None or not found.has_flags:
        return None
    rows = sorted(found.signs)
    return QualitySigns(
        (MARKER,),
        np.array([place[school] for school, _year in rows], dtype=np.int64),
        np.zeros(len(rows), dtype=np.int64),
        np.array([year for _school, year in rows], dtype=np.int64),
    )


def _subjects() -> dict[str, str]:
    """Every name of a subject of the product -> its code."""
    found: dict[str, str] = {}
    for row in read_data(DATA / "subjects.yaml")["subjects"]:
        for name in (row["code"], row["name"], row.get("name_en", ""), *row.get("aliases", [])):
            if name:
                found.setdefault(place_key(str(name)), row["code"])
    return found


def _subject(text: str, subjects: Mapping[str, str]) -> str:
    return subjects.get(place_key(text), text)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _spread(distribution: Mapping[int, float] | None) -> float:
    if not distribution:
        return float("nan")
    score = np.array(list(distribution), dtype=np.float64)
    weight = np.array(list(distribution.values()), dtype=np.float64)
    mean = (score * weight).sum() / weight.sum()
    return float(np.sqrt((weight * (score - mean) ** 2).sum() / weight.sum()))


def _equal(one: tuple[Any, ...], two: tuple[Any, ...]) -> bool:
    return bool(np.array_equal(np.array(one, dtype=float), np.array(two, dtype=float), equal_nan=True))
