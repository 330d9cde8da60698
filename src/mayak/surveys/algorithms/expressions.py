"""Conditions as XLSForm writes them, both ways: ``selected(${q}, 'a') and ${n} >= 3``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from mayak.surveys.algorithms.definition import Condition, Operator, Question, QuestionKind, ShowIf
from mayak.surveys.algorithms.satisfying import number_of, text_of

LONGEST = 4000
DEEPEST = 20
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<ref>\$\{\s*[^}\s]+\s*\})|(?P<text>'[^']*'|"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<sign>!=|>=|<=|=|>|<|\(|\)|,)|(?P<name>[A-Za-z][A-Za-z0-9_-]*)
    )""",
    re.VERBOSE,
)
_TRAILING = re.compile(r"\s*$")


class ExpressionError(ValueError):
    """The expression says something that a condition of Mayak cannot; ``part`` is what."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part[:80]


@dataclass(frozen=True, slots=True)
class Named:
    """What a name of the form stands for: a question, or one row of a matrix."""

    question: Question
    row: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """``${name} sign value``; ``of_length`` where the length of the answer is compared."""

    name: str
    sign: str
    value: str | float
    of_length: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """``selected(${name}, value)``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """``not(…)``."""

    inner: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several parts with «and» or «or»."""

    any_of: bool
    parts: tuple["Node", ...]


Node: TypeAlias = Compared | Selected | Not | Joined


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood; ``is_stricter`` where «is another than» now also wants an answer."""

    show_if: ShowIf
    is_stricter: bool = False


# Writing


def expression_of(shown: ShowIf, questions: Mapping[str, Question], names: Mapping[str, str]) -> str:
    """Return the conditions as an expression.

    Args:
        shown: the conditions.
        questions: by their code.
        names: of the form, by the code of the question, and «code.row» for the rows of a matrix.
    """
    joint = " or " if shown.any_of else " and "
    return joint.join(_written(one, questions[one.question], names) for one in shown.conditions)


def _written(condition: Condition, question: Question, names: Mapping[str, str]) -> str:
    name = names[question.code]
    if condition.operator == Operator.ANSWERED:
        if question.kind == QuestionKind.MATRIX:
            rows = [f"${{{names[f'{question.code}.{row.code}']}}} != ''" for row in question.rows]
            return f"({' or '.join(rows)})"
        return f"${{{name}}} != ''"
    value = _literal(condition.value, question)
    if question.kind == QuestionKind.MULTIPLE:
        held = f"selected(${{{name}}}, {value})"
        return f"(${{{name}}} != '' and not({held}))" if condition.operator == Operator.DIFFERS else held
    if condition.operator == Operator.DIFFERS:
        return f"(${{{name}}} != '' and ${{{name}}} != {value})"
    sign = {Operator.AT_LEAST: ">=", Operator.AT_MOST: "<="}.get(condition.operator, "=")
    return f"${{{name}}} {sign} {value}"


def _literal(value: str | float | None, question: Question) -> str:
    if question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}:
        number = number_of(value)
        if number is not None:
            return plain_number(number)
    text = text_of(value if value is not None else "")
    if question.kind == QuestionKind.DATE:
        return f"date('{text}')"
    return quoted(text)


def plain_number(number: float) -> str:
    """Return a number without an exponent."""
    return format(Decimal(text_of(number)), "f")


