"""When a section or a question is shown: rows of plain fields, picked from the questions before it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from mayak.surveys.algorithms.definition import (
    Condition,
    Definition,
    Fault,
    Operator,
    Question,
    QuestionKind,
    ShowIf,
)
from mayak.surveys.algorithms.satisfying import OPERATORS, number_of, text_of
from mayak.surveys.selectors.fault_words import fault_words

MOST_CONDITIONS = 20
SPARE_ROWS = 2
OPERATOR_WORDS = {
    Operator.EQUALS: _("is"),
    Operator.CONTAINS: _("holds (several options)"),
    Operator.DIFFERS: _("is another than"),
    Operator.AT_LEAST: _("is at least"),
    Operator.AT_MOST: _("is at most"),
    Operator.ANSWERED: _("is given"),
}
_WITH_OPTIONS = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
_WITH_NUMBERS = frozenset({QuestionKind.SCALE, QuestionKind.NUMBER})


def questions_before(definition: Definition, *, section: str = "", question: str = "") -> list[Question]:
    """Return the questions that are asked before a question, or before (and in) a section without one.

    Args:
        definition: the questionnaire.
        section: code of the section; empty for a new one at the end.
        question: code of the question; «» for the section itself, «+» for a new question at its end.
    """
    found: list[Question] = []
    for one in definition.sections:
        if one.code == section and not question:
            return found
        for other in one.questions:
            if other.code == question:
                return found
            found.append(other)
        if one.code == section:
            return found
    return found


class ConditionForm(forms.Form):
    """One comparison; a row without a question is no condition."""

    question = forms.ChoiceField(label=_("Answer to the question"), required=False)
    operator = forms.ChoiceField(
        label=_("how"),
        required=False,
        choices=[(one.value, words) for one, words in OPERATOR_WORDS.items()],
    )
    option = forms.ChoiceField(label=_("option"), required=False)
    value = forms.CharField(label=_("or number, date, text"), required=False, max_length=200)

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {question.code: question for question in questions}
        shown = [(question.code, _label(question)) for question in questions]
        self.fields["question"].choices = [("", "—"), *shown, *self._lost(shown)]  # type: ignore[attr-defined]  # ChoiceField
        self.fields["option"].choices = [("", "—"), *_option_groups(questions)]  # type: ignore[attr-defined]  # ChoiceField
        self.fields["option"].widget.attrs["data-condition-option"] = ""
        self.fields["question"].widget.attrs["data-condition-question"] = ""

    def _lost(self, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Keep a question that is gone or stands later by now: the row shows it, saving names it."""
        code = str(self.initial.get("question", ""))
        return [(code, code)] if code and code not in dict(shown) else []

    def clean(self) -> dict[str, Any]:
        """Find the question of a chosen option, and the value that the kind of the question needs."""
        values = super().clean() or {}
        code, _colon, option = str(values.get("option") or "").partition(":")
        if option and not values.get("question"):
            values["question"] = code
        question = self.known.get(values.get("question") or "")
        if question is None:
            if values.get("question"):
                self.add_error("question", _("This question does not come before. Choose another one."))
            elif values.get("value"):
                self.add_error("question", _("Choose the question."))
            return values
        operator = Operator(values.get("operator") or Operator.EQUALS)
        if operator not in OPERATORS[question.kind]:
            operator = _close(operator, question)
        if operator not in OPERATORS[question.kind]:
            self.add_error(
                "operator",
                fault_words_of("condition_operator", question),
            )
            return values
        values["condition"] = Condition(
            question.code, operator, self._value(question, operator, code, option)
        )
        return values

    def _value(self, question: Question, operator: Operator, code: str, option: str) -> str | float | None:
        if operator == Operator.ANSWERED:
            return None
        text = str(self.cleaned_data.get("value") or "").strip()
        if question.kind in _WITH_OPTIONS:
            if not option or code != question.code:
                self.add_error("option", _("Choose an option of this question."))
            return option
        if not text:
            self.add_error("value", _("Write what to compare with."))
            return ""
        if question.kind in _WITH_NUMBERS:
            number = number_of(text)
            if number is None:
                self.add_error("value", _("Write a number."))
            return number
        return text


def fault_words_of(code: str, question: Question) -> str:
    """Return the words of a fault about one question."""
    return fault_words(Fault("", code, {"question": question.text.ru}))


def _close(operator: Operator, question: Question) -> Operator:
    """«Is» and «holds» mean the same to whoever fills in the form."""
    if operator in {Operator.EQUALS, Operator.CONTAINS}:
        return Operator.CONTAINS if question.kind == QuestionKind.MULTIPLE else Operator.EQUALS
    return operator


def _label(question: Question) -> str:
    return f"{question.code}: {Truncator(question.text.ru).chars(70)}"


def _option_groups(questions: Sequence[Question]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (
            _label(question),
            [
                (f"{question.code}:{option.code}", Truncator(option.text.ru).chars(70))
                for option in question.options
            ],
        )
        for question in questions
        if question.kind in _WITH_OPTIONS and question.options
    ]


class _Rows(forms.BaseFormSet[ConditionForm]):
    """The rows; ``conditions`` are those that say something."""

    def conditions(self) -> tuple[Condition, ...]:
        """Return the comparisons."""
        return tuple(row.cleaned_data["condition"] for row in self.forms if row.cleaned_data.get("condition"))


ConditionFormSet = forms.formset_factory(
    ConditionForm,
    formset=_Rows,
    extra=SPARE_ROWS,
    max_num=MOST_CONDITIONS,
    absolute_max=MOST_CONDITIONS,
    validate_max=True,
)


class JointForm(forms.Form):
    """How several conditions are joined."""

    any_of = forms.TypedChoiceField(
        label=_("If there are several conditions"),
        choices=[("", _("all of them must hold")), ("1", _("any one of them is enough"))],
        coerce=bool,
        empty_value="",
        required=False,
        widget=forms.RadioSelect,
    )


class ShowIfForms:
    """Both parts together: the rows and how they are joined."""

    def __init__(self, questions: Sequence[Question], shown: ShowIf | None, data: Any = None) -> None:
        self.questions = questions
        initial = [condition_initial(one) for one in shown.conditions] if shown else []
        self.rows: _Rows = ConditionFormSet(  # type: ignore[assignment]  # the factory makes a subclass of its own
            data, initial=initial, prefix="conditions", form_kwargs={"questions": questions}
        )
        self.joint = JointForm(
            data, initial={"any_of": "1" if shown and shown.any_of else ""}, prefix="conditions"
        )

    def is_valid(self) -> bool:
        """Check both, so that all errors show."""
        return self.rows.is_valid() & self.joint.is_valid()

    def show_if(self) -> ShowIf | None:
        """Return the conditions, or none."""
        conditions = self.rows.conditions()
        return ShowIf(conditions, any_of=bool(self.joint.cleaned_data["any_of"])) if conditions else None


def condition_initial(condition: Condition) -> dict[str, str]:
    """Return the values of a row; whichever of option and value does not fit stays unused."""
    value = "" if condition.value is None else text_of(condition.value)
    return {
        "question": condition.question,
        "operator": condition.operator.value,
        "option": f"{condition.question}:{value}",
        "value": value,
    }
