"""Joining a name to an organisation: code, remembered decision, equal name in the territory, else a person.

Similarity never joins. Schools with one number are joined only by an equal whole name that is unique in the
territory; what speaks against it (owner, settlement, territory in the name, another code) stops it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from mayak.registry.algorithms import name_tables as tables
from mayak.registry.algorithms.candidates import (
    NOT_A_SCHOOL,
    Candidate,
    Codes,
    Decisions,
    LinkResult,
    LinkStatus,
    NameQuery,
    Reason,
    Suggestion,
)
from mayak.registry.algorithms.index import CODE_KINDS, Entry, NameIndex, normal_code
from mayak.registry.algorithms.names import NameKey, names_territory, normalise_name, split_login
from mayak.registry.algorithms.similarity import (
    CODE_NAMES,
    MIN_SCORE,
    different_codes,
    is_alike,
    is_branch,
    numbers_differ,
    settlements_differ,
    suggest,
)

SUGGESTION_LIMIT = 10
SHARED_CODES: Final = frozenset({"ogrn", "inn"})  # a legal entity's code: branches bear it too
NO_DECISIONS: Final[Decisions] = MappingProxyType({})


def link(
    query: NameQuery, candidates: Sequence[Candidate] | NameIndex, decisions: Decisions = NO_DECISIONS
) -> LinkResult:
    """Find the organisation of one name. Pass a NameIndex where more than one name is linked.

    `decisions` maps (territory_id, key) to an id or NOT_A_SCHOOL; store one under `decision_key(query)`.
    """
    index = candidates if isinstance(candidates, NameIndex) else NameIndex(candidates)
    return _Linking(query, index, decisions).result()


def decision_key(query: NameQuery) -> tuple[Hashable, str]:
    """Under what a person's decision about this query is remembered."""
    return (query.territory_id, normalise_name(query.name).key)


