"""How like a name an organisation is, and in what they differ: orders suggestions, never joins."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from rapidfuzz import fuzz

from mayak.registry.algorithms import name_tables as tables
from mayak.registry.algorithms.candidates import Codes, NameQuery, Reason, Suggestion
from mayak.registry.algorithms.index import CODE_KINDS, Entry
from mayak.registry.algorithms.names import NameKey, normalise_name

MIN_SCORE = 50  # below this a suggestion only confuses (tried on the Moscow names of 2015-2018)
OTHER_NUMBER_CAP = 55  # the same words with another number: perhaps a slip of the pen
SAME_WORDS = 90
# Taken off the likeness of the text (0-100) for each thing that differs.
PENALTIES: Final = MappingProxyType(
    {
        "number_missing": 10,
        "kind_differs": 8,
        "kind_general": 3,
        "owner_differs": 5,
        "branch_differs": 10,
        "settlement_differs": 10,
        "territory_differs": 15,
        "code_differs": 20,
    }
)
CODE_NAMES: Final = MappingProxyType({"login": "ФИС ОКО", "rcoi": "РЦОИ", "ogrn": "ОГРН", "inn": "ИНН"})


def suggest(entry: Entry, key: NameKey, query: NameQuery, codes: Codes) -> Suggestion:
    """Compare with every name the organisation ever bore and keep the best; `codes` are in normal form."""
    place = _place_differences(entry, query, codes)
    score, reasons = max((_compare(key, own, place) for own in entry.keys), key=lambda compared: compared[0])
    return Suggestion(entry.candidate.id, score, reasons)


def is_alike(entry: Entry, key: NameKey) -> bool:
    """Cheap test before `suggest`: False if no name of the organisation can reach MIN_SCORE."""
    return any(
        (key.numbers and key.numbers == own.numbers)
        or fuzz.token_sort_ratio(key.key, own.key, score_cutoff=MIN_SCORE)
        for own in entry.keys
    )


def different_codes(asked: Codes, known: Codes, kinds: Sequence[str] = CODE_KINDS) -> list[Reason]:
    """Kinds of code that both sides have with different values.

    «100-02» and «100020» are two numberings: such codes prove neither that schools are one nor that they are two.
    """
    pairs = ((kind, getattr(asked, kind), getattr(known, kind)) for kind in kinds)
    return [
        Reason("code_differs", {"code": CODE_NAMES[kind]})
        for kind, one, two in pairs
        if one and two and one != two and one.isdigit() == two.isdigit()
    ]


def is_branch(entry: Entry) -> bool:
    """True if the registry or any of the names says so."""
    return entry.candidate.is_branch or any(own.is_branch for own in entry.keys)


def settlements_differ(asked: str, known: str) -> bool:
    """Compared as names: «г. Никольское» is «ГОРОД НИКОЛЬСКОЕ», but «с.» and «д. Ивановка» are two places."""
    return bool(asked and known) and normalise_name(asked).key != normalise_name(known).key


def numbers_differ(key: NameKey, numbers: Iterable[str]) -> Reason:
    """The reason with the numbers of both sides."""
    return Reason("number_differs", {"asked": ", ".join(key.numbers), "known": ", ".join(sorted(numbers))})


def _compare(key: NameKey, own: NameKey, place: list[Reason]) -> tuple[int, tuple[Reason, ...]]:
    reasons = [*_name_differences(key, own), *place]
    score = fuzz.token_sort_ratio(key.key, own.key) - sum(PENALTIES.get(reason.code, 0) for reason in reasons)
    if any(reason.code == "number_differs" for reason in reasons):
        score = min(score, OTHER_NUMBER_CAP if _same_words(key, own) else MIN_SCORE - 1)
    elif key.numbers and key.numbers == own.numbers and not place:
        score = max(score, MIN_SCORE)  # a school of this number in this territory is always shown
    if key.key != own.key:
        score = min(score, 99)
    return max(0, round(score)), tuple(reasons)


def _place_differences(entry: Entry, query: NameQuery, codes: Codes) -> list[Reason]:
    reasons = different_codes(codes, entry.codes)[:1]
    if query.territory_id not in (None, entry.candidate.territory_id):
        reasons.append(Reason("territory_differs"))
    if settlements_differ(query.settlement, entry.candidate.settlement):
        reasons.append(Reason("settlement_differs", {"settlement": entry.candidate.settlement}))
    return reasons


def _same_words(key: NameKey, own: NameKey) -> bool:
    return bool(key.proper) and fuzz.ratio(" ".join(key.proper), " ".join(own.proper)) >= SAME_WORDS


def _name_differences(key: NameKey, own: NameKey) -> list[Reason]:
    reasons: list[Reason] = []
    if key.numbers and own.numbers:
        if set(key.numbers) != set(own.numbers):
            reasons.append(numbers_differ(key, own.numbers))
    elif key.numbers or own.numbers:
        reasons.append(Reason("number_missing"))
    if key.kind != own.kind:
        general = bool({key.kind, own.kind} & tables.GENERIC_KINDS)
        code = "kind_general" if general else "kind_differs"
        reasons.append(Reason(code, {"asked": key.kind or "-", "known": own.kind or "-"}))
    if key.owner and own.owner and key.owner != own.owner:
        reasons.append(Reason("owner_differs"))
    if key.is_branch != own.is_branch:
        reasons.append(Reason("branch_differs"))
    if sorted(key.proper) != sorted(own.proper):
        reasons.append(Reason("words_differ"))
    return reasons