def quoted(text: str) -> str:
    """Return a text as XPath writes it; one with both quotes is put together from pieces."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = ', "\'", '.join(f"'{piece}'" for piece in text.split("'"))
    return f"concat({pieces})"


# Reading


def read_expression(text: str, names: Mapping[str, Named]) -> Reading:
    """Return the conditions that an expression says.

    Args:
        text: of the column «relevant».
        names: what the names of the form stand for.

    Raises:
        ExpressionError: it says more than conditions can.
    """
    if len(text) > LONGEST:
        raise ExpressionError(text)
    return _Understood(names).reading(_Parser(_tokens(text)).parse())


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while not _TRAILING.match(text, at):
        token = _TOKEN.match(text, at)
        if token is None:
            raise ExpressionError(text[at:])
        found.append((str(token.lastgroup), token.group(str(token.lastgroup))))
        at = token.end()
    return found


class _Parser:
    """Reads the tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def parse(self) -> Node:
        node = self._either()
        if self._at < len(self._tokens):
            raise ExpressionError(self._tokens[self._at][1])
        return node

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise ExpressionError("")
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _expect(self, sign: str) -> None:
        _kind, found = self._next()
        if found != sign:
            raise ExpressionError(found)

    def _either(self) -> Node:
        parts = [self._both()]
        while self._peek() == "or":
            self._next()
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Joined(True, tuple(parts))

    def _both(self) -> Node:
        parts = [self._one()]
        while self._peek() == "and":
            self._next()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else Joined(False, tuple(parts))

    def _one(self) -> Node:
        if self._peek() == "(":
            return self._inside()
        if self._peek() == "not":
            self._next()
            return Not(self._inside())
        if self._peek() == "selected":
            self._next()
            self._expect("(")
            name = self._ref()
            self._expect(",")
            value = self._text()
            self._expect(")")
            return Selected(name, value)
        return self._comparison()

    def _inside(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError("(")
        self._expect("(")
        node = self._either()
        self._expect(")")
        self._depth -= 1
        return node

    def _comparison(self) -> Compared:
        of_length = self._peek() == "string-length"
        if of_length:
            self._next()
            self._expect("(")
        name = self._ref()
        if of_length:
            self._expect(")")
        kind, sign = self._next()
        if kind != "sign" or sign in "(),":
            raise ExpressionError(sign)
        return Compared(name, sign, self._value(), of_length)

    def _ref(self) -> str:
        kind, found = self._next()
        if kind != "ref":
            raise ExpressionError(found)
        return found[2:-1].strip()

    def _value(self) -> str | float:
        kind, found = self._next()
        if kind == "number":
            return float(found)
        self._at -= 1
        return self._text()

    def _text(self) -> str:
        kind, found = self._next()
        if kind == "text":
            return found[1:-1]
        if kind == "name" and found in {"date", "concat"}:
            self._expect("(")
            pieces = [self._text()]
            while self._peek() == ",":
                self._next()
                pieces.append(self._text())
            self._expect(")")
            return "".join(pieces)
        raise ExpressionError(found)


class _Understood:
    """Turns the parts of an expression into conditions."""

    def __init__(self, names: Mapping[str, Named]) -> None:
        self._names = names
        self._bare: set[str] = set()

    def reading(self, node: Node) -> Reading:
        one = self._atom(node)
        if one is not None:
            return Reading(ShowIf((one,)), bool(self._bare))
        if not isinstance(node, Joined):
            raise ExpressionError(_shown(node))
        conditions = tuple(self._parts(node))
        answered = {} if node.any_of else {c.question for c in conditions if c.operator == Operator.ANSWERED}
        return Reading(ShowIf(conditions, any_of=node.any_of), bool(self._bare - set(answered)))

    def _parts(self, node: Joined) -> list[Condition]:
        found: list[Condition] = []
        for part in node.parts:
            one = self._atom(part)
            if one is not None:
                found.append(one)
            elif isinstance(part, Joined) and part.any_of == node.any_of:
                found += self._parts(part)
            else:
                raise ExpressionError(_shown(part))
        return found

    def _atom(self, node: Node) -> Condition | None:
        if isinstance(node, Joined):
            return self._other_than(node) or self._any_row(node)
        if isinstance(node, Compared):
            return self._compared(node)
        if isinstance(node, Selected):
            return self._selected(node)
        return self._negated(node)

    def _other_than(self, node: Joined) -> Condition | None:
        """Recognise «${q} != '' and ${q} != 'a'»."""
        if node.any_of or len(node.parts) != 2:  # noqa: PLR2004  # the answer is there, and it is another
            return None
        first, second = node.parts
        if not (isinstance(first, Compared) and first.sign == "!=" and first.value == ""):
            return None
        other = second if isinstance(second, Compared) else getattr(second, "inner", None)
        if getattr(other, "name", None) != first.name:
            return None
        known = set(self._bare)
        condition = self._atom(second)
        if condition is None or condition.operator != Operator.DIFFERS:
            return None
        self._bare = known
        return condition

    def _any_row(self, node: Joined) -> Condition | None:
        """Recognise «some row of this matrix is answered»."""
        rows = [part for part in node.parts if isinstance(part, Compared) and _is_answered(part)]
        if not node.any_of or len(rows) != len(node.parts):
            return None
        named = [self._names.get(row.name) for row in rows]
        question = named[0].question if named[0] and named[0].row else None
        if question is None or [one.row if one else "" for one in named] != [
            row.code for row in question.rows
        ]:
            return None
        if any(one is None or one.question.code != question.code for one in named):
            return None
        return Condition(question.code, Operator.ANSWERED)

    def _question(self, name: str, node: Node) -> Question:
        found = self._names.get(name)
        if found is None or (found.row and not (_is_answered(node) and len(found.question.rows) == 1)):
            raise ExpressionError(_shown(node))
        return found.question

    def _compared(self, node: Compared) -> Condition:
        question = self._question(node.name, node)
        if _is_answered(node):
            return Condition(question.code, Operator.ANSWERED)
        if node.of_length or node.value == "":
            raise ExpressionError(_shown(node))
        if question.kind in {QuestionKind.SCALE, QuestionKind.NUMBER}:
            return self._number(question, node)
        if question.kind in {QuestionKind.MULTIPLE, QuestionKind.MATRIX, QuestionKind.FILE}:
            raise ExpressionError(_shown(node))
        operator = {"=": Operator.EQUALS, "!=": Operator.DIFFERS}.get(node.sign)
        if operator is None:
            raise ExpressionError(_shown(node))
        if operator == Operator.DIFFERS:
            self._bare.add(question.code)
        return Condition(question.code, operator, text_of(node.value))

    def _number(self, question: Question, node: Compared) -> Condition:
        value = number_of(node.value)
        if value is None:
            raise ExpressionError(_shown(node))
        is_whole = question.kind == QuestionKind.SCALE or question.whole
        if node.sign in {">", "<"}:
            if not is_whole or value != int(value):
                raise ExpressionError(_shown(node))
            operator = Operator.AT_LEAST if node.sign == ">" else Operator.AT_MOST
            return Condition(question.code, operator, value + (1 if node.sign == ">" else -1))
        operator = {
            "=": Operator.EQUALS,
            "!=": Operator.DIFFERS,
            ">=": Operator.AT_LEAST,
            "<=": Operator.AT_MOST,
        }[node.sign]
        if operator == Operator.DIFFERS:
            self._bare.add(question.code)
        return Condition(question.code, operator, value)

    def _selected(self, node: Selected) -> Condition:
        question = self._question(node.name, node)
        if question.kind == QuestionKind.MULTIPLE:
            return Condition(question.code, Operator.CONTAINS, node.value)
        if question.kind == QuestionKind.SINGLE:
            return Condition(question.code, Operator.EQUALS, node.value)
        raise ExpressionError(_shown(node))

    def _negated(self, node: Not) -> Condition:
        inner = node.inner
        if isinstance(inner, Selected) or (
            isinstance(inner, Compared) and inner.sign == "=" and inner.value != ""
        ):
            found = self._selected(inner) if isinstance(inner, Selected) else self._compared(inner)
            self._bare.add(found.question)
            return Condition(found.question, Operator.DIFFERS, found.value)
        raise ExpressionError(_shown(node))


def _is_answered(node: Node) -> bool:
    if not isinstance(node, Compared):
        return False
    if node.of_length:
        return (node.sign, node.value) in {(">", 0.0), ("!=", 0.0), (">=", 1.0)}
    return node.sign == "!=" and node.value == ""


def _shown(node: Node) -> str:
    match node:
        case Compared():
            value = quoted(node.value) if isinstance(node.value, str) else plain_number(node.value)
            name = f"string-length(${{{node.name}}})" if node.of_length else f"${{{node.name}}}"
            return f"{name} {node.sign} {value}"
        case Selected():
            return f"selected(${{{node.name}}}, {quoted(node.value)})"
        case Not():
            return f"not({_shown(node.inner)})"
        case Joined():
            return f"({(' or ' if node.any_of else ' and ').join(map(_shown, node.parts))})"