class _Linking:
    """The steps for one query, in order; each returns a result or None to pass on."""

    def __init__(self, query: NameQuery, index: NameIndex, decisions: Decisions) -> None:
        self.query = query
        self.index = index
        self.key = normalise_name(query.name)
        login = query.codes.login or split_login(query.name)[1]
        raw = {"login": login, "rcoi": query.codes.rcoi, "ogrn": query.codes.ogrn, "inn": query.codes.inn}
        self.codes = Codes(**{kind: normal_code(kind, code) for kind, code in raw.items()})
        self.decision = decisions.get((query.territory_id, self.key.key)) if self.key.key else None

    def result(self) -> LinkResult:
        settled = self._by_code() or self._by_decision()
        if settled:
            return settled
        named = self._by_name()
        if named and named.is_joined:
            return named
        return self._by_code_elsewhere() or named or self._ask()

    def _by_code(self) -> LinkResult | None:
        hits = {kind: found for kind in CODE_KINDS if (found := self._code_hits(kind))}
        if not hits:
            return None
        ids = set.intersection(*({entry.candidate.id for entry in found} for found in hits.values()))
        everyone = {entry.candidate.id: entry for found in hits.values() for entry in found}
        if not ids:
            codes = ", ".join(CODE_NAMES[kind] for kind in hits)
            return self._person(
                LinkStatus.CONFLICT, [Reason("codes_disagree", {"codes": codes})], everyone.values()
            )
        entries = [everyone[found] for found in everyone if found in ids]
        if len(entries) > 1:
            return self._shared_code(hits, entries)
        return self._one_by_code(entries[0], own=bool(hits.keys() - SHARED_CODES))

    def _code_hits(self, kind: str) -> list[Entry]:
        """Organisations with the code; РЦОИ codes repeat between regions, so the territory narrows them.

        A row of a regional file that names no municipality means any school of the region.
        """
        code, query = getattr(self.codes, kind), self.query
        found = self.index.with_code(kind, code) if code else []
        if kind != "rcoi" or query.territory_id is None:
            return found
        if query.territory_id == query.region_id:
            return [entry for entry in found if entry.candidate.region_id == query.region_id]
        return [entry for entry in found if entry.candidate.territory_id == query.territory_id]

    def _one_by_code(self, entry: Entry, *, own: bool) -> LinkResult:
        """A code names one organisation: take it unless other evidence clearly says another.

        `own` is False where only a legal entity's code speaks: it may mean a branch the registry lacks.
        """
        against = self._against_code(entry, own=own)
        decided = self.decision == entry.candidate.id
        if against and not decided:
            others = [other for other in self._exact() if other is not entry]
            return self._person(LinkStatus.CONFLICT, against, [entry, *others])
        notes = self._code_notes(entry)
        return LinkResult(
            LinkStatus.DECISION if against else LinkStatus.CODE,
            entry.candidate.id,
            (Suggestion(entry.candidate.id, 100),),
            tuple(notes),
        )

    def _against_code(self, entry: Entry, *, own: bool) -> list[Reason]:
        reasons: list[Reason] = []
        numbers = entry.numbers
        if self.key.numbers and numbers and numbers.isdisjoint(self.key.numbers):
            reasons.append(numbers_differ(self.key, numbers))
        exact = self._exact()
        if len(exact) == 1 and exact[0] is not entry and not self._stands_elsewhere(exact[0], entry):
            reasons.append(Reason("name_of_another", {"name": exact[0].name}))
        if not own and self.key.is_branch != is_branch(entry):
            reasons.append(Reason("branch_differs"))
        if not own:
            reasons += different_codes(self.codes, entry.codes, ("login", "rcoi"))
        return reasons

    def _stands_elsewhere(self, other: Entry, entry: Entry) -> bool:
        """The other school of this name is in another place, that of the code is in the place of the row."""
        place = self.query.settlement
        own = entry.candidate.settlement
        return settlements_differ(place, other.candidate.settlement) and not settlements_differ(place, own)

    def _code_notes(self, entry: Entry) -> list[Reason]:
        notes = [Reason("decision_overruled")] if self.decision not in (None, entry.candidate.id) else []
        if self.query.territory_id not in (None, entry.candidate.territory_id):
            notes.append(Reason("territory_differs"))
        if self.key.key and all(own.key != self.key.key for own in entry.keys):
            notes.append(Reason("name_differs", {"name": entry.name}))
        return notes

    def _shared_code(self, hits: Mapping[str, list[Entry]], entries: list[Entry]) -> LinkResult:
        """Several organisations bear the code (branches): a decision or a unique equal name chooses."""
        code = ", ".join(CODE_NAMES[kind] for kind in hits)
        decided = [entry for entry in entries if entry.candidate.id == self.decision]
        if decided:
            return _joined(LinkStatus.DECISION, decided[0])
        equal = [entry for entry in entries if any(own.key == self.key.key for own in entry.keys)]
        if len(equal) == 1 and not self.key.is_weak and not self._against_name(equal[0]):
            return _joined(LinkStatus.CODE, equal[0])
        return self._person(LinkStatus.ASK, [Reason("code_shared", {"code": code})], entries)

    def _by_decision(self) -> LinkResult | None:
        if self.decision is None:
            return None
        if self.decision is NOT_A_SCHOOL:
            return LinkResult(LinkStatus.DECISION, NOT_A_SCHOOL)
        entry = self.index.get(self.decision)
        if entry is None:
            return None
        # A login never changes hands; other codes do, and a person has just looked at them.
        different = different_codes(self.codes, entry.codes, ("login",))
        if different:
            return self._person(LinkStatus.CONFLICT, different, [entry])
        return _joined(LinkStatus.DECISION, entry)

    def _by_code_elsewhere(self) -> LinkResult | None:
        """The РЦОИ code of one school in another municipality of the region: its municipality may be spelled otherwise.

        Joined only where the whole name and the settlement are equal too; a school that is clearly another
        one (codes that repeat between municipalities) does not count; else a person says. Where the row names
        no region either (a file of the country), the schools with the code are only suggested.
        """
        query, code = self.query, self.codes.rcoi
        if query.territory_id is None or not code:
            return None
        found = [
            entry
            for entry in self.index.with_code("rcoi", code)
            if query.region_id in (None, entry.candidate.region_id)
            and entry.candidate.territory_id != query.territory_id
        ]
        if query.region_id is None:
            near = [entry for entry in found if not self._is_clearly_another(entry)]
            reason = Reason("code_without_region", {"code": code})
            return self._person(LinkStatus.ASK, [reason], near) if near else None
        if len(found) != 1 or self._is_clearly_another(found[0]):
            return None
        entry = found[0]
        same_place = bool(query.settlement and entry.candidate.settlement)
        same_name = any(own.key == self.key.key for own in entry.keys)
        if same_place and same_name and not self._exact() and not self._against_name(entry):
            return replace(_joined(LinkStatus.CODE, entry), reasons=(Reason("territory_differs"),))
        return self._person(
            LinkStatus.ASK, [Reason("code_elsewhere", {"code": code})], [entry, *self._exact()]
        )

    def _is_clearly_another(self, entry: Entry) -> bool:
        numbers = entry.numbers
        return (
            bool(self.key.numbers and numbers and numbers.isdisjoint(self.key.numbers))
            or settlements_differ(self.query.settlement, entry.candidate.settlement)
            or bool(different_codes(self.codes, entry.codes))
        )

    def _by_name(self) -> LinkResult | None:
        exact = self._exact()
        if not exact:
            return None
        if len(exact) > 1:
            reason = Reason("name_not_unique", {"count": str(len(exact))})
            return self._person(LinkStatus.ASK, [reason], exact)
        against = self._against_name(exact[0]) + self._siblings(exact[0])
        if against:
            return self._person(LinkStatus.ASK, against, exact)
        return _joined(LinkStatus.NAME, exact[0])

    def _ask(self) -> LinkResult:
        return self._person(LinkStatus.ASK, [], ())

    def _exact(self) -> list[Entry]:
        """Organisations of the territory with an equal whole name; none if the territory is unknown."""
        if self.query.territory_id is None or not self.key.key:
            return []
        return self.index.named(self.key.key, self.query.territory_id)

    def _against_name(self, entry: Entry) -> list[Reason]:
        """What forbids a join by an equal name."""
        own = entry.key_for(self.key.key)
        reasons = different_codes(self.codes, entry.codes)
        if self.key.is_weak:
            reasons.append(Reason("name_weak"))
        if self.key.owner and own.owner and self.key.owner != own.owner:
            reasons.append(Reason("owner_differs"))
        if self.key.is_branch != is_branch(entry):
            reasons.append(Reason("branch_differs"))
        if settlements_differ(self.query.settlement, entry.candidate.settlement):
            reasons.append(Reason("settlement_differs", {"settlement": entry.candidate.settlement}))
        hint = self._foreign_territory(own)
        if hint:
            reasons.append(Reason("territory_in_name", {"territory": hint}))
        return reasons

    def _foreign_territory(self, own: NameKey) -> str:
        """A territory on one side only that is not the query's: «СОШ № 1 Кировского района» elsewhere."""
        for stem in set(self.key.territory_hint) ^ set(own.territory_hint):
            if not any(names_territory(stem, name) for name in self.query.territory_names):
                return stem
        return ""

    def _siblings(self, entry: Entry) -> list[Reason]:
        """A bare «школа № 5» beside another school № 5 of the territory may mean either."""
        if self.key.proper and any(word not in tables.GENERIC_WORDS for word in self.key.proper):
            return []
        for number in self.key.numbers:
            for other in self.index.numbered(number, self.query.territory_id):
                if other is not entry and any(self._may_be(own) for own in other.keys):
                    return [Reason("same_number", {"number": number, "name": other.name})]
        return []

    def _may_be(self, own: NameKey) -> bool:
        if own.kind in tables.VOCATIONAL_KINDS or not set(own.numbers) & set(self.key.numbers):
            return False
        return own.kind == self.key.kind or bool({own.kind, self.key.kind} & tables.GENERIC_KINDS)

    def _person(self, status: LinkStatus, reasons: Sequence[Reason], first: Iterable[Entry]) -> LinkResult:
        """Leave it to a person, with what speaks against a join and the organisations most like the name.

        `first` are shown before the others and whatever their score; equal scores keep the registry's order.
        """
        known = {entry.candidate.id: suggest(entry, self.key, self.query, self.codes) for entry in first}
        alike = {
            entry.candidate.id: suggest(entry, self.key, self.query, self.codes)
            for entry in (self.index.similar(self.key, self.query.territory_id) if self.key.key else ())
            if entry.candidate.id not in known and is_alike(entry, self.key)
        }
        rest = [suggestion for suggestion in alike.values() if suggestion.score >= MIN_SCORE]
        ordered = (_by_score(known.values()) + _by_score(rest))[:SUGGESTION_LIMIT]
        if status is LinkStatus.ASK and not ordered:
            status = LinkStatus.NONE
        return LinkResult(status, None, tuple(ordered), tuple(reasons))


def _by_score(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    return sorted(suggestions, key=lambda suggestion: -suggestion.score)


def _joined(status: LinkStatus, entry: Entry) -> LinkResult:
    return LinkResult(status, entry.candidate.id, (Suggestion(entry.candidate.id, 100),))
