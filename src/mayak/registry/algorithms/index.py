"""An index over the organisations of a registry, exact look-ups in O(1), similar names by blocks.

Similar names are sought in the territory of the query only (a district has tens of schools, a big city over a
thousand); outside it only organisations whose whole normal name is equal are offered.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from mayak.registry.algorithms.candidates import Candidate, Codes
from mayak.registry.algorithms.names import NameKey, normalise_name, split_login

SMALL_TERRITORY = 60  # up to so many organisations every one is compared
BLOCK_LIMIT = 60  # of more, at most so many with the most shared number and trigrams are
ELSEWHERE_LIMIT = 10
CODE_KINDS = ("login", "rcoi", "ogrn", "inn")


def normal_code(kind: str, raw: str) -> str:
    """Remove blanks and case; hyphens and leading zeros stay: «100-02» and «10002» are different codes."""
    code = "".join(raw.split()).lower()
    if kind == "login":
        return split_login(code)[1] or code
    return code


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate with its names in normal form."""

    candidate: Candidate
    keys: tuple[NameKey, ...]
    codes: Codes

    @property
    def name(self) -> str:
        """The present name as the registry writes it."""
        return self.candidate.names[0] if self.candidate.names else ""

    @property
    def numbers(self) -> frozenset[str]:
        """School numbers of all its names."""
        return frozenset(number for key in self.keys for number in key.numbers)

    def key_for(self, key: str) -> NameKey:
        """The name whose normal form this is, else the present one."""
        return next((own for own in self.keys if own.key == key), self.keys[0])


class NameIndex:
    """Immutable after construction; ids of candidates must be unique."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._entries: list[Entry] = []
        self._by_id: dict[Hashable, Entry] = {}
        self._by_code: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_place_key: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
        self._by_place: dict[Hashable, list[int]] = defaultdict(list)
        self._by_place_number: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
        self._by_place_trigram: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
        for candidate in candidates:
            self._add(candidate)
        self._block_large_territories()

    def __len__(self) -> int:
        return len(self._entries)

    def _add(self, candidate: Candidate) -> None:
        if candidate.id in self._by_id:
            raise ValueError(f"two candidates with the id {candidate.id!r}")
        codes = Codes(*(normal_code(kind, getattr(candidate.codes, kind)) for kind in CODE_KINDS))
        keys = tuple(normalise_name(name) for name in candidate.names) or (NameKey(""),)
        entry = Entry(candidate, keys, codes)
        place = len(self._entries)
        self._entries.append(entry)
        self._by_id[candidate.id] = entry
        self._by_place[candidate.territory_id].append(place)
        for kind in CODE_KINDS:
            if code := getattr(codes, kind):
                self._by_code[kind, code].append(place)
        for key in {own.key for own in keys if own.key}:
            self._by_key[key].append(place)
            self._by_place_key[candidate.territory_id, key].append(place)
        for number in entry.numbers:
            self._by_place_number[candidate.territory_id, number].append(place)

    def _block_large_territories(self) -> None:
        for territory, places in self._by_place.items():
            if len(places) > SMALL_TERRITORY:
                for place in places:
                    for trigram in {part for key in self._entries[place].keys for part in trigrams(key)}:
                        self._by_place_trigram[territory, trigram].append(place)

    def get(self, candidate_id: Hashable) -> Entry | None:
        """The entry of one organisation, None if it is not in the index."""
        try:
            return self._by_id.get(candidate_id)
        except TypeError:
            return None

    def with_code(self, kind: str, code: str) -> list[Entry]:
        """Organisations that have this code; several share an ОГРН or ИНН (a school and its branches)."""
        return [self._entries[place] for place in self._by_code.get((kind, code), ())]

    def named(self, key: str, territory: Hashable) -> list[Entry]:
        """Organisations of the territory that bear or bore exactly this normal name."""
        return [self._entries[place] for place in self._by_place_key.get((territory, key), ())]

    def numbered(self, number: str, territory: Hashable) -> list[Entry]:
        """Organisations of the territory with this school number, of any kind."""
        return [self._entries[place] for place in self._by_place_number.get((territory, number), ())]

    def similar(self, key: NameKey, territory: Hashable) -> Iterator[Entry]:
        """Organisations worth comparing: a block of the territory, then equal names elsewhere; each once."""
        places = self._block(key, territory)
        yield from (self._entries[place] for place in places)
        seen = set(places)
        elsewhere = (place for place in self._by_key.get(key.key, ()) if place not in seen)
        for _, place in zip(range(ELSEWHERE_LIMIT), elsewhere, strict=False):
            yield self._entries[place]

    def _block(self, key: NameKey, territory: Hashable) -> list[int]:
        everyone = self._by_place.get(territory, [])
        if len(everyone) <= SMALL_TERRITORY:
            return everyone
        shared: Counter[int] = Counter()
        for number in key.numbers:
            for place in self._by_place_number.get((territory, number), ()):
                shared[place] += 8  # a shared number outweighs a shared word
        for trigram in trigrams(key):
            shared.update(self._by_place_trigram.get((territory, trigram), ()))
        return [place for place, _ in shared.most_common(BLOCK_LIMIT)]


def trigrams(key: NameKey) -> set[str]:
    """Trigrams of the proper words; a word of under three letters gives none."""
    return {word[at : at + 3] for word in key.proper for at in range(len(word) - 2)}
