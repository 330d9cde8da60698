"""Normal form of a school's name: two spellings of one name give one key, two different numbers never do.

The key keeps all that tells schools apart (kind, number, proper words, settlement) and drops what does not:
legal form, quotes, case, «ё», the founder's territory. The dropped parts stay in fields and can stop a join.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from mayak.registry.algorithms import name_tables as tables
from mayak.registry.algorithms.name_text import NUMBER_SIGN, TOKEN, clean, tokens_of

_LOGIN = re.compile(r"\(?\s*(?<![a-zа-я])([eе]du\d{4,10})(?!\d)\s*\)?", re.IGNORECASE)
SHORTEST_STEM = 4
_SETTLEMENT = re.compile(
    r"(?<![^\W_])(?:"
    r"(?:г|гор|пгт|рп|пос|дер)(?:\.\s*|\s+)"
    r"|(?:города?|поселка?|поселок|села|деревни|станицы|хутора)\s+"
    r"|(?<!им\.\s)(?<!им\s)(?<!имени\s)[спдх]\.\s*"
    r")([^\W\d_]{3,}(?:-[^\W\d_]+)*)"
)
_ENDING = re.compile(r"(?:ского|ская|ский|ном|ного|ный|ая|ое|ой|ый|ий|ого|а|ы|о|е|и|у|ь|я)$")
_PHRASES: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _kind, _spellings in tables.KINDS.items():
    for _words in (tuple(spelling.split()) for spelling in (*_spellings, _kind.replace("-", " "))):
        _PHRASES.setdefault(_words[0], []).append((_words, _kind))
for _options in _PHRASES.values():
    _options.sort(key=lambda option: -len(option[0]))


@dataclass(frozen=True, slots=True)
class NameKey:
    """The normal form of one name. `key` is what is compared; the other fields explain it.

    `numbers` are school numbers («№ 5», «5а»); other figures stay in `proper`. `territory_hint` has stems of
    territories named by the founder («тоснен», «ленинград»), which are not part of the key.
    """

    key: str
    numbers: tuple[str, ...] = ()
    kind: str = ""
    legal_form: str = ""
    owner: str = ""
    proper: tuple[str, ...] = ()
    settlement_hint: str = ""
    territory_hint: tuple[str, ...] = ()
    is_branch: bool = False

    @property
    def is_weak(self) -> bool:
        """True if nothing tells this school from another of its kind («МБОУ СОШ»): no join by it."""
        return not self.numbers and all(word in tables.GENERIC_WORDS for word in self.proper)


def split_login(raw: str) -> tuple[str, str]:
    """Take a ФИС ОКО login out of a name: «СОШ № 1 (edu203389)» -> («СОШ № 1», «edu203389»)."""
    found = _LOGIN.search(raw)
    if found is None:
        return raw, ""
    login = found.group(1).lower().replace("е", "e")
    return " ".join((raw[: found.start()] + " " + raw[found.end() :]).split()), login


@lru_cache(maxsize=100_000)
def normalise_name(raw: str) -> NameKey:
    """Return the normal form. Never raises; an empty or wordless name gives an empty key.

    The text is normalised until it no longer changes, so normalise_name(k.key).key == k.key.
    """
    first = last = _normalise_once(split_login(raw)[0])
    for _ in range(4):
        again = _normalise_once(last.key)
        if again.key == last.key:
            break
        last = again
    return replace(first, key=last.key, numbers=last.numbers, kind=last.kind, proper=last.proper)


def _normalise_once(raw: str) -> NameKey:
    text = clean(raw)
    tokens = tokens_of(text)
    tokens, legal_form, owner = _take_legal_form(tokens)
    tokens, territories = _take_territories(tokens)
    tokens = _expand(tokens)
    is_branch = any(token in tables.BRANCH_WORDS for token in tokens)
    tokens, kind = _mark_kinds(tokens)
    if is_branch:  # which school is the branch of which is said by the order alone, so the order stays
        numbers, words = _take_numbers(tokens, bare=False)
        key = " ".join(tokens).replace("# ", "№")
    else:
        if kind:
            tokens.remove(kind)
        numbers, words = _take_numbers(tokens, bare=bool(kind))
        key = " ".join(part for part in (kind, *(f"№{number}" for number in numbers), *words) if part)
    return NameKey(
        key=key,
        numbers=numbers,
        kind=kind,
        legal_form=legal_form,
        owner=owner,
        proper=tuple(word for word in words if word not in tables.BRANCH_WORDS and word not in tables.KINDS),
        settlement_hint=_settlement(text, territories),
        territory_hint=territories,
        is_branch=is_branch,
    )


def _settlement(text: str, territories: tuple[str, ...]) -> str:
    found = _SETTLEMENT.search(text)
    if found is None or found.group(1).startswith(territories or ("#",)):
        return ""
    return found.group(1)


def _expand(tokens: list[str]) -> list[str]:
    """Spell out «УИОП»; the preposition of «с углубленным изучением» says nothing and goes."""
    words = [word for token in tokens for word in tables.EXPANSIONS.get(token, (token,))]
    return [word for word, following in pairwise([*words, ""]) if (word, following) != ("с", "углубл")]


def _take_legal_form(tokens: list[str]) -> tuple[list[str], str, str]:
    """Remove every legal form; the first one found names form and owner."""
    kept: list[str] = []
    form = owner = ""
    place = 0
    while place < len(tokens):
        length, found_form, found_owner = _legal_form_at(tokens, place)
        if length:
            form, owner = form or found_form, owner or found_owner
            place += length
        else:
            kept.append(tokens[place])
            place += 1
    return kept, form, owner


def _legal_form_at(tokens: list[str], start: int) -> tuple[int, str, str]:
    token = tokens[start]
    if token in tables.LEGAL_ABBREVIATIONS:
        end = start + 1
        while end < len(tokens) and tokens[end] in tables.LEGAL_TAILS:
            end += 1
        return end - start, token.upper(), tables.LEGAL_ABBREVIATIONS[token]
    end = last_head = start
    while end < len(tokens) and tokens[end].startswith((*tables.LEGAL_STEMS, *tables.LEGAL_HEADS)):
        end += 1
        if tokens[end - 1].startswith(tables.LEGAL_HEADS):
            last_head = end
    if last_head < start + 2:
        return 0, "", ""
    words = tokens[start:last_head]
    owner = _owner(words)
    return (
        last_head - start + _level_length(tokens, last_head),
        _form_code(words, owner),
        owner,
    )


def _level_length(tokens: list[str], start: int) -> int:
    """How many words «высшего [профессионального] образования» take after a form."""
    if start >= len(tokens) or tokens[start] not in tables.LEVEL_WORDS:
        return 0
    end = start + 1
    if end < len(tokens) and tokens[end].startswith("профессиональн"):
        end += 1
    return end + 1 - start if end < len(tokens) and tokens[end] == "образования" else 0


def _owner(words: list[str]) -> str:
    for stem, owner in (
        ("федеральн", tables.FEDERAL),
        ("муниципальн", tables.MUNICIPAL),
        ("негосударственн", tables.PRIVATE),
        ("частн", tables.PRIVATE),
        ("неком", tables.PRIVATE),
        ("государственн", tables.STATE),
    ):
        if any(word.startswith(stem) for word in words):
            return owner
    return ""


def _form_code(words: list[str], owner: str) -> str:
    """«Муниципальное бюджетное общеобразовательное учреждение» -> «МБОУ»."""

    def has(stem: str) -> bool:
        return any(word.startswith(stem) for word in words)

    if owner == tables.PRIVATE:
        for stem, code in (
            ("партнерств", "НП"),
            ("автономн", "АНО"),
            ("негосударственн", "НОУ"),
        ):
            if has(stem):
                return code
        return "ЧОУ"
    if not owner:
        return ""
    prefix = {tables.FEDERAL: "ФГ", tables.STATE: "Г", tables.MUNICIPAL: "М"}[owner]
    funding = "".join(
        letter for stem, letter in (("бюджетн", "Б"), ("казенн", "К"), ("автономн", "А")) if has(stem)
    )
    return prefix + funding[:1] + ("П" if has("профессиональн") else "") + "ОУ"


def _take_territories(tokens: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Remove «города Москвы», «Тосненского района», «Ленинградской области», «городского округа Щербинка»."""
    kept: list[str] = []
    stems: list[str] = []
    place = 0
    while place < len(tokens):
        length, stem = _territory_at(tokens, place)
        if length:
            stems.append(stem)
            place += length
        else:
            kept.append(tokens[place])
            place += 1
    return kept, tuple(stems)


