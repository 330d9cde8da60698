"""Several pairings of one territory, year and level beside each other: totals, loads, changed pairs."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mayak.matching.enums import MatchingLevel, MatchingState
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.matching.selectors.runs import load_price_of
from mayak.registry.models import Organisation, Person

AT_MOST: Final = 4
PAIRS_SHOWN: Final = 100
"""Changed pairs of each kind that the page names."""
LOADS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class PlainPair:
    """A pair of either level: ``need`` is empty between schools."""

    mentee: int
    giver: int
    need: str
    score: float
    distance_km: float | None

    @property
    def key(self) -> tuple[int, str, int]:
        """What makes a pair the same in two pairings."""
        return (self.mentee, self.need, self.giver)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """Totals of one pairing. ``served``: schools, or needs of teachers; ``wanted``: those that asked."""

    run: MatchingRun
    served: int
    wanted: int
    score: float
    worst: float | None
    mean_load: float | None
    max_load: int
    distance_km: float
    mean_distance_km: float | None

    @property
    def points(self) -> float:
        """The total as people read it: a pair that fits fully has 100."""
        return self.score * 100


@dataclass(frozen=True, slots=True)
class ChangedRun:
    """How one pairing differs from the first: names of pairs, at most ``PAIRS_SHOWN`` of each kind, and how many."""

    run: MatchingRun
    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    added_count: int
    removed_count: int
    kept_count: int


@dataclass(frozen=True, slots=True)
class PairChange:
    """What one pairing does to another: ``changed`` counts those whose partner differs, the others count pairs."""

    changed: int
    kept: int
    gone: int
    new: int


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One lead school or mentor: in each pairing «2 of 3», or None where it takes no part."""

    name: str
    cells: tuple[tuple[int, int | None] | None, ...]


