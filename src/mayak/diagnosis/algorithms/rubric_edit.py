"""Changes of a form of lesson observation: add, change, move, remove; each returns a new definition."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from mayak.diagnosis.algorithms.rubric import BINARY, DEPTH, SCALE

PARTS: Final = "parts"
ITEMS: Final = "items"
SECTIONS: Final = "sections"

Node = dict[str, Any]


class UnknownPart(LookupError):  # noqa: N818  # it says what is missing
    """Nothing in the form has this code."""


def find(definition: Mapping[str, Any], code: str) -> Node:
    """Return the section, criterion or item with the code.

    Raises:
        UnknownPart: there is none.
    """
    return _found(definition, code)[0]


def is_item(node: Mapping[str, Any]) -> bool:
    """Whether the node is an item and no part."""
    return "kind" in node


def depth_of(definition: Mapping[str, Any], code: str) -> int:
    """Return how deep a node lies: 0 for a section.

    Raises:
        UnknownPart: there is none.
    """
    return _found(definition, code)[2]


def add_part(definition: Mapping[str, Any], parent: str, values: Mapping[str, Any]) -> tuple[Node, str]:
    """Add a section (no parent) or a criterion at the end of its parent; return the form and the new code.

    Raises:
        UnknownPart: the parent is unknown, is an item, or lies too deep.
    """
    changed: Node = deepcopy(dict(definition))
    code = _free_code(changed, "c" if parent else "s")
    node = {"code": code, **values}
    if not parent:
        changed.setdefault(SECTIONS, []).append(node)
        return changed, code
    above, _siblings, depth = _found(changed, parent)
    if is_item(above) or depth + 1 >= DEPTH:
        raise UnknownPart(parent)
    above.setdefault(PARTS, []).append(node)
    return changed, code


def add_item(definition: Mapping[str, Any], parent: str, values: Mapping[str, Any]) -> tuple[Node, str]:
    """Add an item at the end of a criterion.

    Raises:
        UnknownPart: the criterion is unknown, or is a section or an item.
    """
    changed: Node = deepcopy(dict(definition))
    above, _siblings, depth = _found(changed, parent)
    if is_item(above) or depth == 0:
        raise UnknownPart(parent)
    code = _free_code(changed, "i")
    above.setdefault(ITEMS, []).append({"code": code, **values})
    return changed, code


def change(definition: Mapping[str, Any], code: str, values: Mapping[str, Any]) -> Node:
    """Replace values of a node; its code and what lies inside it stay.

    Raises:
        UnknownPart: there is none.
    """
    changed: Node = deepcopy(dict(definition))
    _found(changed, code)[0].update(values)
    return changed


def move(definition: Mapping[str, Any], code: str, step: int) -> Node:
    """Move a node up (-1) or down (1) among its neighbours; at the end of its list it stays.

    Raises:
        UnknownPart: there is none.
    """
    changed: Node = deepcopy(dict(definition))
    node, siblings, _depth = _found(changed, code)
    at = siblings.index(node)
    to = min(max(at + step, 0), len(siblings) - 1)
    siblings.insert(to, siblings.pop(at))
    return changed


def remove(definition: Mapping[str, Any], code: str) -> Node:
    """Remove a node with all that lies in it.

    Raises:
        UnknownPart: there is none.
    """
    changed: Node = deepcopy(dict(definition))
    node, siblings, _depth = _found(changed, code)
    siblings.remove(node)
    return changed


def with_sums(definition: Mapping[str, Any]) -> Node:
    """Return the form with every maximum set to what lies under it adds up to."""
    changed: Node = deepcopy(dict(definition))
    changed["max"] = sum(_sum_up(section) for section in changed.get(SECTIONS, []))
    return changed


def default_levels(kind: str, highest: int, words: list[str]) -> list[Node]:
    """Return levels for a new item from the words of a scale; a missing word stays empty."""
    scores = [0, 1] if kind == BINARY else range(0 if kind == SCALE else 1, highest + 1)
    return [{"score": score, "text": words[score] if score < len(words) else ""} for score in scores]


def _sum_up(part: Node) -> int:
    total = sum(_sum_up(inner) for inner in part.get(PARTS, []))
    total += sum(item.get("max") or 0 for item in part.get(ITEMS, []))
    part["max"] = total
    return total


def _found(definition: Mapping[str, Any], code: str) -> tuple[Node, list[Node], int]:
    for node, siblings, depth in _walk(definition.get(SECTIONS, []), 0):
        if node.get("code") == code:
            return node, siblings, depth
    raise UnknownPart(code)


def _walk(siblings: list[Node], depth: int) -> Iterator[tuple[Node, list[Node], int]]:
    for node in siblings:
        yield node, siblings, depth
        yield from _walk(node.get(PARTS, []), depth + 1)
        for item in node.get(ITEMS, []):
            yield item, node[ITEMS], depth + 1


def _free_code(definition: Mapping[str, Any], letter: str) -> str:
    taken = {node.get("code") for node, _siblings, _depth in _walk(definition.get(SECTIONS, []), 0)}
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
