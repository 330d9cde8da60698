"""How one row is named in a cell so that it is found again: «МБОУ СОШ № 1 [edu203389]», «Иванова М. П. [id:7]»."""

import re
from typing import Any, Final, TypeVar

from django.db.models import Model, Q

from mayak.kernel.access import Scope
from mayak.registry.algorithms.sort_keys import natural_key, search_words
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear, Subject, Territory

ModelT = TypeVar("ModelT", bound=Model)

_SUFFIX: Final = re.compile(r"^(?P<text>.*?)\s*\[(?P<code>[^\[\]]+)\]\s*$", re.DOTALL)
_OWN_ID: Final = re.compile(r"^(?:id|№)\s*:?\s*(\d{1,18})$", re.IGNORECASE)


def reference_text(row: Model | None) -> str:
    """Return the text of a cell that refers to the row; it names exactly one row of the whole registry."""
    if row is None:
        return ""
    if isinstance(row, Subject | SchoolYear):
        return str(row)
    return f"{_name(row)} [{_code(row)}]"


def split_reference(cell: str) -> tuple[str, str]:
    """Split a cell into the words and the code in brackets; either may be empty."""
    found = _SUFFIX.match(cell)
    return (found["text"].strip(), found["code"].strip()) if found else (cell.strip(), "")


def own_id(code: str) -> int | None:
    """Return the key that «id:17» names, None where the code is something else."""
    found = _OWN_ID.match(code.strip())
    return int(found[1]) if found else None


def _name(row: Model) -> str:
    text = row.title if isinstance(row, LegalAct) and not row.number else str(row)
    return text.replace("[", "(").replace("]", ")")


def _code(row: Model) -> str:
    if isinstance(row, Organisation) and row.fis_oko_login:
        return row.fis_oko_login
    if isinstance(row, Territory) and row.code:
        return row.code
    return f"id:{row.pk}"


def find_rows(model: type[ModelT], scope: Scope, text: str, *, limit: int = 20) -> list[ModelT]:
    """Return the organisations or people of the scope that the text of a form field means.

    A code or own number in brackets, a whole name, else every row in which all words of the text occur.
    """
    words, code = split_reference(text)
    rows: Any = _visible(model, scope)
    if code:
        return list(rows.filter(_code_query(model, code))[:limit])
    exact = list(rows.filter(_code_query(model, words) | _name_query(model, words))[:limit])
    return exact or search_rows(model, scope, words, limit=limit)


def search_rows(model: type[ModelT], scope: Scope, text: str, *, limit: int = 20) -> list[ModelT]:
    """Return the rows in which every word of the text occurs; nothing for an empty text."""
    words = search_words(text)
    rows: Any = _visible(model, scope)
    for word in words:
        rows = rows.filter(**{f"{_SEARCHED[model]}__holds": word})
    return list(rows[:limit]) if words else []


_SEARCHED: Final[dict[type[Model], str]] = {Organisation: "search_text", Person: "sort_key"}


def _visible(model: type[ModelT], scope: Scope) -> Any:
    if model is Organisation:
        return Organisation.objects.within(scope).select_related("territory")
    return Person.objects.within(scope).kept()


def _code_query(model: type[Model], code: str) -> Q:
    key = own_id(code)
    if key is not None:
        return Q(pk=key)
    if model is Person:
        return Q(email=code.lower()) if "@" in code else Q(pk__in=[])
    return Q(fis_oko_login=code.lower()) | Q(ogrn=code) | Q(rcoi_code=code)


def _name_query(model: type[Model], name: str) -> Q:
    if model is Organisation:
        return Q(short_name=name) | Q(name=name)
    return Q(sort_key=natural_key(name))
