"""Names and document numbers of pupils end here: a table about people by name becomes a table by code.

The cleaned copy is made in memory, right after the upload is opened and before anything else looks at it. It is built
from what is allowed, not by taking away what is known: a column must have a known role, a cell must have the form that
belongs to its role, a title is written anew from its subject, exam and date. Whatever is left is dropped, so a shifted
row cannot carry a name through. Rows keep their numbers. The code of a participant is the number of the row: no hash of
a name, nothing that leads back.

Source: 152-ФЗ, domain.md B7.3 and B8.1.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace

from mayak.kernel.importing import (
    Cell,
    ImportProblem,
    ProblemPlace,
    Row,
    Sheet,
    SourceFile,
    TableShape,
    clean,
    find_table,
    open_upload,
)

from .mapping import VALUE_ROLES
from .people import PATRONYMIC, REMOVED, SCHOOL, columns_of, is_people, sheet_holds_names
from .titles import read_titles
from .vocabulary import is_name, is_personal, match_role, split_subject

HEAD_ROWS = 200
SHORTEST_NAME = 3
_DIGIT = re.compile(r"\d")
_GIVEN_NAME = re.compile(r"\bимя\b", re.IGNORECASE)
_DOCUMENT = re.compile(r"серия|номер|паспорт|документ|снилс", re.IGNORECASE)
_EXAMS = {"vpr": "ВПР", "ege": "ЕГЭ", "oge": "ОГЭ", "gve": "ГВЭ"}
_CODE = re.compile(r"[\d\s./-]{1,20}\Z", re.ASCII)
_CLASS = re.compile(r"\d{1,2}\s*[-–]?\s*[«\"]?[А-ЯЁA-Zа-яёa-z]?[»\"]?\Z")
_ANSWERS = re.compile(r"[\s\d+\-–—.,;:()/|XХxх*]{0,400}\Z")
_NUMBER = re.compile(r"[-+]?[\d\s]{1,10}([.,]\d+)?%?\Z", re.ASCII)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T][\d:.]+)?\Z", re.ASCII)
_STATUS = re.compile(
    r"(?:[XХxх\-–—]|нет отметки|не ?явил(?:ся|ась)|неявка|отсутств\w{0,8}|удал[её]н\w{0,2}|зач[её]т|незач[её]т"
    r"|н/д|без отметки)\Z",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?:edu|sch|oo)\d{3,8}\Z", re.IGNORECASE)
_PLACE = re.compile(r"район|округ|муницип|город|област|край|республик", re.IGNORECASE)
_WORDS = {"school_name": SCHOOL, "short_school_name": SCHOOL, "municipality": _PLACE, "region": _PLACE}
#: What a cell may look like, by the role of its column. A column with any other role is dropped.
_FORMS = {
    "login": _LOGIN,
    "school_code": _CODE,
    "municipality_code": _CODE,
    "ogrn": _CODE,
    "inn": _CODE,
    "class_label": _CLASS,
    "grade": _CLASS,
    "variant": _CODE,
    "year": _CODE,
    "date": _DATE,
    "primary_score": _NUMBER,
    "test_score": _NUMBER,
    "minimum_score": _NUMBER,
    "max_score": _NUMBER,
    "mark": _NUMBER,
    "journal_mark": _NUMBER,
    "short_answers": _ANSWERS,
    "long_answers": _ANSWERS,
    "oral_answers": _ANSWERS,
    "number": _NUMBER,
}
_TASK = re.compile(r"\d+(?:[.,]\d+)?(?:[КKкk]\d+)?\s*\(\d+\s*б\.?\)\Z")


def holds_names(source: SourceFile) -> bool:
    """Is this a table about people by name? Looks at headers, then for columns full of patronymics."""
    return any(sheet_holds_names(sheet.head(HEAD_ROWS)) for sheet in source.sheets)


def depersonalise(source: SourceFile) -> SourceFile:
    """A cleaned copy in memory, one CSV for each sheet that holds names; other sheets of the file are dropped.

    Raises ImportProblem("names_unreadable") when the columns are not understood: then nothing is read at all.
    """
    sheets = [_clean_sheet(sheet) for sheet in source.sheets if sheet_holds_names(sheet.head(HEAD_ROWS))]
    return replace(source, sheets=tuple(sheets), depersonalised=True)


def _clean_sheet(sheet: Sheet) -> Sheet:
    head = sheet.head(80)
    shape = find_table(head)
    place = ProblemPlace(sheet.file, sheet.name)
    if shape is None or not shape.header_rows:
        raise ImportProblem("names_unreadable", place)
    plan = _plan(shape) or _school_plan(shape, sheet.head(HEAD_ROWS))
    if not plan:
        raise ImportProblem("names_unreadable", place)
    data = _write(sheet, shape, plan)
    copy = open_upload(sheet.file, data)[0].sheets[0]
    return Sheet(sheet.file, sheet.name, copy.open_rows)


def _plan(shape: TableShape) -> dict[int, tuple[str, str]]:
    """Index of an allowed column -> (role, header written anew)."""
    plan: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for column in shape.columns:
        last = column.parts[-1] if column.parts else ""
        if _TASK.match(last):
            plan[column.index] = ("task", last)
            continue
        subject, rest = split_subject(column.label)
        match = match_role(rest if subject else column.label) or match_role(last)
        role = match.role if match else ""
        if role in taken or (is_personal(column.label) and role not in ("school_code", "municipality_code")):
            continue
        if role in _FORMS or role in ("school_name", "municipality", "subject"):
            plan[column.index] = (role, _HEADERS[role])
            taken.add(role)
    useful = {"primary_score", "test_score", "mark", "short_answers", "task"}
    return plan if useful & {role for role, _ in plan.values()} else {}


def _school_plan(shape: TableShape, head: Sequence[Row]) -> dict[int, tuple[str, str]]:
    """A table of schools with a column of directors or teachers: it goes, what stands under known headers stays.

    Only where no header says that the rows are people; else the table is not understood and nothing of it is read.
    """
    if any(is_name(column.label) and not _STAFF.search(column.label) for column in shape.columns):
        return {}
    texts = columns_of([cells for number, cells in head if number >= shape.first_data_row], shape.width)
    plan: dict[int, tuple[str, str]] = {}
    roles: set[str] = set()
    for column in shape.columns:
        match = match_role(split_subject(column.label)[1] or column.label) or match_role(column.label)
        if (
            match is None
            or match.role == "ignore"
            or is_personal(column.label)
            or is_people(texts[column.index])
        ):
            continue
        roles.add(match.role)
        plan[column.index] = ("number" if match.role in _FIGURES else match.role, column.label)
    return plan if roles & _FIGURES and roles & {"school_name", "school_code", "login", "ogrn", "inn"} else {}


_STAFF = re.compile(r"директор|учител|педагог|ответственн|координатор|эксперт|директора", re.IGNORECASE)
_FIGURES = VALUE_ROLES | {"indicator", "flag"}
_HEADERS = {
    "login": "Логин",
    "school_code": "Код ОО",
    "municipality_code": "Код МСУ",
    "ogrn": "ОГРН",
    "inn": "ИНН",
    "class_label": "Класс",
    "grade": "Параллель",
    "variant": "Вариант",
    "year": "Год",
    "date": "Дата",
    "primary_score": "Первичный балл",
    "test_score": "Тестовый балл",
    "minimum_score": "Минимальный балл",
    "max_score": "Максимальный балл",
    "mark": "Отметка",
    "journal_mark": "Отметка по журналу",
    "short_answers": "Задания с кратким ответом",
    "long_answers": "Задания с развёрнутым ответом",
    "oral_answers": "Устная часть",
    "school_name": "Наименование ОО",
    "municipality": "Муниципалитет",
    "subject": "Предмет",
}


def _write(sheet: Sheet, shape: TableShape, plan: dict[int, tuple[str, str]]) -> bytes:
    """The cleaned rows as CSV; each row of the source gives one row, so that numbers stay."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\n")
    width = len(plan) + 1
    titles = dict(shape.titles)
    header = shape.header_rows[-1]
    expected = 1
    first = "№" if any(role == "number" for role, _ in plan.values()) else "Код участника"
    for number, cells in sheet.rows():
        while expected < number:
            writer.writerow([""] * width)
            expected += 1
        expected += 1
        if number < shape.first_data_row:
            is_header = number == header
            title = safe_title(titles.get(number, ""))
            row = [first, *(name for _, name in plan.values())] if is_header else [title, *[""] * (width - 1)]
        else:
            row = _clean_row(number, cells, shape, plan)
        writer.writerow(row)
    return ("\ufeff" + stream.getvalue()).encode("utf-8")


