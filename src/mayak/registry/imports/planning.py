"""The trial run: what every line of a file would write. Nothing here writes."""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DecimalField, Model
from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.kernel.audit.services import JsonValue, snapshot
from mayak.registry.algorithms.sort_keys import plain
from mayak.registry.imports.constraints import UniqueValues, as_problems, broken_checks
from mayak.registry.imports.converting import CellProblem, Converter, is_empty, text_of
from mayak.registry.imports.reading import Line, Table
from mayak.registry.imports.referring import Directory, Roles, parts_of
from mayak.registry.imports.rules import RULES
from mayak.registry.models import Organisation, Person, Territory
from mayak.registry.selectors.sheets import REFERENCES, RELATED, Column, Key, Kind, Sheet
from mayak.registry.services.import_plan import ImportPlan, PlannedRow, RowAction, RowProblem

PROGRESS_EVERY = 100
_SHOWN_VALUE = 100
_MULTIPLE: Any = object()


def build_plan(
    table: Table,
    sheet: Sheet,
    key: Key,
    scope: Scope,
    *,
    clears_empty: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> ImportPlan:
    """Return what would be written.

    Args:
        table: the lines of the file.
        sheet: the table of the registry.
        key: how a line finds its row.
        scope: rows outside it are neither found nor changed.
        clears_empty: an empty cell clears the value; otherwise it leaves it as it is.
        progress: is told now and then how many lines are done.
    """
    planner = _Planner(table, sheet, key, scope, clears_empty=clears_empty)
    rows = []
    for done, line in enumerate(table.lines):
        if done % PROGRESS_EVERY == 0:
            progress(done)
        rows.append(planner.plan(line))
    return ImportPlan(
        kind=sheet.name, model=sheet.model, rows=rows, related=sheet.related, parent=sheet.parent
    )


class _Planner:
    """Holds what is read once for the whole file."""

    def __init__(self, table: Table, sheet: Sheet, key: Key, scope: Scope, *, clears_empty: bool) -> None:
        self.table = table
        self.sheet = sheet
        self.key = key
        self.scope = scope
        self.clears_empty = clears_empty
        self.columns = [column for column in sheet.all_columns if column.field in table.headings]
        self.columns.sort(key=lambda column: column.kind == Kind.ROLE)
        self.converter = Converter()
        self.directories = {kind: Directory(kind, scope) for kind in self._kinds()}
        self.roles = Roles(scope) if any(column.kind == Kind.ROLE for column in self.columns) else None
        self.unique = UniqueValues(sheet.model)
        self.existing = self._index()
        self.seen: dict[tuple[Any, ...], int] = {}
        self.pending: dict[str, PlannedRow] = {}
        self.plain_fields = {
            field.name for field in sheet.model._meta.concrete_fields if not field.is_relation
        }

    def _kinds(self) -> set[Kind]:
        kinds = {RELATED.get(column.kind, column.kind) for column in self.columns}
        return {kind for kind in kinds if kind in REFERENCES and kind != Kind.ROLE}

    def _index(self) -> dict[tuple[Any, ...], Any]:
        found: dict[tuple[Any, ...], Any] = {}
        for row in self.sheet.writable(self.scope):
            key = self._key_of(row)
            if key is not None:
                found[key] = _MULTIPLE if key in found else row
        return found

    def _key_of(self, row: Model) -> tuple[Any, ...] | None:
        """The key of a row; None for a row without the code that the key needs."""
        parts = tuple(_key_part(getattr(row, name)) for name in self.key.fields)
        return None if self.key.is_code and parts[-1] == "" else parts

    def plan(self, line: Line) -> PlannedRow:
        planned = PlannedRow(line.row)
        values, related = self._values(line, planned)
        planned.label = self._label(values)
        row = None if planned.problems else self._target(values, planned)
        if planned.problems:
            return planned
        is_new = row is None
        instance = self.sheet.model() if row is None else row
        if not is_new:
            planned.before = self._image(instance)
        self._require(planned, line, is_new=is_new)
        self._refuse_foreign(planned, values)
        for name, value in values.items():
            if name != "id":
                setattr(instance, name, value)
        planned.instance, planned.related = instance, related
        self._check(planned)
        if not planned.problems:
            self._decide(planned, is_new=is_new)
        return planned

    def _values(self, line: Line, planned: PlannedRow) -> tuple[dict[str, Any], dict[str, list[Model]]]:
        values: dict[str, Any] = {}
        related: dict[str, list[Model]] = {}
        for column in self.columns:
            cell = line.cells[column.field]
            if is_empty(cell):
                self._clear(column, values, related)
                continue
            try:
                if column.kind in RELATED:
                    directory = self.directories[RELATED[column.kind]]
                    rows = [directory.find(part, prefer=self._near(values)) for part in parts_of(cell)]
                    related[column.field] = list(dict.fromkeys(rows))
                else:
                    values[column.field] = self._value(cell, column, values, planned)
            except CellProblem as problem:
                self._problem(planned, column.field, cell, str(problem))
        return values, related

    def _clear(self, column: Column, values: dict[str, Any], related: dict[str, list[Model]]) -> None:
        """An empty cell: part of the key, or cleared by wish, or left alone."""
        in_key = column.field in self.key.fields and column.kind != Kind.OWN_ID
        if not (self.clears_empty or in_key) or column.required or column.kind == Kind.OWN_ID:
            return
        if column.kind in RELATED:
            related[column.field] = []
            return
        field = self.sheet.model._meta.get_field(column.field)
        values[column.field] = None if getattr(field, "null", False) else field.get_default()  # type: ignore[union-attr]  # own columns

    def _value(self, cell: Any, column: Column, values: dict[str, Any], planned: PlannedRow) -> Any:
        if self.roles is not None and column.kind == Kind.ROLE:
            return self.roles.find(cell, values.get("programme"))
        if column.kind not in REFERENCES:
            return self._plain(cell, column)
        try:
            return self.directories[column.kind].find(cell, prefer=self._near(values))
        except CellProblem:
            waiting = self.pending.get(plain(text_of(cell))) if column.field == self.sheet.parent else None
            if waiting is None:
                raise
            if waiting.action == RowAction.REJECT:
                raise CellProblem(
                    _("row %(row)s, to which this refers, is rejected") % {"row": waiting.row}
                ) from None
            planned.waits_for = waiting
            return waiting.instance

    def _plain(self, cell: Any, column: Column) -> Any:
        """The value of a cell; a decimal with as many places as the registry keeps."""
        value = self.converter.read(cell, column)
        field = None if column.kind != Kind.DECIMAL else self.sheet.model._meta.get_field(column.field)
        if isinstance(field, DecimalField):
            return value.quantize(Decimal(1).scaleb(-field.decimal_places), ROUND_HALF_UP)
        return value

    def _refuse_foreign(self, planned: PlannedRow, values: dict[str, Any]) -> None:
        """Territories and programmes above the scope may be read and kept, not newly chosen."""
        for column in self.columns:
            row = values.get(column.field)
            if column.kind not in (Kind.TERRITORY, Kind.PROGRAMME) or row is None or row.pk is None:
                continue
            path = row.path if isinstance(row, Territory) else row.territory.path
            is_kept = planned.before is not None and planned.before.get(column.field) == row.pk
            if not is_kept and not self.scope.covers_territory(path or ""):
                self._problem(
                    planned,
                    column.field,
                    str(row),
                    _("this lies above your territory; you may not choose it"),
                )

    def _near(self, values: dict[str, Any]) -> Any:
        """Among several rows of one name those of the line's own territory are meant."""
        territory = values.get("territory")
        organisation = values.get("organisation")
        territory_id = territory.pk if territory else getattr(organisation, "territory_id", None)
        if territory_id is None:
            return None
        return lambda row: isinstance(row, Organisation | Person) and row.territory_id == territory_id

    def _target(self, values: dict[str, Any], planned: PlannedRow) -> Any:
        """The row that the line means; None for a new one."""
        key = tuple(_key_part(values.get(name)) for name in self.key.fields)
        if self.key.name == "id" and key == (None,):
            return None
        if self.key.is_code and key[-1] in (None, ""):
            self._problem(
                planned, self.key.fields[-1], "", _("the code is missing by which the row is found")
            )
            return None
        if key in self.seen:
            self._problem(
                planned,
                self.key.fields[-1],
                key[-1],
                _("row %(row)s has the same key") % {"row": self.seen[key]},
            )
            return None
        self.seen[key] = planned.row
        row = self.existing.get(key)
        if row is _MULTIPLE:
            self._problem(
                planned,
                self.key.fields[-1],
                values.get(self.key.fields[-1]),
                _("several rows of the registry have this key; use the own number"),
            )
        elif row is None and self.key.name == "id":
            self._problem(planned, "id", key[0], _("no row with this own number"))
        return row

    def _require(self, planned: PlannedRow, line: Line, *, is_new: bool) -> None:
        for column in self.sheet.columns:
            if not column.required:
                continue
            given = column.field in line.cells
            if is_new and is_empty(line.cells.get(column.field, "")):
                self._problem(planned, column.field, "", _("a value is needed for a new row"))
            elif not is_new and given and is_empty(line.cells[column.field]) and self.clears_empty:
                self._problem(planned, column.field, "", _("this value cannot be cleared"))

    def _check(self, planned: PlannedRow) -> None:
        row = planned.instance
        if planned.problems:
            return
        exclude = {field.name for field in row._meta.concrete_fields if field.name not in self.table.headings}
        exclude |= {field.name for field in row._meta.concrete_fields if field.is_relation}
        rule = RULES.get(self.sheet.name)
        for check in (lambda: row.clean_fields(exclude=exclude), lambda: rule(row) if rule else None):
            try:
                check()
            except ValidationError as error:
                self._validation_problems(planned, error)
        for message in broken_checks(row) if not planned.problems else []:
            planned.problems.append(RowProblem("", "", message))
        if not planned.problems:
            planned.problems += as_problems(self.unique.claim(row, planned.row), self._headings(), row)

    def _decide(self, planned: PlannedRow, *, is_new: bool) -> None:
        planned.problems.clear()
        if is_new:
            planned.action = RowAction.CREATE
            planned.changed = tuple(column.field for column in self.columns if column.field != "id")
            self._remember(planned)
            return
        after = self._image(planned.instance, planned.related)
        before = planned.before or {}
        planned.changed = tuple(name for name in after if after[name] != before.get(name))
        if planned.waits_for is not None and self.sheet.parent not in planned.changed:
            planned.changed += (self.sheet.parent,)
        planned.action = RowAction.UPDATE if planned.changed else RowAction.KEEP

    def _remember(self, planned: PlannedRow) -> None:
        """Let later lines of the file refer to this new row."""
        if self.sheet.parent:
            row = planned.instance
            for name in ("name", "short_name", "code", "fis_oko_login"):
                if getattr(row, name, ""):
                    self.pending.setdefault(plain(str(getattr(row, name))), planned)

    def _image(self, row: Any, related: dict[str, list[Model]] | None = None) -> dict[str, JsonValue]:
        image = snapshot(row)
        for name in self.sheet.related:
            rows: Iterable[Any] = related[name] if related and name in related else getattr(row, name).all()
            image[name] = sorted(one.pk for one in rows)
        return image

    def _label(self, values: dict[str, Any]) -> str:
        parts = (
            values.get(name)
            for name in ("short_name", "family_name", "name", "title", "person", "organisation")
        )
        return next((str(part) for part in parts if part), "")[:200]

    def _headings(self) -> dict[str, str]:
        known = {column.field: str(column.heading) for column in self.sheet.all_columns}
        return known | self.table.headings

    def _problem(self, planned: PlannedRow, field: str, value: Any, reason: str) -> None:
        shown = "" if is_empty(value) else text_of(value)[:_SHOWN_VALUE]
        planned.problems.append(RowProblem(self._headings().get(field, field), shown, reason))

    def _validation_problems(self, planned: PlannedRow, error: ValidationError) -> None:
        fields = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, errors in fields.items():
            for one in errors:
                for message in one.messages:
                    value = getattr(planned.instance, name, "") if name else ""
                    self._problem(planned, name, value, message)


def _key_part(value: Any) -> Any:
    """A part of a key: texts without case and signs, rows by their keys."""
    if isinstance(value, Model):
        return value.pk if value.pk is not None else ("new", id(value))
    if isinstance(value, str):
        return plain(value)
    return value
