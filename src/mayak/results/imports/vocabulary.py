"""The words of headers as data, and the questions asked of them."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

_PATH = Path(__file__).with_name("vocabulary.yaml")
_SIGNS = re.compile(r"[^\w%№]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Latin letters that look like Cyrillic ones; folded only inside words that hold Cyrillic letters too.
_LOOKALIKES = str.maketrans("aceopxykmhtb", "асеорхукмнтв")
_CYRILLIC = re.compile("[а-я]")
#: Confidence of a match by the whole label and by a rule.
EXACT, BY_RULE = 0.95, 0.8


def normalise(text: str) -> str:
    """A label for comparison: «Ср. успех  в точки» -> "ср успех в точки"."""
    text = _CAMEL.sub(" ", text).lower().replace("ё", "е").replace("_", " ")
    words = _SIGNS.sub(" ", text).split()
    return " ".join(word.translate(_LOOKALIKES) if _CYRILLIC.search(word) else word for word in words)


@dataclass(frozen=True, slots=True)
class RoleMatch:
    """What a label was taken for. `indicator`, `unit`, `year` are set for the roles that need them."""

    role: str
    confidence: float
    indicator: str = ""
    unit: str = ""
    year: int | None = None
    note: str = ""
    subject: str = ""
    kind: str = ""


@cache
def _data() -> dict[str, Any]:
    with _PATH.open(encoding="utf-8") as stream:
        return dict(yaml.safe_load(stream))


@cache
def _exact_roles() -> dict[str, str]:
    exact: dict[str, str] = {}
    for role, rule in _data()["roles"].items():
        for word in rule.get("exact", ()):
            exact.setdefault(normalise(str(word)) or str(word), role)
    return exact


@cache
def _role_rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    roles = _data()["roles"].items()
    return tuple((role, re.compile(words)) for role, rule in roles for words in rule.get("words", ()))


@cache
def _listed(section: str) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple((re.compile(item["words"]), item) for item in _data()[section])


@cache
def _people(section: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    rule = _data()[section]
    exact = frozenset(normalise(word) for word in rule.get("exact", ()))
    return exact, tuple(re.compile(words) for words in rule["words"])


@lru_cache(maxsize=4096)
def match_role(label: str) -> RoleMatch | None:
    """The role of one label (already without its subject), or None. Contradictions are asked first."""
    key = normalise(label)
    if not key:
        return None
    special = _match_special(key)
    if special:
        return special
    role = _exact_roles().get(key)
    if role:
        return RoleMatch(role, EXACT)
    for role, words in _role_rules():
        if words.search(key):
            return RoleMatch(role, BY_RULE)
    return None


def _match_special(key: str) -> RoleMatch | None:
    for words, item in _listed("contradictions"):
        found = words.search(key)
        if found:
            indicator = item.get("indicator", "").format(*found.groups())
            return RoleMatch(item["role"], 0.3, indicator, "count", note=item["note"])
    for words, item in _listed("yearly_means"):
        found = words.search(key)
        if found:
            short = int(found.group(1))
            year = short + (1900 if short > 50 else 2000)  # noqa: PLR2004 - two-digit years: 51..99 are of last century
            return RoleMatch("mean_score", BY_RULE, year=year, subject=item["subject"], kind=item["kind"])
    for words, item in _listed("indicators"):
        found = words.search(key)
        if found:
            return RoleMatch("indicator", BY_RULE, item["indicator"].format(*found.groups()), item["unit"])
    return None


def is_personal(label: str) -> bool:
    """Must a column with this header be dropped at reading?"""
    return _matches("personal", normalise(label))


def is_name(label: str) -> bool:
    """Does a header mean that the table is about people by name?"""
    return _matches("names", normalise(label))


def _matches(section: str, key: str) -> bool:
    exact, rules = _people(section)
    return bool(key) and (key in exact or any(rule.search(key) for rule in rules))


@cache
def _subject_aliases() -> dict[str, str]:
    return {
        normalise(alias): name for name, aliases in _data()["subjects"].items() for alias in (name, *aliases)
    }


@cache
def _alias_pattern() -> re.Pattern[str]:
    longest = sorted(_subject_aliases(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)")


@lru_cache(maxsize=4096)
def subject_name(text: str) -> str:
    """The canonical name when the whole text is a known subject, else ""."""
    return _subject_aliases().get(normalise(text), "")


@cache
def _file_codes() -> dict[str, str]:
    return {code: name for name, codes in _data()["file_codes"].items() for code in codes}


def file_subject(code: str) -> str:
    """The subject of two capital letters in a name of a file or sheet, or ""."""
    return _file_codes().get(code, "")


@lru_cache(maxsize=4096)
def split_subject(label: str) -> tuple[str, str]:
    """(canonical subject or "", the normalised label without it). The longest alias wins; brackets vanish."""
    key = normalise(label)
    found = _alias_pattern().search(key)
    if not found:
        return "", key
    subject = _subject_aliases()[found.group(0)]
    # «Български език и литература (БЕЛ)» names the subject twice.
    rest = _alias_pattern().sub(
        lambda m: " " if _subject_aliases()[m.group(0)] == subject else m.group(0), key
    )
    return subject, " ".join(rest.split())


def grade_after_subject(text: str) -> int | None:
    """«ВПР 2024 Физика 8» -> 8; a year or a number of a file after the subject is none."""
    key = normalise(text)
    found = _alias_pattern().search(key)
    after = re.match(r" (1[01]|[1-9])(?!\w)", key[found.end() :]) if found else None
    return int(after.group(1)) if after else None


def find_kind(text: str) -> str:
    """The kind of the assessment that a title or file name speaks of, or ""."""
    key = normalise(text)
    return next((item["kind"] for words, item in _listed("kinds") if words.search(key)), "")


def role_names() -> tuple[str, ...]:
    """All roles a column may have."""
    return (*_data()["roles"], "indicator", "task", "score_bin", "participant", "group")
