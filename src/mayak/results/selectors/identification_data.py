"""Results, context and quality signs of a territory in columns, as the identification takes them.

Nothing is made into objects: 720,000 results of a country are read as tuples and laid into arrays in some seconds.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from django.db.models import Case, FloatField, IntegerField, QuerySet, Value, When
from django.db.models.functions import Cast

from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.jobs.models import JobState
from mayak.kernel.models import Job
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Organisation, Territory
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.data import (
    Context,
    Dataset,
    Floats,
    Ints,
    Procedure,
    QualitySigns,
    Results,
)
from mayak.results.algorithms.identification.evaluation import years_of
from mayak.results.enums import BASIS_PRIORITY, AssessmentKind
from mayak.results.models import (
    Assessment,
    ContextIndicator,
    ContextValue,
    NonObjectivityMarker,
    SchoolResult,
)

Progress = Callable[[int, str], None]
Table: TypeAlias = dict[str, Any]
"""Columns of equal length by name."""

OWN_KINDS = frozenset({AssessmentKind.INTERNAL, AssessmentKind.QUARTER_MARK, AssessmentKind.OLYMPIAD})
"""What the school itself marks and competitions: counted only where a condition names the kind."""

MARKER = "non-objectivity"
"""The sign that an authority published, beside the signs that the checks found."""

_LEVELS = (TerritoryKind.COUNTRY, TerritoryKind.REGION, TerritoryKind.MUNICIPALITY)
_CHUNK = 50_000
_NUMBERS = 7
"""How many of the columns of a result are numbers."""


@dataclass(frozen=True, slots=True)
class LoadedData:
    """What a run looks at: the data (perhaps of a wider territory), which schools are its own, a hash of everything."""

    data: Dataset
    is_own: "np.typing.NDArray[np.bool_]"
    input_hash: str

    @property
    def rows(self) -> int:
        """How many results were read."""
        return len(self.data.results.school)


def load_data(
    rule: r.RuleSet, territory: Territory, year: int, *, progress: Progress = lambda done, stage: None
) -> LoadedData:
    """Read what the rule looks at in this year.

    Args:
        rule: the conditions.
        territory: whose schools are decided on. Where the rule compares with a wider territory, that one is read.
        year: calendar year of the procedures.
        progress: receives rows read so far and the stage.
    """
    wide = _widest(rule, territory)
    schools, is_own = _schools(wide, territory, year)
    position = {school: place for place, (school, _territory) in enumerate(schools)}
    years = years_of(rule, year)
    levels = _levels([territory_id for _school, territory_id in schools])
    results = replace(_results(rule, wide, years, position, progress), territories=levels)
    progress(len(results.school), "context")
    context = _context(rule, wide, year, position)
    signs = _signs(rule, wide, year, position) if rule.veto is not None else None
    data = Dataset(results, context, signs)
    return LoadedData(data, is_own, _hash(rule, year, data, is_own))


def _widest(rule: r.RuleSet, territory: Territory) -> Territory:
    """The territory whose data are needed: its own, or the region or country with which the rule compares."""
    levels = {condition.among for condition in rule.conditions if condition.among}
    levels |= {c.limit.territory for c in rule.conditions if isinstance(c.limit, r.TerritoryLimit)}
    wanted = next((kind for kind in _LEVELS if kind in levels), None)
    if wanted is None or not territory.path:
        return territory
    keys = [int(key) for key in territory.path.strip("/").split("/")]
    return Territory.objects.filter(pk__in=keys, kind=wanted).first() or territory


def _schools(
    wide: Territory, territory: Territory, year: int
) -> tuple[list[tuple[int, int]], "np.typing.NDArray[np.bool_]"]:
    rows = (
        Organisation.objects.schools()
        .filter(territory__path__under=wide.path)
        .exclude(closed_on__year__lt=year)
        .order_by("pk")
        .values_list("pk", "territory_id", "territory__path")
    )
    found = list(rows)
    own = territory.path or ""
    is_own = np.array([(path or "").startswith(own) for _pk, _territory, path in found], dtype=np.bool_)
    return [(pk, territory_id) for pk, territory_id, _path in found], is_own


def _levels(territory_ids: list[int]) -> dict[str, Ints]:
    """For each level the key of the school's territory of that level; only levels that some school has."""
    rows = {pk: (kind, path) for pk, kind, path in Territory.objects.values_list("pk", "kind", "path")}
    above: dict[int, dict[str, int]] = {}
    for pk in set(territory_ids):
        chain_of_keys = [int(key) for key in (rows[pk][1] or f"/{pk}/").strip("/").split("/")]
        above[pk] = {str(rows[key][0]): key for key in chain_of_keys if key in rows}
    levels: dict[str, Ints] = {}
    for kind in _LEVELS:
        keys = [above[pk].get(kind, -1) for pk in territory_ids]
        known = {key: place for place, key in enumerate(sorted({key for key in keys if key >= 0}))}
        if known:
            levels[str(kind)] = np.array([known.get(key, -1) for key in keys], dtype=np.int64)
    return levels