@dataclass(frozen=True)
class SideBySide:
    """Everything the page shows; ``figures``, ``changed`` and the cells of ``loads`` in the order of the runs."""

    figures: tuple[RunFigures, ...]
    changed: tuple[ChangedRun, ...]
    loads: tuple[LoadRow, ...]
    loads_more: int
    of_people: bool

    @property
    def load_rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The loads as text, each with the title of its pairing."""
        titles = [one.run.title for one in self.figures]
        return [
            (row.name, [(title, _load_text(cell)) for title, cell in zip(titles, row.cells, strict=True)])
            for row in self.loads
        ]


def comparable_runs(run: MatchingRun, visible: QuerySet[MatchingRun]) -> QuerySet[MatchingRun]:
    """Return the computed pairings of the same territory, year and level, this one among them, the oldest first."""
    return visible.filter(
        territory=run.territory_id,
        school_year=run.school_year_id,
        level=run.level,
        solved_at__isnull=False,
    ).order_by("created_at", "pk")


def preselected(run: MatchingRun, candidates: Sequence[MatchingRun]) -> list[MatchingRun]:
    """Return the pairing from which this one was made (or itself) and what else was made from it, at most four."""
    base_id = run.based_on_id or run.pk
    family = [
        one
        for one in candidates
        if base_id in {one.pk, one.based_on_id}
        and (one.state != MatchingState.ARCHIVED or one.pk in {base_id, run.pk})
    ]
    family.sort(key=lambda one: (one.pk != base_id, one.pk != run.pk, one.created_at, one.pk))
    return family[:AT_MOST]


def side_by_side(runs: Sequence[MatchingRun]) -> SideBySide:
    """Compare pairings with the first of them; the same number of queries for any number of pairs."""
    of_people = runs[0].level == MatchingLevel.TEACHERS
    pairs = {run.pk: plain_pairs(run) for run in runs}
    capacities = {run.pk: _capacities(run) for run in runs}
    names = _names(pairs, capacities, of_people=of_people)
    needs = _need_titles(runs) if of_people else {}
    loads, more = _loads(runs, pairs, capacities, names)
    return SideBySide(
        figures=tuple(_figures(run, pairs[run.pk], capacities[run.pk]) for run in runs),
        changed=tuple(_changed(run, pairs[runs[0].pk], pairs[run.pk], names, needs) for run in runs[1:]),
        loads=loads,
        loads_more=more,
        of_people=of_people,
    )


def plain_pairs(run: MatchingRun) -> list[PlainPair]:
    """Return the pairs of a pairing of either level, one query."""
    if run.level == MatchingLevel.TEACHERS:
        rows = run.teacher_pairs.order_by("pk").values_list(
            "mentee_id", "mentor_id", "need_key", "score", "distance_km"
        )
        return [PlainPair(*row) for row in rows]
    found = run.pairs.order_by("pk").values_list("mentee_id", "lead_id", "score", "distance_km")
    return [PlainPair(mentee, lead, "", score, km) for mentee, lead, score, km in found]


def change_of(run: MatchingRun) -> PairChange | None:
    """Return how the pairing changes the one that it was made from; None where it was made from none."""
    if run.based_on is None:
        return None
    before = {pair.key for pair in plain_pairs(run.based_on)}
    now = {pair.key for pair in plain_pairs(run)}
    differing = {(mentee, need) for mentee, need, _giver in before ^ now}
    return PairChange(len(differing), len(before & now), len(before - now), len(now - before))


def _load_text(cell: tuple[int, int | None] | None) -> str:
    if cell is None:
        return "—"
    load, capacity = cell
    if capacity is None:
        return str(load)
    return _("%(load)s of %(capacity)s") % {"load": load, "capacity": capacity}


def _figures(run: MatchingRun, pairs: Sequence[PlainPair], capacities: Mapping[int, int]) -> RunFigures:
    loads = Counter(pair.giver for pair in pairs)
    known = [pair.distance_km for pair in pairs if pair.distance_km is not None]
    served = len({(pair.mentee, pair.need) for pair in pairs})
    givers = set(capacities) | set(loads)
    return RunFigures(
        run=run,
        served=served,
        wanted=max(_wanted(run), served),
        score=sum(pair.score for pair in pairs) - load_price_of(run, loads),
        worst=min((pair.score for pair in pairs), default=None),
        mean_load=len(pairs) / len(givers) if givers else None,
        max_load=max(loads.values(), default=0),
        distance_km=sum(known),
        mean_distance_km=fmean(known) if known else None,
    )


def _wanted(run: MatchingRun) -> int:
    if run.level == MatchingLevel.TEACHERS:
        return run.teacher_pairs.count() + run.uncovered.count()
    return int(run.summary.get("mentees", 0))


def _capacities(run: MatchingRun) -> dict[int, int]:
    """Places of every lead school of the input; a pairing of teachers keeps its input in another form."""
    if run.level == MatchingLevel.TEACHERS:
        return {}
    return {int(lead["key"]): lead["capacity"] for lead in run.snapshot.get("problem", {}).get("leads", [])}


def _changed(
    run: MatchingRun,
    first: Sequence[PlainPair],
    now: Sequence[PlainPair],
    names: Mapping[int, str],
    needs: Mapping[str, str],
) -> ChangedRun:
    before, after = {pair.key for pair in first}, {pair.key for pair in now}

    def named(keys: set[tuple[int, str, int]]) -> tuple[str, ...]:
        texts = [
            f"{names.get(mentee, '—')}{f' ({needs.get(need, need)})' if need else ''} ← {names.get(giver, '—')}"
            for mentee, need, giver in keys
        ]
        return tuple(sorted(texts)[:PAIRS_SHOWN])

    added, removed, kept = after - before, before - after, before & after
    return ChangedRun(run, named(added), named(removed), named(kept), len(added), len(removed), len(kept))


def _loads(
    runs: Sequence[MatchingRun],
    pairs: Mapping[int, Sequence[PlainPair]],
    capacities: Mapping[int, Mapping[int, int]],
    names: Mapping[int, str],
) -> tuple[tuple[LoadRow, ...], int]:
    counts = {run.pk: Counter(pair.giver for pair in pairs[run.pk]) for run in runs}
    totals: dict[int, int] = defaultdict(int)
    for run in runs:
        for giver in set(capacities[run.pk]) | set(counts[run.pk]):
            totals[giver] = max(totals[giver], counts[run.pk][giver])
    givers = sorted(totals, key=lambda giver: (-totals[giver], names.get(giver, ""), giver))

    def cell(run: MatchingRun, giver: int) -> tuple[int, int | None] | None:
        load, capacity = counts[run.pk][giver], capacities[run.pk].get(giver)
        return (load, capacity) if load or capacity is not None else None

    rows = tuple(
        LoadRow(names.get(giver, "—"), tuple(cell(run, giver) for run in runs))
        for giver in givers[:LOADS_SHOWN]
    )
    return rows, max(len(givers) - LOADS_SHOWN, 0)


def _names(
    pairs: Mapping[int, Sequence[PlainPair]], capacities: Mapping[int, Mapping[int, int]], *, of_people: bool
) -> dict[int, str]:
    keys = {key for rows in pairs.values() for pair in rows for key in (pair.mentee, pair.giver)}
    keys |= {giver for known in capacities.values() for giver in known}
    rows: Mapping[int, Any] = (
        Person.objects.only("family_name", "given_name", "patronymic").in_bulk(keys)
        if of_people
        else Organisation.objects.only("name", "short_name").in_bulk(keys)
    )
    return {key: str(row) for key, row in rows.items()}


def _need_titles(runs: Sequence[MatchingRun]) -> dict[str, str]:
    rows = TeacherPair.objects.filter(run__in=runs).order_by().values_list("need_key", "need_title")
    return dict(rows.distinct())
