"""From the written text of a name to words: one case, one alphabet per word, one number sign, no quotes."""

import re
import unicodedata

from mayak.registry.algorithms import name_tables as tables

NUMBER_SIGN = "#"
ADJECTIVE_LENGTH = 6  # «Путиловской» becomes «Путиловская», «морской» stays a word of its own

_QUOTES = str.maketrans(dict.fromkeys(tables.QUOTES, " "))
_DASHES = str.maketrans(dict.fromkeys(tables.DASHES, "-"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\u0300-\u0305\u0307-\u036f]")
_SIGN = re.compile(r"(?<![a-z])(?:n[oо0]?\b|n[oо]?(?=\d)|номер\b)[.\s]*(?=\d)")
_ORDINAL = re.compile(r"(\d)\s?-\s?(?:ый|ий|ой|ая|ое|й|я|е|го|то|та|ти|ва|ро|ма|во|ви|ри)(?![^\W\d])")
_LETTERED = re.compile(r"(\d)-([абвгдab])(?![^\W_])")
_INITIALS = re.compile(r"(?<![^\W_])([^\W\d_])\.\s*([^\W\d_])\.\s*([^\W\d_]{3,})")
_GLUED = re.compile(
    r"(образовательно[ег]о?|образовательная)(?=учреждени|организаци)|(учреждени[ея])(?=[^\W\d_]{4,})"
)
TOKEN = re.compile(r"#|\d+[абвгдab](?![^\W_])|\d+|[^\W\d_]+")
_ROMAN = re.compile(r"(x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_LETTERS = str.maketrans({"і": "i", "х": "x"})
_GLUED_ROMAN = re.compile(r"(?<![^\W_])([ivxіх]+)([oо][yу]|[cс][yу]|[oо]б[yу])(?![^\W_])")
_GLUED_FORM = re.compile(
    "(" + "|".join(sorted(tables.LEGAL_ABBREVIATIONS, key=len, reverse=True)) + ")"
    "("
    + "|".join(
        spelling for spellings in tables.KINDS.values() for spelling in spellings if " " not in spelling
    )
    + ")"
)


def clean(raw: str) -> str:
    """One case, one quote, one dash, one number sign; NBSP and invisible characters gone."""
    text = unicodedata.normalize("NFKC", raw.replace("№", NUMBER_SIGN)).lower()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).replace("ё", "е"))
    text = " ".join(text.translate(_QUOTES).translate(_DASHES).split())
    text = _one_script(text)  # before any pattern that knows Cyrillic letters only
    text = _SIGN.sub(NUMBER_SIGN, text)
    text = _GLUED_ROMAN.sub(r"\1 \2", _ORDINAL.sub(r"\1 ", text))
    return _LETTERED.sub(r"\1\2", text)


def tokens_of(text: str) -> list[str]:
    """Words, numbers and number signs of a cleaned text, each in one spelling."""
    text = _GLUED.sub(lambda found: found.group(0) + " ", text)
    text = _INITIALS.sub(r"\3 \1 \2", text)
    result: list[str] = []
    found = TOKEN.findall(text)
    for place, token in enumerate(found):
        following = found[place + 1] if place + 1 < len(found) else ""
        result.extend(_token(token, following))
    return result


def _one_script(text: str) -> str:
    """Write each word in one alphabet; letters that exist in one alphabet only decide which."""
    return re.sub(r"[^\W\d_]+", lambda found: _word_in_one_script(found.group(0)), text)


def _word_in_one_script(word: str) -> str:
    if word.isascii() or not word.isalpha():
        latin_only = any(letter not in tables.LATIN_TO_CYRILLIC for letter in word)
        return word if latin_only else _to_cyrillic(word)
    has_cyrillic_only = any(
        not letter.isascii() and letter not in tables.CYRILLIC_TO_LATIN for letter in word
    )
    has_latin_only = any(letter.isascii() and letter not in tables.LATIN_TO_CYRILLIC for letter in word)
    if has_latin_only and not has_cyrillic_only:
        return "".join(tables.CYRILLIC_TO_LATIN.get(letter, letter) for letter in word)
    return _to_cyrillic(word)


def _to_cyrillic(word: str) -> str:
    return "".join(tables.LATIN_TO_CYRILLIC.get(letter, letter) for letter in word)


def _token(token: str, following: str) -> tuple[str, ...]:
    """One written word -> its normal words (a glued or shortened word may give several)."""
    if token[0].isdigit():
        head = token.rstrip("абвгдab")
        return ((head.lstrip("0") or "0") + _to_cyrillic(token[len(head) :]),)
    if number := _roman(token, before_kind=following in tables.KINDS):
        return (number,)
    if glued := _GLUED_FORM.fullmatch(token):
        return (glued.group(1), glued.group(2))
    token = tables.WORD_FORMS.get(token, token)
    if len(token) > ADJECTIVE_LENGTH and token.endswith(("ской", "скую", "цкой", "цкую")):
        token = token.removesuffix("ой").removesuffix("ую") + "ая"
    return (token,)


def _roman(written: str, *, before_kind: bool) -> str:
    """Roman numeral up to 39 -> its digits, else "". A lone «х» is a letter unless a kind follows it."""
    letters = written.translate(_ROMAN_LETTERS)
    found = _ROMAN.fullmatch(letters)
    if not letters or found is None or (letters == "x" and not before_kind):
        return ""
    tens, ones = found.groups()
    values = {"ix": 9, "iv": 4}
    return str(10 * len(tens) + values.get(ones, 5 * ones.count("v") + ones.count("i")))
