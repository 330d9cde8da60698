"""The sheet survey of XLSForm: groups become sections, groups with «table-list» become tables of questions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from mayak.surveys.algorithms.definition import (
    Condition,
    Definition,
    Question,
    QuestionKind,
    Row,
    Scale,
    Section,
    ShowIf,
    Words,
)
from mayak.surveys.algorithms.editing import free_code
from mayak.surveys.algorithms.expressions import ExpressionError, Named, read_expression
from mayak.surveys.algorithms.parsing import CODE
from mayak.surveys.imports.cells import TextRow
from mayak.surveys.imports.remarks import Remarks
from mayak.surveys.imports.xlsform_choices import ChoiceList
from mayak.surveys.imports.xlsform_columns import in_russian, words_of
from mayak.surveys.imports.xlsform_parts import (
    NO,
    YES,
    Bounds,
    read_constraint,
    read_extra,
    read_parameters,
    words_from,
)

KINDS: Mapping[str, QuestionKind] = {
    "select_one": QuestionKind.SINGLE,
    "select_multiple": QuestionKind.MULTIPLE,
    "integer": QuestionKind.NUMBER,
    "int": QuestionKind.NUMBER,
    "decimal": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
    "text": QuestionKind.TEXT,
    "string": QuestionKind.TEXT,
    "range": QuestionKind.SCALE,
    "file": QuestionKind.FILE,
}
_COMMON = frozenset({"type", "name", "label::", "label::ru", "label::en", "mayak_extra"})
_QUESTION = _COMMON | {"hint::", "hint::ru", "hint::en", "required", "relevant", "constraint", "appearance"}
_GROUP = _COMMON | {"hint::", "hint::ru", "hint::en", "relevant", "appearance"}


@dataclass(slots=True)
class _Draft:
    """A section, question or matrix that is being read, with its row and its condition as text."""

    row: TextRow
    relevant: str
    value: Any
    names: dict[str, str] = field(default_factory=dict)
    questions: list["_Draft"] = field(default_factory=list)
    lists: set[str] = field(default_factory=set)
    required: list[bool] = field(default_factory=list)


class SurveyReader:
    """Reads row after row; ``sheet`` names the sheet in every remark."""

    def __init__(self, sheet: str, choices: Mapping[str, ChoiceList], default: str, remarks: Remarks) -> None:
        self.sheet = sheet
        self._choices, self._default, self._remarks = choices, default, remarks
        self._sections: list[_Draft] = []
        self._stack: list[tuple[str, _Draft | None]] = []
        self._codes: set[str] = set()
        self._named: dict[str, Named] = {}
        self._option_codes: dict[str, dict[str, str]] = {}

    def read(self, rows: Sequence[TextRow]) -> Definition:
        """Return the questionnaire as far as it was understood; the remarks say how far."""
        for row in rows:
            self._row(row)
        for kind, draft in self._stack:
            number = draft.row.number if draft else 0
            self._remarks.error(self.sheet, number, _("This group has no end (%(kind)s).") % {"kind": kind})
        return Definition(tuple(self._section(draft) for draft in self._sections))

    def row_of(self, place: str) -> int:
        """Return the row of a place of the document."""
        numbers = [int(part) for part in place.split(".") if part.isdigit()]
        if not numbers or numbers[0] > len(self._sections):
            return 0
        draft = self._sections[numbers[0] - 1]
        if ".questions." in place and len(numbers) > 1:
            draft = draft.questions[numbers[1] - 1]
        return draft.row.number

    # Rows

    def _row(self, row: TextRow) -> None:
        kind = " ".join(row.get("type").lower().split())
        if kind in {"begin_group", "begin group"}:
            self._begin(row)
        elif kind in {"end_group", "end group", "end_repeat", "end repeat"}:
            self._end(row)
        elif self._in_repeat():
            self._left_out(row, _("The row is inside a repeated group, which is not supported."))
        elif kind in {"begin_repeat", "begin repeat"}:
            self._stack.append(("repeat", None))
            self._left_out(row, _("Repeated groups are not supported: the group is left out."))
        elif kind == "note":
            self._note(row)
        else:
            self._question(row)

    def _in_repeat(self) -> bool:
        return any(kind == "repeat" for kind, _draft in self._stack)

    def _begin(self, row: TextRow) -> None:
        if self._in_repeat():
            self._stack.append(("repeat", None))
            self._left_out(row, _("The row is inside a repeated group, which is not supported."))
            return
        looks = set(row.get("appearance").split())
        self._columns(row, _GROUP)
        if "table-list" in looks:
            draft = self._matrix(row)
            self._current(row).questions.append(draft)
            self._stack.append(("matrix", draft))
        elif not self._stack:
            self._looks(row, looks - {"field-list"})
            self._sections.append(self._group(row))
            self._stack.append(("group", self._sections[-1]))
        else:
            self._nested(row)

    def _nested(self, row: TextRow) -> None:
        self._stack.append(("nested", None))
        text = _(
            "A group inside a group is not supported: its questions stand in the outer section, its title is lost."
        )
        self._left_out(row, text)
        if row.get("relevant"):
            text = _("A condition of a group inside a group is not supported. Put it on its questions.")
            self._remarks.error(self.sheet, row.number, text)

    def _end(self, row: TextRow) -> None:
        if not self._stack:
            self._remarks.error(self.sheet, row.number, _("This end has no beginning."))
            return
        self._columns(row, frozenset({"type", "name"}))
        kind, draft = self._stack.pop()
        if kind == "matrix" and draft is not None:
            self._finish(draft)

    def _group(self, row: TextRow) -> _Draft:
        extra = self._extra(row)
        title = words_of(row, "label", self._default)
        hint = words_of(row, "hint", self._default)
        if hint:
            self._left_out(row, _("The hint of a group is not supported."))
        code = self._code(row, extra, is_section=True)
        return _Draft(row, row.get("relevant"), Section(code, title))

    def _current(self, row: TextRow) -> _Draft:
        """The section in which a question of this row stands; questions outside of groups get one."""
        if not self._stack and (not self._sections or self._sections[-1].row.get("type") != ""):
            code = free_code(f"section_{len(self._sections) + 1}", self._section_codes())
            self._sections.append(_Draft(TextRow(row.number, {}), "", Section(code, Words())))
        return self._sections[-1]

    def _section_codes(self) -> set[str]:
        return {draft.value.code for draft in self._sections}

    def _note(self, row: TextRow) -> None:
        self._columns(row, _COMMON)
        draft = self._current(row)
        section: Section = draft.value
        words = words_of(row, "label", self._default)
        extra = self._extra(row)
        if extra.get("part") != "text":
            text = _("A note became part of the text before the questions of its section.")
            self._remarks.note(self.sheet, row.number, text)
        joined = Words(
            "\n\n".join(filter(None, (section.text.ru, words.ru))),
            "\n\n".join(filter(None, (section.text.en, words.en))),
        )
        draft.value = replace(section, text=joined)

    # Questions

    def _question(self, row: TextRow) -> None:
        word, *rest = row.get("type").split() or [""]
        word = word.lower()
        if word == "select" and rest[:1] in (["one"], ["multiple"]):
            word, rest = f"select_{rest[0]}", rest[1:]
        kind = KINDS.get(word)
        is_choice = kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
        if kind is None or (is_choice and not rest):
            text = _("Questions of the type «%(type)s» are not supported: the question is left out.")
            self._left_out(row, text % {"type": row.get("type") or "—"})
            return
        list_name, further = (rest[0], rest[1:]) if is_choice else ("", rest)
        if further == ["or_other"]:
            self._left_out(row, _("«or_other» is not supported: add an option and a question of free text."))
        elif further:
            self._left_out(row, _("«%(words)s» is not supported.") % {"words": " ".join(further)[:80]})
        matrix = self._stack[-1][1] if self._stack and self._stack[-1][0] == "matrix" else None
        if matrix is not None:
            self._matrix_row(row, matrix, kind, list_name)
            return
        self._columns(row, _QUESTION | ({"parameters"} if kind == QuestionKind.SCALE else set()))
        self._current(row).questions.append(self._single(row, kind, word, list_name))

    def _single(self, row: TextRow, kind: QuestionKind, word: str, list_name: str) -> _Draft:
        extra = self._extra(row)
        whole = kind == QuestionKind.NUMBER and word in {"integer", "int"}
        bounds = self._bounds(row, kind, whole=whole)
        options = self._options(row, list_name)
        looks = set(row.get("appearance").split())
        is_long = kind == QuestionKind.TEXT and bool(looks & {"multiline", "multi-line"})
        self._looks(row, looks - ({"multiline", "multi-line"} if is_long else set()))
        question = Question(
            code=self._code(row, extra),
            kind=kind,
            text=self._text(row),
            help=words_of(row, "hint", self._default),
            required=self._required(row),
            options=tuple(options.options),
            scale=self._scale(row, extra) if kind == QuestionKind.SCALE else None,
            minimum=bounds.minimum,
            maximum=bounds.maximum,
            whole=whole,
            many_lines=is_long,
            meaning=_mapping(extra.get("meaning")),
        )
        self._named[row.get("name")] = Named(question)
        self._option_codes[question.code] = options.codes
        return _Draft(row, row.get("relevant"), question)

    def _matrix(self, row: TextRow) -> _Draft:
        extra = self._extra(row)
        question = Question(
            code=self._code(row, extra),
            kind=QuestionKind.MATRIX,
            text=self._text(row),
            help=words_of(row, "hint", self._default),
            required=bool(extra.get("required", False)),
            meaning=_mapping(extra.get("meaning")),
        )
        return _Draft(row, row.get("relevant"), question)

    def _matrix_row(self, row: TextRow, matrix: _Draft, kind: QuestionKind, list_name: str) -> None:
        self._columns(row, _COMMON | {"required", "appearance"})
        if kind != QuestionKind.SINGLE or (matrix.lists and list_name not in matrix.lists):
            self._left_out(
                row, _("A table holds questions with one option of the same list: this row is left out.")
            )
            return
        matrix.lists.add(list_name)
        matrix.required.append(self._required(row))
        extra = self._extra(row)
        name = row.get("name")
        code = str(extra.get("code") or name)
        if not CODE.match(code):
            code = self._safe(code, {one.code for one in matrix.value.rows}, row)
        line = Row(code, self._text(row), _mapping(extra.get("meaning")))
        matrix.names[name] = code
        options = tuple(self._options(row, list_name).options) or matrix.value.options
        matrix.value = replace(matrix.value, rows=(*matrix.value.rows, line), options=options)

    def _finish(self, matrix: _Draft) -> None:
        if matrix.required:
            if len(set(matrix.required)) > 1:
                text = _("Only some rows of the table want an answer: in Mayak none of them does.")
                self._left_out(matrix.row, text)
            matrix.value = replace(matrix.value, required=all(matrix.required))
        for name, code in matrix.names.items():
            self._named[name] = Named(matrix.value, code)
        self._named[matrix.row.get("name")] = Named(matrix.value)

    # Parts of a row

    def _options(self, row: TextRow, list_name: str) -> ChoiceList:
        if not list_name:
            return ChoiceList()
        found = self._choices.get(list_name)
        if found is None:
            text = _("The list «%(list)s» is not on the sheet of choices.") % {"list": list_name}
            self._remarks.error(self.sheet, row.number, text)
            return ChoiceList()
        return found

    def _scale(self, row: TextRow, extra: Mapping[str, Any]) -> Scale:
        values = read_parameters(row.get("parameters"))
        numbers = {
            name: _whole(values.pop(name, default))
            for name, default in (("start", "1"), ("end", "10"), ("step", "1"))
        }
        if None in numbers.values() or numbers["step"] != 1:
            text = _("A scale has whole numbers and the step 1: «%(found)s» is not supported.")
            self._remarks.error(self.sheet, row.number, text % {"found": row.get("parameters")[:80]})
        ticks = self._options(row, values.pop("tick_labelset", ""))
        for name in values:
            self._left_out(row, _("The parameter «%(name)s» is not supported.") % {"name": name})
        low, high = numbers["start"] or 0, numbers["end"] or 0
        points = {int(name): words for name, words in ticks.points.items() if _whole(name) is not None}
        low_text, high_text = words_from(extra.get("low_text")), words_from(extra.get("high_text"))
        if not extra.get("points") and set(points) <= {low, high}:
            low_text, high_text = points.pop(low, low_text), points.pop(high, high_text)
        return Scale(low=low, high=high, low_text=low_text, high_text=high_text, labels=points)

    def _bounds(self, row: TextRow, kind: QuestionKind, *, whole: bool) -> Bounds:
        text = row.get("constraint")
        found = read_constraint(text, kind, whole=whole) if text else Bounds()
        if found is None:
            words = _("The constraint «%(text)s» is not supported: only least and greatest values are.")
            self._left_out(row, words % {"text": text[:120]})
            return Bounds()
        return found

    def _required(self, row: TextRow) -> bool:
        text = row.get("required").strip().lower()
        if text not in YES | NO:
            words = _("«%(text)s» is not supported as required: only yes and no are.") % {"text": text[:80]}
            self._left_out(row, words)
        return text in YES

    def _text(self, row: TextRow) -> Words:
        return in_russian(words_of(row, "label", self._default), self._remarks, self.sheet, row.number)

    def _extra(self, row: TextRow) -> dict[str, Any]:
        found = read_extra(row.get("mayak_extra"))
        if found is None:
            self._left_out(row, _("The column «mayak_extra» cannot be read."))
        return found or {}

    def _code(self, row: TextRow, extra: Mapping[str, Any], *, is_section: bool = False) -> str:
        wanted = str(extra.get("code") or row.get("name"))
        taken = self._section_codes() if is_section else self._codes
        code = wanted if CODE.match(wanted) else self._safe(wanted, taken, row)
        if not is_section:
            self._codes.add(code)
        return code

    def _safe(self, wanted: str, taken: set[str], row: TextRow) -> str:
        letters = re.sub(r"[^A-Za-z0-9_-]+", "_", wanted).strip("_-")[:50]
        code = free_code(letters if CODE.match(letters) else f"n_{letters}".rstrip("_"), taken)
        text = _("The name «%(name)s» became the code «%(code)s».") % {"name": wanted[:80], "code": code}
        self._remarks.note(self.sheet, row.number, text)
        return code

    def _columns(self, row: TextRow, read: frozenset[str] | set[str]) -> None:
        for column, text in row.cells.items():
            if column in read or column.startswith(("label::", "hint::")):
                continue
            if column == "required" and text.strip().lower() in NO:
                continue
            words = _("The column «%(column)s» is not supported here: «%(text)s».")
            self._left_out(row, words % {"column": column, "text": text[:80]})

    def _looks(self, row: TextRow, looks: set[str]) -> None:
        if looks:
            text = _("The appearance «%(looks)s» is not taken over: Mayak draws questions in its own way.")
            self._remarks.note(self.sheet, row.number, text % {"looks": " ".join(sorted(looks))[:80]})

    def _left_out(self, row: TextRow, text: str) -> None:
        self._remarks.left_out(self.sheet, row.number, text)

    # Conditions, when every name is known

    def _section(self, draft: _Draft) -> Section:
        questions = tuple(replace(one.value, show_if=self._show_if(one)) for one in draft.questions)
        section: Section = replace(draft.value, questions=questions, show_if=self._show_if(draft))
        return section

    def _show_if(self, draft: _Draft) -> ShowIf | None:
        if not draft.relevant.strip():
            return None
        try:
            found = read_expression(draft.relevant, self._named)
        except ExpressionError as error:
            text = _("The condition «%(text)s» is not supported: «%(part)s» cannot be said in Mayak.")
            values = {"text": draft.relevant[:120], "part": error.part or draft.relevant[:80]}
            self._remarks.error(self.sheet, draft.row.number, text % values)
            return None
        if found.is_stricter:
            text = _("“Is another than” in Mayak also wants that the question was answered.")
            self._remarks.note(self.sheet, draft.row.number, text)
        conditions = tuple(self._with_code(one) for one in found.show_if.conditions)
        return ShowIf(conditions, any_of=found.show_if.any_of)

    def _with_code(self, condition: Condition) -> Condition:
        codes = self._option_codes.get(condition.question, {})
        if isinstance(condition.value, str) and condition.value in codes:
            return replace(condition, value=codes[condition.value])
        return condition


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,6}", text) else None


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
