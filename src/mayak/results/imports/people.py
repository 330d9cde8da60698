"""How names of people are noticed in a table: by its headers, and by what its cells look like.

Source: 152-ФЗ, domain.md B7.3 and B8.1. Better one table too many is cleaned than one name is kept.
"""

import re
from collections.abc import Sequence

from mayak.kernel.importing import Column, Row, find_table

from .codes import text_of
from .vocabulary import is_name, match_role, normalise, split_subject

PATRONYMIC = re.compile(
    r"\b[а-яё]{2,}(?:ович|евич|ьич|овна|евна|инична|китична|саввична|оглы|кызы|гызы)\b", re.IGNORECASE
)
#: A whole cell that is a patronymic, or two to four words with one: no digits, no quotes as in names of schools.
_PERSON = re.compile(r"[а-яё-]+\.?(?:\s+[а-яё.-]+){0,3}\Z", re.IGNORECASE)
#: «Секретова А. Т.»
_INITIALS = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?\s+[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?\Z")
#: «Секретова Анна Петровна», in capitals too: nothing else looks like this, so one such cell is enough.
_FULL_NAME = re.compile(
    r"(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?\s+){2}[А-ЯЁ][а-яё]+(?:ович|евич|ьич|овна|евна|инична)\Z"
    r"|(?:[А-ЯЁ-]{2,}\s+){2}[А-ЯЁ]+(?:ОВИЧ|ЕВИЧ|ЬИЧ|ОВНА|ЕВНА|ИНИЧНА)\Z"
)
#: «Ким Чен», «Ivanova Anna»: in a table of pupils, under a header that means nothing else.
_CAPITALISED = re.compile(r"[A-ZА-ЯЁ][A-Za-zА-Яа-яЁё'’-]*(?:\s+[A-ZА-ЯЁ][A-Za-zА-Яа-яЁё.'’-]*){1,3}\Z")
_WORD = re.compile(r"[^\W\d_][^\d]*\Z")
#: The number of a document, a code or a date after a name.
_TAIL = re.compile(r"[\s,;:№#(]+\d[\s\d.,;:№#/()-]*\Z")
_PATRONYMIC_SHARE = 0.3
_MOST = 0.5
SCHOOL = re.compile(r"школ|гимнази|лице[йя]|интернат|оу\b|сош|оош|колледж|№", re.IGNORECASE)
_PUPIL_ROLES = {
    "primary_score",
    "test_score",
    "mark",
    "short_answers",
    "long_answers",
    "task",
    "participant_code",
}
_SCHOOL_ROLES = {"participants", "mean_score", "mark_2", "mark_5"}
#: Headers of documents and birth: where rows are pupils, the file is about people by name.
_DOCUMENTS = re.compile(r"\bдокумент|^серия\b|рожден|\bbirth")
_PUPILS = re.compile(
    r"^(участник|выпускник|экзаменуем|сдающ|тестируем|фам$|им$|имя$|отч$|student|pupil|examinee)"
)
#: Roles whose words are no names of people.
_OTHER_WORDS = {"subject", "school_name", "municipality", "region", "settlement", "kind"}


#: The same inside a longer text, as in the name of a file.
_INSIDE = re.compile(
    r"(?:[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?[\s_]+){1,2}[А-ЯЁ][а-яё]+(?:ович|евич|ьич|овна|евна|инична)(?![а-яё])"
    r"|[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?[\s_]+[А-ЯЁ]\.[\s_]?[А-ЯЁ]\."
)
REMOVED = "[удалено]"


def without_people(text: str) -> str:
    """The name of a file or sheet without full names: «Секретова Анна Петровна ЕГЭ.csv» -> «[удалено] ЕГЭ.csv»."""
    return _INSIDE.sub(REMOVED, text)


def sheet_holds_names(head: Sequence[Row]) -> bool:
    """Is the sheet about people by name? `head` is its first 200 rows."""
    shape = find_table(head[:80])
    if shape is None:
        return False
    if any(is_name(part) or is_name(column.label) for column in shape.columns for part in column.parts):
        return True
    body = [cells for number, cells in head if number >= shape.first_data_row]
    texts = columns_of(body, shape.width)
    if any(is_people(column) for column in texts):
        return True
    roles = {column.index: _role(column) for column in shape.columns}
    if not _PUPIL_ROLES & set(roles.values()) or (_SCHOOL_ROLES - {"participants"}) & set(roles.values()):
        return False
    return any(_is_pupil_column(column, roles[column.index], texts[column.index]) for column in shape.columns)


def columns_of(rows: Sequence[Sequence[object]], width: int) -> list[list[str]]:
    """The filled cells of each column."""
    return [
        [text for row in rows if index < len(row) and (text := text_of(row[index]))] for index in range(width)
    ]


def is_people(cells: Sequence[str]) -> bool:
    """Is a column full of patronymics, initials or full names?"""
    texts = [_TAIL.sub("", text) for text in cells]
    if any(_FULL_NAME.match(text) and not SCHOOL.search(text) for text in texts):
        return True
    found = [
        text
        for text in texts
        if _INITIALS.match(text)
        or (_PERSON.match(text) and PATRONYMIC.search(text) and not SCHOOL.search(text))
    ]
    # One may be the name of a street.
    return len(set(found)) > 1 and len(found) >= len(texts) * _PATRONYMIC_SHARE


def _role(column: Column) -> str:
    last = column.parts[-1] if column.parts else ""
    subject, rest = split_subject(column.label)
    match = match_role(rest if subject else column.label) or match_role(last)
    return match.role if match else ""


def _is_pupil_column(column: Column, role: str, cells: Sequence[str]) -> bool:
    """In a table of pupils: documents, births, or words where no words are expected."""
    keys = [normalise(part) for part in (*column.parts, column.label)]
    if any(_DOCUMENTS.search(key) for key in keys):
        return True
    if not cells or role in _OTHER_WORDS or SCHOOL.search(" ".join(cells[:20])):
        return False
    if any(_PUPILS.search(key) for key in keys):
        return sum(bool(_WORD.match(text)) for text in cells) >= len(cells) * _MOST
    names = [text for text in cells if _CAPITALISED.match(text)]
    return role in ("", "ignore", "short_school_name") and len(names) >= len(cells) * _MOST
