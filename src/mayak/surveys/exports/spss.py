"""For SPSS and PSPP: codes in a csv file and the syntax that reads it with all labels."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from mayak.kernel.exporting.tables import BOM, csv_quoted, guarded
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.exports.single_answers import Column, Table, group_words, headings, joined_lines
from mayak.surveys.selectors.results import option_texts

LABEL_BYTES, VALUE_BYTES, NAME_BYTES = 250, 120, 60
"""Limits of SPSS, in bytes of UTF-8."""
TEXT_BYTES = 8000
_RESERVED = frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"])
DATA, SYNTAX, README = "answers.csv", "answers.sps", "README.txt"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: name, format, label, words of its values, and the values themselves."""

    name: str
    kind: str
    label: str
    level: str
    values: Sequence[Any]
    words: Sequence[tuple[int, str]] = ()


@dataclass(slots=True)
class Names:
    """Names that SPSS allows, each once."""

    taken: set[str] = field(default_factory=set)

    def name(self, wanted: str) -> str:
        """Return a name that begins with a letter and is not taken or reserved."""
        plain = re.sub(r"[^A-Za-z0-9_]", "_", wanted).strip("_")[:NAME_BYTES] or "q"
        if not plain[0].isalpha() or plain.upper() in _RESERVED:
            plain = f"q_{plain}"
        found, number = plain, 2
        while found.upper() in self.taken:
            found = f"{plain}_{number}"
            number += 1
        self.taken.add(found.upper())
        return found


def variables_of(table: Table) -> tuple[list[Variable], list[tuple[str, str, list[str]]]]:
    """Return the variables, and the sets of those that belong to one question (name, label, their names)."""
    names = Names()
    labels = headings(table)
    found = [
        Variable(names.name(f"g_{code}"), "A200", label, "NOMINAL", words)
        for code, label, words in zip(table.attributes, labels, group_words(table), strict=False)
    ]
    sets = []
    for column, label in zip(table.columns, labels[len(table.attributes) :], strict=True):
        own = _variables(column, label, names)
        found += own
        if column.item.question.kind == QuestionKind.MULTIPLE:
            sets.append((names.name(f"{column.item.code}_set"), label, [one.name for one in own]))
    return found, sets


def _variables(column: Column, label: str, names: Names) -> list[Variable]:
    item = column.item
    code = item.code.replace("/", "_")
    kind = item.question.kind
    if kind == QuestionKind.TEXT:
        return [Variable(names.name(code), f"A{TEXT_BYTES}", label, "NOMINAL", column.written)]
    if kind == QuestionKind.DATE:
        return [Variable(names.name(code), "SDATE10", label, "SCALE", column.written)]
    if kind == QuestionKind.NUMBER:
        return [Variable(names.name(code), "F12.4", label, "SCALE", column.written)]
    texts = option_texts(item, "ru")
    if kind == QuestionKind.MULTIPLE:
        return [
            Variable(
                names.name(f"{code}_{option}"), "F1.0", f"{label}: {text}", "NOMINAL",
                _numbers(column.codes[:, at], offset=0), ((0, _("no")), (1, _("yes"))),
            )
            for at, (option, text) in enumerate(zip(item.options, texts, strict=True))
        ]  # fmt: skip
    offset = int(item.options[0]) if kind == QuestionKind.SCALE else 1
    words = tuple((offset + at, text) for at, text in enumerate(texts))
    level = "NOMINAL" if kind == QuestionKind.SINGLE else "ORDINAL"
    return [Variable(names.name(code), "F8.0", label, level, _numbers(column.codes, offset=offset), words)]


def _numbers(codes: Any, *, offset: int) -> Sequence[str]:
    """Return the codes as texts; nothing for -1."""
    most = int(codes.max()) if len(codes) else 0
    table = np.array([*(str(offset + at) for at in range(max(most, 0) + 1)), ""], dtype=object)
    found: Sequence[str] = table[codes].tolist()
    return found


def data_of(variables: Sequence[Variable]) -> Iterator[bytes]:
    """Yield the csv file: semicolons, decimal points."""
    yield BOM + csv_quoted([one.name for one in variables])
    yield from joined_lines([one.values for one in variables], _cell)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = guarded(" ".join(value.split()))
    return csv_quoted([text], end="").decode()


def syntax_of(variables: Sequence[Variable], sets: Sequence[tuple[str, str, list[str]]], title: str) -> str:
    """Return the syntax that reads the csv file and names everything."""
    lines = [
        f"* {_plain(title)}.",
        "* The file is UTF-8; run it from the folder where it lies, or write the whole path of answers.csv.",
        "SET DECIMAL=DOT.",
        f"GET DATA /TYPE=TXT /FILE='{DATA}' /ENCODING='UTF8' /ARRANGEMENT=DELIMITED",
        "  /DELCASE=LINE /DELIMITERS=';' /QUALIFIER='\"' /FIRSTCASE=2 /VARIABLES=",
        *(f"  {one.name} {one.kind}" for one in variables),
        "  .",
        "VARIABLE LABELS",
        *(f"  {one.name} {_quoted(one.label, LABEL_BYTES)}" for one in variables),
        "  .",
    ]
    for one in variables:
        if one.words:
            lines.append(f"VALUE LABELS {one.name}")
            lines += [f"  {value} {_quoted(text, VALUE_BYTES)}" for value, text in one.words]
            lines.append("  .")
    for one in variables:
        lines.append(f"VARIABLE LEVEL {one.name} ({one.level}).")
    for name, label, members in sets:
        lines += [
            f"MRSETS /MDGROUP NAME=${name} LABEL={_quoted(label, LABEL_BYTES)}",
            "  CATEGORYLABELS=VARLABELS VARIABLES=",
        ]
        lines += [f"  {member}" for member in members]
        lines.append("  VALUE=1.")
    lines += ["EXECUTE.", "SAVE OUTFILE='answers.sav'.", ""]
    return "\r\n".join(lines)


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("'", "’")


def _quoted(text: str, limit: int) -> str:
    """Return the text in quotes, cut to so many bytes, without what would end it."""
    data = _plain(text).encode()
    short = data[:limit].decode(errors="ignore").rstrip()
    return f"'{short}'"