def _territory_at(tokens: list[str], start: int) -> tuple[int, str]:
    window = tokens[start : start + 4]
    if window[0] in ("г", "городе"):
        for stems in tables.FEDERAL_CITIES:
            words = window[1 : 1 + len(stems)]
            if len(words) == len(stems) and all(map(str.startswith, words, stems)):
                return 1 + len(stems), stems[-1]
    if window[:2] in (["городского", "округа"], ["муниципального", "образования"]) and window[2:]:
        return 3, _stem(window[2])
    if window[0].endswith(("ского", "цкого", "ного", "ская", "цкая", "ная")):
        middle = 2 if window[1:2] in (["муниципального"], ["городского"]) else 1
        if window[middle : middle + 1] and window[middle] in (
            "района",
            "округа",
            "области",
            "края",
        ):
            return middle + 1, _stem(window[0])
    return 0, ""


def _stem(word: str) -> str:
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= SHORTEST_STEM else word[:SHORTEST_STEM]


def names_territory(stem: str, name: str) -> bool:
    """True if a territory's own name («Тосненский район») answers to a stem from a school's name."""
    return any(word.startswith(stem) for word in TOKEN.findall(clean(name)))


def _mark_kinds(tokens: list[str]) -> tuple[list[str], str]:
    """Replace each phrase of a kind by its canonical word; the first one is the kind of the school."""
    result: list[str] = []
    first = ""
    place = 0
    while place < len(tokens):
        for words, kind in _PHRASES.get(tokens[place], ()):
            if tuple(tokens[place : place + len(words)]) == words:
                result.append(kind)
                first = first or kind
                place += len(words)
                break
        else:
            result.append(tokens[place])
            place += 1
    return result, first


def _take_numbers(tokens: list[str], *, bare: bool) -> tuple[tuple[str, ...], list[str]]:
    """Split school numbers from words. Without a sign only the first word may be one («129 ОУ», «СОШ 1»)."""
    numbers: list[str] = []
    words: list[str] = []
    signed = False
    for token in tokens:
        if token == NUMBER_SIGN:
            signed = True
            continue
        if signed and token[0].isdigit():
            numbers.append(token)
        else:
            words.append(token)
        signed = False
    if bare and not numbers and words and words[0][0].isdigit():
        following = words[1] if len(words) > 1 else ""
        if not following.startswith(tables.NOT_A_NUMBER_BEFORE):
            numbers.append(words.pop(0))
    return tuple(numbers), words
