"""Tables of lists: django-tables2 with the columns that Mayak needs."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import localize, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from mayak.kernel.ui.drawing import badge_html

NUMBER_ATTRS = {"th": {"class": "num"}, "td": {"class": "num"}}


class MayakTable(tables.Table):
    """Base of every table: the template of the interface and «—» for a missing value."""

    class Meta:
        template_name = "ui/table.html"
        default = "—"
        empty_text = ""
        attrs = {"class": "table"}  # django-tables2 reads a plain class attribute

    def drawn_rows(self) -> Iterator[SafeString]:
        """Yield the rows of the page as HTML; the template engine takes twice as long for a hundred rows.

        The opening tag of a cell is made once for its column, so attributes of cells do not depend on the row.
        """
        columns = [
            (
                column.name,
                format_html('<td data-label="{}" {}>', capfirst(column.header), _attributes(column)),
            )
            for column in self.columns
        ]
        for row in self.paginated_rows:
            cells = "".join(f"{opening}{_shown(row.get_cell(name))}</td>" for name, opening in columns)
            yield mark_safe(f"<tr {row.attrs.as_html()}>{cells}</tr>\n")  # noqa: S308  # every part is escaped


class NumberColumn(tables.Column):
    """A number: to the right, with a thousands separator; the export keeps the plain number.

    Args:
        digits: figures after the decimal comma; None shows the value as it is.
        unit: stands in the header, not in the cells.
    """

    def __init__(self, *args: Any, digits: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", NUMBER_ATTRS)
        super().__init__(*args, **kwargs)
        self.digits = digits

    def render(self, value: Any) -> str:
        """Return the number in the format of the language."""
        return number_text(value, self.digits)

    def value(self, value: Any) -> Any:
        """Return the number itself for an export."""
        return value if self.digits is None else round(value, self.digits)


class PercentColumn(tables.Column):
    """A share from 0 to 1 shown as a percent; the unit stands in the header, the export gives percents."""

    def __init__(self, *args: Any, digits: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", NUMBER_ATTRS)
        super().__init__(*args, **kwargs)
        self.digits = digits

    def render(self, value: Any) -> str:
        """Return «12,5»."""
        return number_text(float(value) * 100, self.digits)

    def value(self, value: Any) -> float:
        """Return 12.5 for an export."""
        return round(float(value) * 100, self.digits)


class BadgeColumn(tables.Column):
    """A state as a badge with a word; the export gives the word.

    Args:
        tone: gives the tone of a record.
    """

    def __init__(self, *args: Any, tone: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tone = tone

    def render(self, value: Any, record: Any) -> SafeString:
        """Return the badge."""
        return badge_html(self.tone(record), value)

    def value(self, value: Any) -> Any:
        """Return the word for an export."""
        return value


class TwoLineColumn(tables.Column):
    """A name with a quiet second line under it; the export gives the name.

    Args:
        second: gives the second line of a record (empty: none).
    """

    def __init__(self, *args: Any, second: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.second = second

    def render(self, value: Any, record: Any) -> SafeString:
        """Return both lines."""
        under = self.second(record)
        if not under:
            return conditional_escape(value)
        return format_html('{}<span class="second-line">{}</span>', value, under)

    def value(self, value: Any) -> Any:
        """Return the first line for an export."""
        return value


def _attributes(column: Any) -> SafeString:
    found: SafeString = column.attrs["td"].as_html()
    return found


def _shown(value: Any) -> str:
    """Return a cell as a template shows it: safe or escaped, days and numbers in the format of the language."""
    return conditional_escape(value if isinstance(value, str) else localize(_local(value)))


def _local(value: Any) -> Any:
    is_moment = isinstance(value, dt.datetime) and timezone.is_aware(value)
    return timezone.localtime(value) if is_moment else value


def number_text(value: Any, digits: int | None = None) -> str:
    """Return a number with thousands separators and, where asked for, exactly so many decimals."""
    if value is None or value == "":
        return ""
    # number_format cuts: 28.57 would become 28,5.
    shown = value if digits is None or isinstance(value, str) else round(value, digits)
    return number_format(shown, decimal_pos=digits, use_l10n=True, force_grouping=True)
