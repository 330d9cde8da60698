"""Cells that name other rows: by code, by own number, by name. Two rows that fit are never guessed between."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.algorithms.territory_names import bare_key
from mayak.registry.imports.converting import CellProblem, text_of
from mayak.registry.models import (
    LegalAct,
    Organisation,
    Person,
    Programme,
    ProgrammeRole,
    SchoolYear,
    Subject,
    Territory,
)
from mayak.registry.models.territories import below_or_above
from mayak.registry.selectors.references import own_id, split_reference
from mayak.registry.selectors.sheets import Kind

SHOWN: Final = 3


def _organisation_codes(row: Organisation) -> Iterable[str]:
    return (row.fis_oko_login, row.ogrn, row.rcoi_code)


def _territories(scope: Scope) -> QuerySet[Territory]:
    """The territories of the scope and those above it, which rows of the scope name as their parents."""
    return (
        Territory.objects.all()
        if scope.everything
        else Territory.objects.filter(below_or_above(scope, "path"))
    )


def _person_names(row: Person) -> Iterable[str]:
    return (str(row),)


_SOURCES: Final[
    dict[
        Kind,
        tuple[
            Callable[[Scope], QuerySet[Any]], Callable[[Any], Iterable[str]], Callable[[Any], Iterable[str]]
        ],
    ]
] = {
    # kind: rows that may be named, their codes, their names
    Kind.TERRITORY: (
        _territories,
        lambda row: (row.code,),
        lambda row: (row.name, bare_key(row.name)),
    ),
    Kind.ORGANISATION: (
        lambda scope: Organisation.objects.within(scope).defer("search_text"),
        _organisation_codes,
        lambda row: (row.short_name, row.name),
    ),
    Kind.PERSON: (lambda scope: Person.objects.within(scope).kept(), lambda row: (row.email,), _person_names),
    Kind.SUBJECT: (
        lambda _scope: Subject.objects.all(),
        lambda row: (row.code,),
        lambda row: (row.name, row.name_en, *row.aliases),
    ),
    Kind.SCHOOL_YEAR: (
        lambda _scope: SchoolYear.objects.all(),
        lambda row: (str(row.start_year),),
        lambda row: (
            str(row),
            f"{row.start_year}/{row.start_year + 1}",
            f"{row.start_year}-{row.start_year + 1}",
        ),
    ),
    Kind.ACT: (
        lambda scope: LegalAct.objects.within(scope).kept(),
        lambda row: (row.number,),
        lambda row: (str(row), row.title),
    ),
    Kind.PROGRAMME: (
        lambda scope: Programme.objects.within(scope).kept().select_related("territory"),
        lambda _row: (),
        lambda row: (row.name,),
    ),
}


class Directory:
    """All rows that a column may name, read with one query."""

    def __init__(self, kind: Kind, scope: Scope, *, only_ids: set[int] | None = None) -> None:
        rows, codes, names = _SOURCES[kind]
        self._kind = kind
        self._by_id: dict[int, Model] = {}
        self._by_code: dict[str, list[Model]] = defaultdict(list)
        self._by_name: dict[str, list[Model]] = defaultdict(list)
        queryset = rows(scope) if only_ids is None else rows(scope).filter(pk__in=only_ids)
        for row in queryset:
            self._by_id[row.pk] = row
            for code in {code.strip().lower() for code in codes(row) if code}:
                self._by_code[code].append(row)
            for name in {plain(name) for name in names(row) if name}:
                self._by_name[name].append(row)

    def find(self, cell: Any, *, prefer: Callable[[Model], bool] | None = None) -> Model:
        """Return the row that the cell names.

        Args:
            cell: the content of the cell.
            prefer: chooses among several rows of one name (those of the line's own territory).

        Raises:
            CellProblem: no row, several rows, or the code is of one row and the name of another.
        """
        text, code = split_reference(text_of(cell))
        named = self._named(text)
        if code:
            return self._by_given_code(code, named)
        coded = self._with_code(text)
        found = coded or named
        if len(found) > 1 and prefer is not None:
            found = [row for row in found if prefer(row)] or found
        if not found:
            raise CellProblem(_("nothing of this name or code is found"))
        return self._single(found)

    def _named(self, text: str) -> list[Model]:
        """Return the rows of this name; a territory is also known without the words of its kind."""
        if not text:
            return []
        found = self._by_name.get(plain(text), [])
        return found or (self._by_name.get(plain(bare_key(text)), []) if self._kind == Kind.TERRITORY else [])

    def _by_given_code(self, code: str, named: list[Model]) -> Model:
        found = self._with_code(code)
        if not found:
            raise CellProblem(_("nothing with the code %(code)s is found") % {"code": code})
        row = self._single(found)
        if named and row not in named:
            raise CellProblem(
                _("the code is of “%(own)s”, the name is of “%(other)s”") % {"own": row, "other": named[0]}
            )
        return row

    def _with_code(self, code: str) -> list[Model]:
        key = own_id(code)
        if key is not None:
            row = self._by_id.get(key)
            return [row] if row is not None else []
        return self._by_code.get(code.strip().lower(), [])

    def _single(self, found: list[Model]) -> Model:
        if len(found) > 1:
            names = "; ".join(f"{row} [id:{row.pk}]" for row in found[:SHOWN])
            raise CellProblem(
                _("%(count)s rows fit: %(names)s. Write the one you mean with its number in brackets.")
                % {"count": len(found), "names": names}
            )
        return found[0]


class Roles:
    """Roles of programmes: a name means a role of the line's programme only."""

    def __init__(self, scope: Scope) -> None:
        self._roles = {
            (role.programme_id, plain(role.name)): role for role in ProgrammeRole.objects.within(scope)
        }

    def find(self, cell: Any, programme: Programme | None) -> ProgrammeRole:
        """Return the role of this name.

        Raises:
            CellProblem: the programme has no such role.
        """
        role = self._roles.get((programme.pk if programme else 0, plain(text_of(cell))))
        if role is None:
            raise CellProblem(_("the programme has no such role; add it on the page of the programme"))
        return role


def parts_of(cell: Any) -> list[str]:
    """Return the parts of a list cell."""
    return [part.strip() for part in text_of(cell).split(";") if part.strip()]
