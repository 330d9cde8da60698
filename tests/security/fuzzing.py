"""What the fuzz tests share: how many examples, hostile texts, damaged files. scripts/fuzz.py asks for many more."""

import io
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from openpyxl import Workbook

EXAMPLES = int(os.environ.get("MAYAK_FUZZ_EXAMPLES", "12"))
"""Examples of each fuzz test; the nightly script sets thousands."""

few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES < 100,  # the suite is the same each time; the night looks elsewhere each time
    suppress_health_check=list(HealthCheck),
)
HOSTILE = [
    "", " ", "\x00", "0", "-1", "1e309", "NaN", "-Infinity", "9" * 400, "9" * 19, "2" + "0" * 30, "٣", "½", "0x10", "1_000",
    "2024-13-45", "0000-00-00", "9999-12-31", "31.12.0001", "10000-01-01", "on", "true", "null", "[]", "{}", '{"a":', "\ud7ff",
    "' OR 1=1 --", "<script>", "{{ 7*7 }}", "%s%n%d", "../../etc/passwd", "=1+1", "\u202e", "a" * 5000, "💩" * 600, "\r\n", "(?P<x>a+)+$",
]  # fmt: skip
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.integers().map(str), st.dates().map(str))
plain_values: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


@contextmanager
def may_refuse(kind: type[Exception]) -> Iterator[None]:
    """Let this refusal pass if it says something to a person; anything else is a fault of ours."""
    try:
        yield
    except kind as refusal:
        if not (str(getattr(refusal, "message", "")) or str(refusal)):
            raise


def damaged(*seeds: bytes) -> Any:
    """A good file with some bytes changed, cut, doubled or put in."""
    edit = st.tuples(
        st.floats(0, 1),
        st.sampled_from(["set", "cut", "insert", "double"]),
        st.binary(min_size=1, max_size=8),
    )
    for seed in seeds:
        if seed not in _seeds:
            _seeds.append(seed)
    numbers = [_seeds.index(seed) for seed in seeds]
    return st.builds(edited, st.sampled_from(numbers), st.lists(edit, max_size=6))


_seeds: list[bytes] = []


def edited(seed: int, edits: list[tuple[float, str, bytes]]) -> bytes:
    """Damage the file with this number: a failure names the number, not its bytes."""
    data = _seeds[seed]
    for share, what, piece in edits:
        place = int(share * len(data))
        after = data[place + len(piece) :] if what in {"set", "cut"} else data[place:]
        middle = {"set": piece, "cut": b"", "insert": piece, "double": data[place : place + 200]}[what]
        data = data[:place] + middle + after
    return data


def workbook(rows: list[list[Any]]) -> bytes:
    """A small xlsx file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def archive(**parts: bytes) -> bytes:
    """A small zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "."), data)
    return stream.getvalue()


ROWS: list[list[Any]] = [
    ["Логин ОО", "Наименование ОО", "Предмет", "Класс", "Год", "Участников", "2", "3", "4", "5"],
    ["sch123456", "МБОУ СОШ № 1", "Математика", 5, 2024, 20, 2, 8, 6, 4],
    ["sch123457", "МБОУ СОШ № 2", "Русский язык", 6, 2024, "12", "10,5", "-", None, "x"],
]
CSV = "\r\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in ROWS).encode()
JSON = '[{"школа": "СОШ № 1", "предмет": "Математика", "балл": 4.5}, {"школа": null, "балл": "x"}]'.encode()
TABLES = (
    CSV,
    CSV.decode().encode("cp1251"),
    CSV.decode().encode("utf-16"),
    JSON,
    workbook(ROWS),
    archive(a__csv=CSV, b__json=JSON),
)
ENDINGS = (".csv", ".xlsx", ".json", ".zip", ".txt", ".ods", ".xls", "")
