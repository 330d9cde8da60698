"""What a registry table looks like in a file: its columns, its keys, the rows a person may see.

The same declaration makes the template, the export and the import of a table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as option
from enum import StrEnum
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.registry.selectors.references import reference_text

Text = str | Promise


class Kind(StrEnum):
    """What stands in the cells of a column. Reference kinds name another row; the last ones are lists."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    OWN_ID = "own_id"
    TERRITORY = "territory"
    ORGANISATION = "organisation"
    PERSON = "person"
    SUBJECT = "subject"
    SCHOOL_YEAR = "school_year"
    ACT = "act"
    PROGRAMME = "programme"
    ROLE = "role"
    TEXTS = "texts"
    SUBJECTS = "subjects"
    PEOPLE = "people"
    ACTS = "acts"


REFERENCES = frozenset(
    {
        Kind.TERRITORY,
        Kind.ORGANISATION,
        Kind.PERSON,
        Kind.SUBJECT,
        Kind.SCHOOL_YEAR,
        Kind.ACT,
        Kind.PROGRAMME,
        Kind.ROLE,
    }
)
RELATED = {Kind.SUBJECTS: Kind.SUBJECT, Kind.PEOPLE: Kind.PERSON, Kind.ACTS: Kind.ACT}
SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field of the model, its heading, what may stand in it, an example and an explanation."""

    field: str
    heading: Text
    kind: Kind = Kind.TEXT
    example: Text = ""
    help: Text = ""
    required: bool = False
    choices: type[Any] | None = None
    words: Mapping[str, str] = option(default_factory=dict, hash=False, compare=False)
    """Further spellings of the choices, as people write them: spelling -> value."""


@dataclass(frozen=True, slots=True)
class Key:
    """A way to find the row that a line of a file means.

    ``is_code``: the last field is a code that a row may lack; a line without it finds and makes nothing.
    """

    name: str
    label: Text
    fields: tuple[str, ...]
    is_code: bool = False


OWN_ID_COLUMN = Column(
    "id",
    _("Own number"),
    Kind.OWN_ID,
    help=_("The number of the row in Mayak; leave it empty for a new row."),
)
OWN_ID_KEY = Key("id", _("own number"), ("id",))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the registry as files show it.

    Attributes:
        name: the word in addresses and in ``RegistryImport.kind``.
        title: the heading of pages and of the sheet.
        model: whose rows these are.
        columns: without the own number, which stands first in every table.
        keys: the first is proposed; the own number is always possible.
        rows: what a person may read, with everything that the columns need.
        owned: what a person may change by an import; the same where nothing is said.
        parent: the field that refers to a row of the same table, perhaps of the same file.
    """

    name: str
    title: Text
    model: type[Model]
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    rows: Callable[[Scope], QuerySet[Any]]
    owned: Callable[[Scope], QuerySet[Any]] | None = None
    parent: str = ""

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The own number and the columns."""
        return (OWN_ID_COLUMN, *self.columns)

    @property
    def all_keys(self) -> tuple[Key, ...]:
        """The keys and the own number."""
        return (*self.keys, OWN_ID_KEY)

    @property
    def related(self) -> tuple[str, ...]:
        """Names of the many-to-many fields."""
        return tuple(column.field for column in self.columns if column.kind in RELATED)

    def key(self, name: str) -> Key:
        """Return the key of this name.

        Raises:
            KeyError: the table has no such key.
        """
        return {key.name: key for key in self.all_keys}[name]

    def writable(self, scope: Scope) -> QuerySet[Any]:
        """Return the rows that an import may change."""
        return (self.owned or self.rows)(scope)


def cell_value(row: Model, column: Column) -> object:
    """Return what an export writes into the cell; an import of it changes nothing."""
    value = getattr(row, column.field)
    if column.kind in RELATED:
        return SEPARATOR.join(reference_text(one) for one in value.all())
    if column.kind in REFERENCES:
        return str(value or "") if column.kind == Kind.ROLE else reference_text(value)
    if column.kind == Kind.CHOICE:
        return choice_labels(column).get(str(value), "") if value not in ("", None) else ""
    if column.kind == Kind.TEXTS:
        return SEPARATOR.join(value)
    if column.kind == Kind.BOOLEAN:
        return str(_("yes") if value else _("no"))
    return value


def choice_labels(column: Column) -> Mapping[str, str]:
    """Return value -> label in the current language."""
    if column.choices is None:
        return {}
    return {str(value): str(label) for value, label in column.choices.choices if value != ""}
