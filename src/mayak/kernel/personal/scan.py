"""What in a text may name a person: shown before the text becomes public (CH-30 of docs/formats/report.md).

Finds telephone numbers, e-mails, series and number of a passport, СНИЛС, ИНН of a person, names with a patronymic or
initials, pupils with their class. It errs on the side of asking: a person looks at each place and decides.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

CONTEXT: Final = 20
"""Letters shown before and after what was found."""


class TraceKind(models.TextChoices):
    """What it looks like."""

    PHONE = "phone", _("telephone number")
    EMAIL = "email", _("e-mail")
    PASSPORT = "passport", _("passport")
    SNILS = "snils", _("insurance number (СНИЛС)")
    INN = "inn", _("taxpayer number of a person (ИНН)")
    NAME = "name", _("name of a person")
    PUPIL = "pupil", _("pupil")


@dataclass(frozen=True, slots=True)
class PersonalTrace:
    """One place: ``line`` counts from 1, ``start`` and ``end`` are letters of that line from 0."""

    kind: TraceKind
    line: int
    start: int
    end: int
    text: str
    excerpt: str
    place: str = ""


_WORD = r"(?:[А-ЯЁ][а-яё]+|[А-ЯЁ]{2,})"
_NAME = rf"{_WORD}(?:-{_WORD})?"
_PATRONYMIC = (
    r"(?:[А-ЯЁ][а-яёА-ЯЁ]{0,20}?"
    r"(?:(?i:ович|евич|ьич|кич|мич|лич)(?i:а|у|ем|е)?|(?i:овн|евн|ичн|иничн)(?i:ой|ою|а|ы|е|у)))"
)
_INITIALS = r"[А-ЯЁ]\.\s?[А-ЯЁ]\."
_GAP = r"[ \t\u00a0]+"
_LEFT, _RIGHT = r"(?<![\w])", r"(?![\w])"
_CLASS = rf"\d{{1,2}}(?:-?(?:го|й|м))?\s?[«\"„]?[А-ЯЁа-яё]?[»\"“]?(?:{_GAP}(?:класс\w*|кл\.))?"
_PUPIL = rf"{_LEFT}(?i:учени[кцч]\w*|учащ\w+|обучающ\w+|школьни[кц]\w*){_GAP}"
_SERIES = r"(?<!\d)\d\d ?\d\d"

_PATTERNS: Final[tuple[tuple[TraceKind, re.Pattern[str]], ...]] = (
    (TraceKind.EMAIL, re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}")),
    (TraceKind.SNILS, re.compile(r"(?<!\d)\d{3}-\d{3}-\d{3}[ \-]?\d{2}(?!\d)")),
    (TraceKind.SNILS, re.compile(r"(?<!\d)\d{3}[ ]\d{3}[ ]\d{3}[ ]\d{2}(?!\d)|(?<!\d)\d{11}(?!\d)")),
    (TraceKind.INN, re.compile(r"(?<!\d)\d{12}(?!\d)")),
    (TraceKind.PHONE, re.compile(r"(?<!\d)(?:\+7|[78])(?:[ \-()]{0,2}\d){10}(?!\d)")),
    (TraceKind.PHONE, re.compile(r"(?<!\d)\(\d{3,5}\) ?\d{1,3}(?:[ \-]?\d\d){2}(?!\d)")),
    (TraceKind.PHONE, re.compile(r"(?<!\d)9\d{2}[ \-]\d{3}[ \-]\d\d[ \-]?\d\d(?!\d)")),
    (TraceKind.PHONE, re.compile(r"(?i:тел(?:ефон)?\.?:?)\s?\d{1,3}(?:[ \-]?\d\d){2}(?!\d)")),
    (TraceKind.PASSPORT, re.compile(rf"{_SERIES} (?:№ ?|N ?)?\d{{6}}(?!\d)|{_SERIES}(?:№|N) ?\d{{6}}(?!\d)")),
    (TraceKind.PASSPORT, re.compile(r"(?i:паспорт\w*|серия)[ :]{1,2}(?:серия )?\d{4} ?(?:№|номер)? ?\d{6}(?!\d)")),
    (TraceKind.PUPIL, re.compile(rf"{_PUPIL}{_CLASS},?{_GAP}{_NAME}(?:{_GAP}{_NAME})?")),
    (TraceKind.PUPIL, re.compile(rf"{_PUPIL}{_NAME}{_GAP}{_NAME}{_RIGHT}")),
    (TraceKind.PUPIL, re.compile(rf"{_LEFT}{_NAME}(?:{_GAP}{_NAME})?,? ?\(?\d{{1,2}}\s?[«\"„][А-ЯЁа-яё][»\"“]")),
    (TraceKind.NAME, re.compile(rf"{_LEFT}(?:{_NAME}{_GAP}){{1,2}}{_PATRONYMIC}(?:{_GAP}{_NAME})?{_RIGHT}")),
    (TraceKind.NAME, re.compile(rf"{_LEFT}{_NAME}{_GAP}{_INITIALS}")),
    (TraceKind.NAME, re.compile(rf"{_LEFT}{_INITIALS}\s?{_NAME}{_RIGHT}")),
)  # fmt: skip
"""In the order of trust: a place that an earlier pattern took is not looked at again."""

_NAMED_AFTER = re.compile(r"(?:\bим(?:ени|\.)|памяти|\bулиц[аыеу]|\bул\.|\bпросп\w*\.?)\s*$", re.IGNORECASE)
"""«школа им. А. С. Пушкина», «ул. Ивана Сергеевича …»: a name of a place, not of somebody in the text."""

_LINE_LIMIT: Final = 20_000


def scan_text(text: str, *, place: str = "") -> list[PersonalTrace]:
    """Return what may name a person, in the order of the text.

    Args:
        text: any text; a line longer than 20,000 letters is looked at in pieces.
        place: where the text stands («table 2, row 4»), repeated in each trace.
    """
    found: list[PersonalTrace] = []
    for number, line in enumerate(text.splitlines() or [""], start=1):
        for start in range(0, len(line), _LINE_LIMIT):
            piece = line[start : start + _LINE_LIMIT]
            found += (_moved(trace, start) for trace in _scan_line(piece, number, place))
    return found


def scan_lines(lines: Iterable[tuple[str, str]]) -> Iterator[PersonalTrace]:
    """Yield the traces of (place, text) pairs: paragraphs of a document, cells of a table."""
    for place, text in lines:
        yield from scan_text(text, place=place)


def _moved(trace: PersonalTrace, by: int) -> PersonalTrace:
    return trace if not by else replace(trace, start=trace.start + by, end=trace.end + by)


def _scan_line(line: str, number: int, place: str) -> list[PersonalTrace]:
    taken: list[tuple[int, int]] = []
    found: list[PersonalTrace] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(line):
            start, end = match.span()
            if any(start < right and left < end for left, right in taken):
                continue
            if not _is_meant(kind, match, line):
                continue
            taken.append((start, end))
            excerpt = line[max(0, start - CONTEXT) : end + CONTEXT].strip()
            found.append(PersonalTrace(kind, number, start, end, match.group(), excerpt, place))
    return sorted(found, key=lambda trace: trace.start)


def _is_meant(kind: TraceKind, match: re.Match[str], line: str) -> bool:
    check = _CHECKS.get(kind)
    return check is None or check(match, line)


def _is_snils(match: re.Match[str], line: str) -> bool:
    """Whether the check digits fit; written with hyphens or after the word it is shown in any case."""
    if "-" in match.group() or "снилс" in line[: match.start()].lower()[-12:]:
        return True
    return snils_fits(_digits(match.group()))


def _is_inn(match: re.Match[str], _line: str) -> bool:
    return inn_fits(match.group())


def _is_somebody(match: re.Match[str], line: str) -> bool:
    return not _NAMED_AFTER.search(line[: match.start()])


_CHECKS: Final[dict[TraceKind, Callable[[re.Match[str], str], bool]]] = {
    TraceKind.SNILS: _is_snils,
    TraceKind.INN: _is_inn,
    TraceKind.NAME: _is_somebody,
}


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def snils_fits(digits: str) -> bool:
    """Whether the last two of 11 digits are the check number of the first nine."""
    body = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    check = body if body < 100 else body % 101  # noqa: PLR2004  # the rule of the number itself
    return check % 100 == int(digits[9:])


_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, *_INN_11)


def inn_fits(digits: str) -> bool:
    """Whether the last two of 12 digits are the check digits of a person's taxpayer number."""
    return all(
        sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10
        == int(digits[len(weights)])
        for weights in (_INN_11, _INN_12)
    )


def kinds_of(traces: Iterable[PersonalTrace]) -> dict[Any, int]:
    """Return how many traces of each kind there are, in the order of ``TraceKind``."""
    counts = dict.fromkeys(TraceKind, 0)
    for trace in traces:
        counts[trace.kind] += 1
    return {kind.label: number for kind, number in counts.items() if number}