def _clean_row(
    number: int, cells: Sequence[Cell], shape: TableShape, plan: dict[int, tuple[str, str]]
) -> list[str]:
    kept = [(role, clean(cells[index]) if index < len(cells) else "") for index, (role, _) in plan.items()]
    if not any(clean(cell) for cell in cells):
        return [""] * (len(plan) + 1)
    shifted = _is_shifted(cells, shape)
    people = [
        clean(cell).lower() for index, cell in enumerate(cells) if index not in plan and len(clean(cell)) > 1
    ]
    values = ["" if not text else REMOVED if shifted else _allowed(role, text, people) for role, text in kept]
    if not any(values):
        # A signature under the table, a name alone: nothing of it is kept, not even a code.
        return [""] * (len(plan) + 1)
    return [f"R{number:07d}", *values]


def _is_shifted(cells: Sequence[Cell], shape: TableShape) -> bool:
    """Did a stray delimiter move the cells? Then a document number could stand under the answers: nothing is kept."""
    labelled = [column for column in shape.columns if column.parts]
    if any(clean(cell) for cell in cells[labelled[-1].index + 1 :]):
        return True
    for column in labelled:
        text = clean(cells[column.index]) if column.index < len(cells) else ""
        if not text or not is_personal(column.label):
            continue
        if is_name(column.label) or _GIVEN_NAME.search(column.label):
            # A document column may hold letters (свидетельство II-АБ), a name never holds digits.
            if _DIGIT.search(text) and not _DOCUMENT.search(column.label):
                return True
        elif _DOCUMENT.search(column.label) and not _DIGIT.search(text):
            return True
    return False