def _results(
    rule: r.RuleSet, wide: Territory, years: Iterable[int], position: Mapping[int, int], progress: Progress
) -> Results:
    assessments = _assessments(rule, years)
    procedures = tuple(sorted({procedure for procedure, _year in assessments.values()}, key=str))
    number = {procedure: place for place, procedure in enumerate(procedures)}
    needs_spread = any(c.measure in {r.Measure.MEAN, r.Measure.PERCENTILE} for c in rule.conditions)
    rows = _result_rows(wide, list(assessments), with_spread=needs_spread)
    columns = _columns(rows, _NUMBERS + needs_spread, progress)
    spread = _spreads(columns[_NUMBERS]) if needs_spread else None
    organisation, assessment, rank, n, below, share, mean = (
        _numbers(column) for column in columns[:_NUMBERS]
    )
    keep = _primary(organisation, assessment, rank, position)
    of_assessment = assessment[keep].astype(np.int64)
    table: Table = {
        "school": _looked_up(organisation[keep].astype(np.int64), position),
        "procedure": _looked_up(of_assessment, {pk: number[row[0]] for pk, row in assessments.items()}),
        "year": _looked_up(of_assessment, {pk: row[1] for pk, row in assessments.items()}),
        **{
            name: column[keep]
            for name, column in {"n": n, "below": below, "share": share, "mean": mean}.items()
        },
    }
    if spread is not None:
        table["sd"] = spread[keep]
    table = _merged_days(table, len(procedures))
    return Results(
        tuple(position),
        procedures,
        table["school"],
        table["procedure"],
        table["year"],
        np.where(np.isnan(table["n"]), -1, table["n"]).astype(np.int64),
        table["below"],
        table["mean"],
        table["share"],
        table.get("sd"),
    )


def _assessments(rule: r.RuleSet, years: Iterable[int]) -> dict[int, tuple[Procedure, int]]:
    """The procedure and year of each assessment that the rule may look at."""
    named = {kind for condition in rule.conditions for kind in condition.items.kinds}
    rows = Assessment.objects.filter(year__in=list(years)).exclude(kind__in=OWN_KINDS - named)
    fields = ("pk", "kind", "subject__code", "grade", "wave", "quarter", "moment", "year")
    found: dict[int, tuple[Procedure, int]] = {}
    for pk, kind, subject, grade, wave, quarter, moment, year in rows.order_by("key").values_list(*fields):
        label = " ".join(part for part in (wave, f"Q{quarter}" if quarter else "", moment) if part)
        found[pk] = (Procedure(kind, subject, grade, label), year)
    return found


def _result_rows(wide: Territory, assessments: list[int], *, with_spread: bool) -> "QuerySet[Any, Any]":
    rank = Case(
        *(When(basis=basis, then=Value(place)) for basis, place in BASIS_PRIORITY.items()),
        default=Value(len(BASIS_PRIORITY)),
        output_field=IntegerField(),
    )
    rows = SchoolResult.objects.visible().filter(assessment__in=assessments)
    if wide.parent_id is not None:
        rows = rows.filter(organisation__territory__path__under=wide.path)
    extra = ("distribution",) if with_spread else ()
    return (
        rows.annotate(
            rank=rank, share_number=Cast("below_share", FloatField()), mean_number=Cast("mean", FloatField())
        )
        .order_by()
        .values_list(
            "organisation_id", "assessment_id", "rank", "participants", "below", "share_number", "mean_number", *extra
        )
    )  # fmt: skip


