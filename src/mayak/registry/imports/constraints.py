"""Constraints of a model checked in memory: thousands of rows without a query for each."""

from collections import defaultdict
from typing import Any

from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint

from mayak.registry.services.import_plan import RowProblem


def holds(condition: Q, row: Model) -> bool:
    """Evaluate a condition over the row's own columns: equality, ``isnull``, ``gte`` and ``F``.

    Raises:
        NotImplementedError: the condition uses another lookup.
    """
    results = (holds(part, row) if isinstance(part, Q) else _lookup(part, row) for part in condition.children)
    met = all(results) if condition.connector == Q.AND else any(results)
    return not met if condition.negated else met


def broken_checks(row: Model) -> list[str]:
    """Return the messages of the check constraints that the row breaks."""
    return [
        str(constraint.violation_error_message)
        for constraint in type(row)._meta.constraints
        if isinstance(constraint, CheckConstraint) and not holds(constraint.condition, row)  # type: ignore[arg-type]  # ours are Q
    ]


class UniqueValues:
    """The values that must not be repeated: those of the database and those of the lines before."""

    def __init__(self, model: type[Model]) -> None:
        self._constraints = [
            (constraint, tuple(constraint.fields))
            for constraint in model._meta.constraints
            if isinstance(constraint, UniqueConstraint) and constraint.fields
        ]
        self._unique_fields = [
            field.name
            for field in model._meta.concrete_fields
            if field.unique and not field.primary_key and field.editable
        ]
        self._model = model
        self._owners: dict[tuple[str, ...], dict[tuple[Any, ...], Any]] = defaultdict(dict)
        for fields in [fields for _constraint, fields in self._constraints] + [
            (name,) for name in self._unique_fields
        ]:
            rows = model._base_manager.values_list("pk", *(self._attname(name) for name in fields))
            self._owners[fields] = {tuple(values): key for key, *values in rows.iterator(chunk_size=5000)}

    def claim(self, row: Model, number: int) -> list[tuple[tuple[str, ...], str]]:
        """Take the values for the line; return (fields, message) of those that somebody else has."""
        owner = row.pk or f"row {number}"
        taken: list[tuple[tuple[str, ...], str]] = []
        for fields, message in self._rules(row):
            values = tuple(self._value(row, name) for name in fields)
            if any(value is None for value in values):
                continue
            present = self._owners[fields].setdefault(values, owner)
            if present != owner:
                taken.append((fields, message))
        return taken

    def _rules(self, row: Model) -> list[tuple[tuple[str, ...], str]]:
        rules = [
            (fields, str(constraint.violation_error_message))
            for constraint, fields in self._constraints
            if constraint.condition is None or holds(constraint.condition, row)
        ]
        for name in self._unique_fields:
            messages = getattr(self._model._meta.get_field(name), "error_messages", {})
            text = str(messages["unique"]) % {
                "model_name": self._model._meta.verbose_name,
                "field_label": name,
            }
            rules.append(((name,), text))
        return rules

    def _attname(self, name: str) -> str:
        return str(getattr(self._model._meta.get_field(name), "attname", name))

    def _value(self, row: Model, name: str) -> Any:
        field = self._model._meta.get_field(name)
        value = getattr(row, self._attname(name))
        if value is None and field.is_relation:
            # A row of the same file that has no key yet stands for itself.
            related = getattr(row, name)
            return None if related is None else ("new", id(related))
        return value


def as_problems(
    taken: list[tuple[tuple[str, ...], str]], headings: dict[str, str], row: Model
) -> list[RowProblem]:
    """Return the problems of repeated values, at the last column of each."""
    problems = []
    for fields, message in taken:
        named = [name for name in fields if name in headings]
        shown = ", ".join(str(getattr(row, name)) for name in named)
        problems.append(RowProblem(", ".join(headings[name] for name in named), shown, message))
    return problems


def _lookup(part: Any, row: Model) -> bool:
    path, wanted = part
    name, _separator, lookup = path.partition("__")
    field = row._meta.get_field(name)
    value = getattr(row, name if field.is_relation else field.attname)  # type: ignore[union-attr]  # own columns only
    if lookup == "isnull":
        return (value is None) is bool(wanted)
    name_of = str(wanted.name) if isinstance(wanted, F) else ""  # type: ignore[attr-defined]  # F keeps its name
    other = getattr(row, name_of) if name_of else wanted
    if lookup == "gte":
        return value is None or other is None or bool(value >= other)
    if lookup in ("", "exact"):
        return bool(value == other)
    raise NotImplementedError(f"constraint lookup {lookup!r}")
