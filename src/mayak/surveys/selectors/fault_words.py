"""What is wrong with a questionnaire or an answer, and where, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _

from mayak.surveys.algorithms.definition import Definition, Fault, Question, Section

WORDS: Mapping[str, Any] = {
    # The answer of a person.
    "required": gettext_lazy("This question needs an answer."),
    "option_unknown": gettext_lazy("Choose one of the options given."),
    "off_scale": gettext_lazy("Choose a point of the scale."),
    "not_number": gettext_lazy("Write a number."),
    "not_whole": gettext_lazy("Write a whole number."),
    "too_small": gettext_lazy("The number is at least %(least)s."),
    "too_large": gettext_lazy("The number is at most %(most)s."),
    "not_date": gettext_lazy("Write a date: day, month, year."),
    "text_long": gettext_lazy("The text is too long: at most %(most)s characters."),
    "not_file": gettext_lazy("Choose a file."),
    "file_refused": "%(words)s",
    # The document of a questionnaire.
    "not_mapping": gettext_lazy("Here a group of named values is expected."),
    "not_list": gettext_lazy("Here a list is expected."),
    "not_words": gettext_lazy("Here a text in Russian and in English is expected."),
    "too_many": gettext_lazy("Too many rows: at most %(most)s."),
    "code_wrong": gettext_lazy(
        "The code «%(found)s» is not possible: Latin letters, digits, «_» and «-», a letter first, at most 64."
    ),
    "code_twice": gettext_lazy("The code «%(found)s» occurs twice."),
    "no_text": gettext_lazy("The Russian text is missing."),
    "choice_unknown": gettext_lazy("«%(found)s» is not known; possible are: %(known)s."),
    "scale_wrong": gettext_lazy(
        "A scale goes from a smaller whole number to a larger one, at most %(most)s steps."
    ),
    # What makes a questionnaire impossible to answer.
    "no_questions": gettext_lazy("There is no question yet."),
    "section_empty": gettext_lazy("The section has no question."),
    "no_options": gettext_lazy("There is no option to choose from."),
    "no_rows": gettext_lazy("The table has no rows."),
    "no_scale": gettext_lazy("The ends of the scale are missing."),
    "bounds_wrong": gettext_lazy("No number lies between the least and the greatest value."),
    "most_below_one": gettext_lazy("The limit must be at least 1, or nobody can answer."),
    "condition_unknown": gettext_lazy(
        "The condition asks for the question «%(question)s», which does not exist."
    ),
    "condition_later": gettext_lazy(
        "The condition asks for the question «%(question)s», which comes later: only earlier ones can decide."
    ),
    "condition_operator": gettext_lazy(
        "The answer of the question «%(question)s» cannot be compared in this way."
    ),
    "condition_no_value": gettext_lazy(
        "The condition on the question «%(question)s» has nothing to compare with."
    ),
    "condition_no_option": gettext_lazy(
        "The condition can never hold: the question «%(question)s» has no option «%(value)s»."
    ),
    "condition_no_number": gettext_lazy(
        "The condition can never hold: the answer of the question «%(question)s» is a number, «%(value)s» is none."
    ),
    "condition_no_date": gettext_lazy(
        "The condition can never hold: the answer of the question «%(question)s» is a date, «%(value)s» is none."
    ),
    "condition_off_scale": gettext_lazy(
        "The condition can never hold: %(value)s is outside the scale of the question «%(question)s»."
    ),
    "condition_out_of_bounds": gettext_lazy(
        "The condition can never hold: the answer of the question «%(question)s» cannot be such (%(value)s)."
    ),
    "section_never_shown": gettext_lazy("The section is never shown: its conditions contradict each other."),
    "never_shown": gettext_lazy("The question is never shown: its conditions contradict each other."),
    "required_never_shown": gettext_lazy(
        "The question wants an answer but is never shown: its conditions contradict each other."
    ),
    "not_for_students": gettext_lazy("Students are asked for no free text and no file."),
    "day_not_for_students": gettext_lazy("Students are asked for no day: it could be a date of birth."),
    "number_not_for_students": gettext_lazy(
        "Students are asked for a number only between bounds of at most %(most)d: it could be a telephone number."
    ),
}


def fault_words(fault: Fault, definition: Definition | None = None, language: str = "") -> str:
    """Return what is wrong, without the place.

    Args:
        fault: of parsing, checking or answering.
        definition: names questions by their text instead of their code.
        language: of the words; the active one where nothing is said.
    """
    language = language or get_language() or "ru"
    with override(language):
        if special := _COUNTED.get(fault.code):
            return special(fault.values)
        values = dict(fault.values)
        if definition is not None and (question := definition.question(str(values.get("question", "")))):
            values["question"] = _short(question.text.of(language) or question.code)
        return str(WORDS.get(fault.code, fault.code)) % values


def _too_many_options(values: Mapping[str, Any]) -> str:
    return ngettext(
        "At most %(most)s option can be chosen.", "At most %(most)s options can be chosen.", values["most"]
    ) % {"most": values["most"]}


def _rows_missing(values: Mapping[str, Any]) -> str:
    return ngettext(
        "%(count)s row has no answer yet.", "%(count)s rows have no answer yet.", values["count"]
    ) % {"count": values["count"]}


def _too_long(values: Mapping[str, Any]) -> str:
    return _(
        "A short questionnaire takes at most %(most)s minutes, this one about %(minutes)s. Take questions out or do "
        "not call it short."
    ) % {"most": number_format(values["most"]), "minutes": number_format(values["minutes"], 1)}


_COUNTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "too_many_options": _too_many_options,
    "rows_missing": _rows_missing,
    "too_long": _too_long,
}


def place_words(place: str, definition: Definition, language: str = "") -> str:
    """Return where a fault is: «Section 2 «…», question 3 «…», option 1»; empty for the whole questionnaire."""
    language = language or get_language() or "ru"
    with override(language):
        parts = place.split(".")
        section, question = _found(parts, definition)
        words = []
        if section is not None:
            words.append(_named(_("Section %(number)s"), parts[1], section.title.of(language)))
        if question is not None:
            words.append(_named(_("question %(number)s"), parts[3], question.text.of(language)))
        elif (named := definition.question(place)) is not None:
            words.append(_("Question «%(text)s»") % {"text": _short(named.text.of(language))})
        words += _detail(parts)
        return ", ".join(words)


def _found(parts: list[str], definition: Definition) -> tuple[Section | None, Question | None]:
    if len(parts) < 2 or parts[0] != "sections" or not parts[1].isdigit():  # noqa: PLR2004  # the name and the number
        return None, None
    section = _at(definition.sections, parts[1])
    if section is None or len(parts) < 4 or parts[2] != "questions":  # noqa: PLR2004  # and those of the question
        return section, None
    return section, _at(section.questions, parts[3])


def _at(rows: tuple[Any, ...], number: str) -> Any:
    index = int(number) - 1 if number.isdigit() else -1
    return rows[index] if 0 <= index < len(rows) else None


def _detail(parts: list[str]) -> list[str]:
    labels = {
        "options": _("option %(number)s"),
        "rows": _("row %(number)s"),
        "conditions": _("condition %(number)s"),
    }
    for name, number in zip(parts, [*parts[1:], ""], strict=True):
        if name in labels and number.isdigit():
            return [labels[name] % {"number": number}]
    return []


def _named(label: str, number: str, text: str) -> str:
    words = label % {"number": number}
    return f"{words} «{_short(text)}»" if text else words


def _short(text: str) -> str:
    return Truncator(text).chars(60)