def _columns(rows: "QuerySet[Any, Any]", width: int, progress: Progress) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    portion: list[Any] = []
    for row in rows.iterator(chunk_size=_CHUNK):
        portion.append(row)
        if len(portion) == _CHUNK:
            _lay(columns, portion)
            portion = []
            progress(len(columns[0]), "results")
    _lay(columns, portion)
    progress(len(columns[0]), "results")
    return columns


def _lay(columns: list[list[Any]], portion: list[Any]) -> None:
    for column, values in zip(columns, zip(*portion, strict=True), strict=False):
        column.extend(values)


def _numbers(values: list[Any]) -> Floats:
    """Missing values become NaN."""
    return np.array(values, dtype=np.float64)


def _primary(organisation: Floats, assessment: Floats, rank: Floats, position: Mapping[int, int]) -> Ints:
    """Rows of known schools, of each school and assessment the one that counts, in an order of their own."""
    order = np.lexsort((rank, assessment, organisation))
    first = np.ones(len(order), dtype=np.bool_)
    same = (np.diff(organisation[order]) == 0) & (np.diff(assessment[order]) == 0)
    first[1:] = ~same
    chosen = order[first]
    known = np.fromiter(position, dtype=np.int64, count=len(position))
    result: Ints = chosen[np.isin(organisation[chosen], known)]
    return result


def _looked_up(keys: Ints, values: Mapping[int, int]) -> Ints:
    known = np.fromiter(values, dtype=np.int64, count=len(values))
    value = np.fromiter(values.values(), dtype=np.int64, count=len(values))
    order = np.argsort(known)
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    result: Ints = value[order[np.searchsorted(known[order], keys)]]
    return result


