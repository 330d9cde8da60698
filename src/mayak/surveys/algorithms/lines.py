"""Lists inside a cell: «code: text» on lines of their own, and conditions one a line."""

import re
from collections.abc import Iterable, Mapping

from mayak.surveys.algorithms.definition import Condition, Operator, Question, QuestionKind, ShowIf
from mayak.surveys.algorithms.satisfying import number_of, text_of

_LINE = re.compile(r"^\s*([A-Za-z_][A-Za-z0-9_-]{0,63}|-?\d+)\s*:(?:\s(.*))?$", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NUMERIC = frozenset({QuestionKind.SCALE, QuestionKind.NUMBER})


class LineError(ValueError):
    """A line cannot be read; ``line`` is what stands there."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.line = line[:120]


def joined_lines(pairs: Iterable[tuple[str, str]]) -> str:
    """Return «code: text» lines; a line break inside a text is written as «\\n»."""
    return "\n".join(f"{code}: {escaped(text)}" for code, text in pairs)


def split_lines(cell: str) -> list[tuple[str, str]]:
    """Return code and text of each line; the code is empty where a line has none."""
    found = []
    for line in filter(None, map(str.strip, cell.split("\n"))):
        parts = _LINE.match(line)
        code, text = (parts.group(1), parts.group(2) or "") if parts else ("", line)
        found.append((code, unescaped(text).strip()))
    return found


def escaped(text: str) -> str:
    """Return the text on one line."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def unescaped(text: str) -> str:
    """Return what ``escaped`` was given."""
    return _ESCAPED.sub(lambda found: {"n": "\n", "\\": "\\"}.get(found.group(1), found.group(0)), text)


def condition_lines(shown: ShowIf, operators: Mapping[str, str], any_of: str) -> str:
    """Return the conditions one a line, after the words for «any of» where one is enough."""
    lines = [any_of] if shown.any_of else []
    for one in shown.conditions:
        value = "" if one.value is None else f" {escaped(text_of(one.value))}"
        lines.append(f"{one.question} {operators[one.operator.value]}{value}")
    return "\n".join(lines)


def read_condition_lines(
    cell: str, operators: Mapping[str, str], any_of: str, questions: Mapping[str, Question]
) -> ShowIf | None:
    """Return the conditions of a cell.

    Raises:
        LineError: a line is no condition.
    """
    lines = list(filter(None, map(str.strip, cell.split("\n"))))
    is_any = bool(lines) and lines[0].lower().rstrip(":") == any_of.rstrip(":")
    conditions = tuple(_condition(line, operators, questions) for line in lines[is_any:])
    return ShowIf(conditions, any_of=is_any) if conditions else None


def _condition(line: str, operators: Mapping[str, str], questions: Mapping[str, Question]) -> Condition:
    code, _space, rest = line.partition(" ")
    rest = rest.strip()
    signs = sorted(((sign, name) for name, sign in operators.items()), key=lambda pair: -len(pair[0]))
    found = next(((sign, name) for sign, name in signs if rest.lower().startswith(sign)), None)
    if found is None:
        raise LineError(line)
    operator = Operator(found[1])
    text = unescaped(rest[len(found[0]) :].strip())
    if operator == Operator.ANSWERED:
        if text:
            raise LineError(line)
        return Condition(code, operator)
    if not text:
        raise LineError(line)
    question = questions.get(code)
    number = number_of(text) if question is not None and question.kind in _NUMERIC else None
    return Condition(code, operator, text if number is None else number)
