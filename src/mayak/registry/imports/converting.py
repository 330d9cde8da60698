"""One cell becomes one value, or a reason why not."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.kernel.exporting.tables import unguarded
from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.selectors.references import own_id
from mayak.registry.selectors.sheets import Column, Kind, choice_labels

_DATE_FORMATS: Final = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y")
_YES: Final = frozenset({"да", "yes", "true", "1", "+", "истина"})
_NO: Final = frozenset({"нет", "no", "false", "0", "-", "ложь"})
_ID_DIGITS: Final = 18
_EARLIEST, _LATEST = dt.date(1700, 1, 1), dt.date(2100, 12, 31)


class CellProblem(Exception):  # noqa: N818 - a message for a person
    """Why a cell is refused; the text is the reason."""


def text_of(cell: Any) -> str:
    """Return the cell as text: 100020 stays «100020», 1.0 is «1»; a guard against formulas is taken off."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    return " ".join(unguarded(str(cell).strip()).split())


def is_empty(cell: Any) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


class Converter:
    """Reads plain cells; the labels of choices are prepared once for a file."""

    def __init__(self) -> None:
        self._labels: dict[str, dict[str, str]] = {}
        self._readers: dict[Kind, Callable[[Any, Column], Any]] = {
            Kind.TEXT: lambda cell, _column: text_of(cell),
            Kind.TEXTS: lambda cell, _column: [
                part.strip() for part in text_of(cell).split(";") if part.strip()
            ],
            Kind.INTEGER: lambda cell, _column: _integer(cell),
            Kind.DECIMAL: lambda cell, _column: _decimal(cell),
            Kind.DATE: lambda cell, _column: _date(cell),
            Kind.BOOLEAN: lambda cell, _column: _boolean(cell),
            Kind.OWN_ID: lambda cell, _column: _own_number(cell),
            Kind.CHOICE: self._choice,
        }

    def read(self, cell: Any, column: Column) -> Any:
        """Return the value of a cell that is not empty.

        Raises:
            CellProblem: the cell does not hold what the column needs.
        """
        return self._readers[column.kind](cell, column)

    def _choice(self, cell: Any, column: Column) -> str:
        labels = self._labels.get(column.field)
        if labels is None:
            labels = self._labels[column.field] = _known_labels(column)
        value = labels.get(plain(text_of(cell)))
        if value is None:
            known = ", ".join(choice_labels(column).values())
            raise CellProblem(_("no such value; possible: %(values)s") % {"values": known})
        return value


def _known_labels(column: Column) -> dict[str, str]:
    """Every spelling of every choice: its value and its label in both languages."""
    found: dict[str, str] = {}
    for language in ("ru", "en"):
        with override(language):
            for value, label in choice_labels(column).items():
                found[plain(label)] = value
    for value in choice_labels(column):
        found[plain(value)] = value
    for spelling, value in column.words.items():
        found.setdefault(plain(spelling), str(value))
    return found


def _integer(cell: Any) -> int:
    number = _decimal(cell)
    if number != number.to_integral_value():
        raise CellProblem(_("a whole number is needed"))
    return int(number)


def _decimal(cell: Any) -> Decimal:
    if isinstance(cell, bool | dt.date | dt.time):
        raise CellProblem(_("a number is needed"))
    text = str(cell).replace("\xa0", "").replace(" ", "").replace(",", ".").rstrip("%")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise CellProblem(_("a number is needed")) from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 12:
        raise CellProblem(_("a number is needed"))
    return number


def _date(cell: Any) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = text_of(cell)
    for pattern in _DATE_FORMATS:
        try:
            day = dt.datetime.strptime(text, pattern).replace(tzinfo=dt.UTC).date()
        except ValueError:
            continue
        if _EARLIEST <= day <= _LATEST:
            return day
    raise CellProblem(_("a date is needed, for example 01.09.2024"))


def _boolean(cell: Any) -> bool:
    word = text_of(cell).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellProblem(_("yes or no is needed"))


def _own_number(cell: Any) -> int:
    text = text_of(cell)
    number = own_id(text) or (
        int(text) if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS else None
    )
    if number is None:
        raise CellProblem(_("the own number of a row is needed, for example 17"))
    return number
