"""Changes of a questionnaire: each takes the old values and returns the new ones."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from mayak.surveys.algorithms.definition import Condition, Definition, Question, Section, ShowIf

ItemT = TypeVar("ItemT")


class GoneError(LookupError):
    """The section or question that should be changed is no longer there."""


def section_of(definition: Definition, code: str) -> Section:
    """Return the section with this code.

    Raises:
        GoneError: there is none.
    """
    for section in definition.sections:
        if section.code == code:
            return section
    raise GoneError(code)


def home_of(definition: Definition, code: str) -> Section:
    """Return the section in which the question stands.

    Raises:
        GoneError: there is no such question.
    """
    for section in definition.sections:
        if any(question.code == code for question in section.questions):
            return section
    raise GoneError(code)


def put_section(definition: Definition, section: Section, *, instead_of: str = "") -> Definition:
    """Return the questionnaire with the section in place of another one, or at the end."""
    if not instead_of:
        return Definition((*definition.sections, section))
    section_of(definition, instead_of)
    return Definition(tuple(section if one.code == instead_of else one for one in definition.sections))


def remove_section(definition: Definition, code: str) -> Definition:
    """Return the questionnaire without the section and its questions."""
    section_of(definition, code)
    return Definition(tuple(one for one in definition.sections if one.code != code))


def move_section(definition: Definition, code: str, step: int) -> Definition:
    """Return the questionnaire with the section moved by so many places."""
    section_of(definition, code)
    return Definition(moved(definition.sections, lambda one: one.code == code, step))


def put_question(
    definition: Definition, question: Question, *, section: str = "", instead_of: str = ""
) -> Definition:
    """Return the questionnaire with the question in place of another one, or at the end of a section.

    Conditions on a question that gets another code follow it.
    """
    if not instead_of:
        home = section_of(definition, section)
        return put_section(
            definition, replace(home, questions=(*home.questions, question)), instead_of=home.code
        )
    home = home_of(definition, instead_of)
    questions = tuple(question if one.code == instead_of else one for one in home.questions)
    changed = put_section(definition, replace(home, questions=questions), instead_of=home.code)
    return renamed(changed, {instead_of: question.code}) if question.code != instead_of else changed


def remove_question(definition: Definition, code: str) -> Definition:
    """Return the questionnaire without the question; conditions on it stay and are named as problems."""
    home = home_of(definition, code)
    kept = tuple(one for one in home.questions if one.code != code)
    return put_section(definition, replace(home, questions=kept), instead_of=home.code)


def move_question(definition: Definition, code: str, step: int) -> Definition:
    """Return the questionnaire with the question one place up (-1) or down (1), across sections too."""
    home = home_of(definition, code)
    position = [one.code for one in home.questions].index(code)
    if 0 <= position + step < len(home.questions):
        order = moved(home.questions, lambda one: one.code == code, step)
        return put_section(definition, replace(home, questions=order), instead_of=home.code)
    sections = list(definition.sections)
    index = sections.index(home) + (1 if step > 0 else -1)
    if not 0 <= index < len(sections):
        return definition
    question = home.questions[position]
    rest = tuple(one for one in home.questions if one.code != code)
    neighbour = sections[index]
    questions = (question, *neighbour.questions) if step > 0 else (*neighbour.questions, question)
    without = put_section(definition, replace(home, questions=rest), instead_of=home.code)
    return put_section(without, replace(neighbour, questions=questions), instead_of=neighbour.code)


def moved(items: Sequence[ItemT], is_it: Callable[[ItemT], bool], step: int) -> tuple[ItemT, ...]:
    """Return the items with one of them moved; at an end it stays there."""
    rest = [item for item in items if not is_it(item)]
    chosen = [item for item in items if is_it(item)]
    position = next(index for index, item in enumerate(items) if is_it(item))
    place = min(max(position + step, 0), len(rest))
    return (*rest[:place], *chosen, *rest[place:])


def renamed(definition: Definition, codes: dict[str, str]) -> Definition:
    """Return the questionnaire with the conditions pointing to the new codes of questions."""
    return Definition(
        tuple(
            replace(
                section,
                show_if=_renamed(section.show_if, codes),
                questions=tuple(
                    replace(question, show_if=_renamed(question.show_if, codes))
                    for question in section.questions
                ),
            )
            for section in definition.sections
        )
    )


def _renamed(shown: ShowIf | None, codes: dict[str, str]) -> ShowIf | None:
    if shown is None:
        return None
    conditions = tuple(
        Condition(codes.get(one.question, one.question), one.operator, one.value) for one in shown.conditions
    )
    return ShowIf(conditions, any_of=shown.any_of)


def insert_block(definition: Definition, block: Section) -> Definition:
    """Return the questionnaire with a copy of the block at its end; codes that are taken get a number.

    Conditions inside the block follow its own questions; a condition of the block on a question outside of it stays
    and is a problem unless the questionnaire has such a question.
    """
    taken = {question.code for question in definition.questions()}
    codes: dict[str, str] = {}
    for question in block.questions:
        codes[question.code] = free_code(question.code, taken)
        taken.add(codes[question.code])
    questions = tuple(
        replace(question, code=codes[question.code], show_if=_renamed(question.show_if, codes))
        for question in block.questions
    )
    code = free_code(block.code, {section.code for section in definition.sections})
    return Definition((*definition.sections, replace(block, code=code, questions=questions)))


def free_code(wanted: str, taken: Iterable[str]) -> str:
    """Return the code, with a number behind it where it is taken."""
    used = set(taken)
    if wanted not in used:
        return wanted
    stem = wanted[:58]
    return next(code for number in range(2, len(used) + 3) if (code := f"{stem}_{number}") not in used)


def next_code(prefix: str, taken: Iterable[str]) -> str:
    """Return «q7» where six are taken."""
    used = set(taken)
    return next(code for number in range(1, len(used) + 2) if (code := f"{prefix}{number}") not in used)
