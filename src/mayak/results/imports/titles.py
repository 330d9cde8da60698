"""What titles and file names say: kind, year, grade, subject, date, wave, quarter, maximum score."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from mayak.results.algorithms.records import AssessmentKey

from .vocabulary import file_subject, find_kind, grade_after_subject, normalise, split_subject

_SCHOOL_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)\s*[/–—-]\s*(20\d\d|19\d\d|\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d|199\d)(?!\d)")
_DATE = re.compile(r"(?<!\d)(\d{1,2})[._](\d{1,2})[._](20\d\d|\d\d)(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(20\d\d)-(\d{2})-(\d{2})(?!\d)")
_GRADE = re.compile(r"(?<!\d)(1[01]|[1-9])\s*(?:-?\s*(?:х|й|е|ые|ый|м))?\s*(?:класс|клас|кл\b|grade)")
_ROMAN_GRADE = re.compile(
    r"(?<![a-zа-яIVXІХ])(xi|x|ix|viii|vii|vi|v|iv|iii|ii|i)\s+(?:класс?|grade)", re.IGNORECASE
)
_GRADE_AFTER = re.compile(r"(?:класс|grade|параллель)\s*:?\s*(1[01]|[1-9])(?!\d)")
_FILE_GRADE = re.compile(
    r"(?:nvo|нво|vpr|впр)[-_ ]+(?:[a-zа-я]+[-_ ]+)?(1[0-2]|[1-9])(?=[-_ .])", re.IGNORECASE
)
_SHORT = re.compile(r"(?:^|[_ -])([A-ZА-Я]{2})[_ -]?(1[01]|[1-9])(?=$|[_ .-])")
_QUARTER = re.compile(r"(?<!\d)([1-4]|iv|iii|ii|i)\s*-?\s*(?:я|й)?\s*(?:четверт|триместр|quarter)")
_MAXIMUM = re.compile(
    r"(?:м[аa][хxк]\w*)[\s.]*(?:первичн\w*\s*)?(?:бал\w*)?[^\d|]{0,12}?(?:\|\s*)?(\d{1,3})(?!\d)",
    re.IGNORECASE,
)
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
}
_WAVES = (("досрочн", "досрочный"), ("дополнительн", "дополнительный"), ("резерв", "резервный"),
          ("апелляц", "апелляция"), ("пересдач", "пересдача"),
          ("основной период", "основной"), ("основная волна", "основной"))  # fmt: skip
_MOMENTS = (
    ("входн", "entry"),
    ("стартов", "entry"),
    ("итогов", "final"),
    ("entry", "entry"),
    ("final", "final"),
)
MIN_GRADE, MAX_GRADE = 1, 12
Found = TypeVar("Found")


def find_year(text: str) -> int | None:
    """2022/2023 -> 2023 (results are of its spring), else the first year in the text."""
    pair = _SCHOOL_YEAR.search(text)
    if pair:
        first, second = int(pair.group(1)), pair.group(2)
        last = int(second) if len(second) == len(pair.group(1)) else first // 100 * 100 + int(second)
        if last == first + 1:
            return last
    year = _YEAR.search(text)
    return int(year.group(1)) if year else None


def find_date(text: str) -> dt.date | None:
    """20.04.2026, 2016.05.28 or 2016-10-31."""
    iso = _ISO_DATE.search(text)
    plain = _DATE.search(text)
    try:
        if iso:
            return dt.date(*map(int, iso.groups()))
        if plain:
            day, month, year = map(int, plain.groups())
            return dt.date(year + 2000 if year < 100 else year, month, day)  # noqa: PLR2004 - a year of two digits
    except ValueError:
        return None
    return None


def find_grade(text: str) -> int | None:
    """«5 класс», «VII клас», «Класс: 4»."""
    low = text.lower()
    found = _GRADE.search(low) or _GRADE_AFTER.search(low)
    if found:
        return int(found.group(1))
    roman = _ROMAN_GRADE.search(low)
    return _ROMAN[roman.group(1)] if roman else None


def find_maximum(text: str) -> float | None:
    """«(мах 65 т.)», «Максимальный первичный балл: | 24»."""
    found = _MAXIMUM.search(text)
    return float(found.group(1)) if found else None


def find_quarter(text: str) -> int | None:
    """«2 четверть», «III четверть»."""
    found = _QUARTER.search(text.lower())
    if not found:
        return None
    word = found.group(1)
    return int(word) if word.isdigit() else _ROMAN[word]


def subject_maxima(lines: Iterable[str]) -> dict[str, float]:
    """Maximum scores from a block of titles: «Максимален бал» and then «Математика (МАТ) | 100»."""
    maxima: dict[str, float] = {}
    for line in lines:
        words, _, figure = line.rpartition(" | ")
        subject, rest = split_subject(words)
        if subject and figure.isdigit() and not re.search(r"\w{4,}", rest):
            maxima[subject] = float(figure)
    return maxima


def read_titles(lines: Iterable[str], file_name: str = "", sheet_name: str = "") -> AssessmentKey:
    """Join what the titles say with what the sheet and file names say; titles win."""
    titles = list(lines)
    stem = re.sub(r"\.\w{2,4}\Z", "", file_name)
    texts = [*titles, sheet_name, stem]
    joined = " ".join(texts).lower()
    date = _first(find_date, titles)
    year = _first(find_year, texts)
    kind = _first(find_kind, texts) or ""
    return AssessmentKey(
        kind=kind,
        subject_text=_subject(titles, sheet_name, stem),
        grade=_first(find_grade, texts)
        or _file_grade(stem)
        or _short_grade(sheet_name)
        or _short_grade(stem)
        or grade_after_subject(sheet_name)
        or grade_after_subject(stem),
        year=year or (date.year if date else None),
        date=date,
        wave=next((wave for word, wave in _WAVES if word in joined), None),
        quarter=_first(find_quarter, texts),
        moment=next((moment for word, moment in _MOMENTS if word in joined), None),
        max_score=_first(find_maximum, titles),
    )


def _first(find: Callable[[str], Found | None], texts: Iterable[str]) -> Found | None:
    return next((value for text in texts if (value := find(text))), None)


def _file_grade(stem: str) -> int | None:
    found = _FILE_GRADE.search(stem + ".")
    return int(found.group(1)) if found else None


def _short_grade(text: str) -> int | None:
    """ФИС ОКО names sheets «РУ 4 Индивидуальные результаты» and forms forma_sbora_EN_8."""
    found = _SHORT.search(text)
    return int(found.group(2)) if found and file_subject(found.group(1)) else None


def _subject(titles: list[str], sheet: str, stem: str) -> str:
    for line in titles:
        if line.lower().startswith("предмет"):
            subject, _ = split_subject(line.partition("|")[2] or line.partition(":")[2])
            if subject or line.partition("|")[2].strip():
                return subject or line.partition("|")[2].strip()
    named = {subject for line in titles if (subject := _long_subject(line))}
    if len(named) == 1:
        return named.pop()
    if named:
        return ""
    for text in (sheet, stem):
        short = _SHORT.search(text)
        if short and file_subject(short.group(1)):
            return file_subject(short.group(1))
    return _long_subject(sheet) or _long_subject(stem)


def _long_subject(text: str) -> str:
    """A subject named in running text: aliases of one or two letters do not count there."""
    subject, rest = split_subject(text)
    key = normalise(text)
    if not subject or len(key) - len(rest) < 4:  # noqa: PLR2004 - three letters and a space
        return ""
    return subject
