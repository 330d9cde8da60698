"""Text tables: the delimiter, and rows as they were meant, also where quotes are broken.

The C reader of the standard library runs in strict mode. Only when it meets a broken quote, the file is read by the
tolerant tokenizer, where a quote closes a field only before a delimiter or the end of a line:
`"Лицей № 1546 "Плехановец"","Москва"` is two fields.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from .content import Content
from .encoding import TextPlan, text_stream
from .sheets import Row

#: In the order of preference when two explain the sample equally well.
DELIMITERS = ("\t", ";", "|", ",")
SAMPLE_CHARACTERS = 200_000
#: From this share of equal lines on a delimiter is as good as any other.
CONSISTENT = 0.9
#: A quoted cell with more line breaks than this is a quote that somebody forgot to close.
MAX_LINES_IN_CELL = 60


def open_lines(content: Content, plan: TextPlan) -> io.TextIOWrapper:
    """The decoded text, line ends untouched."""
    return io.TextIOWrapper(text_stream(content, plan), encoding=plan.encoding, newline="")


def find_delimiter(content: Content, plan: TextPlan) -> tuple[str, int]:
    """(delimiter, usual number of cells). A line `sep=;` that Excel writes decides at once."""
    with open_lines(content, plan) as stream:
        sample = stream.read(SAMPLE_CHARACTERS)
    lines = sample.splitlines()
    if len(lines) > 1 and len(sample) == SAMPLE_CHARACTERS:
        lines = lines[:-1]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == len("sep=") + 1:
        mark = lines[0].strip()[4]
        return mark, _usual_count(lines[1:], mark)[0]
    scored = []
    for rank, mark in enumerate(DELIMITERS):
        count, share = _usual_count(lines, mark)
        if count > 1:
            scored.append((round(share, 1), -rank if share > CONSISTENT else count - 100, mark, count))
    if not scored:
        return ";", 1
    best = max(scored)
    return best[2], best[3]


def _usual_count(lines: list[str], mark: str) -> tuple[int, float]:
    """The most frequent number of cells over the lines that are not empty, and its share."""
    counts: Counter[int] = Counter()
    for line in lines[:2000]:
        if line.strip() and (found := _count_outside_quotes(line, mark)):
            counts[found] += 1
    if not counts:
        return 1, 0.0
    total = sum(counts.values())
    count, seen = max(counts.items(), key=lambda item: (item[1], item[0]))
    if count == 1 and len(counts) > 1:
        # Titles stand in one cell; a table may be shorter than its title block.
        count, seen = max(((c, n) for c, n in counts.items() if c > 1), key=lambda item: (item[1], item[0]))
    return count, seen / total


def _count_outside_quotes(line: str, mark: str) -> int:
    """Cells of a line; 1 when a quote stays open (then `mark` is hardly the delimiter), 0 when two readings differ."""
    if '"' not in line:
        return line.count(mark) + 1
    closing, closing_open = _split(line, mark, even_closes=True)
    escaped, escaped_open = _split(line, mark, even_closes=False)
    if closing_open and escaped_open:
        return 1
    if closing_open or escaped_open:
        return len(escaped if closing_open else closing)
    return len(closing) if len(closing) == len(escaped) else 0


def read_rows(content: Content, plan: TextPlan, delimiter: str, usual: int) -> Iterator[Row]:
    """Rows with their numbers; a row that is broken for the strict reader restarts the file tolerantly."""
    given = 0
    csv.field_size_limit(2**31 - 1)
    with open_lines(content, plan) as stream, suppress(csv.Error):
        for row in _strict_rows(stream, delimiter, usual):
            given += 1
            yield given, row  # type: ignore[misc]  # a list of str is a list of cells that are only read
        return
    with open_lines(content, plan) as stream:
        rows = read_tolerant(stream, delimiter, usual)
        yield from islice(enumerate(rows, 1), given, None)


def _strict_rows(stream: io.TextIOWrapper, delimiter: str, usual: int) -> Iterator[list[str]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    first = next(reader, None)
    if first is None:
        return
    yield _without_marks(first)
    for row in reader:
        if len(row) < usual and any(cell.count("\n") > MAX_LINES_IN_CELL for cell in row):
            raise csv.Error
        yield row


def _without_marks(row: list[str]) -> list[str]:
    """Byte order marks inside the first cell: some exporters write a second one after the quote."""
    if row and "\ufeff" in row[0]:
        row[0] = (
            row[0].replace("\ufeff", "").strip('"')
            if row[0].startswith('\ufeff"')
            else row[0].replace("\ufeff", "")
        )
    return row


def read_tolerant(lines: Iterator[str] | io.TextIOWrapper, delimiter: str, usual: int) -> Iterator[list[str]]:
    """Rows of a file with broken quotes. Lines are joined only while a quote is open and cells are missing."""
    source = iter(lines)
    waiting: list[str] = []
    started = False
    while True:
        line = waiting.pop(0) if waiting else next(source, None)
        if line is None:
            return
        text = line.rstrip("\r\n")
        row = _strict_line(text, delimiter, usual)
        if row is None:
            row = _tolerant_record(text, delimiter, usual, source, waiting)
        if not started:
            row, started = _without_marks(row), True
        yield row


def _strict_line(text: str, delimiter: str, usual: int) -> list[str] | None:
    if '"' not in text:
        return text.split(delimiter) if text else []
    try:
        rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if rows and len(rows[0]) == usual else None


def _tolerant_record(
    text: str, delimiter: str, usual: int, source: Iterator[str], waiting: list[str]
) -> list[str]:
    row, is_open = split_tolerant(text, delimiter, usual)
    taken: list[str] = []
    joined = text
    while is_open and len(row) < usual and len(taken) < MAX_LINES_IN_CELL:
        more = waiting.pop(0) if waiting else next(source, None)
        if more is None:
            break
        taken.append(more)
        joined += "\n" + more.rstrip("\r\n")
        longer = _strict_record(joined, delimiter) or split_tolerant(joined, delimiter, usual)
        if not longer[1] and len(longer[0]) == usual:
            return longer[0]
        if len(longer[0]) > usual:
            break
    waiting[:0] = taken
    return row


def _strict_record(text: str, delimiter: str) -> tuple[list[str], bool] | None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return (rows[0], False) if len(rows) == 1 else None


def split_tolerant(text: str, delimiter: str, usual: int = 0) -> tuple[list[str], bool]:
    """Cells of one line, and whether it ends inside a quote.

    An even run of quotes before a delimiter is either an escaped quote or a literal quote and the closing one; the
    reading that gives the usual number of cells wins.
    """
    closing, is_open = _split(text, delimiter, even_closes=True)
    if len(closing) == usual and not is_open:
        return closing, False
    escaped, escaped_open = _split(text, delimiter, even_closes=False)
    if (len(escaped) == usual and not escaped_open) or (not usual and not escaped_open):
        return escaped, False
    return closing, is_open


def _split(text: str, delimiter: str, *, even_closes: bool) -> tuple[list[str], bool]:
    cells: list[str] = []
    at, length = 0, len(text)
    while True:
        if text.startswith('"', at):
            end = _closing_quote(text, at, delimiter, even_closes=even_closes)
            if end < 0:
                cells.extend(text[at + 1 :].split(delimiter) if even_closes else [text[at + 1 :]])
                return cells, True
            cells.append(text[at + 1 : end].replace('""', '"'))
            at = end + 1
        else:
            end = text.find(delimiter, at)
            end = length if end < 0 else end
            cells.append(text[at:end])
            at = end
        if at >= length:
            return cells, False
        at += 1


def _closing_quote(text: str, start: int, delimiter: str, *, even_closes: bool) -> int:
    """Index of the quote that ends the field opened at `start`, or -1."""
    at = start + 1
    while (quote := text.find('"', at)) >= 0:
        end = quote
        while text.startswith('"', end):
            end += 1
        if end == len(text) or text.startswith(delimiter, end):
            run = end - quote
            if run % 2 or even_closes or (quote == start + 1 and run == 0):
                return end - 1
        at = end
    return -1
