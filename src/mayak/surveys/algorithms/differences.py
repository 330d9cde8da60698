"""What differs between two versions of a questionnaire."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.algorithms.parsing import question_to_dict, section_to_dict


class ChangeKind(StrEnum):
    """What happened to a section or a question."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``field`` is a path inside the document («text.ru», «options.a.text.ru»)."""

    kind: ChangeKind
    is_section: bool
    code: str
    text: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(old: Definition, new: Definition) -> list[Change]:
    """Return the differences in the order of the new version, then what is gone.

    Things keep their identity by their code; a question is moved where it stands in another section or where its
    place among those that are in both versions differs.
    """
    return [*_sections(old, new), *_questions(old, new)]


def _sections(old: Definition, new: Definition) -> Iterator[Change]:
    before = {section.code: section for section in old.sections}
    after = {section.code: section for section in new.sections}
    out_of_order = _out_of_order(before, after)
    for code, section in after.items():
        title = section.title.ru
        if code not in before:
            yield Change(ChangeKind.ADDED, True, code, title)
            continue
        one, other = (_flat(_own(section_to_dict(s))) for s in (before[code], section))
        yield from _fields(True, code, title, one, other)
        if code in out_of_order:
            yield Change(ChangeKind.MOVED, True, code, title, "place", *_places(before, after, code))
    for code, section in before.items():
        if code not in after:
            yield Change(ChangeKind.REMOVED, True, code, section.title.ru)


def _questions(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = _homes(old), _homes(new)
    out_of_order = _out_of_order(before, after)
    for code, (home, question) in after.items():
        text = question.text.ru
        if code not in before:
            yield Change(ChangeKind.ADDED, False, code, text)
            continue
        old_home, earlier = before[code]
        yield from _fields(
            False, code, text, _flat(question_to_dict(earlier)), _flat(question_to_dict(question))
        )
        if old_home != home:
            yield Change(ChangeKind.MOVED, False, code, text, "section", old_home, home)
        elif code in out_of_order:
            yield Change(ChangeKind.MOVED, False, code, text, "place", *_places(before, after, code))
    for code, (_home, question) in before.items():
        if code not in after:
            yield Change(ChangeKind.REMOVED, False, code, question.text.ru)


def _out_of_order(before: Iterable[str], after: Iterable[str]) -> set[str]:
    """Return what has to be moved so that the rest stands in its old order: as few as possible."""
    old = {code: index for index, code in enumerate(before)}
    shared = [code for code in after if code in old]
    best: list[list[str]] = []
    for code in shared:
        runs = [run for run in best if old[run[-1]] < old[code]]
        best.append([*_longest(runs), code])
    kept = set(_longest(best))
    return {code for code in shared if code not in kept}


def _longest(runs: list[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []


def _places(before: Iterable[str], after: Iterable[str], code: str) -> tuple[int, int]:
    return list(before).index(code) + 1, list(after).index(code) + 1


def _homes(definition: Definition) -> dict[str, tuple[str, Any]]:
    return {
        question.code: (section.code, question)
        for section in definition.sections
        for question in section.questions
    }


def _own(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "questions"}


def _fields(
    is_section: bool, code: str, text: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for field in sorted({*before, *after}):
        if before.get(field) != after.get(field):
            yield Change(
                ChangeKind.CHANGED, is_section, code, text, field, before.get(field), after.get(field)
            )


def _flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return paths and plain values; rows of a list go by their code, else by their number."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            found |= _flat(value, f"{path}.")
        elif isinstance(value, list):
            rows = {
                str(row.get("code", number)) if isinstance(row, Mapping) else str(number): row
                for number, row in enumerate(value, start=1)
            }
            found |= _flat(rows, f"{path}.")
            if name in {"options", "rows"} and len(value) > 1:
                found[f"{path}.order"] = ", ".join(rows)
        elif path.rpartition(".")[2] != "code":
            found[path] = value
    return found
