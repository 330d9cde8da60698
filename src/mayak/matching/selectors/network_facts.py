"""What a network of a model looks like: its centres, groups, chains, and who helps in what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors.criterion_words import need_text


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Names for the page of pairs. `lines`: mentee, lead, the content lines; `uncovered`: school and its lines."""

    centres: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    chains: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[str, str, str], ...]
    uncovered: tuple[tuple[str, str], ...]


def network_facts(run: MatchingRun, pairs: Iterable[MatchPair]) -> NetworkFacts | None:
    """Return the facts of a computed network; None for pairs without a model. Costs no query."""
    if not run.network_model or run.proof.get("method") != "mip":
        return None
    names: Mapping[str, str] = run.snapshot.get("names", {})
    subjects: Mapping[str, str] = run.snapshot.get("subjects", {})
    shown = list(pairs)
    groups: dict[str, list[str]] = defaultdict(list)
    for pair in shown:
        if pair.group and not pair.group.isdigit():
            groups[pair.group].append(str(pair.mentee))
    lines = [
        (str(pair.mentee), str(pair.lead), ", ".join(need_text(line) for line in pair.lines))
        for pair in shown
        if pair.lines
    ]
    missing: dict[str, list[str]] = defaultdict(list)
    covered = {(str(pair.mentee_id), line["line"], line["grade"]) for pair in shown for line in pair.lines}
    for school, line, *grade in run.proof.get("uncovered", []):
        if (school, line, grade[0] if grade else None) in covered:
            continue
        need = {"name": subjects.get(line, line), "grade": grade[0] if grade else None}
        missing[names.get(school, school)].append(need_text(need))
    return NetworkFacts(
        centres=tuple(names.get(key, key) for key in _centres(run, shown)),
        groups=tuple(sorted((name, tuple(schools)) for name, schools in groups.items())),
        chains=tuple(_chains(shown)),
        lines=tuple(lines),
        uncovered=tuple(sorted((school, ", ".join(found)) for school, found in missing.items())),
    )


def _centres(run: MatchingRun, pairs: list[MatchPair]) -> list[str]:
    """The lead schools that take part now: those of the computation that still do, then those of moves by hand."""
    computed: list[str] = run.proof.get("centres", [])
    leads = {row["key"] for row in run.snapshot.get("problem", {}).get("leads", [])}
    now = list(dict.fromkeys(str(pair.lead_id) for pair in pairs if str(pair.lead_id) in leads))
    return [*(key for key in computed if key in now), *(key for key in now if key not in computed)]


def _chains(pairs: list[MatchPair]) -> list[tuple[str, ...]]:
    """Each chain from its lead school on; a school that passes on to several begins several ways."""
    following: dict[int, list[MatchPair]] = defaultdict(list)
    inside = {pair.mentee_id for pair in pairs if pair.group.isdigit()}
    for pair in pairs:
        if pair.group.isdigit():
            following[pair.lead_id].append(pair)
    found: list[tuple[str, ...]] = []

    def walk(way: tuple[str, ...], school: int) -> None:
        nexts = following.get(school, [])
        if not nexts:
            found.append(way)
        for pair in nexts:
            walk((*way, str(pair.mentee)), pair.mentee_id)

    for lead in sorted(set(following) - inside):
        first: Any = following[lead][0]
        walk((str(first.lead),), lead)
    return found
