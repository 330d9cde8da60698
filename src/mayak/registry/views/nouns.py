"""What the pages of one noun need to know: the declaration from which list, detail, forms and actions are made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html

from mayak.kernel.access import Actor, Scope
from mayak.kernel.ui.lists import Action
from mayak.registry.permissions import can_edit_registry


@dataclass(frozen=True, slots=True)
class Cell:
    """A text with an address, and perhaps an action that asks before it acts."""

    text: Any
    url: str = ""
    confirm: Any = ""

    def __str__(self) -> str:
        """Return a link where there is an address: a cell may stand among the facts of a page too."""
        if not self.url:
            return conditional_escape(self.text)
        return format_html('<a href="{}">{}</a>', self.url, self.text)


def _is_filled(cell: Any) -> bool:
    text = cell.text if isinstance(cell, Cell) else cell
    return text is not None and text != ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table on a detail page; it is not shown where it is empty and nothing can be added."""

    title: Any
    columns: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    add: Action | None = None
    empty: Any = ""
    note: Any = ""

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.rows or self.add)

    @property
    def filled(self) -> list[int]:
        """Places of the columns in which anything stands; empty columns are not shown."""
        return [
            place
            for place in range(len(self.columns))
            if any(_is_filled(cells[place]) for cells in self.rows)
        ]

    @property
    def headings(self) -> list[Any]:
        """Headings of the columns that are shown."""
        return [self.columns[place] for place in self.filled]

    @property
    def lines(self) -> list[list[tuple[Any, Any]]]:
        """The rows as (heading, cell) of the columns that are shown."""
        filled = self.filled
        return [[(self.columns[place], cells[place]) for place in filled] for cells in self.rows]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to one object and are added and removed on its page (members, stages, names).

    Attributes:
        name: the word in the address.
        title: heading of the form that adds one.
        form: its class.
        add: ``(owner, form, actor)``.
        rows: ``(owner) -> queryset`` in which ``remove`` looks for its row.
        remove: ``(row, actor)``; None where nothing is removed.
        instance: an unsaved row for the form; None for a plain form.
    """

    name: str
    title: Any
    form: Callable[..., Any]
    add: Callable[[Any, Any, Actor], Any]
    rows: Callable[[Any], QuerySet[Any]]
    remove: Callable[[Any, Actor], Any] | None = None
    instance: Callable[[Any], Model] | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to an object by one button: archive, restore, close, reopen.

    ``is_possible`` hides the button; ``form`` asks for more (a day) on a page of its own; ``removes``: the object
    is gone afterwards.
    """

    name: str
    label: Any
    question: Any
    act: Callable[..., Any]
    is_possible: Callable[[Any], bool]
    tone: str = "bad"
    form: Callable[..., Any] | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Noun:
    """Everything that the pages of one noun need."""

    name: str
    model: type[Model]
    title: Any
    new_title: Any
    rows: Callable[[Scope], QuerySet[Any]]
    form: Callable[..., Any]
    create: Callable[[Any, Actor], Any]
    update: Callable[[Any, Any, Actor], Any]
    edit_form: Callable[..., Any] | None = None
    facts: Callable[[Any], Sequence[tuple[Any, Any]]] = lambda _row: ()
    sections: Callable[[HttpRequest, Any, bool], Sequence[Section]] = lambda _request, _row, _can_edit: ()
    may_edit: Callable[[Scope, Any], bool] = lambda scope, _row: can_edit_registry(scope)
    may_create: Callable[[Scope], bool] = can_edit_registry
    deeds: Sequence[Deed] = ()
    parts: Sequence[Part] = ()
    multipart: bool = False
    template: str = "registry/detail.html"
    lead: Callable[[Any], Any] = lambda _row: ""
    more: Callable[[HttpRequest, Any], Mapping[str, Any]] = field(default=lambda _request, _row: {})

    def url_name(self, page: str) -> str:
        """Return the name of a page's address: list, detail, create, edit."""
        return f"registry:{self.name}-{page}"