def _merged_days(table: Table, procedures: int) -> Table:
    """One procedure that was held on several days is one result: counts add up, means are weighted by participants."""
    key = (table["school"] * max(procedures, 1) + table["procedure"]) * 3000 + table["year"]
    unique, first, group = np.unique(key, return_index=True, return_inverse=True)
    if len(unique) == len(key):
        return {name: column[first] for name, column in table.items()}
    size = len(unique)
    n = np.nan_to_num(table["n"])

    def added(column: Floats) -> Floats:
        """The sum; unknown where a part is unknown."""
        total = np.bincount(group, np.nan_to_num(column), size)
        return np.where(np.bincount(group, np.isnan(column), size) > 0, np.nan, total)

    def weighted(column: Floats) -> Floats:
        known = ~np.isnan(column) & (n > 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean: Floats = np.bincount(group, np.where(known, column * n, 0), size) / np.bincount(
                group, np.where(known, n, 0), size
            )
        alone = np.bincount(group, minlength=size) == 1
        return np.where(alone, column[first], mean)

    merged = {name: table[name][first] for name in ("school", "procedure", "year")}
    merged |= {name: added(table[name]) for name in ("n", "below")}
    return merged | {name: weighted(table[name]) for name in ("share", "mean", "sd") if name in table}


def _spreads(distributions: list[Mapping[str, float]]) -> Floats:
    """The standard deviation between pupils from a distribution score -> pupils (or per cent); NaN without one."""
    found = np.full(len(distributions), np.nan)
    for place, distribution in enumerate(distributions):
        if not distribution:
            continue
        size = len(distribution)
        score = np.fromiter(map(float, distribution), dtype=np.float64, count=size)
        weight = np.fromiter(distribution.values(), dtype=np.float64, count=size)
        total = weight.sum()
        if total > 0:
            mean = (score * weight).sum() / total
            found[place] = np.sqrt((weight * (score - mean) ** 2).sum() / total)
    return found


def _context(rule: r.RuleSet, wide: Territory, year: int, position: Mapping[int, int]) -> Context | None:
    """The passports of the years that the rule asks for and of the latest year, as shares."""
    values = ContextValue.objects.visible().filter(organisation__territory__path__under=wide.path)
    starts = values.filter(school_year__start_year__lt=year).order_by("-school_year__start_year")
    latest = starts.values_list("school_year__start_year", flat=True).first()
    wanted = {
        y - 1 for c in rule.conditions if c.measure is r.Measure.CONTEXT_SHARE for y in c.years.of(year)
    }
    wanted |= {latest} if latest is not None else set()
    rows = (
        values.filter(school_year__start_year__in=wanted)
        .annotate(share_number=Cast("share", FloatField()))
        .order_by("organisation_id", "school_year_id", "indicator_id", "pk")
        .values_list(
            "organisation_id", "indicator__code", "school_year__start_year", "count", "total", "share_number"
        )
    )
    codes = {
        code: place for place, code in enumerate(ContextIndicator.objects.values_list("code", flat=True))
    }
    found = [
        (
            position[school],
            codes[code],
            start + 1,
            count / total if count is not None and total else share,
            total,
        )
        for school, code, start, count, total, share in rows.iterator(chunk_size=_CHUNK)
        if school in position and (share is not None or (count is not None and total))
    ]
    if not found:
        return None
    school, indicator, years, share, total = zip(*found, strict=True)
    totals = np.array([-1 if value is None else value for value in total], dtype=np.int64)
    return Context(
        tuple(codes), np.array(school), np.array(indicator), np.array(years), np.array(share, dtype=np.float64), totals
    )  # fmt: skip


def _signs(rule: r.RuleSet, wide: Territory, year: int, position: Mapping[int, int]) -> QualitySigns | None:
    """Open findings of the results and published markers; None where no check has ever looked."""
    years = rule.veto.years.of(year) if rule.veto is not None else ()
    findings = Finding.objects.filter(
        check_id__startswith="results.",
        state=FindingState.OPEN,
        territory_path__under=wide.path,
        group_key__in=[f"results:{looked}" for looked in years],
    )
    found = [
        (position[school], check, int(group.partition(":")[2]))
        for school, check, group in findings.values_list("organisation_id", "check_id", "group_key")
        if school is not None and school in position
    ]
    markers = NonObjectivityMarker.objects.visible().filter(
        organisation__territory__path__under=wide.path, year__in=years
    )
    found += [
        (position[school], MARKER, looked)
        for school, looked in markers.values_list("organisation_id", "year").distinct()
        if school in position
    ]
    if not found and not _signs_were_looked_for():
        return None
    codes = tuple(
        sorted({code for _school, code, _year in found} | set(rule.veto.signs if rule.veto else ()))
    )
    rows = sorted(set(found))
    return QualitySigns(
        codes,
        np.array([school for school, _code, _year in rows], dtype=np.int64),
        np.array([codes.index(code) for _school, code, _year in rows], dtype=np.int64),
        np.array([looked for _school, _code, looked in rows], dtype=np.int64),
    )


def _signs_were_looked_for() -> bool:
    done = Job.objects.filter(kind__in=["results.checks", "kernel.check"], state=JobState.DONE)
    return done.exists() or Finding.objects.filter(check_id__startswith="results.").exists()


def joined_hash(*hashes: str) -> str:
    """One hash for several inputs."""
    return hashlib.sha256("|".join(hashes).encode()).hexdigest()


def _hash(rule: r.RuleSet, year: int, data: Dataset, is_own: "np.typing.NDArray[np.bool_]") -> str:
    """A hash of everything that was looked at; the same in any order of the stored rows."""
    results = data.results
    digest = hashlib.sha256(f"{rule!r}|{year}|{results.schools}|{results.procedures}".encode())
    arrays: list[Any] = [is_own, results.school, results.procedure, results.year, results.n, results.below]
    arrays += [results.share, results.mean, results.sd, *results.territories.values()]
    if data.context is not None:
        arrays += [data.context.school, data.context.indicator, data.context.year, data.context.share]
    if data.signs is not None:
        digest.update(str(data.signs.codes).encode())
        arrays += [data.signs.school, data.signs.sign, data.signs.year]
    for array in arrays:
        digest.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