def _allowed(role: str, text: str, people: Sequence[str]) -> str:
    """The text when it has the form of its role, else the mark of removal."""
    if role == "task":
        return text if _ANSWERS.match(text) else REMOVED
    if role == "subject":
        return split_subject(text)[0] or REMOVED
    if role in _WORDS:
        words = _WORDS[role]
        low = text.lower()
        has_person = PATRONYMIC.search(text) or any(
            word in low for word in people if not word.isdigit() and len(word) >= SHORTEST_NAME
        )
        return text if words.search(text) and not has_person else REMOVED
    form = _FORMS.get(role)
    return text if (form is not None and form.match(text)) or _STATUS.match(text) else REMOVED


def safe_title(text: str) -> str:
    """A title written anew from what is understood in it: «01 Русский язык ЕГЭ 28.05.2024»."""
    if not text:
        return ""
    found = read_titles([text])
    number = re.match(r"\s*(\d{1,2})(?=\D)", text)
    parts = [
        number.group(1) if number and found.subject_text else "",
        found.subject_text,
        _EXAMS.get(found.kind, ""),
        f"{found.grade} класс" if found.grade else "",
        found.date.strftime("%d.%m.%Y") if found.date else str(found.year or ""),
        f"{found.wave} период" if found.wave else "",
        f"максимальный балл {found.max_score:g}" if found.max_score else "",
    ]
    return " ".join(part for part in parts if part)
